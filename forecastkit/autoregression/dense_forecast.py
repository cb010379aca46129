"""Gaussian forecast laws whose covariance has no structure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from .forecast_law import GaussianLaw


@dataclass(frozen=True, eq=False)
class DenseForecast(GaussianLaw):
    """Joint Gaussian law of the next steps, y = mean + scale · R ε with ε ~ N(0, I).

    Parameters
    ----------
    mean : ndarray, shape (batch, horizon)
        Expected values, in the data's unit.
    root : ndarray, shape (batch or 1, horizon, horizon)
        R, a root of the covariance of each series up to its scale; one for all series is enough.
    scale : ndarray, shape (batch,)
        Unit of each series' errors.

    Examples
    --------
    >>> law = DenseForecast(np.zeros((2, 1)), np.ones((1, 1, 1)), np.array([1.0, 3.0]))
    >>> law.variance
    array([[1.],
           [9.]])
    """

    mean: np.ndarray
    root: np.ndarray
    scale: np.ndarray

    @property
    def variance(self) -> np.ndarray:
        """Marginal variance of each step, shape (batch, horizon)."""
        return self.scale[:, None] ** 2 * (self.root**2).sum(axis=2)

    def covariance(self, i: int) -> np.ndarray:
        """Covariance of the steps of series ``i``, shape (horizon, horizon)."""
        root = self._root(i)
        return root @ root.T

    @property
    def noise_size(self) -> int:
        """Number of standard normal draws that one path takes."""
        return self.root.shape[2]

    def paths(self, i: int, noise: np.ndarray) -> np.ndarray:
        """Joint paths of series ``i`` from standard normal draws (n, noise_size), shape (n, horizon)."""
        return self.mean[i] + noise @ self._root(i).T

    def select(self, index: np.ndarray) -> Self:
        """Law of the series numbered in ``index``, in that order."""
        root = self.root if len(self.root) == 1 else self.root[index]
        return type(self)(self.mean[index], root, self.scale[index])

    def _root(self, i: int) -> np.ndarray:
        """Root of the covariance of one series."""
        return self.scale[i] * self.root[i if len(self.root) > 1 else 0]
