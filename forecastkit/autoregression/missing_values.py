"""Autoregressions of series with missing values, by expectation and maximisation."""

from __future__ import annotations

import numpy as np

from ..errors import InvalidParameterError
from .conditional_likelihood import ROUNDING, ConditionalFit
from .fixed_point import ascend
from .gappy_regression import GappyRegression
from .lag_gram import N_DETERMINISTIC, Trend
from .order_selection import information_criterion, nested_rss, rss_from_projections

_TOLERANCE = 1e-10
_MOST_STEPS = 1000
_MOST_LOG_VARIANCE = 70.0  # of innovations, in units of the series' own variance


def fit_missing(
    y: np.ndarray,
    lags: np.ndarray,
    trend: Trend,
    *,
    differences: int = 0,
    seasonal_differences: int = 0,
    seasonal_period: int = 1,
    exog: np.ndarray | None = None,
    ridge: float = 0.0,
) -> ConditionalFit:
    """Fit φ(B) (1 - B)^d (1 - B^s)^D y_t = c + b t + βᵀx_t + ε_t to a series with missing values.

    The likelihood of the observed values given the first P = p + d + s D is maximised by EM [1]_. The E-step is the
    conditional law of the missing values; the M-step solves the normal equations of the expected Gram matrix, in
    which every product of two missing values counts its conditional covariance. Differences are never taken over a
    gap: the law is that of the undifferenced values.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Series in time order, NaN where a value is missing.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up; may be empty.
    trend : {"n", "c", "ct"}
        Deterministic terms of the differenced series.
    differences, seasonal_differences : int, default=0
        d and D.
    seasonal_period : int, default=1
        s, in steps.
    exog : ndarray, shape (n, q), default=None
        Covariates without missing values, differenced as the series is.
    ridge : float, default=0.0
        Penalty on φ, see `ARSpecification`; the variance of a lag is that of the series filled by straight lines.

    Returns
    -------
    ConditionalFit
        A batch of one. ``n_rows`` counts the observed values that are not conditioned on; t = 1 is the first value
        of ``y`` that differencing leaves.

    Raises
    ------
    InvalidParameterError
        Fewer observed values than parameters.
    ConvergenceError
        The likelihood has no maximum that is found.

    Notes
    -----
    A step costs O(n P + m q² + p³) for m missing values with at most q of them within P steps, and Anderson's
    acceleration takes a few tens of steps. A missing value among the first P has a fixed prior around the straight
    line through its neighbours, since a diffuse one would make the likelihood unbounded.

    References
    ----------
    .. [1] A. P. Dempster, N. M. Laird and D. B. Rubin (1977), Maximum likelihood from incomplete data via the EM
       algorithm, Journal of the Royal Statistical Society B 39.

    Examples
    --------
    >>> y = np.array([1.0, 2.0, 2.5, np.nan, 2.875, 2.9375, 2.96875])
    >>> fit = fit_missing(y, np.array([1]), "c")
    >>> fit.coef.round(6), fit.deterministic.round(6)
    (array([[0.5]]), array([[1.5]]))
    """
    regression = _regression(y, lags, trend, (differences, seasonal_differences, seasonal_period), exog, ridge)
    parameters = _fixed_point(regression)
    sigma2 = regression.innovation_variance(parameters)
    d, q = N_DETERMINISTIC[trend], len(regression.exog_scale)
    fixed, coef = parameters[:d] * regression.scale, parameters[d + q : -1]
    effects = parameters[d : d + q] * regression.scale / regression.exog_scale
    deterministic = fixed.copy()
    if d >= 1:
        deterministic[0] += regression.centre * (1.0 - coef.sum()) - effects @ regression.exog_centre
    if d == 2:
        deterministic[0] -= fixed[1]
        deterministic[1] /= regression.length
    return ConditionalFit(
        deterministic=deterministic[None],
        effects=effects[None],
        coef=coef[None],
        sigma2=np.array([sigma2]),
        n_rows=np.array([regression.n_observed]),
    )


def select_order_missing(
    y: np.ndarray,
    max_order: int,
    trend: Trend,
    criterion: str,
    *,
    differences: int = 0,
    seasonal_differences: int = 0,
    seasonal_period: int = 1,
    exog: np.ndarray | None = None,
) -> int:
    """Choose the AR order of a series with missing values.

    EM at the largest order gives the expected Gram matrix, and that the residual sums of squares of all orders, as
    for a complete series. The likelihood counts the observed values only.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Series in time order, NaN where a value is missing.
    max_order : int
        Largest order considered, from 0.
    trend : {"n", "c", "ct"}
        Deterministic terms of the differenced series.
    criterion : {"aic", "aicc", "bic", "hqic"}
        What is minimised.
    differences, seasonal_differences : int, default=0
        d and D.
    seasonal_period : int, default=1
        s, in steps.
    exog : ndarray, shape (n, q), default=None
        Covariates without missing values, differenced as the series is.

    Returns
    -------
    int

    Raises
    ------
    InvalidParameterError
        Fewer observed values than parameters of the largest order.
    ConvergenceError
        The likelihood has no maximum that is found.

    Notes
    -----
    That of one `fit_missing` at the largest order.

    Examples
    --------
    >>> from scipy.signal import lfilter
    >>> y = lfilter([1.0], [1.0, -0.5, 0.6], np.random.default_rng(0).standard_normal(500))
    >>> y[::9] = np.nan
    >>> select_order_missing(y, 6, "c", "bic")
    2
    """
    differencing = (differences, seasonal_differences, seasonal_period)
    regression = _regression(y, np.arange(1, max_order + 1), trend, differencing, exog, 0.0)
    gram = regression.expect(_fixed_point(regression)).gram[None]
    rss = nested_rss(gram, max_order)
    if np.isnan(rss).any():
        values, basis = np.linalg.eigh(gram[0])
        triangle = np.asarray(np.linalg.qr(np.sqrt(np.maximum(values, 0.0))[:, None] * basis.T, mode="r"))
        rss = rss_from_projections(triangle[None, :, -1], max_order)
    rss[rss <= ROUNDING**2 * gram[:, -1:, -1]] = 0.0
    n_parameters = np.arange(max_order + 1) + N_DETERMINISTIC[trend] + len(regression.exog_scale) + 1
    counted = np.array([regression.n_observed])
    return int(np.argmin(information_criterion(rss * counted / regression.n_rows, counted, n_parameters, criterion)))


def _regression(
    y: np.ndarray,
    lags: np.ndarray,
    trend: Trend,
    differencing: tuple[int, int, int],
    exog: np.ndarray | None,
    ridge: float,
) -> GappyRegression:
    """Regression of the series up to its last observed value, after which nothing says anything."""
    lags, observed = np.asarray(lags, dtype=int), ~np.isnan(y)
    end = int(np.flatnonzero(observed).max(initial=-1)) + 1
    exog = np.empty((len(y), 0)) if exog is None else exog
    taken = int(lags.max(initial=0)) + differencing[0] + differencing[1] * differencing[2]
    needed = N_DETERMINISTIC[trend] + exog.shape[1] + len(lags) + 1
    found = int(observed[taken:].sum())
    if found < needed:
        raise InvalidParameterError(
            f"{needed} parameters need as many observed values after the first {taken}, which are conditioned on, and "
            f"the series has {found} ({int(observed.sum())} observed of {len(y)}); choose a lower order"
        )
    return GappyRegression(y[:end], lags, trend, differencing, exog[:end], ridge)


def _fixed_point(regression: GappyRegression) -> np.ndarray:
    """Parameters that an EM step leaves where they are."""

    def step(parameters: np.ndarray) -> tuple[np.ndarray, float]:
        if not abs(parameters[-1]) < _MOST_LOG_VARIANCE:
            return parameters, -np.inf
        try:
            found = regression.expect(parameters)
        except InvalidParameterError:  # a process that grows too fast to be conditioned
            return parameters, -np.inf
        return regression.maximise(parameters, found), found.objective

    return ascend(step, regression.start(), _TOLERANCE, _MOST_STEPS)
