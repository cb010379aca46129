"""The exact likelihood of φ with level, trend and σ² at their best, and its maximum."""

from __future__ import annotations

import numpy as np

from .stationary_law import last_coefficients, predictors, unit_autocovariances
from .unconditional_squares import UnconditionalSquares

_AT_REST = 1e-18  # squared length of a Newton step in standard errors
_CLOSE = 1e-6  # below, Newton's method squares the error of each step, until rounding stops it
_SUFFICIENT = 1e-4  # part of the predicted decrease that a step has to reach
_NEARER = 0.1  # part of the distance to the edge that a step has to leave: from too near there is no way back
_MAX_STEPS = 200
_HALVINGS = 40
_FLAT = 1e-15  # curvature below this part of the largest is rounding


def lag_polynomial(phi: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Coefficients 1, -φ_1, ..., -φ_p of the polynomial with the given lags; shape (batch, p + 1)."""
    polynomial = np.zeros((len(phi), int(lags.max(initial=0)) + 1))
    polynomial[:, 0] = 1.0
    polynomial[:, lags] = -phi
    return polynomial


def negative_log_likelihood(squares: UnconditionalSquares, phi: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """½ n log S(φ) + ½ log det V(φ): the exact likelihood up to a constant, infinite where φ is not stationary.

    Parameters
    ----------
    squares : UnconditionalSquares
        Of the series.
    phi : ndarray, shape (batch, p)
        φ of the lags.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up.

    Returns
    -------
    ndarray, shape (batch,)

    Notes
    -----
    O(max(lags)²) a series.
    """
    return _value_and_margin(squares, phi, lags)[0]


def _value_and_margin(
    squares: UnconditionalSquares, phi: np.ndarray, lags: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Negative log-likelihood, and how far the nearest partial autocorrelation is from the edge."""
    a = lag_polynomial(phi, lags)
    partial = last_coefficients(predictors(-a[:, 1:]), len(a))
    margin = np.nan_to_num(1.0 - np.abs(partial), nan=-1.0).min(axis=1, initial=1.0)
    value, inside = np.full(len(a), np.inf), np.flatnonzero(margin > 0.0)
    if len(inside):
        part, partial = squares.take(inside), partial[inside]
        total = part.value(a[inside])
        determinant = -np.log((1.0 - partial) * (1.0 + partial)) @ np.arange(1, a.shape[1])
        positive = total > 0.0  # rounding may say otherwise next to the edge
        logarithm = np.log(np.where(positive, total, 1.0))
        value[inside] = np.where(positive, 0.5 * (part.n * logarithm + determinant), np.inf)
    return value, margin


def likelihood_derivatives(
    squares: UnconditionalSquares, phi: np.ndarray, lags: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradient, Hessian and a larger Hessian of the negative log-likelihood in φ, for stationary φ.

    Parameters
    ----------
    squares : UnconditionalSquares
        Of the series.
    phi : ndarray, shape (batch, p)
        Stationary φ of the lags.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up.

    Returns
    -------
    gradient : ndarray, shape (batch, p)
    hessian : ndarray, shape (batch, p, p)
    majorising : ndarray, shape (batch, p, p)
        Hessian with ½ n log S replaced by its tangent in S, which lies above it.
    """
    a = lag_polynomial(phi, lags)
    total, gradient, hessian = squares.derivatives(a)
    gradient = -gradient[:, lags] / total[:, None]
    hessian = hessian[:, lags[:, None], lags] / total[:, None, None]
    half = 0.5 * squares.n
    slope, curvature = _determinant_derivatives(a, lags)
    majorising = half[:, None, None] * hessian + curvature
    concave = half[:, None, None] * gradient[:, :, None] * gradient[:, None, :]
    return half[:, None] * gradient + slope, majorising - concave, majorising


def maximise_likelihood(squares: UnconditionalSquares, phi: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Search the stationary φ of largest likelihood by Newton's method with step halving.

    Parameters
    ----------
    squares : UnconditionalSquares
        Of the series.
    phi : ndarray, shape (batch, p)
        Stationary start.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up.

    Returns
    -------
    ndarray, shape (batch, p)
        Never less likely than the start.

    Notes
    -----
    O(p³) a step and series. Where the likelihood is not concave, steps follow a bound of it that mostly is.
    """
    phi = phi.copy()
    value, margin = _value_and_margin(squares, phi, lags)
    before = np.full(len(phi), np.inf)
    active = np.flatnonzero(margin > 0.0) if len(lags) else np.empty(0, dtype=int)
    for _ in range(_MAX_STEPS):
        if not len(active):
            break
        part = squares.take(active)
        step, decrement = _newton_step(*likelihood_derivatives(part, phi[active], lags))
        state = phi[active], value[active], margin[active]
        phi[active], value[active], margin[active], moved = _line_search(part, *state, step, decrement, lags)
        stalled = (decrement < _CLOSE) & (decrement > 0.1 * before[active])
        before[active] = decrement
        active = active[moved & ~stalled & (decrement > _AT_REST)]
    return phi


def _newton_step(gradient: np.ndarray, hessian: np.ndarray, majorising: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Step and its squared length in the metric of the curvature, with a positive one where the Hessian has none."""
    curvature, directions = np.linalg.eigh(hessian)
    indefinite = np.flatnonzero(curvature[:, 0] <= _FLAT * curvature[:, -1])
    if len(indefinite):
        curvature[indefinite], directions[indefinite] = np.linalg.eigh(majorising[indefinite])
    size = np.abs(curvature)
    size = np.maximum(size, _FLAT * size.max(axis=1, keepdims=True))
    slope = np.einsum("bij,bi->bj", directions, gradient)
    return -np.einsum("bij,bj->bi", directions, slope / size), np.sum(slope**2 / size, axis=1)


def _line_search(
    squares: UnconditionalSquares,
    phi: np.ndarray,
    value: np.ndarray,
    margin: np.ndarray,
    step: np.ndarray,
    decrement: np.ndarray,
    lags: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Take the longest of the step, its half, its quarter, ... that lowers the value enough; and whether one did."""
    phi, value, margin = phi.copy(), value.copy(), margin.copy()
    rounding = np.where(decrement < _CLOSE, 1e-13 * (np.abs(value) + squares.n), 0.0)
    waiting = np.arange(len(phi))
    for halving in range(_HALVINGS):
        length = 0.5**halving
        trial = phi[waiting] + length * step[waiting]
        found, left = _value_and_margin(squares.take(waiting), trial, lags)
        needed = value[waiting] - _SUFFICIENT * length * decrement[waiting] + rounding[waiting]
        accepted = (found <= needed) & (left >= _NEARER * margin[waiting])
        accepted &= (found < value[waiting]) | (rounding[waiting] > 0.0)
        place = waiting[accepted]
        phi[place], value[place], margin[place] = trial[accepted], found[accepted], left[accepted]
        waiting = waiting[~accepted]
        if not len(waiting):
            break
    moved = np.ones(len(phi), dtype=bool)
    moved[waiting] = False
    return phi, value, margin, moved


def _determinant_derivatives(a: np.ndarray, lags: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and Hessian of ½ log det V in φ of the lags: Σ_i i φ_i γ_{i-k}, with γ' from Yule-Walker's equations."""
    order = a.shape[1] - 1
    gamma = unit_autocovariances(predictors(-a[:, 1:]), len(a))
    weighted = _folded(-a * np.arange(order + 1))
    gradient = (weighted @ gamma[:, :, None])[:, lags, 0]
    lagged = gamma[:, np.abs(np.arange(order + 1)[:, None] - lags)]
    change = np.linalg.solve(_folded(a), lagged)
    hessian = lags * lagged[:, lags] + (weighted @ change)[:, lags]
    return gradient, 0.5 * (hessian + np.swapaxes(hessian, 1, 2))


def _folded(weights: np.ndarray) -> np.ndarray:
    """Matrices that take γ_0..γ_p to Σ_i w_i γ_{|i-k|} for k = 0..p; shape (batch, p + 1, p + 1)."""
    size = weights.shape[1]
    row, column = np.arange(size)[:, None], np.arange(size)
    behind = np.where(row >= column, row - column, size)
    ahead = np.where((column > 0) & (row + column < size), row + column, size)
    padded = np.concatenate([weights, np.zeros((len(weights), 1))], axis=1)
    return padded[:, behind] + padded[:, ahead]
