import numpy as np
import pandas as pd
import pytest
from layouts import wide_frame
from scipy.stats import norm

from forecastkit import ARForecaster, NaiveForecaster
from forecastkit.errors import DataWarning, InvalidFrameError, InvalidParameterError


@pytest.fixture
def y():
    return wide_frame()["north"]


def least_squares(values, order, horizon, window_mean=False):
    """Forecast and residual covariance of a map written out with its design matrix."""
    windows = np.array([values[t - order : t] for t in range(order, len(values) - horizon + 1)])
    futures = np.array([values[t : t + horizon] for t in range(order, len(values) - horizon + 1)])
    level = windows.mean(axis=1, keepdims=True) if window_mean else 0.0
    rows = np.column_stack([np.ones(len(windows)), windows - level])
    coef = np.linalg.lstsq(rows, futures - level, rcond=None)[0]
    residual = futures - level - rows @ coef
    last = values[-order:]
    middle = last.mean() if window_mean else 0.0
    return middle + np.r_[1, last - middle] @ coef, residual.T @ residual / len(residual)


@pytest.mark.parametrize("window_scaling", [None, "mean"])
@pytest.mark.parametrize(("order", "horizon"), [(1, 4), (3, 6)])
def test_a_map_is_least_squares_on_windows_and_futures(y, order, horizon, window_scaling):
    model = ARForecaster(order=order, strategy="direct", horizon=horizon, window_scaling=window_scaling).fit(y)
    mean, covariance = least_squares(y.to_numpy(), order, horizon, window_scaling == "mean")
    interval = model.predict_interval(horizon, level=80)
    np.testing.assert_allclose(interval["forecast"], mean, rtol=1e-9)
    half = norm.ppf(0.9) * np.sqrt(np.diag(covariance))
    np.testing.assert_allclose(interval["forecast-hi-80"] - interval["forecast"], half, rtol=1e-8)
    n = 4000
    paths = model.sample(horizon, n, random_state=0).to_numpy().reshape(n, horizon)
    spread = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)) + covariance**2)
    assert (np.abs(np.cov(paths.T) - covariance) < 4.5 * spread / np.sqrt(n)).all()


def test_fewer_steps_are_the_first_ones_and_more_are_refused(y):
    model = ARForecaster(order=3, strategy="direct", horizon=6).fit(y)
    np.testing.assert_allclose(model.predict(2), model.predict(6).iloc[:2], rtol=1e-12)
    with pytest.raises(InvalidParameterError, match=r"horizon=7 is beyond the 6 steps .* fit with horizon=7"):
        model.predict(7)


def test_each_series_has_its_own_map():
    wide = wide_frame()
    together = ARForecaster(order=2, strategy="direct", horizon=4).fit(wide).predict(4)
    for name in wide:
        expected, _ = least_squares(wide[name].to_numpy(), 2, 4)
        np.testing.assert_allclose(together[name], expected, rtol=1e-9)


def test_one_map_for_all_is_least_squares_in_units_of_the_deviations():
    wide, order, horizon = wide_frame(), 2, 3
    rows, futures = [], []
    for name in wide:
        z = wide[name].to_numpy() / wide[name].std(ddof=0)
        windows = np.array([z[t - order : t] for t in range(order, 48 - horizon + 1)])
        level = windows.mean(axis=1, keepdims=True)
        rows.append(np.column_stack([np.ones(len(windows)), windows - level]))
        futures.append(np.array([z[t : t + horizon] for t in range(order, 48 - horizon + 1)]) - level)
    coef = np.linalg.lstsq(np.concatenate(rows), np.concatenate(futures), rcond=None)[0]
    model = ARForecaster(order=order, strategy="direct", horizon=horizon, pooling="global").fit(wide)
    for name in wide:
        scale, last = wide[name].std(ddof=0), wide[name].to_numpy()[-order:]
        expected = last.mean() + scale * np.r_[1, (last - last.mean()) / scale] @ coef
        np.testing.assert_allclose(model.predict(horizon)[name], expected, rtol=1e-9)


def test_logarithms_are_mapped_as_logarithms(y):
    model = ARForecaster(order=2, strategy="direct", horizon=3, transform="log").fit(y)
    mean, covariance = least_squares(np.log(y.to_numpy()), 2, 3)
    np.testing.assert_allclose(model.predict(3), np.exp(mean + np.diag(covariance) / 2), rtol=1e-9)


def test_a_history_that_lacks_what_the_map_looks_at_is_refused_by_name():
    wide = wide_frame()
    model = ARForecaster(order=4, strategy="direct", horizon=2).fit(wide)
    short, gappy = wide.iloc[-3:], wide.copy()
    gappy.iloc[-2, 2] = np.nan
    with pytest.raises(InvalidFrameError, match=r"'north' cannot be forecast from: .* last 4 values, and 1 of them"):
        model.predict(2, y=short)
    with pytest.raises(InvalidFrameError, match=r"'east' cannot be forecast from: .* last 4 values, and 1 of them"):
        model.predict(2, y=gappy)
    assert np.isfinite(model.predict(2, y=gappy.iloc[:-2])).all(axis=None)


def test_too_few_values_for_a_map_are_refused_with_what_is_needed(y):
    parameters = {"order": 3, "strategy": "direct", "horizon": 4}
    with pytest.raises(InvalidFrameError, match="'north' has 5 values, the model needs 11"):
        ARForecaster(**parameters).fit(y.iloc[:5])
    assert np.isfinite(ARForecaster(**parameters).fit(y.iloc[:11]).predict(4)).all()


@pytest.mark.parametrize("pooling", ["local", "global"])
def test_a_series_without_a_map_has_the_naive_law(pooling):
    wide = wide_frame()
    parameters = {"order": 4, "strategy": "direct", "horizon": 3, "pooling": pooling, "on_error": "naive"}
    rows = wide.copy()
    rows.iloc[20, 1] = np.nan
    with pytest.warns(DataWarning, match="1 of 3 series cannot be fitted: series 'south' has 1 missing value"):
        model = ARForecaster(**parameters).fit(rows)
    interval, naive = model.predict_interval(3), NaiveForecaster().fit(rows).predict_interval(3)
    pd.testing.assert_frame_equal(interval["south"], naive["south"], rtol=1e-8)
    others = ARForecaster(**parameters).fit(wide[["north", "east"]]).predict_interval(3)
    np.testing.assert_allclose(interval[["north", "east"]], others, rtol=1e-9)


def test_a_later_history_too_short_for_the_map_can_be_left_to_the_naive_forecast():
    wide = wide_frame()
    model = ARForecaster(order=4, strategy="direct", horizon=3, on_error="naive").fit(wide)
    later = wide.iloc[30:].copy()
    later.iloc[:-2, 1] = np.nan
    with pytest.warns(DataWarning, match=r"1 of 3 series \('south' first\) have fewer values"):
        forecast = model.predict(3, y=later)
    np.testing.assert_allclose(forecast["south"], wide["south"].iloc[-1])
    np.testing.assert_allclose(forecast["north"], model.predict(3)["north"], rtol=1e-10)
