"""Least squares for a batch of problems, from Gram matrices to the accuracy of their rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import get_lapack_funcs

(_POTRS,) = get_lapack_funcs(("potrs",), dtype=np.float64)
ROUNDING = 1e-14  # residuals below this part of the series are rounding: the fit is exact
_DEFINITE = 1e-6  # a pivot below this part of its column may be rounding: use QR
_INDEPENDENT, _UNEXPLAINED = 0.03, 1e-3  # a pivot, and a part of the target, that leave a Gram matrix its digits
_RANK = 1e-11  # a diagonal of R below this part of the largest may be rounding: look at the singular values
_PRECISE = 1e-9  # a relative correction below this leaves an error far below it
_CONVERGED = 1e-12  # what the next correction would be at most, relative to the coefficients
_CONTRACTION = 0.3  # a refinement that does not shrink by this much does not converge: use QR
_STEPS = 8
_EPSILON, _TINY = 4 * np.finfo(float).eps, 1e-6  # rounding of a product; least size of coefficients to judge by


def refined_estimates(
    gram: np.ndarray,
    residual_moments: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    rows: Callable[[int], np.ndarray],
    penalty: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Solve a batch of least-squares problems given by their Gram matrices, to the accuracy of their rows.

    Where the regressors are far from collinear and leave a part of the target unexplained, the normal equations lose
    fewer than five of sixteen digits. Elsewhere they are refined with the true residuals, which restores what forming
    the Gram matrix loses: one step where that is little, more where the regressors are nearly collinear. A problem for
    which refinement does not converge is solved by a QR decomposition of its rows, with the solution of least norm if
    it is singular.

    Parameters
    ----------
    gram : ndarray, shape (batch, k + 1, k + 1)
        Augmented Gram matrices, target last.
    residual_moments : callable
        From coefficients (some, k) and the places in the batch that they belong to, to the sums of squared residuals
        (some,) and Xᵀ residuals (some, k).
    rows : callable
        From a place in the batch to that problem's rows [X, y], asked for where the Gram matrix is not enough.
    penalty : ndarray, shape (batch, k), default=None
        Λ of the penalised problem ‖y - X β‖² + Σ Λ β².

    Returns
    -------
    beta : ndarray, shape (batch, k)
    rss : ndarray, shape (batch,)
        ‖y - X β‖², without the penalty.
    """
    k = gram.shape[1] - 1
    penalty = np.zeros(gram.shape[:2])[:, :k] if penalty is None else penalty
    factor, scale = scaled_factor(gram[:, :k, :k], penalty)
    beta, rss = factor_solve(factor, scale, gram[:, :k, k]), np.empty(len(gram))
    pivot = factor[:, range(k), range(k)].min(axis=1, initial=1.0)
    failed = ~(pivot > _DEFINITE)
    left = gram[:, -1, -1] - np.einsum("bk,bk->b", beta, gram[:, :k, k] + penalty * beta)
    exact = (pivot >= _INDEPENDENT) & (left >= _UNEXPLAINED * gram[:, -1, -1])
    rss[exact] = left[exact]
    active = np.flatnonzero(~failed & ~exact)
    before = np.abs(scale * beta).max(axis=1, initial=0.0)[active]
    negligible = ROUNDING * np.sqrt(gram[:, -1, -1])
    for _ in range(_STEPS):
        if not len(active):
            break
        rss[active], gradient = residual_moments(beta[active], active)
        change = factor_solve(factor[active], scale[active], gradient - penalty[active] * beta[active])
        beta[active] += change
        rss[active] -= np.einsum("bk,bk->b", change, gradient + penalty[active] * beta[active])
        size = np.abs(scale[active] * change).max(axis=1, initial=0.0)
        magnitude = np.abs(scale[active] * beta[active]).max(axis=1, initial=0.0)
        settled = (size <= _PRECISE * magnitude) | (size**2 <= _CONVERGED * magnitude * before)
        settled |= size <= negligible[active]
        settled &= np.isfinite(rss[active])
        shrinking = size <= _CONTRACTION * before
        failed[active[~settled & ~shrinking]] = True
        active, before = active[~settled & shrinking], size[~settled & shrinking]
    failed[active] = True
    for b in np.flatnonzero(failed):
        problem = penalised_rows(rows(int(b)), penalty[b])
        beta[b], _, objective = least_squares(problem)
        rss[b] = objective - penalty[b] @ beta[b] ** 2
    rss[rss <= ROUNDING**2 * gram[:, -1, -1]] = 0.0
    return beta, rss


def newton_step(
    gram: np.ndarray, gradient: np.ndarray, beta: np.ndarray, penalty: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Step from some coefficients to those that solve the normal equations of other rows.

    Parameters
    ----------
    gram : ndarray, shape (batch, k + 1, k + 1)
        Augmented Gram matrices, target last.
    gradient : ndarray, shape (batch, k)
        Xᵀ residuals of the coefficients.
    beta : ndarray, shape (batch, k)
        Coefficients to start from.
    penalty : ndarray, shape (batch, k), or None
        Λ of a penalised problem.

    Returns
    -------
    change : ndarray, shape (batch, k)
        What leads to the solution.
    taken : ndarray, shape (batch,)
        What the change takes from the sum of squared residuals.
    error : ndarray, shape (batch,)
        Bound on the rounding in the change, relative to the largest coefficient; NaN where a matrix is not definite.
    """
    k = gram.shape[1] - 1
    penalty = np.zeros(gradient.shape) if penalty is None else penalty
    factor, scale = scaled_factor(gram[:, :k, :k], penalty)
    change = factor_solve(factor, scale, gradient - penalty * beta)
    taken = np.einsum("bk,bk->b", change, gradient + penalty * (beta + change))
    pivot = factor[:, range(k), range(k)].min(axis=1, initial=1.0)
    size = np.abs(scale * change).max(axis=1, initial=0.0)
    magnitude = np.maximum(np.abs(scale * (beta + change)).max(axis=1, initial=0.0), _TINY * np.sqrt(gram[:, -1, -1]))
    error = np.divide(_EPSILON * size, pivot**2 * magnitude, out=np.zeros(len(size)), where=size > 0)
    return change, taken, error


def scaled_factor(gram: np.ndarray, penalty: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower Cholesky factors of Gram matrices scaled to a unit diagonal, and the scales; NaN if not definite."""
    k = gram.shape[1]
    scale = np.sqrt(gram[:, range(k), range(k)] + penalty)
    scale[scale == 0] = 1.0
    scaled = gram / scale[:, :, None]
    scaled /= scale[:, None, :]
    scaled[:, range(k), range(k)] += penalty / scale**2
    return cholesky_or_nan(scaled), scale


def factor_solve(factor: np.ndarray, scale: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Solve S L Lᵀ S x = target for factors L and diagonals S; shape (batch, k)."""
    solution = target / scale
    if solution.shape[1]:
        for b, lower in enumerate(factor):
            solution[b] = _POTRS(lower.T, solution[b], lower=0)[0]
    return solution / scale


def cholesky_or_nan(matrices: np.ndarray) -> np.ndarray:
    """Lower Cholesky factors of a batch, NaN for those that are not positive definite."""
    try:
        return np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.full_like(matrices, np.nan)
        return np.concatenate([cholesky_or_nan(half) for half in np.array_split(matrices, 2)])


def penalised_rows(rows: np.ndarray, penalty: np.ndarray) -> np.ndarray:
    """Rows [X, y] with one more row for each penalised coefficient."""
    penalised = np.flatnonzero(penalty)
    if not len(penalised):
        return rows
    extra = np.zeros((len(penalised), rows.shape[1]))
    extra[np.arange(len(penalised)), penalised] = np.sqrt(penalty[penalised])
    return np.concatenate([rows, extra])


def least_squares(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Least-norm solution, pseudo-inverse of XᵀX and RSS of [X, y] by QR, and by SVD of R where that is singular."""
    scale = np.linalg.norm(rows[:, :-1], axis=0)
    scale[scale == 0] = 1.0
    triangle = np.asarray(np.linalg.qr(np.column_stack([rows[:, :-1] / scale, rows[:, -1]]), mode="r"))
    factor, target = triangle[:, :-1], triangle[:, -1]
    size = factor.shape[1]
    diagonal = np.abs(np.diagonal(factor))
    if len(factor) > size and diagonal.min(initial=1.0) > _RANK * diagonal.max(initial=1.0):
        root = np.linalg.solve(factor[:size], np.eye(size))
        beta, inverse, rss = root @ target[:size], root @ root.T, float(target[size] ** 2)
    else:
        left, singular, right = np.linalg.svd(factor, full_matrices=False)
        keep = singular > singular.max(initial=0.0) * len(rows) * np.finfo(float).eps
        left, singular, right = left[:, keep], singular[keep], right[keep]
        beta, inverse = right.T @ (left.T @ target / singular), (right.T / singular**2) @ right
        rss = float(np.sum((target - factor @ beta) ** 2))
    return beta / scale, inverse / np.outer(scale, scale), rss
