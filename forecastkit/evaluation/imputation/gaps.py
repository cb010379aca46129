"""Gaps: how long the one is that a missing value lies in, and how far the next observed value."""

from __future__ import annotations

import numpy as np


def gap_spans(observed: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the gap that every missing value lies in.

    Parameters
    ----------
    observed : ndarray of bool, shape (n_times, n_sensors)
        True where there is a value.

    Returns
    -------
    start : ndarray of int64, shape (n_times, n_sensors)
        First row of the gap; -1 where a value was observed.
    length : ndarray of int64, shape (n_times, n_sensors)
        Number of values missing in a row; 0 where a value was observed.
    distance : ndarray of int64, shape (n_times, n_sensors)
        Steps to the nearest observed value of the sensor, before or after; 0 where a value was observed, and
        ``n_times`` for a sensor without a value.

    Notes
    -----
    O(n_times n_sensors).

    Examples
    --------
    >>> observed = np.array([[True], [False], [False], [False], [True]])
    >>> start, length, distance = gap_spans(observed)
    >>> start[:, 0], length[:, 0], distance[:, 0]
    (array([-1,  1,  1,  1, -1]), array([0, 3, 3, 3, 0]), array([0, 1, 2, 1, 0]))
    """
    n_times = len(observed)
    row = np.arange(n_times)[:, None]
    before = np.maximum.accumulate(np.where(observed, row, -1), axis=0)
    after = np.minimum.accumulate(np.where(observed, row, n_times)[::-1], axis=0)[::-1]
    start = np.where(observed, -1, before + 1)
    length = np.where(observed, 0, after - before - 1)
    to_before = np.where(before < 0, n_times, row - before)
    to_after = np.where(after == n_times, n_times, after - row)
    return start, length, np.minimum(to_before, to_after)
