"""Values along the history go back into the caller's rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from laid_out import INDEXES, LAYOUTS, assert_same, laid_out, table

from forecastkit.frames import as_panel, history_columns_frame, history_frame, history_sample_frame, long_frame


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", sorted(INDEXES))
def test_values_along_the_history_come_back_in_the_rows_of_the_input(kind, layout):
    wide = table(INDEXES[kind], ["b", "a", "c"])
    wide.iloc[:3, 0] = np.nan
    wide.iloc[7, :2] = np.nan
    y = laid_out(wide, layout)
    if layout not in ("series", "wide"):
        y = y.sample(frac=1, random_state=1)
    panel = as_panel(y)
    assert_same(history_frame(panel, panel.values), y)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_cut_panel_gives_its_history_in_grid_order(layout):
    wide = table(INDEXES["days"], ["b", "a"])
    panel = as_panel(laid_out(wide, layout)).between(5, 20)
    assert_same(history_frame(panel, panel.values), laid_out(wide[5:20], layout))


def test_history_can_be_renamed():
    wide = table(INDEXES["days"], ["b", "a"])
    values = as_panel(wide).values
    assert history_frame(as_panel(wide["b"]), values[:40], name="score").name == "score"
    assert list(history_frame(as_panel(laid_out(wide, "long")), values, name="score")) == ["unique_id", "ds", "score"]
    assert list(history_frame(as_panel(laid_out(wide, "multiindex")), values, name="score")) == ["score"]
    assert history_frame(as_panel(laid_out(wide, "multiindex series")), values, name="score").name == "score"


def test_history_leaves_out_filled_gaps():
    y = table(INDEXES["days"], ["a"])["a"].drop(INDEXES["days"][[4, 5]])
    with pytest.warns(match="2 missing stamps"):
        panel = as_panel(y)
    pd.testing.assert_series_equal(history_frame(panel, panel.values), y)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_long_history_holds_the_observed_values(layout):
    wide = table(INDEXES["days"], ["b", "a"])
    wide.iloc[[0, 5], 0] = np.nan
    frame = long_frame(as_panel(laid_out(wide, layout)))
    expected = laid_out(wide if layout != "series" else wide[["b"]], "long").dropna(ignore_index=True)
    pd.testing.assert_frame_equal(frame, expected)


def gappy(kind, layout):
    """Data with leading and inner missing values, rows shuffled where any order will do, and its panel."""
    wide = table(INDEXES[kind], ["b", "a", "c"])
    wide.iloc[:3, 0] = np.nan
    wide.iloc[7, :2] = np.nan
    y = laid_out(wide, layout)
    y = y if layout in ("series", "wide") else y.sample(frac=1, random_state=1)
    return y, as_panel(y)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", ["hours in autumn", "periods", "integers"])
def test_several_columns_stand_in_the_rows_of_the_input(kind, layout):
    y, panel = gappy(kind, layout)
    frame = history_columns_frame(panel, {"y": panel.values, "lo": panel.values - 1})
    for name, shift in (("y", 0), ("lo", 1)):
        if layout == "series":
            column = frame[name].rename("b") + shift
        elif layout == "wide":
            column = frame.xs(name, axis=1, level=1) + shift
            assert list(frame.columns[:3]) == [("b", "y"), ("b", "lo"), ("a", "y")]
            assert frame.columns.names == ["station", None]
        elif layout == "long":
            column = frame[["unique_id", "ds"]].assign(y=frame[name] + shift)
            assert list(frame) == ["unique_id", "ds", "y", "lo"]
        else:
            column = frame[[name]].rename(columns={name: "y"}) + shift
            column = column["y"] if layout == "multiindex series" else column
        assert_same(column, y)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("cut", [False, True])
def test_each_sample_is_the_history_it_was_drawn_for(layout, cut):
    y, panel = gappy("days", layout)
    panel = panel.between(5, 30) if cut else panel
    samples = np.stack([panel.values, panel.values + 1, panel.values + 2])
    frame = history_sample_frame(panel, samples)
    for number in range(3):
        if layout in ("series", "wide"):
            part = frame.loc[number]
        elif layout == "long":
            assert list(frame) == ["unique_id", "ds", "sample", "y"]
            part = frame[frame["sample"] == number].drop(columns="sample")
            part = part.reset_index(drop=True) if cut else part
        else:
            part = frame.xs(number, level="sample")
        assert_same(part, history_frame(panel, samples[number]))
    assert type(frame) is type(y)


def test_the_samples_of_a_row_of_a_long_frame_follow_one_another_under_its_label():
    y, panel = gappy("days", "long")
    frame = history_sample_frame(panel, np.stack([panel.values, panel.values + 1]))
    assert list(frame.index[:4]) == [y.index[0], y.index[0], y.index[1], y.index[1]]
    assert list(frame["sample"][:4]) == [0, 1, 0, 1]


def test_what_is_put_along_the_history_is_not_changed():
    _, panel = gappy("days", "long")
    values = panel.values + 1
    before = values.copy()
    history_columns_frame(panel, {"y": values})
    history_sample_frame(panel, values[None])
    np.testing.assert_array_equal(values, before)
