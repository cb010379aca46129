"""Fitting AR models to many series, or to many windows of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .conditional_likelihood import ConditionalFit, fit_conditional
from .difference import difference
from .estimates import AREstimates, join_estimates
from .order_selection import select_order, select_order_rolling
from .rolling_origin import fit_rolling
from .specification import ARSpecification


def fit_batch(y: np.ndarray, lengths: np.ndarray, specification: ARSpecification) -> AREstimates:
    """Fit every series of a batch by conditional maximum likelihood.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series, NaN before each start and nowhere else.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series, at least ``specification.required_length``.
    specification : ARSpecification
        The model.

    Returns
    -------
    AREstimates

    Examples
    --------
    >>> y = np.array([[1.0, 2.0, 2.5, 2.75, 2.875]])
    >>> fit_batch(y, np.array([5]), ARSpecification(lags=(1,))).coef.round(6)
    array([[0.5]])
    """
    s = specification
    w = difference(y, s.differences, s.seasonal_differences, s.seasonal_period)
    lengths = lengths - s.n_differenced

    def fit(place: np.ndarray, lags: np.ndarray) -> ConditionalFit:
        return fit_conditional(w[place], lengths[place], lags, s.trend)

    def choose(place: np.ndarray, max_order: int) -> np.ndarray:
        return select_order(w[place], lengths[place], max_order, s.trend, str(s.criterion))

    return _fit_groups(lengths, s, fit, choose)


def fit_origins(y: np.ndarray, starts: np.ndarray, ends: np.ndarray, specification: ARSpecification) -> AREstimates:
    """Fit one series on every window y[start:end], equal to fresh fits at a fraction of their cost.

    Parameters
    ----------
    y : ndarray, shape (n,)
        One series without missing values.
    starts, ends : ndarray of int, shape (n_origins,)
        Windows, each of at least ``specification.required_length`` values.
    specification : ARSpecification
        The model; a criterion selects the order anew in every window.

    Returns
    -------
    AREstimates
        With n_origins as its batch.
    """
    s = specification
    w = difference(y, s.differences, s.seasonal_differences, s.seasonal_period)
    ends = ends - s.n_differenced

    def fit(place: np.ndarray, lags: np.ndarray) -> ConditionalFit:
        return fit_rolling(w, starts[place], ends[place], lags, s.trend)

    def choose(place: np.ndarray, max_order: int) -> np.ndarray:
        return select_order_rolling(w, starts[place], ends[place], max_order, s.trend, str(s.criterion))

    return _fit_groups(ends - starts, s, fit, choose)


def _fit_groups(
    lengths: np.ndarray,
    specification: ARSpecification,
    fit: Callable[[np.ndarray, np.ndarray], ConditionalFit],
    choose: Callable[[np.ndarray, int], np.ndarray],
) -> AREstimates:
    """Fit the parts of a batch that share their lags together."""
    everything = np.arange(len(lengths))
    if specification.criterion is None:
        groups = [(everything, np.array(specification.lags, dtype=int))]
    else:
        orders = np.empty(len(lengths), dtype=int)
        for max_order, place in _groups(specification.max_orders(lengths)):
            orders[place] = choose(place, max_order)
        groups = [(place, np.arange(1, order + 1)) for order, place in _groups(orders)]
    parts = [_estimates(fit(place, lags), lags) for place, lags in groups]
    return join_estimates(parts, [place for place, _ in groups])


def _groups(keys: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each distinct key with the places that hold it."""
    for key in np.unique(keys):
        yield int(key), np.flatnonzero(keys == key)


def _estimates(fit: ConditionalFit, lags: np.ndarray) -> AREstimates:
    """Estimates of one group of series with the same lags."""
    size = fit.covariance.shape[1]
    return AREstimates(
        lags=lags,
        coef=fit.coef,
        deterministic=fit.deterministic,
        sigma2=fit.sigma2,
        n_rows=fit.n_rows,
        standard_errors=np.sqrt(np.maximum(fit.covariance[:, range(size), range(size)], 0.0)),
        order=np.full(len(fit.sigma2), lags.max(initial=0)),
        n_parameters=np.full(len(fit.sigma2), size + 1),
    )
