import numpy as np
import pytest

from forecastkit.checks import check_choice, check_horizon, check_integer
from forecastkit.errors import InvalidParameterError


@pytest.mark.parametrize("value", [1, np.int8(3), np.uint64(5)], ids=repr)
def test_whole_numbers_of_any_kind_become_int(value):
    assert type(check_integer(value, "n", 1)) is int


@pytest.mark.parametrize("value", [0, 1.0, True, np.True_, "1", None, np.float64(2), [1]], ids=repr)
def test_what_is_no_whole_number_in_range_is_refused_with_its_value(value):
    with pytest.raises(InvalidParameterError) as error:
        check_horizon(value)
    assert str(error.value) == f"'horizon' must be a whole number of 1 or more, got {value!r}"


def test_an_unknown_choice_is_refused_with_the_nearest():
    check_choice("c", "trend", ("n", "c"))
    with pytest.raises(InvalidParameterError, match="did you mean 'naive'"):
        check_choice("naiv", "on_error", ("raise", "naive"))
    with pytest.raises(InvalidParameterError, match="'trend' must be one of the allowed names, got 3"):
        check_choice(3, "trend", ("n", "c"))
