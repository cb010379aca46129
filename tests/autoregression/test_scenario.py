import numpy as np
import pytest
from example_laws import BATCH, HORIZON, dense, gaussian, generators, known_values
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit import gaussian as algebra
from forecastkit.autoregression.forecast import GaussianForecast, forecast_ar, psi_weights
from forecastkit.autoregression.scenario import condition_forecast
from forecastkit.errors import InvalidParameterError


@given(seed=st.integers(0, 10**6), pattern=st.lists(st.booleans(), min_size=12, max_size=12))
@settings(max_examples=40, deadline=None)
def test_any_pattern_gives_the_dense_conditional(seed, pattern):
    rng = np.random.default_rng(seed)
    law = (gaussian if seed % 2 else dense)()
    known = np.where(np.reshape(pattern, law.mean.shape), rng.normal(6, 2, law.mean.shape), np.nan)
    scenario = condition_forecast(law, known)
    for i in range(BATCH):
        there = ~np.isnan(known[i])
        steps, covariance = np.flatnonzero(there), law.covariance(i)
        expected = np.zeros((HORIZON, HORIZON))
        mean, evidence = known[i].copy(), 0.0
        if not there.all():
            mean[~there], expected[np.ix_(~there, ~there)] = (
                algebra.conditional(law.mean[i], covariance, steps, known[i, steps])
                if there.any()
                else (law.mean[i], covariance)
            )
        if there.any():
            evidence = algebra.log_density(known[i, steps], law.mean[i, steps], covariance[np.ix_(steps, steps)])
        np.testing.assert_allclose(scenario.mean[i], mean, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(scenario.covariance(i), expected, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(scenario.variance[i], np.diagonal(expected), rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(np.broadcast_to(scenario.log_evidence, BATCH)[i], evidence, rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(scenario.mean[i, there], known[i, there])
        np.testing.assert_array_equal(scenario.variance[i, there], 0.0)


def test_an_autoregression_with_known_values_is_the_banded_conditional():
    phi, sigma2, horizon = np.array([0.6, 0.3]), 0.7, 9
    history = np.array([1.0, -2.0])
    law = forecast_ar(history[None], phi[None], np.full((1, horizon), 0.4), np.array([sigma2]))
    # rows (-φ2, -φ1, 1)/σ of the residuals of the future steps, the history moved to the right-hand side
    rows = np.zeros((horizon, horizon + 2))
    for k in range(horizon):
        rows[k, k : k + 3] = [-phi[1], -phi[0], 1.0]
    rows /= np.sqrt(sigma2)
    future = rows[:, 2:]
    precision = future.T @ future
    band = np.array([np.concatenate([np.diagonal(precision, -k), np.zeros(k)]) for k in range(3)])
    information = future.T @ (0.4 / np.sqrt(sigma2) - rows[:, :2] @ history)
    banded = algebra.GaussMarkov.from_information(band, information)
    known = np.full((1, horizon), np.nan)
    known[0, [2, 3, 7]] = [1.0, -1.0, 4.0]
    rest, there = banded.condition(known[0], ~np.isnan(known[0])), ~np.isnan(known[0])
    scenario = condition_forecast(law, known)
    np.testing.assert_allclose(scenario.mean[0, ~there], rest.mean, rtol=1e-10)
    np.testing.assert_allclose(scenario.variance[0, ~there], rest.variance, rtol=1e-10)
    np.testing.assert_allclose(scenario.log_evidence, banded.log_likelihood(known[0], there), rtol=1e-10)


def test_joint_samples_have_the_conditional_moments():
    known = known_values((0, 2, 5.0), (1, 0, 6.0), (1, 3, 7.0))
    scenario, n = gaussian().condition(known), 40_000
    paths = scenario.sample(n, generators(1, 2, 3))
    for i in range(BATCH):
        covariance = scenario.covariance(i)
        variance = np.diagonal(covariance)
        error = np.abs(np.cov(paths[:, i].T) - covariance)
        assert (error <= 4.5 * np.sqrt((np.outer(variance, variance) + covariance**2) / n) + 1e-25).all()
        assert (np.abs(paths[:, i].mean(axis=0) - scenario.mean[i]) <= 4.5 * np.sqrt(variance / n) + 1e-12).all()


def test_units_do_not_matter():
    law, known = gaussian(), known_values((0, 1, 5.0), (2, 2, 7.0))
    plain = condition_forecast(law, known)
    for unit in (1e-9, 1e9):
        loading = None if law.loading is None else law.loading * unit
        scaled = GaussianForecast(law.mean * unit, law.psi, law.sigma2 * unit**2, loading)
        scenario = condition_forecast(scaled, known * unit)
        np.testing.assert_allclose(scenario.mean / unit, plain.mean, rtol=1e-12)
        np.testing.assert_allclose(scenario.variance / unit**2, plain.variance, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("steps", [[1], [0, 2]])
def test_a_value_that_the_model_determines_is_refused_by_name(steps):
    law = gaussian(sigma2=(0.4, 0.0, 0.2), loaded=False)
    known = known_values(*((1, step, 5.0) for step in steps))
    with pytest.raises(InvalidParameterError, match=rf"step {steps[0] + 1} of series number 1 cannot be taken in"):
        condition_forecast(law, known)


def test_a_value_determined_by_other_known_values_is_refused():
    law = GaussianForecast(np.zeros((1, 3)), np.ones((1, 3)), np.zeros(1), np.ones((1, 3, 1)))  # one shared shift
    with pytest.raises(InvalidParameterError, match="step 3 of series number 0"):
        condition_forecast(law, np.array([[1.0, np.nan, 1.0]]))


def test_infinite_values_and_wrong_shapes_are_refused():
    with pytest.raises(InvalidParameterError, match="step 2 of series number 2 is inf"):
        condition_forecast(gaussian(), known_values((2, 1, np.inf)))
    with pytest.raises(InvalidParameterError, match=r"shape \(3, 4\), got \(3, 5\)"):
        condition_forecast(gaussian(), np.ones((3, 5)))


def test_a_failed_scenario_leaves_the_forecast_as_it_was():
    law = gaussian()
    mean = law.mean.copy()
    condition_forecast(law, known_values((0, 0, 9.0)))
    np.testing.assert_array_equal(law.mean, mean)


def test_long_horizons_with_many_known_values_stay_accurate():
    horizon = 300
    walk = GaussianForecast(np.zeros((1, horizon)), psi_weights(np.array([[1.8, -0.8]]), horizon), np.ones(1))
    known = np.full((1, horizon), np.nan)
    known[0, ::3] = np.arange(100.0)
    scenario = walk.condition(known)
    expected, _ = algebra.conditional(walk.mean[0], walk.covariance(0), np.arange(0, horizon, 3), known[0, ::3])
    np.testing.assert_allclose(scenario.mean[0, np.isnan(known[0])], expected, rtol=1e-6, atol=1e-6)
    assert (scenario.variance >= 0).all()
