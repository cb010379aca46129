import numpy as np
import pandas as pd
import pytest
from layouts import wide_frame

from forecastkit import ARForecaster, DriftForecaster
from forecastkit.errors import InvalidFrameError


def test_the_forecast_continues_the_line_from_the_first_to_the_last_value():
    y = wide_frame()["north"]
    model = DriftForecaster().fit(y)
    slope = (y.iloc[-1] - y.iloc[0]) / 47
    assert model.drift_ == pytest.approx(slope)
    np.testing.assert_allclose(model.predict(5), y.iloc[-1] + slope * np.arange(1, 6), rtol=1e-12)


def test_the_variance_holds_the_uncertainty_of_the_drift():
    y = wide_frame()["north"]
    steps = np.diff(y)
    half = DriftForecaster().fit(y).predict_interval(5, level=68.26894921370858)
    k = np.arange(1, 6)
    expected = np.sqrt(steps.var() * (k + k**2 / 47))
    np.testing.assert_allclose(half.iloc[:, 2] - half["forecast"], expected, rtol=1e-10)


def test_the_mean_is_that_of_a_random_walk_with_a_constant():
    wide = wide_frame()
    ar = ARForecaster(order=0, differences=1).fit(wide)
    drift = DriftForecaster().fit(wide)
    pd.testing.assert_frame_equal(drift.predict(6), ar.predict(6), rtol=1e-10)
    pd.testing.assert_series_equal(drift.drift_, ar.intercept_, rtol=1e-10)
    pd.testing.assert_series_equal(drift.log_likelihood(), ar.log_likelihood(), rtol=1e-10)


def test_sampled_paths_share_one_drift_each():
    y = wide_frame()["north"]
    model = DriftForecaster().fit(y)
    paths = model.sample(40, 4000, random_state=0).to_numpy().reshape(4000, 40)
    sigma2 = np.diff(y).var()
    covariance = np.cov(paths[:, [9, 39]].T)
    expected = sigma2 * np.array([[10 + 100 / 47, 10 + 400 / 47], [10 + 400 / 47, 40 + 1600 / 47]])
    error = 4.5 * np.sqrt((np.outer(np.diag(expected), np.diag(expected)) + expected**2) / 4000)
    assert (np.abs(covariance - expected) < error).all()


def test_missing_values_leave_the_slope_between_the_observed_ends():
    y = pd.Series([np.nan, 1.0, 2.0, np.nan, 4.5, 5.0, np.nan], index=pd.date_range("2024", periods=7))
    model = DriftForecaster().fit(y)
    assert model.drift_ == pytest.approx(1.0)
    np.testing.assert_allclose(model.predict(2), [7.0, 8.0])
    fitted = model.fitted_values()
    assert fitted.isna().tolist() == [True, True, False, True, False, False, True]
    np.testing.assert_allclose(fitted.dropna(), [2.0, 4.0, 5.5])  # over the gap from the last observed value


def test_one_observed_value_gives_no_drift():
    wide = wide_frame(n=5)
    wide.iloc[:4, 1:] = np.nan
    with pytest.raises(InvalidFrameError, match=r"needs 2 observed values, 2 series have one \('south' first\)"):
        DriftForecaster().fit(wide)
