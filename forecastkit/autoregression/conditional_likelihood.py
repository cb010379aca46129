"""AR(p) by conditional maximum likelihood, for a batch of series with the same lags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from .lag_design import LagDesign
from .lag_gram import N_DETERMINISTIC, Trend
from .lag_regression import DataOrigin, LagRegression, series_centre
from .least_squares import ROUNDING, cholesky_or_nan, refined_estimates

__all__ = ["ROUNDING", "ConditionalFit", "cholesky_or_nan", "fit_conditional", "series_centre"]

_AT_ONCE = 1 << 19  # numbers in the Gram matrices, or in the series, that are worked on together


class ConditionalFit(NamedTuple):
    """Conditional maximum likelihood estimates of a batch of AR models with common lags.

    Attributes
    ----------
    deterministic : ndarray, shape (batch, d)
        Intercept c and slope b of c + b t, with t = 1 at a series' first value; as many as the trend has terms.
    effects : ndarray, shape (batch, q)
        β of each covariate.
    coef : ndarray, shape (batch, p)
        φ of each lag.
    sigma2 : ndarray, shape (batch,)
        Innovation variance RSS / N, in squared units of the data.
    n_rows : ndarray of int, shape (batch,)
        N, the number of values that are not conditioned on.
    """

    deterministic: np.ndarray
    effects: np.ndarray
    coef: np.ndarray
    sigma2: np.ndarray
    n_rows: np.ndarray


def fit_conditional(
    y: np.ndarray,
    lengths: np.ndarray,
    lags: np.ndarray,
    trend: Trend,
    exog: np.ndarray | None = None,
    *,
    ridge: float = 0.0,
    window_mean: bool = False,
) -> ConditionalFit:
    """Maximise the likelihood of y_t = c + b t + βᵀx_t + Σ_j φ_j y_{t-j} + ε_t given the first max(lags) values.

    The normal equations come from the lag Gram matrix of the centred series, refined with the true residuals until
    what forming the Gram matrix loses is restored; a series for which refinement does not converge (its regressors
    are collinear to working precision) is solved by a QR decomposition of its rows instead, with the solution of
    least norm where they are exactly collinear.

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
    exog : ndarray, shape (batch, n, q), default=None
        Covariates x, aligned with y.
    ridge : float, default=0.0
        Penalty, 0 or more: RSS/N + ridge Σ_j (s_j φ_j)² is minimised, with s_j² the variance of lag column j over
        the rows. Deterministic terms and covariates are not penalised.
    window_mean : bool, default=False
        Whether the mean of the p lag values is taken from the target and from them; the estimates are those of the
        equal autoregression of y itself, whose φ sum to one.

    Returns
    -------
    ConditionalFit

    Notes
    -----
    O(n p + p³) a series and O(p²) memory beside the data.

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
    design = LagDesign(lags, trend, ridge, window_mean)
    parts = [
        _fit(design, y[place], lengths[place], None if exog is None else exog[place])
        for place in series_parts(y.shape, design.order)
    ]
    return (
        parts[0]
        if len(parts) == 1
        else ConditionalFit(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
    )


def series_parts(shape: tuple[int, ...], order: int) -> Iterator[slice]:
    """Parts of a batch (series, n) whose series and Gram matrices take little memory; at least one."""
    size = max(1, _AT_ONCE // max(shape[1], (order + 2) ** 2))
    return (slice(start, start + size) for start in range(0, max(shape[0], 1), size))


def _fit(design: LagDesign, y: np.ndarray, lengths: np.ndarray, exog: np.ndarray | None) -> ConditionalFit:
    """Fit one part of a batch."""
    regression = design.regression(y, lengths, exog)
    gram = design.gram(regression.gram(), regression.n_free)
    penalty = ridge_penalty(design, gram, regression.n_free, regression.centred_gram)
    beta, rss = solve_regression(design, regression, gram, penalty)
    return in_data_units(design, design.weights(beta, regression.n_free), rss, lengths, regression.origin)


def solve_regression(
    design: LagDesign, regression: LagRegression, gram: np.ndarray, penalty: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (batch, k) of a regression's centred columns and RSS (batch,), from Gram matrices and true rows."""
    free = regression.n_free

    def residual_moments(beta: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        squares, products = regression.select(place).moments(design.weights(beta, free))
        return squares, design.products(products, free)

    def rows(b: int) -> np.ndarray:
        return design.columns(regression.rows(b), free)

    return refined_estimates(gram, residual_moments, rows, penalty)


def ridge_penalty(
    design: LagDesign, gram: np.ndarray, n_free: int, centred_gram: Callable[[], np.ndarray]
) -> np.ndarray | None:
    """Penalty N · ridge · s_j² of each coefficient, zero for deterministic terms and covariates; None without one.

    Variances come from the constant's products in a design's Gram matrices (batch, k + 1, k + 1), or in those that
    `centred_gram` gives for the regression with a constant where the model has none.
    """
    if design.ridge == 0:
        return None
    free = n_free
    if design.trend == "n":
        free += 1
        gram = design.gram(centred_gram(), free)
    k = gram.shape[1] - 1
    n_rows = gram[:, 0, 0, None]
    variance = gram[:, range(free, k), range(free, k)] / n_rows - (gram[:, 0, free:k] / n_rows) ** 2
    return np.concatenate([np.zeros((len(gram), n_free)), n_rows * design.ridge * np.maximum(variance, 0.0)], axis=1)


def in_data_units(
    design: LagDesign, weights: np.ndarray, rss: np.ndarray, lengths: np.ndarray, origin: DataOrigin
) -> ConditionalFit:
    """Estimates in the data's origin and unit from the weights of the centred columns in the residuals, and RSS."""
    d, free = N_DETERMINISTIC[design.trend], N_DETERMINISTIC[design.trend] + origin.exog_centre.shape[1]
    deterministic, effects = -weights[:, :d], -weights[:, d:free]
    filters = np.concatenate([weights[:, -1:], weights[:, free:-1]], axis=1)
    if d == 2:  # from τ = (t - length) / scale to t
        deterministic[:, 1] /= origin.scale
        deterministic[:, 0] -= deterministic[:, 1] * lengths
    if d >= 1:
        shift = origin.centre * filters.sum(axis=1)
        deterministic[:, 0] += shift - (effects * origin.exog_centre).sum(axis=1)
    n_rows = lengths - design.lags.max(initial=0)
    coef = design.coefficients(filters)
    return ConditionalFit(deterministic, effects, coef, np.maximum(rss, 0.0) / n_rows, n_rows)
