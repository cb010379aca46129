"""Mixtures of Gaussian laws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp

from ..errors import InvalidParameterError, NotSupportedError
from .algebra import conditional
from .array_checks import as_array, as_index, check_draw
from .covariance import as_covariance, lower_factor
from .density import log_density
from .divergence import log_overlap


@dataclass(frozen=True, eq=False, init=False)
class GaussianMixture:
    """The law with density Σ_k w_k N(x; μ_k, Σ_k) of a random vector with d entries.

    Parameters
    ----------
    weights : array_like, shape (K,)
        w_k, not negative, of sum 1 (to 1e-9; then scaled to it exactly).
    means : array_like, shape (K, d)
        μ_k.
    covariances : array_like, shape (K, d, d)
        Σ_k, symmetric and positive semi-definite.

    Raises
    ------
    InvalidParameterError
        A shape is wrong, a value is not finite, the weights are no probabilities, or a covariance is not symmetric or
        has a negative eigenvalue.

    Notes
    -----
    The Kullback-Leibler divergence of mixtures has no closed form; :func:`monte_carlo_kl` estimates it with its
    standard error. Costs are K times those of a Gaussian, K² for the Cauchy-Schwarz divergence.

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, section 2.3.9.

    Examples
    --------
    >>> mixture = GaussianMixture([0.5, 0.5], [[-1.0], [1.0]], [[[1.0]], [[1.0]]])
    >>> mixture.mean, mixture.covariance
    (array([0.]), array([[2.]]))
    """

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    def __init__(self, weights: ArrayLike, means: ArrayLike, covariances: ArrayLike) -> None:
        means = as_array("means", means, (None, None))
        n_components, d = means.shape
        weights = as_array("weights", weights, (n_components,))
        if weights.min() < 0 or abs(weights.sum() - 1.0) > 1e-9:
            raise InvalidParameterError(
                f"weights must not be negative and have sum 1, got {weights.tolist()} of sum {weights.sum():.10g}."
            )
        given = as_array("covariances", covariances, (n_components, d, d))
        checked = np.stack([as_covariance(f"covariances[{k}]", each) for k, each in enumerate(given)])
        arrays = {"weights": weights / weights.sum(), "means": means, "covariances": checked}
        for name, array in arrays.items():
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def mean(self) -> np.ndarray:
        """Expectation Σ_k w_k μ_k, shape (d,)."""
        return self.weights @ self.means

    @property
    def covariance(self) -> np.ndarray:
        """Σ_k w_k (Σ_k + (μ_k − μ)(μ_k − μ)ᵀ), shape (d, d)."""
        centred = self.means - self.mean
        return np.einsum("k,kij->ij", self.weights, self.covariances) + (centred.T * self.weights) @ centred

    def log_prob(self, x: ArrayLike) -> np.ndarray:
        """Log density log Σ_k w_k N(x; μ_k, Σ_k) of points of shape (..., d), by log-sum-exp."""
        parts = [log_density(x, m, c) for m, c in zip(self.means, self.covariances, strict=True)]
        return np.asarray(logsumexp(np.stack(parts, axis=-1) + self._log_weights(), axis=-1))[()]

    def sample(self, n_samples: int, generator: np.random.Generator) -> np.ndarray:
        """Independent draws of shape (n_samples, d): a component for each, then its Gaussian."""
        check_draw(n_samples, generator)
        labels = generator.choice(len(self.weights), size=n_samples, p=self.weights)
        draws = generator.standard_normal((n_samples, self.means.shape[1]))
        for k in np.unique(labels):
            chosen = labels == k
            draws[chosen] = self.means[k] + draws[chosen] @ lower_factor(self.covariances[k]).T
        return draws

    def marginal(self, index: ArrayLike) -> GaussianMixture:
        """Mixture of the marginals of the entries at ``index``, in that order; the weights stay."""
        index = as_index("index", index, self.means.shape[1])
        return GaussianMixture(self.weights, self.means[:, index], self.covariances[:, index[:, None], index])

    def condition(self, index: ArrayLike, values: ArrayLike) -> GaussianMixture:
        """Law of the other entries Y given the ``values`` x of those at ``index``.

        A mixture of the conditionals, with weights proportional to w_k N(x; μ_k,X, Σ_k,XX).
        """
        known = self.marginal(index)
        values = as_array("values", values, np.shape(index))
        parts = [log_density(values, m, c) for m, c in zip(known.means, known.covariances, strict=True)]
        log_weights = np.stack(parts, axis=-1) + self._log_weights()
        moments = [conditional(m, c, index, values) for m, c in zip(self.means, self.covariances, strict=True)]
        means, covariances = zip(*moments, strict=True)
        return GaussianMixture(np.exp(log_weights - logsumexp(log_weights)), np.stack(means), np.stack(covariances))

    def cauchy_schwarz(self, other: GaussianMixture) -> float:
        """Cauchy-Schwarz divergence −log ∫pq + ½ log ∫p² + ½ log ∫q² in nats, exact, from all pairs of components."""
        if self.means.shape[1] != other.means.shape[1]:
            raise InvalidParameterError(
                f"other must have {self.means.shape[1]} entries as this mixture has, got {other.means.shape[1]}."
            )
        within = self._log_overlap(self) + other._log_overlap(other)
        return max(0.5 * within - self._log_overlap(other), 0.0)

    def kl(self, other: GaussianMixture) -> NoReturn:
        """Raise: the Kullback-Leibler divergence of mixtures has no closed form."""
        raise NotSupportedError(
            "The Kullback-Leibler divergence of Gaussian mixtures has no closed form: monte_carlo_kl(p, q, n_samples, "
            "generator) estimates it with its standard error, and cauchy_schwarz is exact."
        )

    def _log_weights(self) -> np.ndarray:
        """Log weights, −∞ for a weight of zero, shape (K,)."""
        with np.errstate(divide="ignore"):
            return np.log(self.weights)

    def _log_overlap(self, other: GaussianMixture) -> float:
        """Logarithm of ∫ p q."""
        mine = list(zip(self._log_weights(), self.means, self.covariances, strict=True))
        theirs = list(zip(other._log_weights(), other.means, other.covariances, strict=True))
        parts = np.array([w + v + log_overlap(m, s, n, t) for w, m, s in mine for v, n, t in theirs])
        return float(np.asarray(logsumexp(parts)))
