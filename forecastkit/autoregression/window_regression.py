"""Least squares of the values that follow a window on the values in it, for one series or a whole panel."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from scipy.linalg import helmert

from .least_squares import ROUNDING, cholesky_or_nan
from .window_rows import WindowRows

_PRECISE = 1e-9  # a smaller relative correction is not worth the pass over the data that applies it
_ACCEPTED = 1e-8  # corrections that stay larger mean regressors too collinear for normal equations: use QR
_MAX_REFINEMENTS = 3
_PIVOT = 1e-7  # a smaller pivot of the unit-diagonal factor is rounding
_CANCELLED = 1e-12  # a sum of squares below this part of those that it is a difference of is mostly rounding
_DIGITS = 1e-7  # a residual variance below this part of the terms it is a difference of has lost digits


class Coordinates(NamedTuple):
    """Free parameters θ of the coefficients (c, B)ᵀ = offset + basis θ on the columns (1, lags).

    Attributes
    ----------
    offset : ndarray, shape (1 or m, 1 + p, 1)
        Coefficients at θ = 0, the same for every target.
    basis : ndarray, shape (1 or m, 1 + p, k)
        Its first column is the intercept's if there is one.
    """

    offset: np.ndarray
    basis: np.ndarray


def coordinates(p: int, centre: np.ndarray, trend: Literal["n", "c"], *, window_mean: bool, full: bool) -> Coordinates:
    """Parametrise the maps of series less their centre.

    Parameters
    ----------
    p : int
        Number of lags.
    centre : ndarray, shape (m,)
        What was subtracted from the series. Without an intercept in the data's own origin the one in theirs is
        centre · (Σ B - 1); a map of windows less their mean has ΣB = 1 and needs none.
    trend : {"n", "c"}
        Without or with an intercept.
    window_mean : bool
        Window and targets less the window's mean: B - 1ᵀ/p is orthogonal to the ones.
    full : bool
        Keep all p directions of such a map, one of them redundant, for a ridge that tells them apart.

    Returns
    -------
    Coordinates
    """
    if window_mean:
        offset = np.r_[0.0, np.full(p, 1 / p)][None, :, None]
        free = np.eye(p) - 1 / p if full else helmert(p).T
        basis = np.vstack([np.zeros(free.shape[1]), free])[None]
    else:
        offset = np.zeros((len(centre), 1 + p, 1))
        basis = np.broadcast_to(np.eye(1 + p)[:, 1:], (len(centre), 1 + p, p)).copy()
        if trend == "n":
            offset[:, 0, 0] = -centre
            basis[:, 0] = centre[:, None]
    if trend == "c":
        intercept = np.broadcast_to(np.eye(1 + p, 1), (len(basis), 1 + p, 1))
        basis = np.concatenate([intercept, basis], axis=2)
    return Coordinates(offset, basis)


def fit_rows(rows: WindowRows, place: Coordinates, ridge: float, *, has_intercept: bool) -> tuple[np.ndarray, ...]:
    """Minimise mean squared error + ridge · Σ_j (s_j θ_j)², s_j² the variance of the column of θ_j.

    Parameters
    ----------
    rows : WindowRows
        The m regressions.
    place : Coordinates
        Coefficients that are allowed.
    ridge : float
        0 or more, dimensionless. The intercept's column has no variance and is not penalised.
    has_intercept : bool
        The first coordinate is an intercept.

    Returns
    -------
    coef : ndarray, shape (m, 1 + p, h)
        On the columns (1, lags).
    covariance : ndarray, shape (m, h, h)
        (1/N) Σ e eᵀ.

    Notes
    -----
    The normal equations come from the lag Gram matrix. True residuals of the first and the last target tell how
    accurate they are; only where they are not, all targets are refined with their true residuals, and only where that
    does not converge the rows are decomposed by QR, block by block, for the solution of least norm.
    O(n (p + h) + (p + h)² h + p³) a regression in the first case, O(n p h) and O(n (p + h)²) in the others; never more
    than a block of the rows is held.
    """
    gram, n_rows = rows.gram(), rows.n_rows
    size = 1 + len(rows.lags)
    inner, basis_t = gram[:, :size, :size], np.swapaxes(place.basis, 1, 2)
    penalty = ridge * n_rows[:, None] * column_variances(inner, n_rows, place.basis)
    normal = basis_t @ inner @ place.basis
    k = normal.shape[1]
    squares = combined_squares(inner, place.basis)
    is_clear = (normal[:, range(k), range(k)] >= _CANCELLED * squares).all(axis=1)
    normal[:, range(k), range(k)] += penalty
    inverse, scale, is_definite = unit_diagonal_inverse(normal)
    inverse[~is_clear] = 0.0
    theta = inverse @ (basis_t @ (gram[:, :size, size:] - inner @ place.offset))
    size_of_correction = np.zeros(len(theta))
    for steps in (np.unique([0, rows.horizon - 1]), *[np.arange(rows.horizon)] * _MAX_REFINEMENTS):
        gradient = basis_t @ rows.gradient(place.offset + place.basis @ theta[..., steps], steps)
        correction = inverse @ (gradient - penalty[..., None] * theta[..., steps])
        theta[..., steps] += correction
        size_of_correction = relative_size(scale[..., None] * correction, scale[..., None] * theta[..., steps])
        if size_of_correction.max() <= _PRECISE:
            break
    coef = place.offset + place.basis @ theta
    collinear = np.flatnonzero(~is_clear | ~is_definite | (size_of_correction > _ACCEPTED))
    for b in collinear:
        own = Coordinates(*(array[min(b, len(array) - 1)] for array in place))
        coef[b] = least_norm_coef(rows.alone(int(b)), own, penalty[b], squares[b], has_intercept=has_intercept)
    return coef, residual_covariance(rows, gram, coef, place.offset)


def column_variances(inner: np.ndarray, n_rows: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Variance over the rows of the column that belongs to each coordinate, 0 where it is rounding; shape (m, k)."""
    means, lags = inner[:, 0, 1:] / n_rows[:, None], basis[:, 1:]
    squares = inner[:, 1:, 1:] / n_rows[:, None, None]
    variances = np.sum(lags * ((squares - means[:, :, None] * means[:, None, :]) @ lags), axis=1)
    return np.where(variances > _CANCELLED * combined_squares(squares, lags), variances, 0.0)


def combined_squares(products: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Sum of the squared parts that the columns of each coordinate are combined from, shape (m, k)."""
    size = range(products.shape[1])
    return np.sum(basis**2 * products[:, size, size, None], axis=1)


def unit_diagonal_inverse(normal: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inverses by Cholesky, scales of the coordinates, and which matrices are definite (inverse 0 else)."""
    k = normal.shape[1]
    scale = np.sqrt(np.maximum(normal[:, range(k), range(k)], 0.0))
    units = np.where(scale == 0, 1.0, scale)
    scaled = normal / (units[:, :, None] * units[:, None, :])
    scaled[:, range(k), range(k)] = 1.0  # also that of a column of zeros, whose coefficient is then zero
    factor = cholesky_or_nan(scaled)
    is_definite = (factor[:, range(k), range(k)] > _PIVOT).all(axis=1)  # NaN is not
    factor[~is_definite] = np.eye(k)
    root = np.linalg.solve(factor, np.broadcast_to(np.eye(k), factor.shape)) / units[:, None, :]
    root[~is_definite] = 0.0
    return np.swapaxes(root, 1, 2) @ root, scale, np.asarray(is_definite)


def relative_size(correction: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Largest correction of a target relative to its largest value, by regression; shape (m,)."""
    change, size = (np.abs(array).max(axis=1, initial=0.0) for array in (correction, values))
    return np.divide(change, size, out=np.zeros_like(change), where=change > 0).max(axis=1)


def least_norm_coef(
    rows: WindowRows, place: Coordinates, penalty: np.ndarray, squares: np.ndarray, *, has_intercept: bool
) -> np.ndarray:
    """Coefficients of one regression by QR of its rows, of least norm where they are singular; shape (1 + p, h)."""
    k, first = place.basis.shape[1], int(has_intercept)
    triangle: np.ndarray = np.empty((0, k + rows.horizon))
    for design, targets in rows.blocks(np.arange(rows.horizon), 2 * rows.span**2):
        block = np.column_stack([design[0] @ place.basis, targets[0] - design[0] @ place.offset])
        triangle = np.asarray(np.linalg.qr(np.vstack([triangle, block]), mode="r"))
    # below the intercept's row the triangle is that of the columns less their means
    left = np.vstack([triangle[first:, first:k], np.diag(np.sqrt(penalty))[first:, first:]])
    right = np.vstack([triangle[first:, k:], np.zeros((k - first, rows.horizon))])
    rounding = max(int(rows.n_rows[0]), k) * np.finfo(float).eps * np.sqrt(squares[first:].max(initial=0.0))
    largest = np.linalg.norm(left, 2) if left.size else 0.0
    theta = np.zeros((k, rows.horizon))
    if largest > rounding:
        theta[first:] = np.linalg.lstsq(left, right, rcond=rounding / largest)[0]
    if has_intercept:
        theta[0] = (triangle[0, k:] - triangle[0, 1:k] @ theta[1:]) / triangle[0, 0]
    return place.offset + place.basis @ theta


def residual_covariance(rows: WindowRows, gram: np.ndarray, coef: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """(1/N) Σ e eᵀ from the Gram matrix, or from the residuals where the difference would lose digits."""
    m, h = len(coef), rows.horizon
    weights = np.concatenate([-coef, np.broadcast_to(np.eye(h), (m, h, h))], axis=1)
    products = np.swapaxes(weights, 1, 2) @ gram @ weights
    diagonal = np.sqrt(gram[:, range(gram.shape[1]), range(gram.shape[1])])
    terms = (np.abs(np.swapaxes(weights, 1, 2)) @ diagonal[:, :, None])[..., 0] ** 2
    if np.any(products[:, range(h), range(h)] < _DIGITS * terms):
        products = rows.residual_products(coef)
    level = np.sum(np.abs(offset[..., 0]) * diagonal[:, :-h], axis=1, keepdims=True)
    is_exact = products[:, range(h), range(h)] <= (ROUNDING * (diagonal[:, -h:] + level)) ** 2
    products[is_exact] = 0.0
    np.swapaxes(products, 1, 2)[is_exact] = 0.0
    return (products + np.swapaxes(products, 1, 2)) / (2 * rows.n_rows[:, None, None])


def data_intercept(coef: np.ndarray, centre: np.ndarray, trend: Literal["n", "c"], *, window_mean: bool) -> np.ndarray:
    """Find the intercepts for series from which no centre is subtracted, shape (m, h)."""
    if trend == "n":
        return np.zeros((len(coef), coef.shape[2]))
    return coef[:, 0] if window_mean else coef[:, 0] + centre[:, None] * (1.0 - coef[:, 1:].sum(axis=1))
