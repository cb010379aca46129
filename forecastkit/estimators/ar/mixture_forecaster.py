"""A forecaster by one autoregression or a mixture of several."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...autoregression import MixtureForecast
from ...frames import Covariates, Panel
from ..density import log_density, log_likelihoods
from ..forecast import Forecast
from ..linear import LinearForecaster, one_step_law
from ..matching import unseen_numbers
from ..panel_process import PanelProcess
from ..parameters import RandomState
from .direct_law import direct_law
from .member import ARMember, HeaviestMember
from .mixture import mixture_log_density, mixture_one_step
from .pooling import rescaled
from .suitability import naive_where_short


class MixtureForecaster(LinearForecaster):
    """Laws of fitted members and their weights, which a subclass sets by `_keep`."""

    on_error: str
    pooling: str
    _members: list[ARMember]
    _weights: np.ndarray
    _unfit: np.ndarray
    _which: np.ndarray
    _heaviest: HeaviestMember

    def _keep(self, members: list[ARMember], weights: np.ndarray) -> None:
        """Keep fitted members; a series that suits none has the random walk of the first."""
        self._members = members
        self._unfit = weights.sum(axis=1) == 0
        weights[self._unfit, 0] = 1.0
        self._weights = weights
        self._which = weights.argmax(axis=1)
        self._heaviest = HeaviestMember.of(members, self._which)

    def _numbers(self, panel: Panel) -> np.ndarray:
        """Fitted number of every series; -1 for one that a global model was not fitted to."""
        if self.pooling == "local":
            return super()._numbers(panel)
        return unseen_numbers(panel, self._fitted_panel())

    def _parts(
        self, panel: Panel, index: np.ndarray, X: Covariates | None, *, any_length: bool = False
    ) -> list[PanelProcess]:
        """Every member's processes on the series of a panel; of any length if nothing is forecast from them."""
        parts = []
        for member in self._members:
            part = replace(
                self._on(member.process, panel, index, X),
                stationary_start=member.variant.exact,
                scale=member.scale[index],
            )
            parts.append(rescaled(part, index < 0, member) if (index < 0).any() else part)
        return naive_where_short(parts) if self.on_error == "naive" and not any_length else parts

    def _forecast(
        self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None, random_state: RandomState = None
    ) -> Forecast:
        """Law of the next steps: of the one member, or the mixture of all."""
        laws = []
        for member, part in zip(self._members, self._parts(panel, index, X), strict=True):
            if member.direct is None:
                widened = replace(part.process, sigma2=part.process.sigma2 * member.spread[index])
                laws.append(replace(part, process=widened).forecast(horizon))
            else:
                naive = self._unfit[index] & (index >= 0)
                if self.on_error == "naive":
                    naive |= panel.lengths < member.direct.map.shape[2]
                laws.append(direct_law(member.direct, part, index, horizon, naive))
        return laws[0] if len(laws) == 1 else MixtureForecast(laws, self._weights[index])

    def _one_step(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> Forecast:
        """Law of every value given those before it."""
        parts = self._parts(panel, index, X)
        return one_step_law(parts[0]) if len(parts) == 1 else mixture_one_step(parts, self._weights[index])

    def _total_log_density(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> np.ndarray:
        """Log-likelihood of every series."""
        parts = self._parts(panel, index, X)
        return log_likelihoods(parts[0]) if len(parts) == 1 else super()._total_log_density(panel, index, X)

    def _log_density(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> np.ndarray:
        """Log density of every value given those before it."""
        parts = self._parts(panel, index, X)
        return log_density(parts[0]) if len(parts) == 1 else mixture_log_density(parts, self._weights[index])
