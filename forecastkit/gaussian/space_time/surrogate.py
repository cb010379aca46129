"""Stationary Gaussian draws that have the autocovariances of a given series of many sensors."""

from __future__ import annotations

import numpy as np
from scipy import fft


def stationary_draws(series: np.ndarray, steps: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw x(t) = Σ_s z(s) ε(t − s) / √T with one white noise ε shared by all sensors.

    Cov(x_i(t), x_j(t + h)) = (1/T) Σ_s z_i(s) z_j(s + h): the sample autocovariances of z at every lag and for every
    pair of sensors, without forming any of them.

    Parameters
    ----------
    series : ndarray, shape (T, N)
        z, mean near zero, no gaps.
    steps : int
        Length of a draw.
    draws : int
        Number of independent draws.
    rng : numpy.random.Generator
        Source of ε.

    Returns
    -------
    ndarray, shape (draws, steps, N)

    Notes
    -----
    O(draws N L log L) with L = steps + T, by fast Fourier transforms. Gaussian with exact second moments of z, whatever
    the number of sensors.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> stationary_draws(rng.standard_normal((50, 2)), 30, 4, rng).shape
    (4, 30, 2)
    """
    length = len(series)
    size = fft.next_fast_len(steps + length - 1, real=True)
    transfer = fft.rfft(series, size, axis=0)
    noise = rng.standard_normal((draws, steps + length - 1))
    out = np.empty((draws, steps, series.shape[1]))
    for k in range(draws):
        spectrum = np.asarray(fft.rfft(noise[k], size))[:, None] * transfer
        out[k] = np.asarray(fft.irfft(spectrum, size, axis=0))[length - 1 : length - 1 + steps]
    return out / np.sqrt(max(length, 1))
