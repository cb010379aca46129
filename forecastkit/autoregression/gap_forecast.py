"""The law of missing values as a forecast law of one series."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from ..gaussian import GaussMarkov
from .forecast_law import GaussianLaw


@dataclass(frozen=True, eq=False)
class GapForecast(GaussianLaw):
    """Joint law of the missing values of one series: a batch of one whose steps are the gaps.

    Parameters
    ----------
    law : GaussMarkov
        Of the missing values in the order of time.

    Examples
    --------
    >>> gap = GapForecast(GaussMarkov([[4.0]], [1.0]))
    >>> gap.point, gap.variance
    (array([[1.]]), array([[0.25]]))
    """

    law: GaussMarkov
    mean: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", self.law.mean[None])

    @property
    def variance(self) -> np.ndarray:
        """Variance of each missing value, shape (1, n_missing)."""
        return self.law.variance[None]

    def covariance(self, i: int) -> np.ndarray:
        """Covariance of the missing values, shape (n_missing, n_missing)."""
        return self.law.to_gaussian().covariance

    @property
    def noise_size(self) -> int:
        """Number of standard normal draws that one completion takes."""
        return len(self.law.mean)

    def paths(self, i: int, noise: np.ndarray) -> np.ndarray:
        """Joint completions from standard normal draws, shape (n, n_missing) each."""
        return self.law.paths(noise)

    def select(self, index: np.ndarray) -> Self:
        """Keep the one series that there is."""
        return self
