"""From pandas to a Panel: every layout and index kind gives the same series, and bad data is refused at the door."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import DataWarning, InvalidFrameError
from forecastkit.frames import as_panel

DAYS = pd.date_range("2024-01-01", periods=6, freq="D")
SERIES = pd.Series(np.arange(6.0), index=DAYS, name="a")
WIDE = pd.DataFrame({"a": np.arange(6.0), "b": np.arange(6.0) ** 2}, index=DAYS)
LONG = WIDE.rename_axis("ds").reset_index().melt("ds", var_name="unique_id", value_name="y")[["unique_id", "ds", "y"]]
STACKED = LONG.set_index(["unique_id", "ds"])
INDEXES = {
    "hours": pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Dublin"),
    "autumn": pd.date_range("2024-10-26", periods=60, freq="h", tz="Europe/Dublin"),
    "days": pd.date_range("2024-03-01", periods=60, freq="D", tz="America/New_York"),
    "business days": pd.bdate_range("2024-01-01", periods=60),
    "weeks": pd.date_range("2024-01-01", periods=60, freq="W-MON"),
    "months": pd.date_range("2024-01-31", periods=60, freq="ME", unit="s"),
    "periods": pd.period_range("1700", periods=60, freq="Y"),
    "integers": pd.RangeIndex(10, 130, 2),
}


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(sorted(INDEXES)),
    lengths=st.lists(st.integers(2, 60), min_size=1, max_size=5),
    missing=st.sets(st.integers(1, 58), max_size=10),
    ids=st.sampled_from(["str", "int", "category", "object", "Int64"]),
    seed=st.integers(0, 2**16),
)
def test_long_rows_in_any_order_give_the_series_they_came_from(kind, lengths, missing, ids, seed):
    index, rng = INDEXES[kind], np.random.default_rng(seed)
    names = pd.Index(np.arange(len(lengths)) + 7)
    parts = []
    for name, length in zip(names, lengths, strict=True):
        values = rng.normal(size=length)
        values[[place for place in missing if place < length - 1]] = np.nan
        parts.append(pd.DataFrame({"unique_id": name, "ds": index[-length:], "y": values}))
    frame = pd.concat(parts, ignore_index=True).astype({"unique_id": ids})
    shuffled = frame.sample(frac=1, random_state=seed)
    before = shuffled.copy()
    panel, sorted_panel = as_panel(shuffled), as_panel(frame)
    pd.testing.assert_frame_equal(shuffled, before)
    assert panel.ids.dtype == frame["unique_id"].dtype
    assert list(panel.ids) == list(dict.fromkeys(shuffled["unique_id"]))
    for i, name in enumerate(panel.ids):
        j = sorted_panel.ids.get_loc(name)
        part = frame[frame["unique_id"] == name]
        np.testing.assert_array_equal(panel.series(i), part["y"].to_numpy()[np.argmax(part["y"].notna()) :])
        np.testing.assert_array_equal(panel.series(i), sorted_panel.series(j))
        own = panel.calendar.stamps(np.arange(panel.starts[i], panel.ends[i]))
        assert list(own) == list(index[-len(own) :])
    inside = panel.layout.rows >= 0
    np.testing.assert_array_equal(panel.values[panel.layout.rows[inside]], shuffled["y"].to_numpy()[inside])


@pytest.mark.parametrize("kind", sorted(INDEXES))
def test_every_layout_gives_the_same_panel(kind):
    index = INDEXES[kind]
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 3)), index=index, columns=["a", "b", "c"])
    wide.iloc[:4, 1] = np.nan
    wide.iloc[7:9, 2] = np.nan
    long = wide.rename_axis("ds").reset_index().melt("ds", var_name="unique_id", value_name="y")
    stacked = long.set_index(["unique_id", "ds"])
    first = as_panel(wide)
    for other in (as_panel(long), as_panel(stacked), as_panel(stacked["y"])):
        np.testing.assert_array_equal(other.values, first.values)
        np.testing.assert_array_equal(other.lengths, first.lengths)
        np.testing.assert_array_equal(other.calendar.stamps(other.starts), first.calendar.stamps(first.starts))
        assert list(other.ids) == list(first.ids)
    for column in wide:
        single = as_panel(wide[column])
        np.testing.assert_array_equal(single.values, first.series(first.ids.get_loc(column)))


def test_a_panel_passes_through_unchanged():
    panel = as_panel(SERIES)
    assert as_panel(panel) is panel


def test_leading_missing_values_are_a_later_start_and_trailing_ones_stay():
    values = WIDE.copy()
    values.iloc[:2, 0] = np.nan
    values.iloc[-1, 0] = np.nan
    panel = as_panel(values)
    assert list(panel.starts) == [2, 0]
    assert list(panel.ends) == [6, 6]
    np.testing.assert_array_equal(panel.observed[:4], [True, True, True, False])


def test_a_long_series_ends_at_its_own_last_row():
    panel = as_panel(LONG.drop(index=[4, 5]))
    assert list(panel.ends) == [4, 6]


def test_the_panel_does_not_share_memory_with_the_input():
    for y in (SERIES, WIDE, WIDE[["a"]], LONG, STACKED):
        values = y["y"] if "y" in getattr(y, "columns", ()) else y
        assert not np.shares_memory(as_panel(y).values, values.to_numpy())


@pytest.mark.parametrize(
    "dtype", ["Int64", "Float64", "float32", "int8", "uint16", "int64[pyarrow]", "double[pyarrow]"]
)
def test_every_numeric_dtype_becomes_float64_with_its_missing_values(dtype):
    for y in (SERIES.astype(dtype), WIDE.astype(dtype), LONG.astype({"y": dtype})):
        panel = as_panel(y)
        assert panel.values.dtype == np.float64
        np.testing.assert_array_equal(panel.series(0), np.arange(6.0))
    if dtype in ("Int64", "Float64", "int64[pyarrow]", "double[pyarrow]"):
        y = SERIES.astype(dtype)
        y.iloc[3] = pd.NA
        assert np.isnan(as_panel(y).values[3])


def test_names_of_long_columns_are_settable():
    frame = LONG.rename(columns={"unique_id": "station", "ds": "date", "y": "flow"})
    panel = as_panel(frame, id_col="station", time_col="date", target_col="flow")
    np.testing.assert_array_equal(panel.values, as_panel(LONG).values)
    assert panel.calendar.name == "date"


def test_times_backed_by_arrow_are_read_as_datetimes():
    frame = LONG.astype({"ds": "timestamp[us][pyarrow]"})
    assert as_panel(frame).calendar.freqstr == "D"


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (SERIES.drop(DAYS[2:4]), r"^2 missing stamps \(2024-01-03, 2024-01-04\): treated as missing values"),
        (WIDE.drop(DAYS[2]), r"^1 missing stamp in each of 2 series \(2024-01-03\)"),
        (LONG.drop([2, 3, 9]), r"^3 missing stamps in 2 series \('a', 'b'\), such as 2024-01-03"),
        (STACKED["y"].drop(("b", DAYS[1])), r"^1 missing stamp in 1 series \('b'\), such as 2024-01-02"),
        (SERIES.set_axis([0, 1, 2, 3, 5, 6]), r"^1 missing stamp \(4\)"),
    ],
)
def test_calendar_gaps_become_missing_values_and_are_counted_in_one_warning(y, message):
    with pytest.warns(DataWarning, match=message) as caught:
        panel = as_panel(y)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert np.isnan(panel.values).sum() == len(panel.values) - y.size + (2 * len(y) if "unique_id" in y else 0)


def test_explicit_missing_values_are_not_warned_about():
    y = SERIES.copy()
    y.iloc[2] = np.nan
    assert np.isnan(as_panel(y).values[2])


def test_a_gap_before_the_first_observation_is_no_gap():
    y = SERIES.copy()
    y.iloc[:3] = np.nan
    assert len(as_panel(y.drop(DAYS[1])).values) == 3


def test_a_gap_counts_from_the_first_observation_of_any_series():
    y = WIDE.copy()
    y.iloc[:4, 0] = np.nan
    with pytest.warns(DataWarning, match=r"1 missing stamp in each of 2 series \(2024-01-03\)"):
        assert np.isnan(as_panel(y.drop(DAYS[2])).values).sum() == 1


def test_one_row_is_enough_when_the_frequency_is_known():
    assert as_panel(SERIES[:1], freq="D").lengths[0] == 1
    assert as_panel(SERIES[:1].to_period("D")).lengths[0] == 1


def test_yearly_datetimes_from_1700_work_in_nanoseconds():
    index = pd.date_range("1700-01-01", periods=300, freq="YS").as_unit("ns")
    panel = as_panel(pd.Series(np.arange(300.0), index=pd.DatetimeIndex(index, freq=None)))
    assert panel.calendar.freqstr == "YS-JAN"


FAR = pd.DatetimeIndex(np.array(["9024-01-01"], dtype="M8[s]"))
REFUSED = {
    "one row": (SERIES[:1], "has one row.*freq="),
    "series of one stamp": (LONG.iloc[[0, 6]], "No series has two stamps"),
    "all missing series": (SERIES * np.nan, "Only NaN.*'a'"),
    "all missing column": (WIDE.assign(b=np.nan), r"Only NaN.*'b'; drop them: y\.dropna"),
    "all missing long": (LONG.assign(y=LONG["y"].where(LONG["unique_id"] == "a")), "Only NaN.*'b'"),
    "infinite": (SERIES.replace(3, np.inf), "1 infinite value: series 'a' at 2024-01-04"),
    "infinite wide": (WIDE.replace(4, -np.inf), "infinite values: series 'a' at 2024-01-05, 'b' at 2024-01-03"),
    "infinite long": (LONG.replace(25, np.inf), "1 infinite value: series 'b' at 2024-01-06"),
    "a stamp far away": (
        pd.Series(
            np.arange(100.0),
            index=pd.date_range("2024", periods=99, freq="h", unit="s").append(FAR),
        ),
        "check the first and last stamps",
    ),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_bad_data_is_refused_with_what_where_and_what_to_do(case):
    y, message = REFUSED[case]
    before = y.copy()
    with pytest.raises(InvalidFrameError, match=message):
        as_panel(y)
    assert y.equals(before)


def test_a_million_shuffled_long_rows_become_a_panel_in_under_a_second():
    n = 10_000
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat([f"series-{i:05d}" for i in range(n)], 100),
            "ds": np.tile(pd.date_range("2024-01-01", periods=100, freq="h").to_numpy(), n),
            "y": np.arange(100.0 * n),
        }
    ).sample(frac=1, random_state=0)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        panel = as_panel(frame)
        seconds.append(time.perf_counter() - start)
    assert (panel.n_series, len(panel.values)) == (n, 100 * n)
    assert min(seconds) < 1.0
