import numpy as np
import pytest

from forecastkit.autoregression.sensitivity import k_step_norms, linear_sensitivity
from forecastkit.evaluation.stability.error_growth import error_growth


def linear_case(coefficients, n=400, horizon=10, seed=0):
    """Errors and one-step errors of an autoregression that is not quite that of the data."""
    rng, p = np.random.default_rng(seed), len(coefficients)
    y = np.zeros(n)
    for t in range(p, n):
        y[t] = 0.1 + 0.95 * coefficients @ y[t - p : t][::-1] + rng.standard_normal()
    one_step = np.full(n, np.nan)
    for t in range(p, n):
        one_step[t] = coefficients @ y[t - p : t][::-1] - y[t]
    origins = np.arange(p, n - horizon)
    errors = np.empty((len(origins), horizon))
    for i, origin in enumerate(origins):
        path = y[:origin].copy()
        for _ in range(horizon):
            path = np.append(path, coefficients @ path[-p:][::-1])
        errors[i] = path[origin:] - y[origin : origin + horizon]
    return errors, one_step[origins[:, None] + np.arange(horizon)][:, :, None]


@pytest.mark.parametrize("coefficients", [(0.9,), (1.2, -0.5), (0.2, 0.1, 0.6)])
def test_no_error_of_a_linear_recursion_exceeds_the_bound(coefficients):
    sensitivity = linear_sensitivity(np.array([coefficients]), 10)
    growth = error_growth(k_step_norms(sensitivity)[0], sensitivity, *linear_case(np.array(coefficients)))
    assert (growth.state_rmse <= growth.bound * (1 + 1e-12)).all()
    assert growth.bound[0] == pytest.approx(growth.rmse[0])
    np.testing.assert_allclose(growth.one_step[0], growth.rmse[0])
    assert growth.n_origins == 400 - 10 - len(coefficients)


def test_a_geometric_case_by_hand():
    sensitivity = linear_sensitivity(np.array([[0.5]]), 3)
    residuals = np.array([[[1.0], [1.0], [1.0]]])
    errors = np.array([[1.0, 1.5, 1.75]])  # all one-step errors of one sign: the bound is met
    growth = error_growth(k_step_norms(sensitivity)[0], sensitivity, errors, residuals)
    np.testing.assert_allclose(growth.bound, errors[0])
    np.testing.assert_allclose(growth.expected, np.sqrt([1.0, 1.25, 1.3125]))


def test_blocks_by_hand():
    # Two steps at once, the state one value: the second step is half the value before the block.
    sensitivity = np.array([[[0.7], [0.5], [0.35], [0.25]]])
    residuals = np.array([[[0.0, 2.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 2.0]]])
    errors = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, np.nan]])
    growth = error_growth(np.array([0.5, 0.25]), sensitivity, errors, residuals)
    newest = np.sqrt(2.0)  # of 2, 0 and of 0, 2
    np.testing.assert_allclose(growth.bound, [np.nan, newest, np.nan, newest + 0.5 * newest])
    np.testing.assert_allclose(growth.rmse, [1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(growth.state_rmse, [np.nan, 2.0, np.nan, 4.0])
    np.testing.assert_allclose(growth.expected**2, [0.5, 2.0, 0.5 + 0.49 * 2, 2.0 + 0.25 * 2])


def test_nothing_measured_is_not_a_number():
    sensitivity = linear_sensitivity(np.array([[0.5]]), 2)
    growth = error_growth(np.array([0.5, 0.25]), sensitivity, np.full((1, 2), np.nan), np.full((1, 2, 1), np.nan))
    assert np.isnan(growth.rmse).all()
    assert growth.n_origins == 0
