"""The rules behind frequencies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import InvalidFrameError
from forecastkit.frames.spacing import Spacing, month_offset, spacing_of, tick_offset, to_offset


@settings(max_examples=50, deadline=None)
@given(
    base=st.sampled_from(["day", "business day", "month"]),
    edge=st.sampled_from(["start", "end", "first weekday", "last weekday"]),
    numbers=st.lists(st.integers(-1500, 1500), min_size=1, max_size=30),
)
def test_the_day_of_a_number_has_that_number_and_fits(base, edge, numbers):
    spacing = Spacing(base, 1, edge)
    wanted = np.array(numbers)
    back, fits = spacing.numbers(spacing.days(wanted))
    np.testing.assert_array_equal(back, wanted)
    assert fits.all()


def test_business_days_agree_with_numpy():
    days = np.arange(-4000, 4000)
    numbers, fits = Spacing("business day", 1).numbers(days)
    np.testing.assert_array_equal(fits, np.is_busday(days.astype("M8[D]")))
    weekdays = days[fits]
    counted = np.busday_count(weekdays[0].astype("M8[D]"), weekdays.astype("M8[D]"))
    np.testing.assert_array_equal(numbers[fits] - numbers[fits][0], counted)


@pytest.mark.parametrize("freq", ["SME", "WOM-2MON", "bh", "-1D", "C"])
def test_frequencies_without_a_regular_rule_are_refused(freq):
    with pytest.raises(InvalidFrameError, match="not supported; use multiples of"):
        spacing_of(to_offset(freq))


@pytest.mark.parametrize("freq", ["foo", "", object(), [1]])
def test_an_unknown_frequency_is_an_error_with_examples(freq):
    with pytest.raises(InvalidFrameError, match="'15min'"):
        to_offset(freq)


@pytest.mark.skipif(int(pd.__version__.split(".")[0]) < 3, reason="pandas 2 still reads the former aliases")
@pytest.mark.parametrize(("freq", "now"), [("M", "ME"), ("2Q-NOV", "2QE-NOV"), ("H", "h")])
def test_a_former_alias_is_answered_with_the_new_one(freq, now):
    with pytest.raises(InvalidFrameError, match=rf"pandas writes '{now}' now"):
        to_offset(freq)


@pytest.mark.parametrize(
    ("step", "edge", "month", "name"),
    [
        (1, "start", 5, "MS"),
        (6, "end", 5, "6ME"),
        (3, "start", 10, "QS-JAN"),
        (3, "end", 2, "QE-NOV"),
        (3, "last weekday", 12, "BQE-DEC"),
        (12, "start", 4, "YS-APR"),
        (24, "end", 6, "2YE-JUN"),
        (1, "first weekday", 1, "BMS"),
    ],
)
def test_month_offsets_are_named_in_their_plain_form(step, edge, month, name):
    offset = month_offset(step, edge, month)
    assert offset.freqstr == name
    assert spacing_of(offset) == Spacing("month", step, edge)


def test_ticks_are_named_in_their_largest_unit():
    assert [tick_offset(n).freqstr for n in (7_200_000_000_000, 90_000_000_000, 250_000_000, 3)] == [
        "2h",
        "90s",
        "250ms",
        "3ns",
    ]
    assert spacing_of(pd.offsets.Day(2)) == Spacing("day", 2)
