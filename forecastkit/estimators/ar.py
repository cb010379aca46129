"""The autoregressive forecaster."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from typing import Literal

import numpy as np

from ..autoregression import (
    CRITERIA,
    AREstimates,
    ARSpecification,
    GaussianForecast,
    Trend,
    fit_batch,
    fit_origins,
    forecast_ar,
    join_estimates,
    used_history,
)
from ..errors import DataWarning, InvalidFrameError, InvalidParameterError, nearest
from ..frames import Covariates, Panel
from ..frames.wording import count_of, word
from .ar_attributes import ARAttributes
from .naive import NaiveForecaster, last_places, seasonal_variance
from .parameters import check_choice, check_integer

Order = int | Sequence[int] | Literal["aic", "aicc", "bic", "hqic"]


class ARForecaster(ARAttributes):
    """Autoregression by conditional maximum likelihood in closed form, one model a series.

    φ(B) (1 - B)^d (1 - B^s)^D y_t = c + b t + ε_t, with ε_t ~ N(0, σ²) independent and φ(B) = 1 - Σ_j φ_j B^j:
    φ is ``coef_``, c ``intercept_``, b ``trend_``, σ² ``sigma2_``, d ``differences``, D ``seasonal_differences`` and
    s ``seasonal_period``. Forecasts are the exact Gaussian law given the estimates.

    Parameters
    ----------
    order : int, sequence of int or {"aic", "aicc", "bic", "hqic"}, default="aic"
        Number of lags p (0 or more), a list of lags such as ``[1, 2, 24]``, or the information criterion that chooses
        p for every series.
    max_order : int, default=None
        Largest order a criterion tries, in steps; None for max(10 log₁₀ n, 2 s + 1), at most n / 4. A short series
        tries what its length allows.
    trend : {"n", "c", "ct"}, default="c"
        No deterministic term, a constant, or a constant and a linear trend.
    differences : int, default=0
        Ordinary differences d, 0 or more.
    seasonal_period : int, default=None
        Season s in steps, 1 or more; None for the calendar's, such as 24 for hourly data.
    seasonal_differences : int, default=0
        Seasonal differences D, 0 or more.
    on_error : {"raise", "naive"}, default="raise"
        What happens to a series that cannot be fitted (too short, or with missing values): an error, or the naive
        forecast for it and one warning that counts them.

    Attributes
    ----------
    coef_ : DataFrame of shape (n_series, n_lags)
        φ by series and lag, zero where a series' model does not have the lag.
    intercept_, trend_ : float or Series
        c and b, with t = 1 at the first value that differencing leaves; a float for a Series, else by id.
    sigma2_ : float or Series
        Innovation variance RSS / N.
    order_ : int or Series
        Largest lag.
    bse_ : DataFrame of shape (n_series, n_terms)
        Standard errors of the deterministic terms and φ.
    aic_, bic_ : float or Series
        Information criteria at the estimates.
    roots_ : ndarray or dict of ndarray
        Roots of φ, outside the unit circle for a stationary model; a dict by id for many series.
    is_stationary_ : bool or Series
        Whether all roots lie outside the unit circle.
    panel_ : Panel
        The data given to `fit`.

    Notes
    -----
    The likelihood conditions on the first p + d + s D values. O(n p + p³) a series. Parameter uncertainty is not part
    of the intervals. Missing values inside a series are not supported.

    References
    ----------
    .. [1] J. D. Hamilton (1994), Time Series Analysis, sections 4.2 and 5.3.
    .. [2] P. J. Brockwell and R. A. Davis (1991), Time Series: Theory and Methods, section 9.5.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> y = pd.Series(np.cos(np.arange(60) * np.pi / 6), index=pd.period_range("2020-01", periods=60, freq="M"))
    >>> model = ARForecaster(order=2).fit(y)
    >>> model.coef_.round(4).to_numpy()
    array([[ 1.7321, -1.    ]])
    >>> model.predict(3).round(4).tolist()
    [1.0, 0.866, 0.5]
    """

    def __init__(
        self,
        *,
        order: Order = "aic",
        max_order: int | None = None,
        trend: Trend = "c",
        differences: int = 0,
        seasonal_period: int | None = None,
        seasonal_differences: int = 0,
        on_error: Literal["raise", "naive"] = "raise",
    ) -> None:
        self.order = order
        self.max_order = max_order
        self.trend: Trend = trend
        self.differences = differences
        self.seasonal_period = seasonal_period
        self.seasonal_differences = seasonal_differences
        self.on_error = on_error

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a parameter outside its range."""
        lags_of(self.order)
        check_choice(self.trend, "trend", ("n", "c", "ct"))
        check_choice(self.on_error, "on_error", ("raise", "naive"))
        check_integer(self.differences, "differences", 0)
        check_integer(self.seasonal_differences, "seasonal_differences", 0)
        if self.max_order is not None:
            check_integer(self.max_order, "max_order", 0)
            if not isinstance(self.order, str):
                raise InvalidParameterError(
                    f"'max_order' limits what a criterion tries; with order={self.order!r} leave it out"
                )
        if self.seasonal_period is not None:
            check_integer(self.seasonal_period, "seasonal_period", 1)

    def _specification(self, panel: Panel) -> ARSpecification:
        """Translate the parameters into the model to fit on a panel."""
        season = int(self.seasonal_period or panel.calendar.seasonal_period)
        if self.seasonal_differences and self.seasonal_period is None and season == 1:
            raise InvalidParameterError(
                f"'seasonal_differences' needs a season, and {panel.calendar.label} data have none by default: "
                "set seasonal_period to its number of steps"
            )
        return ARSpecification(
            lags=lags_of(self.order),
            criterion=self.order if isinstance(self.order, str) else None,
            max_order=self.max_order,
            trend=self.trend,
            differences=int(self.differences),
            seasonal_differences=int(self.seasonal_differences),
            seasonal_period=season,
        )

    def _fit(self, panel: Panel, X: Covariates | None) -> None:
        """Fit every series that has enough values, in batches of similar length."""
        specification = self._specification(panel)
        missing = np.bincount(panel.series_index[~panel.observed], minlength=panel.n_series)
        unfit = (panel.lengths < specification.required_length) | (missing > 0)
        if unfit.any():
            self._refuse_or_warn(panel, unfit, missing, specification.required_length)
        parts, places = [], []
        for batch in panel.batches():
            place = batch[~unfit[batch]]
            if len(place):
                parts.append(fit_batch(panel.padded(index=place), panel.lengths[place], specification))
                places.append(place)
        n_terms = {"n": 0, "c": 1, "ct": 2}[self.trend]
        if unfit.any():
            parts.append(AREstimates.empty(int(unfit.sum()), n_terms, seasonal_variance(panel, 1)[unfit]))
            places.append(np.flatnonzero(unfit))
        self._keep(panel, join_estimates(parts, places), unfit, specification)

    def _keep(self, panel: Panel, estimates: AREstimates, unfit: np.ndarray, specification: ARSpecification) -> None:
        """Keep estimates; a series without any becomes a random walk."""
        polynomial = estimates.polynomial(specification)
        polynomial[unfit, 0] = 1.0
        polynomial[unfit, 1:] = 0.0
        deterministic = np.where(unfit[:, None], 0.0, estimates.deterministic)
        self._estimates = estimates
        self._unfit = unfit
        self._lead = np.where(unfit, 1, estimates.order + specification.n_differenced)
        self._set_model(panel, polynomial, estimates.sigma2, deterministic, lead=specification.n_differenced)

    def _refuse_or_warn(self, panel: Panel, unfit: np.ndarray, missing: np.ndarray, required: int) -> None:
        """Raise for, or count, the series that cannot be fitted."""
        i = int(np.flatnonzero(unfit)[0])
        if missing[i]:
            gap = panel.offsets[i] + int(np.argmax(~panel.observed[panel.offsets[i] : panel.offsets[i + 1]]))
            stamp = word(panel.calendar.stamps(panel.positions[gap : gap + 1])[0])
            count = count_of(int(missing[i]), "missing value")
            what = f"has {count} (first at {stamp}); fill in what is missing, for example with y.interpolate()"
        else:
            what = f"has {panel.lengths[i]} values, the model needs {required}; choose a smaller order or drop it"
        count = f"{unfit.sum()} of {panel.n_series} series cannot be fitted: " if panel.n_series > 1 else ""
        if self.on_error == "raise":
            raise InvalidFrameError(
                f"{count}series {panel.ids[i]!r} {what}, or set on_error='naive' to forecast it by its last value"
            )
        warnings.warn(
            f"{count}series {panel.ids[i]!r} {what}; the naive forecast is used instead", DataWarning, stacklevel=4
        )

    def _forecast(self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None) -> GaussianForecast:
        """Exact Gaussian forecast; by the last value where a later history lacks values and `on_error` allows it."""
        lacking = np.isnan(self._history(panel, index)) & used_history(self._polynomial[index])
        naive = lacking.any(axis=1)
        if self.on_error == "raise" or not naive.any():
            return super()._forecast(panel, index, horizon, X)
        first = panel.ids[int(np.argmax(naive))]
        warnings.warn(
            f"{naive.sum()} of {panel.n_series} series ({first!r} first) lack some of the last values that the "
            "model looks at; the naive forecast is used instead",
            DataWarning,
            stacklevel=4,
        )
        forecast = NaiveForecaster().fit(panel)._forecast(panel, np.arange(panel.n_series), horizon, None)
        own = np.flatnonzero(~naive)
        if len(own):
            fitted = super()._forecast(panel.select(own), index[own], horizon, X)
            forecast.mean[own], forecast.psi[own], forecast.sigma2[own] = fitted.mean, fitted.psi, fitted.sigma2
        return forecast

    def _history(self, panel: Panel, index: np.ndarray) -> np.ndarray:
        """Last values; only the last observed one for a series without a model."""
        history = panel.padded(self._polynomial.shape[1])
        unfit = self._unfit[index]
        history[unfit, -1] = panel.values[last_places(panel)[unfit]]
        return history

    def _conditioned(self, index: np.ndarray) -> np.ndarray:
        """P + d + s D of each series."""
        return self._lead[index]

    def forecast_origins(
        self, panel: Panel, starts: np.ndarray, ends: np.ndarray, fit_origin: np.ndarray, horizon: int
    ) -> GaussianForecast | None:
        """Forecast one series from many origins, each with a fit on its window, as fresh fits would.

        Parameters
        ----------
        panel : Panel
            One series.
        starts, ends : ndarray of int, shape (n_origins,)
            Training windows as places in the series: the first value and one past the last.
        fit_origin : ndarray of int, shape (n_origins,)
            Number of the origin whose fit each origin uses, its own for a refit.
        horizon : int
            Number of steps, 1 or more.

        Returns
        -------
        GaussianForecast or None
            With the origins as its batch; None where a series needs the ordinary path (many series, missing values,
            a window that is too short).

        Notes
        -----
        O(n p) for the lag products of all windows, then O(p³ + n p) a fit.
        """
        specification = self._specification(panel)
        too_short = (ends - starts).min() < specification.required_length
        if panel.n_series > 1 or too_short or not panel.observed[starts.min() : ends.max()].all():
            return None
        y = panel.values
        fits, which = np.unique(fit_origin, return_inverse=True)
        estimates = fit_origins(y, starts[fits], ends[fits], specification)
        polynomial = estimates.polynomial(specification)[which]
        steps = np.arange(-polynomial.shape[1], 0)
        history = np.where(ends[:, None] + steps >= 0, y[ends[:, None] + steps], 0.0)
        terms = np.zeros((len(ends), 2))
        terms[:, : estimates.deterministic.shape[1]] = estimates.deterministic[which]
        times = (ends - starts[fit_origin] - specification.n_differenced)[:, None] + np.arange(1, horizon + 1)
        return forecast_ar(history, polynomial, terms[:, :1] + terms[:, 1:] * times, estimates.sigma2[which])


def lags_of(order: object) -> tuple[int, ...]:
    """Lags that ``order`` stands for, none for a criterion; InvalidParameterError unless it has a meaning."""
    order = order.tolist() if isinstance(order, np.ndarray) else order
    if isinstance(order, str):
        if order not in CRITERIA:
            raise InvalidParameterError(
                f"'order' must be a whole number, a list of lags or a criterion, got {order!r}; "
                f"{nearest(order, CRITERIA)}"
            )
        return ()
    if isinstance(order, Collection):
        lags = [check_integer(lag, "order", 1) for lag in order]
        if not lags or len(set(lags)) < len(lags):
            raise InvalidParameterError(f"'order' must list distinct lags, got {order!r}")
        return tuple(sorted(lags))
    return tuple(range(1, check_integer(order, "order", 0) + 1))
