"""Forecasters of other makers, seen through pandas: anything with fit(y, X) and predict(horizon, X)."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, InvalidParameterError
from ..frames import Panel, history_frame, point_frame


def check_forecaster(name: str, model: Any, needs_history: bool) -> None:
    """Raise InvalidParameterError unless ``model`` has the methods that a backtest calls.

    Parameters
    ----------
    name : str
        Its name in the backtest.
    model : object
        The forecaster.
    needs_history : bool
        Whether a fit serves several origins, so that ``predict`` must take ``y=``.
    """
    missing = [method for method in ("fit", "predict") if not callable(getattr(model, method, None))]
    if missing or isinstance(model, type):
        what = "is a class, pass an instance" if isinstance(model, type) else f"has no {' and no '.join(missing)}"
        raise InvalidParameterError(
            f"model {name!r} ({model!r}) {what}: a backtest needs fit(y, X) and predict(horizon, X)"
        )
    if needs_history and "y" not in inspect.signature(model.predict).parameters:
        raise InvalidParameterError(
            f"model {name!r} ({type(model).__name__}) cannot forecast from a later origin without a new fit: "
            "its predict has no parameter y; use refit=True"
        )


def foreign_forecast(
    model: Any, panel: Panel, horizon: int, levels: Sequence[float], X: pd.DataFrame | None, history: bool
) -> tuple[np.ndarray, np.ndarray | None]:
    """Point forecasts and interval bounds of a fitted forecaster of another maker.

    Parameters
    ----------
    model : object
        Fitted on data in the layout of `panel`.
    panel : Panel
        What it forecasts from.
    horizon : int
        Number of steps.
    levels : sequence of float
        Coverages of the intervals, in percent.
    X : DataFrame or None
        Covariates of the future.
    history : bool
        Whether to pass the panel's data as ``y``, the fit being older than the origin.

    Returns
    -------
    point : ndarray, shape (n_series, horizon)
    bounds : ndarray of shape (2 n_levels, n_series, horizon) or None
        Lower bounds, then upper bounds; None for a model without ``predict_interval``.
    """
    arguments: dict[str, Any] = {} if X is None else {"X": X}
    if history:
        arguments["y"] = history_frame(panel, panel.values)
    if not callable(getattr(model, "predict_interval", None)):
        return _aligned(model.predict(horizon, **arguments), panel, horizon, None), None
    frame = model.predict_interval(horizon, level=list(levels), **arguments)
    names = [f"forecast-{side}-{level}" for side in ("lo", "hi") for level in levels]
    bounds = np.stack([_aligned(frame, panel, horizon, name) for name in names])
    return _aligned(model.predict(horizon, **arguments), panel, horizon, None), bounds


def _aligned(result: Any, panel: Panel, horizon: int, column: str | None) -> np.ndarray:
    """One column of a forecast frame as an array in the panel's order; shape (n_series, horizon)."""
    layout, n = panel.layout, panel.n_series
    try:
        if layout.kind == "series":
            values = result if column is None else result[column]
            return np.asarray(values, dtype=float).reshape(1, horizon)
        if layout.kind == "wide":
            labels = list(panel.ids)
            values = result[labels] if column is None else result[[(label, column) for label in labels]]
            return values.to_numpy(dtype=float).T.reshape(n, horizon)
        expected = pd.DataFrame(point_frame(panel, np.zeros((n, horizon))))
        if layout.kind == "long":
            keys = [layout.id_col, layout.time_col]
            rows = result.set_index(keys)[column or layout.target_col]
            values = rows.reindex(expected.set_index(keys).index)
        else:
            values = (result if column is None else result[column]).reindex(expected.index)
        return values.to_numpy(dtype=float).reshape(n, horizon)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        shape = getattr(result, "shape", None)
        raise InvalidFrameError(
            f"a forecast of {n} series x {horizon} steps came back as {type(result).__name__} of shape {shape}, which "
            f"does not have the layout of y ({layout.kind}): {error}"
        ) from error
