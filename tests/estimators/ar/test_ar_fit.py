"""Estimates, likelihoods and forecasts against statsmodels, SciPy and formulas written out."""

import numpy as np
import pandas as pd
import pytest
from layouts import INDEXES, wide_frame
from scipy.integrate import quad
from scipy.stats import boxcox, norm
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.arima.model import ARIMA

from forecastkit import ARForecaster

DAYS = pd.date_range("2024-01-01", periods=60)
X = pd.DataFrame({"heat": np.sin(np.arange(60) * 1.3), "price": np.arange(60) % 7 + 1e3}, index=DAYS)


@pytest.fixture
def y():
    return wide_frame()["north"]


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("lags", [0, 2, [1, 4]], ids=str)
def test_covariates_are_those_of_autoreg_with_exog(y, lags, trend):
    model = ARForecaster(order=lags, trend=trend).fit(y, X=X)
    reference = AutoReg(y.to_numpy(), lags, trend=trend, exog=X.iloc[:48].to_numpy()).fit()
    d, p = {"n": 0, "c": 1, "ct": 2}[trend], len(model.coef_.columns)
    np.testing.assert_allclose(model.coef_.loc["north"], reference.params[d : d + p], rtol=1e-8)
    np.testing.assert_allclose(model.effects_.loc["north"], reference.params[d + p :], rtol=1e-7)
    assert list(model.effects_.columns) == ["heat", "price"]
    assert model.sigma2_ == pytest.approx(reference.sigma2, rel=1e-8)
    assert model.log_likelihood() == pytest.approx(reference.llf, rel=1e-8)
    assert model.aic_ == pytest.approx(reference.aic, rel=1e-8)
    assert model.bic_ == pytest.approx(reference.bic, rel=1e-8)
    order = [*range(d), *range(d + p, d + p + 2), *range(d, d + p)]  # ours: terms, effects, lags
    np.testing.assert_allclose(model.bse_.loc["north"], reference.bse[order], rtol=1e-7)
    np.testing.assert_allclose(model.fitted_values().iloc[-40:], reference.fittedvalues[-40:], rtol=1e-8)
    forecast = reference.get_prediction(48, 57, exog_oos=X.iloc[48:58].to_numpy())
    np.testing.assert_allclose(model.predict(10), forecast.predicted_mean, rtol=1e-8)
    bounds = model.predict_interval(10, level=90).iloc[:, 1:]
    np.testing.assert_allclose(bounds, forecast.conf_int(alpha=0.1), rtol=1e-8)


def test_covariates_of_differences_and_logarithms_are_differenced_with_the_values(y):
    model = ARForecaster(order=1, differences=1, transform="log").fit(y, X=X)
    z, steps = np.diff(np.log(y)), np.diff(X.to_numpy(), axis=0)
    reference = AutoReg(z, 1, exog=steps[:47]).fit()
    np.testing.assert_allclose(model.effects_.loc["north"], reference.params[2:], rtol=1e-7)
    path = np.log(y.iloc[-1]) + np.cumsum(reference.predict(47, 51, exog_oos=steps[47:52]))
    np.testing.assert_allclose(model.predict_quantiles(5, quantiles=0.5).iloc[:, 0], np.exp(path), rtol=1e-8)


@pytest.mark.parametrize("transform", ["log", "boxcox"])
def test_the_likelihood_of_transformed_values_is_in_the_unit_of_the_data(y, transform):
    model = ARForecaster(order=2, transform=transform).fit(y)
    power = model.power_

    def likelihood(power):
        z = AutoReg(boxcox(y.to_numpy(), power), 2).fit()
        return z.llf + (power - 1) * np.log(y.iloc[2:]).sum()

    assert model.log_likelihood() == pytest.approx(likelihood(power), rel=1e-10)
    assert model.score_samples().sum() == pytest.approx(likelihood(power), rel=1e-10)
    assert model.aic_ == pytest.approx(8 - 2 * likelihood(power), rel=1e-10)
    if transform == "log":
        assert power == 0.0
    else:
        around = [likelihood(each) for each in np.clip([power - 0.05, power + 0.05], -1, 2)]
        assert likelihood(power) >= max(around) - 1e-9
        assert model.log_likelihood() >= ARForecaster(order=2, transform="log").fit(y).log_likelihood() - 1e-9


def test_the_likelihood_moves_with_the_unit_by_the_jacobian(y):
    for transform in (None, "log", "boxcox"):
        model, larger = (ARForecaster(order=2, transform=transform).fit(each) for each in (y, 1000 * y))
        assert larger.log_likelihood() == pytest.approx(model.log_likelihood() - 46 * np.log(1000), rel=1e-6)
        np.testing.assert_allclose(larger.predict(5), 1000 * model.predict(5), rtol=1e-6)


def skewed(power, n=120):
    """A series whose Box-Cox transform of this power is an autoregression."""
    rng, z = np.random.default_rng(5), np.zeros(n)
    for t in range(1, n):
        z[t] = 0.7 * z[t - 1] + 0.35 * rng.standard_normal()
    y = np.exp(z + 2) if power == 0 else (power * (z + 2) + 1) ** (1 / power)
    return pd.Series(y, index=pd.date_range("2024-01-01", periods=n))


@pytest.mark.parametrize(("transform", "power"), [("log", 0.0), ("boxcox", 0.0), ("boxcox", 0.5)])
def test_the_forecast_of_transformed_values_is_their_mean_by_quadrature(transform, power):
    y = skewed(power)
    model = ARForecaster(order=1, transform=transform).fit(y)
    power = model.power_
    reference = AutoReg(boxcox(y.to_numpy(), power), 1).fit().get_prediction(120, 123)

    def back(z):
        return np.exp(z) if power == 0 else max(power * z + 1, 0.0) ** (1 / power)

    expected = []
    for m, s in zip(reference.predicted_mean, reference.se_mean, strict=True):
        if power < 0:  # the mean may not exist
            expected.append(back(m))
            continue
        expected.append(quad(lambda u, m=m, s=s: back(m + s * u) * norm.pdf(u), -9, 9, epsabs=0, epsrel=1e-10)[0])
    np.testing.assert_allclose(model.predict(4), expected, rtol=1e-7)
    bounds = model.predict_quantiles(4, quantiles=[0.05, 0.5, 0.95]).to_numpy()
    scores = norm.ppf([0.05, 0.5, 0.95])
    z = reference.predicted_mean[:, None] + scores * reference.se_mean[:, None]
    np.testing.assert_allclose(bounds, np.vectorize(back)(z), rtol=1e-7)


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("order", [1, 2, [1, 3]], ids=str)
def test_the_exact_likelihood_is_that_of_a_state_space_model(y, order, trend):
    y = y - y.mean() if trend == "n" else y
    model = ARForecaster(order=order, trend=trend, likelihood="exact").fit(y)
    phi, lags = model.coef_.to_numpy()[0], model.coef_.columns.to_numpy()
    c, b = model.intercept_, model.trend_
    slope = b / (1 - phi.sum())
    level = (c - slope * (lags * phi).sum()) / (1 - phi.sum())  # y_t = level + slope t + AR errors
    parameters = [*[level, slope][: {"n": 0, "c": 1, "ct": 2}[trend]], *phi, model.sigma2_]
    specified = order if isinstance(order, int) else [int(each in order) for each in range(1, 4)]
    arima = ARIMA(y.to_numpy(), order=(specified, 0, 0), trend=trend)
    reference = arima.smooth(parameters)
    assert model.log_likelihood() == pytest.approx(reference.llf, abs=1e-8)
    np.testing.assert_allclose(model.score_samples(), reference.llf_obs, atol=1e-8)
    assert model.aic_ == pytest.approx(reference.aic, abs=1e-7)
    assert model.log_likelihood() >= arima.fit().llf - 1e-6
    forecast = reference.get_forecast(7)
    np.testing.assert_allclose(model.predict(7), forecast.predicted_mean, atol=1e-8)
    np.testing.assert_allclose(model.predict_interval(7, level=95).iloc[:, 1:], forecast.conf_int(), atol=1e-7)
    np.testing.assert_allclose(model.fitted_values(), reference.fittedvalues, atol=1e-8)


def test_the_exact_likelihood_chooses_among_orders_and_fits_each_series(y):
    wide = wide_frame()
    model = ARForecaster(order="bic", max_order=4, likelihood="exact").fit(wide)
    for name in wide:
        alone = ARForecaster(order=int(model.order_[name]), likelihood="exact").fit(wide[name])
        assert model.log_likelihood()[name] == pytest.approx(alone.log_likelihood(), abs=1e-6)


def test_ridge_shrinks_the_standardised_lags_of_the_normal_equations(y):
    values = y.to_numpy()
    lags = np.column_stack([values[2:-1], values[1:-2], values[:-3]])
    target, n = values[3:], 45
    centred = lags - lags.mean(axis=0)
    penalty = np.diag(0.3 * n * lags.var(axis=0))
    phi = np.linalg.solve(centred.T @ centred + penalty, centred.T @ (target - target.mean()))
    model = ARForecaster(order=3, ridge=0.3).fit(y)
    np.testing.assert_allclose(model.coef_.loc["north"], phi, rtol=1e-8)
    assert model.intercept_ == pytest.approx(target.mean() - lags.mean(axis=0) @ phi)


def test_an_average_of_orders_weighs_their_coefficients_by_the_criterion(y):
    values, most = y.to_numpy(), 3
    fits, criteria = [], []
    for p in range(most + 1):
        rows = np.column_stack([np.ones(48 - most)] + [values[most - j : 48 - j] for j in range(1, p + 1)])
        coef = np.linalg.lstsq(rows, values[most:], rcond=None)[0]
        residual = values[most:] - rows @ coef
        n = len(residual)
        criteria.append(n * np.log(residual @ residual / n) + 2 * (p + 2))
        fits.append(np.r_[coef[1:], np.zeros(most - p)])
    weights = np.exp(-0.5 * (np.array(criteria) - min(criteria)))
    expected = weights / weights.sum() @ np.array(fits)
    model = ARForecaster(order="aic", max_order=most, averaging=True).fit(y)
    np.testing.assert_allclose(model.coef_.loc["north"], expected, rtol=1e-8)


def test_a_window_mean_makes_the_forecast_follow_any_level(y):
    model = ARForecaster(order=4, window_scaling="mean", trend="n").fit(y)
    values = y.to_numpy()
    windows = np.column_stack([values[4 - j : 48 - j] for j in range(1, 5)])
    mean = windows.mean(axis=1)
    phi = np.linalg.lstsq(windows - mean[:, None], values[4:] - mean, rcond=None)[0]
    last = values[-4:][::-1]
    assert model.predict(1).iloc[0] == pytest.approx(last.mean() + (last - last.mean()) @ phi, rel=1e-9)
    np.testing.assert_allclose(model.predict(6, y=y + 500), model.predict(6) + 500, rtol=1e-9)


def test_estimates_of_a_gappy_series_are_those_of_a_complete_one_when_nothing_is_missing(y):
    wide = wide_frame()
    wide.iloc[11, 1] = np.nan
    together = ARForecaster(order=2).fit(wide)
    np.testing.assert_allclose(together.coef_.loc["north"], ARForecaster(order=2).fit(y).coef_.loc["north"])
    alone = ARForecaster(order=2).fit(wide["south"])
    np.testing.assert_allclose(together.coef_.loc["south"], alone.coef_.loc["south"], rtol=1e-10)


def test_the_estimates_of_a_gappy_series_have_the_largest_likelihood():
    y = pd.Series(wide_frame()["north"].to_numpy(), index=INDEXES["days"])
    y.iloc[[5, 17, 18, 33]] = np.nan
    model = ARForecaster(order=1).fit(y)
    best = model.log_likelihood()

    def likelihood(shift):
        phi, mean = model.coef_.to_numpy()[0], model.intercept_ / (1 - model.coef_.to_numpy()[0].sum())
        parameters = np.r_[mean, phi, model.sigma2_] * (1 + shift)
        return ARIMA(y.to_numpy(), order=(1, 0, 0)).smooth(parameters).llf_obs[1:].sum()

    assert likelihood(np.zeros(3)) == pytest.approx(best, abs=1e-8)
    for i in range(3):
        for step in (-0.01, 0.01):
            assert likelihood(np.where(np.arange(3) == i, step, 0.0)) < best
