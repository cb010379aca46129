"""Gaussian path laws: autoregressions, direct maps and random walks, possibly of transformed values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve_triangular, toeplitz

from ...autoregression import GaussianForecast, GaussianLaw, TransformedForecast, transform
from ...autoregression.marginal_law import MarginalLaws
from ...errors import NotSupportedError
from .law import JointGaussian, PathLaw
from .steps import GaussianSteps

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class LinearPathLaw(PathLaw):
    """Law of y = g⁻¹(z) with z jointly Gaussian and g the Box-Cox transform of each series.

    With z = μ + L e, L the Cholesky factor of the covariance, step t given those before is N(z_t - L_tt e_t, L_tt²).

    Parameters
    ----------
    law : GaussianLaw
        Of the transformed values z.
    power : ndarray, shape (batch,)
        λ of each series, 1 for no transform.
    ids : pandas.Index
        Names of the series.
    """

    law: GaussianLaw
    power: np.ndarray
    ids: pd.Index

    @classmethod
    def of(cls, law: GaussianLaw | TransformedForecast, ids: pd.Index) -> LinearPathLaw:
        """Path law of a forecast law."""
        if isinstance(law, TransformedForecast):
            return cls(law.law, law.power, ids)
        return cls(law, np.ones(len(law.mean)), ids)

    @property
    def horizon(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Steps."""
        return self.law.mean.shape[1]

    @property
    def positive(self) -> np.ndarray:
        """Series with a transform."""
        return self.power != 1

    @cached_property
    def factors(self) -> list[np.ndarray]:
        """Lower Cholesky factor of the covariance of every series, (horizon, horizon) each."""
        return [self._factor(i) for i in range(len(self.ids))]

    def joint(self, i: int) -> JointGaussian:
        """Gaussian law of the transformed steps of series ``i``."""
        return JointGaussian(self.law.mean[i], self.factors[i], float(self.power[i]))

    def draw(self, n_samples: int, generators: Sequence[np.random.Generator]) -> tuple[np.ndarray, GaussianSteps]:
        """Joint paths and the laws of their steps."""
        plain = bool((self.power == 1).all())
        paths = (self.law if plain else TransformedForecast(self.law, self.power)).sample(n_samples, generators)
        return paths, self.steps(paths)

    def steps(self, paths: np.ndarray) -> GaussianSteps:
        """Laws of every step given the steps before it; what comes after an impossible value means nothing."""
        possible = np.where((paths <= 0) & self.positive[:, None], 1.0, paths)
        z = transform(possible, self.power)
        mean, deviation = np.empty(z.shape), np.empty(z.shape[1:])
        for i, factor in enumerate(self.factors):
            errors = solve_triangular(factor, (z[:, i] - self.law.mean[i]).T, lower=True, check_finite=False).T
            deviation[i] = np.diag(factor)
            mean[:, i] = z[:, i] - deviation[i] * errors
        return GaussianSteps(MarginalLaws(mean, deviation, self.power[:, None]))

    def select(self, index: np.ndarray) -> LinearPathLaw:
        """Law of the series numbered in ``index``, in that order."""
        return LinearPathLaw(self.law.select(index), self.power[index], self.ids[index])

    def _factor(self, i: int) -> np.ndarray:
        """Cholesky factor of one series; σ Ψ where innovations are all that is random."""
        law = self.law
        if isinstance(law, GaussianForecast) and law.loading is None and law.sigma2[i] > 0:
            zeros = np.zeros(law.psi.shape[1])
            return np.sqrt(law.sigma2[i]) * toeplitz(law.psi[i], zeros)
        covariance = law.covariance(i)
        try:
            factor = np.linalg.cholesky(covariance)
        except np.linalg.LinAlgError:
            factor = np.zeros(covariance.shape)
        if not (np.diag(factor) > 0).all():
            raise NotSupportedError(
                f"the law of series {self.ids[i]!r} has no density: the model fits it without error, or its errors of "
                "different lead times determine each other; leave the series out"
            )
        return factor
