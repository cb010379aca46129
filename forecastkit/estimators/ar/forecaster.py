"""The autoregressive forecaster."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from ...autoregression import RecursiveRegression, Trend
from ...errors import NotSupportedError
from ...frames import Covariates, Panel
from ..forecast import Forecast
from .automatic import automatic_members
from .diagnostics import ARDiagnostics
from .imputation import ImputeMixin
from .member import ARMember, ARVariant, fit_member
from .parameters import Order, check_ar_parameters, variant_of
from .recursion import same_past, start_recursion, take_in
from .rolling import rolling_law
from .simulation import SimulateMixin
from .suitability import check_members, suited_series


class ARForecaster(ARDiagnostics, ImputeMixin, SimulateMixin):
    """Autoregression by maximum likelihood in closed form.

    φ(B) (1 - B)^d (1 - B^s)^D z_t = c + b t + βᵀ x_t + ε_t, with ε_t ~ N(0, σ²) independent, φ(B) = 1 - Σ_j φ_j B^j,
    z the values after ``transform`` and x the covariates, differenced as z is: φ is ``coef_``, c ``intercept_``, b
    ``trend_``, β ``effects_``, σ² ``sigma2_``, d ``differences``, D ``seasonal_differences`` and s
    ``seasonal_period``. Forecasts are the exact law given the estimates.

    Parameters
    ----------
    order : int, sequence of int or {"auto", "aic", "aicc", "bic", "hqic"}, default="auto"
        Number of lags p (0 or more), a list of lags such as ``[1, 2, 24]``, or the information criterion that chooses
        p for every series. ``"auto"`` decides everything: a mixture of several autoregressions, see `members_`.
    max_order : int, default=None
        Largest order a criterion tries, in steps; None for max(10 log₁₀ n, 2 s + 1), at most n / 4. A short series
        tries what its length allows.
    trend : {"n", "c", "ct"}, default="c"
        No deterministic term, a constant, or a constant and a linear trend.
    differences : int, default=0
        Ordinary differences d, 0 or more.
    seasonal_period : int, default=None
        Season s in steps, 1 or more; None for the calendar's, such as 24 for hourly data.
    seasonal_differences : int, default=0
        Seasonal differences D, 0 or more.
    transform : {"log", "boxcox"}, default=None
        Logarithm, or the Box-Cox transform with the power of largest likelihood between -1 and 2; positive data only.
        The point forecast is the mean in the data's unit (the median for a negative power).
    horizon : int, default=None
        Steps of the map of ``strategy="direct"``.
    strategy : {"recursive", "direct"}, default="recursive"
        Iterate the one-step model, or fit one linear map from the last p values to all ``horizon`` steps.
    pooling : {"local", "global"}, default="local"
        One model a series, or one for all; a global model also forecasts series that it was not fitted to.
    window_scaling : {"auto", "mean"}, default="auto"
        ``"mean"`` removes the mean of each window of p values from it and from what follows, None does not;
        ``"auto"`` does for a global model.
    likelihood : {"conditional", "exact"}, default="conditional"
        Likelihood given the first values, in closed form; or that of all values, of a stationary process.
    averaging : bool, default=False
        Average the coefficients of all orders up to ``max_order`` by the weights exp(-Δ/2) of the criterion.
    ridge : float, default=0.0
        Weight of Σ_j (s_j φ_j)² beside the mean squared error, 0 or more, s_j² the variance of lag j.
    on_error : {"raise", "naive"}, default="raise"
        What happens to a series that cannot be fitted (too short, or not positive where it has to be): an error, or
        the naive forecast for it and one warning that counts them.

    Attributes
    ----------
    coef_ : DataFrame of shape (n_series, n_lags)
        φ by series and lag, zero where a series' model does not have the lag; of the heaviest member of a mixture,
        as are all that follow up to `is_stationary_`.
    intercept_, trend_ : float or Series
        c and b, with t = 1 at the first value that differencing leaves; a float for a Series, else by id.
    effects_ : DataFrame of shape (n_series, n_covariates)
        β by series and covariate.
    sigma2_ : float or Series
        Innovation variance, of transformed values.
    power_ : float or Series
        Power of the Box-Cox transform, 1 for none and 0 for the logarithm.
    order_ : int or Series
        Largest lag.
    bse_ : DataFrame of shape (n_series, n_terms)
        Standard errors of the deterministic terms, effects and φ.
    aic_, bic_ : float or Series
        Information criteria at the estimates, in the data's unit.
    roots_ : ndarray or dict of ndarray
        Roots of φ, outside the unit circle for a stationary model; a dict by id for many series.
    is_stationary_ : bool or Series
        Whether all roots lie outside the unit circle.
    members_ : DataFrame of shape (n_members, n_settings)
        The autoregressions that were fitted, one unless ``order="auto"``.
    weights_ : DataFrame of shape (n_series, n_members)
        Their weights in the mixture.
    seasonal_period_ : int
        Season used.
    panel_ : Panel
        The data given to `fit` and `update`.

    Notes
    -----
    The conditional likelihood is given the first p + d + s D values. O(n p + p³) a series. Parameter uncertainty is
    not part of the intervals. Missing values are dealt with exactly: fitted by EM, filled by `impute`.

    References
    ----------
    .. [1] J. D. Hamilton (1994), Time Series Analysis, sections 4.2 and 5.3.
    .. [2] P. J. Brockwell and R. A. Davis (1991), Time Series: Theory and Methods, section 9.5.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> y = pd.Series(np.cos(np.arange(60) * np.pi / 6), index=pd.period_range("2020-01", periods=60, freq="M"))
    >>> model = ARForecaster(order=2).fit(y)
    >>> model.coef_.round(4).to_numpy()
    array([[ 1.7321, -1.    ]])
    >>> model.predict(3).round(4).tolist()
    [1.0, 0.866, 0.5]
    """

    uses_covariates: ClassVar[bool] = True
    _recursion: RecursiveRegression | None = None

    def __init__(
        self,
        *,
        order: Order = "auto",
        max_order: int | None = None,
        trend: Trend = "c",
        differences: int = 0,
        seasonal_period: int | None = None,
        seasonal_differences: int = 0,
        transform: Literal["log", "boxcox"] | None = None,
        horizon: int | None = None,
        strategy: Literal["recursive", "direct"] = "recursive",
        pooling: Literal["local", "global"] = "local",
        window_scaling: Literal["auto", "mean"] | None = "auto",
        likelihood: Literal["conditional", "exact"] = "conditional",
        averaging: bool = False,
        ridge: float = 0.0,
        on_error: Literal["raise", "naive"] = "raise",
    ) -> None:
        self.order = order
        self.max_order = max_order
        self.trend: Trend = trend
        self.differences = differences
        self.seasonal_period = seasonal_period
        self.seasonal_differences = seasonal_differences
        self.transform: Literal["log", "boxcox"] | None = transform
        self.horizon = horizon
        self.strategy = strategy
        self.pooling = pooling
        self.window_scaling = window_scaling
        self.likelihood = likelihood
        self.averaging = averaging
        self.ridge = ridge
        self.on_error = on_error

    def check_parameters(self) -> None:
        """Raise InvalidParameterError for a parameter outside its range, or that another one rules out."""
        check_ar_parameters(self)

    def _fit(self, panel: Panel, X: Covariates | None) -> None:
        """Fit every variant to the series that it suits."""
        self._recursion = None
        if X is not None and (self.pooling == "global" or self.strategy == "direct" or self.likelihood == "exact"):
            raise NotSupportedError(
                "covariates go with local models, the recursive strategy and the conditional likelihood: leave out X, "
                "or set pooling='local', strategy='recursive' and likelihood='conditional'"
            )
        if str(self.order) == "auto":
            chosen = automatic_members(self, panel, X)
            check_members(panel, chosen.weights, self.on_error)
            self._keep(chosen.members, chosen.weights)
            return
        variant = variant_of(self, panel)
        suited = suited_series(panel, variant, 0 if X is None else len(X.names), self.on_error)
        member = fit_member(variant, panel, X, suited, self.on_error)
        self._keep([member], member.fitted[:, None].astype(float))

    def _update(self, panel: Panel, X: Covariates | None) -> None:
        """Take in new observations by rank-one updates where that equals a fresh fit, else fit again."""
        old, updated = self._fitted_panel(), None
        if len(self._members) == 1 and self._members[0].fitted.all():
            recursion = self._recursion or start_recursion(self._members[0].variant, old, self._X)
            if recursion is not None and same_past(self._X, X, old):
                updated = take_in(recursion, self._members[0], old, panel, X)
        if updated is None:
            self._fit(panel, X)
            return
        self._recursion, member = updated
        self._keep([member], self._weights)

    def summary(self) -> Any:
        """Describe the fit as statsmodels does: a table of coefficients, or of series when there are many.

        Returns
        -------
        statsmodels.iolib.summary.Summary
            Prints as text, shows as HTML in a notebook.
        """
        from .summary import ar_summary

        return ar_summary(self, self._fitted_panel())

    def forecast_origins(
        self,
        panel: Panel,
        starts: np.ndarray,
        ends: np.ndarray,
        fit_origin: np.ndarray,
        horizon: int,
        X: Covariates | None = None,
    ) -> Forecast | None:
        """Forecast one series from many origins, each with a fit on its window, as fresh fits would.

        Parameters
        ----------
        panel : Panel
            One series.
        starts, ends : ndarray of int, shape (n_origins,)
            Training windows as places in the series: the first value and one past the last.
        fit_origin : ndarray of int, shape (n_origins,)
            Number of the origin whose fit each origin uses, its own for a refit.
        horizon : int
            Number of steps, 1 or more.
        X : Covariates, default=None
            Covariates of the series.

        Returns
        -------
        Forecast or None
            With the origins as its batch; None where every origin needs a fit of its own: several members, missing
            values, a window that is too short, a Box-Cox power, an exact likelihood, a global model or a direct map.

        Notes
        -----
        O(n p) for the lag products of all windows, then O(p³) a fit.
        """
        self._check_categories(X)
        if str(self.order) == "auto" or panel.n_series > 1:
            return None
        return rolling_law(variant_of(self, panel), panel, starts, ends, fit_origin, horizon, X)

    def _state(self) -> dict[str, np.ndarray]:
        """Fitted arrays."""
        state = {"weights": self._weights, "unfit": self._unfit}
        for m, member in enumerate(self._members):
            state |= member.state(f"member-{m}")
            if str(self.order) == "auto":
                state[f"member-{m}.variant"] = member.variant.code
        return state

    def _restore(self, panel: Panel, state: dict[str, np.ndarray]) -> None:
        """Take back the fitted arrays."""
        if str(self.order) == "auto":
            codes = [state[f"member-{m}.variant"] for m in range(state["weights"].shape[1])]
            variants = [ARVariant.decoded(code) for code in codes]
        else:
            variants = [variant_of(self, panel)]
        members = [ARMember.restored(variant, state, f"member-{m}") for m, variant in enumerate(variants)]
        self._keep(members, np.where(state["unfit"][:, None], 0.0, state["weights"]))
