"""The forecasts of all models as one long frame."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataWarning, InvalidParameterError
from .task import Forecasts, Task


def forecast_rows(
    names: Sequence[str], forecasts: Sequence[Forecasts], task: Task
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Lay forecasts out with a row for every observed time of a test window.

    Parameters
    ----------
    names : sequence of str
        The models.
    forecasts : sequence of Forecasts
        Of each model, at all origins.
    task : Task
        Data and windows.

    Returns
    -------
    rows : DataFrame
        ``unique_id, ds, cutoff, y``, then every model's forecast and bounds.
    crps, pit : DataFrame
        The same rows, a column a model.
    places : ndarray of int, shape (n_rows, 3)
        Series, origin and step (from 0) of every row.
    """
    panel, origins = task.panel, task.origins
    actuals = origins.actuals(panel)
    kept = ~np.isnan(actuals)
    for each in forecasts:
        kept &= ~np.isnan(each.point)
    series, origin, step = np.nonzero(kept.transpose(1, 0, 2))
    if not len(series):
        raise InvalidParameterError("no observed value lies in any test window: check 'start', 'windows' and the data")
    absent = task.panel.n_series - len(np.unique(series))
    if absent:
        first = task.panel.ids[np.setdiff1d(np.arange(task.panel.n_series), series)[0]]
        warnings.warn(
            f"{absent} of {task.panel.n_series} series ({first!r} first) have no value to score in any test window and "
            "are left out: they end before the first cutoff or begin after the last; cutoffs='per_series' counts back "
            "from each series' own end",
            DataWarning,
            stacklevel=3,
        )
    at = (origin, series, step)
    ids = panel.ids if panel.layout.kind != "series" or panel.layout.name is not None else pd.Index(["y"])
    columns: dict[str, Any] = {
        "unique_id": ids[series],
        "ds": panel.calendar.stamps(origins.test_positions[at]),
        "cutoff": panel.calendar.stamps(origins.ends[origin, series] - 1),
        "y": actuals[at],
    }
    for name, each in zip(names, forecasts, strict=True):
        columns[name] = each.point[at]
        if np.isnan(each.bounds[at]).all():
            continue
        for i, bound in enumerate(task.levels):
            columns[f"{name}-lo-{bound}"] = each.bounds[at][:, i]
            columns[f"{name}-hi-{bound}"] = each.bounds[at][:, len(task.levels) + i]
    crps, pit = (
        pd.DataFrame({name: getattr(each, score)[at] for name, each in zip(names, forecasts, strict=True)})
        for score in ("crps", "pit")
    )
    return pd.DataFrame(columns), crps, pit, np.column_stack([series, origin, step])


def time_rows(names: Sequence[str], forecasts: Sequence[Forecasts], task: Task) -> pd.DataFrame:
    """Seconds of every model at every cutoff: ``model, cutoff, fit_seconds, predict_seconds``."""
    cutoffs = task.panel.calendar.stamps(task.origins.ends.max(axis=1) - 1)
    tables = [
        pd.DataFrame(
            {"model": name, "cutoff": cutoffs, "fit_seconds": e.fit_seconds, "predict_seconds": e.predict_seconds}
        )
        for name, e in zip(names, forecasts, strict=True)
    ]
    return pd.concat(tables, ignore_index=True)
