"""Distance from an entry to the nearest observed values of its own sensor, and linear interpolation between them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

LENGTH_EDGES = (1, 2, 4, 8, 16, 32)
"""Upper ends, in steps, of the classes of gap length; longer gaps and gaps open to one side are the last class."""
GAP_CLASSES = len(LENGTH_EDGES) + 1


class GapDistance(NamedTuple):
    """Steps to the previous and to the next *other* observed value of the sensor, at most ``reach`` + 1.

    ``before`` and ``after`` have shape (T, N); ``reach`` + 1 says that there is none within ``reach`` steps.
    """

    before: np.ndarray
    after: np.ndarray
    reach: int

    @property
    def closed(self) -> np.ndarray:
        """True where both sides are observed within reach."""
        return (self.before <= self.reach) & (self.after <= self.reach)

    def length_class(self) -> np.ndarray:
        """Class 0..``GAP_CLASSES`` − 1 of the gap's length, before + after − 1 steps."""
        length = self.before.astype(np.int64) + self.after - 1
        return np.where(self.closed, np.searchsorted(LENGTH_EDGES, length), GAP_CLASSES - 1)


def gap_distance(observed: np.ndarray, reach: int) -> GapDistance:
    """Measure the distances along axis 0; an observed entry looks past itself.

    Parameters
    ----------
    observed : ndarray of bool, shape (T, N)
    reach : int
        Largest distance told apart.

    Returns
    -------
    GapDistance
    """
    steps, sensors = observed.shape
    position = np.arange(steps, dtype=np.int32)[:, None]
    last = np.maximum.accumulate(np.where(observed, position, np.int32(-reach - 1 - steps)), axis=0)
    following = np.minimum.accumulate(np.where(observed, position, np.int32(2 * steps + reach))[::-1], axis=0)[::-1]
    none = np.full((1, sensors), reach + 1, np.int32)
    before = np.concatenate([none, position[1:] - last[:-1]]) if steps else none[:0]
    after = np.concatenate([following[1:] - position[:-1], none]) if steps else none[:0]
    return GapDistance(np.minimum(before, reach + 1), np.minimum(after, reach + 1), reach)


def gap_classes(observed: np.ndarray) -> np.ndarray:
    """Class of the length of the gap around every entry, shape (T, N); an observed entry looks past itself."""
    return gap_distance(observed, LENGTH_EDGES[-1]).length_class()


def interpolated_entries(fields: np.ndarray, distance: GapDistance, rows: np.ndarray, sensor: int) -> np.ndarray:
    """Straight line between the two nearest other observed values; the one there is at an open end, else 0.

    Parameters
    ----------
    fields : ndarray, shape (F, T, N)
        Right-hand sides, all observed in the same places.
    distance : GapDistance
        Of those places.
    rows : ndarray of int, shape (R,)
        Entries of ``sensor`` to fill.

    Returns
    -------
    ndarray, shape (F, R)
    """
    before, after = distance.before[rows, sensor].astype(np.int64), distance.after[rows, sensor].astype(np.int64)
    left, right = before <= distance.reach, after <= distance.reach
    column = fields[:, :, sensor]
    low = column[:, np.where(left, rows - before, 0)]
    high = column[:, np.where(right, rows + after, 0)]
    share = np.where(left & right, before / (before + after), np.where(left, 0.0, 1.0))
    return np.where(left | right, np.where(left, low, 0.0) * (1 - share) + np.where(right, high, 0.0) * share, 0.0)
