"""Forecasters that know the joint density of what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...autoregression import GaussianLaw, MixtureForecast, TransformedForecast
from ...checks import check_horizon
from ...errors import NotSupportedError
from ...frames import Covariates, Panel, as_panel
from .law import PathLaw
from .linear import LinearPathLaw
from .mixture import MixturePathLaw

if TYPE_CHECKING:
    import pandas as pd

    from ..forecast import Forecast
    from ..predict import Covariate, Target


class PathDensityMixin:
    """Joint law of the next steps, to draw from and to score paths with."""

    _X: Covariates | None

    def path_law(self, horizon: int, y: Target | None = None, X: Covariate | None = None) -> PathLaw:
        """Joint law of the next steps as arrays: draws, and the density of every step given the steps before it.

        p(x_{1:T} | past) = Π_t p(x_t | x_{<t}, past).

        Parameters
        ----------
        horizon : int
            Number of steps T, 1 or more.
        y, X
            As for `predict`.

        Returns
        -------
        PathLaw
            With ``draw(n_samples, generators)``, ``log_density(paths)`` for paths of shape (n_samples, n_series,
            horizon) and ``steps(paths)``; series in panel order, in the data's unit.

        Raises
        ------
        NotSupportedError
            The forecasts have no density: they come from samples or from quantiles.

        Notes
        -----
        It is the law that `sample` draws from. Autoregressions: O(horizon³) a series and O(horizon²) a path; a network:
        a rollout.

        Examples
        --------
        >>> import numpy as np, pandas as pd
        >>> from forecastkit import NaiveForecaster
        >>> law = NaiveForecaster().fit(pd.Series([0.0, 1.0, 0.0, 1.0])).path_law(horizon=2)
        >>> law.log_density(np.array([[[1.0, 2.0]]])).round(3)
        array([[[-0.919, -1.419]]])
        """
        horizon = check_horizon(horizon)
        panel = self._fitted_panel() if y is None else as_panel(y)
        return self._path_law(panel, self._numbers(panel), horizon, self._covariates(X, panel))

    @property
    def covariate_names_(self) -> tuple[object, ...]:
        """Names of the covariates that the model was fitted with."""
        self._fitted_panel()
        return () if self._X is None else self._X.names

    def _path_law(self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None) -> PathLaw:
        """Joint law of the next steps of a panel whose series have the fitted numbers ``index``."""
        return path_law_of(self._forecast(panel, index, horizon, X), panel.ids, type(self).__name__)

    def _fitted_panel(self) -> Panel:
        """Training data."""
        raise NotImplementedError

    def _numbers(self, panel: Panel) -> np.ndarray:
        """Fitted number of every series of a panel."""
        raise NotImplementedError

    def _covariates(self, X: Any, panel: Panel) -> Covariates | None:
        """Covariates on the panel's grid."""
        raise NotImplementedError

    def _forecast(self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None) -> Forecast:
        """Law of the next steps."""
        raise NotImplementedError


def path_law_of(law: Forecast, ids: pd.Index, name: str) -> PathLaw:
    """Path law of a forecast law that is Gaussian, or a mixture of Gaussians, behind power transforms.

    Parameters
    ----------
    law : Forecast
        Of the next steps.
    ids : pandas.Index
        Names of the series.
    name : str
        Of the forecaster, for the error.

    Returns
    -------
    PathLaw

    Raises
    ------
    NotSupportedError
        It is another law.
    """
    if isinstance(law, MixtureForecast):
        return MixturePathLaw(law, ids)
    if isinstance(law, GaussianLaw | TransformedForecast):
        return LinearPathLaw.of(law, ids)
    raise NotSupportedError(
        f"{name} has no joint density of the next steps: autoregressions, networks, naive and drift forecasts have one"
    )
