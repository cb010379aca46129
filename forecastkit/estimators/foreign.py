"""Forecasters of other makers, seen through pandas: anything with fit(y, X) and predict(horizon, X)."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, InvalidParameterError
from ..frames import Panel, history_frame, point_frame
from ..frames.wording import word


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
        arguments["y"] = history_frame(panel, panel.values.copy())  # what is not ours may write into it
    if not callable(getattr(model, "predict_interval", None)):
        return _aligned(model.predict(horizon, **arguments), panel, horizon, None), None
    frame = model.predict_interval(horizon, level=list(levels), **arguments)
    names = ["forecast", *(f"forecast-{side}-{level}" for side in ("lo", "hi") for level in levels)]
    values = np.stack([_aligned(frame, panel, horizon, name) for name in names])
    return values[0], values[1:]


def covariate_rows(X: pd.DataFrame, panel: Panel, first: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    """Rows of X from one grid position to before another, for each series its own where X has ids.

    Parameters
    ----------
    X : DataFrame
        Covariates, by time or by series and time.
    panel : Panel
        All data, whose calendar counts the positions.
    first, end : ndarray of int, shape (n_series,)
        First position and one past the last.

    Returns
    -------
    DataFrame
    """
    layout = panel.layout
    if layout.time_col in X.columns:
        times, ids = pd.Index(X[layout.time_col]), X[layout.id_col] if layout.id_col in X.columns else None
    elif isinstance(X.index, pd.MultiIndex):
        times, ids = X.index.get_level_values(1), X.index.get_level_values(0)
    else:
        times, ids = X.index, None
    positions = panel.calendar.positions(times)
    if ids is None:
        return X.loc[(positions >= first.min()) & (positions < end.max())]
    series = panel.ids.get_indexer(pd.Index(ids))
    return X.loc[(series >= 0) & (positions >= first[series]) & (positions < end[series])]


def _aligned(result: Any, panel: Panel, horizon: int, column: str | None) -> np.ndarray:
    """One column of a forecast frame as an array in the panel's order; shape (n_series, horizon)."""
    layout, n = panel.layout, panel.n_series
    expected = pd.DataFrame(point_frame(panel, np.zeros((n, horizon))))
    try:
        if layout.kind == "long":
            keys = [layout.id_col, layout.time_col]
            rows = result.set_index(keys)[column or layout.target_col]
            values = rows.reindex(expected.set_index(keys).index)
        elif layout.kind == "multiindex":
            values = (result if column is None else result[column]).reindex(expected.index)
        else:
            labels = list(panel.ids)
            if column is not None:
                values = result[column] if layout.kind == "series" else result[[(label, column) for label in labels]]
            else:
                values = result if layout.kind == "series" else result[labels]
            values = _at_times(values, expected.index)
            return np.asarray(values, dtype=float).reshape(horizon, n).T
        return values.to_numpy(dtype=float).reshape(n, horizon)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        shape = getattr(result, "shape", None)
        raise InvalidFrameError(
            f"a forecast of {n} series x {horizon} steps came back as {type(result).__name__} of shape {shape}, which "
            f"does not have the layout of y ({layout.kind}): {error}"
        ) from error


def _at_times(values: Any, times: pd.Index) -> Any:
    """Forecasts in the order of the times asked for; a bare array is taken as it comes."""
    if not isinstance(values, pd.Series | pd.DataFrame):
        return values
    places = values.index.get_indexer(times)
    if (places < 0).any():
        raise ValueError(f"it lacks {word(times[places < 0][0])}; its first time is {word(values.index[0])}")
    return values.iloc[places]
