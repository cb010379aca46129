"""Scores of one model on every held-out window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...errors import ForecastkitError, NotSupportedError
from ...estimators.parameters import series_generators
from ...frames import Covariates
from .held_out import HeldOut

MEASURES = ("log_score", "crps", "energy_score")
_MOST_NUMBERS = 4_000_000  # of the differences of all pairs of paths: 32 MB


def window_scores(
    name: str,
    model: Any,
    parts: HeldOut,
    X: Covariates | None,
    n_samples: int,
    seeds: np.ndarray,
    told: Callable[[], None],
) -> dict[str, np.ndarray]:
    """Score a model from every origin without fitting it again.

    Parameters
    ----------
    name : str
        What the model is called.
    model : forecaster
        Fitted.
    parts : HeldOut
        Series and origins.
    X : Covariates or None
        Covariates of the held-out steps.
    n_samples : int
        Paths of each series behind CRPS and energy score.
    seeds : ndarray of int, shape (n_origins,)
        Of the paths from each origin.
    told : callable
        Called after each origin.

    Returns
    -------
    dict of ndarray, shape (n_origins, n_series)
        By measure: minus the log density of the window's path, in nats; the mean CRPS of its observed steps and the
        energy score of the path, in the data's unit. NaN where there is no window, where a value of it is missing (for
        the CRPS: all of them), and for the log score of a model without density.
    """
    shape = (len(seeds), parts.panel.n_series)
    scores = {measure: np.full(shape, np.nan) for measure in MEASURES}
    has_density = hasattr(model, "path_law")
    for k, (series, history, actual) in enumerate(parts.origins()):
        try:
            paths, density, has_density = _drawn(
                model, history, parts.horizon, X, n_samples, seeds[k], actual, has_density
            )
        except ForecastkitError as error:
            raise type(error)(f"model {name!r}, origin {k + 1} of {len(seeds)}: {error}") from error
        scores["log_score"][k, series] = -density
        scores["crps"][k, series] = _crps(actual, paths)
        scores["energy_score"][k, series] = _energy(actual, paths)
        told()
    return scores


def _drawn(
    model: Any, history: Any, horizon: int, X: Any, n_samples: int, seed: int, actual: np.ndarray, has_density: bool
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Paths (n_samples, n_series, horizon), log densities of the actual ones, and whether the model has any."""
    generators = series_generators(history.ids, int(seed))
    density = np.full(len(actual), np.nan)
    if has_density:
        try:
            law = model.path_law(horizon, history, X)
            whole = np.asarray(np.isfinite(actual).all(axis=1))
            steps = law.log_density(np.where(whole[:, None], actual, 1.0)[None])[0]
            steps = np.where(np.isneginf(steps).any(axis=1, keepdims=True), -np.inf, steps)
            return law.draw(n_samples, generators)[0], np.where(whole, steps.sum(axis=1), np.nan), True
        except NotSupportedError:
            generators = series_generators(history.ids, int(seed))
    return model.forecast_distribution(horizon, history, X).sample(n_samples, generators), density, False


def _crps(actual: np.ndarray, paths: np.ndarray) -> np.ndarray:
    """Mean CRPS of the observed steps, without the bias of few paths; shape (n_series,)."""
    from scoringrules import crps_ensemble

    ensemble = np.moveaxis(paths, 0, -1)
    steps = np.asarray(crps_ensemble(np.nan_to_num(actual), ensemble, estimator="pwm", backend="numpy"))
    seen = ~np.isnan(actual)
    total = np.where(seen, steps, 0.0).sum(axis=1)
    return np.where(seen.any(axis=1), total / np.maximum(seen.sum(axis=1), 1), np.nan)


def _energy(actual: np.ndarray, paths: np.ndarray) -> np.ndarray:
    """Energy score of each series' path, without the bias of few paths; shape (n_series,)."""
    from scoringrules import es_ensemble

    n_samples, n_series, horizon = paths.shape
    at_once, scores = max(1, _MOST_NUMBERS // (n_samples**2 * horizon)), np.empty(n_series)
    for first in range(0, n_series, at_once):
        part = slice(first, first + at_once)
        ensemble = paths[:, part].transpose(1, 0, 2)
        scores[part] = es_ensemble(actual[part], ensemble, estimator="fair", backend="numpy")
    return scores
