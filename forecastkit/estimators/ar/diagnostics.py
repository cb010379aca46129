"""Checks of a fitted ARForecaster: residuals, implied moments and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...autoregression import autocovariance, is_stationary, spectrum
from ...checks import check_horizon, check_integer
from ...errors import InvalidFrameError, InvalidParameterError, nearest
from ...frames import Panel, history_frame
from .attributes import ARAttributes
from .residual_tests import residual_tests

if TYPE_CHECKING:
    import plotly.graph_objects as go

_UNIT_ROOT = 1e-10  # what a sum of coefficients that is 1 may miss it by
_FREQUENCIES = np.linspace(0.0, 0.5, 513)


class ARDiagnostics(ARAttributes):
    """Residuals, stationary moments and figures of the heaviest member of each series."""

    def residuals(self) -> Any:
        """Standardised one-step errors of the transformed training data, NaN where there is none.

        Returns
        -------
        Series or DataFrame
            In the layout of the training data: errors divided by their standard deviations.
        """
        panel = self._fitted_panel()
        return history_frame(panel, self._standardised_errors())

    def residual_tests(self, n_lags: int | None = None) -> pd.DataFrame:
        """Test the residuals: Ljung-Box for autocorrelation, Jarque-Bera for normality, Engle's LM for ARCH.

        Parameters
        ----------
        n_lags : int, default=None
            Lags of the first and the last test; None for min(10, n / 5), or min(2 s, n / 5) for a season s.

        Returns
        -------
        DataFrame
            Indexed by series and test, with columns ``statistic``, ``p_value``, ``n_lags`` and ``null_hypothesis``.

        References
        ----------
        .. [1] G. M. Ljung and G. E. P. Box (1978), On a measure of lack of fit in time series models, Biometrika 65.
        .. [2] C. M. Jarque and A. K. Bera (1980), Efficient tests for normality, homoscedasticity and serial
           independence of regression residuals, Economics Letters 6.
        .. [3] R. F. Engle (1982), Autoregressive conditional heteroscedasticity, Econometrica 50.

        Examples
        --------
        >>> import numpy as np
        >>> from forecastkit import ARForecaster
        >>> y = pd.Series(np.random.default_rng(0).standard_normal(200))
        >>> ARForecaster(order=1).fit(y).residual_tests()["p_value"].round(2).tolist()
        [0.71, 0.29, 0.61]
        """
        panel = self._fitted_panel()
        if n_lags is not None:
            check_horizon(n_lags, "n_lags")
        errors, order = self._standardised_errors(), self._heaviest.estimates.order
        tables = {}
        for i, name in enumerate(panel.ids):
            values = errors[panel.offsets[i] : panel.offsets[i + 1]]
            tables[name] = residual_tests(values[~np.isnan(values)], n_lags, self.seasonal_period_, int(order[i]))
        return pd.concat(tables, names=[panel.layout.id_col, "test"])

    def autocovariance(self, n_lags: int = 40) -> pd.DataFrame:
        """Autocovariance that the fitted model implies, of the transformed and differenced values.

        Parameters
        ----------
        n_lags : int, default=40
            Largest lag, 0 or more, in steps.

        Returns
        -------
        DataFrame
            A row a lag, a column a series; NaN for a series whose model is not stationary.

        Examples
        --------
        >>> y = pd.Series([0.0, 1.0, 0.0, -1.0, 1.0, 0.0, -1.0, 0.5])
        >>> from forecastkit import ARForecaster
        >>> ARForecaster(order=1).fit(y).autocovariance(2).shape
        (3, 1)
        """
        panel = self._fitted_panel()
        check_integer(n_lags, "n_lags", 0)
        values = np.full((n_lags + 1, panel.n_series), np.nan)
        for i, coef in self._stationary().items():
            values[:, i] = autocovariance(coef, float(self._heaviest.sigma2[i]), n_lags)
        return pd.DataFrame(values, index=pd.RangeIndex(n_lags + 1, name="lag"), columns=panel.ids)

    def spectrum(self, frequencies: Any = None) -> pd.DataFrame:
        """Spectral density that the fitted model implies, of the transformed and differenced values.

        ``f(ν) = σ² / |1 - Σ_j φ_j exp(-2πi ν j)|²``, whose integral over [-1/2, 1/2] is the variance.

        Parameters
        ----------
        frequencies : array-like, default=None
            Cycles per step, from 0 to 0.5; None for 513 even ones.

        Returns
        -------
        DataFrame
            A row a frequency, a column a series.

        References
        ----------
        .. [1] P. J. Brockwell and R. A. Davis (1991), Time Series: Theory and Methods, theorem 4.4.2.

        Examples
        --------
        >>> y = pd.Series([0.0, 1.0, 0.0, -1.0, 1.0, 0.0, -1.0, 0.5])
        >>> from forecastkit import ARForecaster
        >>> ARForecaster(order=1).fit(y).spectrum([0.0, 0.5]).shape
        (2, 1)
        """
        panel = self._fitted_panel()
        at = _FREQUENCIES if frequencies is None else np.asarray(frequencies, dtype=float)
        if at.ndim != 1 or not ((at >= 0) & (at <= 0.5)).all():
            raise InvalidParameterError("'frequencies' must be cycles per step between 0 and 0.5")
        coef = self._heaviest.estimates.dense_coef()
        values = [spectrum(coef[i], float(self._heaviest.sigma2[i]), at) for i in range(panel.n_series)]
        return pd.DataFrame(np.array(values).T, index=pd.Index(at, name="frequency"), columns=panel.ids)

    def stationary_law(self) -> pd.DataFrame:
        """Mean and variance of the stationary law, of the transformed and differenced values.

        Returns
        -------
        DataFrame
            A row a series with columns ``mean`` c / (1 - Σφ) and ``variance``; NaN where the model is not stationary
            or has a trend.
        """
        panel, heaviest = self._fitted_panel(), self._heaviest
        table = np.full((panel.n_series, 2), np.nan)
        for i, coef in self._stationary().items():
            if heaviest.deterministic[i, 1] == 0:
                variance = autocovariance(coef, float(heaviest.sigma2[i]), 0)[0]
                table[i] = heaviest.deterministic[i, 0] / (1 - coef.sum()), variance
        return pd.DataFrame(table, index=panel.ids, columns=["mean", "variance"])

    def plot_fit(self, horizon: int | None = None, series: object = None, **options: Any) -> go.Figure:
        """Draw a series with its one-step forecasts and the forecast that follows.

        Parameters
        ----------
        horizon : int, default=None
            Steps to forecast; None for 24, or those of a direct map.
        series : object, default=None
            Which series; needed where there are several.
        **options
            ``n_history``, ``title`` and ``theme`` of `plots.fit_figure`.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from ...plots import fit_figure

        panel, steps = self._one(series), self._members[0].variant.direct_horizon or 24
        fitted = self._one_step(panel, self._numbers(panel), self._covariates(None, panel)).point[:, 0]
        return fit_figure(
            history_frame(panel, panel.values),  # type: ignore[arg-type]
            history_frame(panel, fitted),  # type: ignore[arg-type]
            self.predict_interval(horizon or steps, y=panel),
            **options,
        )

    def plot_residuals(self, series: object = None, **options: Any) -> go.Figure:
        """Draw the residuals over time, their distribution, autocorrelation and quantiles.

        Parameters
        ----------
        series : object, default=None
            Which series; needed where there are several.
        **options
            ``n_lags``, ``title`` and ``theme`` of `plots.residual_figure`.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from ...plots import residual_figure

        panel, i = self._one(series), self._place(series)
        whole = self._fitted_panel()
        values = self._standardised_errors()[whole.offsets[i] : whole.offsets[i + 1]]
        return residual_figure(history_frame(panel, values), **options)  # type: ignore[arg-type]

    def plot_roots(self, series: object = None, **options: Any) -> go.Figure:
        """Draw the inverse roots of the lag polynomial beside the unit circle.

        Parameters
        ----------
        series : object, default=None
            Which series; needed where there are several.
        **options
            ``title`` and ``theme`` of `plots.root_figure`.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from ...plots import root_figure

        return root_figure(self._polynomial_roots()[self._place(series)], **options)

    def plot_spectrum(self, series: object = None, **options: Any) -> go.Figure:
        """Draw the implied spectral density.

        Parameters
        ----------
        series : object, default=None
            Which series; needed where there are several.
        **options
            ``title`` and ``theme`` of `plots.spectrum_figure`.

        Returns
        -------
        plotly.graph_objects.Figure
        """
        from ...plots import spectrum_figure

        season = self.seasonal_period_
        density = self.spectrum().iloc[:, self._place(series)]
        return spectrum_figure(density, seasonal_period=season if season > 1 else None, **options)

    def _standardised_errors(self) -> np.ndarray:
        """Errors of each series' heaviest member over their standard deviations, shape (n_values,)."""
        panel = self._fitted_panel()
        result = np.full(len(panel.values), np.nan)
        parts = self._parts(panel, np.arange(panel.n_series), self._X)
        for m in np.unique(self._which):
            errors, variances = parts[m].errors()
            mine = (self._which == m)[panel.series_index] & (variances > 0)
            result[mine] = errors[mine] / np.sqrt(variances[mine])
        return result

    def _stationary(self) -> dict[int, np.ndarray]:
        """Coefficients of the series whose models are stationary."""
        coef = self._heaviest.estimates.dense_coef()
        return {
            int(i): coef[i]
            for i in np.flatnonzero(is_stationary(coef) & (np.abs(1 - coef.sum(axis=1)) > _UNIT_ROOT) & ~self._unfit)
        }

    def _place(self, series: object) -> int:
        """Find the named series, or the only one."""
        ids = self._fitted_panel().ids
        if series is None:
            if len(ids) == 1:
                return 0
            raise InvalidParameterError(f"there are {len(ids)} series: say which by series=, such as {ids[0]!r}")
        if series not in ids:
            raise InvalidFrameError(f"there is no series {series!r}; {nearest(series, ids)}")
        return int(ids.get_loc(series))  # type: ignore[arg-type]

    def _one(self, series: object) -> Panel:
        """Training data of one series, as a Series."""
        from dataclasses import replace

        panel = self._fitted_panel().select(np.array([self._place(series)]))
        return replace(panel, layout=replace(panel.layout, kind="series", name=panel.ids[0]))
