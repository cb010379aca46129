"""A forecaster with calibrated intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

import numpy as np
from sklearn.base import clone

from ...checks import check_choice, check_integer, check_number
from ...errors import InvalidFrameError, InvalidParameterError
from ...frames import Covariates, Panel
from ..base import BaseForecaster
from ..forecast import Forecast
from ..parameters import RandomState, check_levels
from .adaptive import STEP_SIZES, AdaptiveScores
from .conformal import ConformalScores, needed_scores
from .foreign_forecaster import ForeignForecaster
from .law import CalibratedForecast
from .origins import calibration_steps
from .pooling import check_counts, pooled_scores
from .rolled import continued_scores, rolled_scores

_FORECASTER, _SCORES = "forecaster.", "scores"


class CalibratedForecaster(BaseForecaster):
    """Make the intervals of a forecaster cover what they promise, by the errors of its forecasts from earlier origins.

    An error is scored as s = (y - m) / a above the median m of its forecast and (m - y) / b below it, with a and b the
    spreads that the forecaster stated. The interval for coverage c is [m - b q, m + a q]. For ``"conformal"`` q is the
    ⌈(n + 1) c⌉-th smallest of the n scores of its lead time (split conformal prediction); for ``"adaptive"`` the rate
    1 - c is raised after hits and lowered after misses, series by series, so that coverage holds under drift too.

    Parameters
    ----------
    forecaster : BaseForecaster or object, default=None
        Has to be given, such as ``ARForecaster()``, or anything else with ``fit(y)`` and ``predict(horizon)``: its
        ``predict_interval`` states the spread, else the seasonal differences of the data do; without covariates, paths,
        likelihood and `save`. Its copies are fitted.
    method : {"conformal", "adaptive"}, default="conformal"
        Widths from all scores alike, or following the latest ones.
    horizon : int, default=None
        Steps ahead that are calibrated, 1 or more; has to be given. Forecasts reach no further.
    level : float or sequence of float, default=95
        Coverages in percent that have to be possible. The highest, c, takes c / (1 - c) scores: 19 for 95 %, 99 for
        99 %. A backtest asks for 95 % at least, for its CRPS.
    n_origins : int, default=None
        Origins that are forecast from and scored; None for 7, or as many as give four times the scores that `level`
        takes, if half of the data allow.
    step : int, default=None
        Steps from one origin to the next; None for a season of the calendar (the horizon where it has none), so that
        all origins have the phase of the last, and less where the series are short; 1 when adaptive, no other.
    pooling : {"global", "local"}, default="global"
        Scores of all series together, or of each series alone; adaptive is always local.
    refit : bool, default=None
        Fit at every origin, or only at the first one; None does what the forecaster does in `update`: fit again, or
        only move on (networks). With a single fit the errors are those of older parameters, and intervals on the wide
        side.
    step_size : float or sequence of float, default=None
        γ, by how much an outcome moves the rate of ``"adaptive"``, above 0; None weighs eight from 0.001 to 0.128 by
        how well they did.
    memory : int, default=250
        Latest origins whose scores count for ``"adaptive"``.

    Attributes
    ----------
    forecaster_ : BaseForecaster
        Fitted on all data.
    scores_ : ndarray of shape (n_origins, n_series, horizon)
        The scores; NaN where nothing was forecast or observed.
    lead_times_pooled_ : bool
        Whether the scores of all lead times had to be put together, since those of each one were too few for `level`.
    panel_ : Panel
        The data given to `fit` and `update`.

    Raises
    ------
    InvalidFrameError
        By `fit`: the series are too short to give the scores that `level` takes; the message has the numbers.
    InvalidParameterError
        By a forecast: the horizon or the level is beyond what was calibrated; the message has the numbers.

    Notes
    -----
    All forecasts that are scored are made without the values they are scored on, and the forecaster is then fitted to
    all data. If the scores and the one to come were exchangeable, coverage would be at least the level; scores of a
    time series are only nearly so, more so a season apart than overlapping, and least where lead times are pooled.
    `predict`, `fitted_values`, `score_samples` and `log_likelihood` are the forecaster's own; `sample` moves the values
    of its paths to the calibrated quantiles and keeps their dependence. `update` calibrates ``"conformal"`` anew where
    it fits again, else keeps it; ``"adaptive"`` takes in the new outcomes, of forecasts made before they were known.
    Costs `n_origins` fits and forecasts; O(n p) for all of an AR on few series.

    References
    ----------
    .. [1] J. Lei et al. (2018), Distribution-free predictive inference for regression, section 2.2.
    .. [2] Y. Romano, E. Patterson and E. Candès (2019), Conformalized quantile regression.
    .. [3] I. Gibbs and E. Candès (2021), Adaptive conformal inference under distribution shift.
    .. [4] I. Gibbs and E. Candès (2024), Conformal inference for online prediction with arbitrary distribution shifts.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from forecastkit import NaiveForecaster
    >>> noise = np.random.default_rng(0).standard_t(3, 200)
    >>> y = pd.Series(noise, index=pd.period_range("2005-01", periods=200, freq="M"))
    >>> model = CalibratedForecaster(forecaster=NaiveForecaster(), horizon=3).fit(y)
    >>> model.scores_.shape, model.predict_interval(3, level=80).columns.tolist()
    ((76, 1, 3), ['forecast', 'forecast-lo-80', 'forecast-hi-80'])
    """

    def __init__(
        self,
        *,
        forecaster: Any = None,
        method: Literal["conformal", "adaptive"] = "conformal",
        horizon: int | None = None,
        level: float | Sequence[float] = 95,
        n_origins: int | None = None,
        step: int | None = None,
        pooling: Literal["global", "local"] = "global",
        refit: bool | None = None,
        step_size: float | Sequence[float] | None = None,
        memory: int = 250,
    ) -> None:
        self.forecaster = forecaster
        self.method: Literal["conformal", "adaptive"] = method
        self.horizon = horizon
        self.level = level
        self.n_origins = n_origins
        self.step = step
        self.pooling: Literal["global", "local"] = pooling
        self.refit = refit
        self.step_size = step_size
        self.memory = memory

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a parameter outside its range, or that another one rules out."""
        self._inner.check_parameters()
        check_choice(self.method, "method", ("conformal", "adaptive"))
        check_choice(self.pooling, "pooling", ("global", "local"))
        check_integer(self.horizon, "horizon", 1)
        check_levels(self.level)
        check_integer(self.memory, "memory", 1)
        for name in ("n_origins", "step"):
            if getattr(self, name) is not None:
                check_integer(getattr(self, name), name, 1)
        if self.refit is not None and not isinstance(self.refit, bool | np.bool_):
            raise InvalidParameterError(f"'refit' must be True, False or None, got {self.refit!r}")
        if self.method == "adaptive" and self.step not in (None, 1):
            raise InvalidParameterError(
                f"'step' is {self.step!r}: method='adaptive' takes one outcome after the other, leave it out"
            )
        if min(check_number(each, "step_size", 0) for each in self._step_sizes) == 0:
            raise InvalidParameterError(f"'step_size' must be above 0, got {self.step_size!r}")

    @property
    def uses_covariates(self) -> bool:  # type: ignore[override]
        """Whether the forecaster takes covariates."""
        return self._inner.uses_covariates

    @property
    def uses_categories(self) -> bool:  # type: ignore[override]
        """Whether the forecaster takes covariates that are text."""
        return self._inner.uses_categories

    @property
    def refitted_(self) -> bool:
        """Whether `update` estimates the parameters of the forecaster again."""
        self._fitted_panel()
        return self.forecaster_.refitted_

    @property
    def _inner(self) -> BaseForecaster:
        """Forecaster as one of ours."""
        return (
            self.forecaster if isinstance(self.forecaster, BaseForecaster) else ForeignForecaster(model=self.forecaster)
        )

    @property
    def _step_sizes(self) -> tuple[float, ...]:
        """Step sizes of the adaptive rates."""
        if self.step_size is None:
            return STEP_SIZES
        return tuple(self.step_size) if isinstance(self.step_size, Sequence) else (self.step_size,)

    @property
    def _highest(self) -> float:
        """Highest coverage that has to be possible, as a share."""
        return max(check_levels(self.level)) / 100

    def _fit(self, panel: Panel, X: Covariates | None) -> None:
        """Score forecasts of the past, then fit to all data."""
        horizon, season = check_integer(self.horizon, "horizon", 1), panel.calendar.seasonal_period
        adaptive = self.method == "adaptive"
        pooled = self.pooling == "global" and not adaptive
        needed, step = needed_scores(self._highest), 1 if adaptive else self.step
        steps = calibration_steps(panel.lengths, horizon, needed, season, self.n_origins, step, pooled=pooled)
        if adaptive:
            steps = np.arange(steps[0], 0, -1)
        scores = rolled_scores(self._inner, panel, X, steps, horizon, self.refit)
        widths = self._widths(scores, panel)
        fitted: Any = clone(self._inner)
        self.forecaster_: BaseForecaster = fitted.fit(panel, X)
        self.scores_, self._of_scores = scores, widths

    def _update(self, panel: Panel, X: Covariates | None) -> None:
        """Take in outcomes one by one where the method is adaptive; calibrate again where the forecaster fits again."""
        if self.method == "conformal" and self.refitted_:
            self._fit(panel, X)
            return
        if self.method == "adaptive":
            last = 2 * self.memory + self.scores_.shape[2]
            self.scores_ = continued_scores(self.forecaster_, self.scores_, self.panel_, panel, X)[-last:]
            self._of_scores = self._widths(self.scores_, panel)
        self.forecaster_._update(panel, X)
        self.forecaster_.panel_, self.forecaster_._X = panel, X

    def _widths(self, scores: np.ndarray, panel: Panel) -> ConformalScores | AdaptiveScores:
        """Widths from scores, or InvalidFrameError where there are too few."""
        if self.method == "conformal":
            return pooled_scores(scores, self.pooling, self._highest, panel.ids)
        widths = AdaptiveScores(scores, self._step_sizes, self.memory, needed_scores(self._highest))
        check_counts(widths.counts, self._highest, panel.ids)
        return widths

    @property
    def lead_times_pooled_(self) -> bool:
        """Whether the scores of all lead times are put together."""
        self._fitted_panel()
        return self._of_scores.counts.shape[1] < self.scores_.shape[2]

    def _numbers(self, panel: Panel) -> np.ndarray:
        """Fitted number of every series, -1 for one that only the forecaster can do without having seen."""
        self._fitted_panel()
        return self.forecaster_._numbers(panel)

    def _forecast(
        self, panel: Panel, index: np.ndarray, horizon: int, X: Covariates | None, random_state: RandomState = None
    ) -> Forecast:
        """Law of the forecaster with calibrated spread."""
        if horizon > self.scores_.shape[2]:
            raise InvalidParameterError(
                f"'horizon' is {horizon}, calibrated are the first {self.scores_.shape[2]} steps: calibrate with a "
                "larger horizon"
            )
        law = self.forecaster_._forecast(panel, index, horizon, X, random_state)
        n_groups = self._of_scores.counts.shape[0]
        if n_groups > 1 and (index < 0).any():
            unseen = panel.ids[index < 0]
            raise InvalidFrameError(
                f"y has {len(unseen)} series without errors to calibrate on, the first is {unseen[0]!r}: pool all "
                "series with method='conformal' and pooling='global'"
            )
        group = index if n_groups > 1 else np.zeros(len(index), dtype=int)
        return cast(Forecast, CalibratedForecast(law, self._of_scores, group))

    def _one_step(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> Forecast:
        """Return the forecaster's own law of every value given those before it."""
        return self.forecaster_._one_step(panel, index, X)

    def _log_density(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> np.ndarray:
        """Return the forecaster's own log density of every value given those before it."""
        return self.forecaster_._log_density(panel, index, X)

    def _total_log_density(self, panel: Panel, index: np.ndarray, X: Covariates | None) -> np.ndarray:
        """Return the forecaster's own log-likelihood of every series."""
        return self.forecaster_._total_log_density(panel, index, X)

    def _state(self) -> dict[str, np.ndarray]:
        """Scores and the fitted arrays of the forecaster."""
        return {_SCORES: self.scores_} | {
            _FORECASTER + name: value for name, value in self.forecaster_._state().items()
        }

    def _return(self, panel: Panel, X: Covariates | None, state: dict[str, np.ndarray]) -> None:
        """Become the forecaster whose data, scores and fitted arrays a file holds."""
        scores = state[_SCORES]
        if scores.dtype.kind != "f" or scores.ndim != 3 or scores.shape[1:] != (panel.n_series, self.horizon):
            raise ValueError(f"the scores have shape {scores.shape}")
        fitted: Any = clone(self.forecaster)
        rest = {name.removeprefix(_FORECASTER): value for name, value in state.items() if name != _SCORES}
        fitted._return(panel, X, rest)
        self.scores_, self._of_scores = scores, self._widths(scores, panel)
        self.forecaster_, self.panel_, self._X = fitted, panel, X
