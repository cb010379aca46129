"""Panels whose series all span the grid, as imputation needs them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laid_out import INDEXES, LAYOUTS, assert_same, laid_out

from forecastkit.errors import DataWarning, InvalidFrameError
from forecastkit.frames import as_panel, history_columns_frame, history_frame, history_sample_frame


def gappy(index: pd.Index) -> pd.DataFrame:
    """Sensors that start late, end early, have no value at all, and a row without any."""
    values = np.random.default_rng(1).normal(size=(len(index), 4))
    values[:7, 0] = np.nan
    values[-5:, 1] = np.nan
    values[:, 2] = np.nan
    values[:3] = np.nan
    return pd.DataFrame(values, index=index, columns=pd.Index(list("abcd"), name="station"))


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "series"])
@pytest.mark.parametrize("kind", INDEXES)
def test_every_row_and_series_is_kept_and_comes_back(kind, layout):
    wide = gappy(INDEXES[kind])
    y = laid_out(wide, layout)
    panel = as_panel(y, whole=True)
    assert panel.n_series == 4
    assert (panel.lengths == len(wide)).all()
    np.testing.assert_array_equal(panel.values.reshape(4, -1).T, wide)
    filled = laid_out(wide.fillna(0.0), layout)
    assert_same(history_frame(panel, np.nan_to_num(panel.values)), filled)
    assert history_columns_frame(panel, {"a": panel.values}).shape[0] == len(y)
    assert len(history_sample_frame(panel, np.tile(panel.values, (3, 1)))) == 3 * len(y)


@pytest.mark.parametrize("layout", ["wide", "long", "multiindex"])
def test_a_panel_made_whole_has_the_rows_of_its_frame(layout):
    wide = gappy(INDEXES["days"]).drop(columns="c")
    y = laid_out(wide, layout)
    with_leading = as_panel(y, whole=True)
    made = as_panel(as_panel(y), whole=True)
    kept = len(made.values) // 3
    np.testing.assert_array_equal(made.values.reshape(3, -1), with_leading.values.reshape(3, -1)[:, -kept:])
    assert made.whole() is made
    if layout == "wide":  # rows before the first value come back, as they do from any panel
        assert_same(history_frame(made, made.values), wide)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=5), st.integers(0, 3))
def test_whole_keeps_values_at_their_stamps(leads, seed):
    n = 12
    values = np.random.default_rng(seed).normal(size=(n, len(leads)))
    for column, lead in enumerate(leads):
        values[:lead, column] = np.nan
    wide = pd.DataFrame(values, index=pd.RangeIndex(n), columns=[f"s{i}" for i in range(len(leads))])
    panel = as_panel(wide).whole()
    assert (panel.starts == min(leads)).all()
    np.testing.assert_array_equal(panel.values.reshape(len(leads), -1).T, values[min(leads) :])


def test_rows_of_a_long_frame_in_any_order_come_back_in_it():
    long = laid_out(gappy(INDEXES["days"]), "long").sample(frac=1, random_state=2)
    panel = as_panel(long, whole=True)
    assert_same(history_frame(panel, panel.values), long)


def test_stamps_that_are_missing_are_filled_with_nan_for_all():
    wide = gappy(INDEXES["days"]).drop(index=INDEXES["days"][[10, 11]])
    with pytest.warns(DataWarning, match="2 missing stamps"):
        panel = as_panel(wide, whole=True)
    table = panel.values.reshape(4, -1).T
    assert len(table) == len(wide) + 2
    assert np.isnan(table[10:12]).all()
    assert_same(history_frame(panel, panel.values), wide)


@pytest.mark.parametrize("layout", ["wide", "long", "multiindex"])
def test_no_value_at_all_is_refused(layout):
    y = laid_out(gappy(INDEXES["days"]) * np.nan, layout)
    with pytest.raises(InvalidFrameError, match="Only NaN"):
        as_panel(y, whole=True)
