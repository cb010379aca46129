import numpy as np
import pytest

from forecastkit.autoregression.exact_likelihood import exact_log_likelihood
from forecastkit.autoregression.profile_likelihood import (
    lag_polynomial,
    likelihood_derivatives,
    maximise_likelihood,
    negative_log_likelihood,
)
from forecastkit.autoregression.stationary_law import coef_from_partial
from forecastkit.autoregression.unconditional_squares import UnconditionalSquares

LAGS = [(1,), (1, 2, 3), (1, 4), (2, 5, 12)]


def squares_of(n=60, lags=(1, 2, 3), trend="c", seed=0):
    z = np.random.default_rng(seed).standard_normal((2, n)).cumsum(axis=1) * 0.2
    anchor = lag_polynomial(np.full((2, len(lags)), 0.2), np.array(lags))
    return z, UnconditionalSquares.of(z, np.array([n, n]), anchor, trend)


def test_the_polynomial_has_its_coefficients_at_the_lags():
    np.testing.assert_array_equal(lag_polynomial(np.array([[0.5, 0.2]]), np.array([1, 4])), [[1, -0.5, 0, 0, -0.2]])
    np.testing.assert_array_equal(lag_polynomial(np.empty((2, 0)), np.array([], dtype=int)), [[1], [1]])


@pytest.mark.parametrize("lags", LAGS, ids=str)
def test_it_is_the_exact_likelihood_at_the_best_variance(lags):
    z, squares = squares_of(lags=lags, trend="n")
    phi = np.full((2, len(lags)), 0.25)
    a, n = lag_polynomial(phi, np.array(lags)), z.shape[1]
    sigma2 = squares.value(a) / n
    ours = -negative_log_likelihood(squares, phi, np.array(lags)) - 0.5 * n * (np.log(2 * np.pi / n) + 1)
    for b in range(2):
        assert ours[b] == pytest.approx(exact_log_likelihood(z[b], -a[b, 1:], 0.0, sigma2[b]), rel=1e-11)


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("lags", LAGS, ids=str)
def test_derivatives_equal_differences(lags, trend):
    squares, lags = squares_of(lags=lags, trend=trend)[1], np.array(lags)
    phi = np.random.default_rng(3).uniform(-0.3, 0.3, (2, len(lags)))
    gradient, hessian, majorising = likelihood_derivatives(squares, phi, lags)
    for i in range(len(lags)):
        step = np.zeros(len(lags))
        step[i] = 1e-5
        values = [negative_log_likelihood(squares, each, lags) for each in (phi + step, phi - step)]
        slopes = [likelihood_derivatives(squares, each, lags)[0] for each in (phi + step, phi - step)]
        np.testing.assert_allclose(gradient[:, i], (values[0] - values[1]) / 2e-5, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(hessian[:, i], (slopes[0] - slopes[1]) / 2e-5, rtol=1e-5, atol=1e-5)
    assert np.linalg.eigvalsh(majorising - hessian).min() > -1e-9


def test_outside_the_stationary_region_it_is_infinite():
    squares = squares_of(lags=(1, 2))[1]
    values = negative_log_likelihood(squares, np.array([[0.5, 0.5], [0.5, 0.3]]), np.array([1, 2]))
    assert values[0] == np.inf
    assert np.isfinite(values[1])


@pytest.mark.parametrize("start", [[0.0, 0.0, 0.0], [0.99, 0.0, 0.0], [-0.9, 0.3, 0.5], [0.1, 0.999, -0.9]], ids=str)
def test_the_maximum_does_not_depend_on_the_start(start):
    squares = squares_of(n=200, seed=4)[1]
    lags = np.array([1, 2, 3])
    found = maximise_likelihood(squares, np.repeat(coef_from_partial(np.array([start])), 2, axis=0), lags)
    reference = maximise_likelihood(squares, np.full((2, 3), 0.1), lags)
    np.testing.assert_allclose(found, reference, atol=1e-8)
    gradient, hessian, _ = likelihood_derivatives(squares, found, lags)
    steps = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
    assert np.abs(steps).max() < 1e-10
    assert np.linalg.eigvalsh(hessian).min() > 0
