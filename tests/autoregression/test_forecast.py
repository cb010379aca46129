import numpy as np
import pytest
from reference_fit import simulated_ar
from scipy.linalg import toeplitz
from scipy.stats import norm
from statsmodels.tsa.arima_process import arma2ma
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecastkit.autoregression.difference import integrated_coefficients
from forecastkit.autoregression.forecast import (
    GaussianForecast,
    forecast_ar,
    forecast_mean,
    innovations,
    psi_weights,
    used_history,
)

COEF = np.array([[0.5, 0.2, -0.3], [1.2, -0.4, 0.0]])


def dense_covariance(law, b):
    """σ² Ψ Ψᵀ with Ψ lower-triangular Toeplitz, and the covariance of what all steps share."""
    psi = law.psi[b]
    lower = toeplitz(psi, np.zeros(len(psi)))
    shared = 0.0 if law.loading is None else law.loading[b] @ law.loading[b].T
    return law.sigma2[b] * lower @ lower.T + shared


def loading(kind, horizon):
    """None, or a shared error of the slope beside another one."""
    if kind is None:
        return None
    slope = np.sqrt([0.3, 0.0])[:, None] * np.arange(1, horizon + 1)
    return np.stack([slope, np.full((2, horizon), 0.5)], axis=2)


def test_psi_weights_are_the_moving_average_of_statsmodels():
    for row, psi in zip(COEF, psi_weights(COEF, 12), strict=True):
        np.testing.assert_allclose(psi, arma2ma(np.concatenate([[1.0], -row]), [1.0], 12), rtol=1e-12, atol=1e-15)


def test_the_mean_is_the_recursion_written_out():
    history, drift = np.array([[1.0, -2.0, 3.0], [0.5, 1.0, 2.0]]), np.array([[0.1] * 5, [0.0, 1.0, 2.0, 3.0, 4.0]])
    mean = forecast_mean(history, COEF, drift)
    for b in range(2):
        path = list(history[b])
        for k in range(5):
            path.append(drift[b, k] + sum(COEF[b, j] * path[-1 - j] for j in range(3)))
        np.testing.assert_allclose(mean[b], path[3:], rtol=1e-13)


def test_a_long_horizon_continues_a_short_one():
    forecasts = [forecast_ar(np.ones((2, 3)), COEF, np.zeros((2, h)), np.ones(2)) for h in (4, 9)]
    np.testing.assert_allclose(forecasts[1].mean[:, :4], forecasts[0].mean, rtol=1e-14)
    np.testing.assert_allclose(forecasts[1].variance[:, :4], forecasts[0].variance, rtol=1e-14)


@pytest.mark.parametrize(("d", "seasonal"), [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)])
def test_forecasts_of_integrated_models_equal_the_state_space_ones(d, seasonal):
    y = simulated_ar([0.5, -0.2], 60)
    model = SARIMAX(y, order=(2, d, 0), seasonal_order=(0, seasonal, 0, 4))
    reference = model.smooth([0.5, -0.2, 1.7]).get_forecast(9)
    polynomial = integrated_coefficients(np.array([[0.5, -0.2]]), d, seasonal, 4)
    ours = forecast_ar(y[None, -polynomial.shape[1] :], polynomial, np.zeros((1, 9)), np.array([1.7]))
    np.testing.assert_allclose(ours.mean[0], reference.predicted_mean, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(ours.variance[0], reference.var_pred_mean, rtol=1e-6)


def test_ar1_has_the_k_step_transition_law():
    phi, c, sigma2, y = 0.8, 0.5, 2.0, 3.0
    forecast = forecast_ar(np.array([[y]]), np.array([[phi]]), np.full((1, 6), c), np.array([sigma2]))
    k, mean = np.arange(1, 7), c / (1 - phi)
    np.testing.assert_allclose(forecast.mean[0], phi**k * (y - mean) + mean)
    np.testing.assert_allclose(forecast.variance[0], sigma2 * (1 - phi ** (2 * k)) / (1 - phi**2))


def test_a_random_walk_drifts_with_growing_variance():
    forecast = forecast_ar(np.array([[3.0]]), np.array([[1.0]]), np.full((1, 4), 0.5), np.array([2.0]))
    np.testing.assert_allclose(forecast.mean[0], [3.5, 4.0, 4.5, 5.0])
    np.testing.assert_allclose(forecast.variance[0], [2.0, 4.0, 6.0, 8.0])


@pytest.mark.parametrize("kind", [None, "slope"])
def test_variances_and_quantiles_are_those_of_the_dense_covariance(kind):
    law = GaussianForecast(np.ones((2, 5)), psi_weights(COEF, 5), np.array([2.0, 0.5]), loading(kind, 5))
    probabilities = np.array([0.1, 0.5, 0.9])
    for b in range(2):
        covariance = dense_covariance(law, b)
        np.testing.assert_allclose(law.covariance(b), covariance, rtol=1e-13)
        np.testing.assert_allclose(law.variance[b], np.diagonal(covariance), rtol=1e-12)
        expected = norm.ppf(probabilities[:, None], 1.0, np.sqrt(np.diagonal(covariance)))
        np.testing.assert_allclose(law.quantile(probabilities)[:, b], expected, rtol=1e-12)


@pytest.mark.parametrize("kind", [None, "slope"])
def test_joint_samples_have_the_dense_covariance(kind):
    law = GaussianForecast(
        np.array([[1.0] * 4, [2.0] * 4]), psi_weights(COEF, 4), np.array([2.0, 0.5]), loading(kind, 4)
    )
    n = 40_000
    paths = law.sample(n, [np.random.default_rng(seed) for seed in (1, 2)])
    assert paths.shape == (n, 2, 4)
    for b in range(2):
        covariance = dense_covariance(law, b)
        variance = np.diagonal(covariance)
        error = np.abs(np.cov(paths[:, b].T) - covariance)
        assert (error < 4.5 * np.sqrt((np.outer(variance, variance) + covariance**2) / n)).all()
        assert (np.abs(paths[:, b].mean(axis=0) - law.mean[b]) < 4.5 * np.sqrt(variance / n)).all()


def test_paths_of_a_long_horizon_are_the_recursion_as_those_of_a_short_one_are():
    coef, noise = np.array([[0.6, 0.3]]), np.random.default_rng(1).standard_normal((3, 1500))
    for horizon in (20, 1500):
        law = forecast_ar(np.zeros((1, 2)), coef, np.zeros((1, horizon)), np.array([4.0]))
        shocks = 2.0 * noise[:, :horizon]
        expected = forecast_mean(np.zeros((3, 2)), np.tile(coef, (3, 1)), shocks)
        np.testing.assert_allclose(law.paths(0, noise[:, :horizon]), expected, rtol=1e-10, atol=1e-10)


def test_a_series_paths_do_not_depend_on_the_others():
    law = GaussianForecast(np.ones((2, 3)), psi_weights(COEF, 3), np.ones(2))
    alone = GaussianForecast(law.mean[1:], law.psi[1:], law.sigma2[1:])
    together = law.sample(5, [np.random.default_rng(1), np.random.default_rng(2)])
    np.testing.assert_array_equal(together[:, 1:], alone.sample(5, [np.random.default_rng(2)]))


def test_innovations_invert_the_recursion_and_miss_only_where_a_lag_is_missing():
    y = np.full((2, 30), np.nan)
    y[0], y[1, 10:] = simulated_ar([0.5], 30, seed=1), simulated_ar([0.5], 20, seed=2)
    drift = np.full((2, 30), 0.7)
    errors = innovations(y, COEF, drift)
    np.testing.assert_array_equal(np.isnan(errors[0]), np.arange(30) < 3)
    np.testing.assert_array_equal(np.isnan(errors[1]), np.arange(30) < 12)  # the third coefficient is zero
    for t in range(13, 30):
        expected = y[:, t] - 0.7 - np.sum(COEF * y[:, t - 3 : t][:, ::-1], axis=1)
        np.testing.assert_allclose(errors[:, t], expected, rtol=1e-12)


def test_more_lags_than_values_leave_no_innovation():
    assert np.isnan(innovations(np.ones((1, 2)), np.ones((1, 5)), np.zeros((1, 2)))).all()


def test_values_beyond_a_models_largest_lag_are_not_looked_at():
    np.testing.assert_array_equal(used_history(COEF), [[True, True, True], [False, True, True]])
    history = np.array([[1.0, 1.0, 1.0], [np.nan, 1.0, 1.0]])
    assert np.isfinite(forecast_ar(history, COEF, np.zeros((2, 4)), np.ones(2)).mean).all()
