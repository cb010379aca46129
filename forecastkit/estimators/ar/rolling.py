"""Forecasts of autoregressions from many origins for the price of a few fits."""

from __future__ import annotations

import numpy as np

from ...autoregression import ForecastLaw, fit_origins, transform
from ...frames import Covariates, Panel
from .member import ARVariant, process_of


def rolling_law(
    variant: ARVariant,
    panel: Panel,
    starts: np.ndarray,
    ends: np.ndarray,
    fit_origin: np.ndarray,
    horizon: int,
    X: Covariates | None,
) -> ForecastLaw | None:
    """Forecast one series from many origins, each with a fit on its window, as fresh fits would.

    Parameters
    ----------
    variant : ARVariant
        What is fitted.
    panel : Panel
        One series.
    starts, ends : ndarray of int, shape (n_origins,)
        Training windows as places in the series: the first value and one past the last.
    fit_origin : ndarray of int, shape (n_origins,)
        Number of the origin whose fit each origin uses, its own for a refit.
    horizon : int
        Number of steps, 1 or more.
    X : Covariates or None
        Covariates of the series.

    Returns
    -------
    ForecastLaw or None
        With the origins as its batch; None where a fresh fit at each origin is needed: missing values, a window that
        is too short, a Box-Cox power or an exact likelihood to maximise, steps beyond the series with covariates.

    Notes
    -----
    O(n p) for the lag products of all windows, then O(p³) a fit.
    """
    s, y = variant.specification, panel.values
    if variant.exact or variant.pooled or variant.direct_horizon or variant.transform == "boxcox":
        return None
    known = y[starts.min() : ends.max()]
    x = None if X is None else X.rows(panel.starts, panel.lengths)
    n_effects = 0 if x is None else x.shape[1]
    if (ends - starts).min() < s.required_length + n_effects or np.isnan(known).any():
        return None
    if x is not None and ends.max() + horizon > len(y):
        return None
    power = 1.0
    if variant.transform == "log":
        if known.min() <= 0:
            return None
        place = np.arange(len(y))
        seen = (place >= starts.min()) & (place < ends.max())
        power, y = 0.0, transform(np.where(seen, y, 1.0)[None], np.zeros(1))[0]
    fits, which = np.unique(fit_origin, return_inverse=True)
    estimates = fit_origins(y, starts[fits], ends[fits], s, x)
    n = len(fits)
    process = process_of(variant, starts[fits], estimates, np.full(n, power), np.ones(n, dtype=bool)).select(which)
    steps = np.arange(-process.n_lags, 0)
    history = np.where(ends[:, None] + steps >= 0, y[ends[:, None] + steps], 0.0)
    times = (ends - process.time_origin)[:, None] + np.arange(horizon)
    ahead = None if x is None else x[ends[:, None] + np.arange(-s.n_differenced, horizon)]
    return process.forecast(history, process.drift(times, ahead))
