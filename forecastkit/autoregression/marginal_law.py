"""Univariate Gaussian laws behind a power transform, many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from .power_transform import raw_inverse, raw_log_jacobian, raw_transform

_LOG_ROOT_2PI = 0.5 * float(np.log(2 * np.pi))


@dataclass(frozen=True, eq=False)
class MarginalLaws:
    """Laws of y = g⁻¹(z), z ~ N(mean, deviation²), with g the Box-Cox transform.

    Parameters
    ----------
    mean, deviation : ndarray, shape (...)
        Of the transformed values; a deviation of 0 is a point mass.
    power : ndarray
        λ, of a shape that broadcasts against them; 1 for no transform.
    """

    mean: np.ndarray
    deviation: np.ndarray
    power: np.ndarray

    def part(self, rows: np.ndarray, steps: slice = slice(None)) -> MarginalLaws:
        """Laws of some series and steps, of laws with shape (batch, horizon) and powers (batch, 1)."""
        return MarginalLaws(self.mean[rows, steps], self.deviation[rows, steps], self.power[rows])

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Quantiles, shape (k, ...)."""
        scores = ndtri(probabilities).reshape(-1, *(1,) * self.mean.ndim)
        return raw_inverse(self.mean + self.deviation * scores, self.power)

    def score(self, values: np.ndarray) -> np.ndarray:
        """Standardised values z; infinite beside a point mass, plus infinity on it."""
        gap = raw_transform(values, self.power) - self.mean
        with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0 is put right in the next line
            score = gap / self.deviation
        exact = self.deviation == 0
        return np.where(exact & (gap == 0), np.inf, score) if exact.any() else score

    def cdf(self, values: np.ndarray) -> np.ndarray:
        """Probability of at most the values."""
        return ndtr(self.score(values))

    def log_density(self, values: np.ndarray) -> np.ndarray:
        """Log densities; at a point mass infinite, beside it minus infinity."""
        exact = self.deviation == 0
        with np.errstate(over="ignore"):  # so far away that no density is left
            log = -0.5 * self.score(values) ** 2 - _LOG_ROOT_2PI - np.log(np.where(exact, 1.0, self.deviation))
        if exact.any():
            log = np.where(exact & (raw_transform(values, self.power) == self.mean), np.inf, log)
        if (self.power == 1).all():
            return log
        log = log + np.where(np.isinf(log), 0.0, raw_log_jacobian(values, self.power))
        return np.where((values < 0) & (self.power != 1), -np.inf, log)
