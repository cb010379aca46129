import numpy as np
import pandas as pd
import pytest
from layouts import every_layout, wide_frame
from statsmodels.tsa.arima_process import ArmaProcess

from forecastkit import ARForecaster
from forecastkit.errors import InvalidParameterError


@pytest.fixture
def y():
    return wide_frame()["north"]


def test_paths_of_a_stationary_model_have_its_stationary_law_at_every_step(y):
    model = ARForecaster(order=2).fit(y)
    n, n_samples = 8, 20_000
    paths = model.simulate(n, n_samples, random_state=0).to_numpy().reshape(n_samples, n)
    phi = model.coef_.to_numpy()[0]
    covariance = model.sigma2_ * ArmaProcess(np.r_[1, -phi]).acovf(n)
    mean, variance = model.stationary_law().loc["north"]
    assert variance == pytest.approx(covariance[0], rel=1e-6)
    assert (np.abs(paths.mean(axis=0) - mean) < 4.5 * np.sqrt(variance / n_samples)).all()
    lags = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    expected = covariance[lags]
    error = 4.5 * np.sqrt((variance**2 + expected**2) / n_samples)
    assert (np.abs(np.cov(paths.T) - expected) < error).all()


def test_paths_of_a_trend_follow_it(y):
    model = ARForecaster(order=1, trend="ct").fit(y)
    assert model.is_stationary_
    phi = model.coef_.iloc[0, 0]
    slope = model.trend_ / (1 - phi)
    level = (model.intercept_ - phi * slope) / (1 - phi)
    paths = model.simulate(30, 8000, random_state=1).to_numpy().reshape(8000, 30)
    error = 4.5 * paths.std(axis=0) / np.sqrt(8000)
    assert (np.abs(paths.mean(axis=0) - level - slope * np.arange(1, 31)) < error).all()


@pytest.mark.parametrize("parameters", [{"differences": 1}, {"seasonal_differences": 1, "seasonal_period": 4}], ids=str)
def test_paths_of_a_differenced_model_start_with_the_first_values(y, parameters):
    model = ARForecaster(order=1, **parameters).fit(y)
    paths = model.simulate(10, 50, random_state=2).unstack(0)
    lead = 2 if "differences" in parameters else 5
    np.testing.assert_allclose(paths.iloc[:lead], np.tile(y.iloc[:lead], (50, 1)).T, rtol=1e-12)
    assert paths.iloc[lead:].std(axis=1).gt(0).all()


def test_paths_of_logarithms_are_positive_and_log_normal(y):
    model, logs = ARForecaster(order=1, transform="log").fit(y), ARForecaster(order=1).fit(np.log(y))
    paths = model.simulate(5, 4000, random_state=3)
    np.testing.assert_allclose(np.log(paths), logs.simulate(5, 4000, random_state=3), rtol=1e-9)


def test_covariates_move_the_paths():
    index = pd.date_range("2024-01-01", periods=100)
    X = pd.DataFrame({"x": np.r_[np.zeros(50), np.ones(50)]}, index=index)
    noise = np.random.default_rng(0).normal(size=100)
    model = ARForecaster(order=1).fit(pd.Series(10 * X["x"] + noise, index=index), X=X)
    paths = model.simulate(100, 200, random_state=0).unstack(0).mean(axis=1)
    assert paths.iloc[55:].mean() - paths.iloc[5:50].mean() == pytest.approx(10, abs=0.5)


@pytest.mark.parametrize(
    ("layout", "n_rows"), [("series", 10), ("wide", 10), ("long, ragged, shuffled", 30), ("multiindex frame", 30)]
)
def test_paths_have_the_layout_and_the_start_of_the_data(layout, n_rows):
    y = every_layout()[layout]
    model = ARForecaster(order=1).fit(y)
    paths = model.simulate(5, 2, random_state=0)
    assert type(paths) is type(y)
    assert len(paths) == n_rows
    if layout == "series":
        assert paths.loc[1].index.equals(y.index[:5])
        assert paths.name == y.name
    elif layout == "wide":
        assert list(paths) == list(y)
        assert paths.loc[0].index.equals(y.index[:5])
    elif layout.startswith("long"):
        assert list(paths) == ["unique_id", "ds", "sample", "y"]
        first = paths.groupby("unique_id")["ds"].min()
        for name, start in y.dropna().groupby("unique_id")["ds"].min().items():
            assert first[name] == start


def test_paths_repeat_with_the_seed_and_do_not_depend_on_other_series():
    wide = wide_frame()
    model = ARForecaster(order=2).fit(wide)
    first = model.simulate(6, 3, random_state=5)
    pd.testing.assert_frame_equal(first, model.simulate(6, 3, random_state=5))
    assert not np.allclose(first, model.simulate(6, 3, random_state=6))
    alone = ARForecaster(order=2).fit(wide[["east"]]).simulate(6, 3, random_state=5)
    pd.testing.assert_series_equal(first["east"], alone["east"], rtol=1e-10)


@pytest.mark.parametrize(("n", "n_samples", "name"), [(0, 2, "n"), (2.5, 2, "n"), (3, 0, "n_samples")], ids=str)
def test_numbers_of_steps_and_paths_are_checked(y, n, n_samples, name):
    with pytest.raises(InvalidParameterError, match=f"'{name}' must be a whole number of 1 or more"):
        ARForecaster(order=1).fit(y).simulate(n, n_samples)
