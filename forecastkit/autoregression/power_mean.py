"""The mean of a Gaussian variable behind an inverse power transform."""

from __future__ import annotations

import numpy as np

from .power_transform import raw_inverse

_FAR = 9.5  # deviations from the integrand's peak to the end of the range, from which on the end does not matter
_LOST = -38.0  # deviations beyond the end of the range at which nothing is left inside, in float64
_GRID = np.arange(-9.0, 9.25, 0.5)  # the trapezoidal rule on it is exact to rounding for nearly Gaussian integrands
_BOUNDARY_NODES = 121
_CELLS = 20_000  # steps whose nodes are in memory together


def power_mean(mean: np.ndarray, variance: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Mean of y = (λ z + 1)^(1/λ) for z ~ N(mean, variance), with y = 0 where λ z + 1 < 0.

    Parameters
    ----------
    mean, variance : ndarray, shape (batch, n)
        Of z.
    power : ndarray, shape (batch,)
        λ of each series: exp(mean + variance / 2) for 0, the mean itself for 1; the median for λ < 0, as the mean
        may not exist.

    Returns
    -------
    ndarray, shape (batch, n)

    Notes
    -----
    For other λ the trapezoidal rule, which converges exponentially for these integrands, around the largest value of
    the integrand; near the end of the range in the variable log(e^x - 1), x the distance to it. Relative error below
    1e-10, but for means below 1e-200.

    Examples
    --------
    >>> power_mean(np.array([[4.0]]), np.array([[4.0]]), np.array([0.5])).round(8)
    array([[9.99979656]])
    """
    result = mean
    if (power != 1).any():
        result = np.where((power == 1)[:, None], mean, raw_inverse(mean, power[:, None]))
    log = power == 0
    if log.any():
        with np.errstate(over="ignore"):  # an infinite mean says it
            result[log] = np.exp(mean[log] + 0.5 * variance[log])
    curved = np.broadcast_to(((power > 0) & (power != 1))[:, None], mean.shape) & (variance > 0)
    places = np.argwhere(curved)
    for start in range(0, len(places), _CELLS):
        i, k = places[start : start + _CELLS].T
        result[i, k] = _curved_mean(mean[i, k], np.sqrt(variance[i, k]), power[i])
    return result


def _curved_mean(mean: np.ndarray, deviation: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Mean for λ > 0, of n steps."""
    with np.errstate(over="ignore"):
        above = 1.0 + power * mean
        distance = above / (power * deviation)  # from the end of the range to the mean, in deviations
        peak = 2.0 * deviation / (above + np.sqrt(above**2 + 4.0 * power * deviation**2))
    result = np.zeros(len(mean))
    far = distance + peak >= _FAR
    near = ~far & (distance > _LOST)
    if far.any():
        score = peak[far, None] + _GRID
        y = raw_inverse(mean[far, None] + deviation[far, None] * score, power[far, None])
        result[far] = 0.5 / np.sqrt(2 * np.pi) * (y * np.exp(-0.5 * score**2)).sum(axis=1)
    if near.any():
        result[near] = _boundary_mean(mean[near], deviation[near], power[near], distance[near], peak[near])
    return np.where(np.isnan(distance), np.nan, result)


def _boundary_mean(
    mean: np.ndarray, deviation: np.ndarray, power: np.ndarray, distance: np.ndarray, peak: np.ndarray
) -> np.ndarray:
    """Mean where the end of the range is near: nodes x = log(1 + e^u) crowd towards it."""
    top = distance + peak
    low, high = _inverse_softplus(np.maximum(top - 9.0, 5e-12)), _inverse_softplus(top + 9.0)
    spacing = (high - low) / (_BOUNDARY_NODES - 1)
    u = low[:, None] + spacing[:, None] * np.arange(_BOUNDARY_NODES)
    grown = np.exp(u)
    x = np.log1p(grown)
    log = (1.0 / power)[:, None] * np.log((power * deviation)[:, None] * x) - 0.5 * (x - distance[:, None]) ** 2
    return spacing / np.sqrt(2 * np.pi) * (np.exp(log) * grown / (1.0 + grown)).sum(axis=1)


def _inverse_softplus(x: np.ndarray) -> np.ndarray:
    """Solve x = log(1 + e^u)."""
    return x + np.log(-np.expm1(-x))
