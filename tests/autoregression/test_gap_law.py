import numpy as np
import pytest
from gappy_series import integrated, stationary_cases, with_gaps
from hypothesis import given, settings
from reference_fit import simulated_ar
from scipy.linalg import toeplitz
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecastkit.autoregression.forecast import forecast_mean, psi_weights
from forecastkit.autoregression.gap_law import gap_law, history_law, observed_log_likelihood
from forecastkit.autoregression.innovation_filter import filtered_innovations
from forecastkit.autoregression.process_law import process_law
from forecastkit.autoregression.stationary_law import autocovariance
from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian import Gaussian

QUICK = settings(max_examples=60, deadline=None)
COEF = np.array([0.5, 0.2, -0.3])


def dense_law(coef, drift, sigma2):
    n = len(drift)
    return Gaussian(
        process_law(coef, drift, sigma2, stationary=True).mean, toeplitz(autocovariance(coef, sigma2, n)[:n])
    )


@given(stationary_cases())
@QUICK
def test_missing_values_have_the_dense_conditional_law(case):
    rng, coef, sigma2, drift, observed = case
    law = dense_law(coef, drift, sigma2)
    y = law.sample(1, rng)[0]
    got = gap_law(np.where(observed, y, np.nan), coef, drift, sigma2, stationary=True)
    want = law.condition(np.flatnonzero(observed), y[observed]) if observed.any() else law
    np.testing.assert_allclose(got.mean, want.mean, atol=1e-8)
    np.testing.assert_allclose(got.to_gaussian().covariance, want.covariance, atol=1e-8)


@pytest.mark.parametrize(("p", "d"), [(1, 0), (2, 0), (5, 0), (1, 1), (3, 1)])
def test_gaps_are_filled_as_by_the_smoother_of_the_state_space_model(p, d):
    coef = np.array([0.6, -0.3, 0.2, 0.1, -0.2])[:p]
    y = simulated_ar(coef, 120, seed=p)
    for _ in range(d):
        y = np.cumsum(y)
    gappy = with_gaps(y, 0.25, seed=1, complete=p + d)
    gappy[50:58] = np.nan
    model = SARIMAX(gappy, order=(p, d, 0), trend="n", use_exact_diffuse=d > 0)
    reference = model.smooth([*coef, 1.7]).get_prediction(information_set="smoothed", signal_only=False)
    missing = np.isnan(gappy)
    polynomial = integrated(coef, (d, 0, 1))
    law = gap_law(gappy, polynomial, np.zeros(120), 1.7, stationary=True, differencing=(d, 0, 1))
    np.testing.assert_allclose(law.mean, reference.predicted_mean[missing], rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(law.variance, reference.var_pred_mean[missing], rtol=1e-7)


def test_a_gap_among_the_first_values_of_an_integrated_process_is_filled_as_by_the_smoother():
    y = np.cumsum(simulated_ar(COEF, 80)) + 300
    y[[2, 3, 20]] = np.nan
    reference = SARIMAX(y, order=(3, 1, 0), use_exact_diffuse=True).smooth([*COEF, 1.7])
    reference = reference.get_prediction(information_set="smoothed")
    law = gap_law(y, integrated(COEF, (1, 0, 1)), np.zeros(80), 1.7, stationary=True, differencing=(1, 0, 1))
    np.testing.assert_allclose(law.mean, reference.predicted_mean[np.isnan(y)], rtol=1e-9)
    np.testing.assert_allclose(law.variance, reference.var_pred_mean[np.isnan(y)], rtol=1e-7)


def test_the_law_moves_and_scales_with_the_data():
    y = with_gaps(simulated_ar(COEF, 200), 0.3, seed=2)
    near = gap_law(y, COEF, np.zeros(200), 1.0, stationary=True)
    far = gap_law(1e-3 * y + 1e6, COEF, np.full(200, 1e6 * (1 - COEF.sum())), 1e-6, stationary=True)
    np.testing.assert_allclose(far.mean - 1e6, 1e-3 * near.mean, atol=1e-8)
    np.testing.assert_allclose(far.variance, 1e-6 * near.variance, rtol=1e-12)


def test_an_explosive_process_fills_its_gaps_without_overflow():
    y = with_gaps(1.01 ** np.arange(-90_000, 0, dtype=float), 0.2, seed=3, complete=1)
    law = gap_law(y, np.array([1.01]), np.zeros(90_000), 1e-12, stationary=False)
    np.testing.assert_allclose(law.mean, 1.01 ** np.arange(-90_000, 0, dtype=float)[np.isnan(y)], atol=1e-5)


def test_draws_have_the_law_they_come_from():
    law = gap_law(with_gaps(simulated_ar(COEF, 30), 0.4, seed=4), COEF, np.zeros(30), 1.0, stationary=True)
    draws = law.sample(20_000, np.random.default_rng(0))
    assert (np.abs(draws.mean(axis=0) - law.mean) < 5 * np.sqrt(law.variance / 20_000)).all()
    np.testing.assert_allclose(np.cov(draws.T), law.to_gaussian().covariance, atol=0.05)


def test_an_exact_model_fills_gaps_without_variance():
    y = np.array([1.0, 1.5, np.nan, 1.875, np.nan])
    law = gap_law(y, np.array([0.5]), np.ones(5), 0.0, stationary=True)
    np.testing.assert_allclose(law.mean, [1.75, 1.9375], rtol=1e-12)
    assert law.variance.max() < 1e-30


def test_a_complete_series_and_an_open_start_are_refused():
    with pytest.raises(InvalidParameterError, match="every value is known"):
        gap_law(np.ones(4), COEF, np.zeros(4), 1.0, stationary=True)
    with pytest.raises(InvalidParameterError, match=r"missing values is singular.* up to time 1, "):
        gap_law(np.array([1.0, np.nan, 2.0]), COEF, np.zeros(3), 1.0, stationary=False)


@given(stationary_cases())
@QUICK
def test_the_history_is_the_end_of_the_series_with_the_law_of_its_gaps(case):
    rng, coef, sigma2, drift, observed = case
    n, p = len(drift), len(coef)
    if n < p:
        return
    y = dense_law(coef, drift, sigma2).sample(1, rng)[0]
    gappy = np.where(observed, y, np.nan)
    mean, root = history_law(gappy, coef, drift, sigma2, stationary=True)
    law = gap_law(gappy, coef, drift, sigma2, stationary=True).to_gaussian()
    late = int((~observed[n - p :]).sum())
    completed = gappy.copy()
    completed[~observed] = law.mean
    np.testing.assert_allclose(mean, completed[n - p :], atol=1e-8)
    np.testing.assert_array_equal(mean[observed[n - p :]], y[n - p :][observed[n - p :]])
    covariance = np.zeros((p, p))
    covariance[np.ix_(~observed[n - p :], ~observed[n - p :])] = law.covariance[
        len(law.mean) - late :, len(law.mean) - late :
    ]
    assert root.shape == (p, late)
    np.testing.assert_allclose(root @ root.T, covariance, atol=1e-8)


def test_the_history_after_a_full_run_does_not_ask_what_came_before():
    y = np.r_[[1.0, np.nan], simulated_ar(COEF, 20), [np.nan, 0.5, np.nan]]
    mean, root = history_law(y, COEF, np.zeros(25), 1.0, stationary=False)
    later = history_law(y[10:], COEF, np.zeros(15), 1.0, stationary=False)
    np.testing.assert_allclose(mean, later[0], rtol=1e-12)
    np.testing.assert_allclose(root, later[1], rtol=1e-12)


def test_a_forecast_from_an_uncertain_history_is_the_one_from_the_longer_gap():
    y = np.r_[simulated_ar(COEF, 40), [np.nan, np.nan]]
    y[-5] = np.nan
    mean, root = history_law(y, COEF, np.full(42, 0.3), 1.2, stationary=True)
    ahead = np.r_[y, np.full(4, np.nan)]
    law = gap_law(ahead, COEF, np.full(46, 0.3), 1.2, stationary=True)
    path = forecast_mean(mean[None], COEF[None], np.full((1, 4), 0.3))[0]
    spread = np.stack([forecast_mean(column[None], COEF[None], np.zeros((1, 4)))[0] for column in root.T])
    variance = 1.2 * np.cumsum(psi_weights(COEF[None], 4)[0] ** 2) + (spread**2).sum(axis=0)
    np.testing.assert_allclose(path, law.mean[-4:], rtol=1e-10)
    np.testing.assert_allclose(variance, law.variance[-4:], rtol=1e-10)


def test_a_short_history_is_refused_and_an_unused_lag_is_not_asked_for():
    with pytest.raises(InvalidParameterError, match="at least the 3 values"):
        history_law(np.array([1.0, np.nan]), COEF, np.zeros(2), 1.0, stationary=True)
    mean, root = history_law(np.array([1.0, 2.0]), np.array([0.5, 0.0, 0.0]), np.zeros(2), 1.0, stationary=True)
    np.testing.assert_array_equal(mean, [0.0, 1.0, 2.0])
    assert root.shape == (3, 0)


@pytest.mark.parametrize("order", [1, 3, 12])
def test_the_likelihood_of_the_observed_values_is_the_sum_of_their_one_step_densities(order):
    rng = np.random.default_rng(order)
    coef = rng.normal(size=order) * 0.3 / order
    y, drift = rng.normal(size=120).cumsum(), rng.normal(size=120) * 0.1
    y[order + rng.choice(100, 25, replace=False)] = np.nan
    errors, variances = filtered_innovations(y, coef, drift, 1.7, stationary=False)
    scored = ~np.isnan(errors) & (np.arange(120) >= order)
    walked = -0.5 * np.sum(np.log(2 * np.pi * variances[scored]) + errors[scored] ** 2 / variances[scored])
    assert observed_log_likelihood(y, coef, drift, 1.7, order) == pytest.approx(walked, rel=1e-10)
