"""The season of a series, from its values."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

_LEVEL = 0.05  # chance of a season where there is none, over all lags together


def infer_season(y: np.ndarray) -> int:
    """Length of the season of one series; 1 where none is clear.

    A season s is a local maximum of the autocorrelation r of the first differences that lies above Bartlett's bound
    √((1 + 2 Σ_{i<s} r_i²) / n) times the normal quantile of level 0.05, divided among all lags; and that returns:
    the correlations of a fixed pattern are as high at 2 s as at s, those of a stochastic cycle fall to their square,
    so that r_{2s} must be above r_s^{3/2}, half way between (on the log scale). Of several, the smallest is taken that
    is not significantly below the largest.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Values in time order, without gaps.

    Returns
    -------
    int
        At most n / 3.

    Notes
    -----
    O(n log n), by the fast Fourier transform.

    References
    ----------
    .. [1] M. S. Bartlett (1946), On the theoretical specification and sampling properties of autocorrelated time
       series.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> infer_season(np.tile([1.0, 4.0, 2.0, 3.0, 9.0], 20) + rng.normal(size=100))
    5
    >>> infer_season(rng.normal(size=100).cumsum())
    1
    """
    z = np.diff(y)
    if len(y) < 6 or np.ptp(z) <= 1e-12 * np.abs(y).max():
        return 1
    r, lags = _autocorrelations(z), np.arange(2, len(y) // 3 + 1)
    spread = np.sqrt((1 + 2 * np.cumsum(r[1 : len(lags) + 1] ** 2)) / len(z))
    peak = (r[lags] > r[lags - 1]) & (r[lags] > r[lags + 1])
    significant = r[lags] > ndtri(1 - _LEVEL / len(lags)) * spread
    returns = r[2 * lags] > np.maximum(r[lags], 0.0) ** 1.5
    found = np.flatnonzero(peak & significant & returns)
    if not len(found):
        return 1
    best = found[np.argmax(r[lags[found]])]
    alike = r[lags[found]] >= r[lags[best]] - ndtri(1 - _LEVEL) * spread[best]
    return int(lags[found[alike][0]])


def _autocorrelations(z: np.ndarray) -> np.ndarray:
    """Correlations at the lags 0..n - 1, each from the average over its own pairs."""
    n, z = len(z), z - z.mean()
    products = np.fft.irfft(np.abs(np.fft.rfft(z, 2 * n)) ** 2, 2 * n)[:n]
    return products / np.arange(n, 0, -1) / (products[0] / n)
