"""Values at some stamps of some series, read from any layout."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from laid_out import INDEXES, LAYOUTS, laid_out, table

from forecastkit.frames import as_panel
from forecastkit.frames.entries import read_entries

WIDE = table(INDEXES["days"], ["b", "a", "c"])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_entries_of_the_data_are_the_values_of_its_panel(layout):
    y = laid_out(WIDE, layout)
    panel = as_panel(y)
    for given in (y, panel):
        entries = read_entries(given, panel, data="y")
        values = np.full_like(panel.values, np.nan)
        values[entries.positions - panel.starts[entries.series] + panel.offsets[entries.series]] = entries.values
        np.testing.assert_array_equal(values, panel.values)


def test_entries_are_named_with_their_series_where_there_are_several():
    entries = read_entries(WIDE[:2], as_panel(WIDE), data="y")
    assert entries.named(as_panel(WIDE)).startswith("series 'b' at 2024-03-01 00:00:00-05:00, series 'b' at 2024-03-02")
    alone = read_entries(WIDE["a"][:1], as_panel(WIDE["a"]), data="y")
    assert alone.named(as_panel(WIDE["a"])) == "2024-03-01 00:00:00-05:00"


def test_names_that_are_tuples_are_found():
    y = WIDE["a"].rename(("x", 1))
    panel = as_panel(
        pd.DataFrame({0: WIDE["a"], 1: WIDE["b"]}).set_axis(pd.Index([("x", 1), ("x", 2)], tupleize_cols=False), axis=1)
    )
    assert set(read_entries(y, panel, data="y").series) == {0}
