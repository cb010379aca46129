import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.autoregression.companion import companion_matrix
from forecastkit.autoregression.forecast import forecast_mean, psi_weights
from forecastkit.autoregression.sensitivity import k_step_norms, linear_sensitivity


def powers(coefficients, n):
    matrix, power, found = companion_matrix(coefficients), np.eye(len(coefficients)), []
    for _ in range(n):
        power = matrix @ power
        found.append(power)
    return np.stack(found)


@pytest.mark.parametrize("phi", [-0.9, 0.3, 1.0, 1.1])
def test_one_lag_stretches_by_its_powers(phi):
    norms = k_step_norms(linear_sensitivity(np.array([[phi]]), 10))
    np.testing.assert_allclose(norms[0], np.abs(phi) ** np.arange(1, 11), rtol=1e-13)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 24),
    st.integers(0, 2**32 - 1),
    st.floats(0.05, 3.0),
)
def test_norms_are_those_of_powers_of_the_companion_matrix(order, seed, size):
    coefficients = size * np.random.default_rng(seed).standard_normal((2, order)) / order
    norms = k_step_norms(linear_sensitivity(coefficients, 30))
    reference = [np.linalg.norm(powers(each, 30), 2, axis=(1, 2)) for each in coefficients]
    np.testing.assert_allclose(norms, reference, rtol=1e-9)


def test_norms_of_a_large_order_are_close_from_below():
    coefficients = np.random.default_rng(0).standard_normal(100) / 100
    norms = k_step_norms(linear_sensitivity(coefficients[None], 120))[0]
    reference = np.linalg.norm(powers(coefficients, 120), 2, axis=(1, 2))
    assert (norms <= reference * (1 + 1e-12)).all()
    np.testing.assert_allclose(norms, reference, rtol=1e-3)


def test_a_seasonal_walk_stretches_nothing():
    norms = k_step_norms(linear_sensitivity(np.eye(7)[-1:], 20))
    np.testing.assert_allclose(norms, 1.0, rtol=1e-12)


def test_rows_are_derivatives_of_forecasts():
    rng = np.random.default_rng(1)
    coefficients, history = rng.standard_normal((1, 4)) / 3, rng.standard_normal((1, 4))
    rows = linear_sensitivity(coefficients, 9)[0]
    still = np.zeros((1, 9))
    for j in range(4):
        moved = history + np.eye(4)[j]
        change = forecast_mean(moved, coefficients, still) - forecast_mean(history, coefficients, still)
        np.testing.assert_allclose(rows[:, j], change[0], atol=1e-12)
    np.testing.assert_allclose(rows[:, -1], psi_weights(coefficients, 10)[0, 1:], atol=1e-12)


def test_blocks_look_at_every_few_steps():
    sensitivity = linear_sensitivity(np.array([[0.6, -0.5, 0.2]]), 12)
    np.testing.assert_array_equal(k_step_norms(sensitivity, 4), k_step_norms(sensitivity)[:, 3::4])


def test_what_leaves_the_range_of_numbers_is_infinite():
    with np.errstate(over="ignore", invalid="ignore"):
        norms = k_step_norms(linear_sensitivity(np.array([[1e200], [0.5]]), 4))
    assert np.isinf(norms[0, -1])
    assert norms[1, -1] == pytest.approx(0.0625)
