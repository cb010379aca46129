"""Widths of laws, corrected by hidden values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99)
N_CLASSES = 3
_FEW = 400.0


def gap_class(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Class of the gap around an entry: 0 up to three steps long, 1 longer, 2 without an end within reach.

    Parameters
    ----------
    before, after : ndarray
        Inverse distances to the nearest other values, see :func:`~.node_features.nearest_values`.
    """
    near = (before > 0) & (after > 0)
    length = np.where(near, 1.0 / np.where(near, before, 1.0) + 1.0 / np.where(near, after, 1.0) - 1.0, 0.0)
    return np.where(near, np.where(length <= 3, 0, 1), 2)


@dataclass(frozen=True)
class SpreadCalibration:
    """An increasing, odd map of normal noise for each class of gap, after which intervals cover what they say.

    Parameters
    ----------
    knots : ndarray, shape (N_CLASSES, 5)
        Quantiles of |noise of hidden values| at ``LEVELS``, those of the normal law where nothing is to be corrected.
    """

    knots: np.ndarray

    @classmethod
    def none(cls) -> SpreadCalibration:
        """Return the identity."""
        return cls(np.tile(_normal_knots(), (N_CLASSES, 1)))

    @classmethod
    def fit(cls, noise: np.ndarray, gap: np.ndarray) -> SpreadCalibration:
        """Fit to the noise of hidden values.

        Parameters
        ----------
        noise : ndarray, shape (n,)
            Of :meth:`~.node_law.NodeLaw.to_normal`; standard normal if the laws are right.
        gap : ndarray of int, shape (n,)
            Class of each value's gap.

        Returns
        -------
        SpreadCalibration
            A class with few values is drawn to all classes together, and these to the normal law.
        """
        everything = _drawn(np.abs(noise), _normal_knots())
        return cls(np.stack([_drawn(np.abs(noise[gap == k]), everything) for k in range(N_CLASSES)]))

    def __call__(self, noise: np.ndarray, gap: np.ndarray) -> np.ndarray:
        """Noise corrected, shape (..., T, N), with classes of shape (T, N)."""
        knots = np.concatenate([[0.0], _normal_knots()])
        size = np.abs(noise)
        out = np.empty(size.shape)
        classes = np.broadcast_to(gap, size.shape)
        for k in range(N_CLASSES):
            inside = classes == k
            image = np.concatenate([[0.0], self.knots[k]])
            beyond = np.maximum(size[inside] - knots[-1], 0.0) * image[-1] / knots[-1]
            out[inside] = np.interp(size[inside], knots, image) + beyond
        return np.copysign(out, noise)


def _normal_knots() -> np.ndarray:
    """Quantiles of |N(0, 1)| at ``LEVELS``."""
    return ndtri(0.5 + 0.5 * np.array(LEVELS))


def _drawn(size: np.ndarray, towards: np.ndarray) -> np.ndarray:
    """Quantiles of absolute noise, drawn to others as if these came from some hundred values; strictly increasing."""
    if not len(size):
        return towards
    share = len(size) / (len(size) + _FEW * 0.25)
    knots = share * np.quantile(size, LEVELS) + (1.0 - share) * towards
    return np.maximum.accumulate(np.maximum(knots, 1e-3 * np.arange(1, len(LEVELS) + 1)))
