"""Covariance matrices: checked, and written as L Lᵀ with L lower triangular."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import get_lapack_funcs, qr

from ..errors import InvalidParameterError
from .array_checks import as_array

_POTRF, _POCON, _TRTRS = get_lapack_funcs(("potrf", "pocon", "trtrs"), dtype=np.float64)
_EPS = np.finfo(np.float64).eps
_ASYMMETRY = 1e-10  # relative to the largest entry; what rounding leaves in A Σ Aᵀ stays below it


def as_covariance(name: str, value: Any, d: int | None = None) -> np.ndarray:
    """Copy to a symmetric positive semi-definite float64 matrix, or say why it is none."""
    matrix = as_array(name, value, (d, d))
    if matrix.shape[0] != matrix.shape[1]:
        raise InvalidParameterError(f"{name} must be square, got shape {matrix.shape}.")
    asymmetry = np.abs(matrix - matrix.T).max()
    if asymmetry > _ASYMMETRY * np.abs(matrix).max():
        raise InvalidParameterError(
            f"{name} must be symmetric, but max|S - S^T| is {asymmetry:.3g}; pass (S + S^T)/2 if that is meant."
        )
    matrix = (matrix + matrix.T) / 2
    if _POTRF(matrix, lower=1)[1]:
        eigenvalues = np.linalg.eigvalsh(matrix)
        if eigenvalues[0] < -100 * len(matrix) * _EPS * np.abs(eigenvalues).max():
            raise InvalidParameterError(
                f"{name} must be positive semi-definite, but its smallest eigenvalue is {eigenvalues[0]:.3g}."
            )
    return matrix


def as_moments(mean: ArrayLike, covariance: ArrayLike, name: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Check a mean and its covariance."""
    mean = as_array(f"mean{name}", mean, (None,))
    return mean, as_covariance(f"covariance{name}", covariance, len(mean))


def lower_factor(matrix: np.ndarray) -> np.ndarray:
    """Lower triangular L with L Lᵀ = matrix, which may be singular."""
    factor, failed = _POTRF(matrix, lower=1, clean=1)
    if not failed:
        return factor
    # Units of one standard deviation: small variances are not lost beside large ones.
    scale = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    scale[scale == 0] = 1.0
    eigenvalues, vectors = np.linalg.eigh(matrix / scale[:, None] / scale)
    root = scale[:, None] * vectors * np.sqrt(np.maximum(eigenvalues, 0.0))
    upper = np.asarray(qr(root.T, mode="r")[0])
    return upper.T * np.where(np.diag(upper) < 0, -1.0, 1.0)


def regular_factor(name: str, matrix: np.ndarray) -> np.ndarray:
    """Cholesky factor of a covariance that must not be singular."""
    factor, failed = _POTRF(matrix, lower=1, clean=1)
    if not failed:
        # Conditioning of the correlations, so that units do not matter.
        scale = np.sqrt(np.diag(matrix))
        norm = np.abs(matrix / scale[:, None] / scale).sum(axis=0).max()
        reciprocal, _ = _POCON(np.asfortranarray(factor / scale[:, None]), norm, uplo="L")
        failed = reciprocal < 10 * len(matrix) * _EPS
    if failed:
        raise InvalidParameterError(
            f"{name} is singular to working precision (smallest eigenvalue {np.linalg.eigvalsh(matrix)[0]:.3g}), "
            "so it has no density and cannot be solved with; leave out entries that the others determine."
        )
    return factor


def gram(factor: np.ndarray) -> np.ndarray:
    """F Fᵀ, symmetric to the last bit and positive semi-definite however much A Σ Aᵀ would cancel."""
    product = factor @ factor.T
    return (product + product.T) / 2


def whiten(factor: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve L z = right for z."""
    solution, _ = _TRTRS(factor, right, lower=1)
    return solution.reshape(right.shape)


def log_det(factor: np.ndarray) -> float:
    """Natural logarithm of det(L Lᵀ)."""
    return 2.0 * float(np.log(np.diag(factor)).sum())
