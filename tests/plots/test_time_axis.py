import pandas as pd
import pytest

from forecastkit.plots.time_axis import axis_of, axis_values, labels, sole_tick


@pytest.mark.parametrize(
    ("index", "shown"),
    [
        (pd.date_range("2024-01-31", periods=2, freq="ME"), ["2024-01-31", "2024-02-29"]),
        (pd.date_range("2024-01-01", periods=2, freq="15min"), ["2024-01-01T00:00", "2024-01-01T00:15"]),
        (pd.to_datetime(["2024-01-01 00:00:00.250"]), ["2024-01-01T00:00:00.250"]),
        (pd.period_range("2024Q1", periods=2, freq="Q"), ["2024-01-01", "2024-04-01"]),
        (pd.Index([3, 4]), [3, 4]),
        (pd.DatetimeIndex([]), []),
    ],
)
def test_stamps_are_drawn_where_they_are(index, shown):
    assert axis_values(index) == shown


def test_a_time_zone_is_drawn_by_its_wall_clock_and_named():
    index = pd.date_range("2024-03-31 01:00", periods=2, freq="h", tz="Europe/Berlin")
    assert axis_values(index) == ["2024-03-31T01:00", "2024-03-31T03:00"]
    assert axis_of(index)["title"]["text"] == "time in Europe/Berlin"


def test_the_hour_that_comes_twice_has_two_labels():
    index = pd.date_range("2024-10-27 00:00", periods=4, freq="h", tz="UTC").tz_convert("Europe/Berlin")
    assert len(set(labels(index))) == 4


def test_labels_say_no_more_than_needed():
    assert labels(pd.date_range("2024-01-01", periods=1)) == ["2024-01-01"]
    assert labels(pd.date_range("2024-01-01 06:00", periods=1)) == ["2024-01-01 06:00"]
    assert labels(pd.period_range("2024Q1", periods=1, freq="Q")) == ["2024Q1"]
    assert labels(pd.Index([7])) == ["7"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_unit_of_the_index_does_not_matter(unit):
    assert axis_values(pd.date_range("2024-01-01", periods=2).as_unit(unit)) == ["2024-01-01", "2024-01-02"]


def test_one_stamp_is_the_only_tick_and_several_are_left_to_the_axis():
    assert sole_tick(pd.period_range("2024-05", periods=1, freq="M")) == {"tickvals": ["2024-05-01"]}
    assert sole_tick(pd.RangeIndex(2)) == {}
