"""What every forecast law offers: marginals and joint paths."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np

from .marginal_law import MarginalLaws

if TYPE_CHECKING:
    from .scenario import ScenarioForecast


class ForecastLaw(ABC):
    """Joint law of the next steps of a batch of series.

    Attributes
    ----------
    log_evidence : ndarray, shape (batch,), or float
        Log density of the known values that a scenario was conditioned on, 0 without any.
    """

    log_evidence: np.ndarray | float = 0.0

    @property
    @abstractmethod
    def point(self) -> np.ndarray:
        """Point forecast, shape (batch, horizon)."""

    @property
    @abstractmethod
    def noise_size(self) -> int:
        """Number of standard normal draws that one path takes."""

    @abstractmethod
    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles, shape (n_probabilities, batch, horizon)."""

    @abstractmethod
    def cdf(self, values: np.ndarray) -> np.ndarray:
        """Marginal distribution function at values of shape (..., batch, horizon)."""

    @abstractmethod
    def log_density(self, values: np.ndarray) -> np.ndarray:
        """Marginal log density at values of shape (..., batch, horizon)."""

    @abstractmethod
    def paths(self, i: int, noise: np.ndarray) -> np.ndarray:
        """Joint paths of series ``i`` from standard normal draws (n, noise_size), shape (n, horizon)."""

    @abstractmethod
    def select(self, index: np.ndarray) -> ForecastLaw:
        """Law of the series numbered in ``index``, in that order."""

    @abstractmethod
    def condition(self, known: np.ndarray) -> ForecastLaw:
        """Law given future values (batch, horizon) that are known already; NaN where none is."""

    def admits(self, known: np.ndarray) -> np.ndarray:
        """Which series can have the known future values (batch, horizon) at all, shape (batch,)."""
        return np.ones(len(known), dtype=bool)

    def sample(self, n_samples: int, generators: Sequence[np.random.Generator]) -> np.ndarray:
        """Draw joint paths.

        Parameters
        ----------
        n_samples : int
            Number of paths of every series.
        generators : sequence of numpy.random.Generator, length batch
            One for each series, so that its paths do not depend on the other series.

        Returns
        -------
        ndarray, shape (n_samples, batch, horizon)
        """
        size = self.noise_size
        paths = [self.paths(i, each.standard_normal((n_samples, size))) for i, each in enumerate(generators)]
        return np.stack(paths, axis=1)

    def _evidence_of(self, index: np.ndarray, batch: int) -> np.ndarray | float:
        """Evidence of some series."""
        return np.broadcast_to(self.log_evidence, batch)[index]


class GaussianLaw(ForecastLaw):
    """A joint Gaussian law; a subclass has the covariance and the paths.

    Attributes
    ----------
    mean : ndarray, shape (batch, horizon)
        Expected values, in the data's unit.
    """

    mean: np.ndarray

    @property
    @abstractmethod
    def variance(self) -> np.ndarray:
        """Marginal variance of each step, shape (batch, horizon)."""

    @abstractmethod
    def covariance(self, i: int) -> np.ndarray:
        """Covariance of the steps of series ``i``, shape (horizon, horizon)."""

    @abstractmethod
    def select(self, index: np.ndarray) -> Self:
        """Law of the series numbered in ``index``, in that order."""

    @property
    def point(self) -> np.ndarray:
        """Expected values, shape (batch, horizon)."""
        return self.mean

    @property
    def marginals(self) -> MarginalLaws:
        """Law of each step alone."""
        return MarginalLaws(self.mean, np.sqrt(self.variance), np.ones((len(self.mean), 1)))

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles, shape (n_probabilities, batch, horizon)."""
        return self.marginals.quantile(probabilities)

    def cdf(self, values: np.ndarray) -> np.ndarray:
        """Marginal distribution function at values of shape (..., batch, horizon)."""
        return self.marginals.cdf(values)

    def log_density(self, values: np.ndarray) -> np.ndarray:
        """Marginal log density at values of shape (..., batch, horizon); infinite at a point mass."""
        return self.marginals.log_density(values)

    def condition(self, known: np.ndarray) -> ScenarioForecast:
        """Law given future values (batch, horizon) that are known already; NaN where none is."""
        from .scenario import condition_forecast  # a scenario is a Gaussian law itself

        return condition_forecast(self, known)
