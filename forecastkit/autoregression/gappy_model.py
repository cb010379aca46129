"""Fitting one series that has missing values."""

from __future__ import annotations

import numpy as np

from .estimates import AREstimates, estimates_of
from .missing_values import fit_missing, select_order_missing
from .specification import ARSpecification


def fit_with_gaps(y: np.ndarray, specification: ARSpecification, exog: np.ndarray | None = None) -> AREstimates:
    """Fit one series with missing values by EM, its order first chosen by the criterion if there is one.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Series in time order, NaN where a value is missing.
    specification : ARSpecification
        The model.
    exog : ndarray, shape (n, q), default=None
        Covariates of every value.

    Returns
    -------
    AREstimates
        A batch of one.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 2.5, np.nan, 2.875, 2.9375, 2.96875])
    >>> fit_with_gaps(y, ARSpecification(lags=(1,))).coef.round(6)
    array([[0.5]])
    """
    s = specification
    differencing = {
        "differences": s.differences,
        "seasonal_differences": s.seasonal_differences,
        "seasonal_period": s.seasonal_period,
    }
    lags = np.array(s.lags, dtype=int)
    if s.criterion is not None:
        seen = np.array([np.count_nonzero(~np.isnan(y)) - s.n_differenced])
        most = int(s.max_orders(seen, 0 if exog is None else exog.shape[1])[0])
        lags = np.arange(1, select_order_missing(y, most, s.trend, s.criterion, exog=exog, **differencing) + 1)
    return estimates_of(fit_missing(y, lags, s.trend, exog=exog, ridge=s.ridge, **differencing), lags)
