"""A forecaster of another maker as one of ours, as far as calibration needs it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import ndtri
from sklearn.base import clone

from ...errors import NotSupportedError
from ...frames import Covariates, Panel, history_frame
from ..base import BaseForecaster
from ..forecast import Forecast
from ..foreign import check_forecaster, foreign_forecast
from ..naive import seasonal_variance
from ..parameters import RandomState

_LEVEL = 68  # percent, of an interval of about a standard deviation on both sides


class ForeignForecaster(BaseForecaster):
    """Anything with ``fit(y)`` and ``predict(horizon)``: its forecasts, and the spread that its intervals state.

    A model without ``predict_interval`` is given the root mean squared seasonal difference of each series as spread,
    the same at all lead times.

    Parameters
    ----------
    model : object
        The forecaster; its copy is fitted.
    """

    def __init__(self, *, model: Any = None) -> None:
        self.model = model

    def check_parameters(self) -> None:
        """Raise InvalidParameterError unless the model has the methods of a forecaster."""
        check_forecaster("forecaster", self.model, needs_history=False)

    @property
    def refitted_(self) -> bool:
        """Whether a new origin takes a new fit, since ``predict`` takes no ``y``."""
        return "y" not in inspect.signature(self.model.predict).parameters

    def _fit(self, panel: Panel, X: Covariates | None) -> None:
        """Fit a copy to a frame in the layout of the data."""
        season = panel.calendar.seasonal_period
        variance = seasonal_variance(panel, season)
        if np.isnan(variance).any():  # no two values a season apart
            variance = np.where(np.isnan(variance), seasonal_variance(panel, 1), variance)
        fitted: Any = clone(self.model, safe=False)
        fitted.fit(history_frame(panel, panel.values.copy()))  # what is not ours may write into it
        self._model, self._deviation = fitted, np.sqrt(np.nan_to_num(variance))

    def _forecast(
        self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None, random_state: RandomState = None
    ) -> Forecast:
        """Point forecasts and spreads."""
        later = panel is not self.panel_
        if later and self.refitted_:
            raise NotSupportedError(
                f"{type(self.model).__name__} cannot forecast from another history without a new fit: its predict has "
                "no parameter y"
            )
        point, bounds = foreign_forecast(self._model, panel, horizon, [_LEVEL], None, later)
        if bounds is None:
            spread = np.broadcast_to(self._deviation[index, None], point.shape)
            return _StatedForecast(point, spread, spread)
        unit = ndtri((100 + _LEVEL) / 200)
        return _StatedForecast(point, (point - bounds[0]) / unit, (bounds[1] - point) / unit)


class _StatedForecast:
    """Two half normal laws that meet at the point forecast; arrays of shape (batch, horizon)."""

    def __init__(self, point: np.ndarray, below: np.ndarray, above: np.ndarray) -> None:
        self.point, self._below, self._above = point, below, above

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles, shape (n_probabilities, batch, horizon)."""
        steps = ndtri(probabilities)[:, None, None]
        return self.point + steps * np.where(steps < 0, self._below, self._above)

    def sample(self, n_samples: int, generators: Sequence[np.random.Generator]) -> np.ndarray:
        """Refuse: the model does not say how its steps depend on each other."""
        raise NotSupportedError("a forecaster of another maker has no joint law to draw paths from")
