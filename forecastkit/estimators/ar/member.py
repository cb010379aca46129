"""One autoregression fitted to every series of a panel."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from ...autoregression import AREstimates, ARSpecification, DirectFit, LinearProcess, join_estimates, transform
from ...frames import Covariates, Panel
from .fit import choose_powers, fit_direct_maps, fit_local, fit_pooled_lags
from .pooling import series_scale

Transform = Literal["log", "boxcox"] | None


@dataclass(frozen=True)
class ARVariant:
    """Which autoregression is fitted, and how.

    Parameters
    ----------
    specification : ARSpecification
        The lag polynomial and the deterministic terms.
    transform : {"log", "boxcox"}, default=None
        Transform of the values.
    exact : bool, default=False
        Maximise the exact likelihood instead of the conditional one.
    pooled : bool, default=False
        One model for all series.
    direct_horizon : int, default=None
        Steps of a direct map; None for the recursive strategy.
    seasons : tuple of int, default=()
        Of the automatic choice: the seasons around which the lags lie; empty for the lags 1..p.
    """

    specification: ARSpecification
    transform: Transform = None
    exact: bool = False
    pooled: bool = False
    direct_horizon: int | None = None
    seasons: tuple[int, ...] = ()

    @property
    def code(self) -> np.ndarray:
        """Numbers by which a member of the automatic choice is stored."""
        s = self.specification
        numbers = [self.transform == "log", s.trend == "c", s.differences, s.seasonal_differences, s.seasonal_period]
        return np.array([*numbers, *self.seasons], dtype=np.int64)

    @classmethod
    def decoded(cls, code: np.ndarray) -> ARVariant:
        """Take back what `code` gave."""
        log, constant, d, seasonal, season, *seasons = code.tolist()
        specification = ARSpecification(
            criterion="aicc",
            trend="c" if constant else "n",
            differences=d,
            seasonal_differences=seasonal,
            seasonal_period=season,
        )
        return cls(specification, "log" if log else None, seasons=tuple(seasons))

    def description(self) -> dict[str, object]:
        """Say what is fitted, by the names of `ARForecaster`."""
        s = self.specification
        lags = "1..p" if s.criterion else "given"
        if self.seasons:
            lags = f"around {', '.join(map(str, self.seasons))}"
        return {
            "transform": self.transform or "none",
            "differences": s.differences,
            "seasonal_differences": s.seasonal_differences,
            "order": s.criterion or list(s.lags),
            "lags": lags,
            "averaging": s.averaging,
            "trend": s.trend,
        }


@dataclass(frozen=True, eq=False)
class ARMember:
    """Estimates of one variant on every series of a panel.

    Attributes
    ----------
    variant : ARVariant
        What was fitted.
    estimates : AREstimates
        Coefficients on the transformed and differenced scale.
    process : LinearProcess
        The same as a process of the data; a random walk for a series without a model.
    scale : ndarray, shape (n_series,)
        Standard deviation of each series for a global model, else 1.
    fitted : ndarray of bool, shape (n_series,)
        False for a series without a model.
    spread : ndarray, shape (n_series,)
        Factor of the innovation variance in forecasts, see `fit_automatic`; 1 for a model that is not mixed.
    direct : DirectFit or None
        The multi-step map of the direct strategy.
    """

    variant: ARVariant
    estimates: AREstimates
    process: LinearProcess
    scale: np.ndarray
    fitted: np.ndarray
    spread: np.ndarray
    direct: DirectFit | None = None

    def state(self, prefix: str) -> dict[str, np.ndarray]:
        """Arrays by the names they have in a file."""
        state = {f"{prefix}.estimates.{f.name}": getattr(self.estimates, f.name) for f in fields(AREstimates)}
        if self.direct is not None:
            state |= {f"{prefix}.direct.{name}": array for name, array in self.direct._asdict().items()}
        return (
            state
            | self.process.state(f"{prefix}.process")
            | {f"{prefix}.{name}": getattr(self, name) for name in ("scale", "fitted", "spread")}
        )

    @classmethod
    def restored(cls, variant: ARVariant, state: dict[str, np.ndarray], prefix: str) -> ARMember:
        """Take back what `state` gave."""
        arrays: dict[str, Any] = {f.name: state[f"{prefix}.estimates.{f.name}"] for f in fields(AREstimates)}
        direct = None
        if f"{prefix}.direct.map" in state:
            direct = DirectFit(**{name: state[f"{prefix}.direct.{name}"] for name in DirectFit._fields})
        process = LinearProcess.restored(state, f"{prefix}.process")
        scale, fitted, spread = (state[f"{prefix}.{name}"] for name in ("scale", "fitted", "spread"))
        return cls(variant, AREstimates(**arrays), process, scale, fitted, spread, direct)


class HeaviestMember(NamedTuple):
    """Estimates of the heaviest member of each series.

    Attributes
    ----------
    estimates : AREstimates
        Coefficients on the transformed and differenced scale.
    deterministic : ndarray, shape (n_series, 2)
        c and b.
    sigma2, power : ndarray, shape (n_series,)
        Innovation variances and Box-Cox powers.
    """

    estimates: AREstimates
    deterministic: np.ndarray
    sigma2: np.ndarray
    power: np.ndarray

    @classmethod
    def of(cls, members: list[ARMember], which: np.ndarray) -> HeaviestMember:
        """Take each series' estimates from the member with the number in ``which``."""
        places = [np.flatnonzero(which == m) for m in range(len(members))]
        parts = [(member, place) for member, place in zip(members, places, strict=True) if len(place)]
        rows = np.arange(len(which))

        def chosen(name: str) -> np.ndarray:
            return np.stack([getattr(member.process, name) for member in members])[which, rows]

        estimates = parts[0][0].estimates
        if len(parts) > 1:
            n_terms = max(member.estimates.deterministic.shape[1] for member, _ in parts)
            widened = [_with_terms(member.estimates.select(place), n_terms) for member, place in parts]
            estimates = join_estimates(widened, [place for _, place in parts])
        return cls(estimates, chosen("deterministic"), chosen("sigma2"), chosen("power"))


def _with_terms(estimates: AREstimates, n_terms: int) -> AREstimates:
    """Estimates with as many deterministic terms as others have, zero where the model lacks them."""
    terms = np.zeros((len(estimates.sigma2), n_terms))
    terms[:, : estimates.deterministic.shape[1]] = estimates.deterministic
    return replace(estimates, deterministic=terms)


def fit_member(variant: ARVariant, panel: Panel, X: Covariates | None, wanted: np.ndarray, on_error: str) -> ARMember:
    """Fit a variant to the wanted series of a panel; the others become random walks.

    Parameters
    ----------
    variant : ARVariant
        What to fit.
    panel : Panel
        Data; the wanted series are long enough, and positive where there is a transform.
    X : Covariates or None
        Covariates.
    wanted : ndarray of bool, shape (n_series,)
        Series to fit.
    on_error : {"raise", "naive"}
        What becomes of a series whose fit does not converge.

    Returns
    -------
    ARMember
    """
    specification = variant.specification
    power = choose_powers(variant.transform, panel, specification, wanted)
    scaled = panel if (power == 1).all() else replace(panel, values=_transformed(panel, power))
    direct, fitted = None, wanted
    if variant.direct_horizon is not None:
        estimates, direct = fit_direct_maps(scaled, specification, variant.direct_horizon, variant.pooled, wanted)
    elif variant.pooled:
        estimates = fit_pooled_lags(scaled, specification, wanted)
    else:
        x = None if X is None else X.rows(panel.starts, panel.lengths)
        estimates, fitted = fit_local(scaled, specification, x, wanted, exact=variant.exact, on_error=on_error)
    process = process_of(variant, panel.starts, estimates, np.where(fitted, power, 1.0), fitted)
    scale = series_scale(scaled) if variant.pooled else np.ones(panel.n_series)
    return ARMember(variant, estimates, process, scale, fitted, np.ones(panel.n_series), direct)


def _transformed(panel: Panel, power: np.ndarray) -> np.ndarray:
    """Transform the values of a panel."""
    return transform(panel.values, np.repeat(power, panel.lengths))


def process_of(
    variant: ARVariant, starts: np.ndarray, estimates: AREstimates, power: np.ndarray, fitted: np.ndarray
) -> LinearProcess:
    """Process of the data that estimates stand for; a random walk for a series that was not fitted.

    Parameters
    ----------
    variant : ARVariant
        What was fitted.
    starts : ndarray of int, shape (batch,)
        Grid position of the first value of each series, or of each window.
    estimates : AREstimates
        Of each series or window.
    power : ndarray, shape (batch,)
        Box-Cox powers.
    fitted : ndarray of bool, shape (batch,)
        False where there are no estimates.

    Returns
    -------
    LinearProcess
    """
    s, n = variant.specification, len(starts)
    polynomial = estimates.polynomial(s)
    polynomial[~fitted] = 0.0
    polynomial[~fitted, 0] = 1.0
    deterministic = np.zeros((n, 2))
    deterministic[fitted, : estimates.deterministic.shape[1]] = estimates.deterministic[fitted]
    conditioned = np.zeros(n, dtype=int) if variant.exact else estimates.order + s.n_differenced
    return LinearProcess(
        polynomial=polynomial,
        deterministic=deterministic,
        sigma2=estimates.sigma2,
        time_origin=starts + np.where(fitted, s.n_differenced, 0) - 1,
        conditioned=np.where(fitted, conditioned, 1),
        effects=np.where(fitted[:, None], estimates.effects, 0.0),
        power=power,
        slope_variance=np.zeros(n),
        differencing=(s.differences, s.seasonal_differences, s.seasonal_period),
    )
