import numpy as np
import pytest

from forecastkit.autoregression import ARSpecification, fit_batch
from forecastkit.autoregression.tail_backtest import (
    TailForecasts,
    forecast_window,
    tail_errors,
    tail_horizons,
    tail_windows,
)


def ragged(*series):
    lengths = np.array([len(y) for y in series])
    y = np.full((len(series), lengths.max()), np.nan)
    for row, values in zip(y, series, strict=True):
        row[len(row) - len(values) :] = values
    return y, lengths


def forecasts(errors, variances):
    errors, variances = np.array(errors, dtype=float), np.array(variances, dtype=float)
    return TailForecasts(np.zeros(len(errors), dtype=int), errors, variances, 1)


def test_horizons_grow_with_the_season_and_stay_within_a_fifth():
    assert tail_horizons(np.array([3, 10, 100, 1000]), 24).tolist() == [1, 2, 20, 48]
    assert tail_horizons(np.array([10, 1000]), 1).tolist() == [2, 6]


def test_windows_hold_what_was_known_and_what_came_after():
    series = [np.arange(30.0), 100 + np.arange(12.0), np.arange(7.0)]
    y, lengths = ragged(*series)
    windows = tail_windows(y, lengths, tail_horizons(lengths, 1))
    assert windows.series.tolist() == [0, 1, 0, 1]
    for i, known, length, after in zip(windows.series, windows.y, windows.lengths, windows.after, strict=True):
        later = after[~np.isnan(after)]
        np.testing.assert_array_equal(known[len(known) - length :], series[i][:length])
        assert np.isnan(known[: len(known) - length]).all()
        np.testing.assert_array_equal(later, series[i][length : length + len(later)])


def test_no_origin_leaves_less_than_half_of_a_series():
    y, lengths = ragged(*(np.arange(float(n)) for n in range(1, 60)))
    windows = tail_windows(y, lengths, tail_horizons(lengths, 12))
    assert (windows.lengths >= np.maximum(lengths[windows.series] / 2, 8)).all()


def test_forecasts_of_a_window_are_those_of_the_recursion():
    y, lengths = ragged(np.random.default_rng(0).normal(size=80).cumsum())
    specification = ARSpecification(lags=(1, 2), differences=1)
    estimates = fit_batch(y, lengths, specification)
    mean, variance = forecast_window(y, specification, estimates, 3)
    (c,), (a, b), values = estimates.deterministic[0], estimates.coef[0], y[0].tolist()
    for step in range(3):
        change = c + a * (values[-1] - values[-2]) + b * (values[-2] - values[-3])
        values.append(values[-1] + change)
        np.testing.assert_allclose(mean[0, step], values[-1])
    np.testing.assert_allclose(variance[0, :2], estimates.sigma2[0] * np.array([1, 1 + (1 + a) ** 2]))


@pytest.mark.parametrize("power", [0, 1])
def test_errors_are_in_the_unit_of_the_data(power):
    rng = np.random.default_rng(1)
    y, lengths = ragged(np.exp(rng.normal(size=60) * 0.01 + 3))
    windows = tail_windows(y, lengths, tail_horizons(lengths, 1))
    specification = ARSpecification()
    z = windows.y if power == 1 else np.log(windows.y)
    fitted = np.array([True, False])
    errors, variances = tail_errors(windows, specification, power, fit_batch(z, windows.lengths, specification), fitted)
    expected = np.mean(z[0, -54:]) if power == 1 else np.exp(np.mean(z[0, -54:]))
    np.testing.assert_allclose(errors[0], expected - windows.after[0])
    np.testing.assert_allclose(variances[0], windows.y[0, -54:].var(), rtol=0.01)
    assert np.isnan(errors[1]).all()


def test_the_mean_squared_error_wants_every_origin():
    nan = np.nan
    tail = forecasts([[[1, 3], [nan, nan], [2, np.inf]], [[1, nan], [0, nan], [2, nan]]], np.ones((2, 3, 2)))
    assert tail.mean_squared_error[0, 0] == pytest.approx(11 / 3)
    assert np.isnan(tail.mean_squared_error[0, 1])
    assert np.isinf(tail.mean_squared_error[0, 2])


def test_the_spread_takes_twice_the_disagreement_from_the_variance():
    tail = forecasts([[[1, 1], [-1, -1]]], [[[10, 10], [10, 10]]])
    assert tail.pooled_spread(np.array([[0.5, 0.5]]), 0.5)[0] == pytest.approx(1 - 2 * 1 / 10)
    assert tail.pooled_spread(np.array([[1.0, 0.0]]), 0.5)[0] == 1
    assert forecasts([[[9], [-9]]], [[[10], [10]]]).pooled_spread(np.array([[0.5, 0.5]]), 0.5)[0] == 0.5


def test_a_series_without_a_backtest_keeps_its_spread():
    tail = TailForecasts(np.empty(0, dtype=int), np.empty((0, 2, 1)), np.empty((0, 2, 1)), 3)
    assert np.isnan(tail.mean_squared_error).all()
    np.testing.assert_array_equal(tail.pooled_spread(np.full((3, 2), 0.5), 0.5), 1.0)


def test_honest_forecasts_that_share_their_error_are_calibrated_after_the_correction():
    rng = np.random.default_rng(2)
    shared, own = rng.normal(size=(400, 1, 50)), rng.normal(size=(400, 4, 50))
    errors = shared + own
    tail = TailForecasts(np.arange(400), errors, np.full(errors.shape, 2.0), 400)
    factor = tail.pooled_spread(np.full((400, 4), 0.25), 0.0).mean()
    mixture_variance = factor * 2 + errors.var(axis=1).mean()
    np.testing.assert_allclose(mixture_variance, errors.mean(axis=1).var(), rtol=0.02)
