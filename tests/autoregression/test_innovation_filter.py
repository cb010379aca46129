import numpy as np
import pytest
from gappy_series import conditional_law, integrated, log_density, stationary_cases, with_gaps
from hypothesis import given, settings
from reference_fit import simulated_ar
from scipy.stats import norm
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecastkit.autoregression.forecast import innovations
from forecastkit.autoregression.innovation_filter import filtered_innovations
from forecastkit.autoregression.process_law import process_law
from forecastkit.gaussian import GaussMarkov

QUICK = settings(max_examples=60, deadline=None)
COEF = np.array([0.5, 0.2, -0.3])
DIFFERENCINGS = [(0, 0, 1), (1, 0, 1), (2, 0, 1), (1, 1, 4)]


def total(errors, variances):
    return np.nansum(norm.logpdf(errors, scale=np.sqrt(variances)))


@given(stationary_cases())
@QUICK
def test_the_densities_add_up_to_the_likelihood_of_what_is_observed(case):
    rng, coef, sigma2, drift, observed = case
    law = process_law(coef, drift, sigma2, stationary=True)
    y = np.where(observed, law.sample(1, rng)[0], np.nan)
    whole = law.log_likelihood(y, observed)
    head = law.log_likelihood(y, observed & (np.arange(len(y)) < len(coef)))
    given_head = filtered_innovations(y, coef, drift, sigma2, stationary=True)
    assert total(*given_head) == pytest.approx(whole - head, abs=1e-7)
    scored = filtered_innovations(y, coef, drift, sigma2, stationary=True, score_start=True)
    assert total(*scored) == pytest.approx(whole, abs=1e-7)
    np.testing.assert_array_equal(np.isnan(scored[0]), ~observed)
    np.testing.assert_array_equal(scored[0][len(coef) :], given_head[0][len(coef) :])


@pytest.mark.parametrize("differencing", DIFFERENCINGS)
def test_without_gaps_they_are_the_innovations(differencing):
    y, polynomial = np.cumsum(simulated_ar(COEF, 50)), integrated(COEF, differencing)
    drift = np.random.default_rng(0).normal(size=50)
    errors, variances = filtered_innovations(y, np.r_[polynomial, 0.0], drift, 2.0, stationary=False)
    np.testing.assert_allclose(errors, innovations(y[None], polynomial[None], drift[None])[0], atol=1e-11)
    np.testing.assert_array_equal(variances[len(polynomial) :], 2.0)
    assert np.isnan(variances[: len(polynomial)]).all()


@pytest.mark.parametrize("differencing", DIFFERENCINGS)
def test_gaps_after_a_complete_start_need_no_law_of_the_start(differencing):
    polynomial, drift = integrated(COEF, differencing), np.linspace(0, 1, 60) ** 2
    order = len(polynomial)
    y = with_gaps(np.cumsum(simulated_ar(COEF, 60)), 0.4, seed=1, complete=order)
    y[30 : 30 + order + 3] = np.nan
    mean, covariance = conditional_law(polynomial, drift, 1.4, y[:order])
    seen = ~np.isnan(y[order:])
    expected = log_density(y[order:][seen], mean[seen], covariance[np.ix_(seen, seen)])
    assert total(*filtered_innovations(y, polynomial, drift, 1.4, stationary=False)) == pytest.approx(
        expected, abs=1e-8
    )


@pytest.mark.parametrize("p", [1, 3])
def test_errors_and_variances_are_those_of_the_kalman_filter(p):
    y = with_gaps(simulated_ar(COEF[:p], 80), 0.3, seed=2)
    reference = SARIMAX(y, order=(p, 0, 0), trend="c").smooth([0.4, *COEF[:p], 1.3])
    errors, variances = filtered_innovations(y, COEF[:p], np.full(80, 0.4), 1.3, stationary=True, score_start=True)
    seen = ~np.isnan(y)
    np.testing.assert_allclose(errors[seen], reference.forecasts_error[0][seen], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(variances[seen], reference.forecasts_error_cov[0, 0][seen], rtol=1e-9)


@pytest.mark.parametrize("stationary", [False, True])
@pytest.mark.parametrize("differencing", DIFFERENCINGS)
def test_a_diffuse_start_with_gaps_is_the_limit_of_a_wide_one(differencing, stationary):
    polynomial, drift = integrated(COEF[:2], differencing), np.full(40, 0.1)
    order = len(polynomial)
    y = with_gaps(np.cumsum(simulated_ar(COEF[:2], 40, seed=5)), 0.35, seed=5)
    y[1] = np.nan
    law = process_law(polynomial, drift, 1.3, stationary, differencing)
    wide = law.precision.copy()
    wide[0, :order] += 1e-8
    wide = GaussMarkov(wide, law.mean)
    errors, variances = filtered_innovations(y, polynomial, drift, 1.3, stationary, differencing=differencing)
    seen = ~np.isnan(y)
    for t in range(order, 40):
        if seen[t]:
            before = seen & (np.arange(40) < t)
            place = int((~before[:t]).sum())
            rest = wide.condition(np.where(before, y, np.nan), before)
            variance = rest.variance[place]
            if np.isnan(errors[t]):
                assert variance > 1e4
            else:
                assert variances[t] == pytest.approx(variance, rel=1e-4)
                assert errors[t] == pytest.approx(y[t] - rest.mean[place], abs=1e-3 * np.sqrt(variance))


def test_the_future_leaves_the_past_as_it_is():
    y = with_gaps(simulated_ar(COEF, 100), 0.3, seed=3)
    before = filtered_innovations(y, COEF, np.zeros(100), 1.0, stationary=False)
    y[60:] = np.r_[1e9, np.full(39, np.nan)]
    after = filtered_innovations(y, COEF, np.zeros(100), 1.0, stationary=False)
    for each, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(each[:60], other[:60])


def test_a_series_far_from_zero_keeps_its_digits():
    y = with_gaps(simulated_ar(COEF, 300), 0.3, seed=4)
    near = filtered_innovations(y, COEF, np.zeros(300), 1.0, stationary=True)
    far = filtered_innovations(y + 1e6, COEF, np.full(300, 1e6 * (1 - COEF.sum())), 1.0, stationary=True)
    np.testing.assert_allclose(far[0], near[0], atol=1e-8)


def test_an_exact_model_and_a_series_shorter_than_the_lags_are_no_trouble():
    errors, variances = filtered_innovations(np.array([1.0, np.nan, 1.75]), np.array([0.5]), np.ones(3), 0.0, True)
    np.testing.assert_allclose(errors[2], 0.0, atol=1e-15)
    assert variances[2] == 0.0
    for n in (0, 1, 2, 3):
        errors, variances = filtered_innovations(np.ones(n), COEF, np.zeros(n), 1.0, stationary=False)
        assert np.isnan(errors).all()
        assert errors.shape == variances.shape == (n,)
