from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from forecastkit.autoregression.power_mean import power_mean
from forecastkit.autoregression.power_transform import inverse


def by_quadrature(mean, deviation, power):
    """Integrate between the end of the range and far beyond the integrand's peak, in pieces."""

    def integrand(z):
        return float(inverse(np.array([[z]]), np.array([power]))[0, 0]) * norm.pdf(z, mean, deviation)

    edges = np.linspace(max(mean - 12 * deviation, -1 / power), mean + 20 * deviation, 6)
    return sum(quad(integrand, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in pairwise(edges))


@given(power=st.floats(0.1, 2.0).filter(lambda x: x != 1), distance=st.floats(-3, 30), deviation=st.floats(0.1, 1.5))
@settings(max_examples=20, deadline=None)
def test_it_is_the_integral_near_and_far_from_the_end_of_the_range(power, distance, deviation):
    mean = (distance * power * deviation - 1) / power
    if mean > 20 or (1 + power * (mean + 20 * deviation)) ** (1 / power) > 1e8:
        return
    found = power_mean(np.array([[mean]]), np.array([[deviation**2]]), np.array([power]))[0, 0]
    assert found == pytest.approx(by_quadrature(mean, deviation, power), rel=1e-8)


def test_whole_reciprocal_powers_have_their_closed_form_with_the_mass_at_zero():
    mean, deviation = np.linspace(-6, 20, 60)[None], 1.3
    a, s = 1 + mean / 2, deviation / 2  # y = x² for x ~ N(a, s²) above zero, else 0
    expected = (a**2 + s**2) * norm.cdf(a / s) + a * s * norm.pdf(a / s)
    found = power_mean(mean, np.full(mean.shape, deviation**2), np.array([0.5]))
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_small_powers_are_nearly_the_logarithm_whose_mean_is_exact():
    mean, variance = np.linspace(-3, 10, 20)[None], np.linspace(0.01, 4, 20)[None]
    exact = np.exp(mean + variance / 2)
    np.testing.assert_allclose(power_mean(mean, variance, np.array([0.0])), exact, rtol=1e-15)
    np.testing.assert_allclose(power_mean(mean, variance, np.array([1e-10])), exact, rtol=1e-7)


def test_no_transform_is_untouched_and_a_negative_power_gives_the_median():
    mean, variance = np.array([[1.0, -2.0], [0.5, 0.7]]), np.ones((2, 2))
    found = power_mean(mean, variance, np.array([1.0, -0.5]))
    np.testing.assert_array_equal(found[0], mean[0])
    np.testing.assert_array_equal(found[1], inverse(mean[1:], np.array([-0.5]))[0])
    assert power_mean(mean, variance, np.ones(2)) is mean


def test_without_variance_it_is_the_value_and_what_is_not_known_stays_so():
    mean = np.array([[2.0, np.nan, -9.0]])
    found = power_mean(mean, np.array([[0.0, 1.0, 1e-4]]), np.array([0.5]))
    assert found[0, 0] == 4.0
    assert np.isnan(found[0, 1])
    assert found[0, 2] == 0.0
