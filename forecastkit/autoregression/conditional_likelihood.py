"""AR(p) by conditional maximum likelihood, for a batch of series with the same lags."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .lag_gram import N_DETERMINISTIC, Trend, lag_gram, row_targets

_PRECISE = 1e-9  # a larger relative correction means standard errors that are off by as much: use QR
_RANK = 1e-11  # a diagonal of R below this part of the largest may be rounding: look at the singular values
ROUNDING = 1e-14  # residuals below this part of the series are rounding: the fit is exact


class ConditionalFit(NamedTuple):
    """Conditional maximum likelihood estimates of a batch of AR models with common lags.

    Attributes
    ----------
    deterministic : ndarray, shape (batch, d)
        Intercept c and slope b of c + b t, with t = 1 at a series' first value; as many as the trend has terms.
    coef : ndarray, shape (batch, p)
        φ of each lag.
    sigma2 : ndarray, shape (batch,)
        Innovation variance RSS / N, in squared units of the data.
    n_rows : ndarray of int, shape (batch,)
        N, the number of values that are not conditioned on.
    covariance : ndarray, shape (batch, d + p, d + p)
        Estimated covariance σ² (XᵀX)⁻¹ of (deterministic, coef).
    """

    deterministic: np.ndarray
    coef: np.ndarray
    sigma2: np.ndarray
    n_rows: np.ndarray
    covariance: np.ndarray


def fit_conditional(y: np.ndarray, lengths: np.ndarray, lags: np.ndarray, trend: Trend) -> ConditionalFit:
    """Maximise the likelihood of y_t = c + b t + Σ_j φ_j y_{t-j} + ε_t given the first max(lags) values.

    The normal equations come from the lag Gram matrix of the centred series. One step of refinement with the true
    residuals restores what forming the Gram matrix loses; a series for which that step is not small (its regressors
    are nearly collinear) is solved by a QR decomposition of its lag matrix instead, with the solution of least norm
    where regressors are exactly collinear.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series in the data's unit, NaN before each start and nowhere else.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series, at least ``max(lags) + 1``.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up; may be empty.
    trend : {"n", "c", "ct"}
        Deterministic terms.

    Returns
    -------
    ConditionalFit

    Notes
    -----
    O(n p + p³) a series, O(n) memory.

    References
    ----------
    .. [1] J. D. Hamilton (1994), Time Series Analysis, section 5.3.

    Examples
    --------
    >>> y = np.array([[1.0, 2.0, 2.5, 2.75, 2.875]])
    >>> fit = fit_conditional(y, np.array([5]), np.array([1]), "c")
    >>> fit.coef.round(6), fit.deterministic.round(6)
    (array([[0.5]]), array([[1.5]]))
    """
    centre = series_centre(y, lengths) if trend != "n" else np.zeros(len(y))
    z = np.nan_to_num(y - centre[:, None], copy=False)
    n, order = z.shape[1], int(lags.max(initial=0))

    def residual_moments(beta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        residuals = regression_residuals(z, lengths, lags, trend, beta)
        return np.einsum("bn,bn->b", residuals, residuals), regressor_products(z, residuals, lags, trend)

    def rows(b: int) -> np.ndarray:
        return lag_matrix(z[b, n - lengths[b] :], lags, trend, n)

    gram = select_lags(lag_gram(z, lengths, order, trend), lags, order)
    estimates = refined_estimates(gram, residual_moments, rows)
    return conditional_fit(*estimates, lengths - order, centre, lengths, n, trend)


def refined_estimates(
    gram: np.ndarray,
    residual_moments: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    rows: Callable[[int], np.ndarray],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Solve a batch of least-squares problems given by their Gram matrices, to the accuracy of their rows.

    Parameters
    ----------
    gram : ndarray, shape (batch, k + 1, k + 1)
        Augmented Gram matrices, target last.
    residual_moments : callable
        From coefficients (batch, k) to the sums of squared residuals (batch,) and Xᵀ residuals (batch, k).
    rows : callable
        From a place in the batch to that problem's rows [X, y], asked for where the Gram matrix is not enough.

    Returns
    -------
    beta : ndarray, shape (batch, k)
    inverse : ndarray, shape (batch, k, k)
        (XᵀX)⁻¹, the pseudo-inverse for a singular problem.
    rss : ndarray, shape (batch,)
    """
    beta, inverse = solve_normal_equations(gram)
    size = beta.shape[1]
    rss, gradient = residual_moments(beta)
    correction = (inverse @ gradient[:, :, None])[:, :, 0]
    beta = beta + correction
    rss = rss - np.einsum("bk,bk->b", correction, gradient)
    scale = np.sqrt(gram[:, range(size), range(size)])
    magnitude = np.abs(scale * beta).max(axis=1, initial=0.0)
    precise = np.abs(scale * correction).max(axis=1, initial=0.0) <= _PRECISE * magnitude
    for b in np.flatnonzero(~precise | ~np.isfinite(rss)):
        beta[b], inverse[b], rss[b] = least_squares(rows(int(b)))
    rss[rss <= ROUNDING**2 * gram[:, -1, -1]] = 0.0
    return beta, inverse, rss


def series_centre(y: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Mean of each right-aligned series, exactly its value when the series is constant; shape (batch,)."""
    last = y[:, -1]
    if lengths.min(initial=0) == y.shape[1]:
        return last + (y - last[:, None]).sum(axis=1) / lengths
    return last + np.nansum(y - last[:, None], axis=1) / lengths


def select_lags(gram: np.ndarray, lags: np.ndarray, order: int) -> np.ndarray:
    """Rows and columns of the deterministic terms, the given lags and the target."""
    d = gram.shape[1] - order - 1
    if len(lags) == order:
        return gram
    columns = np.r_[np.arange(d), d + lags - 1, d + order]
    return gram[:, columns[:, None], columns]


def solve_normal_equations(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and inverse matrix by Cholesky on the unit-diagonal Gram matrix; NaN where it is not definite."""
    size = gram.shape[1] - 1
    diagonal = np.sqrt(gram[:, range(size), range(size)])
    diagonal[diagonal == 0] = 1.0
    scaled = gram[:, :size, :size] / (diagonal[:, :, None] * diagonal[:, None, :])
    factor_inverse = np.linalg.solve(cholesky_or_nan(scaled), np.broadcast_to(np.eye(size), scaled.shape))
    inverse = np.swapaxes(factor_inverse, 1, 2) @ factor_inverse / (diagonal[:, :, None] * diagonal[:, None, :])
    return (inverse @ gram[:, :size, size:])[:, :, 0], inverse


def cholesky_or_nan(matrices: np.ndarray) -> np.ndarray:
    """Lower Cholesky factors of a batch, NaN for those that are not positive definite."""
    try:
        return np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.full_like(matrices, np.nan)
        return np.concatenate([cholesky_or_nan(half) for half in np.array_split(matrices, 2)])


def regression_residuals(
    z: np.ndarray, lengths: np.ndarray, lags: np.ndarray, trend: Trend, beta: np.ndarray
) -> np.ndarray:
    """z_t less its regression on deterministic terms and lags, zero outside the rows; shape (batch, n)."""
    n, d, order = z.shape[1], N_DETERMINISTIC[trend], int(lags.max(initial=0))
    residuals = z.copy()
    if d >= 1:
        residuals -= beta[:, :1]
    if d == 2:
        residuals -= beta[:, 1:2] * ((np.arange(n) - (n - 1)) / n)
    for j, lag in enumerate(lags):
        residuals[:, order:] -= beta[:, d + j, None] * z[:, order - lag : n - lag]
    return row_targets(residuals, lengths, order)


def regressor_products(z: np.ndarray, residuals: np.ndarray, lags: np.ndarray, trend: Trend) -> np.ndarray:
    """Xᵀr of the deterministic terms and lags with residuals that are zero outside the rows; shape (batch, d + p)."""
    n, d = z.shape[1], N_DETERMINISTIC[trend]
    columns = [residuals.sum(axis=1), residuals @ ((np.arange(n) - (n - 1)) / n)][:d]
    columns += [np.einsum("bn,bn->b", residuals[:, lag:], z[:, : n - lag]) for lag in lags]
    return np.stack(columns, axis=1) if columns else np.empty((len(z), 0))


def lag_matrix(z: np.ndarray, lags: np.ndarray, trend: Trend, n: int) -> np.ndarray:
    """Regression rows of one series: deterministic terms, lags, target; shape (rows, d + p + 1)."""
    length, order = len(z), int(lags.max(initial=0))
    time = np.arange(order, length)
    deterministic = [np.ones(len(time)), (time - (length - 1)) / n][: N_DETERMINISTIC[trend]]
    return np.column_stack([*deterministic, *(z[time - lag] for lag in lags), z[time]])


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


def conditional_fit(
    beta: np.ndarray,
    inverse: np.ndarray,
    rss: np.ndarray,
    n_rows: np.ndarray,
    centre: np.ndarray,
    lengths: np.ndarray,
    n: int,
    trend: Trend,
) -> ConditionalFit:
    """Map estimates of the centred series and the scaled trend to the data's own origin and unit."""
    d, size = N_DETERMINISTIC[trend], beta.shape[1]
    sigma2 = np.maximum(rss, 0.0) / n_rows
    to_data = np.broadcast_to(np.eye(size), (len(beta), size, size)).copy()
    if d >= 1:
        to_data[:, 0, d:] = -centre[:, None]
    if d == 2:
        to_data[:, 0, 1] = -lengths / n
        to_data[:, 1, 1] = 1 / n
    coef = (to_data @ beta[:, :, None])[:, :, 0]
    if d >= 1:
        coef[:, 0] += centre
    covariance = sigma2[:, None, None] * (to_data @ inverse @ np.swapaxes(to_data, 1, 2))
    return ConditionalFit(coef[:, :d], coef[:, d:], sigma2, n_rows, covariance)
