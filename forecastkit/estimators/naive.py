"""Forecasts that repeat the past: naive and seasonal naive."""

from __future__ import annotations

import warnings
from typing import Literal

import numpy as np

from ..checks import check_integer
from ..errors import DataWarning, InvalidParameterError
from ..frames import Covariates, Panel
from .linear import LinearForecaster


class NaiveForecaster(LinearForecaster):
    """Repeat the last season: y_{t+k} = y_{t+k-s} + ε, a random walk for s = 1.

    The forecast law is that of the (seasonal) random walk: the variance k steps ahead is σ² (⌊(k-1)/s⌋ + 1), with
    σ² the mean squared seasonal difference (maximum likelihood).

    Parameters
    ----------
    seasonal_period : int or "auto", default=None
        Season s in steps, 1 or more; None for the plain naive forecast (s = 1), ``"auto"`` for the season of the
        calendar: 24 for hourly data, 12 for monthly, 1 for yearly.

    Attributes
    ----------
    seasonal_period_ : int
        The season used.
    panel_ : Panel
        The data given to `fit`.

    Notes
    -----
    Missing values are skipped: each season repeats its last observed value. A season of which nothing was observed is
    forecast by the last observed value, with one warning; σ² is then the mean squared step. The variance counts from
    the end of the series, also where its last values are missing. O(n) a series.

    References
    ----------
    .. [1] R. J. Hyndman and G. Athanasopoulos (2021), Forecasting: Principles and Practice, section 5.2.

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 7.0], index=pd.period_range("2024Q1", periods=6, freq="Q"))
    >>> NaiveForecaster(seasonal_period="auto").fit(y).predict(2).tolist()
    [3.0, 4.0]
    """

    def __init__(self, *, seasonal_period: int | Literal["auto"] | None = None) -> None:
        self.seasonal_period = seasonal_period

    def check_parameters(self) -> None:
        """Raise InvalidParameterError unless the season is None, "auto" or a whole number of 1 or more."""
        if isinstance(self.seasonal_period, str) and self.seasonal_period != "auto":
            raise InvalidParameterError(
                f"'seasonal_period' must be a whole number of 1 or more, None or 'auto', got {self.seasonal_period!r}"
            )
        if not isinstance(self.seasonal_period, str) and self.seasonal_period is not None:
            check_integer(self.seasonal_period, "seasonal_period", 1)

    def _fit(self, panel: Panel, X: Covariates | None) -> None:
        """Variance of the seasonal differences."""
        season = panel.calendar.seasonal_period if self.seasonal_period == "auto" else int(self.seasonal_period or 1)
        polynomial = np.zeros((panel.n_series, season))
        polynomial[:, -1] = 1.0
        sigma2 = seasonal_variance(panel, season)
        if season > 1:  # without two values a season apart, the steps say how far values stray
            sigma2 = np.where(np.isnan(sigma2), seasonal_variance(panel, 1), sigma2)
        self._set_model(panel, polynomial, sigma2)

    @property
    def seasonal_period_(self) -> int:
        """The season used, in steps."""
        self._fitted_panel()
        return self._process.n_lags

    def _history(self, panel: Panel, index: np.ndarray) -> np.ndarray:
        """Last observed value of every season, the next one to come first."""
        season = self.seasonal_period_
        history = np.full((panel.n_series, season), np.nan)
        seen = panel.observed
        phase = (panel.positions - np.repeat(panel.ends, panel.lengths)) % season
        history[panel.series_index[seen], phase[seen]] = panel.values[seen]  # later values overwrite earlier ones
        unseen = np.isnan(history)
        if unseen.any():
            short = np.flatnonzero(unseen.any(axis=1))
            warnings.warn(
                f"{len(short)} of {panel.n_series} series ({panel.ids[short[0]]!r} first) have no observation of some "
                f"steps of the season of {season}: these are forecast by the last observed value",
                DataWarning,
                stacklevel=2,
            )
            history = np.where(unseen, panel.values[last_places(panel)][:, None], history)
        return history


def seasonal_variance(panel: Panel, season: int) -> np.ndarray:
    """Innovation variance of the seasonal random walk, NaN for a series without two values of one season step.

    The mean of (y_t - y_u)² / k over neighbouring observed values of the same step of the season that lie k seasons
    apart: with nothing missing the mean squared seasonal difference.
    """
    seen = np.flatnonzero(panel.observed)
    owner, position = panel.series_index[seen], panel.positions[seen]
    order = np.lexsort((position, position % season, owner)) if season > 1 else np.arange(len(seen))
    owner, position, values = owner[order], position[order], panel.values[seen][order]
    apart = np.diff(position)
    paired = (owner[1:] == owner[:-1]) & (apart > 0) & (apart % season == 0)
    squares = np.diff(values)[paired] ** 2 / (apart[paired] // season)
    total = np.bincount(owner[1:][paired], squares, minlength=panel.n_series)
    count = np.bincount(owner[1:][paired], minlength=panel.n_series)
    return np.divide(total, count, out=np.full(panel.n_series, np.nan), where=count > 0)


def last_places(panel: Panel) -> np.ndarray:
    """Place in ``panel.values`` of every series' last observed value, shape (n_series,)."""
    seen = np.flatnonzero(panel.observed)
    places = np.empty(panel.n_series, dtype=int)
    places[panel.series_index[seen]] = seen  # later places overwrite earlier ones
    return places
