"""The companion matrix of an autoregression, and how far its eigenvalues lie from zero."""

from __future__ import annotations

import numpy as np


def companion_matrix(polynomial: np.ndarray) -> np.ndarray:
    """Matrix of the map (y_{t-p+1}, ..., y_t) onto (y_{t-p+2}, ..., y_{t+1}): ones above the diagonal, φ below.

    Parameters
    ----------
    polynomial : ndarray, shape (..., p)
        φ_1..φ_p.

    Returns
    -------
    ndarray, shape (..., p, p)

    Examples
    --------
    >>> companion_matrix(np.array([0.5, 0.25]))
    array([[0.  , 1.  ],
           [0.25, 0.5 ]])
    """
    p = polynomial.shape[-1]
    matrix = np.zeros((*polynomial.shape, p))
    matrix[..., np.arange(p - 1), np.arange(1, p)] = 1.0
    matrix[..., -1, :] = polynomial[..., ::-1]
    return matrix


def spectral_radius(polynomial: np.ndarray, differencing: tuple[int, int, int] = (0, 0, 1)) -> np.ndarray:
    """Largest modulus of the companion matrix' eigenvalues: below 1 errors fade like its powers, above they grow.

    Parameters
    ----------
    polynomial : ndarray, shape (batch, p)
        φ_1..φ_p on the undifferenced lags.
    differencing : tuple of int, default=(0, 0, 1)
        Ordinary differences d, seasonal differences D and season s that ``polynomial`` contains.

    Returns
    -------
    ndarray, shape (batch,)
        Exactly 1 where the roots of (1 - B)^d (1 - B^s)^D are the largest: they are divided out first, as the
        eigenvalues of a multiple root are off by a root of the rounding.

    Examples
    --------
    >>> spectral_radius(np.array([[1.5, -0.5]]), (1, 0, 1)), spectral_radius(np.array([[0.6, -0.25]]))
    (array([1.]), array([0.5]))
    """
    rest = _undifferenced(polynomial, differencing)
    size = np.zeros(len(rest))
    if rest.shape[1]:
        size = np.abs(np.linalg.eigvals(companion_matrix(rest))).max(axis=1)
    return np.maximum(size, 1.0) if n_unit_roots(differencing) else size


def n_unit_roots(differencing: tuple[int, int, int]) -> int:
    """Multiplicity of the root 1 of (1 - B)^d (1 - B^s)^D: errors grow like a power of the steps, one less than it.

    Examples
    --------
    >>> n_unit_roots((1, 1, 12))
    2
    """
    return differencing[0] + differencing[1]


def _undifferenced(polynomial: np.ndarray, differencing: tuple[int, int, int]) -> np.ndarray:
    """Coefficients φ of φ(B) = (1 - Σ π_j B^j) / ((1 - B)^d (1 - B^s)^D)."""
    differences, seasonal, season = differencing
    quotient = np.concatenate([np.ones((len(polynomial), 1)), -polynomial], axis=1)
    for lag in [season] * seasonal + [1] * differences:
        for j in range(lag, quotient.shape[1]):
            quotient[:, j] += quotient[:, j - lag]
        quotient = quotient[:, : quotient.shape[1] - lag]
    return -quotient[:, 1:]
