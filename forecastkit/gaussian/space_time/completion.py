"""EM-type iteration: complete the series by conditional means and error draws, take covariances, and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .conditional_weights import condition_windows
from .context import ContextSet
from .gap_distance import gap_distance, interpolated_entries
from .surrogate import stationary_draws
from .window_covariance import Shrinkage, window_law

_SHORT_GAP = 12
_PRIOR_VALUES = 20.0


@dataclass(frozen=True)
class CompletedSeries:
    """Standardised series with its gaps filled, and one draw of the errors of the filling.

    Parameters
    ----------
    mean : ndarray, shape (T, N)
        Observed values, and conditional means where missing.
    error : ndarray, shape (T, N)
        A draw of the error of ``mean``, zero where observed.
    """

    mean: np.ndarray
    error: np.ndarray

    @property
    def draw(self) -> np.ndarray:
        """A series without gaps whose second moments are not too small, shape (T, N)."""
        return self.mean + self.error

    @property
    def fields(self) -> np.ndarray:
        """Both parts, whose second moments add up to those of the series; shape (2, T, N)."""
        return np.stack([self.mean, self.error])


def start_completion(z: np.ndarray, weights: np.ndarray) -> CompletedSeries:
    """Fill short gaps by straight lines, and the rest by what the neighbours' mean at the same time tells.

    Parameters
    ----------
    z : ndarray, shape (T, N)
        Standardised, NaN where missing.
    weights : ndarray, shape (N, N)
        Of the others for each sensor, rows summing to one.
    """
    observed = ~np.isnan(z)
    zeroed = np.where(observed, z, 0.0)
    distance = gap_distance(observed, _SHORT_GAP)
    total = observed.astype(float) @ weights.T
    neighbours = zeroed @ weights.T / np.maximum(total, 1e-12)
    slope = _neighbour_slope(zeroed, neighbours, observed & (total > 1e-9))[0]
    mean = np.where(observed, z, np.where(total > 1e-9, slope * neighbours, 0.0))
    near = ~observed & distance.closed & (distance.before + distance.after <= _SHORT_GAP)
    for sensor in np.flatnonzero(near.any(axis=0)):
        rows = np.flatnonzero(near[:, sensor])
        mean[rows, sensor] = interpolated_entries(zeroed[None], distance, rows, int(sensor))[0]
    return CompletedSeries(mean, np.zeros(z.shape))


def complete(
    z: np.ndarray,
    choose_context: Callable[[np.ndarray], ContextSet],
    *,
    start: CompletedSeries,
    weights: np.ndarray,
    absent: np.ndarray,
    shrinkage: Shrinkage,
    iterations: int,
    rng: np.random.Generator,
    usable: np.ndarray | None = None,
) -> CompletedSeries:
    """Iterate conditional filling and covariances.

    In each iteration the missing entries get their conditional mean in their window, and the error of that mean a draw
    by Matheron's rule: x̃ − E[x̃ | x̃ at the observed places] with x̃ a stationary draw that has the autocovariances of
    the present completion. The second moments of mean and error add up to the expected ones of an EM step.

    Parameters
    ----------
    z : ndarray, shape (T, N)
        Standardised, NaN where missing.
    choose_context : callable
        Contexts for a completed series, shape (T, N).
    start : CompletedSeries
        Where to begin.
    weights : ndarray, shape (N, N)
        Of the others for each sensor, rows summing to one; they stand in for the sensors in ``absent``.
    absent : ndarray of bool, shape (N,)
        Sensors with (almost) no value.
    shrinkage : Shrinkage
        Of the covariances.
    iterations : int
        At least 1.
    rng : numpy.random.Generator
        Source of the draws.
    usable : ndarray of bool, shape (T,), or None
        Centres of windows that count.

    Returns
    -------
    CompletedSeries

    References
    ----------
    Celeux and Diebolt (1985), *The SEM algorithm*, for the draw in place of an expectation.
    """
    observed = ~np.isnan(z)
    zeroed = np.where(observed, z, 0.0)
    missing = ~observed
    completed = start
    if absent.any():
        completed = virtual_sensors(completed, weights, absent, observed, rng)
    for _ in range(iterations if missing.any() else 0):
        law = window_law(completed.fields, choose_context(completed.draw), shrinkage, usable)
        draw = stationary_draws(completed.draw, len(z), 1, rng)[0]
        fields, _ = condition_windows(law, np.stack([zeroed, draw]), observed, missing)
        mean = np.where(observed, z, fields[0])
        completed = CompletedSeries(mean, np.where(observed, 0.0, draw - fields[1]))
        if absent.any():
            completed = virtual_sensors(completed, weights, absent, observed, rng)
    return completed


def virtual_sensors(
    completed: CompletedSeries, weights: np.ndarray, absent: np.ndarray, observed: np.ndarray, rng: np.random.Generator
) -> CompletedSeries:
    """Give absent sensors β z̄, z̄ the weighted mean of the others, and an error as large as the others have around it.

    β and the size of the error are those of predicting the present sensors from their own weighted means. The error
    moves in time like that of a present sensor.
    """
    present = ~absent
    if not present.any():
        return completed
    shares = weights * present
    total = shares.sum(axis=1, keepdims=True)
    shares = np.where(total > 0, shares / np.where(total > 0, total, 1.0), present / present.sum())
    series = completed.draw
    around = series @ shares.T
    _, pooled = _neighbour_slope(series[:, present], around[:, present], np.ones((len(series), present.sum()), bool))
    rest = series[:, present] - pooled * around[:, present]
    noise = stationary_draws(rest, len(series), int(absent.sum()), rng)
    mean, error = completed.mean.copy(), completed.error.copy()
    nearest = np.argmax(shares[:, present], axis=1)
    level = np.sqrt((rest**2).mean())
    size = np.sqrt(np.maximum((rest**2).mean(axis=0), 1e-12))
    for k, sensor in enumerate(np.flatnonzero(absent)):
        hidden = ~observed[:, sensor]
        drawn = noise[k, :, nearest[sensor]] * (level / size[nearest[sensor]])
        mean[hidden, sensor] = pooled * around[hidden, sensor]
        error[hidden, sensor] = drawn[hidden]
    return CompletedSeries(mean, error)


def _neighbour_slope(series: np.ndarray, around: np.ndarray, both: np.ndarray) -> tuple[np.ndarray, float]:
    """Slope of each sensor on the mean of its neighbours, drawn towards the pooled one, and the pooled one."""
    product = np.where(both, series * around, 0.0).sum(axis=0)
    square = np.where(both, around**2, 0.0).sum(axis=0)
    pooled = float(product.sum() / square.sum()) if square.sum() > 0 else 0.0
    typical = float(square.sum() / max(both.sum(), 1))
    prior = _PRIOR_VALUES * max(typical, 1e-12)
    return (product + prior * pooled) / (square + prior), pooled
