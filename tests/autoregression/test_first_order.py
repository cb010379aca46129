from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastkit.autoregression.first_order import stationary_law, transition
from forecastkit.errors import InvalidParameterError

PHIS = [0.0, 0.5, -0.7, 1.0, -1.0, 1.3, -1.2, 1 - 1e-6, 1 + 1e-9, -1 + 1e-8, 1 - 2.0**-53, 1e-200]


def iterated(y, c, phi, sigma2, steps):
    """Mean and variance by taking one step at a time in exact arithmetic."""
    mean, variance = Fraction(y), Fraction(0)
    for _ in range(steps):
        mean = Fraction(c) + Fraction(phi) * mean
        variance = Fraction(sigma2) + Fraction(phi) ** 2 * variance
    return float(mean), float(variance)


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 24, 57])
@pytest.mark.parametrize("phi", PHIS)
def test_many_steps_at_once_equal_one_step_at_a_time(phi, steps):
    mean, variance = transition(3.0, 0.25, phi, 2.0, steps)
    expected = iterated(3.0, 0.25, phi, 2.0, steps)
    assert float(mean) == pytest.approx(expected[0], rel=1e-13)
    assert float(variance) == pytest.approx(expected[1], rel=1e-13)


@given(
    phi=st.floats(-1.5, 1.5).filter(lambda phi: phi == 0 or abs(phi) > 1e-30),
    y=st.floats(-100, 100),
    c=st.floats(-100, 100),
    first=st.integers(0, 40),
    second=st.integers(0, 40),
)
def test_transitions_compose(phi, y, c, first, second):
    mean, variance = transition(y, c, phi, 1.5, first)
    onward, added = transition(mean, c, phi, 1.5, second)
    whole, total = transition(y, c, phi, 1.5, first + second)
    size = (abs(y) + abs(c) * (first + second)) * max(1.0, abs(phi)) ** (first + second)
    assert float(onward) == pytest.approx(float(whole), rel=1e-10, abs=1e-12 * size)
    assert float(added + phi ** (2 * second) * variance) == pytest.approx(float(total), rel=1e-10)


@pytest.mark.parametrize("phi", [-0.99, -0.3, 0.0, 0.8, 0.9999])
def test_the_stationary_law_is_where_transitions_lead_and_stay(phi):
    mean, variance = stationary_law(2.0, phi, 3.0)
    far = transition(-50.0, 2.0, phi, 3.0, 10**6)
    assert (float(far[0]), float(far[1])) == pytest.approx((float(mean), float(variance)), rel=1e-12)
    stay, added = transition(mean, 2.0, phi, 3.0, 7)
    assert float(stay) == pytest.approx(float(mean), rel=1e-12)
    assert float(added + phi**14 * variance) == pytest.approx(float(variance), rel=1e-12)


def test_arguments_broadcast():
    mean, variance = transition(np.zeros((3, 1)), 1.0, 0.5, 1.0, np.arange(1, 5))
    assert mean.shape == (3, 4)
    assert variance.shape == (4,)


def test_an_explosive_law_overflows_to_infinity_and_leaves_zero_alone():
    mean, variance = transition(np.array([0.0, 1.0]), 0.0, 2.0, 1.0, 5000)
    np.testing.assert_array_equal(mean, [0.0, np.inf])
    assert variance == np.inf


@pytest.mark.parametrize("phi", [1.0, -1.0, 1.5, np.nan])
def test_a_phi_without_stationary_law_is_named(phi):
    with pytest.raises(InvalidParameterError, match=rf"inside \(-1, 1\).*phi = {phi:g}$"):
        stationary_law(0.0, np.array([0.5, phi]), 1.0)


def test_of_many_bad_phis_the_first_are_named_and_all_counted():
    with pytest.raises(InvalidParameterError, match="7 in all"):
        stationary_law(0.0, np.full(7, 2.0), 1.0)


@pytest.mark.parametrize(("steps", "sigma2"), [(-1, 1.0), (1.5, 1.0), (np.nan, 1.0), (1, -1.0)])
def test_impossible_steps_and_variances_are_refused(steps, sigma2):
    with pytest.raises(InvalidParameterError, match="got"):
        transition(0.0, 0.0, 0.5, sigma2, steps)
