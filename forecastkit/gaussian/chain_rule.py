"""The Kullback-Leibler divergence of Gaussian laws, entry by entry."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..errors import InvalidParameterError
from .array_checks import as_array
from .covariance import whiten
from .divergence import kl_univariate


def kl_by_entry(mean0: ArrayLike, factor0: ArrayLike, mean1: ArrayLike, factor1: ArrayLike) -> np.ndarray:
    """Terms of KL(N₀‖N₁) by the chain rule: what entry t adds given the entries before it, in nats.

    KL(N₀‖N₁) = Σ_t E₀[KL(N₀(x_t | x_{<t}) ‖ N₁(x_t | x_{<t}))], N_i = N(μ_i, L_i L_iᵀ).

    Parameters
    ----------
    mean0, mean1 : array_like, shape (d,)
        μ₀ and μ₁.
    factor0, factor1 : array_like, shape (d, d)
        L₀ and L₁, lower triangular with a positive diagonal.

    Returns
    -------
    ndarray, shape (d,)
        Not negative; the sum of the first t is the divergence of the laws of the first t entries.

    Raises
    ------
    InvalidParameterError
        A shape is wrong, a value is not finite, or a factor is no Cholesky factor.

    Notes
    -----
    With W = L₁⁻¹ L₀ and v = L₁⁻¹ (μ₁ − μ₀), term t is ½ [W_tt² − 1 − log W_tt² + Σ_{j<t} W_tj² + v_t²]. O(d³).

    References
    ----------
    Cover and Thomas (2006), *Elements of Information Theory*, theorem 2.5.3.

    Examples
    --------
    >>> kl_by_entry([0.0, 0.0], np.eye(2), [1.0, 0.0], [[1.0, 0.0], [1.0, 1.0]])
    array([0.5, 1. ])
    """
    mean0 = as_array("mean0", mean0, (None,))
    d = len(mean0)
    mean1 = as_array("mean1", mean1, (d,))
    factors = [as_array(f"factor{i}", each, (d, d)) for i, each in enumerate((factor0, factor1))]
    for i, factor in enumerate(factors):
        if np.triu(factor, 1).any() or not (np.diag(factor) > 0).all():
            raise InvalidParameterError(f"factor{i} must be lower triangular with a positive diagonal.")
    ratio, shift = whiten(factors[1], factors[0]), whiten(factors[1], mean1 - mean0)
    distance = (np.tril(ratio, -1) ** 2).sum(axis=1) + shift**2
    return kl_univariate(np.sqrt(distance), np.diag(ratio) ** 2, 0.0, 1.0)
