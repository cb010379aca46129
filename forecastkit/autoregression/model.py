"""Fitting AR models to many series, or to many windows of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..errors import InvalidParameterError
from .conditional_likelihood import ConditionalFit, fit_conditional
from .difference import difference
from .estimates import AREstimates, estimates_of, join_estimates
from .lag_design import LagDesign
from .lag_gram import N_DETERMINISTIC
from .order_averaging import fit_averaged
from .order_selection import select_order
from .rolling_origin import fit_averaged_rolling, fit_rolling, select_order_rolling
from .specification import ARSpecification


def fit_batch(
    y: np.ndarray, lengths: np.ndarray, specification: ARSpecification, exog: np.ndarray | None = None
) -> AREstimates:
    """Fit every series of a batch by conditional maximum likelihood.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series, NaN before each start and nowhere else.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series, at least ``specification.required_length`` and one more for each covariate.
    specification : ARSpecification
        The model.
    exog : ndarray, shape (batch, n, q), default=None
        Covariates aligned with y, which are differenced as y is.

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
    check_combination(s)
    w, x = differenced(y, s), None if exog is None else differenced(np.swapaxes(exog, 1, 2), s).swapaxes(1, 2)
    lengths = lengths - s.n_differenced

    def part(place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (w, lengths) if len(place) == len(w) else (w[place], lengths[place])

    def covariates(place: np.ndarray) -> np.ndarray | None:
        return x if x is None or len(place) == len(x) else x[place]

    def fit(place: np.ndarray, lags: np.ndarray) -> ConditionalFit:
        return fit_conditional(*part(place), lags, s.trend, covariates(place), ridge=s.ridge, window_mean=s.window_mean)

    def choose(place: np.ndarray, max_order: int) -> np.ndarray:
        return select_order(
            *part(place), max_order, s.trend, str(s.criterion), covariates(place), window_mean=s.window_mean
        )

    def average(place: np.ndarray, max_order: int) -> tuple[ConditionalFit, np.ndarray]:
        return fit_averaged(
            *part(place),
            max_order,
            s.trend,
            str(s.criterion),
            covariates(place),
            ridge=s.ridge,
            window_mean=s.window_mean,
        )

    return _fit_groups(lengths, s, 0 if x is None else x.shape[2], fit, choose, average)


def fit_origins(
    y: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    specification: ARSpecification,
    exog: np.ndarray | None = None,
) -> AREstimates:
    """Fit one series on every window y[start:end], equal to fresh fits at a fraction of their cost.

    Parameters
    ----------
    y : ndarray, shape (n,)
        One series without missing values.
    starts, ends : ndarray of int, shape (n_origins,)
        Windows, each of at least ``specification.required_length`` values and one more for each covariate.
    specification : ARSpecification
        The model; a criterion selects the order anew in every window.
    exog : ndarray, shape (n, q), default=None
        Covariates aligned with y, which are differenced as y is.

    Returns
    -------
    AREstimates
        With n_origins as its batch.

    Notes
    -----
    O(n p) for all windows together, then O(p³) a window: where the windows are expanding, nothing that a window's
    estimates are made of depends on values after it.
    """
    s = specification
    check_combination(s)
    w, x = differenced(y, s), None if exog is None else differenced(exog.T, s).T
    ends = ends - s.n_differenced

    def fit(place: np.ndarray, lags: np.ndarray) -> ConditionalFit:
        return fit_rolling(w, starts[place], ends[place], lags, s.trend, x, ridge=s.ridge, window_mean=s.window_mean)

    def choose(place: np.ndarray, max_order: int) -> np.ndarray:
        return select_order_rolling(
            w, starts[place], ends[place], max_order, s.trend, str(s.criterion), x, window_mean=s.window_mean
        )

    def average(place: np.ndarray, max_order: int) -> tuple[ConditionalFit, np.ndarray]:
        return fit_averaged_rolling(
            w,
            starts[place],
            ends[place],
            max_order,
            s.trend,
            str(s.criterion),
            x,
            ridge=s.ridge,
            window_mean=s.window_mean,
        )

    return _fit_groups(ends - starts, s, 0 if x is None else x.shape[1], fit, choose, average)


def differenced(y: np.ndarray, specification: ARSpecification) -> np.ndarray:
    """Differences of a specification along the last axis."""
    s = specification
    return difference(y, s.differences, s.seasonal_differences, s.seasonal_period)


def check_combination(specification: ARSpecification) -> None:
    """InvalidParameterError for settings that exclude each other."""
    s = specification
    if s.averaging and s.criterion is None:
        raise InvalidParameterError("'averaging' needs a criterion that weighs the orders, got criterion=None")
    if s.averaging and s.ridge and s.window_mean:
        raise InvalidParameterError("'averaging' works with 'ridge' or with 'window_mean', not with both: drop one")


def _fit_groups(
    lengths: np.ndarray,
    specification: ARSpecification,
    n_covariates: int,
    fit: Callable[[np.ndarray, np.ndarray], ConditionalFit],
    choose: Callable[[np.ndarray, int], np.ndarray],
    average: Callable[[np.ndarray, int], tuple[ConditionalFit, np.ndarray]],
) -> AREstimates:
    """Fit the parts of a batch that share their lags together."""
    everything, parts, places = np.arange(len(lengths)), [], []
    if specification.averaging:
        for max_order, place in _groups(specification.max_orders(lengths, n_covariates)):
            averaged, count = average(place, max_order)
            parts.append(estimates_of(averaged, np.arange(1, max_order + 1), count))
            places.append(place)
        return join_estimates(parts, places)
    groups = [(everything, np.array(specification.lags, dtype=int))]
    if specification.criterion is not None:
        orders = np.empty(len(lengths), dtype=int)
        for max_order, place in _groups(specification.max_orders(lengths, n_covariates)):
            orders[place] = choose(place, max_order)
        groups = [(place, np.arange(1, order + 1)) for order, place in _groups(orders)]
    for place, lags in groups:
        count = n_parameters(lags, specification, n_covariates)
        parts.append(estimates_of(fit(place, lags), lags, np.full(len(place), count)))
        places.append(place)
    return join_estimates(parts, places)


def n_parameters(lags: np.ndarray, specification: ARSpecification, n_covariates: int) -> int:
    """Count the free coefficients of some lags, deterministic terms, covariates and σ².

    Parameters
    ----------
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up.
    specification : ARSpecification
        Trend and window mean; a mean that is removed takes one coefficient.
    n_covariates : int
        Number of covariates.

    Returns
    -------
    int
    """
    design = LagDesign(lags, specification.trend, window_mean=specification.window_mean)
    return design.n_parameters + N_DETERMINISTIC[specification.trend] + n_covariates + 1


def _groups(keys: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each distinct key with the places that hold it."""
    for key in np.unique(keys):
        yield int(key), np.flatnonzero(keys == key)
