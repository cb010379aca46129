"""Scaling of each series by the mean and standard deviation of its training values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..errors import InvalidParameterError


class NotPositiveError(InvalidParameterError):
    """A logarithm was asked for of values of which some are not positive.

    Attributes
    ----------
    count : int
        How many.
    series, position : int
        Where the first one is: number of the series, and place in it, from 0.
    """

    def __init__(self, message: str, count: int, series: int, position: int) -> None:
        super().__init__(message)
        self.count = count
        self.series = series
        self.position = position

    def __reduce__(self) -> tuple[type[NotPositiveError], tuple[str, int, int, int]]:
        return type(self), (str(self), self.count, self.series, self.position)  # else worker processes cannot send it


@dataclass(frozen=True, eq=False)
class SeriesScaling:
    """The map z = (g(y) − m_i) / s_i of the values of series i, with g the identity or the logarithm.

    Parameters
    ----------
    center : ndarray, shape (n_series,)
        m.
    scale : ndarray, shape (n_series,)
        s, positive.
    log : bool, default=False
        Whether g is the logarithm.

    Examples
    --------
    >>> scaling = SeriesScaling(np.array([10.0, 0.0]), np.array([2.0, 1.0]))
    >>> scaled = scaling.forward(np.array([14.0, 3.0]), np.array([0, 1]))
    >>> scaled, scaling.inverse(scaled, np.array([0, 1]))
    (array([2., 3.]), array([14.,  3.]))
    """

    center: np.ndarray
    scale: np.ndarray
    log: bool = False

    def forward(self, values: np.ndarray, series: np.ndarray) -> np.ndarray:
        """Scale values in the data's unit; ``series``, their series' numbers, broadcasts against them."""
        values = np.log(values) if self.log else values
        return (values - self.center[series]) / self.scale[series]

    def inverse(self, values: np.ndarray, series: np.ndarray) -> np.ndarray:
        """Turn scaled values back into the data's unit."""
        values = self.center[series] + self.scale[series] * values
        return np.exp(values) if self.log else values

    def log_scale(self, values: np.ndarray, series: np.ndarray) -> np.ndarray:
        """Logarithm of dz/dy at ``values`` y in the data's unit: −log s_i, less log y under the logarithm.

        Add it to the log density of z to have that of y.
        """
        slope = np.broadcast_to(-np.log(self.scale[series]), np.broadcast_shapes(np.shape(values), np.shape(series)))
        return slope - np.log(values) if self.log else slope.copy()


def series_scaling(
    values: np.ndarray,
    offsets: np.ndarray,
    kind: Literal["standard"] | None = "standard",
    *,
    log: bool = False,
    used: np.ndarray | None = None,
) -> SeriesScaling:
    """Estimate the scaling of each series.

    Parameters
    ----------
    values : ndarray, shape (n_values,)
        Series end to end in the data's unit, NaN where missing.
    offsets : ndarray of int, shape (n_series + 1,)
        Series i is ``values[offsets[i]:offsets[i + 1]]``.
    kind : {"standard", None}, default="standard"
        Mean and standard deviation (divisor n) of the observed values; None for m = 0 and s = 1.
    log : bool, default=False
        Scale the logarithms of the values.
    used : ndarray of int, shape (n_series,), default=None
        Only the first ``used[i]`` values of series i are looked at, all but its held-out tail; None for all.

    Returns
    -------
    SeriesScaling
        The scale of a series of one value over and over is 1; that of one without an observed value too, its center
        is 0. O(n_values).

    Raises
    ------
    NotPositiveError
        ``log`` is set and a value, held out or not, is zero or negative.

    Examples
    --------
    >>> scaling = series_scaling(np.array([1.0, 3.0, np.nan, 5.0, 5.0]), np.array([0, 3, 5]))
    >>> scaling.center, scaling.scale
    (array([2., 5.]), array([1., 1.]))
    """
    n_series = len(offsets) - 1
    if log:
        _check_positive(values, offsets)
    if kind is None:
        return SeriesScaling(np.zeros(n_series), np.ones(n_series), log)
    series = np.repeat(np.arange(n_series), np.diff(offsets))
    counted = ~np.isnan(values)
    if used is not None:
        counted &= np.arange(len(values)) - offsets[series] < used[series]
    series = series[counted]
    numbers = np.log(values[counted]) if log else values[counted]
    count = np.maximum(np.bincount(series, minlength=n_series), 1)
    center = np.bincount(series, numbers, n_series) / count
    scale = np.sqrt(np.bincount(series, (numbers - center[series]) ** 2, n_series) / count)
    # The mean of equal values differs from them by rounding, which must not become the unit of the series.
    return SeriesScaling(center, np.where(_varies(numbers, series, n_series) & (scale > 0), scale, 1.0), log)


def seasonal_weights(values: np.ndarray, offsets: np.ndarray, scaling: SeriesScaling, season: int) -> np.ndarray:
    """Weights that make absolute errors of scaled values errors in units of the seasonal naive forecast's.

    Parameters
    ----------
    values : ndarray, shape (n_values,)
        Series end to end in the data's unit, NaN where missing.
    offsets : ndarray of int, shape (n_series + 1,)
        Series i is ``values[offsets[i]:offsets[i + 1]]``.
    scaling : SeriesScaling
        Of the series.
    season : int
        Steps of a season, 1 or more.

    Returns
    -------
    ndarray, shape (n_series,)
        The unit of scaled values (under the logarithm, times the mean of the series) over the mean absolute seasonal
        difference, divided by the mean over all series; 1 for a series without such a difference.

    Notes
    -----
    The mean absolute scaled error with these weights is, up to a factor and near the mean of a series, its MASE.

    Examples
    --------
    >>> values, offsets = np.array([0.0, 1.0, 0.0, 0.0, 3.0, 0.0]), np.array([0, 3, 6])
    >>> seasonal_weights(values, offsets, SeriesScaling(np.zeros(2), np.ones(2)), season=1)
    array([1.5, 0.5])
    """
    n_series = len(offsets) - 1
    series = np.repeat(np.arange(n_series), np.diff(offsets))
    difference = np.abs(values[season:] - values[:-season])
    used = (series[season:] == series[:-season]) & ~np.isnan(difference)
    owner = series[season:][used]
    naive = np.bincount(owner, difference[used], n_series) / np.maximum(np.bincount(owner, minlength=n_series), 1)
    unit = scaling.scale
    if scaling.log:
        seen = ~np.isnan(values)
        counts = np.maximum(np.bincount(series[seen], minlength=n_series), 1)
        unit = unit * np.bincount(series[seen], values[seen], n_series) / counts
    weight = np.divide(unit, naive, out=np.full(n_series, np.nan), where=naive > 0)
    mean = np.nanmean(weight) if np.isfinite(weight).any() else 1.0
    return np.where(np.isfinite(weight), weight / mean, 1.0)


def _varies(numbers: np.ndarray, series: np.ndarray, n_series: int) -> np.ndarray:
    """Whether a series has two different neighbours among its numbers, shape (n_series,)."""
    differs = (np.diff(numbers) != 0) & (np.diff(series) == 0)
    varies = np.zeros(n_series, dtype=bool)
    varies[series[1:][differs]] = True
    return varies


def _check_positive(values: np.ndarray, offsets: np.ndarray) -> None:
    """Raise NotPositiveError for the first value of zero or less."""
    places = np.flatnonzero(values <= 0)
    if len(places) == 0:
        return
    series = int(np.searchsorted(offsets, places[0], side="right")) - 1
    position = int(places[0] - offsets[series])
    raise NotPositiveError(
        f"the logarithm needs positive values, got {len(places)} that are not: {values[places[0]]:g} at position "
        f"{position} of series {series} is the first",
        len(places),
        series,
        position,
    )
