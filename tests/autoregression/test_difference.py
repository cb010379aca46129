import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.statespace.tools import diff

from forecastkit.autoregression.difference import difference, integrated_coefficients

orders = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(1, 5))


@settings(max_examples=60, deadline=None)
@given(y=st.lists(st.integers(-1000, 1000), min_size=20, max_size=40).map(lambda v: np.array(v, float)), orders=orders)
def test_differences_equal_those_of_statsmodels(y, orders):
    d, seasonal, season = orders
    expected = diff(y, d, seasonal if seasonal else None, season)
    np.testing.assert_allclose(difference(y, d, seasonal, season), expected, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    coef=st.lists(st.floats(-2, 2), min_size=0, max_size=4),
    orders=orders,
    seed=st.integers(0, 99),
)
def test_the_integrated_polynomial_filters_the_series_as_the_short_one_filters_its_differences(coef, orders, seed):
    y = np.random.default_rng(seed).standard_normal(40)
    full = integrated_coefficients(np.array([coef]).reshape(1, -1), *orders)[0]
    assert len(full) == len(coef) + orders[0] + orders[1] * orders[2]
    w = difference(y, *orders)
    short = np.convolve(w, np.concatenate([[1.0], -np.array(coef)]), mode="valid")
    np.testing.assert_allclose(np.convolve(y, np.concatenate([[1.0], -full]), mode="valid"), short, atol=1e-9)


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_differences_reduce_a_polynomial_to_a_constant(degree):
    y = np.arange(10.0) ** degree
    np.testing.assert_allclose(np.diff(difference(y, degree, 0, 1)), 0.0)


def test_missing_leading_values_stay_missing():
    w = difference(np.array([[np.nan, np.nan, 1.0, 3.0, 6.0]]), 1, 0, 1)
    np.testing.assert_array_equal(w, [[np.nan, np.nan, 2.0, 3.0]])
