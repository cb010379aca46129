"""The joint law of the next steps as a chain of conditional laws."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from .steps import StepLaws


class JointGaussian(NamedTuple):
    """Gaussian law of the transformed next steps of one series.

    Attributes
    ----------
    mean : ndarray, shape (horizon,)
        Expected values.
    factor : ndarray, shape (horizon, horizon)
        Lower Cholesky factor of the covariance.
    power : float
        λ of the Box-Cox transform; 1 for none, 0 for the logarithm.
    """

    mean: np.ndarray
    factor: np.ndarray
    power: float


class PathLaw(ABC):
    """Joint law p(x_{1:T} | past) of the next T steps of a batch of series: draws and densities in the data's unit.

    log p(x_{1:T} | past) = Σ_t log p(x_t | x_{<t}, past), whose terms are `log_density`.

    Attributes
    ----------
    ids : pandas.Index
        Names of the series.
    horizon : int
        T.
    positive : ndarray of bool, shape (batch,)
        Series whose law holds values of 0 or less impossible.
    width : int
        Numbers that one conditional law takes, by which memory is planned.
    """

    ids: pd.Index
    horizon: int
    width: int = 1

    @property
    @abstractmethod
    def positive(self) -> np.ndarray:
        """Series whose law holds values of 0 or less impossible, shape (batch,)."""

    @abstractmethod
    def draw(self, n_samples: int, generators: Sequence[np.random.Generator]) -> tuple[np.ndarray, StepLaws]:
        """Draw joint paths, with the laws that their steps came from.

        Parameters
        ----------
        n_samples : int
            Paths of every series.
        generators : sequence of numpy.random.Generator, length batch
            One for each series.

        Returns
        -------
        paths : ndarray, shape (n_samples, batch, horizon)
        steps : StepLaws
        """

    @abstractmethod
    def steps(self, paths: np.ndarray) -> StepLaws:
        """Laws of every step given the steps before it, along paths (n_samples, batch, horizon)."""

    @abstractmethod
    def select(self, index: np.ndarray) -> Self:
        """Law of the series numbered in ``index``, in that order."""

    def joint(self, i: int) -> JointGaussian | None:
        """Gaussian law of the transformed steps of series ``i``; None where there is none."""
        return None

    def log_density(self, paths: np.ndarray) -> np.ndarray:
        """Log density of every step given the steps before it, along paths (n_samples, batch, horizon).

        The sum over the steps is the log density of the path.
        """
        return self.steps(paths).log_density(paths)
