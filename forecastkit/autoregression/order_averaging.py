"""AR coefficients averaged over all orders by information-criterion weights, from one factorisation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import solve_triangular

from .conditional_likelihood import ConditionalFit, in_data_units, ridge_penalty, series_parts
from .lag_design import LagDesign
from .lag_gram import Trend
from .least_squares import ROUNDING, penalised_rows
from .order_selection import all_orders_rss, nested_factor, nested_factor_of_rows, order_criteria


def criterion_weights(values: np.ndarray) -> np.ndarray:
    """Akaike weights exp(-Δ/2) / Σ exp(-Δ/2) of models, Δ the distance of their criterion from the least.

    Parameters
    ----------
    values : ndarray, shape (..., models)
        Criterion of each model, infinite where it does not exist; the first model counts where none exists.

    Returns
    -------
    ndarray, shape (..., models)
        Summing to 1 along the last axis.

    References
    ----------
    .. [1] K. P. Burnham and D. R. Anderson (2002), Model Selection and Multimodel Inference, section 2.9.

    Examples
    --------
    >>> criterion_weights(np.array([10.0, 10.0, np.inf]))
    array([0.5, 0.5, 0. ])
    """
    values = np.array(values, dtype=float)
    values[np.isposinf(values).all(axis=-1), 0] = 0.0
    weights = np.exp(-0.5 * (values - values.min(axis=-1, keepdims=True)))
    return weights / weights.sum(axis=-1, keepdims=True)


def fit_averaged(
    y: np.ndarray,
    lengths: np.ndarray,
    max_order: int,
    trend: Trend,
    criterion: str,
    exog: np.ndarray | None = None,
    *,
    ridge: float = 0.0,
    window_mean: bool = False,
) -> tuple[ConditionalFit, np.ndarray]:
    """Average the conditional estimates of the orders 0..max_order by the weights of an information criterion.

    With the factor G = L Lᵀ of the normal equations and w = L⁻¹b, the estimates of order k are L⁻ᵀ of the first
    entries of w; so their average is L⁻ᵀ(w ∘ W), with W_i the summed weights of the orders that have column i.

    Parameters
    ----------
    y, lengths, max_order, trend, criterion, exog
        As for `select_order`; all orders are fitted on the sample that `max_order` leaves.
    ridge : float, default=0.0
        Penalty of every order's estimates, as for `fit_conditional`; the weights come from unpenalised fits.
    window_mean : bool, default=False
        Whether windows of lags have their mean removed; then the orders 1..max_order are averaged.

    Returns
    -------
    fit : ConditionalFit
        With lags 1..max_order and the mean squared residual of the averaged coefficients.
    n_parameters : ndarray of float, shape (batch,)
        Average number of lags, deterministic terms, covariates and σ².

    Notes
    -----
    O(n · max_order + max_order³) a series, as for one order.
    """
    design = LagDesign(np.arange(1, max_order + 1), trend, ridge, window_mean)
    parts, counts = [], []
    for place in series_parts(y.shape, max_order):
        fit, count = _average(design, y[place], lengths[place], criterion, None if exog is None else exog[place])
        parts.append(fit)
        counts.append(count)
    return ConditionalFit(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True))), np.concatenate(counts)


def _average(
    design: LagDesign, y: np.ndarray, lengths: np.ndarray, criterion: str, exog: np.ndarray | None
) -> tuple[ConditionalFit, np.ndarray]:
    """Average one part of a batch."""
    regression = design.regression(y, lengths, exog)
    gram, free = regression.gram(), regression.n_free
    penalty = ridge_penalty(design, gram, free, regression.centred_gram)
    beta, n_parameters = averaged_coefficients(design, gram, penalty, regression.rows, lengths, free, criterion)
    weights = design.weights(beta, free)
    squares, _ = regression.moments(weights)
    squares[squares <= ROUNDING**2 * gram[:, -1, -1]] = 0.0
    return in_data_units(design, weights, squares, lengths, regression.origin), n_parameters


def averaged_coefficients(
    design: LagDesign,
    gram: np.ndarray,
    penalty: np.ndarray | None,
    rows: Callable[[int], np.ndarray],
    lengths: np.ndarray,
    n_free: int,
    criterion: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Averaged coefficients (batch, k) of centred columns, L⁻ᵀ(w ∘ W), and average numbers of parameters (batch,).

    Where a Gram matrix is not safely definite its factor comes from the rows [X, y] of that place in the batch.
    """
    rss = all_orders_rss(gram, rows, design.order)
    weights = criterion_weights(order_criteria(rss, lengths - len(design.lags), n_free, criterion))
    k = n_free + design.order
    shares, penalty = np.ones((len(gram), k)), np.zeros((len(gram), k)) if penalty is None else penalty
    shares[:, n_free:] = np.cumsum(weights[:, :0:-1], axis=1)[:, ::-1]
    penalised = gram.copy()
    penalised[:, range(k), range(k)] += penalty
    factors, scales = nested_factor(penalised)
    beta = np.empty(shares.shape)
    for b, (factor, scale) in enumerate(zip(factors, scales, strict=True)):
        if np.isnan(factor).any():
            factor, scale = nested_factor_of_rows(penalised_rows(rows(b), penalty[b]))
        lower, projections = factor[:k, :k].copy(), factor[k, :k] * shares[b]
        lower[range(k), range(k)] += lower.diagonal() == 0  # a column that others span has no coefficient
        beta[b] = solve_triangular(lower, projections, lower=True, trans=1) * scale[k] / scale[:k]
    return beta, weights @ np.arange(weights.shape[1]) + n_free + 1
