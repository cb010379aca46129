import pickle

import numpy as np
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.windows import NotPositiveError, seasonal_weights, series_scaling

OFFSETS = np.array([0, 6, 6, 10, 14])


@pytest.fixture
def values():
    values = np.random.default_rng(0).lognormal(2.0, 1.0, 14)
    values[[1, 9]] = np.nan
    values[10:] = 0.1  # constant, and its mean is not exactly 0.1
    return values


@pytest.mark.parametrize("log", [False, True])
def test_center_and_scale_are_the_moments_of_each_series(values, log):
    scaling = series_scaling(values, OFFSETS, log=log)
    numbers = np.log(values) if log else values
    for i in (0, 2):
        own = numbers[OFFSETS[i] : OFFSETS[i + 1]]
        assert scaling.center[i] == pytest.approx(np.nanmean(own), rel=1e-12)
        assert scaling.scale[i] == pytest.approx(np.nanstd(own), rel=1e-12)


def test_a_constant_series_and_an_empty_one_have_scale_one(values):
    scaling = series_scaling(values, OFFSETS)
    assert scaling.scale[[1, 3]].tolist() == [1.0, 1.0]
    assert scaling.center[1] == 0.0
    assert scaling.center[3] == pytest.approx(0.1)


def test_the_held_out_tail_changes_nothing(values):
    used = np.array([4, 0, 3, 4])
    before = series_scaling(values, OFFSETS, used=used)
    values[[4, 5, 9]] = 1e6
    after = series_scaling(values, OFFSETS, used=used)
    assert np.array_equal(before.center, after.center)
    assert np.array_equal(before.scale, after.scale)
    assert before.center[0] == pytest.approx(np.nanmean(values[:4]))


def test_a_level_far_from_zero_does_not_swamp_the_scale():
    y = 1e9 + np.random.default_rng(0).standard_normal(1000)
    assert series_scaling(y, np.array([0, 1000])).scale[0] == pytest.approx(y.std(), rel=1e-6)


def test_the_steps_between_series_are_not_taken_for_variation():
    scaling = series_scaling(np.array([1.0, 1.0, 9.0, 9.0]), np.array([0, 2, 4]))
    assert scaling.scale.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("kind", ["standard", None])
def test_the_inverse_undoes_the_scaling(values, kind, log):
    scaling = series_scaling(values, OFFSETS, kind, log=log)
    series = np.repeat(np.arange(4), np.diff(OFFSETS))
    back = scaling.inverse(scaling.forward(values, series), series)
    np.testing.assert_allclose(back, values, rtol=1e-12)


def test_scaled_series_have_mean_zero_and_deviation_one(values):
    z = series_scaling(values, OFFSETS).forward(values[:6], np.zeros(6, dtype=int))
    assert np.nanmean(z) == pytest.approx(0.0, abs=1e-12)
    assert np.nanstd(z) == pytest.approx(1.0)


@pytest.mark.parametrize("log", [False, True])
def test_the_log_scale_is_that_of_the_slope(values, log):
    scaling = series_scaling(values, OFFSETS, log=log)
    y, series = np.array([[3.0, 5.0, 9.0], [1.0, 2.0, 4.0]]), np.array([[0], [2]])
    step = 1e-6 * y
    slope = (scaling.forward(y + step, series) - scaling.forward(y - step, series)) / (2 * step)
    np.testing.assert_allclose(scaling.log_scale(y, series), np.log(slope), atol=1e-8)


def test_no_scaling_is_the_identity(values):
    scaling = series_scaling(values, OFFSETS, None)
    assert np.array_equal(scaling.forward(values[2:5], np.zeros(3, dtype=int)), values[2:5])


def test_the_logarithm_of_what_is_not_positive_is_refused_with_its_place(values):
    values[[7, 12]] = [0.0, -1.0]
    with pytest.raises(
        NotPositiveError, match=r"got 2 that are not: 0 at position 1 of series 2 is the first"
    ) as raised:
        series_scaling(values, OFFSETS, log=True, used=np.zeros(4, dtype=int))
    error = raised.value
    assert isinstance(error, InvalidParameterError)
    assert (error.count, error.series, error.position) == (2, 2, 1)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.count, again.series, again.position) == (str(error), 2, 2, 1)


@pytest.mark.parametrize("log", [False, True])
def test_weights_turn_scaled_errors_into_errors_in_units_of_the_seasonal_naive_forecast(log):
    rng = np.random.default_rng(0)
    lengths, season = np.array([50, 80, 60]), 4
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    series = np.repeat(np.arange(3), lengths)
    values = 100.0 + 0.1 * np.array([1.0, 10.0, 30.0])[series] * rng.standard_normal(offsets[-1])
    values[7] = np.nan
    scaling = series_scaling(values, offsets, log=log)
    weights = seasonal_weights(values, offsets, scaling, season)
    assert weights.mean() == pytest.approx(1.0)
    naive = [np.nanmean(np.abs(part[season:] - part[:-season])) for part in np.split(values, offsets[1:-1])]
    step = 1e-4  # of a scaled value, at the mean of each series
    at = np.array([np.nanmean(part) for part in np.split(values, offsets[1:-1])])
    moved = scaling.inverse(scaling.forward(at, np.arange(3)) + step, np.arange(3)) - at
    np.testing.assert_allclose(weights / weights[0], (moved / naive) / (moved / naive)[0], rtol=1e-3)


def test_a_series_without_a_seasonal_difference_has_the_mean_weight():
    scaling = series_scaling(np.array([1.0, 1.0, 1.0, 1.0, 3.0, 2.0]), np.array([0, 3, 6]))
    weights = seasonal_weights(np.array([1.0, 1.0, 1.0, 1.0, 3.0, 2.0]), np.array([0, 3, 6]), scaling, 1)
    np.testing.assert_allclose(weights, [1.0, 1.0])
