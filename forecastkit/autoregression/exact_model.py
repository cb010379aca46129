"""Fitting the series of a batch by exact maximum likelihood."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .conditional_likelihood import ConditionalFit
from .difference import difference
from .estimates import AREstimates, estimates_of, join_estimates
from .exact_likelihood import ExactFit, fit_exact
from .model import fit_batch
from .specification import ARSpecification


def fit_exact_batch(y: np.ndarray, lengths: np.ndarray, specification: ARSpecification) -> AREstimates:
    """Fit every series of a batch by exact maximum likelihood, the differences of the series being stationary.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series, NaN before each start and nowhere else.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series.
    specification : ARSpecification
        The model; a criterion chooses the order by the conditional likelihood first.

    Returns
    -------
    AREstimates

    Examples
    --------
    >>> y = np.array([[1.0, 2.0, 0.5, 1.0, 2.0, 1.5]])
    >>> fit_exact_batch(y, np.array([6]), ARSpecification(lags=(1,))).coef.round(6)
    array([[-0.307561]])
    """
    parts, places = [], []
    for place, lags, fit in exact_fits(y, lengths, specification):
        effects = np.empty((len(place), 0))
        parts.append(estimates_of(ConditionalFit(fit.deterministic, effects, fit.coef, fit.sigma2, fit.n_rows), lags))
        places.append(place)
    return join_estimates(parts, places)


def exact_fits(
    y: np.ndarray, lengths: np.ndarray, specification: ARSpecification
) -> list[tuple[np.ndarray, np.ndarray, ExactFit]]:
    """Fit the series that share their lags together.

    Parameters
    ----------
    y, lengths, specification
        As for `fit_exact_batch`.

    Returns
    -------
    list of tuple
        Places in the batch, lags, and fit of each group.
    """
    s = specification
    w = difference(y, s.differences, s.seasonal_differences, s.seasonal_period)
    n = lengths - s.n_differenced
    if s.criterion is None:
        return [(np.arange(len(y)), np.array(s.lags, dtype=int), fit_exact(w, n, np.array(s.lags, dtype=int), s.trend))]
    orders = fit_batch(y, lengths, replace(s, averaging=False)).order
    groups = [(np.flatnonzero(orders == order), np.arange(1, order + 1)) for order in np.unique(orders)]
    return [(place, lags, fit_exact(w[place], n[place], lags, s.trend)) for place, lags in groups]
