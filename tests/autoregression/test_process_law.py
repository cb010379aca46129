import numpy as np
import pytest
from gappy_series import full_matrix, integrated, stationary_cases, step_rows
from hypothesis import given, settings
from scipy.linalg import toeplitz
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecastkit.autoregression.difference import difference
from forecastkit.autoregression.process_law import process_law
from forecastkit.autoregression.stationary_law import autocovariance
from forecastkit.errors import InvalidParameterError

QUICK = settings(max_examples=60, deadline=None)
COEF = np.array([0.5, 0.2, -0.3])


@given(stationary_cases(most_lags=8))
@QUICK
def test_the_covariance_of_a_stationary_process_is_its_autocovariance(case):
    _, coef, sigma2, drift, _ = case
    n = len(drift)
    law = process_law(coef, drift, sigma2, stationary=True)
    covariance = toeplitz(autocovariance(coef, sigma2, n)[:n])
    np.testing.assert_allclose(full_matrix(law.precision) @ covariance, np.eye(n), atol=1e-8)


@given(stationary_cases())
@QUICK
def test_the_mean_of_a_stationary_process_is_the_straight_path_that_solves_its_steps(case):
    _, coef, sigma2, drift, _ = case
    n, p = len(drift), len(coef)
    mean = process_law(coef, drift, sigma2, stationary=True).mean
    np.testing.assert_allclose(step_rows(coef, n) @ mean, drift[p:], atol=1e-8)
    np.testing.assert_allclose(np.diff(mean, 2), 0, atol=1e-7)
    if n > 1:
        slope = (drift[1] - drift[0]) / (1 - coef.sum())
        np.testing.assert_allclose(np.diff(mean), slope, atol=1e-8)
    before = mean[0] - slope * np.arange(1, p + 1) if n > 1 else np.repeat(mean[0], p)
    assert mean[0] == pytest.approx(drift[0] + coef @ before, abs=1e-8)


@pytest.mark.parametrize("coef", [[], [0.9], [0.5, 0.2, -0.3], [1.0], [1.7, -0.7], [1.1]])
@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 7, 20])
def test_a_diffuse_process_has_the_precision_of_its_steps_alone(coef, n):
    drift = np.random.default_rng(0).normal(size=n)
    law = process_law(np.array(coef), drift, 2.0, stationary=False)
    rows = step_rows(coef, n)
    np.testing.assert_allclose(full_matrix(law.precision), rows.T @ rows / 2.0, atol=1e-14)
    np.testing.assert_allclose(rows @ law.mean, drift[len(coef) :], atol=1e-12)


@pytest.mark.parametrize("differencing", [(1, 0, 1), (2, 0, 1), (0, 1, 4), (1, 1, 4)])
def test_the_differences_of_an_integrated_process_are_stationary_from_the_start(differencing):
    n, drift = 30, np.full(30, 0.7)
    law = process_law(integrated(COEF, differencing), drift, 1.5, stationary=True, differencing=differencing)
    inner = process_law(COEF, drift, 1.5, stationary=True)
    takes = difference(np.eye(n).T, *differencing).T
    lead = n - len(takes)
    expected = takes.T @ full_matrix(process_law(COEF, drift[lead:], 1.5, stationary=True).precision) @ takes
    np.testing.assert_allclose(full_matrix(law.precision), expected, atol=1e-12)
    np.testing.assert_allclose(difference(law.mean, *differencing), inner.mean[lead:], atol=1e-9)


def test_nothing_but_differences_or_a_winding_drift_leaves_the_start_diffuse():
    walk = process_law(np.array([1.0]), np.zeros(5), 1.0, stationary=True, differencing=(1, 0, 1))
    assert walk.precision[0, 0] == 1.0
    assert np.linalg.matrix_rank(full_matrix(walk.precision)) == 4
    wound = process_law(COEF, np.array([0.0, 1.0, 0.0, 2.0, 0.0, 1.0]), 1.0, stationary=True)
    assert np.linalg.matrix_rank(full_matrix(wound.precision)) == 3
    explosive = process_law(np.array([1.1]), np.zeros(5), 1.0, stationary=True)
    assert np.linalg.matrix_rank(full_matrix(explosive.precision)) == 4


def test_few_values_of_an_integrated_process_have_the_marginal_law_of_more():
    differencing = (1, 0, 1)
    polynomial = integrated(COEF, differencing)
    longer = full_matrix(
        process_law(polynomial, np.zeros(9), 1.0, stationary=True, differencing=differencing).precision
    )
    for n in (2, 3):
        law = process_law(polynomial, np.zeros(n), 1.0, stationary=True, differencing=differencing)
        marginal = longer[:n, :n] - longer[:n, n:] @ np.linalg.solve(longer[n:, n:], longer[n:, :n])
        np.testing.assert_allclose(full_matrix(law.precision), marginal, atol=1e-12)
    assert not process_law(polynomial, np.zeros(1), 1.0, stationary=True, differencing=differencing).precision.any()


def test_lags_of_coefficient_zero_at_the_end_do_not_count():
    padded = process_law(np.r_[COEF, 0.0, 0.0], np.ones(12), 1.0, stationary=True)
    plain = process_law(COEF, np.ones(12), 1.0, stationary=True)
    np.testing.assert_array_equal(padded.precision, plain.precision)
    np.testing.assert_array_equal(padded.mean, plain.mean)


@pytest.mark.parametrize("p", [1, 2, 5])
def test_the_likelihood_of_a_series_with_gaps_is_that_of_the_state_space_model(p):
    rng = np.random.default_rng(p)
    coef = 0.9 * rng.dirichlet(np.ones(p))
    y = rng.normal(size=60)
    observed = rng.random(60) < 0.7
    gappy = np.where(observed, y, np.nan)
    reference = SARIMAX(gappy, order=(p, 0, 0), trend="c").smooth([0.4, *coef, 1.3]).llf
    law = process_law(coef, np.full(60, 0.4), 1.3, stationary=True)
    assert law.log_likelihood(gappy, observed) == pytest.approx(reference, rel=1e-10)


@pytest.mark.parametrize("sigma2", [0.0, -1.0, np.nan])
def test_a_law_without_a_density_is_refused(sigma2):
    with pytest.raises(InvalidParameterError, match="sigma2 must be above 0"):
        process_law(COEF, np.zeros(5), sigma2, stationary=True)
