"""The rows and sensors that covariances and settings are learned from, where there are more than needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .context import simultaneous_correlation

MOST_CELLS = 2_000_000
"""Covariances come from at most about this many values: evenly spread stretches of rows of a longer series."""
MOST_ROWS = 20_000
_FEWEST_ROWS = 1_500
_STRETCHES = 8
_GROUPS = 4


@dataclass(frozen=True)
class TrainingRows:
    """Rows the law is fitted on.

    Parameters
    ----------
    values : ndarray, shape (T, N)
        NaN where missing.
    times : ndarray of int, shape (T,)
        Increasing grid positions, consecutive but at the joints.
    joints : ndarray of int
        Rows at which a new stretch starts.
    """

    values: np.ndarray
    times: np.ndarray
    joints: np.ndarray

    def usable(self, reach: int) -> np.ndarray:
        """Mark the centres whose windows of ``reach`` steps to either side do not cross a joint; shape (T,)."""
        good = np.ones(len(self.values), bool)
        for joint in self.joints:
            good[max(0, joint - reach) : joint + reach] = False
        return good

    def columns(self, sensors: np.ndarray) -> TrainingRows:
        """Take the same rows of some sensors."""
        return TrainingRows(self.values[:, sensors], self.times, self.joints)


def training_rows(values: np.ndarray, times: np.ndarray) -> TrainingRows:
    """Take all rows, or evenly spread stretches of them where there are more than the covariances need."""
    steps, sensors = values.shape
    most = int(np.clip(MOST_CELLS // max(sensors, 1), _FEWEST_ROWS, MOST_ROWS))
    if steps <= most:
        return TrainingRows(values, times, np.empty(0, int))
    length = most // _STRETCHES
    starts = np.linspace(0, steps - length, _STRETCHES).astype(int)
    rows = np.concatenate([np.arange(start, start + length) for start in starts])
    return TrainingRows(values[rows], times[rows], np.arange(1, _STRETCHES) * length)


def related_groups(values: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Choose at most ``most`` sensors, as a few groups of strongly correlated ones.

    Returns
    -------
    ndarray of int
        Increasing; all sensors where they are not more than ``most``.
    """
    sensors = values.shape[1]
    if sensors <= most:
        return np.arange(sensors)
    observed = ~np.isnan(values)
    centre = np.where(observed, values, 0.0).sum(axis=0) / np.maximum(observed.sum(axis=0), 1)
    strength = np.abs(simultaneous_correlation(np.where(observed, values - centre, 0.0)))
    free: np.ndarray = np.array(observed.any(axis=0))
    kept: list[int] = []
    for start in np.random.default_rng(seed).permutation(sensors):
        if free[start] and len(kept) < most:
            near = np.argsort(np.where(free, -strength[start], np.inf), kind="stable")
            group = near[: min(max(1, most // _GROUPS), most - len(kept), int(free.sum()))]
            kept += [int(sensor) for sensor in group]
            free[group] = False
    return np.sort(np.array(kept))
