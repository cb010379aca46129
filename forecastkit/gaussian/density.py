"""Density, entropy and draws of a Gaussian law."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .array_checks import as_array, as_points, check_draw
from .covariance import as_covariance, log_det, lower_factor, regular_factor, whiten

LOG_2PI = float(np.log(2 * np.pi))


def log_density(x: ArrayLike, mean: ArrayLike, covariance: ArrayLike) -> np.ndarray:
    """Logarithm of the density of N(μ, Σ): −½ [d log 2π + log det Σ + (x − μ)ᵀ Σ⁻¹ (x − μ)].

    Parameters
    ----------
    x : array_like, shape (..., d)
        Points.
    mean : array_like, shape (d,)
        μ.
    covariance : array_like, shape (d, d)
        Σ, symmetric and positive definite.

    Returns
    -------
    ndarray, shape (...)
        Natural logarithms; a scalar for one point.

    Raises
    ------
    InvalidParameterError
        Σ is singular, not symmetric or has a negative eigenvalue, a shape is wrong or a value is not finite.

    Notes
    -----
    Σ = L Lᵀ, log det Σ = 2 Σ_i log L_ii, and the quadratic form is ‖L⁻¹(x − μ)‖² by a triangular solve. O(d³ + n d²)
    for n points.

    References
    ----------
    Bishop (2006), *Pattern Recognition and Machine Learning*, equation 2.43.

    Examples
    --------
    >>> float(log_density([0.0, 0.0], [0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]]).round(6))
    -1.837877
    """
    mean = as_array("mean", mean, (None,))
    covariance = as_covariance("covariance", covariance, len(mean))
    x = as_points("x", x, len(mean))
    factor = regular_factor("covariance", covariance)
    z = whiten(factor, (x - mean).reshape(-1, len(mean)).T) if x.size else x.reshape(-1, len(mean)).T
    log = -0.5 * (len(mean) * LOG_2PI + log_det(factor) + (z**2).sum(axis=0))
    return log.reshape(x.shape[:-1])[()]


def entropy(covariance: ArrayLike) -> float:
    """Differential entropy of N(μ, Σ): ½ log det(2πe Σ), in nats.

    Parameters
    ----------
    covariance : array_like, shape (d, d)
        Σ, symmetric and positive definite.

    Returns
    -------
    float

    Raises
    ------
    InvalidParameterError
        Σ is singular, not symmetric or has a negative eigenvalue, a shape is wrong or a value is not finite.

    Notes
    -----
    O(d³).

    References
    ----------
    Cover and Thomas (2006), *Elements of Information Theory*, theorem 8.4.1.

    Examples
    --------
    >>> round(entropy([[1.0]]), 6)
    1.418939
    """
    covariance = as_covariance("covariance", covariance)
    return 0.5 * (len(covariance) * (LOG_2PI + 1.0) + log_det(regular_factor("covariance", covariance)))


def sample(mean: ArrayLike, covariance: ArrayLike, n_samples: int, generator: np.random.Generator) -> np.ndarray:
    """Draw from N(μ, Σ): μ + L ε with L Lᵀ = Σ and ε standard normal.

    Parameters
    ----------
    mean : array_like, shape (d,)
        μ.
    covariance : array_like, shape (d, d)
        Σ, symmetric and positive semi-definite; it may be singular.
    n_samples : int
        Number of draws, 1 or more.
    generator : numpy.random.Generator
        Source of the d · n_samples standard normal numbers.

    Returns
    -------
    ndarray, shape (n_samples, d)

    Raises
    ------
    InvalidParameterError
        Σ is not symmetric or has a negative eigenvalue, a shape, ``n_samples`` or ``generator`` is wrong, or a value is
        not finite.

    Notes
    -----
    O(d³ + n_samples · d²).

    References
    ----------
    Golub and Van Loan (2013), *Matrix Computations*, section 4.2 (the factor).

    Examples
    --------
    >>> sample([1.0, 2.0], [[0.0, 0.0], [0.0, 0.0]], 1, np.random.default_rng(0))
    array([[1., 2.]])
    """
    mean = as_array("mean", mean, (None,))
    covariance = as_covariance("covariance", covariance, len(mean))
    check_draw(n_samples, generator)
    return mean + generator.standard_normal((n_samples, len(mean))) @ lower_factor(covariance).T
