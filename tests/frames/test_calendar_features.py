"""Features of time stamps are those of the clock and the calendar on the wall."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.frames import CALENDAR_NAMES, Calendar, as_panel, calendar_features, check_calendar_names

CODES = {"minute": 60, "hour": 24, "weekday": 7, "day": 31, "month": 12, "quarter": 4}


def calendar_of(index):
    return as_panel(pd.Series(np.arange(float(len(index))), index=index)).calendar


@pytest.mark.parametrize("tz", [None, "Europe/Dublin"])
def test_codes_are_those_of_pandas_in_local_time(tz):
    index = pd.date_range("2024-02-28 20:30", periods=2000, freq="17min", tz=tz)
    features = calendar_features(calendar_of(index), np.arange(2000), list(CODES))
    assert features.cardinalities == tuple(CODES.values())
    expected = np.stack(
        [index.minute, index.hour, index.day_of_week, index.day - 1, index.month - 1, index.quarter - 1]
    )
    np.testing.assert_array_equal(features.codes, expected.T)
    assert features.numeric.shape == (2000, 0)


def test_waves_turn_once_a_day_and_once_a_year_leap_years_included():
    index = pd.date_range("2023-01-01", "2024-12-31 18:00", freq="6h")
    features = calendar_features(calendar_of(index), np.arange(len(index)), ["time_of_day", "day_of_year"])
    day, year = features.numeric[:, :6], features.numeric[:, 6:]
    np.testing.assert_allclose(day[1], [1, 0, -1, 0, -1, 0], atol=1e-12)  # a quarter of the day
    np.testing.assert_allclose(day[:4], day[4:8], atol=1e-12)
    for first, length in ((0, 365), (365 * 4, 366)):
        share = np.arange(length * 4) / (length * 4)
        np.testing.assert_allclose(year[first : first + length * 4, 1], np.sin(4 * np.pi * share), atol=1e-9)
        np.testing.assert_allclose(year[first : first + length * 4, 3], np.cos(2 * np.pi * share), atol=1e-9)


def test_a_period_counts_as_its_start():
    months = pd.period_range("2024-01", periods=5, freq="M")
    features = calendar_features(calendar_of(months), np.array([3, 0]), ["quarter", "month"])
    np.testing.assert_array_equal(features.codes, [[1, 3], [0, 0]])


def test_positions_in_any_order_and_far_apart_have_the_same_features():
    calendar = calendar_of(pd.date_range("2024-01-01", periods=3, freq="h"))
    positions = np.array([5, -100_000, 5, 900_000])
    together = calendar_features(calendar, positions, ["hour", "day_of_year"])
    for k, position in enumerate(positions):
        alone = calendar_features(calendar, positions[k : k + 1], ["hour", "day_of_year"])
        np.testing.assert_array_equal(together.codes[k], alone.codes[0], err_msg=str(position))
        np.testing.assert_array_equal(together.numeric[k], alone.numeric[0])


@pytest.mark.parametrize(
    ("index", "names", "message"),
    [
        (pd.RangeIndex(5), ["hour"], "the time index holds integers"),
        (
            pd.date_range("2024-01-01", periods=5),
            ["hour"],
            "'hour', which needs steps below one day, and the time index is daily",
        ),
        (pd.date_range("2024-01-01", periods=5, freq="MS"), ["weekday"], "'weekday', .* one week, .* monthly"),
        (pd.period_range("2020", periods=5, freq="Y"), ["quarter"], "'quarter', .* one year, .* is yearly"),
        (pd.date_range("2024-01-01", periods=5, freq="h"), ["minute"], "'minute', .* one hour, .* hourly"),
        (pd.date_range("2024-01-01", periods=5, freq="MS"), ["month", "day"], "'day', .* one month, .* monthly"),
        (pd.date_range("2024-01-01", periods=5, freq="7D"), ["weekday"], "'weekday', .* one week, .* weekly"),
        (pd.date_range("2024-01-01", periods=5, freq="24h"), ["time_of_day"], "'time_of_day', .* one day, .* daily"),
        (pd.period_range("2024", periods=5, freq="Y"), ["day_of_year"], "'day_of_year', .* one year"),
        (pd.date_range("2024-01-01", periods=5, freq="h"), ["houre"], "did you mean 'hour'"),
        (pd.date_range("2024-01-01", periods=5, freq="h"), "hour", "sequence of names"),
        (pd.date_range("2024-01-01", periods=5, freq="h"), ["hour", "hour"], "twice"),
    ],
)
def test_features_that_say_nothing_are_refused(index, names, message):
    with pytest.raises(InvalidParameterError, match=message):
        calendar_features(calendar_of(index), np.arange(5), names)


def test_unknown_names_are_refused_before_there_is_a_time_index():
    check_calendar_names(CALENDAR_NAMES)
    check_calendar_names([])
    for names, message in ((["weekdays"], "did you mean 'weekday'"), ("hour", "sequence"), (3, "got 3"), ([3], "3")):
        with pytest.raises(InvalidParameterError, match=message):
            check_calendar_names(names)


def test_columns_are_named_numbers_first():
    calendar = calendar_of(pd.date_range("2024-01-01", periods=3, freq="h"))
    features = calendar_features(calendar, np.arange(4), ("hour", "time_of_day", "quarter"))
    assert features.names[:6] == tuple(f"time_of_day-{wave}-{k}" for wave in ("sin", "cos") for k in (1, 2, 3))
    assert features.names[6:] == ("hour", "quarter")
    assert len(features.names) == features.numeric.shape[1] + features.codes.shape[1]
    assert features.codes.dtype == np.int64
    turns = dict(zip(features.names, features.numeric[3], strict=False))
    assert turns["time_of_day-sin-2"] == pytest.approx(np.sin(2 * np.pi * 2 * 3 / 24))
    nothing = calendar_features(calendar_of(pd.RangeIndex(3)), np.arange(4), ())
    assert (nothing.names, nothing.numeric.shape, nothing.codes.shape, nothing.cardinalities) == (
        (),
        (4, 0),
        (4, 0),
        (),
    )


def test_hours_are_those_of_the_clock_when_it_is_changed():
    index = pd.date_range("2024-03-31 00:00", periods=4, freq="h", tz="Europe/Berlin")
    features = calendar_features(calendar_of(index), np.arange(-1, 4), ["hour", "time_of_day"])
    assert features.codes[:, 0].tolist() == [23, 0, 1, 3, 4]
    np.testing.assert_allclose(features.numeric[3, 0], np.sin(2 * np.pi * 3 / 24))
    days = pd.date_range("2024-03-30", periods=4, freq="D", tz="Europe/Berlin")
    assert calendar_features(calendar_of(days), np.arange(4), ["day"]).codes[:, 0].tolist() == [29, 30, 0, 1]


@pytest.mark.parametrize(
    ("index", "name", "codes"),
    [
        (pd.date_range("2024-01-01", periods=5, freq="QS"), "month", [0, 3, 6, 9]),
        (pd.period_range("2024-02", periods=5, freq="Q-JAN"), "month", [1, 4, 7, 10]),
        (pd.date_range("2024-01-07", periods=5, freq="W"), "day", [6, 13, 20, 27]),
        (pd.period_range("2024-01-01", periods=5, freq="W"), "day", [0, 7, 14, 21]),
        (pd.period_range("2024-01-01", periods=5, freq="h"), "hour", [0, 1, 2, 3]),
        (pd.date_range("2024-01-01", periods=5, freq="B"), "weekday", [0, 1, 2, 3]),
        (pd.date_range("2024-01-01", periods=5, freq="90min"), "minute", [0, 30, 0, 30]),
        (pd.date_range("2024-01-01", periods=5, freq="100ms"), "minute", [0, 0, 0, 0]),
    ],
)
def test_odd_steps_have_the_features_that_they_leave(index, name, codes):
    features = calendar_features(calendar_of(index), np.arange(4), [name])
    assert features.codes[:, 0].tolist() == codes


def test_the_time_of_day_counts_fractions_of_a_second():
    calendar = calendar_of(pd.date_range("2024-01-01", periods=5, freq="250ms"))
    features = calendar_features(calendar, np.array([0, 1, 2, 3]), ["time_of_day"])
    np.testing.assert_allclose(features.numeric[:, 0], np.sin(2 * np.pi * np.arange(4) / 4 / 86_400), rtol=1e-9)


@pytest.mark.parametrize("freq", ["min", "h", "D"])
def test_every_frequency_takes_the_features_that_vary(freq):
    calendar, taken = calendar_of(pd.date_range("2024-01-01", periods=5, freq=freq)), []
    for name in CALENDAR_NAMES:
        try:
            features = calendar_features(calendar, np.arange(3000) * 397, [name])
        except InvalidParameterError:
            continue
        taken.append(name)
        assert len(np.unique(np.column_stack([features.codes, features.numeric]), axis=0)) > 1
    assert "month" in taken


@pytest.mark.parametrize("first", [np.zeros(400, int), np.arange(400) * 3], ids=["the same", "ragged"])
def test_series_that_share_positions_share_the_work(first, monkeypatch):
    calendar = calendar_of(pd.date_range("2024-01-01", periods=5, freq="h"))
    positions = (first[:, None] + np.arange(1000)).ravel()
    stamps, asked = Calendar.stamps, []
    monkeypatch.setattr(Calendar, "stamps", lambda self, places: asked.append(len(places)) or stamps(self, places))
    features = calendar_features(calendar, positions, CALENDAR_NAMES[1:])
    assert asked == [len(np.unique(positions))]
    last = calendar_features(calendar, positions[-1000:], CALENDAR_NAMES[1:])
    np.testing.assert_array_equal(features.codes[-1000:], last.codes)
    np.testing.assert_array_equal(features.numeric[-1000:], last.numeric)


def test_no_positions_have_no_features():
    calendar = calendar_of(pd.date_range("2024-01-01", periods=3, freq="h"))
    features = calendar_features(calendar, np.empty(0, dtype=np.int64), ["hour", "time_of_day"])
    assert features.numeric.shape == (0, 6)
    assert features.codes.shape == (0, 1)
