"""Mixtures of forecast laws, weighted by series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import logsumexp, ndtr

from .forecast_law import ForecastLaw, GaussianLaw
from .marginal_mixture import MarginalMixtures
from .transformed_forecast import TransformedForecast


@dataclass(frozen=True, eq=False)
class MixtureForecast(ForecastLaw):
    """Law with density Σ_m w_m p_m of the whole path: one component is right, with probability w_m.

    Parameters
    ----------
    components : list of GaussianLaw or TransformedForecast
        Laws of the same series and steps.
    weights : ndarray, shape (batch, n_components)
        w, not negative, of sum 1 in each series. A component of weight 0 is ignored for the series, whatever its
        numbers are.
    log_evidence : ndarray, shape (batch,), or float, default=0.0
        Log density of the known values of a scenario.

    Notes
    -----
    The point forecast is the median.

    Examples
    --------
    >>> from forecastkit.autoregression import GaussianForecast
    >>> parts = [GaussianForecast(np.full((1, 1), m), np.ones((1, 1)), np.ones(1)) for m in (-1.0, 1.0)]
    >>> mixture = MixtureForecast(parts, np.array([[0.5, 0.5]]))
    >>> mixture.quantile(np.array([0.1, 0.9])).ravel().round(6)
    array([-1.849468,  1.849468])
    """

    components: Sequence[GaussianLaw | TransformedForecast]
    weights: np.ndarray
    log_evidence: np.ndarray | float = 0.0

    @cached_property
    def marginals(self) -> MarginalMixtures:
        """Law of each step alone."""
        return MarginalMixtures([law.marginals for law in self.components], self.weights)

    @property
    def point(self) -> np.ndarray:
        """Median of each step, of the heaviest component alone where a variance is not known; (batch, horizon)."""
        median = self.quantile(np.array([0.5]))[0]
        unknown = np.isnan(median)
        if unknown.any():
            points = np.stack([law.point for law in self.components])
            median[unknown] = points[self.weights.argmax(axis=1), np.arange(len(median))][unknown]
        return median

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles to 1e-10, shape (n_probabilities, batch, horizon)."""
        return self.marginals.quantile(probabilities)

    def cdf(self, values: np.ndarray) -> np.ndarray:
        """Marginal distribution function at values of shape (..., batch, horizon)."""
        return self.marginals.cdf(values)

    def log_density(self, values: np.ndarray) -> np.ndarray:
        """Marginal log density at values of shape (..., batch, horizon), by log-sum-exp."""
        return self.marginals.log_density(values)

    @property
    def noise_size(self) -> int:
        """Number of standard normal draws that one path takes; the first one draws the component."""
        return 1 + max(law.noise_size for law in self.components)

    def paths(self, i: int, noise: np.ndarray) -> np.ndarray:
        """Joint paths of series ``i`` from standard normal draws (n, noise_size), shape (n, horizon)."""
        present = np.flatnonzero(self.weights[i] > 0)
        bounds = np.cumsum(self.weights[i, present])[:-1]
        label = present[np.searchsorted(bounds, ndtr(noise[:, 0]), side="right")]
        paths = np.empty((len(noise), self.marginals.laws[0].mean.shape[1]))
        for m in np.unique(label).tolist():
            chosen, law = label == m, self.components[m]
            paths[chosen] = law.paths(i, noise[chosen, 1 : 1 + law.noise_size])
        return paths

    def select(self, index: np.ndarray) -> MixtureForecast:
        """Law of the series numbered in ``index``, in that order."""
        evidence = self._evidence_of(index, len(self.weights))
        return MixtureForecast([law.select(index) for law in self.components], self.weights[index], evidence)

    def condition(self, known: np.ndarray) -> MixtureForecast:
        """Law given future values (batch, horizon) that are known already; NaN where none is.

        Each component is conditioned and its weight multiplied by the density it gave the known values; one that
        holds them impossible gets weight 0, unless all do, which is an error.
        """
        possible = (self.weights > 0) & np.column_stack([law.admits(known) for law in self.components])
        possible = np.where(possible.any(axis=1, keepdims=True), possible, self.weights > 0)
        laws, log_weights = [], np.full(self.weights.shape, -np.inf)
        for m, law in enumerate(self.components):
            present = possible[:, m]
            laws.append(law.condition(np.where(present[:, None], known, np.nan)))
            evidence = np.broadcast_to(laws[-1].log_evidence, len(present))
            log_weights[present, m] = np.log(self.weights[present, m]) + evidence[present]
        total = np.asarray(logsumexp(log_weights, axis=1))
        return MixtureForecast(laws, np.exp(log_weights - total[:, None]), total)
