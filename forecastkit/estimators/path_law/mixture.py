"""Mixtures of autoregressions along paths: which one is right is learned from the steps that have passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp, ndtri

from ...autoregression import MixtureForecast
from ...autoregression.marginal_law import MarginalLaws
from .law import PathLaw
from .linear import LinearPathLaw
from .steps import StepLaws, strata

if TYPE_CHECKING:
    import pandas as pd

_STRATA = 2  # of each component


@dataclass(frozen=True, eq=False)
class MixtureSteps(StepLaws):
    """Laws with density Σ_m w_m p_m, their weights those of the members given the steps before.

    Parameters
    ----------
    components : sequence of MarginalLaws
        p_m, each of shape (n_samples, batch, horizon).
    log_weights : ndarray, shape (n_components, n_samples, batch, horizon)
        log w; what has weight 0 is ignored.
    """

    components: Sequence[MarginalLaws]
    log_weights: np.ndarray

    def log_density(self, values: np.ndarray) -> np.ndarray:
        """Log densities in the data's unit, by log-sum-exp."""
        parts = [
            law.log_density(values) + weight for law, weight in zip(self.components, self.log_weights, strict=True)
        ]
        return np.asarray(logsumexp(np.stack(parts), axis=0))

    def draws(self, uniforms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Draws of every component, in each half of its law, with its weight."""
        scores = ndtri(strata(uniforms, _STRATA))
        values = [
            MarginalLaws(law.mean + law.deviation * scores, np.zeros(()), law.power).quantile(np.array([0.5]))[0]
            for law in self.components
        ]
        return np.concatenate(values), np.repeat(np.exp(self.log_weights) / _STRATA, _STRATA, axis=0)


@dataclass(frozen=True, eq=False)
class MixturePathLaw(PathLaw):
    """Law with density Σ_m w_m p_m of the whole path, p_m Gaussian behind a power transform.

    p(x_t | x_{<t}) = Σ_m v_m p_m(x_t | x_{<t}), with v_m in proportion to w_m p_m(x_{<t}).

    Parameters
    ----------
    law : MixtureForecast
        Of all series.
    ids : pandas.Index
        Names of the series.
    """

    law: MixtureForecast
    ids: pd.Index

    @property
    def horizon(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Steps."""
        return self.law.marginals.laws[0].mean.shape[1]

    @property
    def width(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Numbers of one conditional law: every draw of a component is weighed under all components."""
        return _STRATA * len(self.law.components) ** 2

    @cached_property
    def _members(self) -> list[tuple[np.ndarray, LinearPathLaw]]:
        """Each component with the series that have a part of it."""
        there = [np.flatnonzero(column > 0) for column in self.law.weights.T]
        return [
            (rows, LinearPathLaw.of(law.select(rows), self.ids[rows]))
            for rows, law in zip(there, self.law.components, strict=True)
            if len(rows)
        ]

    @property
    def positive(self) -> np.ndarray:
        """Series whose every component holds values of 0 or less impossible."""
        positive = np.ones(len(self.ids), dtype=bool)
        for rows, member in self._members:
            positive[rows] &= member.positive
        return positive

    def draw(self, n_samples: int, generators: Sequence[np.random.Generator]) -> tuple[np.ndarray, MixtureSteps]:
        """Joint paths and the laws of their steps."""
        paths = self.law.sample(n_samples, generators)
        return paths, self.steps(paths)

    def steps(self, paths: np.ndarray) -> MixtureSteps:
        """Laws of every step given the steps before it."""
        present = [m for m, column in enumerate(self.law.weights.T) if (column > 0).any()]
        components, weights = [], np.full((len(present), *paths.shape), -np.inf)
        for k, (m, (rows, member)) in enumerate(zip(present, self._members, strict=True)):
            laws = member.steps(paths[:, rows]).laws
            mean, deviation = np.zeros(paths.shape), np.ones(paths.shape[1:])
            power = np.ones((paths.shape[1], 1))
            mean[:, rows], deviation[rows], power[rows] = laws.mean, laws.deviation, laws.power
            components.append(MarginalLaws(mean, deviation, power))
            passed = np.cumsum(laws.log_density(paths[:, rows]), axis=2)[..., :-1]
            prior = np.log(self.law.weights[rows, m])[:, None]
            weights[k, :, rows, 0] = np.broadcast_to(prior, (len(rows), len(paths)))
            weights[k, :, rows, 1:] = np.moveaxis(prior + passed, 1, 0)
        return MixtureSteps(components, weights - logsumexp(weights, axis=0))

    def select(self, index: np.ndarray) -> MixturePathLaw:
        """Law of the series numbered in ``index``, in that order."""
        return MixturePathLaw(self.law.select(index), self.ids[index])
