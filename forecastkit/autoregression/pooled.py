"""One autoregression for all series of a panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from .lag_regression import series_centre
from .window_regression import coordinates, data_intercept, fit_rows
from .window_rows import WindowRows, series_chunks


class PooledFit(NamedTuple):
    """One AR for a panel: y_t = s c + Σ_j φ_j y_{t-j} + ε_t, ε_t ~ N(0, σ²), with s and σ² of the series.

    Attributes
    ----------
    deterministic : ndarray, shape (batch, d)
        s c, in the data's unit; d is 1 with an intercept, else 0.
    coef : ndarray, shape (batch, p)
        φ, the same for every series.
    sigma2 : ndarray, shape (batch,)
        RSS / N of each series' own rows, in squared units of the data; s² times that of the panel for a series
        too short to have rows.
    n_rows : ndarray of int, shape (batch,)
        N of each series.
    scale : ndarray, shape (batch,)
        s, the standard deviation of each series, 1 for a constant one.
    """

    deterministic: np.ndarray
    coef: np.ndarray
    sigma2: np.ndarray
    n_rows: np.ndarray
    scale: np.ndarray


def fit_pooled(
    batches: Sequence[tuple[np.ndarray, np.ndarray]],
    lags: np.ndarray,
    trend: Literal["n", "c"] = "c",
    *,
    ridge: float = 0.0,
    window_mean: bool = False,
) -> PooledFit:
    """Fit one autoregression to all series of a panel by least squares, each series in units of its deviation.

    Parameters
    ----------
    batches : sequence of (ndarray of shape (batch, n), ndarray of int of shape (batch,))
        Right-aligned series in the data's unit, NaN before each start and nowhere else, and their lengths; at least
        one series has more than ``max(lags)`` values.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up, at least one.
    trend : {"n", "c"}, default="c"
        Without or with an intercept.
    ridge : float, default=0.0
        Weight of the penalty in mean squared error + ridge · Σ_j (s_j φ_j)², with s_j² the variance of the j-th
        regressor; 0 or more, dimensionless. The intercept is not penalised.
    window_mean : bool, default=False
        Subtract the mean of the values at the lags from them and from the target, and add it to the forecast. The
        coefficients returned contain that, φ + (1 - Σφ) / p.

    Returns
    -------
    PooledFit
        The series in the order of the batches.

    Notes
    -----
    O(n p + p²) a series and O(p³) once. Exactly collinear regressors get the solution of least norm.

    References
    ----------
    .. [1] P. Montero-Manso and R. J. Hyndman (2021), Principles and algorithms for forecasting groups of time series:
       Locality and globality, International Journal of Forecasting 37, section 3.

    Examples
    --------
    >>> small = np.array([[1.0, 2.0, 2.5, 2.75, 2.875]])
    >>> length = np.array([5])
    >>> fit = fit_pooled([(small, length), (100 * small, length)], np.array([1]))
    >>> fit.coef.round(6).ravel(), fit.deterministic.round(6).ravel()
    (array([0.5, 0.5]), array([  1.5, 150. ]))
    """
    order, p = int(lags[-1]), len(lags)
    panel = standardised(batches, order + 1, window_mean=window_mean)
    place = coordinates(p, panel.centre, trend, window_mean=window_mean, full=ridge > 0)
    rows = WindowRows(panel.parts, lags, 1, pooled=True)
    coef, covariance = fit_rows(rows, place, ridge, has_intercept=trend == "c")
    n_rows = np.maximum(np.concatenate([lengths for _, lengths in batches]) - order, 0)
    alone = (WindowRows([part], lags, 1, pooled=False) for part in series_chunks(panel.parts, order + 1))
    own = [part.residual_products(coef)[:, 0, 0] for part in alone]
    sigma2 = np.full(len(n_rows), covariance[0, 0, 0])
    if covariance[0, 0, 0] > 0:
        sigma2[n_rows > 0] = np.concatenate(own) / n_rows[n_rows > 0]
    intercept = data_intercept(coef, panel.centre, trend, window_mean=window_mean)
    return PooledFit(
        deterministic=panel.scale[:, None] * intercept[:, : int(trend == "c")],
        coef=np.repeat(coef[:, 1:, 0], len(n_rows), axis=0),
        sigma2=panel.scale**2 * sigma2,
        n_rows=n_rows,
        scale=panel.scale,
    )


class Standardised(NamedTuple):
    """Series of a panel in units of their standard deviations.

    Attributes
    ----------
    parts : list of (ndarray, ndarray of int)
        Right-aligned series less their centre, zero before each start, and lengths; only series that have windows.
    centre : ndarray, shape (1,)
        What was subtracted from all series, in units of their scales; 0 where each had its own mean subtracted.
    scale : ndarray, shape (batch,)
        Standard deviation of each series, 1 for a constant one.
    """

    parts: list[tuple[np.ndarray, np.ndarray]]
    centre: np.ndarray
    scale: np.ndarray


def standardised(batches: Sequence[tuple[np.ndarray, np.ndarray]], span: int, *, window_mean: bool) -> Standardised:
    """Divide each series by its standard deviation and subtract one centre, or each series' own from windows' means."""
    means = [series_centre(y, lengths) for y, lengths in batches]
    scales = [_deviation(y, lengths, mean) for (y, lengths), mean in zip(batches, means, strict=True)]
    centre = 0.0
    if not window_mean:
        levels = np.concatenate(means) / np.concatenate(scales)
        centre = levels[0] + np.average(levels - levels[0], weights=np.concatenate([lengths for _, lengths in batches]))
    parts = []
    for (y, lengths), mean, scale in zip(batches, means, scales, strict=True):
        has_rows = lengths >= span
        if has_rows.any():
            z = (y[has_rows] - mean[has_rows, None]) / scale[has_rows, None]
            if not window_mean:
                z += (mean / scale - centre)[has_rows, None]
            parts.append((np.nan_to_num(z, copy=False), lengths[has_rows]))
    return Standardised(parts, np.array([centre]), np.concatenate(scales))


def _deviation(y: np.ndarray, lengths: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the standard deviation of each series, 1 for a constant one; shape (batch,)."""
    deviations = np.nan_to_num(y - mean[:, None], copy=False)
    scale = np.sqrt(np.einsum("bn,bn->b", deviations, deviations) / lengths)
    return np.where(scale > 0, scale, 1.0)
