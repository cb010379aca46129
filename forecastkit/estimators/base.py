"""What every forecaster shares: pandas in, a forecast distribution inside, pandas out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from ..errors import NotFittedError, NotSupportedError
from ..frames import Covariates, Panel, as_covariates, as_panel, by_series, columns_frame, point_frame, sample_frame
from ..frames import history_frame as in_sample_frame
from .density import log_density, total_log_density
from .forecast import Forecast, interval_columns, quantile_columns
from .matching import series_numbers
from .parameters import RandomState, check_horizon, check_levels, check_quantiles, series_generators

Target = pd.Series | pd.DataFrame | Panel
Covariate = pd.DataFrame | Covariates


class BaseForecaster(BaseEstimator):
    """Base of every forecaster: subclasses fit arrays and return a forecast distribution.

    A subclass implements ``check_parameters``, ``_fit``, ``_forecast``, ``_innovations``, ``_state`` and ``_restore``.

    Attributes
    ----------
    panel_ : Panel
        The data given to `fit`.
    """

    uses_covariates: ClassVar[bool] = False
    panel_: Panel

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a parameter outside its range; `fit` calls it first."""

    def fit(self, y: Target, X: Covariate | None = None) -> Self:
        """Estimate the model's parameters.

        Parameters
        ----------
        y : Series, DataFrame or Panel
            One or many series: a Series, or a wide, a long (``unique_id, ds, y``) or a ``(unique_id, ds)`` frame.
        X : DataFrame, default=None
            Covariates, for models that use them.

        Returns
        -------
        self

        Raises
        ------
        InvalidParameterError
            A parameter of the constructor is outside its range.
        InvalidFrameError
            The data break the data contract; the message says what, where and what to do.
        NotSupportedError
            Covariates were given to a model that does not use them.
        """
        self.check_parameters()
        panel = as_panel(y)
        self._fit(panel, self._covariates(X, panel))
        self.panel_ = panel
        return self

    def predict(self, horizon: int, X: Covariate | None = None, y: Target | None = None) -> Any:
        """Forecast the next ``horizon`` steps of every series.

        Parameters
        ----------
        horizon : int
            Number of steps, 1 or more.
        X : DataFrame, default=None
            Covariates of the future, for models that use them.
        y : Series, DataFrame or Panel, default=None
            Another history to forecast from with the fitted parameters; nothing is estimated again.

        Returns
        -------
        Series or DataFrame
            Point forecasts in the layout of ``y``: a Series for a Series, wide for wide, long for long.

        Raises
        ------
        InvalidParameterError
            The horizon is not a whole number of 1 or more.
        """
        panel, forecast = self._forecast_from(horizon, X, y)
        return point_frame(panel, forecast.mean)

    def predict_interval(
        self,
        horizon: int,
        level: float | Sequence[float] = (80, 95),
        X: Covariate | None = None,
        y: Target | None = None,
        random_state: RandomState = None,
    ) -> pd.DataFrame:
        """Forecast with central prediction intervals.

        Parameters
        ----------
        horizon : int
            Number of steps, 1 or more.
        level : float or sequence of float, default=(80, 95)
            Coverage of each interval in percent, between 0 and 100.
        X, y
            As for `predict`.
        random_state : int, default=None
            Only for models whose quantiles come from samples.

        Returns
        -------
        DataFrame
            Columns ``forecast``, ``forecast-lo-80``, ``forecast-hi-80``, ...; for a wide frame a (series, column)
            MultiIndex. The centre equals `predict`.
        """
        levels = check_levels(level)
        panel, forecast = self._forecast_from(horizon, X, y)
        return columns_frame(panel, interval_columns(forecast, levels))

    def predict_quantiles(
        self,
        horizon: int,
        quantiles: float | Sequence[float] = (0.1, 0.5, 0.9),
        X: Covariate | None = None,
        y: Target | None = None,
        random_state: RandomState = None,
    ) -> pd.DataFrame:
        """Forecast quantiles of every step.

        Parameters
        ----------
        horizon : int
            Number of steps, 1 or more.
        quantiles : float or sequence of float, default=(0.1, 0.5, 0.9)
            Probabilities between 0 and 1.
        X, y, random_state
            As for `predict_interval`.

        Returns
        -------
        DataFrame
            Columns ``forecast-q-10``, ``forecast-q-50``, ... named in percent.
        """
        probabilities = check_quantiles(quantiles)
        panel, forecast = self._forecast_from(horizon, X, y)
        return columns_frame(panel, quantile_columns(forecast, probabilities))

    def sample(
        self,
        horizon: int,
        n_samples: int = 100,
        X: Covariate | None = None,
        y: Target | None = None,
        random_state: RandomState = None,
    ) -> Any:
        """Draw joint future paths.

        Parameters
        ----------
        horizon : int
            Number of steps, 1 or more.
        n_samples : int, default=100
            Paths of every series, 1 or more.
        X, y
            As for `predict`.
        random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
            Seed. A series' paths depend on the seed and its id only, not on the other series.

        Returns
        -------
        Series or DataFrame
            The layout of ``y`` with a ``sample`` column or index level.
        """
        check_horizon(n_samples, "n_samples")
        panel, forecast = self._forecast_from(horizon, X, y)
        return sample_frame(panel, forecast.sample(n_samples, series_generators(panel.ids, random_state)))

    def fitted_values(self) -> Any:
        """One-step forecasts of the training data, NaN where too few values lie before; the layout of ``y``."""
        panel = self._fitted_panel()
        return in_sample_frame(panel, panel.values - self._innovations(panel, np.arange(panel.n_series))[0])

    def score_samples(self, y: Target | None = None, X: Covariate | None = None) -> Any:
        """Log density of every value given the values before it: low where the data surprise the model.

        Parameters
        ----------
        y : Series, DataFrame or Panel, default=None
            Data to score with the fitted parameters; None scores the training data.
        X : DataFrame, default=None
            Covariates, for models that use them.

        Returns
        -------
        Series or DataFrame
            In the layout of ``y``, in nats of the data's own unit; NaN where too few values lie before.
        """
        panel, density = self._log_density(y, X)
        return in_sample_frame(panel, density)

    def log_likelihood(self, y: Target | None = None, X: Covariate | None = None) -> Any:
        """Log-likelihood given the values that the model conditions on; infinite for an exact fit.

        Parameters
        ----------
        y, X
            As for `score_samples`.

        Returns
        -------
        float or Series
            A float for a Series, else a Series by id.
        """
        panel, density = self._log_density(y, X)
        return by_series(panel, total_log_density(panel, density))

    def save(self, path: str | Path) -> None:
        """Write the fitted forecaster to one ``.safetensors`` file, which `forecastkit.load` returns.

        Parameters
        ----------
        path : str or Path
            Where to write; an existing file is replaced once the new one is complete.
        """
        from .persistence import save_forecaster

        save_forecaster(self, self._fitted_panel(), path)

    def forecast_distribution(self, horizon: int, y: Panel | None = None, X: Covariates | None = None) -> Forecast:
        """Forecast distribution as arrays, for code that needs no DataFrame such as the backtest.

        Parameters
        ----------
        horizon : int
            Number of steps, 1 or more.
        y, X
            As for `predict`, as a Panel and Covariates.

        Returns
        -------
        Forecast
            With ``mean``, ``quantile(probabilities)`` and ``sample(n_samples, generators)``; series in panel order.
        """
        return self._forecast_from(horizon, X, y)[1]

    def _forecast_from(self, horizon: int, X: Any, y: Any) -> tuple[Panel, Forecast]:
        """Check the request and forecast from the training data or from ``y``."""
        horizon = check_horizon(horizon)
        panel = self._fitted_panel() if y is None else as_panel(y)
        index = series_numbers(panel, self._fitted_panel())
        return panel, self._forecast(panel, index, horizon, self._covariates(X, panel))

    def _log_density(self, y: Any, X: Any) -> tuple[Panel, np.ndarray]:
        """Panel and the Gaussian log density of each of its values."""
        panel = self._fitted_panel() if y is None else as_panel(y)
        self._covariates(X, panel)
        return panel, log_density(panel, *self._innovations(panel, series_numbers(panel, self._fitted_panel())))

    def _fitted_panel(self) -> Panel:
        """Training data, or NotFittedError."""
        if not hasattr(self, "panel_"):
            raise NotFittedError(f"this {type(self).__name__} is not fitted yet: call fit(y) first")
        return self.panel_

    def _covariates(self, X: Covariate | None, panel: Panel) -> Covariates | None:
        """Covariates on the panel's grid, refused by a model that would ignore them."""
        if X is not None and not self.uses_covariates:
            raise NotSupportedError(f"{type(self).__name__} does not use covariates: call it without X")
        return None if X is None else as_covariates(X, panel)

    def _fit(self, panel: Panel, X: Covariates | None) -> None:
        """Estimate from a checked panel."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _fit")

    def _forecast(self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None) -> Forecast:
        """Forecast from a panel whose series have the fitted numbers ``index``."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _forecast")

    def _innovations(self, panel: Panel, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One-step errors of a panel's values, shape (n_values,), and their variances, shape (n_series,)."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _innovations")

    def _state(self) -> dict[str, np.ndarray]:
        """Fitted arrays, for `save`."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _state")

    def _restore(self, state: dict[str, np.ndarray]) -> None:
        """Take back what `_state` gave."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _restore")
