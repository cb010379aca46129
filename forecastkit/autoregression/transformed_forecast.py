"""Forecast laws of series that were transformed by a power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import InvalidParameterError
from .forecast_law import ForecastLaw, GaussianLaw
from .marginal_law import MarginalLaws
from .power_mean import power_mean
from .power_transform import inverse, log_jacobian, transform


@dataclass(frozen=True, eq=False)
class TransformedForecast(ForecastLaw):
    """Law of y = g⁻¹(z) where z is jointly Gaussian and g the Box-Cox transform of each series.

    Parameters
    ----------
    law : GaussianLaw
        Law of z.
    power : ndarray, shape (batch,)
        λ of each series: 1 for no transform, 0 for the logarithm. Where λ z + 1 < 0, y is 0 for λ > 0 and infinite
        for λ < 0.
    log_evidence : ndarray, shape (batch,), or float, default=0.0
        Log density of the known values of a scenario, in the data's unit.

    Notes
    -----
    The point forecast is the mean of y: exp(μ + v/2) for the logarithm, by quadrature for λ > 0. For λ < 0 the mean
    may not exist, and the point forecast is the median.

    Examples
    --------
    >>> from forecastkit.autoregression import GaussianForecast
    >>> law = GaussianForecast(np.zeros((1, 1)), np.ones((1, 1)), np.array([2.0]))
    >>> forecast = TransformedForecast(law, np.array([0.0]))
    >>> forecast.point.round(6), forecast.median
    (array([[2.718282]]), array([[1.]]))
    """

    law: GaussianLaw
    power: np.ndarray
    log_evidence: np.ndarray | float = 0.0

    @property
    def point(self) -> np.ndarray:
        """Bias-corrected mean of each step, the median for λ < 0; shape (batch, horizon)."""
        return power_mean(self.law.point, self.law.variance, self.power)

    @property
    def median(self) -> np.ndarray:
        """Median of each step, shape (batch, horizon)."""
        return inverse(self.law.mean, self.power)

    @property
    def marginals(self) -> MarginalLaws:
        """Law of each step alone."""
        return MarginalLaws(self.law.mean, np.sqrt(self.law.variance), self.power[:, None])

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles, shape (n_probabilities, batch, horizon)."""
        return self.marginals.quantile(probabilities)

    def cdf(self, values: np.ndarray) -> np.ndarray:
        """Marginal distribution function at values of shape (..., batch, horizon)."""
        return self.marginals.cdf(values)

    def log_density(self, values: np.ndarray) -> np.ndarray:
        """Marginal log density at values of shape (..., batch, horizon), in the data's unit."""
        return self.marginals.log_density(values)

    @property
    def noise_size(self) -> int:
        """Number of standard normal draws that one path takes."""
        return self.law.noise_size

    def paths(self, i: int, noise: np.ndarray) -> np.ndarray:
        """Joint paths of series ``i`` from standard normal draws (n, noise_size), shape (n, horizon)."""
        z = self.law.paths(i, noise)
        return inverse(z[:, None], self.power[i : i + 1])[:, 0]

    def select(self, index: np.ndarray) -> TransformedForecast:
        """Law of the series numbered in ``index``, in that order."""
        evidence = self._evidence_of(index, len(self.power))
        return TransformedForecast(self.law.select(index), self.power[index], evidence)

    def admits(self, known: np.ndarray) -> np.ndarray:
        """Which series can have the known future values (batch, horizon) at all: positive ones, if transformed."""
        return ~((known <= 0) & (self.power != 1)[:, None]).any(axis=1)

    def condition(self, known: np.ndarray) -> TransformedForecast:
        """Law given future values (batch, horizon) that are known already; NaN where none is.

        Exact, since the transform acts on each value alone.
        """
        admitted = self.admits(known)
        if not admitted.all():
            i = int(np.argmin(admitted))
            k = int(np.argmax(known[i] <= 0))
            raise InvalidParameterError(
                f"the known value of step {k + 1} of series number {i} is {known[i, k]:g}, which a model of "
                "values transformed by a power holds impossible: it must be positive"
            )
        law = self.law.condition(transform(known, self.power))
        jacobian = log_jacobian(np.where(np.isnan(known), 1.0, known), self.power).sum(axis=1)
        return TransformedForecast(law, self.power, law.log_evidence + jacobian)
