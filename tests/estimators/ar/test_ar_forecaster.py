import numpy as np
import pandas as pd
import pytest
from layouts import INDEXES, long_frame, ragged_long, wide_frame
from scipy.linalg import toeplitz
from statsmodels.tsa.ar_model import AutoReg, ar_select_order
from statsmodels.tsa.arima_process import arma2ma
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecastkit import ARForecaster, NaiveForecaster
from forecastkit.errors import DataWarning, InvalidFrameError, InvalidParameterError


@pytest.fixture
def y():
    return wide_frame()["north"]


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("lags", [0, 1, 3, [1, 4], [2]], ids=str)
@pytest.mark.parametrize("scale", [1.0, 1e-6])
def test_forecasts_and_intervals_are_those_of_autoreg(y, lags, trend, scale):
    y = y * scale
    model = ARForecaster(order=lags, trend=trend).fit(y)
    reference = AutoReg(y.to_numpy(), lags=lags, trend=trend).fit().get_prediction(48, 57)
    np.testing.assert_allclose(model.predict(10), reference.predicted_mean, rtol=1e-8)
    for level in (80, 95):
        bounds = model.predict_interval(10, level=level).iloc[:, 1:]
        np.testing.assert_allclose(bounds, reference.conf_int(alpha=1 - level / 100), rtol=1e-8)


@pytest.mark.parametrize("trend", ["c", "ct"])
@pytest.mark.parametrize("lags", [1, 3, [1, 4], "aic"], ids=str)
def test_a_level_far_from_zero_only_moves_the_forecast(y, lags, trend):
    model, far = ARForecaster(order=lags, trend=trend).fit(y), ARForecaster(order=lags, trend=trend).fit(y + 1e6)
    np.testing.assert_allclose(far.predict_interval(10) - 1e6, model.predict_interval(10), atol=2e-8)
    np.testing.assert_allclose(far.coef_, model.coef_, atol=1e-8)


def test_without_an_intercept_a_level_far_from_zero_is_no_obstacle(y):
    values = (y + 1e6).to_numpy()
    rows = np.column_stack([values[2 - j : 48 - j] for j in (1, 2)])
    phi = np.linalg.lstsq(rows, values[2:], rcond=None)[0]
    model = ARForecaster(order=2, trend="n").fit(y + 1e6)
    assert model.predict(1).iloc[0] == pytest.approx(values[[-1, -2]] @ phi, abs=1e-7)
    assert model.sigma2_ == pytest.approx(np.mean((values[2:] - rows @ phi) ** 2), rel=1e-8)


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
def test_fitted_values_and_likelihood_are_those_of_autoreg(y, trend):
    model, reference = ARForecaster(order=2, trend=trend).fit(y), AutoReg(y.to_numpy(), 2, trend=trend).fit()
    np.testing.assert_allclose(model.fitted_values().iloc[2:], reference.fittedvalues, rtol=1e-8)
    assert model.fitted_values().iloc[:2].isna().all()
    assert model.log_likelihood() == pytest.approx(reference.llf, rel=1e-8)


@pytest.mark.parametrize("criterion", ["aic", "bic", "hqic"])
def test_a_criterion_chooses_as_ar_select_order_and_fits_on_all_rows(y, criterion):
    model = ARForecaster(order=criterion, max_order=8).fit(y)
    lags = ar_select_order(y.to_numpy(), 8, ic=criterion).ar_lags or [0]
    assert model.order_ == max(lags)
    reference = AutoReg(y.to_numpy(), max(lags)).fit()
    assert model.aic_ == pytest.approx(reference.aic, rel=1e-10)


@pytest.mark.parametrize(("d", "seasonal"), [(1, 0), (2, 0), (0, 1), (1, 1)])
def test_forecasts_of_differenced_models_are_the_state_space_ones(y, d, seasonal):
    model = ARForecaster(order=2, trend="n", differences=d, seasonal_differences=seasonal, seasonal_period=4).fit(y)
    reference = SARIMAX(y.to_numpy(), order=(2, d, 0), seasonal_order=(0, seasonal, 0, 4), enforce_stationarity=False)
    forecast = reference.smooth([*model.coef_.to_numpy()[0], model.sigma2_]).get_forecast(9)
    interval = model.predict_interval(9, level=95)
    np.testing.assert_allclose(interval["forecast"], forecast.predicted_mean, rtol=1e-6)
    np.testing.assert_allclose(interval.iloc[:, 1:], forecast.conf_int(alpha=0.05), rtol=1e-6)


def test_a_constant_after_one_difference_is_a_line_and_a_trend_a_parabola():
    time = np.arange(30.0)
    index = pd.RangeIndex(100, 130)
    line = ARForecaster(order=0, differences=1).fit(pd.Series(2 + 3 * time, index=index))
    np.testing.assert_allclose(line.predict(3), 2 + 3 * np.arange(30, 33), rtol=1e-12)
    parabola = ARForecaster(order=0, trend="ct", differences=1).fit(pd.Series(time**2, index=index))
    np.testing.assert_allclose(parabola.predict(3), np.arange(30.0, 33) ** 2, rtol=1e-10)
    assert parabola.trend_ == pytest.approx(2.0)
    assert parabola.intercept_ == pytest.approx(-1.0)


def test_joint_samples_have_the_dense_covariance(y):
    model = ARForecaster(order=2, differences=1).fit(y)
    n, h = 20_000, 5
    paths = model.sample(h, n, random_state=0).to_numpy().reshape(n, h)
    phi1, phi2 = model.coef_.to_numpy()[0]
    psi = np.cumsum(arma2ma([1, -phi1, -phi2], [1], h))
    lower = toeplitz(psi, np.zeros(h))
    expected = model.sigma2_ * lower @ lower.T
    error = 4.5 * np.sqrt((np.outer(np.diag(expected), np.diag(expected)) + expected**2) / n)
    assert (np.abs(np.cov(paths.T) - expected) < error).all()


def test_trend_time_follows_the_calendar_of_another_history(y):
    model = ARForecaster(order=1, trend="ct").fit(y.iloc[:40])
    scores = model.score_samples(y.iloc[25:])
    whole = model.score_samples(y)
    np.testing.assert_allclose(scores.iloc[1:], whole.iloc[26:], rtol=1e-9)


def test_series_of_different_lengths_choose_their_own_orders():
    wide = wide_frame()
    rows = ragged_long(wide)
    together = ARForecaster(order="aic").fit(rows)
    for name, part in rows.dropna().groupby("unique_id"):
        alone = ARForecaster(order="aic").fit(part.set_index("ds")["y"].asfreq("D"))
        assert together.order_[name] == alone.order_
        assert together.sigma2_[name] == pytest.approx(alone.sigma2_, rel=1e-10)


def test_a_seasonal_difference_needs_a_season():
    y = pd.Series(np.arange(20.0) ** 2, index=pd.period_range("2000", periods=20, freq="Y"))
    with pytest.raises(InvalidParameterError, match="yearly data have none by default: set seasonal_period"):
        ARForecaster(order=1, seasonal_differences=1).fit(y)
    assert ARForecaster(order=1, seasonal_differences=1, seasonal_period=3).fit(y).order_ == 1


def test_the_season_of_the_calendar_is_used_without_one_given():
    y = wide_frame("month ends")["north"]
    given = ARForecaster(order=1, seasonal_differences=1, seasonal_period=12).fit(y)
    np.testing.assert_array_equal(ARForecaster(order=1, seasonal_differences=1).fit(y).predict(4), given.predict(4))


@pytest.mark.parametrize("parameters", [{"order": 12}, {"order": [1, 24]}, {"order": 2, "differences": 9}], ids=str)
def test_too_short_a_series_is_told_how_many_values_are_needed_and_that_many_are_enough(y, parameters):
    p = parameters["order"]
    required = parameters.get("differences", 0) + (2 * p if isinstance(p, int) else 24 + 2) + 2
    with pytest.raises(InvalidFrameError, match=f"'north' has {required - 1} values, the model needs {required}"):
        ARForecaster(**parameters).fit(y.iloc[: required - 1])
    assert np.isfinite(ARForecaster(**parameters).fit(y.iloc[:required]).predict(3)).all()


def test_on_error_naive_counts_the_series_it_could_not_fit_in_one_warning():
    wide = wide_frame()
    rows = pd.concat([long_frame(wide[["north"]]), long_frame(wide[["south", "east"]].iloc[-6:])])
    with pytest.raises(InvalidFrameError, match="2 of 3 series cannot be fitted: series 'south' has 6 values"):
        ARForecaster(order=4).fit(rows)
    with pytest.warns(DataWarning, match="2 of 3 series cannot be fitted") as caught:
        model = ARForecaster(order=4, on_error="naive").fit(rows)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    forecast, naive = model.predict(3), NaiveForecaster().fit(rows).predict(3)
    fitted = forecast["unique_id"] == "north"
    pd.testing.assert_frame_equal(forecast[~fitted], naive[~fitted])
    alone = ARForecaster(order=4).fit(rows[rows["unique_id"] == "north"])
    np.testing.assert_allclose(forecast.loc[fitted, "y"], alone.predict(3)["y"], rtol=1e-12)
    interval, width = model.predict_interval(3), NaiveForecaster().fit(rows).predict_interval(3)
    pd.testing.assert_frame_equal(interval[~fitted], width[~fitted])


def test_every_series_may_be_left_to_the_naive_forecast(y):
    with pytest.warns(DataWarning, match="'north' has 6 values, the model needs 8"):
        model = ARForecaster(order=3, on_error="naive").fit(y.iloc[:6])
    assert model.predict(2).tolist() == [y.iloc[5]] * 2
    assert not model.is_stationary_


def test_a_history_shorter_than_the_model_looks_back_is_refused(y):
    model = ARForecaster(order=5).fit(y)
    with pytest.raises(InvalidFrameError, match="looks at the last 5 values and it has 3; give a longer history"):
        model.predict(1, y=y.iloc[:3])
    gappy = y.iloc[:5].copy()
    gappy.iloc[[1, 3]] = np.nan
    assert np.isfinite(model.predict(1, y=gappy)).all()


def test_a_gap_that_the_history_leaves_open_is_refused_with_what_is_missing():
    growth = pd.Series(1.3 ** np.arange(30) + np.sin(np.arange(30)), index=INDEXES["days"][:30], name="north")
    model = ARForecaster(order=3).fit(growth)
    assert not model.is_stationary_
    gappy = growth.iloc[:4].copy()
    gappy.iloc[1:3] = np.nan
    with pytest.raises(InvalidFrameError, match=r"'north'.* last 3 values and 2 of them are missing.*interpolate"):
        model.predict(1, y=gappy)


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("parameters", [{"order": 3}, {"order": "aic"}, {"order": 1, "differences": 1}], ids=str)
def test_a_constant_series_is_exact_with_no_variance(trend, parameters):
    y = pd.Series(4.2, index=INDEXES["days"])
    model = ARForecaster(trend=trend, **parameters).fit(y)
    assert model.sigma2_ == 0.0
    np.testing.assert_allclose(model.predict_interval(4), 4.2, rtol=1e-12)


def test_a_later_history_that_is_too_short_falls_back_only_where_it_must():
    wide = wide_frame()
    strict = ARForecaster(order=3).fit(wide)
    later = wide.iloc[20:].copy()
    later.iloc[:-2, 1] = np.nan
    with pytest.raises(InvalidFrameError, match=r"'south' cannot be forecast from: .* last 3 values and it has 2"):
        strict.predict(4, y=later)
    lenient = ARForecaster(order=3, on_error="naive").fit(wide)
    with pytest.warns(DataWarning, match=r"1 of 3 series \('south' first\) have fewer values") as caught:
        forecast = lenient.predict(4, y=later)
    assert caught[0].filename == __file__
    np.testing.assert_array_equal(forecast["north"], strict.predict(4)["north"])
    np.testing.assert_array_equal(forecast["south"], [later.iloc[-1, 1]] * 4)
