"""Learned attributes of a fitted ARForecaster."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...autoregression import polynomial_roots
from ...frames import by_series
from ..density import log_likelihoods
from .mixture_forecaster import MixtureForecaster


class ARAttributes(MixtureForecaster):
    """Public attributes of autoregressions, read from the heaviest member of each series."""

    @property
    def coef_(self) -> pd.DataFrame:
        """φ by series and lag; NaN for a series without a model."""
        self._fitted_panel()
        return self._by_term(np.where(self._unfit[:, None], np.nan, self._heaviest.estimates.coef), [])

    @property
    def effects_(self) -> pd.DataFrame:
        """β by series and covariate, in the unit of the transformed data per unit of the covariate."""
        panel = self._fitted_panel()
        effects = np.where(self._unfit[:, None], np.nan, self._heaviest.estimates.effects)
        columns = pd.Index(self._effect_names(), name="covariate", dtype=object)
        return pd.DataFrame(effects, index=panel.ids, columns=columns)

    @property
    def bse_(self) -> pd.DataFrame:
        """Standard errors of the deterministic terms, effects and φ; NaN for a direct map."""
        from .standard_errors import standard_errors_of

        panel = self._fitted_panel()
        names = ["const", "trend"][: self._heaviest.estimates.deterministic.shape[1]]
        errors = standard_errors_of(panel, self._X, self._members, self._which, self._heaviest)
        return self._by_term(errors, [*names, *self._effect_names()])

    @property
    def intercept_(self) -> Any:
        """Constant c; NaN for a series without a model."""
        panel = self._fitted_panel()
        return by_series(panel, np.where(self._unfit, np.nan, self._heaviest.deterministic[:, 0]))

    @property
    def trend_(self) -> Any:
        """Slope b of the linear trend, per step; NaN for a series without a model."""
        panel = self._fitted_panel()
        return by_series(panel, np.where(self._unfit, np.nan, self._heaviest.deterministic[:, 1]))

    @property
    def sigma2_(self) -> Any:
        """Innovation variance, of the transformed values."""
        panel = self._fitted_panel()
        return by_series(panel, self._heaviest.sigma2)

    @property
    def power_(self) -> Any:
        """Power of the Box-Cox transform: 1 for none, 0 for the logarithm."""
        panel = self._fitted_panel()
        return by_series(panel, self._heaviest.power)

    @property
    def order_(self) -> Any:
        """Largest lag."""
        self._fitted_panel()
        return self._plain(self._heaviest.estimates.order)

    @property
    def aic_(self) -> Any:
        """Akaike's criterion at the estimates, in the data's unit."""
        panel = self._fitted_panel()
        return by_series(panel, self._criterion(np.full(len(self._unfit), 2.0)))

    @property
    def bic_(self) -> Any:
        """Schwarz's criterion at the estimates, in the data's unit."""
        panel = self._fitted_panel()
        return by_series(panel, self._criterion(np.log(np.maximum(self._heaviest.estimates.n_rows, 1))))

    @property
    def roots_(self) -> Any:
        """Roots of 1 - Σ φ_j x^j."""
        panel, roots = self._fitted_panel(), self._polynomial_roots()
        return roots[0] if panel.layout.kind == "series" else dict(zip(panel.ids, roots, strict=True))

    @property
    def is_stationary_(self) -> Any:
        """Whether all roots of φ lie outside the unit circle; False for the random walk of a series without a model."""
        outside = np.array([(np.abs(roots) > 1).all() for roots in self._polynomial_roots()])
        return self._plain(outside & ~self._unfit)

    @property
    def members_(self) -> pd.DataFrame:
        """Autoregressions that were fitted: transform, differences, how the order is chosen, and how many series."""
        self._fitted_panel()
        counts = (np.where(self._unfit[:, None], 0.0, self._weights) > 0).sum(axis=0)
        rows = [
            member.variant.description() | {"n_series": int(count)}
            for member, count in zip(self._members, counts, strict=True)
        ]
        return pd.DataFrame(rows, index=pd.RangeIndex(len(rows), name="member"))

    @property
    def weights_(self) -> pd.DataFrame:
        """Weight of every member in the mixture of each series."""
        panel = self._fitted_panel()
        return pd.DataFrame(self._weights, index=panel.ids, columns=pd.RangeIndex(len(self._members), name="member"))

    @property
    def seasonal_period_(self) -> int:
        """Season used, in steps; 1 for none."""
        self._fitted_panel()
        return self._members[0].variant.specification.seasonal_period

    def _effect_names(self) -> list[object]:
        """Names of the covariates."""
        return [] if self._X is None else list(self._X.names)

    def _log_likelihoods(self) -> np.ndarray:
        """Log-likelihood of each series' heaviest member in the data's unit, NaN without a model."""
        panel = self._fitted_panel()
        likelihood = np.full(panel.n_series, np.nan)
        parts = self._parts(panel, np.arange(panel.n_series), self._X)
        for m in np.unique(self._which):
            likelihood = np.where(self._which == m, log_likelihoods(parts[m]), likelihood)
        likelihood[self._unfit] = np.nan
        return likelihood

    def _criterion(self, penalty: np.ndarray) -> np.ndarray:
        """-2 log-likelihood of the heaviest members and a penalty for each parameter."""
        return -2 * self._log_likelihoods() + penalty * self._heaviest.estimates.n_parameters

    def _polynomial_roots(self) -> list[np.ndarray]:
        """Roots of φ of every series."""
        self._fitted_panel()
        return [polynomial_roots(coef) for coef in self._heaviest.estimates.dense_coef()]

    def _plain(self, values: np.ndarray) -> Any:
        """One value per series in its own type, where `by_series` would make a float of it."""
        panel = self._fitted_panel()
        return values[0].item() if panel.layout.kind == "series" else by_series(panel, values)

    def _by_term(self, values: np.ndarray, names: list[object]) -> pd.DataFrame:
        """Frame of series by named terms and lags."""
        columns = pd.Index([*names, *self._heaviest.estimates.lags.tolist()], name="lag")
        return pd.DataFrame(values, index=self._fitted_panel().ids, columns=columns)
