"""Forecasters whose one-step forecast is linear in past values: naive, drift and AR."""

from __future__ import annotations

import numpy as np

from ..autoregression import GaussianForecast, LinearProcess, TransformedForecast
from ..frames import Covariates, Panel
from .base import BaseForecaster
from .density import log_density
from .forecast import Forecast
from .panel_process import PanelProcess
from .parameters import RandomState


class LinearForecaster(BaseForecaster):
    """Forecaster by one linear process a series, which a subclass sets by `_set_model`."""

    _process: LinearProcess

    def _set_model(
        self,
        panel: Panel,
        polynomial: np.ndarray,
        sigma2: np.ndarray,
        constant: np.ndarray | None = None,
        slope_variance: np.ndarray | None = None,
    ) -> None:
        """Keep a process without covariates, transform or trend.

        Parameters
        ----------
        panel : Panel
            Training data.
        polynomial : ndarray, shape (n_series, p)
            φ on the undifferenced lags.
        sigma2, slope_variance : ndarray, shape (n_series,)
            Variance of the innovations and of the slope.
        constant : ndarray, shape (n_series,), default=None
            c.
        """
        n = panel.n_series
        zero = np.zeros(n)
        self._process = LinearProcess(
            polynomial=polynomial,
            deterministic=np.column_stack([zero if constant is None else constant, zero]),
            sigma2=sigma2,
            time_origin=panel.starts - 1,
            conditioned=np.full(n, polynomial.shape[1]),
            effects=np.empty((n, 0)),
            power=np.ones(n),
            slope_variance=zero if slope_variance is None else slope_variance,
        )

    def _on(self, process: LinearProcess, panel: Panel, index: np.ndarray, X: Covariates | None) -> PanelProcess:
        """Put the processes of the fitted series ``index`` on the series of a panel."""
        return PanelProcess(process.select(index), panel, self._shift(panel), X)

    def _shift(self, panel: Panel) -> int:
        """Position of a panel's calendar origin in the calendar of the training data."""
        fitted = getattr(self, "panel_", panel)
        if panel.calendar == fitted.calendar:
            return 0
        return int(fitted.calendar.positions(panel.calendar.stamps(np.array([0])))[0])

    def _forecast(
        self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None, random_state: RandomState = None
    ) -> Forecast:
        """Exact law of the next steps."""
        return self._on(self._process, panel, index, X).forecast(horizon, self._history(panel, index))

    def _history(self, panel: Panel, index: np.ndarray) -> np.ndarray | None:
        """Values that the forecast is computed from, oldest first; None for the last ones."""
        return None

    def _one_step(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> Forecast:
        """Law of every value given those before it."""
        return one_step_law(self._on(self._process, panel, index, X))

    def _log_density(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> np.ndarray:
        """Log density of every value given those before it."""
        return log_density(self._on(self._process, panel, index, X))

    def _state(self) -> dict[str, np.ndarray]:
        """Fitted arrays."""
        return self._process.state("process")

    def _restore(self, panel: Panel, state: dict[str, np.ndarray]) -> None:
        """Take back the fitted arrays."""
        self._process = LinearProcess.restored(state, "process")


def one_step_law(on: PanelProcess) -> GaussianForecast | TransformedForecast:
    """Law of every value of a panel given those before it: a batch of n_values with horizon 1."""
    errors, variances = on.errors()
    mean = (on.transformed.values - errors)[:, None]
    law = GaussianForecast(mean, np.ones_like(mean), variances)
    power = np.repeat(on.process.power, on.panel.lengths)
    return law if (power == 1).all() else TransformedForecast(law, power)
