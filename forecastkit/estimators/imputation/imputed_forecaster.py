"""A forecaster behind an imputer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import clone

from ...errors import InvalidParameterError
from ...frames import Covariates, Panel
from ..base import BaseForecaster
from ..forecast import Forecast
from ..parameters import RandomState
from ..path_law import PathLaw
from .base import BaseImputer

_IMPUTER, _FORECASTER = "imputer.", "forecaster."


class ImputedForecaster(BaseForecaster):
    """Fill the gaps of the series, then forecast: two models in a row with the methods of a forecaster.

    Both learn from the data given to `fit` alone. A history given to `predict` is filled by the fitted imputer first.

    Parameters
    ----------
    imputer : BaseImputer, default=None
        Fills what is missing inside the series, such as ``GaussianImputer()``. Its copy is fitted.
    forecaster : BaseForecaster, default=None
        Forecasts the filled series, such as ``ARForecaster()``. Its copy is fitted.

    Attributes
    ----------
    imputer_ : BaseImputer
        Fitted on the series with their gaps.
    forecaster_ : BaseForecaster
        Fitted on the filled series.
    panel_ : Panel
        The data given to `fit`, gaps included.

    Raises
    ------
    InvalidParameterError
        By `fit`: one of the two is missing or no such model.

    Notes
    -----
    Filled values count as observed ones: intervals do not know that they are estimates. `ARForecaster` takes missing
    values itself, exactly, and only lacks what the other series say about them. `update` fits both again.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from forecastkit import ARForecaster, GaussianImputer
    >>> waves = np.sin(np.arange(120)[:, None] / 4 + np.arange(3))
    >>> y = pd.DataFrame(waves, index=pd.date_range("2024-01-01", periods=120), columns=list("abc"))
    >>> y.iloc[100:110, 0] = np.nan
    >>> model = ImputedForecaster(imputer=GaussianImputer(), forecaster=ARForecaster(order=2)).fit(y)
    >>> model.predict(1).round(1).iloc[0].tolist()
    [-1.0, -0.4, 0.6]
    """

    imputer_: BaseImputer
    forecaster_: BaseForecaster

    def __init__(self, *, imputer: Any = None, forecaster: Any = None) -> None:
        self.imputer = imputer
        self.forecaster = forecaster

    def check_parameters(self) -> None:
        """Raise InvalidParameterError unless both models are there."""
        if not isinstance(self.imputer, BaseImputer):
            raise InvalidParameterError(f"'imputer' must be an imputer such as GaussianImputer(), got {self.imputer!r}")
        if not isinstance(self.forecaster, BaseForecaster):
            raise InvalidParameterError(
                f"'forecaster' must be a forecaster such as ARForecaster(), got {self.forecaster!r}"
            )
        self.imputer.check_parameters()
        self.forecaster.check_parameters()

    @property
    def uses_covariates(self) -> bool:  # type: ignore[override]
        """Whether the forecaster takes covariates."""
        return self.forecaster.uses_covariates

    @property
    def uses_categories(self) -> bool:  # type: ignore[override]
        """Whether the forecaster takes covariates that are text."""
        return self.forecaster.uses_categories

    def _fit(self, panel: Panel, X: Covariates | None) -> None:
        """Fit the imputer to the series, the forecaster to what it makes of them."""
        imputer, forecaster = self._parts()
        imputer.fit(panel)
        self.forecaster_ = forecaster.fit(_filled(imputer, panel), X)
        self.imputer_ = imputer

    def _parts(self) -> tuple[BaseImputer, BaseForecaster]:
        """Copy both models, not fitted."""
        imputer: Any = clone(self.imputer)
        forecaster: Any = clone(self.forecaster)
        return imputer, forecaster

    def _forecast(
        self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None, random_state: RandomState = None
    ) -> Forecast:
        """Forecast from the filled history."""
        return self.forecaster_._forecast(_filled(self.imputer_, panel), index, horizon, X, random_state)

    def _path_law(self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None) -> PathLaw:
        """Joint law of the next steps of the filled series."""
        return self.forecaster_._path_law(_filled(self.imputer_, panel), index, horizon, X)

    def _one_step(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> Forecast:
        """One-step law of the filled series."""
        return self.forecaster_._one_step(_filled(self.imputer_, panel), index, X)

    def _log_density(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> np.ndarray:
        """Log density of every observed value given the filled ones before it."""
        density = self.forecaster_._log_density(_filled(self.imputer_, panel), index, X)
        return np.where(panel.observed, density, np.nan)

    def _state(self) -> dict[str, np.ndarray]:
        """Fitted arrays of both models."""
        parts = {_IMPUTER: self.imputer_._state(), _FORECASTER: self.forecaster_._state()}
        return {prefix + name: array for prefix, arrays in parts.items() for name, array in arrays.items()}

    def _return(self, panel: Panel, X: Covariates | None, state: dict[str, np.ndarray]) -> None:
        """Become the pair whose data and fitted arrays a file holds."""
        parts: dict[str, dict[str, np.ndarray]] = {_IMPUTER: {}, _FORECASTER: {}}
        for name, array in state.items():
            prefix, _, rest = name.partition(".")
            parts[f"{prefix}."][rest] = array
        self.imputer_, self.forecaster_ = self._parts()
        self.imputer_._return(panel.whole(), None, parts[_IMPUTER])
        if hasattr(self.imputer, "graph"):  # `update` fits a copy of it again
            self.imputer.graph = self.imputer_.graph_
        self.forecaster_._return(_filled(self.imputer_, panel), X, parts[_FORECASTER])
        self.panel_, self._X = panel, X


def _filled(imputer: BaseImputer, panel: Panel) -> Panel:
    """Panel whose gaps an imputer filled, from the first value of each series to its end."""
    if panel.observed.all():
        return panel
    whole = imputer.filled(panel)
    places = panel.positions - whole.starts[0] + panel.series_index * whole.lengths[0]
    return replace(panel, values=whole.values[places])
