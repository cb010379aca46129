"""Covariates, ridge and windows without their mean, each against an explicit regression."""

import numpy as np
import pytest
from reference_fit import awkward_series, exact_least_squares, lag_rows, simulated_ar
from statsmodels.tsa.ar_model import AutoReg

from forecastkit.autoregression.conditional_likelihood import fit_conditional
from forecastkit.autoregression.difference import difference
from forecastkit.autoregression.model import fit_batch
from forecastkit.autoregression.specification import ARSpecification

TRENDS = ["n", "c", "ct"]
SERIES = awkward_series(200)
COVARIATES = np.random.default_rng(8).standard_normal((200, 2)) * [1.0, 100.0] + [0.0, 1e4]


def coefficients(fit, b=0):
    return np.concatenate([fit.deterministic[b], fit.effects[b], fit.coef[b]])


def fit_one(y, lags, trend, exog=None, **settings):
    exog = None if exog is None else exog[None]
    return fit_conditional(y[None], np.array([len(y)]), np.array(lags, dtype=int), trend, exog, **settings)


def penalised(y, lags, trend, exog, ridge, window_mean):
    """Deterministic terms, effects and φ of the augmented regression, in extended precision."""
    X, target = lag_rows(y, lags, trend)
    d, p = TRENDS.index(trend), len(lags)
    columns = X[:, d:] - X[:, d:].mean(axis=1, keepdims=True) if window_mean else X[:, d:]
    target = target - X[:, d:].mean(axis=1) if window_mean else target
    free = np.column_stack([X[:, :d], exog[len(y) - len(target) :]])
    penalty = np.zeros((p, free.shape[1] + p), dtype=np.longdouble)
    penalty[:, free.shape[1] :] = np.diag(np.sqrt(len(target) * ridge * columns.var(axis=0)))
    rows = np.vstack([np.column_stack([free, columns]), penalty])
    beta = exact_least_squares(rows, np.concatenate([target, np.zeros(p)]))[0]
    phi = beta[free.shape[1] :]
    residuals = target - rows[: len(target)] @ beta
    if window_mean:
        beta[free.shape[1] :] = phi + (1 - phi.sum()) / p
    return beta.astype(float), float(np.mean(residuals**2))


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", [(), (1, 2, 3), (1, 5)], ids=str)
def test_covariates_equal_those_of_autoreg(trend, lags):
    y = simulated_ar([0.6, -0.2], 200, seed=3) + COVARIATES @ [0.5, 0.01]
    reference = AutoReg(y, list(lags) or 0, trend=trend, exog=COVARIATES).fit()
    d, p = TRENDS.index(trend), len(lags)
    fit = fit_one(y, lags, trend, COVARIATES)
    order = [*range(d), *range(d + p, d + p + 2), *range(d, d + p)]  # AutoReg's covariates come last
    np.testing.assert_allclose(coefficients(fit), reference.params[order], rtol=1e-8)
    assert fit.sigma2[0] == pytest.approx(reference.sigma2, rel=1e-8)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("name", SERIES)
def test_covariates_of_awkward_series_equal_extended_precision(name, trend):
    y = SERIES[name] * 1.0
    y = y + np.abs(y).mean() * 1e-3 * COVARIATES @ [1.0, 0.01]
    X, target = lag_rows(y, (1, 2), trend)
    d = TRENDS.index(trend)
    rows = np.column_stack([X[:, :d], COVARIATES[2:], X[:, d:]])
    beta, inverse, rss = exact_least_squares(rows, target)
    fit, error = fit_one(y, (1, 2), trend, COVARIATES), np.sqrt(rss / len(target) * np.diagonal(inverse))
    np.testing.assert_array_less(np.abs(coefficients(fit) - beta), 1e-8 * np.abs(beta) + 1e-6 * error)
    assert fit.sigma2[0] == pytest.approx(float(rss / len(target)), rel=1e-8)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("kind", ["constant", "zero", "twice the same", "a lag"])
def test_covariates_that_say_nothing_new_leave_the_forecasts_alone(kind, trend):
    y = simulated_ar([0.5, 0.2], 120, seed=5) + 3
    lag = np.concatenate([[0.0], y[:-1]])
    x = np.random.default_rng(1).standard_normal(120)
    exog = {"constant": [np.full(120, 7.0)], "zero": [np.zeros(120)], "twice the same": [x, x], "a lag": [lag]}[kind]
    fit = fit_one(y, (1, 2), trend, np.column_stack(exog))
    useful = {"twice the same": [x], "constant": [np.ones(120)] if trend == "n" else []}.get(kind, [])
    X, target = lag_rows(y, (1, 2), trend)
    rss = exact_least_squares(np.column_stack([*(column[2:] for column in useful), X]), target)[2]
    assert fit.sigma2[0] == pytest.approx(float(rss / len(target)), rel=1e-8)
    assert np.isfinite(coefficients(fit)).all()
    if kind == "twice the same":
        assert fit.effects[0, 0] == pytest.approx(fit.effects[0, 1], rel=1e-6)  # the solution of least norm


def test_covariates_are_differenced_as_the_series_is():
    specification = ARSpecification(lags=(1, 2), differences=1, seasonal_differences=1, seasonal_period=4)
    y, x = np.cumsum(simulated_ar([0.5], 200)) + COVARIATES @ [0.3, 0.02], COVARIATES
    fit = fit_batch(y[None], np.array([200]), specification, x[None])
    w = difference(y, 1, 1, 4)
    direct = fit_one(w, (1, 2), "c", difference(x.T, 1, 1, 4).T)
    np.testing.assert_allclose(coefficients(fit), coefficients(direct), rtol=1e-12)
    assert fit.n_parameters[0] == 2 + 1 + 2 + 1


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", [(1, 2), (1, 2, 3), (1, 5)], ids=str)
@pytest.mark.parametrize("ridge", [1e-6, 0.1, 10.0])
@pytest.mark.parametrize("window_mean", [False, True])
def test_ridge_equals_the_augmented_regression_in_extended_precision(trend, lags, ridge, window_mean):
    y = SERIES["near unit root"] + 40
    fit = fit_one(y, lags, trend, COVARIATES, ridge=ridge, window_mean=window_mean)
    reference, sigma2 = penalised(y, lags, trend, COVARIATES, ridge, window_mean)
    np.testing.assert_allclose(coefficients(fit), reference, rtol=1e-8, atol=1e-10)
    assert fit.sigma2[0] == pytest.approx(sigma2, rel=1e-8)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_ridge_has_no_unit(scale):
    y = SERIES["stationary"]
    plain, scaled = (fit_one(series, (1, 2), "c", ridge=0.5) for series in (y, y * scale))
    np.testing.assert_allclose(scaled.coef, plain.coef, rtol=1e-10)


def test_a_large_ridge_takes_the_coefficients_to_zero_and_leaves_the_mean():
    y = SERIES["stationary"] + 5
    fit = fit_one(y, (1, 2), "c", ridge=1e9)
    np.testing.assert_allclose(fit.coef, 0.0, atol=1e-8)
    assert fit.deterministic[0, 0] == pytest.approx(y[2:].mean(), rel=1e-6)


def test_a_ridge_makes_collinear_lags_well_posed():
    y = np.sin(np.arange(60) * np.pi / 6)
    fit = fit_one(y, (1, 2, 3, 4), "c", ridge=1e-3)
    reference, _ = penalised(y, (1, 2, 3, 4), "c", np.empty((60, 0)), 1e-3, False)
    np.testing.assert_allclose(coefficients(fit), reference, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", [(1,), (1, 2, 3), (2, 5)], ids=str)
@pytest.mark.parametrize("name", ["stationary", "far from zero", "random walk with drift", "trending"])
def test_windows_without_their_mean_fold_back_to_an_autoregression(name, lags, trend):
    y = SERIES[name]
    fit = fit_one(y, lags, trend, window_mean=True)
    X, target = lag_rows(y, lags, trend)
    d, p = TRENDS.index(trend), len(lags)
    mean = X[:, d:].mean(axis=1)
    columns = np.column_stack([X[:, :d], X[:, d:-1] - mean[:, None]])  # the last column is minus the sum of the others
    beta, _, rss = exact_least_squares(columns, target - mean)
    phi = np.append(beta[d:], 0.0) + (1 - beta[d:].sum()) / p
    np.testing.assert_allclose(coefficients(fit), np.append(beta[:d], phi).astype(float), rtol=1e-8, atol=1e-9)
    assert fit.coef[0].sum() == pytest.approx(1.0, rel=1e-12)
    assert fit.sigma2[0] == pytest.approx(float(rss / len(target)), rel=1e-8)


@pytest.mark.parametrize("level", [0.0, 1e3, 1e9])
def test_windows_without_their_mean_do_not_see_the_level(level):
    y = SERIES["random walk with drift"]
    plain, lifted = (fit_one(series, (1, 2, 3), "c", window_mean=True) for series in (y, y + level))
    np.testing.assert_allclose(lifted.coef, plain.coef, atol=1e-12 + 1e-15 * level)
