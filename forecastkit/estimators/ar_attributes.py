"""Learned attributes of a fitted ARForecaster."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from ..autoregression import AREstimates, polynomial_roots
from ..frames import by_series
from .linear import LinearForecaster


class ARAttributes(LinearForecaster):
    """Public attributes of an AR model, read from its estimates."""

    order: Any
    differences: int
    seasonal_differences: int
    _estimates: AREstimates
    _unfit: np.ndarray
    _lead: np.ndarray

    @property
    def coef_(self) -> pd.DataFrame:
        """φ by series and lag."""
        return self._by_lag(self._estimates.coef, [])

    @property
    def bse_(self) -> pd.DataFrame:
        """Standard errors of the deterministic terms and φ."""
        names = ["const", "trend"][: self._estimates.deterministic.shape[1]]
        return self._by_lag(self._estimates.standard_errors, names)

    @property
    def intercept_(self) -> Any:
        """Constant c."""
        return by_series(self._fitted_panel(), self._deterministic[:, 0])

    @property
    def trend_(self) -> Any:
        """Slope b of the linear trend, per step."""
        return by_series(self._fitted_panel(), self._deterministic[:, 1])

    @property
    def sigma2_(self) -> Any:
        """Innovation variance."""
        return by_series(self._fitted_panel(), self._variances[:, 0])

    @property
    def order_(self) -> Any:
        """Largest lag."""
        return by_series(self._fitted_panel(), self._estimates.order)

    @property
    def aic_(self) -> Any:
        """Akaike's criterion at the estimates."""
        return self._criterion(2.0)

    @property
    def bic_(self) -> Any:
        """Schwarz's criterion at the estimates."""
        return self._criterion(np.log(self._estimates.n_rows))

    @property
    def roots_(self) -> Any:
        """Roots of 1 - Σ φ_j x^j."""
        panel = self._fitted_panel()
        roots = [polynomial_roots(coef) for coef in self._estimates.dense_coef()]
        return roots[0] if panel.layout.kind == "series" else dict(zip(panel.ids, roots, strict=True))

    @property
    def is_stationary_(self) -> Any:
        """Whether all roots lie outside the unit circle."""
        roots = [polynomial_roots(coef) for coef in self._estimates.dense_coef()]
        return by_series(self._fitted_panel(), np.array([bool((np.abs(r) > 1).all()) for r in roots]))

    def summary(self) -> Any:
        """Describe the fit as statsmodels does: a table of coefficients, or of series when there are many.

        Returns
        -------
        statsmodels.iolib.summary.Summary
            Prints as text, shows as HTML in a notebook.
        """
        from .ar_summary import ar_summary

        return ar_summary(self, self._fitted_panel(), self._estimates)

    def _criterion(self, penalty: float | np.ndarray) -> Any:
        """-2 log-likelihood plus a penalty for every parameter."""
        estimates = self._estimates
        return by_series(self._fitted_panel(), -2 * estimates.log_likelihood + penalty * estimates.n_parameters)

    def _by_lag(self, values: np.ndarray, deterministic: list[str]) -> pd.DataFrame:
        """Frame of series by deterministic terms and lags."""
        columns = pd.Index([*deterministic, *self._estimates.lags.tolist()], name="lag")
        return pd.DataFrame(values, index=self._fitted_panel().ids, columns=columns)

    def _state(self) -> dict[str, np.ndarray]:
        """Fitted arrays."""
        estimates = {f"estimates.{f.name}": getattr(self._estimates, f.name) for f in fields(AREstimates)}
        return super()._state() | estimates | {"unfit": self._unfit, "lead": self._lead}

    def _restore(self, state: dict[str, np.ndarray]) -> None:
        """Take back the fitted arrays."""
        super()._restore(state)
        self._estimates = AREstimates(**{f.name: state[f"estimates.{f.name}"] for f in fields(AREstimates)})
        self._unfit = state["unfit"]
        self._lead = state["lead"]
