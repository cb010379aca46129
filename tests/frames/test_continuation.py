"""A panel that goes on with new observations."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import INDEXES, LAYOUTS, assert_same, laid_out, table

from forecastkit.errors import DataWarning, InvalidFrameError
from forecastkit.frames import as_panel, continued, history_frame, point_frame

DAYS = INDEXES["days"]
WIDE = table(DAYS, ["b", "a", "c"])


def assert_same_panel(left, right):
    for name in ("values", "starts", "lengths"):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name))
    assert list(left.ids) == list(right.ids)
    assert left.calendar == right.calendar


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", sorted(INDEXES))
@pytest.mark.parametrize("n_new", [1, 7])
def test_a_continued_panel_is_that_of_all_rows_together(kind, layout, n_new):
    wide = table(INDEXES[kind], ["b", "a", "c"])
    wide.iloc[:2, 0] = np.nan
    wide.iloc[31, 1] = np.nan
    whole, old, new = (laid_out(part, layout) for part in (wide[: 30 + n_new], wide[:30], wide[30 : 30 + n_new]))
    longer = continued(as_panel(old), new)
    expected = as_panel(whole)
    assert_same_panel(longer, expected)
    seen = history_frame(expected.between(None, expected.ends), expected.values)  # in grid order, as after a cut
    assert_same(history_frame(longer, longer.values), seen)
    values = np.arange(2.0 * expected.n_series).reshape(-1, 2)
    assert_same(point_frame(longer, values), point_frame(expected, values))


@settings(max_examples=50, deadline=None)
@given(
    cuts=st.lists(st.integers(10, 20), min_size=3, max_size=3),
    news=st.lists(st.integers(0, 9), min_size=3, max_size=3),
    layout=st.sampled_from(["long", "multiindex", "multiindex series"]),
    seed=st.integers(0, 99),
)
def test_ragged_series_go_on_each_from_its_own_end(cuts, news, layout, seed):
    long = laid_out(WIDE, "long")
    step = long.groupby("unique_id").cumcount()
    cut = long["unique_id"].map(dict(zip(WIDE, cuts, strict=True)))
    end = cut + long["unique_id"].map(dict(zip(WIDE, news, strict=True)))

    def part(rows):
        shuffled = long[rows].sample(frac=1, random_state=seed).sort_values("unique_id", kind="stable", ascending=False)
        keyed = shuffled if layout == "long" else shuffled.set_index(["unique_id", "ds"])
        return keyed["y"] if layout == "multiindex series" else keyed

    longer = continued(as_panel(part(step < cut)), part((step >= cut) & (step < end)))
    assert_same_panel(longer, as_panel(part(step < end)))


def test_a_panel_continues_a_panel():
    for layout in LAYOUTS:
        panel = as_panel(laid_out(WIDE[:30], layout))
        frame = laid_out(WIDE[30:], layout)
        assert_same_panel(continued(panel, as_panel(frame)), continued(panel, frame))


def test_the_old_panel_is_left_as_it_is_and_shares_no_memory():
    panel = as_panel(WIDE[:30])
    before, layout = panel.values.copy(), panel.layout
    longer = continued(panel, WIDE[30:31])
    np.testing.assert_array_equal(panel.values, before)
    assert panel.layout is layout
    assert not np.shares_memory(longer.values, panel.values)


@pytest.mark.parametrize("y_new", [WIDE[:0], pd.DataFrame(), laid_out(WIDE[:0], "long"), WIDE[[]][30:]])
def test_nothing_new_leaves_the_panel(y_new):
    panel = as_panel(WIDE[:30])
    assert continued(panel, y_new) is panel


def test_series_without_new_rows_stay():
    panel = as_panel(WIDE[:30])
    longer = continued(panel, WIDE.loc[DAYS[30:33], ["a"]])
    np.testing.assert_array_equal(longer.lengths, [30, 33, 30])
    frame = point_frame(longer, np.ones((3, 2)))
    assert list(frame["b"].dropna().index) == list(DAYS[30:32])
    assert list(frame["a"].dropna().index) == list(DAYS[33:35])
    # the next wide frame has a cell for every series: one without a value does not overlap
    both = WIDE.loc[DAYS[30:35]].copy()
    both.iloc[:3, 1] = np.nan
    assert_same_panel(continued(longer, both), as_panel(WIDE[:35]))


@pytest.mark.parametrize("layout", ["series", "wide", "long"])
def test_skipped_rows_become_missing_values_and_are_counted(layout):
    panel = as_panel(laid_out(WIDE[:30], layout))
    with pytest.warns(DataWarning, match=rf"skips {2 * panel.n_series} stamps \(.*2024-03-31") as caught:
        longer = continued(panel, laid_out(WIDE[32:34], layout))
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        expected = as_panel(laid_out(WIDE.drop(DAYS[30:32])[:32], layout))
    assert_same_panel(longer, expected)
    assert np.isnan(longer.series(0)[30:32]).all()


@pytest.mark.parametrize(
    ("y_new", "message"),
    [
        (WIDE[28:31], r"y_new has 6 observations at or before the end of its series in y: series 'b' at 2024-03-29"),
        (
            laid_out(WIDE[29:30], "long")[:1],
            r"1 observation at or before the end .*series 'b' at 2024-03-30.*fit again",
        ),
        (WIDE[30:].rename(columns={"a": "aa"}), "y_new has 1 series that y does not have: 'aa'.*did you mean 'a'"),
        (WIDE[30:].set_axis(DAYS[30:] + pd.Timedelta("1h")), "y_new has 10 stamps off the time grid of y"),
        (WIDE[30:].iloc[[0, 0]], "duplicate timestamp"),
        (WIDE[30:][::-1], r"not sorted.*y_new\.sort_index\(\)"),
        (WIDE[30:].tz_localize(None), "both with or both without a time zone"),
        (WIDE[30:].replace(WIDE.iloc[30, 0], np.inf), r"1 infinite value: series 'b'.*y_new\.replace"),
        (WIDE[30:].astype(str), "not numeric"),
    ],
)
def test_rows_that_do_not_continue_the_panel_are_refused(y_new, message):
    with pytest.raises(InvalidFrameError, match=message):
        continued(as_panel(WIDE[:30]), y_new)


def test_a_stamp_far_away_is_taken_for_a_mistake():
    with pytest.raises(InvalidFrameError, match=r"the grid .* has 100000001 places.*check the first and last stamps"):
        continued(as_panel(pd.Series([1.0, 2.0])), pd.Series([3.0], index=[100_000_000]))
