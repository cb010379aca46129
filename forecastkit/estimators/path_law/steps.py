"""Laws of each step of many paths given the steps before it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from ...autoregression.marginal_law import MarginalLaws

_STRATA = 8


class StepLaws(ABC):
    """Univariate laws p(x_t | x_{<t}, past), one for each step of each path; shape (n_samples, batch, horizon)."""

    @abstractmethod
    def log_density(self, values: np.ndarray) -> np.ndarray:
        """Log densities in the data's unit, at values of shape (..., n_samples, batch, horizon)."""

    @abstractmethod
    def draws(self, uniforms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Stratified draws of every law, whose weighted means of a function have its expectation.

        Parameters
        ----------
        uniforms : ndarray, shape (n_samples, batch, horizon)
            Independent uniform numbers on (0, 1).

        Returns
        -------
        values : ndarray, shape (k, n_samples, batch, horizon)
            In the data's unit.
        weights : ndarray
            Of sum 1 over k; broadcasts against the values.
        """


@dataclass(frozen=True, eq=False)
class GaussianSteps(StepLaws):
    """Laws that are Gaussian, possibly behind a power transform.

    Parameters
    ----------
    laws : MarginalLaws
        Means of shape (n_samples, batch, horizon); deviations and powers broadcast against them.
    """

    laws: MarginalLaws

    def log_density(self, values: np.ndarray) -> np.ndarray:
        """Log densities in the data's unit."""
        return self.laws.log_density(values)

    def draws(self, uniforms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Quantiles of one random probability in each of 8 equal parts of (0, 1), weighted alike."""
        scores = ndtri(strata(uniforms, _STRATA))
        laws = MarginalLaws(self.laws.mean + self.laws.deviation * scores, np.zeros(()), self.laws.power)
        return laws.quantile(np.array([0.5]))[0], np.full((_STRATA, 1, 1, 1), 1 / _STRATA)


def strata(uniform: np.ndarray, n: int) -> np.ndarray:
    """One point in each of n equal parts of (0, 1), at the same place in all; shape (n, ...).

    Examples
    --------
    >>> strata(np.array([0.5]), 2)
    array([[0.25],
           [0.75]])
    """
    return (np.arange(n).reshape(-1, *(1,) * uniform.ndim) + uniform) / n
