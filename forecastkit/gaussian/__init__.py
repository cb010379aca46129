"""Gaussian laws as functions of arrays: algebra, divergences, mixtures, and banded Gauss-Markov laws over time."""

from .algebra import affine, conditional, independent_sum, joint, linear_marginal, marginal
from .banded import selected_inverse
from .chain_rule import kl_by_entry
from .density import entropy, log_density, sample
from .distribution import Gaussian
from .divergence import cauchy_schwarz, cauchy_schwarz_univariate, kl, kl_univariate, log_overlap
from .gauss_markov import GaussMarkov
from .mixture import GaussianMixture
from .monte_carlo import MonteCarloEstimate, monte_carlo_kl

__all__ = [
    "GaussMarkov",
    "Gaussian",
    "GaussianMixture",
    "MonteCarloEstimate",
    "affine",
    "cauchy_schwarz",
    "cauchy_schwarz_univariate",
    "conditional",
    "entropy",
    "independent_sum",
    "joint",
    "kl",
    "kl_by_entry",
    "kl_univariate",
    "linear_marginal",
    "log_density",
    "log_overlap",
    "marginal",
    "monte_carlo_kl",
    "sample",
    "selected_inverse",
]
