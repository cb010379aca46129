"""Forecasts of the last values of series from origins shortly before them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .estimates import AREstimates
from .forecast import forecast_ar
from .power_transform import inverse
from .specification import ARSpecification

_ORIGINS = 2
_SHORTEST = 8  # fewest values before an origin


@dataclass(frozen=True, eq=False)
class TailWindows:
    """What is known at the last origins of a batch of series, and what came after.

    Attributes
    ----------
    series : ndarray of int, shape (n_windows,)
        Place in the batch of each window's series.
    y : ndarray, shape (n_windows, n)
        Values up to the origin, right-aligned, NaN before each start.
    lengths : ndarray of int, shape (n_windows,)
        Number of values up to the origin.
    after : ndarray, shape (n_windows, horizon)
        Values after the origin, NaN beyond each window's horizon.
    """

    series: np.ndarray
    y: np.ndarray
    lengths: np.ndarray
    after: np.ndarray


@dataclass(frozen=True, eq=False)
class TailForecasts:
    """Errors of m models from the last origins of a batch of series, in the data's unit.

    Attributes
    ----------
    series : ndarray of int, shape (n_windows,)
        Place in the batch of each window's series.
    errors, variances : ndarray, shape (n_windows, m, horizon)
        Forecast less value, and the variance that the model claims; NaN where there is none.
    n_series : int
        Size of the batch.
    """

    series: np.ndarray
    errors: np.ndarray
    variances: np.ndarray
    n_series: int

    @cached_property
    def mean_squared_error(self) -> np.ndarray:
        """Mean squared error of each series and model, shape (n_series, m).

        NaN for a model without a forecast from one of the series' origins, infinite for one that overflows.
        """
        ahead = np.any(~np.isnan(self.errors), axis=1)
        with np.errstate(over="ignore"):
            squares = np.where(ahead[:, None], self.errors**2, 0.0).sum(axis=2)
        total, steps = np.zeros((self.n_series, squares.shape[1])), np.zeros(self.n_series)
        np.add.at(total, self.series, squares)
        np.add.at(steps, self.series, ahead.sum(axis=1))
        return np.where(steps[:, None] > 0, total / np.maximum(steps, 1)[:, None], np.nan)

    def pooled_spread(self, weights: np.ndarray, least: float) -> np.ndarray:
        """Factor 1 - 2 B / v̄ of the variances in a mixture of the models, `least` or more; shape (n_series,).

        B is the weighted variance of the models' forecasts around their mean, v̄ the mean of their variances, and
        B / v̄ is averaged over all steps; 1 for a series without a backtest.
        """
        sound = np.isfinite(self.mean_squared_error) & (weights > 0)
        w = np.where(sound, weights, 0.0)[self.series][:, :, None]
        w = w / np.maximum(w.sum(axis=1, keepdims=True), 1e-300)
        errors, variances = np.where(w > 0, self.errors, 0.0), np.where(w > 0, self.variances, 0.0)
        centre = (w * errors).sum(axis=1, keepdims=True)
        between, within = (w * (errors - centre) ** 2).sum(axis=1), (w * variances).sum(axis=1)
        counted = np.isfinite(within) & (within > 0)
        ratio = np.where(counted, between / np.where(counted, within, 1.0), 0.0)
        total, steps = np.zeros(self.n_series), np.zeros(self.n_series)
        np.add.at(total, self.series, ratio.sum(axis=1))
        np.add.at(steps, self.series, counted.sum(axis=1))
        return np.clip(1 - 2 * total / np.maximum(steps, 1), least, 1.0)


def tail_horizons(lengths: np.ndarray, season: int) -> np.ndarray:
    """Look max(2 s, 6) steps ahead from the last origins, at most n / 5 and at least 1; shape (batch,)."""
    return np.clip(lengths // 5, 1, max(2 * season, 6))


def tail_windows(y: np.ndarray, lengths: np.ndarray, horizons: np.ndarray) -> TailWindows:
    """Cut series at their last origins, one and two horizons before the end.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series.
    lengths, horizons : ndarray of int, shape (batch,)
        Number of values of each series, and steps from each origin to the next.

    Returns
    -------
    TailWindows
        Without origins that leave less than half of the values, or 8.

    Examples
    --------
    >>> windows = tail_windows(np.arange(12.0)[None], np.array([12]), np.array([2]))
    >>> windows.lengths, windows.after
    (array([10,  8]), array([[10., 11.],
           [ 8.,  9.]]))
    """
    n, horizon = y.shape[1], int(horizons.max(initial=1))
    series = np.tile(np.arange(len(y)), _ORIGINS)
    back = np.repeat(np.arange(1, _ORIGINS + 1), len(y)) * horizons[series]
    left = lengths[series] - back
    long_enough = left >= np.maximum(lengths[series] / 2, _SHORTEST)
    series, back, left = series[long_enough], back[long_enough], left[long_enough]
    places = np.arange(n) - back[:, None]
    known = np.where(places >= 0, np.take_along_axis(y[series], np.maximum(places, 0), axis=1), np.nan)
    steps = np.arange(horizon)
    places = np.minimum((n - back)[:, None] + steps, n - 1)
    after = np.where(steps < horizons[series, None], np.take_along_axis(y[series], places, axis=1), np.nan)
    return TailWindows(series, known, left, after)


def forecast_window(
    z: np.ndarray, specification: ARSpecification, estimates: AREstimates, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the steps after right-aligned, transformed series; shape (batch, horizon) each."""
    polynomial = estimates.polynomial(specification)
    history = z[:, max(z.shape[1] - polynomial.shape[1], 0) :]
    missing = polynomial.shape[1] - history.shape[1]
    history = np.concatenate([np.full((len(z), missing), np.nan), history], axis=1)
    drift = estimates.deterministic.sum(axis=1, keepdims=True) + np.zeros(horizon)
    with np.errstate(over="ignore", invalid="ignore"):  # an explosive model is told by what it says
        law = forecast_ar(history, polynomial, drift, estimates.sigma2)
        return law.mean, law.variance


def tail_errors(
    windows: TailWindows, specification: ARSpecification, power: int, estimates: AREstimates, fitted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Errors of one model and the variances it claims, in the data's unit; NaN where it is not fitted.

    Parameters
    ----------
    windows : TailWindows
        Series at their last origins.
    specification : ARSpecification
        Differences and trend of the model.
    power : {0, 1}
        Its Box-Cox power.
    estimates : AREstimates
        Its estimates on each window.
    fitted : ndarray of bool, shape (n_windows,)
        Windows with estimates.

    Returns
    -------
    errors, variances : ndarray, shape (n_windows, horizon)
        The variance of a logarithm's median f is v f², to first order in v.
    """
    errors, variances = np.full(windows.after.shape, np.nan), np.full(windows.after.shape, np.nan)
    place = np.flatnonzero(fitted)
    if len(place) and windows.after.shape[1]:
        known = ~np.isnan(windows.after[place])
        z = windows.y[place] if power == 1 else np.log(windows.y[place])
        mean, variance = forecast_window(z, specification, estimates.select(place), windows.after.shape[1])
        with np.errstate(over="ignore", invalid="ignore"):
            median = inverse(mean, np.full(len(place), float(power)))
            errors[place] = median - windows.after[place]
            variances[place] = np.where(known, variance * (1.0 if power == 1 else median**2), np.nan)
        errors[place] = np.where(known & ~np.isfinite(median), np.inf, errors[place])
    return errors, variances
