"""Observed values to hide for choosing settings and widths: single points, and blocks in time."""

from __future__ import annotations

import zlib

import numpy as np

POINT_SHARE = 0.12
BLOCK_SHARE = 0.10
LONGEST_BLOCK = 48


def hidden_values(values: np.ndarray, seed: int) -> np.ndarray:
    """Choose about a fifth of the observed values: 12 % as points and 10 % in blocks of 2 to 48 steps.

    Parameters
    ----------
    values : ndarray, shape (T, N)
        NaN where missing.
    seed : int
        The choice for a sensor depends on it and on the sensor's own values, so not on the order of the sensors.

    Returns
    -------
    ndarray of bool, shape (T, N)
        True where an observed value is to be hidden. Every sensor keeps at least half of its values.
    """
    steps, sensors = values.shape
    longest = max(2, min(LONGEST_BLOCK, steps // 8))
    hidden = np.zeros(values.shape, bool)
    for sensor in range(sensors):
        column = np.ascontiguousarray(values[:, sensor])
        rng = np.random.default_rng([seed, zlib.crc32(column.tobytes())])
        hidden[:, sensor] = rng.random(steps) < POINT_SHARE
        # Lengths are uniform in the logarithm: short and long gaps are both there.
        mean_length = (longest - 2) / np.log(longest / 2) if longest > 2 else 2.0
        count = rng.binomial(steps, min(1.0, BLOCK_SHARE / mean_length))
        lengths = np.exp(rng.uniform(np.log(2), np.log(longest + 1), count)).astype(int)
        for start, length in zip(rng.integers(0, steps, count), lengths, strict=True):
            hidden[start : start + length, sensor] = True
        hidden[np.isnan(column), sensor] = False
        if 2 * hidden[:, sensor].sum() > np.count_nonzero(~np.isnan(column)):
            hidden[:, sensor] &= rng.random(steps) < 0.5
    return hidden
