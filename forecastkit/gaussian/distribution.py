"""A Gaussian law as a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from . import algebra, density, divergence
from .covariance import as_moments


@dataclass(frozen=True, eq=False, init=False)
class Gaussian:
    """The law N(μ, Σ) of a random vector X with d entries; every operation returns a new value.

    Parameters
    ----------
    mean : array_like, shape (d,)
        μ; copied, then read-only.
    covariance : array_like, shape (d, d)
        Σ, symmetric and positive semi-definite; copied, then read-only.

    Raises
    ------
    InvalidParameterError
        A shape is wrong, a value is not finite, or Σ is not symmetric (the message names max|Σ − Σᵀ|) or has a
        negative eigenvalue (named).

    Notes
    -----
    Σ may be singular; what needs a density or a solve then raises and names the smallest eigenvalue. Asymmetry below
    1e-10 of the largest entry and eigenvalues below zero by rounding are accepted. Every method checks anew: O(d³).

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, section 2.3.

    Examples
    --------
    >>> law = Gaussian([0.0, 0.0], [[4.0, 2.0], [2.0, 9.0]])
    >>> law.condition([0], [2.0]).mean
    array([1.])
    """

    mean: np.ndarray
    covariance: np.ndarray

    def __init__(self, mean: ArrayLike, covariance: ArrayLike) -> None:
        for name, array in zip(("mean", "covariance"), as_moments(mean, covariance), strict=True):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    def log_prob(self, x: ArrayLike) -> np.ndarray:
        """Log density of points of shape (..., d); see :func:`log_density`."""
        return density.log_density(x, self.mean, self.covariance)

    def entropy(self) -> float:
        """Differential entropy in nats; see :func:`entropy`."""
        return density.entropy(self.covariance)

    def sample(self, n_samples: int, generator: np.random.Generator) -> np.ndarray:
        """Draws of shape (n_samples, d); see :func:`sample`."""
        return density.sample(self.mean, self.covariance, n_samples, generator)

    def affine(self, matrix: ArrayLike, offset: ArrayLike | None = None) -> Gaussian:
        """Law of A X + b; see :func:`affine`."""
        return Gaussian(*algebra.affine(self.mean, self.covariance, matrix, offset))

    def marginal(self, index: ArrayLike) -> Gaussian:
        """Law of the entries at ``index``; see :func:`marginal`."""
        return Gaussian(*algebra.marginal(self.mean, self.covariance, index))

    def condition(self, index: ArrayLike, values: ArrayLike) -> Gaussian:
        """Law of the other entries given the ``values`` of those at ``index``; see :func:`conditional`."""
        return Gaussian(*algebra.conditional(self.mean, self.covariance, index, values))

    def kl(self, other: Gaussian) -> float:
        """Kullback-Leibler divergence KL(self‖other) in nats; see :func:`kl`."""
        return divergence.kl(self.mean, self.covariance, other.mean, other.covariance)

    def cauchy_schwarz(self, other: Gaussian) -> float:
        """Cauchy-Schwarz divergence in nats; see :func:`cauchy_schwarz`."""
        return divergence.cauchy_schwarz(self.mean, self.covariance, other.mean, other.covariance)
