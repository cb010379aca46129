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
        """φ by series and lag; NaN for a series without a model."""
        coef = self._fitted_estimates().coef
        return self._by_lag(np.where(self._unfit[:, None], np.nan, coef), [])

    @property
    def bse_(self) -> pd.DataFrame:
        """Standard errors of the deterministic terms and φ."""
        estimates = self._fitted_estimates()
        return self._by_lag(estimates.standard_errors, ["const", "trend"][: estimates.deterministic.shape[1]])

    @property
    def intercept_(self) -> Any:
        """Constant c; NaN for a series without a model."""
        return by_series(self._fitted_panel(), np.where(self._unfit, np.nan, self._deterministic[:, 0]))

    @property
    def trend_(self) -> Any:
        """Slope b of the linear trend, per step; NaN for a series without a model."""
        return by_series(self._fitted_panel(), np.where(self._unfit, np.nan, self._deterministic[:, 1]))

    @property
    def sigma2_(self) -> Any:
        """Innovation variance."""
        return by_series(self._fitted_panel(), self._variances[:, 0])

    @property
    def order_(self) -> Any:
        """Largest lag."""
        return self._plain(self._fitted_estimates().order)

    @property
    def aic_(self) -> Any:
        """Akaike's criterion at the estimates."""
        return by_series(self._fitted_panel(), self._fitted_estimates().aic)

    @property
    def bic_(self) -> Any:
        """Schwarz's criterion at the estimates."""
        return by_series(self._fitted_panel(), self._fitted_estimates().bic)

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

    def summary(self) -> Any:
        """Describe the fit as statsmodels does: a table of coefficients, or of series when there are many.

        Returns
        -------
        statsmodels.iolib.summary.Summary
            Prints as text, shows as HTML in a notebook.
        """
        from .ar_summary import ar_summary

        return ar_summary(self, self._fitted_panel(), self._estimates)

    def _fitted_estimates(self) -> AREstimates:
        """Estimates, or NotFittedError."""
        self._fitted_panel()
        return self._estimates

    def _polynomial_roots(self) -> list[np.ndarray]:
        """Roots of φ of every series."""
        return [polynomial_roots(coef) for coef in self._fitted_estimates().dense_coef()]

    def _plain(self, values: np.ndarray) -> Any:
        """One value per series in its own type, where `by_series` would make a float of it."""
        panel = self._fitted_panel()
        return values[0].item() if panel.layout.kind == "series" else by_series(panel, values)

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
