"""Closed operations on Gaussian laws, each a function from means and covariances to a mean and a covariance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..errors import InvalidParameterError
from .array_checks import as_array, as_index
from .covariance import as_covariance, as_moments, gram, lower_factor, regular_factor, whiten


def affine(
    mean: ArrayLike, covariance: ArrayLike, matrix: ArrayLike, offset: ArrayLike | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Law of Y = A X + b for X ~ N(μ, Σ): N(A μ + b, A Σ Aᵀ).

    Parameters
    ----------
    mean : array_like, shape (d,)
        μ.
    covariance : array_like, shape (d, d)
        Σ, symmetric and positive semi-definite.
    matrix : array_like, shape (m, d)
        A; with m > d the result is singular, which is allowed.
    offset : array_like, shape (m,), default=None
        b; None means zeros.

    Returns
    -------
    mean : ndarray, shape (m,)
    covariance : ndarray, shape (m, m)

    Raises
    ------
    InvalidParameterError
        A shape is wrong, a value is not finite, or Σ is not symmetric or has a negative eigenvalue.

    Notes
    -----
    Σ = L Lᵀ and A Σ Aᵀ = (A L)(A L)ᵀ, so that rounding cannot make the result indefinite. O(d³ + m²d).

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, section 2.3.

    Examples
    --------
    >>> mean, covariance = affine([1.0, 2.0], [[2.0, 1.0], [1.0, 2.0]], [[1.0, -1.0]])
    >>> mean.round(6), covariance.round(6)
    (array([-1.]), array([[2.]]))
    """
    mean, covariance = as_moments(mean, covariance)
    matrix = as_array("matrix", matrix, (None, len(mean)))
    moved = matrix @ mean
    if offset is not None:
        moved = moved + as_array("offset", offset, moved.shape)
    return moved, gram(matrix @ lower_factor(covariance))


def independent_sum(
    mean_x: ArrayLike,
    covariance_x: ArrayLike,
    mean_y: ArrayLike,
    covariance_y: ArrayLike,
    a: float = 1.0,
    b: float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Law of a X + b Y for independent X and Y: N(a μ_X + b μ_Y, a² Σ_X + b² Σ_Y).

    Parameters
    ----------
    mean_x, mean_y : array_like, shape (d,)
        μ_X and μ_Y.
    covariance_x, covariance_y : array_like, shape (d, d)
        Σ_X and Σ_Y, symmetric and positive semi-definite.
    a, b : float, default=1.0, 1.0
        Factors of X and Y, any finite number.

    Returns
    -------
    mean : ndarray, shape (d,)
    covariance : ndarray, shape (d, d)

    Raises
    ------
    InvalidParameterError
        A shape is wrong, a value is not finite, or a covariance is not symmetric or has a negative eigenvalue.

    Notes
    -----
    O(d³), for the checks.

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, section 2.3.

    Examples
    --------
    >>> independent_sum([1.0], [[4.0]], [3.0], [[9.0]], b=-1.0)
    (array([-2.]), array([[13.]]))
    """
    mean_x, covariance_x = as_moments(mean_x, covariance_x, "_x")
    mean_y, covariance_y = as_moments(mean_y, covariance_y, "_y")
    if len(mean_x) != len(mean_y):
        raise InvalidParameterError(f"mean_y must have shape ({len(mean_x)},) as mean_x has, got {mean_y.shape}.")
    a, b = float(as_array("a", a, ())), float(as_array("b", b, ()))
    return a * mean_x + b * mean_y, a**2 * covariance_x + b**2 * covariance_y


def joint(
    mean: ArrayLike, covariance: ArrayLike, matrix: ArrayLike, offset: ArrayLike, noise: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Law of (X, Y) for X ~ N(μ, Σ) and Y given X ~ N(A X + b, S).

    The mean is (μ, A μ + b), the covariance [[Σ, Σ Aᵀ], [A Σ, S + A Σ Aᵀ]].

    Parameters
    ----------
    mean : array_like, shape (d,)
        μ.
    covariance : array_like, shape (d, d)
        Σ, symmetric and positive semi-definite.
    matrix : array_like, shape (m, d)
        A.
    offset : array_like, shape (m,)
        b.
    noise : array_like, shape (m, m)
        S, symmetric and positive semi-definite.

    Returns
    -------
    mean : ndarray, shape (d + m,)
    covariance : ndarray, shape (d + m, d + m)

    Raises
    ------
    InvalidParameterError
        A shape is wrong, a value is not finite, or a covariance is not symmetric or has a negative eigenvalue.

    Notes
    -----
    Built as F Fᵀ with F = [[L_Σ, 0], [A L_Σ, L_S]], so that rounding cannot make it indefinite. O((d + m)³).

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, equations 2.99 to 2.108.

    Examples
    --------
    >>> joint([0.0], [[1.0]], [[2.0]], [1.0], [[3.0]])
    (array([0., 1.]), array([[1., 2.],
           [2., 7.]]))
    """
    mean, covariance = as_moments(mean, covariance)
    matrix = as_array("matrix", matrix, (None, len(mean)))
    d, m = len(mean), len(matrix)
    offset = as_array("offset", offset, (m,))
    factor = np.zeros((d + m, d + m))
    factor[:d, :d] = lower_factor(covariance)
    factor[d:, :d] = matrix @ factor[:d, :d]
    factor[d:, d:] = lower_factor(as_covariance("noise", noise, m))
    return np.concatenate([mean, matrix @ mean + offset]), gram(factor)


def linear_marginal(
    mean: ArrayLike, covariance: ArrayLike, matrix: ArrayLike, offset: ArrayLike, noise: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Law of Y for X ~ N(μ, Σ) and Y given X ~ N(A X + b, S): N(A μ + b, S + A Σ Aᵀ).

    Parameters
    ----------
    mean, covariance, matrix, offset, noise
        As for :func:`joint`.

    Returns
    -------
    mean : ndarray, shape (m,)
    covariance : ndarray, shape (m, m)

    Raises
    ------
    InvalidParameterError
        A shape is wrong, a value is not finite, or a covariance is not symmetric or has a negative eigenvalue.

    Notes
    -----
    O(d³ + m²d + m³).

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, equation 2.115.

    Examples
    --------
    >>> linear_marginal([0.0], [[1.0]], [[2.0]], [1.0], [[3.0]])
    (array([1.]), array([[7.]]))
    """
    moved, spread = affine(mean, covariance, matrix, offset)
    return moved, spread + as_covariance("noise", noise, len(moved))


def marginal(mean: ArrayLike, covariance: ArrayLike, index: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Law of some entries of X ~ N(μ, Σ): the sub-vector of μ and the sub-block of Σ.

    Parameters
    ----------
    mean : array_like, shape (d,)
        μ.
    covariance : array_like, shape (d, d)
        Σ, symmetric and positive semi-definite.
    index : array_like of int, shape (k,)
        Positions to keep, each once, in the order wanted.

    Returns
    -------
    mean : ndarray, shape (k,)
    covariance : ndarray, shape (k, k)

    Raises
    ------
    InvalidParameterError
        A shape or position is wrong, a value is not finite, or Σ is not symmetric or has a negative eigenvalue.

    Notes
    -----
    O(d³), for the checks.

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, equation 2.98.

    Examples
    --------
    >>> marginal([1.0, 2.0], [[4.0, 1.0], [1.0, 9.0]], [1])
    (array([2.]), array([[9.]]))
    """
    mean, covariance = as_moments(mean, covariance)
    index = as_index("index", index, len(mean))
    return mean[index], covariance[np.ix_(index, index)]


def conditional(
    mean: ArrayLike, covariance: ArrayLike, index: ArrayLike, values: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Law of the other entries Y of a Gaussian vector, given that the entries X are x.

    N(μ_Y + Σ_YX Σ_XX⁻¹ (x − μ_X), Σ_YY − Σ_YX Σ_XX⁻¹ Σ_XY); the covariance is the Schur complement of Σ_XX.

    Parameters
    ----------
    mean : array_like, shape (d,)
        μ.
    covariance : array_like, shape (d, d)
        Σ, symmetric and positive semi-definite; Σ_XX must not be singular, Σ may be.
    index : array_like of int, shape (k,)
        Positions of X, each once, fewer than d.
    values : array_like, shape (k,)
        x, in the order of ``index``.

    Returns
    -------
    mean : ndarray, shape (d - k,)
        In the order that the entries have in ``mean``.
    covariance : ndarray, shape (d - k, d - k)

    Raises
    ------
    InvalidParameterError
        Σ_XX is singular, all positions are given, a shape or position is wrong, a value is not finite, or Σ is not
        symmetric or has a negative eigenvalue.

    Notes
    -----
    With X first, Σ = L Lᵀ with L lower triangular: Σ_YX Σ_XX⁻¹ (x − μ_X) = L_YX z where L_XX z = x − μ_X, and the
    Schur complement is L_YY L_YYᵀ. No inverse, no difference that could cancel below zero. O(d³).

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, equations 2.81 and 2.82.

    Examples
    --------
    >>> mean, covariance = conditional([0.0, 0.0], [[4.0, 2.0], [2.0, 9.0]], [0], [2.0])
    >>> mean, covariance.round(6)
    (array([1.]), array([[8.]]))
    """
    mean, covariance = as_moments(mean, covariance)
    index = as_index("index", index, len(mean))
    values = as_array("values", values, index.shape)
    k = len(index)
    if k == len(mean):
        raise InvalidParameterError(f"index must leave at least one entry unknown, but names all {k}.")
    rest = np.setdiff1d(np.arange(len(mean)), index)
    order = np.concatenate([index, rest])
    covariance = covariance[np.ix_(order, order)]
    regular_factor("the covariance of the given entries", covariance[:k, :k])
    factor = lower_factor(covariance)
    shift = factor[k:, :k] @ whiten(factor[:k, :k], values - mean[index])
    return mean[rest] + shift, gram(factor[k:, k:])
