import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import boxcox, inv_boxcox
from scipy.stats import boxcox_llf, boxcox_normmax

from forecastkit.autoregression.power_transform import choose_power, inverse, log_jacobian, transform
from forecastkit.errors import InvalidParameterError

POWERS = np.array([-1.0, -0.3, 0.0, 1e-9, 0.5, 2.0])


def variance(z):
    return np.nanvar(z, axis=1)


def test_it_is_the_transform_of_scipy_but_for_a_power_of_one():
    y = np.random.default_rng(0).gamma(2.0, 3.0, (len(POWERS), 50))
    z = transform(y, POWERS)
    np.testing.assert_allclose(z, boxcox(y, POWERS[:, None]), rtol=1e-12)
    np.testing.assert_allclose(inverse(z, POWERS), inv_boxcox(z, POWERS[:, None]), rtol=1e-12)
    np.testing.assert_array_equal(transform(-y[:1], np.array([1.0])), -y[:1])
    np.testing.assert_array_equal(inverse(-y[:1], np.array([1.0])), -y[:1])


@given(st.floats(-1, 2).filter(lambda x: x == 0 or abs(x) > 1e-250), st.floats(-20, 20))
def test_the_inverse_takes_back_the_transform(power, log):
    y, powers = np.exp(np.array([[log]])), np.array([power])
    scale = max(1.0, abs(power * log), float(np.exp(abs(power * log)) / max(abs(power), 1.0)))
    np.testing.assert_allclose(inverse(transform(y, powers), powers), y, rtol=1e-13 * scale / max(abs(power), 1e-3))


def test_values_outside_the_range_of_the_transform_go_to_its_ends():
    z = np.array([[-5.0, -np.inf, 5.0, np.inf]] * 3)
    np.testing.assert_array_equal(inverse(z, np.array([0.5, 0.0, -0.5]))[0, :2], 0.0)
    np.testing.assert_array_equal(inverse(z, np.array([0.5, 0.0, -0.5]))[2, 2:], np.inf)
    np.testing.assert_array_equal(inverse(z, np.array([0.5, 0.0, -0.5]))[1, [1, 3]], [0.0, np.inf])


def test_zeros_negatives_and_missing_values_have_a_stated_transform():
    y = np.array([[0.0, -1.0, np.nan]] * 4)
    z = transform(y, np.array([0.5, 0.0, -1.0, 1.0]))
    np.testing.assert_array_equal(z[:, 0], [-2.0, -np.inf, -np.inf, 0.0])
    np.testing.assert_array_equal(z[:, 1], [-np.inf, -np.inf, -np.inf, -1.0])
    assert np.isnan(z[:, 2]).all()


def test_the_jacobian_is_the_slope():
    y, step = np.random.default_rng(0).gamma(2.0, 3.0, (len(POWERS), 20)) + 0.5, 1e-6
    slope = (transform(y + step, POWERS) - transform(y - step, POWERS)) / (2 * step)
    np.testing.assert_allclose(log_jacobian(y, POWERS), np.log(slope), atol=1e-7)
    np.testing.assert_array_equal(log_jacobian(np.array([[-1.0, 0.0]]), np.array([1.0])), 0.0)


def test_one_axis_of_values_has_a_power_each():
    y = np.array([4.0, 4.0, 4.0])
    np.testing.assert_allclose(transform(y, np.array([0.5, 0.0, 1.0])), [2.0, np.log(4.0), 4.0])
    np.testing.assert_allclose(log_jacobian(y, np.array([0.5, 0.0, 1.0])), np.log(4.0) * np.array([-0.5, -1.0, 0.0]))


@pytest.mark.parametrize("unit", [1.0, 1e-6, 1e6])
def test_the_chosen_power_is_that_of_scipy_in_any_unit(unit):
    rng = np.random.default_rng(1)
    y = np.stack([rng.gamma(2 + i % 5, 1.0, 300) ** (1 + 0.7 * (i % 3)) for i in range(12)])
    expected = [boxcox_normmax(row, method="mle", brack=(-1, 2)) for row in y]
    found = choose_power(y * unit, np.full(12, 300), variance)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_chosen_power_is_the_best_in_the_range_even_at_its_ends():
    rng = np.random.default_rng(2)
    y = np.stack([np.exp(rng.normal(0, 1, 200)) ** -0.5, rng.normal(50, 1, 200), (3 + rng.normal(0, 0.5, 200)) ** -0.2])
    y = np.stack([*y, np.sqrt(np.sqrt(5 + rng.normal(0, 1, 200)))])
    grid = np.linspace(-1, 2, 301)
    expected = [grid[np.argmax([boxcox_llf(power, row) for power in grid])] for row in y]
    assert 2.0 in expected or -1.0 in expected
    np.testing.assert_allclose(choose_power(y, np.full(4, 200), variance), expected, atol=6e-3)


def test_it_calls_for_few_variances():
    calls = []
    y = np.random.default_rng(3).gamma(3.0, 1.0, (20, 100))
    choose_power(y, np.full(20, 100), lambda z: calls.append(len(z)) or variance(z))
    assert len(calls) <= 25


def test_shorter_series_and_conditioned_values_do_not_change_what_is_chosen():
    y = np.random.default_rng(4).gamma(3.0, 1.0, (2, 80))
    padded = np.concatenate([np.full((2, 20), np.nan), y], axis=1)
    alone = choose_power(y, np.full(2, 80), variance)
    np.testing.assert_allclose(choose_power(padded, np.full(2, 80), variance), alone, atol=1e-12)
    # the variance of the last 60 values with the Jacobian of these
    last = choose_power(y, np.full(2, 80), lambda z: z[:, 20:].var(axis=1), np.full(2, 60))
    np.testing.assert_allclose(last, choose_power(y[:, 20:], np.full(2, 60), variance), atol=2e-4)


def test_a_constant_series_is_not_transformed():
    assert choose_power(np.full((1, 20), 3.0), np.array([20]), lambda z: z.var(axis=1) * 0.0).tolist() == [1.0]


def test_values_that_are_not_positive_are_refused_by_series():
    y = np.array([[1.0, 2.0, 3.0], [np.nan, 0.0, 5.0]])
    with pytest.raises(InvalidParameterError, match=r"1 of 2 series.*series number 1 first \(1 values, 0 first\)"):
        choose_power(y, np.array([3, 2]), variance)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_batched_equals_looped(seed):
    rng = np.random.default_rng(seed)
    y = np.exp(rng.normal(0, rng.uniform(0.1, 1), (4, 60)))
    together = choose_power(y, np.full(4, 60), variance)
    alone = [choose_power(row[None], np.array([60]), variance)[0] for row in y]
    np.testing.assert_allclose(together, alone, atol=2e-4)
