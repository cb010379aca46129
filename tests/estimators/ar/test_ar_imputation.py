import numpy as np
import pandas as pd
import pytest
from layouts import long_frame, multiindex, shuffled, wide_frame
from scipy.linalg import toeplitz
from scipy.stats import norm
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.arima_process import ArmaProcess

from forecastkit import ARForecaster
from forecastkit.errors import DataWarning, InvalidFrameError, InvalidParameterError
from forecastkit.gaussian import Gaussian

GAPS = [5, 6, 7, 20, 33, 34, 41]


def gappy(places=GAPS, column=0):
    wide = wide_frame()
    wide.iloc[places, column] = np.nan
    return wide


@pytest.fixture
def y():
    return gappy()["north"]


def smoothed(model, y):
    """statsmodels' smoother at the parameters of a stationary model with a constant."""
    phi = model.coef_.to_numpy()[0]
    parameters = [model.intercept_ / (1 - phi.sum()), *phi, model.sigma2_]
    return ARIMA(y.to_numpy(), order=(len(phi), 0, 0)).smooth(parameters)


@pytest.mark.parametrize("order", [1, 2, 4])
def test_gaps_are_filled_as_by_the_smoother(y, order):
    model = ARForecaster(order=order).fit(y)
    reference = smoothed(model, y)
    filled = model.impute(level=95)
    np.testing.assert_allclose(filled["imputed"], reference.predict(information_set="smoothed"), rtol=1e-8)
    variance = reference.smoothed_state_cov[0, 0][GAPS]
    half = (filled["imputed-hi-95"] - filled["imputed-lo-95"]).to_numpy()[GAPS] / 2
    np.testing.assert_allclose(half, norm.ppf(0.975) * np.sqrt(variance), rtol=1e-7)


@pytest.mark.parametrize("order", [1, 2])
def test_the_likelihood_of_a_gappy_series_is_that_of_a_state_space_model(y, order):
    model = ARForecaster(order=order).fit(y)
    reference = smoothed(model, y)
    assert model.log_likelihood() == pytest.approx(reference.llf_obs[order:].sum(), rel=1e-9)
    seen = y.notna().to_numpy() & (np.arange(48) >= order)
    np.testing.assert_allclose(model.score_samples()[seen], reference.llf_obs[seen], rtol=1e-8)
    np.testing.assert_allclose(model.fitted_values()[seen], reference.fittedvalues[seen], rtol=1e-8)


def test_gaps_at_both_ends_and_inside_follow_the_dense_conditional():
    model = ARForecaster(order=2).fit(wide_frame()["north"])
    y = wide_frame()["north"].iloc[:12].copy()
    missing = [0, 1, 4, 5, 10, 11]
    y.iloc[missing] = np.nan
    y.iloc[0] = 8.0  # a panel begins with its first value
    missing = missing[1:]
    phi = model.coef_.to_numpy()[0]
    covariance = toeplitz(model.sigma2_ * ArmaProcess(np.r_[1, -phi]).acovf(12))
    law = Gaussian(np.full(12, model.intercept_ / (1 - phi.sum())), covariance)
    seen = np.setdiff1d(np.arange(12), missing)
    rest = law.condition(seen, y.iloc[seen].to_numpy())
    filled = model.impute(y, level=80)
    np.testing.assert_allclose(filled["imputed"].iloc[missing], rest.mean, rtol=1e-9)
    half = (filled["imputed-hi-80"] - filled["imputed"]).iloc[missing]
    np.testing.assert_allclose(half, norm.ppf(0.9) * np.sqrt(np.diag(rest.covariance)), rtol=1e-8)
    n = 4000
    draws = model.impute(y, n_samples=n, random_state=0).to_numpy().reshape(n, 12)[:, missing]
    error = 4.5 * np.sqrt(np.diag(rest.covariance) / n)
    assert (np.abs(draws.mean(axis=0) - rest.mean) < error).all()
    spread = np.sqrt(np.outer(np.diag(rest.covariance), np.diag(rest.covariance)) + rest.covariance**2)
    assert (np.abs(np.cov(draws.T) - rest.covariance) < 4.5 * spread / np.sqrt(n)).all()


def test_every_layout_is_filled_alike_and_in_its_own_order():
    wide = gappy()
    wide.iloc[[9, 30], 2] = np.nan
    alone = {name: ARForecaster(order=2).fit(wide[name]).impute() for name in wide}
    filled = ARForecaster(order=2).fit(wide).impute()
    assert list(filled) == list(wide)
    assert filled.index.equals(wide.index)
    for name in wide:
        np.testing.assert_allclose(filled[name], alone[name], rtol=1e-10)
    rows = shuffled(long_frame(wide))
    model = ARForecaster(order=2).fit(rows)
    long = model.impute()
    pd.testing.assert_frame_equal(long[["unique_id", "ds"]], rows[["unique_id", "ds"]])
    table = long.pivot(index="ds", columns="unique_id", values="y")[list(wide)]
    np.testing.assert_allclose(table, filled, rtol=1e-10)
    levels = model.impute(level=[80])
    pd.testing.assert_frame_equal(levels[["unique_id", "ds"]], rows[["unique_id", "ds"]])
    stacked = ARForecaster(order=2).fit(multiindex(wide)).impute()
    np.testing.assert_allclose(stacked["y"].unstack(0)[list(wide)], filled, rtol=1e-10)


def test_observed_values_are_themselves_whatever_the_level():
    wide = gappy()
    model = ARForecaster(order=2).fit(wide)
    filled = model.impute(level=(50, 95))
    seen = wide["north"].notna().to_numpy()
    north = filled["north"]
    assert list(north) == ["imputed", *(f"imputed-{side}-{level}" for level in (50, 95) for side in ("lo", "hi"))]
    for column in north:
        np.testing.assert_array_equal(north.loc[seen, column], wide.loc[seen, "north"])
    inside = north.loc[~seen, ["imputed-lo-95", "imputed-lo-50", "imputed", "imputed-hi-50", "imputed-hi-95"]]
    assert (np.diff(inside, axis=1) > 0).all()
    np.testing.assert_array_equal(filled["south"], np.tile(wide[["south"]], 5))


def test_another_series_of_the_same_name_is_filled_with_the_fitted_parameters(y):
    model = ARForecaster(order=2).fit(wide_frame())
    before = model.log_likelihood()
    part = gappy()[["north"]].iloc[:30]
    np.testing.assert_allclose(
        model.impute(part)["north"], ARForecaster(order=2).fit(wide_frame()["north"]).impute(part["north"])
    )
    pd.testing.assert_series_equal(model.log_likelihood(), before)


def test_nothing_missing_comes_back_as_it_is():
    wide = wide_frame()
    pd.testing.assert_frame_equal(ARForecaster(order=1).fit(wide).impute(), wide, check_freq=False)


@pytest.mark.parametrize("places", [[47], [45, 47], [40, 41, 42, 46]], ids=str)
def test_a_forecast_after_a_late_gap_is_the_state_space_one(places):
    y = gappy(places)["north"]
    model = ARForecaster(order=2).fit(wide_frame()["north"])
    reference = smoothed(model, y.where(y.notna())).get_forecast(6)
    y = y.loc[: y.last_valid_index()]
    late = 47 - 47 if y.index[-1] == wide_frame().index[-1] else 48 - len(y)
    interval = model.predict_interval(6 + late, level=95, y=y).iloc[late:]
    np.testing.assert_allclose(interval["forecast"], reference.predicted_mean, rtol=1e-8)
    np.testing.assert_allclose(interval.iloc[:, 1:], reference.conf_int(), rtol=1e-8)


def test_a_differenced_series_is_filled_between_its_neighbours():
    y = pd.Series(np.arange(40.0), index=pd.date_range("2024-01-01", periods=40))
    y.iloc[[10, 11, 30]] = np.nan
    noisy = y + np.random.default_rng(0).normal(0, 0.01, 40)
    filled = ARForecaster(order=1, differences=1).fit(noisy).impute()
    np.testing.assert_allclose(filled, np.arange(40), atol=0.1)


def test_logarithms_are_filled_with_their_mean_and_quantiles():
    y = gappy()["north"]
    model, logs = ARForecaster(order=2, transform="log").fit(y), ARForecaster(order=2).fit(np.log(y))
    level = 100 * (2 * norm.cdf(1) - 1)
    filled, of_logs = model.impute(level=level), logs.impute(level=level)
    deviation = (of_logs.iloc[:, 2] - of_logs["imputed"]).to_numpy()[GAPS]
    middle = of_logs["imputed"].to_numpy()[GAPS]
    np.testing.assert_allclose(filled["imputed"].iloc[GAPS], np.exp(middle + deviation**2 / 2), rtol=1e-8)
    np.testing.assert_allclose(filled.iloc[GAPS, 1:], np.exp(of_logs.iloc[GAPS, 1:]), rtol=1e-8)
    assert (model.impute(n_samples=20, random_state=0) > 0).all()


def test_completions_repeat_with_the_seed_and_do_not_depend_on_other_series():
    wide = gappy()
    model, alone = ARForecaster(order=2).fit(wide), ARForecaster(order=2).fit(wide[["north"]])
    draws = model.impute(n_samples=3, random_state=4)
    pd.testing.assert_frame_equal(draws, model.impute(n_samples=3, random_state=4))
    pd.testing.assert_series_equal(draws["north"], alone.impute(n_samples=3, random_state=4)["north"], rtol=1e-10)
    assert draws["north"].unstack(0).iloc[GAPS].std(axis=1).gt(0).all()
    pd.testing.assert_series_equal(draws.loc[2, "south"], wide["south"], check_names=False, check_freq=False)


def test_what_the_data_leave_open_is_refused_with_the_series():
    growth = pd.Series(1.3 ** np.arange(30) + np.sin(np.arange(30)), index=pd.date_range("2024-01-01", periods=30))
    model = ARForecaster(order=3).fit(growth.rename("growth"))
    part = growth.iloc[:4].copy()
    part.iloc[1:3] = np.nan
    with pytest.raises(InvalidFrameError, match="'growth': the observed values do not determine the missing ones"):
        model.impute(part.rename("growth"))


def test_bad_requests_are_refused(y):
    model = ARForecaster(order=2).fit(y)
    with pytest.raises(InvalidParameterError, match=r"'level' must be percent.*180"):
        model.impute(level=180)
    for n_samples in (0, -1, 2.5, True):
        with pytest.raises(InvalidParameterError, match="'n_samples' must be a whole number of 1 or more"):
            model.impute(n_samples=n_samples)
    with pytest.raises(InvalidParameterError, match=r"'level' .*'n_samples'"):
        model.impute(level=80, n_samples=3)


def test_stamps_that_the_frame_lacks_are_filled_as_rows_of_their_own():
    y = wide_frame()["north"]
    lacking = y.drop(y.index[[10, 11]])
    with pytest.warns(DataWarning, match="2 missing stamps"):
        model = ARForecaster(order=2).fit(lacking)
    filled = model.impute()
    assert list(filled.index) == list(y.index)
    assert filled.notna().all()
    pd.testing.assert_series_equal(filled.drop(y.index[[10, 11]]), lacking, check_freq=False)
    assert list(model.impute(level=80).index) == list(y.index)
