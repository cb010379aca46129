"""Naive2, the M4 competition's reference: the naive forecast of the seasonally adjusted series."""

from __future__ import annotations

import numpy as np

_CRITICAL = 1.645  # one-sided 95 % point of the normal law, as in the M4 competition's test


def naive2(y: np.ndarray, horizon: int, seasonal_period: int) -> np.ndarray:
    """Repeat the last value, times the season's factor where the series is seasonal.

    A series is seasonal when its autocorrelation at the season exceeds 1.645 √((1 + 2 Σ_{i<s} r_i²) / n). Factors are
    those of the classical multiplicative decomposition: mean ratio to the centred moving average, scaled to mean 1.

    Parameters
    ----------
    y : ndarray, shape (n,)
        History; anything but positive values without gaps is not adjusted.
    horizon : int
        Number of steps, 1 or more.
    seasonal_period : int
        Season s in steps, 1 for none.

    Returns
    -------
    ndarray, shape (horizon,)

    References
    ----------
    .. [1] S. Makridakis, E. Spiliotis and V. Assimakopoulos (2020), The M4 Competition, appendix.

    Examples
    --------
    >>> naive2(np.tile([1.0, 3.0], 10), 3, 2)
    array([1., 3., 1.])
    """
    last = y[~np.isnan(y)][-1]
    s = seasonal_period
    if s == 1 or len(y) < 3 * s or not np.all(y > 0) or not is_seasonal(y, s):
        return np.full(horizon, last)
    factors = seasonal_factors(y, s)
    ahead = factors[(len(y) + np.arange(horizon)) % s]
    return last / factors[(len(y) - 1) % s] * ahead


def is_seasonal(y: np.ndarray, seasonal_period: int) -> bool:
    """Test the autocorrelation at the season."""
    z = y - y.mean()
    variance = z @ z
    if variance == 0:
        return False
    spectrum = np.fft.rfft(z, 2 * len(z))
    correlations = np.fft.irfft(np.abs(spectrum) ** 2)[1 : seasonal_period + 1] / variance
    limit = _CRITICAL * np.sqrt((1 + 2 * np.sum(correlations[:-1] ** 2)) / len(y))
    return bool(abs(correlations[-1]) > limit)


def seasonal_factors(y: np.ndarray, seasonal_period: int) -> np.ndarray:
    """Multiplicative factor of every step of the season, counted from the first value; shape (seasonal_period,)."""
    s = seasonal_period
    weights = np.full(s, 1 / s) if s % 2 else np.r_[0.5, np.ones(s - 1), 0.5] / s
    trend = np.convolve(y, weights, mode="valid")
    half = (len(weights) - 1) // 2
    step = np.arange(half, half + len(trend)) % s
    factors = np.bincount(step, y[half : half + len(trend)] / trend, minlength=s) / np.bincount(step, minlength=s)
    return factors / factors.mean()
