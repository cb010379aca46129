"""The linear-Gaussian imputer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ...checks import check_choice, check_integer
from ...errors import InvalidParameterError, NotSupportedError
from ...frames import Panel
from ...frames.sensor_graph import SensorGraph
from ...gaussian.space_time import (
    CombinedModel,
    FilterState,
    SpaceTimeModel,
    StateSpaceModel,
    fit_combined,
    fit_space_time,
    fit_state_space,
)
from .base import BaseImputer
from .places import plane_coordinates
from .season import check_season, season_periods
from .sensors import by_time

_POWERS = {None: 1.0, "sqrt": 0.5, "log": 0.0}


class GaussianImputer(BaseImputer):
    """Fill gaps by the conditional law of a Gaussian process over sensors and time, exactly.

    With z(t, v) = (f(y) - s(t)) / d the sensors after a variance-stabilising transform f, a seasonal mean s and a
    deviation d, missing values u and observed ones k of a window of ``context_length`` steps have the law
    N(S_uk S_kk⁻¹ z_k, S_uu - S_uk S_kk⁻¹ S_ku). S, the covariance of all sensors at all lags of the window, is
    block-Toeplitz and estimated from gappy data by an EM-type iteration.

    Parameters
    ----------
    graph : DataFrame, networkx graph or None, default=None
        Who informs whom: edges (``source``, ``target``, ``weight``), a square table, coordinates (``latitude``,
        ``longitude``). The window form uses it for sensors that have no values of their own; the state-space form
        lets a sensor read the past of its neighbours only. None: correlations alone.
    context_length : int or "auto", default="auto"
        Steps of a window, odd, 3 or more; ``"auto"`` chooses on values hidden from the training data. For the
        state-space form the number of lags and one more.
    power_transform : {"auto", "sqrt", "log"} or None, default="auto"
        f, of sensors without negative values; ``"auto"`` chooses between None and ``"sqrt"``.
    season : "auto", None, float or sequence of float, default="auto"
        Lengths in steps of the seasons of s; ``"auto"`` for the day, the week and the year as far as the data span
        them.
    form : {"combined", "window", "state_space"}, default="combined"
        ``"window"``: S as above; beyond some 24 sensors each value is conditioned on the pairs of sensor and lag that
        tell most about it, so that the cost grows linearly with the sensors. ``"state_space"``: a vector
        autoregression over the graph, z_t = Σ_l A_l z_{t-l} + ε_t, whose window is the whole series; it has a
        likelihood and an online form, for up to some 400 sensors. ``"combined"``: the average of the two, with weights
        by length of the gap that suit values hidden from both; beyond some 400 sensors the windows alone.

    Attributes
    ----------
    model_ : CombinedModel, SpaceTimeModel or StateSpaceModel
        What was fitted, as arrays and functions of arrays.
    graph_ : SensorGraph or None
        The graph as given.
    feature_names_in_ : ndarray of shape (n_sensors,)
        Names of the sensors.
    n_features_in_ : int
        Number of sensors.

    Raises
    ------
    InvalidParameterError, InvalidFrameError
        By `fit`: a parameter is outside its range, or the data or the graph break their contract.

    Notes
    -----
    The point is the conditional median. Where straight lines between the neighbouring values did as well on hidden
    values, the estimate is a mixture with them, by length of the gap. Intervals have the width, and the tails, that
    cover hidden values. A sensor without any value is estimated from the others, weighted by the graph.

    Fitting costs O(iterations · n · m³) for n steps of windows with m values, or with m the pairs of one sensor and n
    the number of values.

    References
    ----------
    .. [1] J. Haslett and A. E. Raftery (1989), Space-time modelling with long-memory dependence, Applied Statistics 38.
    .. [2] A. P. Dempster, N. M. Laird and D. B. Rubin (1977), Maximum likelihood from incomplete data via the EM
       algorithm, Journal of the Royal Statistical Society B 39, section 4.1.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> waves = np.sin(np.arange(200)[:, None] / 5 + np.arange(4) / 3)
    >>> X = pd.DataFrame(waves, index=pd.date_range("2024-01-01", periods=200), columns=list("abcd"))
    >>> gaps = X.mask(np.random.default_rng(0).random(X.shape) < 0.2)
    >>> filled = GaussianImputer().fit_transform(gaps)
    >>> bool((filled - X).abs().max().max() < 0.1)
    True
    """

    model_: CombinedModel | SpaceTimeModel | StateSpaceModel

    def __init__(
        self,
        *,
        graph: Any = None,
        context_length: int | Literal["auto"] = "auto",
        power_transform: Literal["auto", "sqrt", "log"] | None = "auto",
        season: Any = "auto",
        form: Literal["combined", "window", "state_space"] = "combined",
    ) -> None:
        self.graph = graph
        self.context_length = context_length
        self.power_transform = power_transform
        self.season = season
        self.form = form

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a parameter outside its range."""
        check_choice(self.form, "form", ("combined", "window", "state_space"))
        if self.power_transform is not None:
            check_choice(self.power_transform, "power_transform", ("auto", "sqrt", "log"))
        check_season(self.season)
        if isinstance(self.context_length, str):
            check_choice(self.context_length, "context_length", ("auto",))
        elif check_integer(self.context_length, "context_length", 2) % 2 == 0 and self.form != "state_space":
            raise InvalidParameterError(
                f"'context_length' must be odd, a step and as many before as after it; got {self.context_length}"
            )

    def _fit(self, panel: Panel, graph: SensorGraph | None) -> None:
        """Fit the chosen form."""
        values, times = by_time(panel), np.arange(panel.starts[0], panel.ends[0])
        auto = isinstance(self.context_length, str)
        common: dict[str, Any] = {
            "periods": season_periods(self.season, panel.calendar),
            "adjacency": None if graph is None else graph.weights,
            "coordinates": plane_coordinates(graph),
            "power": "auto" if self.power_transform == "auto" else _POWERS[self.power_transform],
        }
        self._state_now: FilterState | None = None
        if self.form != "state_space":
            fit = fit_combined if self.form == "combined" else fit_space_time
            self.model_ = fit(values, times, context_length=self.context_length, **common)
        else:
            self.model_ = fit_state_space(
                values, times, order="auto" if auto else int(self.context_length) - 1, **common
            )
            self._state_now = self.model_.state(values, times)

    def _fill(self, values: np.ndarray, times: np.ndarray) -> None:
        """Fill the gaps by conditional medians."""
        self.model_.fill(values, times, out=values)

    def _completion(self, values: np.ndarray, times: np.ndarray) -> GaussianCompletion:
        """Conditional law of the gaps."""
        return GaussianCompletion(self.model_, values, times)

    def _advance(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Fill rows from the filtered state."""
        model = self._with_state("update")
        assert self._state_now is not None  # there is one with this form
        self._state_now, filled = model.advance(self._state_now, values, times)
        return filled

    def _log_likelihood(self, values: np.ndarray, times: np.ndarray) -> float:
        """Log density of the observed values."""
        return self._with_state("log_likelihood").log_likelihood(values, times)

    def _with_state(self, method: str) -> StateSpaceModel:
        """Return the state-space model, or raise NotSupportedError."""
        if not isinstance(self.model_, StateSpaceModel):
            raise NotSupportedError(
                f"GaussianImputer(form={self.form!r}) has no {method}: its windows overlap; use form='state_space'"
            )
        return self.model_

    def _model_state(self) -> dict[str, np.ndarray]:
        """Arrays of the model and of the carried state."""
        return self.model_.arrays() | ({} if self._state_now is None else self._state_now.arrays())

    def _restore(self, panel: Panel, state: dict[str, np.ndarray]) -> None:
        """Take back what `_model_state` gave."""
        online = self.form == "state_space"
        windows = CombinedModel if "process" in state else SpaceTimeModel
        self.model_ = (StateSpaceModel if online else windows).from_arrays(state)
        self._state_now = FilterState.from_arrays(state) if online else None


@dataclass(frozen=True)
class GaussianCompletion:
    """Law of the gaps of a table under a linear-Gaussian model.

    Parameters
    ----------
    model : CombinedModel, SpaceTimeModel or StateSpaceModel
    values : ndarray, shape (n_rows, n_sensors)
        NaN where missing.
    times : ndarray of int, shape (n_rows,)
    """

    model: CombinedModel | SpaceTimeModel | StateSpaceModel
    values: np.ndarray
    times: np.ndarray

    @property
    def point(self) -> np.ndarray:
        """Conditional medians in the gaps."""
        return self.model.fill(self.values, self.times)

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles in the gaps."""
        law, missing = self.model.conditional(self.values, self.times), np.isnan(self.values)
        tables = (self.model.quantile(law, self.times, float(each)) for each in probabilities)
        return np.stack([np.where(missing, table, self.values) for table in tables])

    def sample(self, n_samples: int, generator: np.random.Generator) -> np.ndarray:
        """Joint draws of the gaps."""
        return self.model.sample(self.values, self.times, n_samples, generator)
