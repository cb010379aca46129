"""The Panel: cutting, selecting and lining up ragged series."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.frames import Panel, as_panel


def ragged(lengths: list[int], missing: set[int]) -> Panel:
    frames = []
    for name, length in enumerate(lengths):
        values = np.arange(length) + 100.0 * name
        values[[place for place in missing if place < length - 1]] = np.nan
        frames.append(pd.DataFrame({"unique_id": name, "ds": np.arange(name, name + length), "y": values}))
    return as_panel(pd.concat(frames))


panels = st.builds(
    ragged, st.lists(st.integers(2, 12), min_size=1, max_size=4), st.sets(st.integers(0, 10), max_size=5)
)


@settings(max_examples=60, deadline=None)
@given(panel=panels, first=st.integers(0, 6), length=st.integers(0, 8))
def test_a_cut_panel_holds_the_observed_values_of_its_stretch(panel, first, length):
    cut = panel.between(first, first + length)
    kept = panel.observed & (panel.positions >= first) & (panel.positions < first + length)
    np.testing.assert_array_equal(cut.values[cut.observed], panel.values[kept])
    np.testing.assert_array_equal(cut.positions[cut.observed], panel.positions[kept])
    assert list(cut.ids) == list(panel.ids[np.unique(panel.series_index[kept])])
    assert all(not np.isnan(cut.series(i)[0]) for i in range(cut.n_series))
    if cut.n_series:
        assert (cut.ends == np.minimum(panel.ends, first + length)[panel.ids.get_indexer(cut.ids)]).all()


@settings(max_examples=30, deadline=None)
@given(panel=panels, length=st.none() | st.integers(1, 15))
def test_padded_rows_end_with_each_series(panel, length):
    padded = panel.padded(length)
    for i in range(panel.n_series):
        own = panel.series(i)[-padded.shape[1] :]
        np.testing.assert_array_equal(padded[i, padded.shape[1] - len(own) :], own)
        assert np.isnan(padded[i, : padded.shape[1] - len(own)]).all()


def test_selected_series_come_in_the_order_asked_for():
    panel = ragged([3, 4, 5], set())
    chosen = panel.select(np.array([2, 0]))
    assert list(chosen.ids) == [2, 0]
    np.testing.assert_array_equal(chosen.series(0), panel.series(2))
    np.testing.assert_array_equal(chosen.series(1), panel.series(0))
