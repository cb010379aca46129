"""Forecasters whose one-step forecast is linear in past values: naive, drift and AR."""

from __future__ import annotations

import numpy as np

from ..autoregression import GaussianForecast, forecast_ar, innovations, used_history
from ..errors import InvalidFrameError
from ..frames import Covariates, Panel
from .base import BaseForecaster


class LinearForecaster(BaseForecaster):
    """y_t = c + b t + Σ_j φ_j y_{t-j} + ε_t with estimates that a subclass sets by `_set_model`."""

    _polynomial: np.ndarray
    _deterministic: np.ndarray
    _variances: np.ndarray
    _time_origin: np.ndarray

    def _set_model(
        self,
        panel: Panel,
        polynomial: np.ndarray,
        sigma2: np.ndarray,
        deterministic: np.ndarray | None = None,
        slope_variance: np.ndarray | None = None,
        lead: int | np.ndarray = 0,
    ) -> None:
        """Keep the fitted arrays.

        Parameters
        ----------
        panel : Panel
            Training data.
        polynomial : ndarray, shape (n_series, p)
            φ on the undifferenced lags.
        sigma2, slope_variance : ndarray, shape (n_series,)
            Variance of the innovations and of the slope.
        deterministic : ndarray, shape (n_series, d), default=None
            c and b.
        lead : int or ndarray, default=0
            Values of each series before the time t = 1.
        """
        terms = np.zeros((panel.n_series, 2))
        if deterministic is not None:
            terms[:, : deterministic.shape[1]] = deterministic
        self._polynomial = polynomial
        self._deterministic = terms
        self._variances = np.column_stack([sigma2, np.zeros_like(sigma2) if slope_variance is None else slope_variance])
        self._time_origin = panel.starts + lead - 1

    def _forecast(self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None) -> GaussianForecast:
        """Exact Gaussian forecast."""
        polynomial = self._polynomial[index]
        history = self._history(panel, index)
        used = used_history(polynomial)
        unknown = np.isnan(history) & used
        if unknown.any():
            raise self._history_error(panel, unknown, used)
        times = self._times(panel, index, panel.ends)[:, None] + np.arange(horizon)
        terms, variances = self._deterministic[index], self._variances[index]
        forecast = forecast_ar(history, polynomial, terms[:, :1] + terms[:, 1:] * times, variances[:, 0])
        if not variances[:, 1].any():
            return forecast
        return GaussianForecast(forecast.mean, forecast.psi, forecast.sigma2, variances[:, 1])

    def _history(self, panel: Panel, index: np.ndarray) -> np.ndarray:
        """Values that the forecast is computed from, oldest first; shape (n_series, p)."""
        return panel.padded(self._polynomial.shape[1])

    @staticmethod
    def _history_error(panel: Panel, unknown: np.ndarray, used: np.ndarray) -> InvalidFrameError:
        """Say which series lacks values to forecast from."""
        i = int(np.flatnonzero(unknown.any(axis=1))[0])
        needed = int(used.sum(axis=1)[i])
        what = f"series {panel.ids[i]!r} cannot be forecast from: the model looks at the last {needed} values"
        if panel.lengths[i] < needed:
            return InvalidFrameError(f"{what} and it has {panel.lengths[i]}; give a longer history")
        return InvalidFrameError(
            f"{what} and {int(unknown[i].sum())} of them are missing; fill them first, for example with y.interpolate()"
        )

    def _times(self, panel: Panel, index: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """Time t of the deterministic terms at grid positions of a panel's series."""
        if not self._deterministic[:, 1].any():
            return np.zeros(len(positions))
        fitted = self._fitted_panel()
        shift = (
            0
            if panel.calendar == fitted.calendar
            else fitted.calendar.positions(panel.calendar.stamps(np.array([0])))[0]
        )
        return positions + shift - self._time_origin[index]

    def _innovations(self, panel: Panel, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One-step errors and their variance."""
        errors = np.empty(len(panel.values))
        for batch in panel.batches():
            places, inside = panel.padded_places(None, batch)
            y = np.where(inside, panel.values[np.where(inside, places, 0)], np.nan)
            terms = self._deterministic[index[batch]]
            times = self._times(panel, index[batch], panel.ends[batch])[:, None] + np.arange(-y.shape[1], 0)
            drift = terms[:, :1] + terms[:, 1:] * times
            errors[places[inside]] = innovations(y, self._polynomial[index[batch]], drift)[inside]
        # values that differencing or the order takes are conditioned on, also where the coefficients happen to be zero
        lead = np.arange(len(errors)) - panel.offsets[panel.series_index] < self._conditioned(index)[panel.series_index]
        errors[lead] = np.nan
        return errors, self._variances[index, 0]

    def _conditioned(self, index: np.ndarray) -> np.ndarray:
        """How many first values the likelihood of each series conditions on; shape (n_series,)."""
        return np.full(len(index), self._polynomial.shape[1])

    def _state(self) -> dict[str, np.ndarray]:
        """Fitted arrays."""
        return {
            "polynomial": self._polynomial,
            "deterministic": self._deterministic,
            "variances": self._variances,
            "time_origin": self._time_origin,
        }

    def _restore(self, state: dict[str, np.ndarray]) -> None:
        """Take back the fitted arrays."""
        self._polynomial = state["polynomial"]
        self._deterministic = state["deterministic"]
        self._variances = state["variances"]
        self._time_origin = state["time_origin"]
