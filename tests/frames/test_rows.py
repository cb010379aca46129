"""The keys of long frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError
from forecastkit.frames import as_panel
from forecastkit.frames.layout import layout_of
from forecastkit.frames.rows import read_rows

DAYS = pd.date_range("2024-01-01", periods=4, freq="D")
LONG = pd.DataFrame({"unique_id": ["b"] * 4 + ["a"] * 4, "ds": [*DAYS, *DAYS], "y": np.arange(8.0)})


def test_rows_are_sorted_by_first_appearance_and_time_and_go_back():
    shuffled = LONG.iloc[[5, 0, 3, 7, 1, 2, 4, 6]]
    rows = read_rows(shuffled, layout_of(shuffled))
    assert list(rows.ids) == ["a", "b"]
    values = shuffled["y"].to_numpy()
    np.testing.assert_array_equal(rows.sorted(values), [4, 5, 6, 7, 0, 1, 2, 3])
    np.testing.assert_array_equal(rows.in_rows(rows.sorted(values)), values)


def test_sorted_rows_are_left_where_they_are():
    rows = read_rows(LONG, layout_of(LONG))
    assert rows.order is None
    np.testing.assert_array_equal(rows.steps.first, [0, 1, 2, 0, 1, 2])
    np.testing.assert_array_equal(rows.steps.second, [1, 2, 3, 1, 2, 3])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            pd.concat([LONG, LONG[2:4]]),
            r"2 duplicate timestamps: 2024-01-03 \(series 'b'\).*groupby\(\['unique_id', 'ds'\]",
        ),
        (
            LONG.assign(unique_id=["b", None, *LONG["unique_id"][2:]]),
            r"'unique_id' is missing in 1 row, the first at row 1",
        ),
        (LONG.assign(ds=[pd.NaT, *LONG["ds"][1:]]), r"1 missing stamp \(NaT\), the first at row 0"),
        (LONG.assign(unique_id=[1] * 4 + ["1"] * 4), r"mixed types: number \(1\) and str \('1'\)"),
        (LONG.assign(ds=LONG["ds"].astype(str)), r"y\['ds'\] = pd\.to_datetime\(y\['ds'\]\)"),
    ],
)
def test_bad_keys_are_refused(rows, message):
    with pytest.raises(InvalidFrameError, match=message):
        as_panel(rows)
    with pytest.raises(InvalidFrameError):
        as_panel(rows.set_index(["unique_id", "ds"]))
