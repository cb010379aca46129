"""Future values that are already decided, on the steps ahead of each series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import CUT, INDEXES, LAYOUTS, laid_out, table

from forecastkit.errors import InvalidFrameError
from forecastkit.frames import as_panel, future_frame, known_values, point_frame

DAYS = pd.date_range("2024-01-01", periods=9, freq="D", name="ds")
WIDE = pd.DataFrame({"a": np.arange(6.0), "b": np.arange(6.0)}, index=DAYS[:6])
AHEAD = pd.DataFrame({"a": [6.0, 7.0, 8.0], "b": [60.0, 70.0, 80.0]}, index=DAYS[6:])
LONG, AHEAD_LONG = laid_out(WIDE, "long"), laid_out(AHEAD, "long")
NOTHING = np.full((2, 3), np.nan)


@settings(max_examples=60, deadline=None)
@given(
    layout=st.sampled_from(LAYOUTS),
    kind=st.sampled_from(sorted(INDEXES)),
    cells=st.sets(st.integers(0, 29), min_size=1),
    seed=st.integers(0, 9),
)
def test_any_pattern_of_known_values_lands_on_its_series_and_step(layout, kind, cells, seed):
    wide = table(INDEXES[kind], ["b", "a", "c"])
    panel = as_panel(laid_out(wide[:CUT], layout))
    chosen = np.zeros(30, dtype=bool)
    chosen[list(cells)] = True
    chosen = chosen.reshape(10, 3)
    if layout == "series":
        chosen[:, 1:] = False
    expected = np.where(chosen, wide[CUT:], np.nan).T[: panel.n_series]
    known = wide[CUT:].where(chosen)
    if layout in ("series", "wide"):
        known = laid_out(known.loc[chosen.any(axis=1), : "c" if layout == "wide" else "b"], layout)
        if layout == "wide":
            known = known.loc[:, chosen.any(axis=0)].sample(frac=1, axis=1, random_state=seed)
    else:
        known = laid_out(known, layout)
        known = known.dropna()
        known = known.sample(frac=1, random_state=seed)
    before = known.copy()
    np.testing.assert_array_equal(known_values(known, panel, 10), expected)
    assert known.equals(before)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_forecast_is_known_values_for_the_same_panel(layout):
    panel = as_panel(laid_out(WIDE, layout))
    values = np.arange(3.0 * panel.n_series).reshape(-1, 3)
    frame = point_frame(panel, values)
    np.testing.assert_array_equal(known_values(frame, panel, 3), values)
    np.testing.assert_array_equal(known_values(as_panel(frame), panel, 3), values)


def test_any_layout_is_read_for_any_panel():
    for y in (WIDE, LONG, LONG.set_index(["unique_id", "ds"])):
        for layout in ("wide", "long", "multiindex", "multiindex series"):
            known = known_values(laid_out(AHEAD, layout), as_panel(y), 3)
            np.testing.assert_array_equal(known, AHEAD.to_numpy().T)
        np.testing.assert_array_equal(known_values(AHEAD["b"], as_panel(y), 3), [[np.nan] * 3, [60, 70, 80]])


def test_a_series_stands_for_the_series_whatever_its_name():
    for name in ("other", None):
        known = AHEAD["a"].rename(name)
        np.testing.assert_array_equal(known_values(known[1:2], as_panel(WIDE["a"]), 3), [[np.nan, 7, np.nan]])
        np.testing.assert_array_equal(known_values(as_panel(known), as_panel(WIDE["a"]), 3), [[6, 7, 8]])


def test_the_panels_own_column_names_are_read():
    names = {"unique_id": "station", "ds": "date", "y": "flow"}
    panel = as_panel(LONG.rename(columns=names), id_col="station", time_col="date", target_col="flow")
    np.testing.assert_array_equal(known_values(AHEAD_LONG.rename(columns=names)[1:2], panel, 3)[0], [np.nan, 7, np.nan])


def test_each_series_of_a_ragged_panel_counts_from_its_own_end():
    panel = as_panel(LONG.drop([4, 5]))
    known = known_values(pd.DataFrame({"a": [4.5, np.nan], "b": [np.nan, 6.5]}, index=DAYS[[4, 6]]), panel, 3)
    np.testing.assert_array_equal(known, [[4.5, np.nan, np.nan], [6.5, np.nan, np.nan]])


@pytest.mark.parametrize(
    "known",
    [
        AHEAD[:0],
        pd.DataFrame(),
        pd.Series(dtype=object),
        future_frame(WIDE, 3),
        AHEAD_LONG[:0],
        AHEAD * np.nan,
        pd.DataFrame(index=DAYS[6:], columns=["a"]),  # of dtype object
        AHEAD_LONG.assign(y=np.nan),
        pd.DataFrame({"a": np.nan}, index=DAYS[:1] - pd.Timedelta("9D")),
    ],
)
def test_nothing_known_has_no_effect(known):
    np.testing.assert_array_equal(known_values(known, as_panel(WIDE), 3), NOTHING)
    np.testing.assert_array_equal(known_values(known, as_panel(LONG), 3), NOTHING)


@pytest.mark.parametrize(
    ("known", "message"),
    [
        (
            WIDE[-2:],
            r"4 values at or before the end of the history: series 'a' at 2024-01-05, series 'a' at 2024-01-06",
        ),
        (LONG[5:6], "1 value at or before the end of the history: series 'a' at 2024-01-06; keep the rows after it"),
        (AHEAD.shift(2, freq="D"), r"4 values beyond the horizon of 3 steps: series 'a' at 2024-01-10.*horizon=5"),
        (AHEAD.set_axis(DAYS[6:] + pd.Timedelta("1h")), r"known has 3 stamps off the time grid of y \(daily"),
        (AHEAD_LONG.assign(ds=AHEAD_LONG["ds"] + pd.Timedelta("1h")), "known has 3 stamps off the time grid"),
        (AHEAD.set_axis(DAYS[[6, 6, 7]]), r"duplicate timestamp: 2024-01-07.*known\.groupby"),
        (AHEAD_LONG.iloc[[0, 0]], r"duplicate timestamp: 2024-01-07 \(series 'a'\)"),
        (AHEAD[::-1], r"not sorted.*known\.sort_index\(\)"),
        (AHEAD.rename(columns={"b": "bb"}), "known has 1 series that y does not have: 'bb'.*did you mean 'b'"),
        (AHEAD_LONG.replace({"unique_id": {"b": "bb"}}), "known has 1 series that y does not have: 'bb'"),
        (AHEAD["a"].rename("aa"), "known has 1 series that y does not have: 'aa'"),
        (AHEAD["a"].rename(None), "a Series without a name"),
        (pd.concat([AHEAD, AHEAD], axis=1), "Duplicate series names"),
        (AHEAD.assign(a=[1, np.inf, 2]), r"infinite value: series 'a' at 2024-01-08.*known\.replace"),
        (AHEAD.assign(a="x"), "'a' is not numeric: the first bad value is 'x'"),
        (AHEAD_LONG.assign(y="x"), "'y' is not numeric"),
        (AHEAD.tz_localize("UTC"), "both with or both without a time zone"),
        (AHEAD.to_period("D"), "convert it to the same kind"),
        (AHEAD.reset_index(drop=True), "convert it to the same kind"),
        (AHEAD.set_axis(AHEAD.index.astype(str)), r"known\.index = pd\.to_datetime\(known\.index\)"),
        (AHEAD.set_axis([pd.NaT, *DAYS[7:]]), r"1 missing stamp \(NaT\)"),
        (AHEAD.to_numpy(), "known has to be a pandas Series or DataFrame in the layout of y, got ndarray"),
        (AHEAD_LONG.drop(columns="y"), "known needs the columns 'unique_id', 'ds', 'y' and no other; it lacks 'y'"),
        (AHEAD_LONG.assign(z=1), "1 column too many: 'z'"),
        (pd.concat([AHEAD_LONG, AHEAD_LONG["y"]], axis=1), "1 column too many: 'y'"),
        (AHEAD_LONG.set_index(["unique_id", "ds"]).assign(z=1), "needs one column, the target"),
        (pd.concat({"k": AHEAD_LONG.set_index(["unique_id", "ds"])}), "3 levels; it needs two"),
    ],
)
def test_known_values_that_cannot_be_placed_are_refused(known, message):
    with pytest.raises(InvalidFrameError, match=message):
        known_values(known, as_panel(WIDE), 3)


def test_a_long_table_without_ids_is_told_so():
    with pytest.raises(InvalidFrameError, match="a time column 'ds' but no ids 'unique_id'"):
        known_values(AHEAD_LONG.drop(columns="unique_id"), as_panel(LONG), 3)


def test_a_single_series_is_not_named_in_messages():
    with pytest.raises(InvalidFrameError, match=r"1 value at or before the end of the history: 2024-01-06;"):
        known_values(WIDE["a"][-1:], as_panel(WIDE["a"]), 3)


def test_another_resolution_of_the_stamps_is_converted():
    known = AHEAD["a"].set_axis(AHEAD.index.as_unit("s"))
    np.testing.assert_array_equal(known_values(known, as_panel(WIDE["a"]), 3), [[6, 7, 8]])
