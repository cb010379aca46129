"""Symmetric banded matrices in LAPACK's lower storage: row k, column j holds Q[j + k, j]."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eig_banded, get_blas_funcs, get_lapack_funcs

from ..errors import InvalidParameterError
from .array_checks import as_array

_PBTRF, _PBTRS, _TBTRS = get_lapack_funcs(("pbtrf", "pbtrs", "tbtrs"), dtype=np.float64)
_SBMV, _TBMV = get_blas_funcs(("sbmv", "tbmv"), dtype=np.float64)
_EPS = np.finfo(np.float64).eps
_LEAST_BLOCK = 16  # smaller blocks spend more on calls than on arithmetic
_EIGENVALUE_ROWS = 1000  # a larger block would take seconds only to word an error


def as_band(name: str, value: Any) -> np.ndarray:
    """Copy to float64 in Fortran order, without rows below the matrix and with zeros outside it."""
    shape = np.shape(value)
    if len(shape) != 2 or 0 in shape:
        raise InvalidParameterError(f"{name} must have shape (bandwidth + 1, n), got {shape}.")
    n = shape[1]
    band = np.array(np.asarray(value)[:n], order="F")
    for k in range(1, len(band)):
        band[k, n - k :] = 0
    return np.asfortranarray(as_array(name, band, band.shape))


def band_cholesky(name: str, band: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Banded Cholesky factor L of Q = L Lᵀ; an error names the time at which Q turns out singular. O(n p²)."""
    factor, order = _PBTRF(band, lower=1)
    done = order - 1 if order else band.shape[1]
    weak = np.flatnonzero(factor[0, :done] ** 2 <= 10 * len(band) * _EPS * band[0, :done])
    order = int(weak[0]) + 1 if len(weak) else order
    if order:
        least = ""
        if order <= _EIGENVALUE_ROWS:
            value = eig_banded(band[:order, :order], lower=True, eigvals_only=True, select="i", select_range=(0, 0))[0]
            least = f" (smallest eigenvalue {value:.3g})"
        raise InvalidParameterError(
            f"{name} is singular to working precision: its leading {order} rows, up to time {times[order - 1]}, "
            f"are not positive definite{least}; the law needs more known values or a proper start."
        )
    return factor


def band_log_det(factor: np.ndarray) -> float:
    """Natural logarithm of det(L Lᵀ)."""
    return 2.0 * float(np.log(factor[0]).sum())


def band_product(band: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Q x. O(n p)."""
    return _SBMV(len(band) - 1, 1.0, band, x, lower=1)


def band_solve(factor: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve L Lᵀ x = right. O(n p) a column."""
    return _PBTRS(factor, right, lower=1)[0]


def solve_lower(factor: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve L x = right. O(n p) a column."""
    return _TBTRS(factor, right, uplo="L")[0]


def solve_upper(factor: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve Lᵀ x = right. O(n p) a column."""
    return _TBTRS(factor, right, uplo="L", trans="T")[0]


def upper_product(factor: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Lᵀ x. O(n p)."""
    return _TBMV(len(factor) - 1, factor, x, lower=1, trans=1)


def principal_band(band: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Rows and columns of Q at ascending ``times``, again banded and often narrower. O(len(times) · p)."""
    rows = [band[0, times]]
    for k in range(1, min(len(band), len(times))):
        lag = times[k:] - times[:-k]
        near = lag < len(band)
        if not near.any():
            break
        row = np.zeros(len(times))
        row[:-k][near] = band[lag[near], times[:-k][near]]
        rows.append(row)
    return np.asfortranarray(rows)


def selected_inverse(factor: ArrayLike) -> np.ndarray:
    """Band of Σ = Q⁻¹ from the banded Cholesky factor L of Q, without the rest of Σ.

    In square blocks of at least the bandwidth, L has blocks L_i on its diagonal and C_i below it. With G_i = C_i L_i⁻¹,

        Σ_ii = (L_i L_iᵀ)⁻¹ + G_iᵀ Σ_{i+1,i+1} G_i,    Σ_{i+1,i} = −Σ_{i+1,i+1} G_i,

    sums of positive semi-definite terms, so that no variance can come out negative.

    Parameters
    ----------
    factor : array_like, shape (p + 1, n)
        L in lower banded storage, with a positive diagonal.

    Returns
    -------
    ndarray, shape (p + 1, n)
        Row k, column j holds Σ[j + k, j]; row 0 the variances. Entries outside the matrix are zero.

    Raises
    ------
    InvalidParameterError
        The shape is wrong, a value is not finite or the diagonal is not positive.

    Notes
    -----
    All L_i⁻¹ come from one banded solve; the recursion takes n / max(p, 16) steps of two matrix products. O(n p²).

    References
    ----------
    Takahashi, Fagan and Chen (1973), "Formation of a sparse bus impedance matrix and its application to short circuit
    study"; Rue and Martino (2007), "Approximate Bayesian inference for hierarchical Gaussian Markov random field
    models", section 2.

    Examples
    --------
    >>> selected_inverse(np.array([[1.0, 2.0], [0.5, 0.0]]))
    array([[ 1.0625,  0.25  ],
           [-0.125 ,  0.    ]])
    """
    factor = as_band("factor", factor)
    width, n = factor.shape
    if factor[0].min() <= 0:
        raise InvalidParameterError(f"factor must have a positive diagonal, got {factor[0].min():.6g}.")
    size = max(width - 1, min(_LEAST_BLOCK, n))
    n_blocks = -(-n // size)
    padded = np.zeros((width, n_blocks * size), order="F")
    padded[:, :n] = factor
    padded[0, n:] = 1.0
    by_block = padded.T.reshape(n_blocks, size, width).copy()
    lag, column = np.arange(width), np.arange(size)
    padded[(lag[:, None] + np.tile(column, n_blocks)) >= size] = 0.0
    roots = solve_lower(padded, np.asfortranarray(np.tile(np.eye(size), (n_blocks, 1)))).reshape(n_blocks, size, size)
    covariances = np.zeros((n_blocks, 2 * size, size))
    squares = covariances[:, :size]
    np.matmul(roots.transpose(0, 2, 1), roots, out=squares)
    if n_blocks > 1:
        below = size + column[:, None] - column
        crossing = np.where(below < width, by_block[:-1, column, np.minimum(below, width - 1)], 0.0)
        gains = crossing @ roots[:-1]
        for i in range(n_blocks - 2, -1, -1):
            squares[i] += gains[i].T @ squares[i + 1] @ gains[i]
        np.matmul(squares[1:], -gains, out=covariances[:-1, size:])
    return covariances[:, lag[:, None] + column, column].transpose(1, 0, 2).reshape(width, -1)[:, :n]
