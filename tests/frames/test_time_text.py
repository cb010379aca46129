"""Times are read from any usual way of writing them, and never by guessing day and month."""

import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import DataWarning, InvalidFrameError
from forecastkit.frames.time_text import is_time, parse_times

FORMATS = [
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d",
    "%Y.%m.%d %H:%M",
    "%Y%m%d",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%m/%d/%Y %I:%M %p",
    "%d-%m-%Y %H:%M:%S",
    "%d-%b-%Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d %Y",
]


def column(values, name="date"):
    return pd.Series(list(values), name=name)


@pytest.mark.parametrize("date_format", FORMATS)
@settings(max_examples=12, deadline=None)
@given(start=st.datetimes(datetime.datetime(1800, 1, 1), datetime.datetime(2150, 1, 1)))
def test_forty_days_in_any_format_are_read_back(date_format, start):
    days = pd.date_range(start.replace(second=0, microsecond=0), periods=40, unit="us")
    if "%H" not in date_format and "%I" not in date_format:
        days = days.normalize()
    found = parse_times(column(f"{stamp:{date_format}}" for stamp in days))
    assert found.tolist() == days.tolist()


@pytest.mark.parametrize("date_format", ["%Y-%m", "%Y/%m", "%m/%Y", "%m.%Y", "%b %Y", "%Y %b", "%B-%Y"])
def test_months_are_read_as_their_first_day(date_format):
    months = pd.date_range("1949-01-01", periods=30, freq="MS")
    assert parse_times(column(months.strftime(date_format))).tolist() == months.tolist()


@pytest.mark.parametrize("written", ["{0}Q{1}", "{0}-Q{1}", "Q{1} {0}", "{0} q{1}"])
def test_quarters_are_read_as_their_first_day(written):
    days = pd.date_range("1999-01-01", periods=9, freq="QS")
    found = parse_times(column(written.format(day.year, day.quarter) for day in days))
    assert found.tolist() == days.tolist()


@pytest.mark.parametrize("mark", list("/.-"))
def test_a_day_and_month_that_cannot_be_told_apart_are_refused(mark):
    values = column(f"01{mark}{month:02d}{mark}2020" for month in range(1, 13))
    with pytest.raises(InvalidFrameError, match="day or month first") as caught:
        parse_times(values)
    assert f"'%d{mark}%m{mark}%Y'" in str(caught.value)
    assert f"'%m{mark}%d{mark}%Y'" in str(caught.value)
    months = parse_times(values, date_format=f"%d{mark}%m{mark}%Y").dt.month
    assert months.tolist() == list(range(1, 13))


def test_one_late_day_settles_the_order_for_all():
    values = column([f"01/{month:02d}/2020" for month in range(1, 13)] * 50 + ["13/12/2020"])
    assert parse_times(values).dt.month.iloc[:12].tolist() == list(range(1, 13))


def test_dates_that_read_the_same_both_ways_are_not_ambiguous():
    assert parse_times(column(["01/01/2019", "01/01/2020"])).dt.year.tolist() == [2019, 2020]


def test_two_digits_of_a_year_need_a_stated_format():
    values = column(["31.12.49", "01.01.50"])
    with pytest.raises(InvalidFrameError, match="date_format="):
        parse_times(values)
    assert parse_times(values, date_format="%d.%m.%y").dt.day.tolist() == [31, 1]


def test_bad_values_are_counted_and_the_first_are_shown_with_their_line():
    values = column(["2020-01-01", "n/a?", "2020-01-03", "x", "y", "z"])
    with pytest.raises(InvalidFrameError, match=r"4 of 6 .*'n/a\?' \(line 3\), 'x' \(line 5\), 'y' \(line 6\), \.\.\."):
        parse_times(values, first_line=2)
    with pytest.raises(InvalidFrameError, match=r"'n/a\?' \(row 1\)"):
        parse_times(values)
    with pytest.raises(InvalidFrameError, match=r"by date_format='%Y'"):
        parse_times(values, date_format="%Y")


def test_empty_values_stay_missing():
    found = parse_times(column(["2020-01-01", None, "", "2020-01-04"]))
    assert found.isna().tolist() == [False, True, True, False]


def test_a_column_without_values_is_refused():
    with pytest.raises(InvalidFrameError, match="is empty"):
        parse_times(column([None, None]).astype(object))


def test_one_offset_is_kept_and_changing_ones_become_utc_with_a_warning():
    same = parse_times(column(["2020-03-28T12:00+01:00", "2020-03-29T12:00+01:00"]))
    assert same.dt.hour.tolist() == [12, 12]
    with pytest.warns(DataWarning, match="the UTC offset changes"):
        changing = parse_times(column(["2020-03-28T12:00+01:00", "2020-03-29T12:00+02:00"]))
    assert str(changing.dt.tz) == "UTC"
    assert changing.dt.hour.tolist() == [11, 10]


@pytest.mark.parametrize("dtype", ["int64", "float64", "Int64"])
def test_years_and_counts_are_integers(dtype):
    found = parse_times(column([1700, 1701, 1702]).astype(dtype))
    assert found.dtype == "int64"
    assert found.tolist() == [1700, 1701, 1702]


def test_numbers_that_are_dates_become_dates():
    assert parse_times(column([20200131, 20200201])).dt.day.tolist() == [31, 1]
    assert parse_times(column([20200131, 20200132])).tolist() == [20200131, 20200132]
    assert parse_times(column([2000, 2001]), date_format="%Y").dt.year.tolist() == [2000, 2001]


def test_fractions_are_no_times():
    with pytest.raises(InvalidFrameError, match=r"1 of 2 values are no times: .*1\.5"):
        parse_times(column([1.0, 1.5]))


def test_stamps_and_periods_pass_through_unchanged():
    for index in (pd.date_range("2020", periods=3, tz="Europe/Dublin"), pd.period_range("2020", periods=3, freq="M")):
        pd.testing.assert_series_equal(parse_times(pd.Series(index)), pd.Series(index))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2020-01-01"], True),
        (["Q1 2020"], True),
        (["north"], False),
        (["1,234"], False),
        ([2020], False),
        ([None], False),
        ([True], False),
    ],
)
def test_text_is_a_time_if_its_first_value_reads_as_one(values, expected):
    assert is_time(column(values)) is expected
