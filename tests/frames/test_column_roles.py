"""The roles of columns follow from their content first and their names second."""

import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError
from forecastkit.frames.column_roles import counts, id_column, target_column, time_column

DATES = ["2020-01-01", "2020-01-02"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"a": [1.5, 2], "when": DATES}, "when"),
        ({"created": DATES, "date": DATES}, "date"),
        ({"hour": [0, 1], "stamp": DATES}, "stamp"),
        ({"t": [1, 2], "hour": [7, 7]}, "t"),
        ({"step": [10, 20], "a": [1, 2]}, "step"),
        ({"Unnamed: 0": [0, 1], "year": [1999, 2000]}, "year"),
        ({"Unnamed: 0": [0, 1], "a": [5, 3]}, "Unnamed: 0"),
        ({"unique_id": [1, 2], "ds": [5, 5], "y": [1, 2]}, "ds"),
    ],
)
def test_the_time_is_found(columns, expected):
    assert time_column(pd.DataFrame(columns)) == expected


def test_a_table_of_numbers_has_no_time():
    assert time_column(pd.DataFrame({f"c{i}": [0.5, 1.5] for i in range(3)})) is None


def test_a_table_without_times_lists_a_few_columns():
    with pytest.raises(InvalidFrameError, match=r"'c0', .*'c5', \.\.\."):
        time_column(pd.DataFrame({f"c{i}": ["low", "high"] for i in range(100)}))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"t": [1, 2], "unique_id": ["a", "a"], "y": [1, 2]}, "unique_id"),
        ({"t": [1, 1, 2, 2], "who": list("abab"), "y": [1, 2, 3, 4]}, "who"),
        ({"t": [1, 1, 2, 2], "store": [7, 8, 7, 8], "y": [1, 2, 3, 4]}, "store"),
        ({"t": [1, 2, 3, 4], "remark": list("abab")}, None),
        ({"t": [1, 2, 3, 4], "station": ["x"] * 4}, "station"),
        ({"t": [1, 1, 2, 2], "remark": list("abcd")}, None),
        ({"t": [1, 1, 2, 3], "load": [1, 2, 3, 4]}, None),
    ],
)
def test_the_id_is_a_column_that_tells_rows_of_a_time_apart(columns, expected):
    assert id_column(pd.DataFrame(columns), "t") == expected


def test_the_target_is_the_known_name_then_the_first():
    assert target_column(["load"], long=False) == "load"
    assert target_column(["load", "price"], long=False) is None
    assert target_column(["load", "Value"], long=True) == "Value"
    assert target_column(["load", "price"], long=True) == "load"


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0, 1, 2], True), ([5.0, 10.0], True), ([2, 1], False), ([1, 3, 4], False), ([0.5, 1.5], False), ([1], False)],
)
def test_counting_goes_up_in_equal_whole_steps(values, expected):
    assert counts(pd.Series(values)) is expected
    assert not counts(pd.Series(values).astype(str))
