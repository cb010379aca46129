"""Information criteria of every AR order from one factorisation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .conditional_likelihood import series_parts
from .lag_design import LagDesign
from .lag_gram import Trend
from .least_squares import ROUNDING, cholesky_or_nan

CRITERIA = ("aic", "aicc", "bic", "hqic")
_PIVOT = 1e-3  # rounding in an RSS is of the order eps / pivot²: below this a criterion could tip, so use QR
_RANK = 1e-11  # a column with less than this part outside the columns before it adds nothing to them


def information_criterion(rss: np.ndarray, n_rows: np.ndarray, n_parameters: np.ndarray, criterion: str) -> np.ndarray:
    """Information criterion of a Gaussian regression, from its residual sum of squares.

    With N rows, k parameters (σ² included) and log-likelihood ℓ = -N/2 (log 2πRSS/N + 1): AIC = -2ℓ + 2k,
    AICc = AIC + 2k(k+1)/(N-k-1), BIC = -2ℓ + k log N, HQIC = -2ℓ + 2k log log N.

    Parameters
    ----------
    rss : ndarray
        Residual sums of squares, 0 or more.
    n_rows, n_parameters : ndarray
        N and k, broadcast against `rss`.
    criterion : {"aic", "aicc", "bic", "hqic"}
        Which one.

    Returns
    -------
    ndarray
        Smaller is better; infinite where AICc does not exist.

    Examples
    --------
    >>> float(information_criterion(np.array(10.0), np.array(10), np.array(2), "aic").round(3))
    32.379
    """
    deviance = n_rows * (np.log(2 * np.pi * np.maximum(rss / n_rows, np.finfo(float).tiny)) + 1)
    k = n_parameters
    if criterion == "aic":
        return deviance + 2 * k
    if criterion == "aicc":
        room = n_rows - k - 1
        return np.where(room > 0, deviance + 2 * k + 2 * k * (k + 1) / np.where(room > 0, room, 1), np.inf)
    if criterion == "bic":
        return deviance + k * np.log(n_rows)
    return deviance + 2 * k * np.log(np.log(np.maximum(n_rows, 3)))


def nested_rss(gram: np.ndarray, order: int) -> np.ndarray:
    """Residual sums of squares of the orders 0..order from one Cholesky factor of the augmented Gram matrix.

    Let R be the factor of the regressors' part and w = R⁻ᵀ b its product with the target: RSS_k = A[0, 0] - Σ w_i²
    over the deterministic columns and the first k lags.

    Parameters
    ----------
    gram : ndarray, shape (batch, d + order + 1, d + order + 1)
        From `lag_gram`.
    order : int
        Largest order.

    Returns
    -------
    ndarray, shape (batch, order + 1)
        NaN for a series whose matrix is not safely positive definite.
    """
    factor, scale = nested_factor(gram)
    return rss_from_projections(factor[:, -1], order) * scale[:, -1:] ** 2


def nested_factor(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower Cholesky factors of Gram matrices scaled to a unit diagonal, and the scales; NaN if not safely definite."""
    size = gram.shape[1]
    scale = np.sqrt(gram[:, range(size), range(size)])
    scale[scale == 0] = 1.0
    factor = cholesky_or_nan(gram / (scale[:, :, None] * scale[:, None, :]))
    factor[factor[:, range(size), range(size)].min(axis=1) < _PIVOT] = np.nan
    return factor, scale


def nested_factor_of_rows(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Factor and scale of one problem's rows [X, y] by QR; a column that those before it span has a zero row."""
    size = rows.shape[1]
    scale = np.linalg.norm(rows, axis=0)
    scale[scale == 0] = 1.0
    triangle = np.asarray(np.linalg.qr(rows / scale, mode="r"))
    kept = np.r_[np.flatnonzero(np.abs(np.diagonal(triangle)[: size - 1]) > _RANK), size - 1]
    if len(kept) < size:
        triangle = np.asarray(np.linalg.qr(rows[:, kept] / scale[kept], mode="r"))
    factor = np.zeros((size, size))
    factor[kept[:, None], kept[: len(triangle)]] = triangle.T
    return factor, scale


def rss_from_projections(projections: np.ndarray, order: int) -> np.ndarray:
    """RSS of the orders 0..order from the target's coordinates on the orthogonalised columns, residual last."""
    squares = projections**2
    return np.cumsum(squares[:, ::-1], axis=1)[:, : order + 1][:, ::-1]


def select_order(
    y: np.ndarray,
    lengths: np.ndarray,
    max_order: int,
    trend: Trend,
    criterion: str,
    exog: np.ndarray | None = None,
    *,
    window_mean: bool = False,
) -> np.ndarray:
    """Choose each series' AR order, all orders compared on the sample that `max_order` leaves.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series, NaN before each start and nowhere else.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series.
    max_order : int
        Largest order considered, from 0.
    trend : {"n", "c", "ct"}
        Deterministic terms, in every model.
    criterion : {"aic", "aicc", "bic", "hqic"}
        What is minimised.
    exog : ndarray, shape (batch, n, q), default=None
        Covariates aligned with y, in every model.
    window_mean : bool, default=False
        Whether windows of lags have their mean removed; then the order is 1 at least, unless `max_order` is 0.

    Returns
    -------
    ndarray of int, shape (batch,)

    Notes
    -----
    O(n · max_order + max_order³) a series for all orders together.

    References
    ----------
    .. [1] H. Akaike (1974), A new look at the statistical model identification.
    .. [2] E. J. Hannan and B. G. Quinn (1979), The determination of the order of an autoregression.
    """
    design = LagDesign(np.arange(1, max_order + 1), trend, window_mean=window_mean)
    orders = np.empty(len(y), dtype=int)
    for place in series_parts(y.shape, max_order):
        regression = design.regression(y[place], lengths[place], None if exog is None else exog[place])
        rss = all_orders_rss(regression.gram(), regression.rows, design.order)
        values = order_criteria(rss, lengths[place] - max_order, regression.n_free, criterion)
        orders[place] = np.argmin(values, axis=1) + design.removes_mean
    return orders


def all_orders_rss(gram: np.ndarray, rows: Callable[[int], np.ndarray], order: int) -> np.ndarray:
    """RSS of the orders 0..order from Gram matrices or, where they are not safely definite, from the rows [X, y]."""
    rss = nested_rss(gram, order)
    for b in np.flatnonzero(np.isnan(rss).any(axis=1)):
        factor, scale = nested_factor_of_rows(rows(int(b)))
        rss[b] = rss_from_projections(factor[None, -1], order)[0] * scale[-1] ** 2
    rss[rss <= ROUNDING**2 * gram[:, -1:, -1]] = 0.0  # else rounding would choose among orders that all fit exactly
    return rss


def order_criteria(rss: np.ndarray, n_rows: np.ndarray, n_free: int, criterion: str) -> np.ndarray:
    """Criterion of the orders 0.. of models with `n_free` other terms, from their RSS; shape (batch, orders)."""
    n_parameters = np.arange(rss.shape[1]) + n_free + 1
    return information_criterion(rss, n_rows[:, None], n_parameters, criterion)
