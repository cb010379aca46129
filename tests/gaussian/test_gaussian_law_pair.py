import numpy as np
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian.law_pair import as_pair, as_univariate_pair


def test_a_pair_gives_the_second_mean_less_the_first():
    shift, first, second = as_pair([1.0], [[2.0]], [4.0], [[3.0]])
    assert (shift.item(), first.item(), second.item()) == (3.0, 2.0, 3.0)


def test_laws_of_different_dimension_are_refused():
    with pytest.raises(InvalidParameterError, match=r"mean1 must have shape \(1\), got \(2,\)"):
        as_pair([0.0], [[1.0]], [0.0, 0.0], np.eye(2))
    with pytest.raises(InvalidParameterError, match=r"covariance1 must have shape \(1, 1\)"):
        as_pair([0.0], [[1.0]], [0.0], np.eye(2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 1.0, 0.0, 0.0), "variance1 must be positive, got 0"),
        ((0.0, [1.0, -2.0], 0.0, 1.0), "variance0 must be positive, got -2"),
        ((np.nan, 1.0, 0.0, 1.0), "mean0 must be finite"),
        (([0.0, 1.0], 1.0, [0.0, 1.0, 2.0], 1.0), "means and variances must broadcast"),
    ],
)
def test_wrong_laws_on_the_line_are_refused(arguments, message):
    with pytest.raises(InvalidParameterError, match=message):
        as_univariate_pair(*arguments)
