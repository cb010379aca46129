"""Forecasts given future values that are already decided, against the dense conditional."""

import numpy as np
import pandas as pd
import pytest
from layouts import long_frame, multiindex, wide_frame
from scipy.linalg import toeplitz
from scipy.stats import norm
from statsmodels.tsa.arima_process import arma2ma

from forecastkit import ARForecaster, DriftForecaster, NaiveForecaster
from forecastkit.errors import InvalidFrameError
from forecastkit.gaussian import Gaussian

FUTURE = pd.date_range("2024-02-18", periods=6, name="day")


@pytest.fixture
def y():
    return wide_frame()["north"]


def known_at(steps, values=12.0):
    return pd.Series(values, index=FUTURE[list(steps)], dtype=float)


def law_of(mean, polynomial, sigma2):
    """Joint law of the next steps of a process with these lags."""
    psi = arma2ma(np.r_[1, -np.asarray(polynomial)], [1], len(mean))
    lower = toeplitz(psi, np.zeros(len(mean)))
    return Gaussian(mean, sigma2 * lower @ lower.T)


def lags_of(model, differences=0, season=None):
    """φ on the undifferenced lags."""
    factors = [np.r_[1, -model.coef_.to_numpy()[0]]] + [np.array([1.0, -1.0])] * differences
    if season:
        factors.append(np.r_[1, np.zeros(season - 1), -1])
    whole = factors[0]
    for factor in factors[1:]:
        whole = np.convolve(whole, factor)
    return -whole[1:]


def assert_is_conditional(model, law, steps, values, level=80):
    free = np.setdiff1d(np.arange(6), steps)
    rest = law.condition(np.array(steps), np.broadcast_to(values, len(steps)))
    interval = model.predict_interval(6, level=level, known=known_at(steps, values))
    np.testing.assert_allclose(interval["forecast"].iloc[free], rest.mean, rtol=1e-8)
    half = norm.ppf(0.5 + level / 200) * np.sqrt(np.diag(rest.covariance))
    np.testing.assert_allclose((interval.iloc[:, 2] - interval["forecast"]).iloc[free], half, rtol=1e-7)
    np.testing.assert_array_equal(interval.iloc[steps], np.broadcast_to(values, (3, len(steps))).T)
    n = 3000
    paths = model.sample(6, n, random_state=0, known=known_at(steps, values)).to_numpy().reshape(n, 6)
    np.testing.assert_array_equal(paths[:, steps], np.broadcast_to(values, (n, len(steps))))
    spread = np.sqrt(np.outer(np.diag(rest.covariance), np.diag(rest.covariance)) + rest.covariance**2)
    assert (np.abs(np.cov(paths[:, free].T) - rest.covariance) < 4.5 * spread / np.sqrt(n)).all()


@pytest.mark.parametrize("steps", [[0], [3], [1, 4], [2, 3, 5]], ids=str)
@pytest.mark.parametrize(("differences", "season"), [(0, None), (1, None), (1, 4)], ids=str)
def test_an_iterated_forecast_is_the_dense_conditional(y, steps, differences, season):
    seasonal = {"seasonal_differences": 1, "seasonal_period": season} if season else {}
    model = ARForecaster(order=2, differences=differences, **seasonal).fit(y)
    law = law_of(model.predict(6).to_numpy(), lags_of(model, differences, season), model.sigma2_)
    assert_is_conditional(model, law, steps, 12.0 + np.arange(len(steps)))


@pytest.mark.parametrize("steps", [[0], [1, 4]], ids=str)
def test_a_direct_forecast_is_the_dense_conditional_of_its_residuals(y, steps):
    values, order, horizon = y.to_numpy(), 3, 6
    windows = np.array([values[t - order : t] for t in range(order, 48 - horizon + 1)])
    futures = np.array([values[t : t + horizon] for t in range(order, 48 - horizon + 1)])
    rows = np.column_stack([np.ones(len(windows)), windows])
    coef = np.linalg.lstsq(rows, futures, rcond=None)[0]
    residual = futures - rows @ coef
    law = Gaussian(np.r_[1, values[-order:]] @ coef, residual.T @ residual / len(residual))
    model = ARForecaster(order=order, strategy="direct", horizon=horizon).fit(y)
    assert_is_conditional(model, law, steps, 12.0)


@pytest.mark.parametrize("steps", [[0], [2, 4]], ids=str)
def test_naive_and_drift_forecasts_are_bridges(y, steps):
    naive, drift = NaiveForecaster().fit(y), DriftForecaster().fit(y)
    k = np.arange(1.0, 7)
    walk = np.minimum.outer(k, k)
    sigma2 = np.mean(np.diff(y) ** 2)
    assert_is_conditional(naive, Gaussian(np.full(6, y.iloc[-1]), sigma2 * walk), steps, 12.0)
    slope = drift.drift_
    variance = np.var(np.diff(y))
    law = Gaussian(y.iloc[-1] + slope * k, variance * (walk + np.outer(k, k) / 47))
    assert_is_conditional(drift, law, steps, 12.0)


@pytest.mark.parametrize("steps", [[0], [1, 4]], ids=str)
def test_logarithms_are_conditioned_as_logarithms(y, steps):
    model, logs = ARForecaster(order=2, transform="log").fit(y), ARForecaster(order=2).fit(np.log(y))
    law = law_of(logs.predict(6).to_numpy(), lags_of(logs), logs.sigma2_)
    rest, free = law.condition(np.array(steps), np.full(len(steps), np.log(12.0))), np.setdiff1d(np.arange(6), steps)
    forecast = model.predict(6, known=known_at(steps))
    np.testing.assert_allclose(forecast.iloc[free], np.exp(rest.mean + np.diag(rest.covariance) / 2), rtol=1e-8)
    np.testing.assert_allclose(forecast.iloc[steps], 12.0, rtol=1e-14)
    median = model.predict_quantiles(6, quantiles=0.5, known=known_at(steps)).iloc[free, 0]
    np.testing.assert_allclose(median, np.exp(rest.mean), rtol=1e-8)


def test_every_layout_takes_known_values_of_some_series_and_steps():
    wide = wide_frame()
    known = pd.DataFrame({"east": [np.nan, 15.0], "north": [11.0, np.nan]}, index=FUTURE[[1, 3]])
    expected = ARForecaster(order=2).fit(wide).predict(6, known=known)
    for name, value, step in (("east", 15.0, 3), ("north", 11.0, 1)):
        assert expected[name].iloc[step] == value
        alone = ARForecaster(order=2).fit(wide[name]).predict(6, known=known[name])
        np.testing.assert_allclose(expected[name], alone, rtol=1e-10)
    plain = ARForecaster(order=2).fit(wide).predict(6)
    np.testing.assert_array_equal(expected["south"], plain["south"])
    long = ARForecaster(order=2).fit(long_frame(wide)).predict(6, known=long_frame(known))
    np.testing.assert_allclose(long.pivot(index="ds", columns="unique_id", values="y")[list(wide)], expected)
    stacked = ARForecaster(order=2).fit(multiindex(wide)).predict(6, known=multiindex(known))
    np.testing.assert_allclose(stacked["y"].unstack(0)[list(wide)], expected)


def test_known_values_come_on_top_of_another_history(y):
    model = ARForecaster(order=2).fit(y.iloc[:40])
    known = y.iloc[45:46]
    law = law_of(model.predict(6, y=y.iloc[:44]).to_numpy(), lags_of(model), model.sigma2_)
    expected = law.condition(np.array([1]), known.to_numpy()).mean
    np.testing.assert_allclose(model.predict(6, y=y.iloc[:44], known=known).drop(known.index), expected, rtol=1e-9)


def test_a_value_that_cannot_be_taken_in_is_named_with_its_series_and_time():
    wide = wide_frame()
    known = pd.DataFrame({"south": [1.0, -2.0]}, index=FUTURE[[1, 2]])
    with pytest.raises(InvalidFrameError, match=r"value -2 of series 'south' at 2024-02-20 .*has to be positive"):
        ARForecaster(order=2, transform="log").fit(wide).predict(6, known=known)
    constant = wide.assign(south=4.0)
    with pytest.raises(InvalidFrameError, match=r"value 1 of series 'south' at 2024-02-19 .*determines it exactly"):
        ARForecaster(order=2).fit(constant).predict(6, known=known)


@pytest.mark.parametrize(
    ("known", "message"),
    [
        (pd.Series([1.0], index=[pd.Timestamp("2024-02-17")]), "known has 1 value at or before the end .*2024-02-17"),
        (pd.Series([1.0], index=[pd.Timestamp("2024-02-25")]), "beyond the horizon of 6 steps: .*horizon=8"),
        (pd.Series([np.inf], index=FUTURE[:1]), "1 infinite value: .*'north' at 2024-02-18"),
        (pd.Series([1.0], index=[pd.Timestamp("2024-02-18 12:00")]), "2024-02-18 12:00"),
        ("tomorrow", "known has to be a pandas Series or DataFrame"),
    ],
)
def test_known_values_at_the_wrong_place_are_refused(y, known, message):
    with pytest.raises(InvalidFrameError, match=message):
        ARForecaster(order=2).fit(y).predict(6, known=known)


def test_known_values_of_an_unknown_series_are_refused():
    with pytest.raises(InvalidFrameError, match=r"'nort'.*did you mean 'north'"):
        ARForecaster(order=2).fit(wide_frame()).predict(6, known=pd.DataFrame({"nort": [1.0]}, index=FUTURE[:1]))
