import numpy as np
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian.array_checks import as_array, as_index, as_points, check_draw


def test_a_checked_array_is_a_copy():
    given = np.array([1.0, 2.0])
    taken = as_array("mean", given, (None,))
    given[0] = 5.0
    assert taken.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("value", "shape", "message"),
    [
        ([[1.0]], (None,), r"mean must have shape \(any\), got \(1, 1\)"),
        ([1.0, 2.0], (3,), r"mean must have shape \(3\), got \(2,\)"),
        ([], (None,), r"mean must have shape \(any\), got \(0,\)"),
        (["a"], (None,), r"mean must be an array of real numbers, got \['a'\]"),
        ([1j], (None,), "mean must be an array of real numbers"),
        ([[1.0], [1.0, 2.0]], (None,), "mean must be an array of real numbers"),
        ([0.0, np.nan, np.inf], (None,), r"mean must be finite, got 2 NaN or infinite values, the first at \(1,\)"),
    ],
)
def test_a_wrong_array_is_refused_with_what_was_found(value, shape, message):
    with pytest.raises(InvalidParameterError, match=message):
        as_array("mean", value, shape)


def test_points_may_have_any_leading_axes_and_none_of_them():
    assert as_points("x", [[[1, 2]]], 2).shape == (1, 1, 2)
    assert as_points("x", np.empty((0, 2)), 2).shape == (0, 2)
    with pytest.raises(InvalidParameterError, match=r"x must have shape \(..., 2\), got \(3,\)"):
        as_points("x", [1.0, 2.0, 3.0], 2)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ([], "non-empty list of integers"),
        ([0.5], "non-empty list of integers"),
        ([True, False], "non-empty list of integers"),
        ([3], r"index must lie in 0..2, got 3"),
        ([-1], r"index must lie in 0..2, got -1"),
        ([1, 1], r"name each position once, got \[1, 1\]"),
    ],
)
def test_a_wrong_index_is_refused_with_what_was_found(index, message):
    with pytest.raises(InvalidParameterError, match=message):
        as_index("index", index, 3)


@pytest.mark.parametrize("n_samples", [0, -1, 1.5, True, "a"])
def test_a_wrong_number_of_samples_is_refused(n_samples):
    with pytest.raises(InvalidParameterError, match="n_samples must be an integer of 1 or more"):
        check_draw(n_samples, np.random.default_rng(0))


def test_a_seed_is_no_generator():
    with pytest.raises(InvalidParameterError, match=r"generator must be a numpy.random.Generator"):
        check_draw(1, 0)
