"""The time grid: stamps and positions are inverse to each other, in every kind of index."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import InvalidFrameError, NotSupportedError
from forecastkit.frames import Calendar
from forecastkit.frames.inference import infer_calendar

FREQUENCIES = [
    "h", "2h", "15min", "30s", "250ms", "D", "3D", "B", "2B", "W-MON", "2W-SAT", "MS", "ME", "BMS", "BME", "QS-FEB",
    "QE-NOV", "BQE-DEC", "YS-JAN", "YE-JUN", "2YS-MAR", "6MS",
]  # fmt: skip
ZONES = [None, "UTC", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe"]


def calendar_of(index: pd.Index) -> Calendar:
    return infer_calendar(index)


def without_freq(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(index, freq=None)


@settings(max_examples=60, deadline=None)
@given(
    freq=st.sampled_from(FREQUENCIES),
    zone=st.sampled_from(ZONES),
    unit=st.sampled_from(["ms", "us", "ns"]),
    start=st.dates(pd.Timestamp("1950-01-01").date(), pd.Timestamp("2040-01-01").date()),
    hour=st.sampled_from([0, 6, 12, 23]),
    positions=st.lists(st.integers(-100, 100), min_size=1, max_size=20),
)
def test_positions_of_stamps_are_the_positions_in_every_frequency_zone_and_unit(
    freq, zone, unit, start, hour, positions
):
    first = pd.Timestamp(f"{start} {hour:02d}:00").tz_localize(zone, nonexistent="shift_forward", ambiguous=True)
    index = pd.date_range(first, periods=3, freq=freq).as_unit(unit)
    calendar = infer_calendar(index, freq=freq)
    wanted = np.array(positions)
    stamps = calendar.stamps(wanted)
    assert stamps.dtype == index.dtype
    np.testing.assert_array_equal(calendar.positions(stamps), wanted)
    assert Calendar.from_json(json.loads(json.dumps(calendar.to_json()))) == calendar


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("freq", FREQUENCIES)
def test_stamps_continue_as_a_pandas_date_range_does(freq, zone):
    expected = pd.date_range("2023-02-11 06:00", periods=90, freq=freq, tz=zone)
    calendar = infer_calendar(expected[:30], freq=freq)
    pd.testing.assert_index_equal(calendar.stamps(np.arange(90)), without_freq(expected))


@pytest.mark.parametrize("freq", ["h", "D", "W-SUN", "M", "2M", "Q-DEC", "Y-DEC", "Y-JUN"])
def test_periods_come_back_as_periods_of_the_same_frequency(freq):
    index = pd.period_range("2020-01-06", periods=30, freq=freq, name="when")
    calendar = calendar_of(index[:5])
    pd.testing.assert_index_equal(calendar.stamps(np.arange(30)), index)
    np.testing.assert_array_equal(calendar.positions(index), np.arange(30))
    assert Calendar.from_json(json.loads(json.dumps(calendar.to_json()))) == calendar


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "Int64"])
def test_integer_stamps_keep_their_dtype(dtype):
    index = pd.Index(np.array([1, 3, 5]), dtype=dtype, name="t")
    calendar = calendar_of(index)
    assert (calendar.freq, calendar.origin) == (2, 1)
    pd.testing.assert_index_equal(calendar.stamps(np.arange(1, 4)), pd.Index([3, 5, 7], dtype=dtype, name="t"))
    assert Calendar.from_json(json.loads(json.dumps(calendar.to_json()))) == calendar


def test_integer_stamps_beyond_a_small_dtype_become_int64():
    calendar = calendar_of(pd.Index(np.array([253, 254, 255], dtype="uint8")))
    assert list(calendar.stamps(np.array([2, 3]))) == [255, 256]


def test_months_end_on_28_29_30_and_31():
    calendar = calendar_of(pd.DatetimeIndex(["2023-11-30", "2023-12-31", "2024-01-31"]))
    stamps = calendar.stamps(np.arange(0, 16))
    assert list(stamps.day) == [30, 31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28]


def test_hours_are_counted_in_absolute_time_across_daylight_saving():
    for day in ("2024-03-31", "2024-10-27"):
        index = pd.date_range(day, periods=48, freq="h", tz="Europe/Dublin")
        calendar = calendar_of(index)
        np.testing.assert_array_equal(calendar.positions(index), np.arange(48))
        np.testing.assert_array_equal(np.diff(calendar.stamps(np.arange(48)).asi8), np.diff(index.asi8))


def test_days_are_counted_on_the_local_clock_across_daylight_saving():
    for start in ("2024-03-28", "2024-10-24"):
        index = pd.date_range(f"{start} 06:00", periods=8, freq="D", tz="Europe/Dublin")
        stamps = calendar_of(index[:3]).stamps(np.arange(8))
        assert set(stamps.hour) == {6}
        pd.testing.assert_index_equal(stamps, without_freq(index))


def test_a_midnight_that_daylight_saving_skips_moves_forward_and_is_still_on_the_grid():
    days = pd.date_range("2018-11-02", periods=5, freq="D")
    index = days.tz_localize("America/Sao_Paulo", nonexistent="shift_forward")
    assert index[2].hour == 1  # clocks went from 23:59:59 to 01:00
    calendar = calendar_of(index)
    np.testing.assert_array_equal(calendar.positions(index), np.arange(5))
    pd.testing.assert_index_equal(calendar.stamps(np.arange(5)), without_freq(index))


def test_an_hour_that_happens_twice_is_taken_the_first_time():
    calendar = calendar_of(pd.date_range("2024-10-24 01:30", periods=3, freq="D", tz="Europe/Dublin"))
    stamp = calendar.stamps(np.array([3]))[0]
    assert (str(stamp.date()), stamp.utcoffset()) == ("2024-10-27", pd.Timedelta("1h"))


def test_many_repeated_positions_give_the_same_stamps_as_one_by_one():
    calendar = calendar_of(pd.date_range("2024-01-01", periods=4, freq="MS", name="ds"))
    positions = np.tile(np.array([5, -2, 7]), 50)
    pd.testing.assert_index_equal(
        calendar.stamps(positions), calendar.stamps(positions[:3]).take(np.tile([0, 1, 2], 50))
    )


def test_stamps_off_the_grid_are_an_error_that_names_the_first():
    calendar = calendar_of(pd.date_range("2024-01-01", periods=4, freq="h"))
    with pytest.raises(InvalidFrameError, match=r"2 stamps off the time grid \(hourly.*2024-01-01 00:10:00"):
        calendar.positions(pd.DatetimeIndex(["2024-01-01 00:10", "2024-01-01 03:00", "2024-01-01 04:01"]))
    with pytest.raises(InvalidFrameError, match="NaT"):
        calendar.positions(pd.DatetimeIndex(["2024-01-01", None]))


@pytest.mark.parametrize(
    "other",
    [
        pd.RangeIndex(3),
        pd.period_range("2024-01-01", periods=3, freq="D"),
        pd.date_range("2024-01-01", periods=3, freq="D", tz="UTC"),
    ],
)
def test_stamps_of_another_kind_are_an_error(other):
    calendar = calendar_of(pd.date_range("2024-01-01", periods=4, freq="D"))
    with pytest.raises(InvalidFrameError, match="convert it to the same kind"):
        calendar.positions(other)


def test_stamps_in_another_zone_or_unit_are_converted():
    calendar = calendar_of(pd.date_range("2024-01-01", periods=4, freq="h", tz="Europe/Dublin", unit="us"))
    other = pd.date_range("2024-01-01 05:00", periods=2, freq="h", tz="UTC", unit="ns").tz_convert("Asia/Tokyo")
    np.testing.assert_array_equal(calendar.positions(other), [5, 6])
    finer = other + pd.Timedelta(1, unit="ns")
    assert not calendar.place(finer)[1].any()


def test_a_stamp_outside_the_range_of_the_unit_is_an_error():
    calendar = calendar_of(pd.date_range("2260-01-01", periods=3, freq="YS").as_unit("ns"))
    with pytest.raises(InvalidFrameError, match="as_unit"):
        calendar.stamps(np.array([5]))


def test_years_before_the_nanosecond_range_work_in_seconds():
    index = pd.DatetimeIndex(np.arange("1000", "1010", dtype="M8[Y]").astype("M8[s]"))
    calendar = calendar_of(index)
    assert calendar.freqstr == "YS-JAN"
    np.testing.assert_array_equal(calendar.positions(index), np.arange(10))
    assert Calendar.from_json(calendar.to_json()) == calendar


def test_a_time_zone_without_a_name_cannot_be_saved():
    from dateutil import tz

    calendar = calendar_of(pd.date_range("2024-01-01", periods=3, freq="D", tz=tz.tzoffset("home", 3600)))
    with pytest.raises(NotSupportedError, match="tz_convert"):
        calendar.to_json()


def test_a_fixed_offset_can_be_saved():
    calendar = calendar_of(pd.date_range("2024-01-01", periods=3, freq="D", tz="+05:30"))
    assert Calendar.from_json(calendar.to_json()) == calendar


def test_labels_and_seasons_of_the_three_kinds():
    assert calendar_of(pd.date_range("2024", periods=3, freq="h")).label == "hourly"
    assert calendar_of(pd.period_range("2024", periods=3, freq="W-SUN")).label == "weekly (ending Sunday)"
    integers = calendar_of(pd.RangeIndex(0, 10, 2))
    assert (integers.label, integers.seasonal_period, integers.freqstr) == ("every 2 steps", 1, "2")
    assert calendar_of(pd.period_range("2024", periods=3, freq="M")).seasonal_period == 12
