"""Calibrated intervals in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from ...estimators import CalibratedForecaster
from ...frames import Panel


def calibrate(
    forecaster: Any,
    y: pd.Series | pd.DataFrame | Panel,
    X: pd.DataFrame | None = None,
    method: Literal["conformal", "adaptive"] = "conformal",
    *,
    horizon: int,
    level: float | Sequence[float] = 95,
    n_origins: int | None = None,
    step: int | None = None,
    pooling: Literal["global", "local"] = "global",
    refit: bool | None = None,
    step_size: float | Sequence[float] | None = None,
    memory: int = 250,
) -> CalibratedForecaster:
    """Fit a forecaster and make its intervals cover what they promise.

    Forecasts are made from origins inside ``y``, each without what comes after it, and their errors by lead time say
    how wide the intervals have to be. Point forecasts stay as they are.

    Parameters
    ----------
    forecaster : BaseForecaster or object
        Such as ``ARForecaster()``, or anything else with ``fit(y)`` and ``predict(horizon)``; its copies are fitted, to
        the data before the origins and to all.
    y : Series, DataFrame or Panel
        One or many series, in any layout.
    X : DataFrame, default=None
        Covariates, for forecasters that use them.
    method : {"conformal", "adaptive"}, default="conformal"
        Widths from all errors alike, or following the latest ones, for data that drift.
    horizon : int
        Steps ahead that are calibrated, 1 or more.
    level, n_origins, step, pooling, refit, step_size, memory
        As for `CalibratedForecaster`.

    Returns
    -------
    CalibratedForecaster
        Fitted to ``y``; a forecaster like any other, which a backtest takes unfitted and fits at every cutoff.

    Raises
    ------
    InvalidFrameError
        The series are too short; the message has the number of errors needed and found.

    Notes
    -----
    MAPIE's time-series regressor calibrates one series of a scikit-learn regressor one step ahead, without lead times
    or scores pooled over series, so that nothing of it could be used here.

    Examples
    --------
    >>> import numpy as np, forecastkit as fk
    >>> y = pd.Series(np.random.default_rng(0).standard_t(3, 200), index=pd.date_range("2024-01-01", periods=200))
    >>> calibrate(fk.NaiveForecaster(), y, horizon=7).predict_interval(7, level=80).shape
    (7, 3)
    """
    return CalibratedForecaster(
        forecaster=forecaster,
        method=method,
        horizon=horizon,
        level=level,
        n_origins=n_origins,
        step=step,
        pooling=pooling,
        refit=refit,
        step_size=step_size,
        memory=memory,
    ).fit(y, X)
