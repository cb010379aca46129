"""Which (sensor, lag) pairs a value is conditioned on: a whole window of all sensors, or the most informative few."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FAR_LAGS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
"""Steps to either side that reach over long gaps."""
_PRESELECTED = 32
_FAR_NEIGHBOURS = 3
_NEAR_NEIGHBOURS = 12


@dataclass(frozen=True)
class ContextSet:
    """P contexts of d (sensor, lag) pairs each; the first g pairs of a context are its targets, at lag 0.

    Parameters
    ----------
    sensors, lags : ndarray of int, shape (P, d)
        Pairs; the value at lag l of a target at time t is the one at time t + l.
    targets : int
        g. All contexts together have every sensor as a target once.
    most : int or None, default=None
        A target is conditioned on the first ``most`` observed pairs of its context; None on all observed ones.
    """

    sensors: np.ndarray
    lags: np.ndarray
    targets: int
    most: int | None = None

    @property
    def reach(self) -> int:
        """Largest |lag|."""
        return int(np.abs(self.lags).max())

    @property
    def size(self) -> int:
        """d, pairs of a context."""
        return self.sensors.shape[1]


def whole_window(sensors: int, half_width: int) -> ContextSet:
    """All N sensors over 2K + 1 consecutive times as one context with N targets; d = N (2K + 1)."""
    lags = sorted(range(-half_width, half_width + 1), key=lambda lag: (abs(lag), lag))
    pairs = np.array([(sensor, lag) for lag in lags for sensor in range(sensors)])
    return ContextSet(pairs[None, :, 0], pairs[None, :, 1], sensors)


def nearest_context(
    completed: np.ndarray, half_width: int, size: int, correlation: np.ndarray, most: int | None = None
) -> ContextSet:
    """Condition each sensor on itself and the ``size`` pairs within K steps that correlate most with it.

    Parameters
    ----------
    completed : ndarray, shape (T, N)
        Standardised series without gaps.
    half_width : int
        K.
    size : int
        M; the context has 1 + M pairs, or all there are, the strongest first.
    correlation : ndarray, shape (N, N)
        Of :func:`simultaneous_correlation`.
    most : int or None, default=None
        A target uses its first ``most`` observed pairs.

    Returns
    -------
    ContextSet
        N contexts with one target.
    """
    sensors = completed.shape[1]
    lags = np.arange(-half_width, half_width + 1)
    size = min(size, sensors * len(lags) - 1)
    kept = min(sensors, max(_PRESELECTED, -(-2 * size // len(lags))))
    ranked = related_sensors(correlation, kept)
    middle = slice(half_width, len(completed) - half_width)
    windows = [completed[half_width + lag : len(completed) - half_width + lag] for lag in lags]
    norm = np.sqrt(np.stack([(w**2).sum(axis=0) for w in windows]))
    chosen = []
    for target in range(sensors):
        own = completed[middle, target]
        near = ranked[target]
        strength = np.stack([np.abs(own @ w[:, near]) for w in windows])
        strength = strength / np.maximum(norm[:, near], 1e-9)
        strength[half_width, 0] = np.inf
        best = np.argsort(-strength.ravel(), kind="stable")[: size + 1]
        chosen.append((near[best % len(near)], lags[best // len(near)]))
    return ContextSet(np.array([c[0] for c in chosen]), np.array([c[1] for c in chosen]), 1, most)


def far_context(rows: int, correlation: np.ndarray, repeats: tuple[int, ...], most: int | None = None) -> ContextSet:
    """Condition each sensor over long gaps: itself and some neighbours at far lags, more neighbours at the same time.

    Parameters
    ----------
    rows : int
        T; lags beyond a quarter of it are left out.
    correlation : ndarray, shape (N, N)
        Of :func:`simultaneous_correlation`.
    repeats : tuple of int
        Season lengths in whole steps: the sensor itself around one season before and after.
    most : int or None, default=None
        A target uses its first ``most`` observed pairs, the sensor's own past and future and neighbours at the same
        time before others.

    Returns
    -------
    ContextSet
        N contexts with one target.
    """
    sensors = len(correlation)
    span = [lag for lag in FAR_LAGS if lag <= max(1, rows // 4)]
    ranked = related_sensors(correlation, min(sensors, 1 + _FAR_NEIGHBOURS + _NEAR_NEIGHBOURS))
    offsets = [side * lag for lag in span for side in (-1, 1)]
    around = [lag + shift for lag in repeats if 3 * lag <= rows for shift in (-1, 0, 1)]
    seasons = [side * lag for lag in around if lag > 0 and lag not in span for side in (-1, 1)]
    far = range(1, min(_FAR_NEIGHBOURS + 1, ranked.shape[1]))
    near = range(_FAR_NEIGHBOURS + 1, ranked.shape[1])
    pairs = [(0, 0), *[(k, 0) for k in far], *[(k, 0) for k in near]]
    pairs += [(k, lag) for lag in offsets for k in (0, *far)] + [(0, lag) for lag in dict.fromkeys(seasons)]
    pairs += [(k, lag) for k in near for lag in (-1, 1)]
    rank, lags = np.array(pairs).T
    return ContextSet(ranked[:, rank], np.tile(lags, (sensors, 1)), 1, most)


def simultaneous_correlation(completed: np.ndarray) -> np.ndarray:
    """Correlation about zero of all sensors at equal times, shape (N, N)."""
    gram = completed.T @ completed
    norm = np.sqrt(np.maximum(np.diag(gram), 1e-12))
    return gram / norm / norm[:, None]


def related_sensors(correlation: np.ndarray, count: int) -> np.ndarray:
    """Rank the sensor itself first, then the others by falling |correlation|; shape (N, count)."""
    strength = np.abs(correlation).copy()
    np.fill_diagonal(strength, np.inf)
    return np.argsort(-strength, axis=1, kind="stable")[:, :count]
