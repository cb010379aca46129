"""Kullback-Leibler divergence by Monte Carlo, for laws without a closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from .array_checks import check_draw


class Law(Protocol):
    """What Monte Carlo needs of a law: draws and log densities."""

    def sample(self, n_samples: int, generator: np.random.Generator) -> np.ndarray:
        """Draws of shape (n_samples, d)."""
        ...

    def log_prob(self, x: ArrayLike) -> np.ndarray:
        """Log densities of points of shape (..., d)."""
        ...


@dataclass(frozen=True)
class MonteCarloEstimate:
    """A Monte Carlo mean and what it can be trusted to.

    Parameters
    ----------
    value : float
        Mean of the draws.
    standard_error : float
        Standard deviation of the draws divided by √n_samples.
    n_samples : int
        Number of independent draws.
    """

    value: float
    standard_error: float
    n_samples: int


def monte_carlo_kl(p: Law, q: Law, n_samples: int, generator: np.random.Generator) -> MonteCarloEstimate:
    """Estimate KL(p‖q) = E_p[log p(x) − log q(x)] from draws of p; for mixtures, which have no closed form.

    Parameters
    ----------
    p, q : Gaussian, GaussianMixture or another law with ``sample`` and ``log_prob``
        Two laws of one dimension.
    n_samples : int
        Number of draws, 2 or more.
    generator : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    MonteCarloEstimate
        ``value`` in nats, unbiased, hence sometimes below zero, and its ``standard_error``.

    Raises
    ------
    InvalidParameterError
        ``n_samples`` or ``generator`` is wrong, or the dimensions differ.

    Notes
    -----
    The cost is that of ``n_samples`` draws and twice as many log densities.

    References
    ----------
    Hershey and Olsen (2007), "Approximating the Kullback Leibler divergence between Gaussian mixture models",
    section 2.

    Examples
    --------
    >>> from forecastkit.gaussian import Gaussian
    >>> p, q = Gaussian([0.0], [[1.0]]), Gaussian([1.0], [[1.0]])
    >>> estimate = monte_carlo_kl(p, q, 10_000, np.random.default_rng(0))
    >>> abs(estimate.value - 0.5) < 3 * estimate.standard_error
    True
    """
    check_draw(n_samples, generator, least=2)
    draws = p.sample(n_samples, generator)
    ratios = p.log_prob(draws) - q.log_prob(draws)
    return MonteCarloEstimate(float(ratios.mean()), float(ratios.std(ddof=1) / np.sqrt(n_samples)), int(n_samples))
