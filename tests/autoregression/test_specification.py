import numpy as np
import pytest

from forecastkit.autoregression.specification import ARSpecification, default_max_order


@pytest.mark.parametrize(
    ("specification", "required"),
    [
        (ARSpecification(), 2),
        (ARSpecification(trend="n"), 1),
        (ARSpecification(lags=(1, 2, 3)), 3 + 3 + 1 + 1),
        (ARSpecification(lags=(24,), trend="ct"), 24 + 1 + 2 + 1),
        (ARSpecification(lags=(1,), differences=2, seasonal_differences=1, seasonal_period=12), 14 + 1 + 1 + 1 + 1),
        (ARSpecification(criterion="aic", differences=1), 1 + 1 + 1),
    ],
)
def test_the_required_length_leaves_one_residual_degree_of_freedom(specification, required):
    assert specification.required_length == required


def test_the_default_largest_order_grows_with_the_logarithm_and_covers_two_seasons():
    orders = default_max_order(np.array([1, 8, 40, 100, 1000]), 1)
    np.testing.assert_array_equal(orders, [0, 2, 10, 20, 30])
    np.testing.assert_array_equal(default_max_order(np.array([100, 1000]), 24), [25, 49])


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
def test_the_largest_order_leaves_a_degree_of_freedom_whatever_was_asked_for(trend):
    specification = ARSpecification(criterion="aic", max_order=30, trend=trend)
    lengths = np.arange(specification.required_length, 80)
    orders = specification.max_orders(lengths)
    n_terms = {"n": 0, "c": 1, "ct": 2}[trend]
    assert (orders >= 0).all()
    assert (orders <= 30).all()
    assert (lengths - orders >= orders + n_terms + 1).all()
    assert orders[-1] == 30
