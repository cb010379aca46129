import numpy as np
import pandas as pd
import pytest
from layouts import wide_frame

from forecastkit import ARForecaster, NaiveForecaster
from forecastkit.errors import DataWarning, InvalidParameterError
from forecastkit.estimators.naive import last_places, seasonal_variance
from forecastkit.frames import as_panel


def monthly(values):
    return pd.Series(values, index=pd.period_range("2020-01", periods=len(values), freq="M"), dtype=float)


def test_the_naive_forecast_repeats_the_last_value_with_the_spread_of_a_random_walk():
    y = monthly([1.0, 3.0, 2.0, 5.0])
    model = NaiveForecaster().fit(y)
    assert model.seasonal_period_ == 1
    assert model.predict(3).tolist() == [5.0, 5.0, 5.0]
    interval = model.predict_interval(3, level=68.26894921370858)
    deviation = np.sqrt(np.mean(np.diff(y) ** 2))
    np.testing.assert_allclose(interval.iloc[:, 2] - 5.0, deviation * np.sqrt([1, 2, 3]), rtol=1e-10)


def test_the_seasonal_naive_forecast_repeats_the_last_season_and_widens_once_a_season():
    y = monthly([1.0, 2.0, 3.0, 2.0, 4.0, 6.0])
    model = NaiveForecaster(seasonal_period=3).fit(y)
    assert model.predict(7).tolist() == [2.0, 4.0, 6.0, 2.0, 4.0, 6.0, 2.0]
    half = (model.predict_interval(7, level=68.26894921370858).iloc[:, 2] - model.predict(7)).to_numpy()
    np.testing.assert_allclose(half, np.sqrt((1 + 4 + 9) / 3 * np.array([1, 1, 1, 2, 2, 2, 3])), rtol=1e-10)


def test_the_naive_law_is_that_of_an_ar_with_one_difference_and_no_terms():
    y = wide_frame()["north"]
    naive, ar = NaiveForecaster().fit(y), ARForecaster(order=0, trend="n", differences=1).fit(y)
    pd.testing.assert_frame_equal(naive.predict_interval(6), ar.predict_interval(6), rtol=1e-12)
    pd.testing.assert_series_equal(naive.score_samples(), ar.score_samples(), rtol=1e-10)


@pytest.mark.parametrize(
    ("freq", "season"), [("h", 24), ("D", 7), ("MS", 12), ("QS", 4), ("YS", 1), ("15min", 96), ("B", 5)]
)
def test_auto_takes_the_season_of_the_calendar(freq, season):
    y = pd.Series(np.arange(200.0), index=pd.date_range("2001-01-01", periods=200, freq=freq))
    model = NaiveForecaster(seasonal_period="auto").fit(y)
    assert model.seasonal_period_ == season
    assert model.predict(1).iloc[0] == 200.0 - season


def test_missing_values_are_skipped():
    y = monthly([1.0, 2.0, 3.0, 4.0, np.nan, 6.0, np.nan])
    assert NaiveForecaster().fit(y).predict(2).tolist() == [6.0, 6.0]
    seasonal = NaiveForecaster(seasonal_period=3).fit(y)
    assert seasonal.predict(4).tolist() == [2.0, 6.0, 4.0, 2.0]


def test_a_season_never_seen_is_forecast_by_the_last_value_with_one_counted_warning():
    wide = wide_frame(n=10)
    wide.iloc[:8, 1] = np.nan
    model = NaiveForecaster(seasonal_period=4).fit(wide)
    with pytest.warns(
        DataWarning, match=r"1 of 3 series \('south' first\) have no observation of some steps"
    ) as caught:
        forecast = model.predict(4)
    assert len(caught) == 1
    assert forecast["south"].tolist() == [wide.iloc[9, 1], wide.iloc[9, 1], *wide.iloc[8:, 1]]


def test_the_variance_comes_from_neighbouring_observed_values_by_their_distance():
    panel = as_panel(pd.DataFrame({"a": [1.0, 2.0, np.nan, 5.0, 9.0], "b": [1.0, np.nan, 2.0, np.nan, 3.0]}))
    np.testing.assert_allclose(seasonal_variance(panel, 1), [(1 + 9 / 2 + 16) / 3, 1 / 2])
    np.testing.assert_allclose(seasonal_variance(panel, 2), [(64 / 2 + 9) / 2, 1.0])
    np.testing.assert_allclose(panel.values[last_places(panel)], [9.0, 3.0])


@pytest.mark.parametrize("season", [0, -3, 1.5, True, "daily", "12", [12]], ids=repr)
def test_a_season_that_is_no_number_of_steps_is_refused(season):
    with pytest.raises(InvalidParameterError, match="'seasonal_period' must be a whole number of 1 or more"):
        NaiveForecaster(seasonal_period=season).fit(monthly([1.0, 2.0]))
