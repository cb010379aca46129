"""The checks of a time index."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError
from forecastkit.frames import as_panel

DAYS = pd.date_range("2024-01-01", periods=6, freq="D")
SERIES = pd.Series(np.arange(6.0), index=DAYS)
UTC, PARIS = DAYS[0].tz_localize("UTC"), DAYS[1].tz_localize("Europe/Paris")


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (DAYS.astype(str), r"str values \('2024-01-01', \.\.\.\).*y\.index = pd\.to_datetime\(y\.index\)"),
        (np.arange(6.0), r"dtype float64.*astype\('int64'\)"),
        (DAYS - DAYS[0], r"durations; add the start"),
        ([datetime.date(2024, 1, day) for day in range(1, 7)], r"date values"),
        (
            pd.Index([UTC, PARIS, *DAYS[2:].tz_localize("UTC")], dtype=object),
            "mixes 2 time zones.*'UTC', 'Europe/Paris'.*utc=True",
        ),
        (pd.Index([UTC, *DAYS[1:]], dtype=object), "mixes 2 time zones"),
        (pd.Index(list(DAYS), dtype=object), "Timestamp values"),
        (
            [*DAYS[:5], pd.NaT],
            r"1 missing stamp \(NaT\), the first at row 5; drop those rows: y\[y\.index\.notna\(\)\]",
        ),
        (DAYS[::-1], r"not sorted: 2024-01-05 \(row 1\) comes after 2024-01-06; sort it: y\.sort_index\(\)"),
        (DAYS[[0, 1, 1, 2, 3, 3]], r"2 duplicate timestamps: 2024-01-02, 2024-01-04; keep one"),
        (DAYS[[1, 0, 1, 2, 3, 3]], r"2 duplicate timestamps"),
        ([True, False] * 3, "dtype bool"),
        ([0, 1, 1, 2, 3, 4], "1 duplicate timestamp: 1"),
        ([0, 2, 1, 3, 4, 5], "not sorted: 1"),
    ],
)
def test_a_time_index_that_is_none_is_refused_with_the_conversion_to_make(index, message):
    for y in (SERIES.set_axis(index), SERIES.set_axis(index).to_frame("a")):
        with pytest.raises(InvalidFrameError, match=message):
            as_panel(y)


def test_a_repeated_hour_in_autumn_hints_at_daylight_saving():
    index = pd.date_range("2023-10-28", periods=60, freq="h", tz="Europe/Dublin")
    y = pd.Series(np.arange(60.0), index=index.tz_localize(None))
    with pytest.raises(InvalidFrameError, match=r"daylight saving.*tz_localize\('Europe/Dublin', ambiguous='infer'\)"):
        as_panel(y)
    assert as_panel(y.tz_localize("Europe/Dublin", ambiguous="infer")).calendar.freqstr == "h"  # the advice works


def test_other_duplicates_do_not_hint_at_daylight_saving():
    with pytest.raises(InvalidFrameError) as caught:
        as_panel(SERIES.set_axis(DAYS[[0, 1, 1, 2, 3, 3]]))
    assert "daylight" not in str(caught.value)
