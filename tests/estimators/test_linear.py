from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from layouts import wide_frame
from scipy.stats import norm

from forecastkit.estimators.linear import LinearForecaster
from forecastkit.frames import as_panel


class KnownModel(LinearForecaster):
    """y_t = c + b t + φ_1 y_{t-1} + φ_2 y_{t-2} + ε with given numbers."""

    def __init__(self, *, polynomial, deterministic, sigma2=1.0, slope_variance=0.0, lead=0):
        self.polynomial, self.deterministic = polynomial, deterministic
        self.sigma2, self.slope_variance, self.lead = sigma2, slope_variance, lead

    def _fit(self, panel, X):
        one = np.ones(panel.n_series)
        lags = one[:, None] * np.array(self.polynomial)
        self._set_model(panel, lags, one * self.sigma2, slope_variance=one * self.slope_variance)
        deterministic = one[:, None] * np.resize([*self.deterministic, 0.0], 2)
        origin = self._process.time_origin + self.lead
        self._process = replace(self._process, deterministic=deterministic, time_origin=origin)


def written_out(y, polynomial, c, b, time, horizon):
    """The recursion for one series; `time` is t of the first forecast."""
    path = list(y)
    for k in range(horizon):
        path.append(c + b * (time + k) + sum(phi * path[-1 - j] for j, phi in enumerate(polynomial)))
    return path[len(y) :]


@pytest.mark.parametrize("lead", [0, 3])
def test_time_counts_from_one_at_the_first_value_after_the_lead(lead):
    wide = wide_frame()
    wide.iloc[:5, 1] = np.nan
    model = KnownModel(polynomial=[0.5, 0.2], deterministic=[1.0, 0.1], lead=lead).fit(wide)
    forecast = model.predict(4)
    for name, n in (("north", 48), ("south", 43)):
        expected = written_out(wide[name].dropna(), [0.5, 0.2], 1.0, 0.1, n - lead + 1, 4)
        np.testing.assert_allclose(forecast[name], expected, rtol=1e-12)


def test_one_step_errors_are_the_recursion_of_the_history():
    y = wide_frame()["north"]
    model = KnownModel(polynomial=[0.5, 0.2], deterministic=[1.0, 0.1]).fit(y)
    fitted = model.fitted_values()
    assert fitted.iloc[:2].isna().all()
    for t in range(2, 48):
        assert fitted.iloc[t] == pytest.approx(written_out(y.iloc[:t], [0.5, 0.2], 1.0, 0.1, t + 1, 1)[0])


@pytest.mark.parametrize("index", ["days", "hours over a change of the clocks", "quarters", "every tenth integer"])
def test_time_is_that_of_the_training_calendar_when_another_history_starts_elsewhere(index):
    y = wide_frame(index)["north"]
    model = KnownModel(polynomial=[0.0], deterministic=[0.0, 1.0]).fit(y.iloc[:30])
    assert model.predict(1, y=y.iloc[20:41]).iloc[0] == pytest.approx(42.0)
    assert model.predict(1, y=as_panel(y).between(20, 41)).iloc[0] == pytest.approx(42.0)


def test_a_shared_slope_error_widens_with_the_square_of_the_horizon():
    model = KnownModel(polynomial=[1.0], deterministic=[0.0], sigma2=2.0, slope_variance=0.5).fit(wide_frame()["north"])
    k = np.arange(1, 5)
    np.testing.assert_allclose(model.forecast_distribution(4).variance[0], 2 * k + 0.5 * k**2)


def test_a_value_after_a_gap_is_scored_by_what_is_known_before_it():
    y = pd.Series([1.0, 2.0, np.nan, 4.0, 5.0, 6.0], index=pd.date_range("2024", periods=6))
    model = KnownModel(polynomial=[0.5, 0.2], deterministic=[0.0]).fit(y)
    fitted, third = model.fitted_values(), 0.5 * 2.0 + 0.2 * 1.0
    assert model.score_samples().isna().tolist() == [True, True, True, False, False, False]
    assert fitted.iloc[3] == pytest.approx(0.5 * third + 0.2 * 2.0)
    assert model.score_samples().iloc[3] == pytest.approx(norm.logpdf(4.0, fitted.iloc[3], np.sqrt(1 + 0.25)))
    gain = 0.5 / 1.25  # of the third value on the fourth
    seen = third + gain * (4.0 - fitted.iloc[3])
    assert fitted.iloc[4] == pytest.approx(0.5 * 4.0 + 0.2 * seen)
    variance = 1 + 0.2**2 * (1 - gain * 0.5)
    assert model.score_samples().iloc[4] == pytest.approx(norm.logpdf(5.0, fitted.iloc[4], np.sqrt(variance)))
    assert model.score_samples().iloc[5] == pytest.approx(norm.logpdf(6.0, 0.5 * 5 + 0.2 * 4, 1.0))
