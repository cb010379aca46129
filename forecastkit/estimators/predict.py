"""What a forecaster says about the future, as DataFrames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from ..checks import check_horizon
from ..frames import Covariates, Panel, columns_frame, point_frame, sample_frame
from .forecast import Forecast, interval_columns, quantile_columns
from .parameters import RandomState, check_levels, check_quantiles, series_generators

Target = pd.Series | pd.DataFrame | Panel
Covariate = pd.DataFrame | Covariates


class PredictMixin:
    """Point forecasts, intervals, quantiles and paths from the forecast law that `_forecast_from` returns."""

    def _forecast_from(
        self, horizon: int, X: Any, y: Any, known: Any = None, random_state: RandomState = None
    ) -> tuple[Panel, Forecast]:
        """Panel that is forecast, and the law of its next steps."""
        raise NotImplementedError

    def predict(
        self, horizon: int, X: Covariate | None = None, y: Target | None = None, *, known: Target | None = None
    ) -> Any:
        """Forecast the next ``horizon`` steps of every series.

        Parameters
        ----------
        horizon : int
            Number of steps, 1 or more.
        X : DataFrame, default=None
            Covariates of the future, for models that were fitted with them; not needed for rows that the fit had.
        y : Series, DataFrame or Panel, default=None
            Another history to forecast from with the fitted parameters; nothing is estimated again.
        known : Series, DataFrame or Panel, default=None
            Future values that are already decided, in the layout of ``y``: some series, some steps. The forecast is
            then the law of the rest given these.

        Returns
        -------
        Series or DataFrame
            Point forecasts in the layout of ``y``: a Series for a Series, wide for wide, long for long.

        Raises
        ------
        InvalidParameterError
            The horizon is not a whole number of 1 or more.
        """
        panel, forecast = self._forecast_from(horizon, X, y, known)
        return point_frame(panel, forecast.point)

    def predict_interval(
        self,
        horizon: int,
        level: float | Sequence[float] = (80, 95),
        X: Covariate | None = None,
        y: Target | None = None,
        random_state: RandomState = None,
        *,
        known: Target | None = None,
    ) -> pd.DataFrame:
        """Forecast with central prediction intervals.

        Parameters
        ----------
        horizon : int
            Number of steps, 1 or more.
        level : float or sequence of float, default=(80, 95)
            Coverage of each interval in percent, between 0 and 100.
        X, y, known
            As for `predict`.
        random_state : int, default=None
            Seed, for models whose quantiles come from samples; None for the one drawn in `fit`.

        Returns
        -------
        DataFrame
            Columns ``forecast``, ``forecast-lo-80``, ``forecast-hi-80``, ...; for a wide frame a (series, column)
            MultiIndex. The centre equals `predict`.
        """
        levels = check_levels(level)
        panel, forecast = self._forecast_from(horizon, X, y, known, random_state)
        return columns_frame(panel, interval_columns(forecast, levels))

    def predict_quantiles(
        self,
        horizon: int,
        quantiles: float | Sequence[float] = (0.1, 0.5, 0.9),
        X: Covariate | None = None,
        y: Target | None = None,
        random_state: RandomState = None,
        *,
        known: Target | None = None,
    ) -> pd.DataFrame:
        """Forecast quantiles of every step.

        Parameters
        ----------
        horizon : int
            Number of steps, 1 or more.
        quantiles : float or sequence of float, default=(0.1, 0.5, 0.9)
            Probabilities between 0 and 1.
        X, y, random_state, known
            As for `predict_interval`.

        Returns
        -------
        DataFrame
            Columns ``forecast-q-10``, ``forecast-q-50``, ... named in percent.
        """
        probabilities = check_quantiles(quantiles)
        panel, forecast = self._forecast_from(horizon, X, y, known, random_state)
        return columns_frame(panel, quantile_columns(forecast, probabilities))

    def sample(
        self,
        horizon: int,
        n_samples: int = 100,
        X: Covariate | None = None,
        y: Target | None = None,
        random_state: RandomState = None,
        *,
        known: Target | None = None,
    ) -> Any:
        """Draw joint future paths.

        Parameters
        ----------
        horizon : int
            Number of steps, 1 or more.
        n_samples : int, default=100
            Paths of every series, 1 or more.
        X, y, known
            As for `predict`.
        random_state : int, numpy.random.Generator, numpy.random.RandomState or None, default=None
            Seed. A series' paths depend on the seed and its id only, not on the other series.

        Returns
        -------
        Series or DataFrame
            The layout of ``y`` with a ``sample`` column or index level.
        """
        check_horizon(n_samples, "n_samples")
        panel, forecast = self._forecast_from(horizon, X, y, known)
        return sample_frame(panel, forecast.sample(n_samples, series_generators(panel.ids, random_state)))
