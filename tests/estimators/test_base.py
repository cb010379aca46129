import numpy as np
import pytest
from layouts import wide_frame

from forecastkit.errors import InvalidParameterError, NotSupportedError
from forecastkit.estimators import BaseForecaster, NaiveForecaster
from forecastkit.frames import as_panel


class Bare(BaseForecaster):
    """Implements nothing."""


def test_what_a_subclass_leaves_out_is_named():
    with pytest.raises(NotSupportedError, match="Bare does not implement _fit"):
        Bare().fit(wide_frame())


def test_parameters_are_checked_before_the_data():
    with pytest.raises(InvalidParameterError):
        NaiveForecaster(seasonal_period=0).fit("no data at all")


def test_the_distribution_behind_the_frames_is_given_as_arrays():
    wide = wide_frame()
    model = NaiveForecaster().fit(wide)
    forecast = model.forecast_distribution(4)
    np.testing.assert_array_equal(forecast.mean.T, model.predict(4))
    other = model.forecast_distribution(4, y=as_panel(wide.iloc[:30]))
    np.testing.assert_array_equal(other.mean.T, model.predict(4, y=wide.iloc[:30]))


@pytest.mark.parametrize("n_samples", [0, 1.5, True])
def test_the_number_of_samples_is_checked(n_samples):
    with pytest.raises(InvalidParameterError, match="'n_samples' must be a whole number of 1 or more"):
        NaiveForecaster().fit(wide_frame()).sample(2, n_samples)


def test_bad_levels_and_quantiles_are_refused():
    model = NaiveForecaster().fit(wide_frame())
    with pytest.raises(InvalidParameterError, match="'level'"):
        model.predict_interval(2, level=[80, 180])
    with pytest.raises(InvalidParameterError, match="'quantiles'"):
        model.predict_quantiles(2, quantiles=5)


def test_the_columns_are_named_by_level_and_percent():
    model = NaiveForecaster().fit(wide_frame()["north"])
    interval = model.predict_interval(1, level=[80, 99.5])
    bounds = ["lo-80", "hi-80", "lo-99.5", "hi-99.5"]
    assert list(interval) == ["forecast", *(f"forecast-{name}" for name in bounds)]
    assert list(model.predict_quantiles(1, quantiles=[0.07, 0.995])) == ["forecast-q-7", "forecast-q-99.5"]
