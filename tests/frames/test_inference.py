"""Frequency inference: the calendar that the stamps lie on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import InvalidFrameError
from forecastkit.frames.inference import Steps, infer_calendar, mode, resampling_alias


def without_freq(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(index, freq=None)


@settings(max_examples=80, deadline=None)
@given(
    freq=st.sampled_from(
        ["h", "2h", "15min", "10s", "D", "2D", "B", "W-MON", "W-SAT", "2W-SUN", "MS", "ME", "BMS", "BME", "QS-JAN",
         "QE-DEC", "YS-JAN", "YE-JUN", "6ME", "2YS-MAR"]
    ),
    zone=st.sampled_from([None, "Europe/Dublin", "America/New_York"]),
    start=st.dates(pd.Timestamp("1960-01-01").date(), pd.Timestamp("2030-01-01").date()),
    gaps=st.sets(st.integers(1, 58), max_size=12),
)  # fmt: skip
def test_the_frequency_is_found_with_gaps_in_any_zone(freq, zone, start, gaps):
    full = pd.date_range(f"{start} 06:00", periods=60, freq=freq, tz=zone)
    calendar = infer_calendar(without_freq(full.delete(sorted(gaps))))
    np.testing.assert_array_equal(calendar.positions(full), np.arange(60))
    pd.testing.assert_index_equal(calendar.stamps(np.arange(60)), without_freq(full))


@pytest.mark.parametrize("n", [2, 3, 5, 30])
@pytest.mark.parametrize("start", ["2024-03-30", "2024-10-26"])
def test_days_and_hours_are_told_apart_across_daylight_saving(start, n):
    days = pd.date_range(start, periods=n, freq="D", tz="Europe/Dublin")
    assert infer_calendar(without_freq(days)).freqstr == "D"
    hours = pd.date_range(f"{start} 23:00", periods=n, freq="h", tz="Europe/Dublin")
    assert infer_calendar(without_freq(hours)).freqstr == "h"
    halves = pd.date_range(f"{start} 23:00", periods=n, freq="30min", tz="Europe/Dublin")
    assert infer_calendar(without_freq(halves)).freqstr == "30min"


def test_business_days_need_a_weekend_in_between():
    week = pd.date_range("2024-01-01", periods=5, freq="D")
    assert infer_calendar(without_freq(week)).freqstr == "D"
    two = pd.bdate_range("2024-01-01", periods=10)
    assert infer_calendar(without_freq(two)).freqstr == "B"
    with_saturday = without_freq(two).append(pd.DatetimeIndex(["2024-01-13"]))
    assert infer_calendar(with_saturday).freqstr == "D"


def test_holidays_are_gaps_of_business_days():
    full = pd.bdate_range("2024-12-02", periods=40)
    calendar = infer_calendar(
        without_freq(full[~full.isin(pd.DatetimeIndex(["2024-12-25", "2024-12-26", "2025-01-01"]))])
    )
    assert calendar.freqstr == "B"
    np.testing.assert_array_equal(calendar.positions(full), np.arange(40))


def test_the_step_is_measured_within_series():
    stamps = pd.DatetimeIndex(pd.date_range("2024-01-01", periods=8, freq="h"))
    place = np.arange(8)
    every_other = Steps(np.concatenate([place[0:6:2], place[1:7:2]]), np.concatenate([place[2:8:2], place[3:9:2]]))
    assert infer_calendar(without_freq(stamps), every_other).freqstr == "2h"


def test_the_frequency_of_the_index_is_trusted():
    index = pd.date_range("2024-01-01", periods=3, freq="D")
    assert infer_calendar(pd.DatetimeIndex(["2024-01-05", "2024-01-08"], freq="B")).freqstr == "B"
    assert infer_calendar(index.shift(1)).freq == index.freq


def test_an_unsupported_frequency_of_the_index_is_replaced_by_the_one_found():
    index = pd.date_range("2024-01-01", periods=20, freq="C")
    assert infer_calendar(index).freqstr == "B"


@pytest.mark.parametrize(
    ("dates", "period"),
    [
        (pd.date_range("2024-01-01", periods=6, freq="MS") + pd.Timedelta(days=14), "M"),
        (pd.DatetimeIndex(["2023-01-30", "2023-02-28", "2023-03-30", "2023-04-30"]), "M"),
        (pd.date_range("2020-01-01", periods=6, freq="QS") + pd.Timedelta(days=14), "Q"),
        (pd.DatetimeIndex(["2019-07-15", "2020-07-15", "2021-07-15"]), "Y"),
        (pd.DatetimeIndex(["2023-02-28", "2024-02-28"]), "Y"),
    ],
)
def test_mid_month_dates_are_an_error_that_offers_periods(dates, period):
    with pytest.raises(InvalidFrameError, match=rf"middle of months.*y\.index\.to_period\('{period}'\)"):
        infer_calendar(dates)
    dates.to_period(period)  # the advice works


def test_four_weeks_are_not_a_month():
    assert infer_calendar(without_freq(pd.date_range("2024-01-03", periods=10, freq="28D"))).freqstr == "4W-WED"


def test_a_single_stamp_has_no_step():
    with pytest.raises(InvalidFrameError, match=r"frequency cannot be known.*freq="):
        infer_calendar(pd.DatetimeIndex(["2024-01-01"]))
    assert infer_calendar(pd.DatetimeIndex(["2024-01-01"]), freq="D").freqstr == "D"
    assert infer_calendar(pd.PeriodIndex(["2024"], freq="Y")).freqstr == "Y-DEC"


@pytest.mark.parametrize(
    ("index", "freq"),
    [
        (pd.date_range("2024", periods=3, freq="D"), 2),
        (pd.RangeIndex(3), "D"),
        (pd.RangeIndex(3), 0),
        (pd.period_range("2024", periods=3, freq="D"), "M"),
        (pd.period_range("2024", periods=3, freq="D"), "nonsense"),
    ],
)
def test_a_given_frequency_of_another_kind_is_an_error(index, freq):
    with pytest.raises(InvalidFrameError, match="freq="):
        infer_calendar(index, freq=freq)


def test_a_given_frequency_with_the_wrong_anchor_holds_no_stamp():
    mondays = pd.date_range("2024-01-01", periods=4, freq="W-MON")
    assert not infer_calendar(mondays, freq="W-SUN").place(mondays)[1].any()
    quarters = pd.date_range("2024-01-01", periods=4, freq="QS-JAN")
    assert not infer_calendar(quarters, freq="QS-FEB").place(quarters)[1].any()
    assert infer_calendar(quarters, freq="QS-APR").place(quarters)[1].all()


def test_a_frequency_finer_than_the_unit_is_an_error():
    with pytest.raises(InvalidFrameError, match="as_unit"):
        infer_calendar(pd.date_range("2024", periods=3, freq="s", unit="s"), freq="100ms")


def test_the_grid_follows_the_phase_of_most_stamps():
    stamps = pd.DatetimeIndex(["2024-01-01 00:07", *[f"2024-01-01 {hour:02d}:00" for hour in range(1, 9)]])
    on_grid = infer_calendar(stamps).place(stamps)[1]
    assert list(np.flatnonzero(~on_grid)) == [0]


def test_resampling_advice_is_a_round_frequency():
    jittered = pd.date_range("2024", periods=50, freq="10s") + pd.to_timedelta(np.arange(50) % 3, unit="s")
    place = np.arange(50)
    assert resampling_alias(jittered, Steps(place[:-1], place[1:])) == "10s"


def test_mode_is_the_smallest_of_the_most_frequent():
    assert mode(np.array([5, 3, 3, 5, 9])) == 3
