"""AR estimates of one series at many forecast origins, for the price of a few fits."""

from __future__ import annotations

import numpy as np

from .conditional_likelihood import (
    ConditionalFit,
    fit_conditional,
    in_data_units,
    ridge_penalty,
    series_parts,
    solve_regression,
)
from .lag_design import LagDesign
from .lag_gram import Trend
from .least_squares import newton_step
from .order_averaging import averaged_coefficients, fit_averaged
from .order_selection import all_orders_rss, nested_factor, order_criteria, select_order
from .rolling_regression import RollingRegression, rolling_regression, window_rows

_LOSS = 1e4  # a window whose spread is less than this part of the running sums is computed on its own
_PRECISE = 1e-10  # as is one whose estimates may differ from a fresh fit's by more, relative to the largest
_EPSILON = 4 * np.finfo(float).eps
_SPENT = 1e-5  # or whose residual sum of squares is a difference of sums that are larger by more than this


def fit_rolling(
    y: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    lags: np.ndarray,
    trend: Trend,
    exog: np.ndarray | None = None,
    *,
    ridge: float = 0.0,
    window_mean: bool = False,
) -> ConditionalFit:
    """Conditional maximum likelihood on every window y[start:end], equal to a fresh fit on each.

    All windows start from the estimates β of the earliest one, whose residuals r are computed once: those of a
    window are β + G⁻¹ Xᵀr, with its Gram matrix G and Xᵀr from running sums.

    Parameters
    ----------
    y : ndarray, shape (n,)
        One series in the data's unit, without missing values.
    starts, ends : ndarray of int, shape (n_origins,)
        Windows, each longer than the largest lag.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up; may be empty.
    trend : {"n", "c", "ct"}
        Deterministic terms; time counts from 1 at each window's start.
    exog : ndarray, shape (n, q), default=None
        Covariates aligned with y.
    ridge : float, default=0.0
        As for `fit_conditional`.
    window_mean : bool, default=False
        As for `fit_conditional`.

    Returns
    -------
    ConditionalFit
        With n_origins as its batch.

    Notes
    -----
    O(n p) for all windows together, then O(p³) a window. A window for which the running sums keep too few digits is
    fitted on its own.
    """
    design = LagDesign(lags, trend, ridge, window_mean)
    rolling = rolling_regression(design, y, starts, ends, exog)
    fit, precise = _from_reference(design, rolling, ends - starts)
    for o in np.flatnonzero(~precise).tolist():
        window, x = _window(y, exog, starts[o], ends[o])
        alone = fit_conditional(*window, lags, trend, x, ridge=ridge, window_mean=window_mean)
        _put(fit, o, alone)
    return fit


def _put(fit: ConditionalFit, o: int, alone: ConditionalFit) -> None:
    """Replace the estimates of one window."""
    for together, own in zip(fit, alone, strict=True):
        together[o] = own[0]


def _window(
    y: np.ndarray, exog: np.ndarray | None, start: int, end: int
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray | None]:
    """One window as a batch: series and length, covariates."""
    return (y[None, start:end], np.array([end - start])), None if exog is None else exog[None, start:end]


def _from_reference(
    design: LagDesign, rolling: RollingRegression, lengths: np.ndarray
) -> tuple[ConditionalFit, np.ndarray]:
    """Fits of all windows by one step from the earliest one's, and which of them are as precise as fresh ones."""
    free = rolling.n_free
    earliest = int(np.lexsort((rolling.starts, rolling.ends, rolling.loss > _LOSS))[0])
    window = rolling.window(earliest)
    own_gram = design.gram(window.gram(), free)
    penalty = ridge_penalty(design, own_gram, free, window.centred_gram)
    reference, _ = solve_regression(design, window, own_gram, penalty)
    last = int(rolling.ends[earliest]) - 1
    if design.trend == "ct":
        reference[:, 1] *= rolling.scale / window.origin.scale
    residuals = rolling.residuals(design.weights(reference, free)[0], last)
    gradients = design.products(rolling.products(residuals), free)
    squares = rolling.sums([residuals**2])[:, 0]
    spent = np.cumsum(residuals**2)[rolling.ends - 1 - rolling.rows_at.start]
    beta, rss = np.repeat(reference, len(lengths), axis=0), squares
    if design.trend == "ct":
        beta[:, 0] += beta[:, 1] * (rolling.ends - 1 - last) / rolling.scale
    precise = rolling.loss <= _LOSS
    for part in series_parts((len(lengths), 1), design.order + free):
        gram = design.gram(rolling.gram(part), free)
        penalty = ridge_penalty(design, gram, free, lambda part=part: rolling.centred_gram(part))
        change, taken, error = newton_step(gram, gradients[part], beta[part], penalty)
        beta[part] += change
        rss[part] -= taken
        precise[part] &= error <= _PRECISE / rolling.loss[part]
    precise &= rss > _SPENT * spent
    return in_data_units(design, design.weights(beta, free), rss, lengths, rolling.origin), precise


def select_order_rolling(
    y: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    max_order: int,
    trend: Trend,
    criterion: str,
    exog: np.ndarray | None = None,
    *,
    window_mean: bool = False,
) -> np.ndarray:
    """Choose the order anew on every window y[start:end] of one series, as `select_order` would on each.

    Parameters
    ----------
    y : ndarray, shape (n,)
        One series without missing values.
    starts, ends : ndarray of int, shape (n_origins,)
        Windows.
    max_order, trend, criterion, exog, window_mean
        As for `select_order`, with covariates (n, q).

    Returns
    -------
    ndarray of int, shape (n_origins,)

    Notes
    -----
    O(n · max_order) for all windows, then O(max_order³) a window.
    """
    design = LagDesign(np.arange(1, max_order + 1), trend, window_mean=window_mean)
    rolling = rolling_regression(design, y, starts, ends, exog)
    orders = np.empty(len(ends), dtype=int)
    for part in series_parts((len(ends), 1), design.order + rolling.n_free):
        rss = all_orders_rss(rolling.gram(part), window_rows(rolling, np.arange(len(ends))[part]), design.order)
        values = order_criteria(rss, (ends - starts)[part] - max_order, rolling.n_free, criterion)
        orders[part] = np.argmin(values, axis=1) + design.removes_mean
    for o in np.flatnonzero(rolling.loss > _LOSS):
        window, x = _window(y, exog, starts[o], ends[o])
        orders[o] = select_order(*window, max_order, trend, criterion, x, window_mean=window_mean)[0]
    return orders


def fit_averaged_rolling(
    y: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    max_order: int,
    trend: Trend,
    criterion: str,
    exog: np.ndarray | None = None,
    *,
    ridge: float = 0.0,
    window_mean: bool = False,
) -> tuple[ConditionalFit, np.ndarray]:
    """Average the estimates of all orders on every window y[start:end] of one series, as `fit_averaged` would.

    Parameters
    ----------
    y : ndarray, shape (n,)
        One series without missing values.
    starts, ends : ndarray of int, shape (n_origins,)
        Windows.
    max_order, trend, criterion, exog, ridge, window_mean
        As for `fit_averaged`, with covariates (n, q).

    Returns
    -------
    fit : ConditionalFit
    n_parameters : ndarray of float, shape (n_origins,)

    Notes
    -----
    O(n · max_order) for all windows, then O(max_order³) a window.
    """
    design = LagDesign(np.arange(1, max_order + 1), trend, ridge, window_mean)
    rolling = rolling_regression(design, y, starts, ends, exog)
    free, lengths, n_parameters = rolling.n_free, ends - starts, np.empty(len(ends))
    weights, rss = np.empty((len(ends), free + design.order + 1)), np.empty(len(ends))
    precise = rolling.loss <= _LOSS
    for part in series_parts((len(ends), 1), design.order + free):
        gram = rolling.gram(part)
        factor, _ = nested_factor(gram)
        pivot = factor[:, range(gram.shape[1]), range(gram.shape[1])].min(axis=1)
        precise[part] &= pivot**2 * _PRECISE >= _EPSILON * rolling.loss[part]
        own = np.flatnonzero(precise[part])
        penalty = ridge_penalty(design, gram, free, lambda part=part: rolling.centred_gram(part))
        penalty = None if penalty is None else penalty[own]
        place = part.start + own
        beta, n_parameters[place] = averaged_coefficients(
            design, gram[own], penalty, window_rows(rolling, place), lengths[place], free, criterion
        )
        weights[place] = design.weights(beta, free)
        rss[place] = np.einsum("bi,bij,bj->b", weights[place], gram[own], weights[place])
    fit = in_data_units(design, weights, rss, lengths, rolling.origin)
    for o in np.flatnonzero(~precise).tolist():
        window, x = _window(y, exog, starts[o], ends[o])
        alone, n_parameters[o : o + 1] = fit_averaged(
            *window, max_order, trend, criterion, x, ridge=ridge, window_mean=window_mean
        )
        _put(fit, o, alone)
    return fit, n_parameters
