"""The linear estimate that the full network corrects, and the law that stands in where there shall be none."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ...gaussian.space_time.conditional_weights import condition_windows
from ...gaussian.space_time.marginal import SensorMarginal
from ...gaussian.space_time.model import SpaceTimeModel

_CELLS = 1_000_000


class LinearBase(Protocol):
    """Laws of every entry of standardised rows given the other observed entries."""

    @property
    def marginal(self) -> SensorMarginal:
        """The map from the data's unit to z."""
        ...

    @property
    def reach(self) -> int:
        """Rows to either side that can matter to an entry."""
        ...

    def estimate(self, z: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and deviation of every entry (T, N) given the others; the best there are where ``wanted``."""
        ...

    def noise(self, values: np.ndarray, times: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Draw standard normal errors (draws, T, N) of the missing entries that belong together."""
        ...


class GaussianBase:
    """The window form of the linear-Gaussian model as a base.

    Parameters
    ----------
    model : SpaceTimeModel
        Fitted.

    Notes
    -----
    Where an entry is wanted, its law is the model's own before its widths are calibrated: the mixture of both contexts
    and the straight line. Elsewhere it is that of the near context alone, which costs a small part of it: there the
    network reads how far an observed value is from what the others say, and needs no more.
    """

    def __init__(self, model: SpaceTimeModel) -> None:
        self.model = model

    @property
    def marginal(self) -> SensorMarginal:
        """The model's."""
        return self.model.marginal

    @property
    def reach(self) -> int:
        """Rows to either side that the model's estimates read."""
        return self.model.mixture.reach

    def estimate(self, z: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and deviation of every entry given the other observed ones.

        Parameters
        ----------
        z : ndarray, shape (T, N)
            NaN where missing.
        wanted : ndarray of bool, shape (T, N)
            Entries that need the best law.

        Returns
        -------
        mean, deviation : ndarray, shape (T, N)
        """
        mean, deviation = np.empty(z.shape), np.empty(z.shape)
        size = max(64, _CELLS // max(z.shape[1], 1), self.reach)
        for start in range(0, len(z), size):
            stop = min(len(z), start + size)
            low, high = max(0, start - self.reach), min(len(z), stop + self.reach)
            inner = slice(start - low, stop - low)
            around = z[low:high]
            best = np.zeros(around.shape, bool)
            best[inner] = wanted[start:stop]
            part = self._around(around, best, inner)
            mean[start:stop], deviation[start:stop] = part
        return mean, deviation

    def _around(self, z: np.ndarray, best: np.ndarray, inner: slice) -> tuple[np.ndarray, np.ndarray]:
        """Laws of the inner rows, those around them being read only."""
        mixture = self.model.mixture
        observed = ~np.isnan(z)
        fields = np.where(observed, z, 0.0)[None]
        rest = np.zeros(z.shape, bool)
        rest[inner] = ~best[inner]
        mean, variance = condition_windows(mixture.near, fields, observed, rest)
        best_mean, best_deviation, _ = mixture.estimate(fields, observed, best)
        chosen = best[inner]
        return (
            np.where(chosen, best_mean[0, inner], mean[0, inner]),
            np.where(chosen, best_deviation[inner], np.sqrt(variance[inner])),
        )

    def noise(self, values: np.ndarray, times: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Errors of the model."""
        return self.model.noise(values, times, draws, rng)


class PriorBase:
    """No linear estimate: every entry has its marginal law, mean 0 and deviation 1 in z.

    Parameters
    ----------
    marginal : SensorMarginal
        The map from the data's unit to z.

    Examples
    --------
    >>> base = PriorBase.__new__(PriorBase)
    >>> base.estimate(np.zeros((2, 1)), np.zeros((2, 1), bool))[1].tolist()
    [[1.0], [1.0]]
    """

    reach = 0

    def __init__(self, marginal: SensorMarginal) -> None:
        self.marginal = marginal

    def estimate(self, z: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean 0 and deviation 1."""
        return np.zeros(z.shape), np.ones(z.shape)

    def noise(self, values: np.ndarray, times: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Independent errors."""
        return rng.standard_normal((draws, *values.shape))
