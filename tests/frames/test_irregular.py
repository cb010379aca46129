"""Irregular data is refused with the resampling call, and that call works."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError
from forecastkit.frames import as_panel

STAMPS = pd.DatetimeIndex(
    ["2024-01-01 00:00", "2024-01-01 01:00", "2024-01-01 02:07", "2024-01-01 03:00", "2024-01-01 04:00"]
)
SERIES = pd.Series(np.arange(5.0), index=STAMPS, name="a")
LONG = pd.DataFrame({"unique_id": "a", "ds": STAMPS, "y": np.arange(5.0)})


@pytest.mark.parametrize(
    "y",
    [SERIES, SERIES.to_frame(), LONG, LONG.set_index(["unique_id", "ds"]), LONG.set_index(["unique_id", "ds"])["y"]],
)
def test_the_error_names_step_stamp_and_a_resampling_call_that_works(y):
    with pytest.raises(
        InvalidFrameError, match=r"1 of 5 stamps are off the grid of the modal step \(hourly, 'h'\): 2024-01-01 02:07"
    ) as caught:
        as_panel(y)
    call = re.search(r"for example: (.*)\.$", str(caught.value)).group(1)
    resampled = eval(call, {"y": y, "pd": pd})
    assert as_panel(resampled).calendar.freqstr == "h"


def test_the_series_is_named_in_a_long_frame():
    with pytest.raises(InvalidFrameError, match=r"02:07:00 \(series 'a'\)"):
        as_panel(LONG)


def test_series_that_lie_between_each_other_are_irregular():
    half = LONG.assign(unique_id="b", ds=STAMPS.round("h") + pd.Timedelta("30min"))
    with pytest.raises(InvalidFrameError, match=r"5 of 10 stamps.*\(series 'b'\)"):
        as_panel(pd.concat([LONG.assign(ds=STAMPS.round("h")), half]))


def test_a_wrong_frequency_is_answered_with_the_one_the_data_has():
    weeks = pd.Series(np.arange(6.0), index=pd.date_range("2024-01-01", periods=6, freq="W-MON"))
    with pytest.raises(InvalidFrameError, match=r"6 of 6 stamps are off the grid of freq='W-SUN'.*freq='W-MON'"):
        as_panel(weeks, freq="W-SUN")


def test_the_advice_keeps_the_weekday_of_weekly_data():
    fridays = pd.date_range("2024-01-05", periods=10, freq="W-FRI")
    moved = fridays.where(np.arange(10) != 4, fridays - pd.Timedelta(days=1))
    with pytest.raises(InvalidFrameError, match=r"2024-02-01\. .*resample\('W-FRI'\)"):
        as_panel(pd.Series(np.arange(10.0), index=moved))


def test_days_of_utc_in_another_zone_are_answered_with_utc():
    index = pd.date_range("2024-03-25", periods=14, freq="D", tz="UTC").tz_convert("Europe/Dublin")
    y = pd.Series(np.arange(14.0), index=pd.DatetimeIndex(index, freq=None))
    with pytest.raises(InvalidFrameError, match=r"In UTC it is regular.*tz_convert\('UTC'\)"):
        as_panel(y)
    assert as_panel(y.tz_convert("UTC")).calendar.freqstr == "D"


def test_integers_off_their_step_are_irregular():
    with pytest.raises(InvalidFrameError, match=r"every 2 steps.*: 7"):
        as_panel(pd.Series(np.arange(6.0), index=[0, 2, 4, 6, 7, 8]))


def test_events_at_random_times_are_irregular():
    rng = np.random.default_rng(0)
    stamps = pd.Timestamp("2024") + pd.to_timedelta(np.sort(rng.choice(10**6, 50, replace=False)), unit="s")
    with pytest.raises(InvalidFrameError, match="irregular"):
        as_panel(pd.Series(np.arange(50.0), index=stamps))
