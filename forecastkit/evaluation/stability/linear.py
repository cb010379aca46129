"""Stability of linear recursions: exact but for the errors, which are measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autoregression import forecast_ar, innovations
from ...autoregression.companion import n_unit_roots, spectral_radius
from ...autoregression.sensitivity import k_step_norms, linear_sensitivity
from ...estimators.panel_process import PanelProcess
from ...estimators.parameters import series_generators
from ...estimators.recursion import LinearRecursion
from .error_growth import error_growth
from .measures import StabilityMeasures
from .settings import StabilitySettings

_EXACT = 1e-9  # exponents of a linear recursion closer to zero than this are zero


def linear_measures(recursion: LinearRecursion, settings: StabilitySettings) -> StabilityMeasures:
    """Measure linear recursions, all series with the same number of lags together.

    Parameters
    ----------
    recursion : LinearRecursion
    settings : StabilitySettings

    Returns
    -------
    StabilityMeasures
        In the order of the panel's series.
    """
    rows: list[Any] = [None] * len(recursion.share)
    for part, numbers in zip(recursion.parts, recursion.series, strict=True):
        used = np.where(part.process.polynomial != 0, np.arange(1, part.process.n_lags + 1), 1).max(axis=1)
        for order in np.unique(used):
            mine = np.flatnonzero(used == order)
            for i, row in zip(mine, _alike(part.select(mine), int(order), settings), strict=True):
                rows[numbers[i]] = row
    return StabilityMeasures.stacked(rows)


def _alike(part: PanelProcess, order: int, settings: StabilitySettings) -> list[dict[str, Any]]:
    """Numbers of processes of the same order, a dict each."""
    polynomial, panel = part.process.polynomial[:, :order], part.panel
    sensitivity = linear_sensitivity(polynomial, settings.horizon)
    norms = k_step_norms(sensitivity)
    gain = np.linalg.norm(sensitivity, axis=2)
    radius = spectral_radius(polynomial, part.process.differencing)
    roots = n_unit_roots(part.process.differencing)
    with np.errstate(divide="ignore"):
        exponent = np.log(radius)
    # A random walk has its unit root without any differences; a fitted root so close to 1 is one for all that is seen.
    near = np.abs(exponent) < _EXACT
    generators = series_generators(panel.ids, settings.random_state)
    rows = []
    for i in range(panel.n_series):
        z = part.transformed.series(i)
        unit = _spread(z)
        drift = part.past_drift[panel.offsets[i] : panel.offsets[i + 1]]
        errors, residuals = _errors(z / unit, polynomial[i], drift / unit, settings)
        growth = error_growth(norms[i], sensitivity[i : i + 1], errors, residuals)
        inside = _steps_inside(z, polynomial[i], float(part.process.sigma2[i]), settings, generators[i])
        out = inside < settings.n_steps
        rows.append(
            growth._asdict()
            | {
                "lipschitz": norms[i],
                "typical_lipschitz": norms[i],
                "gain": gain[i],
                "typical_gain": gain[i],
                "spectral_radius": radius[i],
                "median_radius": radius[i],
                "lyapunov": 0.0 if near[i] else exponent[i],
                "lyapunov_error": 0.0,
                "tolerance": _EXACT,
                "escaped": out.mean(),
                "escape_step": inside[out].min() if out.any() else np.nan,
                "bounded": bool(radius[i] < 1 and not near[i]),
                "unit_roots": max(roots, int(near[i])),
                "n_states": 1,
            }
        )
    return rows


def _spread(z: np.ndarray) -> float:
    """Measure the standard deviation of the observed values, 1 where they are all alike."""
    size = float(np.nanstd(z))
    return size if size > 0 else 1.0


def _errors(
    z: np.ndarray, polynomial: np.ndarray, drift: np.ndarray, settings: StabilitySettings
) -> tuple[np.ndarray, np.ndarray]:
    """Errors of forecasts from many origins (n_origins, K), and one-step errors at the same times."""
    order, n_steps = len(polynomial), settings.horizon
    one_step = -innovations(z[None], polynomial[None], drift[None])[0]
    one_step[:order] = np.nan
    complete = np.flatnonzero(~np.isnan(np.lib.stride_tricks.sliding_window_view(z, order)).any(axis=1)) + order
    origins = settings.origins(complete, len(z))
    if not len(origins):
        return np.full((1, n_steps), np.nan), np.full((1, n_steps, 1), np.nan)
    places = origins[:, None] + np.arange(n_steps)
    inside = places < len(z)
    ahead = np.where(inside, places, 0)
    history = z[origins[:, None] - order + np.arange(order)]
    repeated = np.broadcast_to(polynomial, (len(origins), order))
    law = forecast_ar(history, repeated, np.where(inside, drift[ahead], 0.0), np.ones(len(origins)))
    errors = np.where(inside, law.mean - z[ahead], np.nan)
    return errors, np.where(inside, one_step[ahead], np.nan)[:, :, None]


def _steps_inside(
    z: np.ndarray, polynomial: np.ndarray, sigma2: float, settings: StabilitySettings, generator: np.random.Generator
) -> np.ndarray:
    """Count the steps before simulated deviations from the deterministic path leave the surroundings of the data."""
    from scipy.signal import lfilter  # slow to import and not always needed

    n_paths = settings.n_paths
    noise = np.sqrt(max(sigma2, 0.0)) * generator.standard_normal((n_paths, settings.n_steps))
    with np.errstate(over="ignore", invalid="ignore"):
        paths = np.asarray(lfilter([1.0], np.concatenate([[1.0], -polynomial]), noise, axis=1))
    outside = ~(np.abs(paths) <= settings.reach * (float(np.nanmax(z) - np.nanmin(z)) or 1.0))
    return np.where(outside.any(axis=1), outside.argmax(axis=1), settings.n_steps)
