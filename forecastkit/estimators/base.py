"""What every forecaster shares: pandas in, a forecast law inside, pandas out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator

from ..autoregression import ForecastLaw
from ..checks import check_horizon
from ..errors import InvalidFrameError, NotFittedError, NotSupportedError
from ..frames import Covariates, Panel, as_covariates, as_panel, continued, known_values
from .forecast import Forecast
from .matching import series_numbers
from .parameters import RandomState
from .path_law import PathDensityMixin
from .predict import Covariate, PredictMixin, Target
from .scenario import scenario_law
from .score import ScoreMixin
from .stored_state import check_state


class BaseForecaster(PredictMixin, ScoreMixin, PathDensityMixin, BaseEstimator):
    """Base of every forecaster: subclasses fit arrays and return forecast laws.

    A subclass implements ``check_parameters``, ``_fit``, ``_forecast``, ``_one_step``, ``_log_density``, ``_state`` and
    ``_restore``.

    Attributes
    ----------
    panel_ : Panel
        The data given to `fit` and `update`.
    """

    uses_covariates: ClassVar[bool] = False
    uses_categories: ClassVar[bool] = False
    _only_for_training: ClassVar[tuple[str, ...]] = ()  # parameters that a fitted model can do without
    _kept_apart: ClassVar[tuple[str, ...]] = ()  # parameters that a file holds among the fitted arrays
    _takes_empty: ClassVar[bool] = False  # series without an observed value
    _state_width: ClassVar[int | None] = None  # number of past values a forecast looks at, where it is no parameter
    panel_: Panel
    _X: Covariates | None = None

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a parameter outside its range; `fit` calls it first."""

    def _check_loaded(self) -> None:
        """Raise for a parameter that no fitted model has; what only training asks for need not be there."""
        self.check_parameters()

    def fit(self, y: Target, X: Covariate | None = None) -> Self:
        """Estimate the model's parameters.

        Parameters
        ----------
        y : Series, DataFrame or Panel
            One or many series: a Series, or a wide, a long (``unique_id, ds, y``) or a ``(unique_id, ds)`` frame.
        X : DataFrame, default=None
            Covariates, for models that use them; rows beyond the end of ``y`` are kept for forecasts.

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
        if X is not None and not self.uses_covariates:
            raise NotSupportedError(f"{type(self).__name__} does not use covariates: call it without X")
        covariates = None if X is None else as_covariates(X, panel)
        self._check_categories(covariates)
        self._fit(panel, covariates)
        self.panel_, self._X = panel, covariates
        return self

    def update(self, y_new: Target, X_new: Covariate | None = None) -> Self:
        """Take in new observations and estimate again, as `fit` on all data would.

        Parameters
        ----------
        y_new : Series, DataFrame or Panel
            Observations that follow the end of the series, in the layout of the training data; some series may have
            none. Steps left out become missing values.
        X_new : DataFrame, default=None
            Covariates of these steps, for models that were fitted with them.

        Returns
        -------
        self

        Raises
        ------
        InvalidFrameError
            The new observations do not follow the old ones, or belong to series that were not fitted.
        """
        panel = continued(self._fitted_panel(), y_new)
        covariates = self._covariates(X_new, panel)
        self._update(panel, covariates)
        self.panel_, self._X = panel, covariates
        return self

    @property
    def refitted_(self) -> bool:
        """Whether `update` estimates the parameters again."""
        self._fitted_panel()
        return True

    def save(self, path: str | Path) -> None:
        """Write the fitted forecaster to one ``.safetensors`` file, which `forecastkit.load` returns.

        Parameters that only training reads are not kept where they have no JSON form, such as callbacks.

        Parameters
        ----------
        path : str or Path
            Where to write; an existing file is replaced once the new one is complete.
        """
        from .persistence import save_estimator

        save_estimator(self, self._fitted_panel(), path)

    def forecast_distribution(self, horizon: int, y: Panel | None = None, X: Covariates | None = None) -> Forecast:
        """Forecast law as arrays, for code that needs no DataFrame such as the backtest.

        Parameters
        ----------
        horizon : int
            Number of steps, 1 or more.
        y, X
            As for `predict`, as a Panel and Covariates.

        Returns
        -------
        Forecast
            With ``point``, ``quantile(probabilities)`` and ``sample(n_samples, generators)``; series in panel order.
        """
        return self._forecast_from(horizon, X, y)[1]

    def _forecast_from(
        self, horizon: int, X: Any, y: Any, known: Any = None, random_state: RandomState = None
    ) -> tuple[Panel, Forecast]:
        """Check the request and forecast from the training data or from ``y``."""
        horizon = check_horizon(horizon)
        panel = self._fitted_panel() if y is None else as_panel(y)
        index = self._numbers(panel)
        decided = None if known is None else known_values(known, panel, horizon)
        law = self._forecast(panel, index, horizon, self._covariates(X, panel), random_state)
        if decided is None or np.isnan(decided).all():
            return panel, law
        if not isinstance(law, ForecastLaw):
            raise NotSupportedError(f"{type(self).__name__} does not take known= future values; ARForecaster does")
        return panel, scenario_law(law, decided, panel)

    def _scored(self, y: Any, X: Any) -> tuple[Panel, np.ndarray, Covariates | None]:
        """Panel that is scored, the fitted numbers of its series and its covariates."""
        panel = self._fitted_panel() if y is None else as_panel(y)
        return panel, self._numbers(panel), self._covariates(X, panel)

    def _fitted_panel(self) -> Panel:
        """Training data, or NotFittedError."""
        if not hasattr(self, "panel_"):
            raise NotFittedError(f"this {type(self).__name__} is not fitted yet: call fit(y) first")
        return self.panel_

    def _numbers(self, panel: Panel) -> np.ndarray:
        """Fitted number of every series of a panel."""
        return series_numbers(panel, self._fitted_panel())

    def _covariates(self, X: Covariate | None, panel: Panel) -> Covariates | None:
        """Covariates of the fit on the panel's grid, with the given rows before or instead of those of the fit."""
        if X is not None and not self.uses_covariates:
            raise NotSupportedError(f"{type(self).__name__} does not use covariates: call it without X")
        if X is not None and self._X is None:
            raise NotSupportedError(
                f"this {type(self).__name__} was fitted without covariates: fit it with fit(y, X), or leave out X"
            )
        if self._X is None:
            return None
        own = self._X.for_panel(panel)
        if X is None:
            return own
        given = as_covariates(X, panel, names=self._X.names)
        self._check_categories(given)
        return own.joined(given)

    def _check_categories(self, X: Covariates | None) -> None:
        """Refuse text where only numbers can be used."""
        if X is not None and X.categories and not self.uses_categories:
            name = next(iter(X.categories))
            raise InvalidFrameError(
                f"The column {name!r} of X is not numeric: it is text, which {type(self).__name__} cannot use. Make it "
                f"numbers with pd.to_numeric, or columns of 0 and 1 with pd.get_dummies(X, columns=[{name!r}]), or use "
                "ConditionalNARForecaster, which takes categories."
            )

    def _fit(self, panel: Panel, X: Covariates | None) -> None:
        """Estimate from a checked panel."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _fit")

    def _update(self, panel: Panel, X: Covariates | None) -> None:
        """Estimate again from the training data with new observations at its end."""
        self._fit(panel, X)

    def _forecast(
        self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None, random_state: RandomState = None
    ) -> Forecast:
        """Forecast from a panel whose series have the fitted numbers ``index``; the seed is of sampled quantiles."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _forecast")

    def _return(self, panel: Panel, X: Covariates | None, state: dict[str, np.ndarray]) -> None:
        """Become the estimator whose data and fitted arrays a file holds."""
        check_state(state, panel.n_series, width=self._state_width)
        self._restore(panel, state)
        self.panel_, self._X = panel, X

    def _state(self) -> dict[str, np.ndarray]:
        """Fitted arrays, for `save`."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _state")

    def _restore(self, panel: Panel, state: dict[str, np.ndarray]) -> None:
        """Take back what `_state` gave."""
        raise NotSupportedError(f"{type(self).__name__} does not implement _restore")
