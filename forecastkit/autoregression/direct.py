"""Direct forecasts: one linear map from the last values of a series to a whole horizon, in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from .lag_regression import series_centre
from .pooled import standardised
from .window_regression import coordinates, data_intercept, fit_rows
from .window_rows import WindowRows, series_chunks


class DirectFit(NamedTuple):
    """Direct linear maps y_{t+1..t+h} = s c + B y_{t..t-p+1} + s e, e ~ N(0, Σ), with s the scale of the series.

    Attributes
    ----------
    map : ndarray, shape (m, h, p)
        B, the latest value first; m is 1 when the series share one map, else their number.
    intercept : ndarray, shape (m, h)
        c, in units of the scale.
    covariance : ndarray, shape (m, h, h)
        Σ = (1/N) Σ e eᵀ over the rows, in squared units of the scale.
    scale : ndarray, shape (batch,)
        s: the standard deviation of each series when they share one map (1 for a constant series), else 1.
    n_rows : ndarray of int, shape (m,)
        N, the windows that were fitted.
    """

    map: np.ndarray
    intercept: np.ndarray
    covariance: np.ndarray
    scale: np.ndarray
    n_rows: np.ndarray


def fit_direct(
    batches: Sequence[tuple[np.ndarray, np.ndarray]],
    order: int,
    horizon: int,
    trend: Literal["n", "c"] = "c",
    *,
    ridge: float = 0.0,
    window_mean: bool = False,
    pooled: bool = False,
) -> DirectFit:
    """Fit y_{t+1..t+h} = c + B y_{t..t-p+1} + e by least squares over all windows of each series, or of all.

    Parameters
    ----------
    batches : sequence of (ndarray of shape (batch, n), ndarray of int of shape (batch,))
        Right-aligned series in the data's unit, NaN before each start and nowhere else, and their lengths. A series
        has at least `order + horizon` values; a pooled one may be shorter and then only has a scale, as long as one
        series is not.
    order : int
        Values p of a window, 1 or more.
    horizon : int
        Steps h, 1 or more.
    trend : {"n", "c"}, default="c"
        Without or with an intercept c.
    ridge : float, default=0.0
        Weight of the penalty in mean squared error + ridge · Σ_j (s_j B_j)², with s_j² the variance of the j-th value
        of the windows; 0 or more, dimensionless. The intercept is not penalised.
    window_mean : bool, default=False
        Subtract the mean of each window from it and from what follows, and add it to the forecast. The map returned
        contains that, B + (1 - B 1) 1ᵀ / p, and is applied to plain values.
    pooled : bool, default=False
        One map for all series, each in units of its standard deviation, so that a series weighs by its number of
        windows and not by its unit.

    Returns
    -------
    DirectFit
        The series in the order of the batches.

    Notes
    -----
    The products of windows and futures are the lag Gram matrix of order p + h - 1, so that no lag matrix is built:
    O(n (p + h) + (p + h)² h + p³) a series, and less than a map for each when pooled. Ill-conditioned windows cost a
    pass over the rows, O(n p h), or a QR decomposition of them, O(n (p + h)²), in blocks. Where windows are exactly
    collinear, B (less its window mean, if any) is the solution of least norm.

    References
    ----------
    .. [1] M. Marcellino, J. H. Stock and M. W. Watson (2006), A comparison of direct and iterated multistep AR methods
       for forecasting macroeconomic time series, Journal of Econometrics 135, section 2.

    Examples
    --------
    >>> y = np.array([[1.0, 2.0, 2.5, 2.75, 2.875]])
    >>> fit = fit_direct([(y, np.array([5]))], order=1, horizon=2)
    >>> fit.map.round(6), fit.intercept.round(6)
    (array([[[0.5 ],
            [0.25]]]), array([[1.5 , 2.25]]))
    """
    lags = np.arange(1, order + 1)
    if pooled:
        panel = standardised(batches, order + horizon, window_mean=window_mean)
        rows = WindowRows(panel.parts, lags, horizon, pooled=True)
        return _fit(rows, panel.centre, panel.scale, trend, ridge, window_mean)
    span = order + horizon
    fits = []
    for y, lengths in series_chunks(batches, span):
        centre = series_centre(y, lengths)
        rows = WindowRows([(np.nan_to_num(y - centre[:, None]), lengths)], lags, horizon, pooled=False)
        fits.append(_fit(rows, centre, np.ones(len(y)), trend, ridge, window_mean))
    return DirectFit(*(np.concatenate(arrays) for arrays in zip(*fits, strict=True)))


def direct_mean(history: np.ndarray, fit: DirectFit) -> np.ndarray:
    """Forecast the horizon from the last values of each series.

    Parameters
    ----------
    history : ndarray, shape (..., batch, n)
        Values up to each origin, oldest first, n >= p, of the series of the fit; leading axes are origins. The maps
        of shared fits take other series too, with their own scales put in by ``fit._replace(scale=...)``.
    fit : DirectFit
        The maps.

    Returns
    -------
    ndarray, shape (..., batch, h)

    Notes
    -----
    O(h p) a forecast, as one matrix product.

    Examples
    --------
    >>> y = np.array([[1.0, 2.0, 2.5, 2.75, 2.875]])
    >>> direct_mean(y, fit_direct([(y, np.array([5]))], order=1, horizon=2)).round(6)
    array([[2.9375 , 2.96875]])
    """
    m, h, p = fit.map.shape
    windows, maps = history[..., history.shape[-1] - p :], fit.map[:, :, ::-1]
    if m == 1:
        mean = (windows.reshape(-1, p) @ maps[0].T).reshape(*windows.shape[:-1], h)
    else:
        mean = np.einsum("...bp,bhp->...bh", windows, maps, optimize=True)
    mean += fit.scale[:, None] * fit.intercept
    return mean


def _fit(
    rows: WindowRows,
    centre: np.ndarray,
    scale: np.ndarray,
    trend: Literal["n", "c"],
    ridge: float,
    window_mean: bool,
) -> DirectFit:
    """Fit rows of centred series and move the intercept to the data's own origin."""
    place = coordinates(len(rows.lags), centre, trend, window_mean=window_mean, full=ridge > 0)
    coef, covariance = fit_rows(rows, place, ridge, has_intercept=trend == "c")
    intercept = data_intercept(coef, centre, trend, window_mean=window_mean)
    return DirectFit(np.ascontiguousarray(np.swapaxes(coef[:, 1:], 1, 2)), intercept, covariance, scale, rows.n_rows)
