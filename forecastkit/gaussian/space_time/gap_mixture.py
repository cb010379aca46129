"""Means and deviations of entries as a mixture, by the length of the gap, of two conditionals and a straight line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .conditional_weights import WindowLaw, condition_windows
from .gap_distance import GAP_CLASSES, LENGTH_EDGES, gap_distance, interpolated_entries

_GRID = 10
_THRIFT = 0.001
_PRIOR_SCORED = 100.0


@dataclass(frozen=True)
class GapMixture:
    """Linear estimators of an entry from the observed ones, and their shares in each class of gap length.

    Parameters
    ----------
    near : WindowLaw
        Short windows.
    far : WindowLaw
        Contexts that reach over long gaps.
    shares : ndarray, shape (GAP_CLASSES, 3)
        Of the near conditional, the far conditional and linear interpolation; rows sum to one.
    """

    near: WindowLaw
    far: WindowLaw
    shares: np.ndarray

    @property
    def reach(self) -> int:
        """How many steps away an observation can still matter."""
        return max(self.near.context.reach, self.far.context.reach, 2 * LENGTH_EDGES[-1])

    def estimate(
        self, fields: np.ndarray, observed: np.ndarray, wanted: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Mean, deviation and gap class of the wanted entries, each from the *other* observed entries.

        Parameters
        ----------
        fields : ndarray, shape (F, T, N)
            Right-hand sides observed in the same places; finite everywhere.
        observed, wanted : ndarray of bool, shape (T, N)

        Returns
        -------
        mean : ndarray, shape (F, T, N)
            Zero where not wanted.
        deviation : ndarray, shape (T, N)
            Of the conditionals; zero where not wanted.
        gap_class : ndarray of int, shape (T, N)
        """
        parts, variances, gap_class = self.parts(fields, observed, wanted, self.shares > 0)
        share = self.shares[gap_class]
        mean = np.zeros(fields.shape)
        for k, part in enumerate(parts):
            mean += np.where(wanted, share[..., k], 0.0) * part
        conditional = share[..., 0] + share[..., 1]
        blend = (share[..., 0] * variances[0] + share[..., 1] * variances[1]) / np.where(
            conditional > 0, conditional, 1
        )
        return mean, np.sqrt(np.where(wanted, blend, 0.0)), gap_class

    def parts(
        self, fields: np.ndarray, observed: np.ndarray, wanted: np.ndarray, needed: np.ndarray
    ) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
        """Return three estimates (F, T, N), two variances (T, N) and the gap class, where ``needed`` by class."""
        distance = gap_distance(observed, self.reach)
        gap_class = distance.length_class()
        estimates, variances = [], []
        for k, law in enumerate((self.near, self.far)):
            chosen = wanted & needed[gap_class, k]
            mean, variance = condition_windows(law, fields, observed, chosen)
            estimates.append(mean)
            variances.append(variance)
        line = np.zeros(fields.shape)
        chosen = wanted & needed[gap_class, 2]
        for sensor in np.flatnonzero(chosen.any(axis=0)):
            rows = np.flatnonzero(chosen[:, sensor])
            line[:, rows, sensor] = interpolated_entries(fields, distance, rows, int(sensor))
        return [*estimates, line], variances, gap_class


def choose_shares(
    parts: list[tuple[WindowLaw, WindowLaw, np.ndarray]], z: np.ndarray, observed: np.ndarray
) -> np.ndarray:
    """Shares of the three estimators by class of gap length, with the least mean absolute error on hidden values.

    Parameters
    ----------
    parts : list of (near, far, hidden)
        Laws fitted without the hidden values that they are scored on, an ndarray of bool of shape (T, N).
    z : ndarray, shape (T, N)
        Standardised series; finite where observed or hidden.
    observed : ndarray of bool, shape (T, N)
        Disjoint from the hidden values.

    Returns
    -------
    ndarray, shape (GAP_CLASSES, 3)
        On a grid of tenths, drawn towards the shares that are best over all classes where a class has few values. At
        least a tenth is conditional, which gives the deviation. An estimator more has to improve by 0.1 %.
    """
    fields = np.where(observed, z, 0.0)[None]
    grid = (
        np.array([(a, b, _GRID - a - b) for a in range(_GRID + 1) for b in range(_GRID + 1 - a) if a + b > 0]) / _GRID
    )
    columns, truths, kinds = [], [], []
    for near, far, hidden in parts:
        everything = GapMixture(near, far, np.full((GAP_CLASSES, 3), 1 / 3))
        estimates, _, gap_class = everything.parts(fields, observed, hidden, np.ones((GAP_CLASSES, 3), bool))
        columns.append(np.stack([estimate[0][hidden] for estimate in estimates]))
        truths.append(z[hidden])
        kinds.append(gap_class[hidden])
    stacked, truth, classes = np.concatenate(columns, axis=1), np.concatenate(truths), np.concatenate(kinds)
    totals, counts = np.zeros((GAP_CLASSES, len(grid))), np.bincount(classes, minlength=GAP_CLASSES)
    for k in range(GAP_CLASSES):
        inside = classes == k
        if inside.any():
            block = stacked[:, inside]
            totals[k] = [np.abs(share @ block - truth[inside]).sum() for share in grid]
    if not counts.sum():
        return np.tile([1.0, 0.0, 0.0], (GAP_CLASSES, 1))
    shares = np.empty((GAP_CLASSES, 3))
    middle = np.arange(GAP_CLASSES)
    thrift = 1.0 + _THRIFT * (grid > 0).sum(axis=1)
    for k in middle:
        # Classes near in length lend their scores, more so when the class itself has few.
        kinship = np.where(middle == k, 1.0, _PRIOR_SCORED / (_PRIOR_SCORED + counts[k]) * 0.3 ** np.abs(middle - k))
        shares[k] = grid[np.argmin((kinship @ totals) * thrift)]
    return shares
