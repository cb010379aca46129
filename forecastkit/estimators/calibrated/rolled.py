"""Errors of a forecaster at origins of the past, in units of the spread it stated."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import clone

from ...errors import DataWarning, InvalidFrameError
from ...frames import Covariates, Panel
from ..base import BaseForecaster
from ..forecast import Forecast
from .conformal import interval_scores
from .law import center_and_spreads

_LEAST = 4  # part of a series, one in so many values, below which it is left out at an origin


def rolled_scores(
    forecaster: BaseForecaster, panel: Panel, X: Covariates | None, steps: np.ndarray, horizon: int, refit: bool | None
) -> np.ndarray:
    """Forecast from origins of the past, as the forecaster would have, and score the errors.

    Parameters
    ----------
    forecaster : BaseForecaster
        Its copies are fitted to what lies before an origin.
    panel : Panel
        All data.
    X : Covariates or None
        Covariates, also of what is forecast.
    steps : ndarray of int, shape (n_origins,)
        Distances of the origins from the end of each series, the largest first; one below the horizon is scored at the
        lead times that the data reach.
    horizon : int
        Steps ahead.
    refit : bool or None
        Fit at every origin, or at the first alone; None asks the forecaster whether an update estimates it again.

    Returns
    -------
    ndarray, shape (n_origins, n_series, horizon)
        From `interval_scores`; NaN where nothing was forecast or observed.
    """
    scores = np.full((len(steps), panel.n_series, horizon), np.nan)
    if refit is not False and hasattr(forecaster, "forecast_origins") and panel.n_series < len(steps):
        if _rolled_together(forecaster, panel, X, steps, scores):
            return scores
        scores[:] = np.nan
    fitted, seen = None, panel.ids
    for j, step in enumerate(steps.tolist()):
        part = _before(panel, step)
        if fitted is None or refit or (refit is None and fitted.refitted_):
            fitted = _fitted(forecaster, part, panel, X, step)
            seen = part.ids
        known_before = seen.get_indexer(part.ids) >= 0
        part = part if known_before.all() else part.select(np.flatnonzero(known_before))
        known = min(horizon, step)
        forecast = fitted.forecast_distribution(known, y=part)
        index = panel.ids.get_indexer(part.ids)
        scores[j, index, :known] = forecast_scores(forecast, panel, panel.ends - step, known, index)
    return scores


def continued_scores(
    fitted: BaseForecaster, scores: np.ndarray, old: Panel, panel: Panel, X: Covariates | None
) -> np.ndarray:
    """Add the scores of new values, forecast with old parameters from every origin that reaches them.

    Parameters
    ----------
    fitted : BaseForecaster
        Fitted to the old panel.
    scores : ndarray, shape (n_origins, n_series, horizon)
        Of consecutive origins, the last row of the last origin but for the end of the old data.
    old, panel : Panel
        Data before and with the new values.
    X : Covariates or None
        Covariates of the panel.

    Returns
    -------
    ndarray, shape (n_origins + n_new, n_series, horizon)
        With the last row of the last origin but for the new end of each series.
    """
    new = panel.ends - old.ends
    rows, n_series, horizon = scores.shape
    most = int(new.max())
    longer = np.full((rows + most, n_series, horizon), np.nan)
    for count in np.unique(new).tolist():
        longer[most - count : most - count + rows, new == count] = scores[:, new == count]
    for ahead in range(1 - horizon, most):
        chosen = np.flatnonzero(new > ahead)
        part = panel.select(chosen).between(None, old.ends[chosen] + ahead)
        chosen, reach = panel.ids.get_indexer(part.ids), min(horizon, most - ahead)
        covariates = None if X is None else X.for_panel(part)
        law = fitted._forecast(part, fitted._numbers(part), reach, covariates)
        found = forecast_scores(law, panel, old.ends + ahead, reach, chosen)
        known = np.arange(max(0, -ahead), reach)
        row = rows + most - new[chosen] + ahead
        longer[row[:, None], chosen[:, None], known] = found[:, known]
    return longer


def forecast_scores(forecast: Forecast, panel: Panel, ends: np.ndarray, horizon: int, index: np.ndarray) -> np.ndarray:
    """Scores of one forecast of the series ``index`` of a panel, shape (n_selected, horizon).

    Parameters
    ----------
    forecast : Forecast
        Its batch is the selected series.
    panel : Panel
        All data.
    ends : ndarray of int, shape (n_series,)
        Grid position of each series' first step forecast.
    horizon : int
        Steps ahead.
    index : ndarray of int, shape (n_selected,)
        Numbers of the series.
    """
    places = (ends - panel.starts)[index, None] + np.arange(horizon)
    inside = (places >= 0) & (places < panel.lengths[index, None])
    actual = np.where(inside, panel.values[np.where(inside, places + panel.offsets[index, None], 0)], np.nan)
    return interval_scores(actual, *center_and_spreads(forecast))


def _before(panel: Panel, step: int) -> Panel:
    """Cut the data off at an origin, without series of which too little is left."""
    ends = panel.ends - step
    part = panel.between(None, ends)
    whole = panel.lengths[panel.ids.get_indexer(part.ids)]
    enough = part.lengths >= np.maximum(whole // _LEAST, 2)
    if not enough.any():
        raise InvalidFrameError(
            f"no series is long enough to calibrate on: an origin {step} steps before the end leaves less than a "
            f"quarter of the longest, which has {int(panel.lengths.max())} values; choose fewer n_origins, a smaller "
            "step or a smaller horizon"
        )
    return part if enough.all() else part.select(np.flatnonzero(enough))


def _fitted(forecaster: BaseForecaster, part: Panel, panel: Panel, X: Covariates | None, step: int) -> BaseForecaster:
    """Copy fitted to the data before an origin; a failure says that it was for the calibration."""
    copy: Any = clone(forecaster)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # the fit on all data says it
        try:
            return copy.fit(part, X)
        except InvalidFrameError as error:
            raise InvalidFrameError(
                f"the calibration fits {type(forecaster).__name__} on the values up to {step} steps before the end "
                f"({int(part.lengths.min())} of {int(panel.lengths.min())} of the shortest series): {error}"
            ) from error


def _rolled_together(
    forecaster: Any, panel: Panel, X: Covariates | None, steps: np.ndarray, scores: np.ndarray
) -> bool:
    """Fill scores series by series with all origins at once, where the forecaster can do that."""
    horizon = scores.shape[2]
    for i in range(panel.n_series):
        alone = panel.select(np.array([i]))
        ends = alone.lengths[0] - steps
        if ends.min() < max(alone.lengths[0] // _LEAST, 2):
            return False
        covariates = None if X is None else X.for_panel(alone)
        first, own = np.zeros(len(ends), dtype=int), np.arange(len(ends))
        forecast = forecaster.forecast_origins(alone, first, ends, own, horizon, covariates)
        if forecast is None:
            return False
        places = ends[:, None] + np.arange(horizon)
        inside = places < alone.lengths[0]
        actual = np.where(inside, alone.values[np.where(inside, places, 0)], np.nan)
        scores[:, i] = interval_scores(actual, *center_and_spreads(forecast))
    return True
