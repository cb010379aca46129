"""The checks of values and ids."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError
from forecastkit.frames import as_panel
from forecastkit.frames.value_checks import numeric_values

DAYS = pd.date_range("2024-01-01", periods=4, freq="D")
SERIES = pd.Series(np.arange(4.0), index=DAYS, name="a")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            pd.Series([1, "n/a", 3, 4], dtype=object),
            r"'a' is not numeric: the first bad value is 'n/a'.*2024-01-02 \(1 in all\)",
        ),
        (pd.Series(["1", "2", "3", "4"]), r"numbers as text.*pd\.to_numeric"),
        (pd.Series([1, 2, 3, 4], dtype=object), "numbers as Python objects"),
        (pd.Series([True, False, True, True]), r"boolean.*astype\(float\)"),
        (pd.Series([True, False, None, True], dtype="boolean"), "boolean"),
        (pd.Series([1j, 2, 3, 4]), "complex128"),
        (pd.Series(DAYS), "datetime64"),
        (pd.Series([1.0, 2, 3, 4], dtype="category"), "category"),
    ],
)
def test_a_target_that_is_not_a_number_is_refused(values, message):
    y = values.set_axis(DAYS).rename("a")
    for data in (y, y.to_frame(), y.to_frame().assign(b=1.0)):
        with pytest.raises(InvalidFrameError, match=message):
            as_panel(data)


def test_several_bad_columns_are_named_together():
    y = SERIES.to_frame().assign(b="x", c="y")
    with pytest.raises(InvalidFrameError, match="2 columns are not numeric: 'b', 'c'"):
        as_panel(y)


def test_frames_of_several_dtypes_keep_their_missing_values():
    frame = pd.DataFrame(
        {"a": pd.array([1, None], dtype="Int64"), "b": [1.5, np.nan], "c": np.array([1, 2], dtype="int8")}
    )
    np.testing.assert_array_equal(numeric_values(frame), [[1, 1.5, 1], [np.nan, np.nan, 2]])


def test_booleans_are_numbers_only_where_asked_for():
    frame = pd.DataFrame({"a": [True, False], "b": pd.array([True, None], dtype="boolean")})
    np.testing.assert_array_equal(numeric_values(frame, booleans=True), [[1, 1], [0, np.nan]])


@pytest.mark.parametrize(
    ("columns", "message"),
    [(["a", "a"], "Duplicate series names .*'a'"), ([0, "b"], "mixed types: number .0. and str .'b'.")],
)
def test_names_of_series_are_unique_and_alike(columns, message):
    with pytest.raises(InvalidFrameError, match=message):
        as_panel(pd.DataFrame(np.ones((4, 2)), index=DAYS, columns=columns))
