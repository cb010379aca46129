"""Divergences between Gaussian laws in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .covariance import log_det, regular_factor, whiten
from .density import LOG_2PI
from .law_pair import as_pair, as_univariate_pair


def _excess(ratio_less_one: np.ndarray, log_ratio: np.ndarray) -> np.ndarray:
    """Compute r − 1 − log r, not negative; near r = 1 from r − 1, whose own rounding is the smaller."""
    near = np.abs(ratio_less_one) < 0.5
    log_ratio = np.where(near, np.log1p(np.where(near, ratio_less_one, 0.0)), log_ratio)
    return np.maximum(ratio_less_one - log_ratio, 0.0)


def kl(mean0: ArrayLike, covariance0: ArrayLike, mean1: ArrayLike, covariance1: ArrayLike) -> float:
    """Kullback-Leibler divergence of N₁ = N(μ₁, Σ₁) from N₀ = N(μ₀, Σ₀), in nats.

    KL(N₀‖N₁) = ½ [tr(Σ₁⁻¹ Σ₀) + (μ₁ − μ₀)ᵀ Σ₁⁻¹ (μ₁ − μ₀) − d + log(det Σ₁ / det Σ₀)].

    Parameters
    ----------
    mean0, mean1 : array_like, shape (d,)
        μ₀ and μ₁.
    covariance0, covariance1 : array_like, shape (d, d)
        Σ₀ and Σ₁, symmetric and positive definite.

    Returns
    -------
    float
        Zero only for equal laws.

    Raises
    ------
    InvalidParameterError
        A covariance is singular, not symmetric or has a negative eigenvalue, a shape is wrong or a value is not finite.

    Notes
    -----
    With Σ_i = L_i L_iᵀ and W = L₁⁻¹ L₀, lower triangular, this is the sum of non-negative terms
    ½ [Σ_i (W_ii² − 1 − log W_ii²) + Σ_{i>j} W_ij² + ‖L₁⁻¹(μ₁ − μ₀)‖²], which nearly equal laws do not cancel. O(d³).

    References
    ----------
    Kullback (1959), *Information Theory and Statistics*, chapter 9.

    Examples
    --------
    >>> kl([0.0], [[1.0]], [1.0], [[1.0]])
    0.5
    """
    shift, covariance0, covariance1 = as_pair(mean0, covariance0, mean1, covariance1)
    factor1 = regular_factor("covariance1", covariance1)
    ratio = whiten(factor1, regular_factor("covariance0", covariance0))
    diagonal = np.diag(ratio)
    spread = (
        _excess((diagonal - 1.0) * (diagonal + 1.0), 2.0 * np.log(diagonal)).sum() + (np.tril(ratio, -1) ** 2).sum()
    )
    return 0.5 * float(spread + (whiten(factor1, shift) ** 2).sum())


def kl_univariate(mean0: ArrayLike, variance0: ArrayLike, mean1: ArrayLike, variance1: ArrayLike) -> np.ndarray:
    """Kullback-Leibler divergences between laws on the line, elementwise, in nats.

    KL(N₀‖N₁) = log(σ₁/σ₀) + (σ₀² + (μ₀ − μ₁)²) / (2 σ₁²) − ½.

    Parameters
    ----------
    mean0, mean1 : array_like
        μ₀ and μ₁, of shapes that broadcast with the variances.
    variance0, variance1 : array_like
        σ₀² and σ₁², above zero.

    Returns
    -------
    ndarray
        Of the broadcast shape; a scalar for scalars.

    Raises
    ------
    InvalidParameterError
        A variance is not positive, a value is not finite, or the shapes do not broadcast.

    Notes
    -----
    Written with log1p(σ₀²/σ₁² − 1), exact for nearly equal variances. O(1) an element.

    References
    ----------
    Kullback (1959), *Information Theory and Statistics*, chapter 9.

    Examples
    --------
    >>> kl_univariate(0.0, 1.0, [0.0, 1.0], 1.0)
    array([0. , 0.5])
    """
    shift, v0, v1 = as_univariate_pair(mean0, variance0, mean1, variance1)
    return (0.5 * (_excess((v0 - v1) / v1, np.log(v0) - np.log(v1)) + shift * (shift / v1)))[()]


def log_overlap(mean0: ArrayLike, covariance0: ArrayLike, mean1: ArrayLike, covariance1: ArrayLike) -> float:
    """Logarithm of ∫ N(x; μ₀, Σ₀) N(x; μ₁, Σ₁) dx = N(μ₀; μ₁, Σ₀ + Σ₁).

    Parameters
    ----------
    mean0, mean1 : array_like, shape (d,)
        μ₀ and μ₁.
    covariance0, covariance1 : array_like, shape (d, d)
        Σ₀ and Σ₁, symmetric and positive semi-definite; their sum must not be singular.

    Returns
    -------
    float

    Raises
    ------
    InvalidParameterError
        Σ₀ + Σ₁ is singular, a covariance is not symmetric or has a negative eigenvalue, a shape is wrong or a value is
        not finite.

    Notes
    -----
    O(d³).

    References
    ----------
    Jenssen, Principe, Erdogmus and Eltoft (2006), "The Cauchy-Schwarz divergence and Parzen windowing".

    Examples
    --------
    >>> round(log_overlap([0.0], [[0.5]], [0.0], [[0.5]]), 6)
    -0.918939
    """
    shift, covariance0, covariance1 = as_pair(mean0, covariance0, mean1, covariance1)
    factor = regular_factor("covariance0 + covariance1", covariance0 + covariance1)
    return -0.5 * (len(shift) * LOG_2PI + log_det(factor) + float((whiten(factor, shift) ** 2).sum()))


def cauchy_schwarz(mean0: ArrayLike, covariance0: ArrayLike, mean1: ArrayLike, covariance1: ArrayLike) -> float:
    """Cauchy-Schwarz divergence −log ∫pq + ½ log ∫p² + ½ log ∫q² of p = N(μ₀, Σ₀) and q = N(μ₁, Σ₁), in nats.

    Parameters
    ----------
    mean0, mean1 : array_like, shape (d,)
        μ₀ and μ₁.
    covariance0, covariance1 : array_like, shape (d, d)
        Σ₀ and Σ₁, symmetric and positive definite.

    Returns
    -------
    float
        Symmetric in the two laws, zero only for equal ones.

    Raises
    ------
    InvalidParameterError
        A covariance is singular, not symmetric or has a negative eigenvalue, a shape is wrong or a value is not finite.

    Notes
    -----
    With ∫ N(·; μ₀, Σ₀) N(·; μ₁, Σ₁) = N(μ₀; μ₁, Σ₀ + Σ₁) and s_i the singular values of L₀⁻¹ L₁ this is
    ½ Σ_i log1p((1 − s_i)² / (2 s_i)) + ½ (μ₁ − μ₀)ᵀ (Σ₀ + Σ₁)⁻¹ (μ₁ − μ₀), without cancellation.
    O(d³).

    References
    ----------
    Jenssen, Principe, Erdogmus and Eltoft (2006), "The Cauchy-Schwarz divergence and Parzen windowing".

    Examples
    --------
    >>> round(cauchy_schwarz([0.0], [[1.0]], [2.0], [[1.0]]), 6)
    1.0
    """
    shift, covariance0, covariance1 = as_pair(mean0, covariance0, mean1, covariance1)
    factors = [regular_factor(f"covariance{i}", c) for i, c in enumerate((covariance0, covariance1))]
    ratios = np.linalg.svd(whiten(factors[0], factors[1]), compute_uv=False)
    distance = (whiten(regular_factor("covariance0 + covariance1", covariance0 + covariance1), shift) ** 2).sum()
    return 0.5 * float(np.log1p((1.0 - ratios) ** 2 / (2.0 * ratios)).sum() + distance)


def cauchy_schwarz_univariate(
    mean0: ArrayLike, variance0: ArrayLike, mean1: ArrayLike, variance1: ArrayLike
) -> np.ndarray:
    """Cauchy-Schwarz divergences between laws on the line, elementwise, in nats.

    ½ log((σ₀² + σ₁²) / (2 σ₀ σ₁)) + (μ₀ − μ₁)² / (2 (σ₀² + σ₁²)).

    Parameters
    ----------
    mean0, variance0, mean1, variance1
        As for :func:`kl_univariate`.

    Returns
    -------
    ndarray
        Of the broadcast shape; a scalar for scalars. Never above either Kullback-Leibler divergence.

    Raises
    ------
    InvalidParameterError
        A variance is not positive, a value is not finite, or the shapes do not broadcast.

    Notes
    -----
    (σ₀² + σ₁²)/(2 σ₀ σ₁) = 1 + (σ₀ − σ₁)²/(2 σ₀ σ₁), through log1p. O(1) an element.

    References
    ----------
    Jenssen, Principe, Erdogmus and Eltoft (2006), "The Cauchy-Schwarz divergence and Parzen windowing".

    Examples
    --------
    >>> cauchy_schwarz_univariate(0.0, 1.0, [0.0, 2.0], 1.0)
    array([0., 1.])
    """
    shift, v0, v1 = as_univariate_pair(mean0, variance0, mean1, variance1)
    s0, s1 = np.sqrt(v0), np.sqrt(v1)
    gap = (v0 - v1) / (s0 + s1)
    return (0.5 * (np.log1p(gap / s0 * (gap / s1) / 2.0) + shift * (shift / (v0 + v1))))[()]
