"""Results go back in the layout, labels and dtypes that came in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import CUT, INDEXES, LAYOUTS, assert_same, laid_out, table

from forecastkit.frames import (
    as_panel,
    by_series,
    columns_frame,
    history_frame,
    long_frame,
    point_frame,
    sample_frame,
)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", sorted(INDEXES))
def test_the_future_has_the_form_of_the_rows_that_were_held_back(kind, layout):
    wide = table(INDEXES[kind], ["b", "a", "c"])
    history, future = laid_out(wide[:CUT], layout), laid_out(wide[CUT:], layout)
    panel = as_panel(history)
    values = wide[CUT:].to_numpy().T[: panel.n_series]
    assert_same(point_frame(panel, values), future)


@settings(max_examples=40, deadline=None)
@given(
    layout=st.sampled_from(["long", "multiindex", "multiindex series"]),
    kind=st.sampled_from(sorted(INDEXES)),
    lengths=st.lists(st.integers(2, 20), min_size=1, max_size=4),
    lead=st.integers(0, 1),
    seed=st.integers(0, 100),
)
def test_ragged_series_round_trip_and_continue_each_from_its_own_end(layout, kind, lengths, lead, seed):
    index = INDEXES[kind]
    parts, futures = [], []
    for name, length in enumerate(lengths):
        values = np.arange(float(length + 3)) + 100 * name
        values[:lead] = np.nan
        part = pd.DataFrame({"unique_id": name, "ds": index[name : name + length + 3], "y": values})
        parts.append(part[:length])
        futures.append(part[length:])
    long, future = pd.concat(parts).sample(frac=1, random_state=seed), pd.concat(futures, ignore_index=True)
    y = long if layout == "long" else long.set_index(["unique_id", "ds"])
    y = y["y"] if layout == "multiindex series" else y
    panel = as_panel(y, freq=index.freq if isinstance(index, pd.DatetimeIndex) else None)  # too short to tell B from D
    assert_same(history_frame(panel, panel.values), y)
    forecast = point_frame(panel, np.array([future["y"][future["unique_id"] == name] for name in panel.ids]))
    order = pd.concat([future[future["unique_id"] == name] for name in panel.ids], ignore_index=True)
    if layout == "long":
        assert_same(forecast, order)
    else:
        expected = order.set_index(["unique_id", "ds"])
        assert_same(forecast, expected["y"] if layout == "multiindex series" else expected)


@pytest.mark.parametrize("dtype", ["category", "Int64", "int32", "string[pyarrow]", "object"])
def test_ids_keep_their_dtype(dtype):
    ids = pd.Index([3, 1, 2]) if dtype in ("Int64", "int32") else pd.Index(["x", "a", "b"])
    long = laid_out(table(INDEXES["months"], ids), "long").astype({"unique_id": dtype})
    panel = as_panel(long)
    for frame in (
        point_frame(panel, np.zeros((3, 2))),
        columns_frame(panel, {"forecast": np.zeros((3, 2))}),
        sample_frame(panel, np.zeros((4, 3, 2))),
        history_frame(panel, panel.values),
    ):
        assert frame["unique_id"].dtype == long["unique_id"].dtype
    assert by_series(panel, np.ones(3)).index.dtype == long["unique_id"].dtype


def test_ids_that_are_dates_keep_their_dtype():
    long = laid_out(table(INDEXES["months"], pd.date_range("2020", periods=3)), "long")
    assert point_frame(as_panel(long), np.zeros((3, 2)))["unique_id"].dtype == long["unique_id"].dtype


@pytest.mark.parametrize("layout", LAYOUTS)
def test_named_columns_stand_beside_each_other(layout):
    wide = table(INDEXES["days"], ["b", "a"])
    panel = as_panel(laid_out(wide[:CUT], layout))
    n = panel.n_series
    columns = {"forecast": np.arange(3.0 * n).reshape(n, 3), "forecast-lo-80": -np.arange(3.0 * n).reshape(n, 3)}
    frame = columns_frame(panel, columns)
    if layout == "wide":
        assert list(frame.columns) == [(name, column) for name in ("b", "a") for column in columns]
        assert frame.columns.names == ["station", None]
        for i, name in enumerate(wide):
            for column, values in columns.items():
                np.testing.assert_array_equal(frame[name, column], values[i])
    else:
        assert list(frame.columns) == (["unique_id", "ds"] if layout == "long" else []) + list(columns)
        for column, values in columns.items():
            np.testing.assert_array_equal(frame[column], values.reshape(-1))
    expected = laid_out(wide[CUT : CUT + 3], layout)
    if layout == "long":
        pd.testing.assert_frame_equal(frame[["unique_id", "ds"]], expected[["unique_id", "ds"]])
    else:
        assert list(frame.index) == list(expected.index)
        assert frame.index.names == expected.index.names


def test_samples_carry_their_number_in_every_layout():
    wide = table(INDEXES["days"], ["b", "a"])
    paths = np.random.default_rng(1).normal(size=(4, 2, 3))
    stamps = INDEXES["days"][CUT : CUT + 3]

    series = sample_frame(as_panel(wide["b"][:CUT]), paths[:, :1])
    assert series.index.names == ["sample", "ds"]
    assert series.name == "b"
    flat = sample_frame(as_panel(wide[:CUT]), paths)
    assert flat.index.names == ["sample", "ds"]
    long = sample_frame(as_panel(laid_out(wide[:CUT], "long")), paths)
    assert list(long.columns) == ["unique_id", "ds", "sample", "y"]
    stacked = sample_frame(as_panel(laid_out(wide[:CUT], "multiindex")), paths)
    assert stacked.index.names == ["unique_id", "ds", "sample"]
    assert list(stacked.columns) == ["y"]
    as_series = sample_frame(as_panel(laid_out(wide[:CUT], "multiindex series")), paths)
    assert isinstance(as_series, pd.Series)
    lookup = long.set_index(["unique_id", "ds", "sample"])["y"]
    for sample in range(4):
        for i, name in enumerate(["b", "a"]):
            for step, stamp in enumerate(stamps):
                value = paths[sample, i, step]
                assert flat.loc[(sample, stamp), name] == value
                assert lookup[name, stamp, sample] == value
                assert stacked.loc[(name, stamp, sample), "y"] == value
                assert as_series[name, stamp, sample] == value
        np.testing.assert_array_equal(series[sample], paths[sample, 0])


def test_a_wide_panel_cut_to_different_ends_puts_each_forecast_on_its_own_stamps():
    wide = table(INDEXES["days"], ["b", "a"])
    panel = as_panel(wide).between(None, np.array([10, 12]))
    frame = point_frame(panel, np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert list(frame.index) == list(INDEXES["days"][10:14])
    np.testing.assert_array_equal(frame["b"], [1, 2, np.nan, np.nan])
    np.testing.assert_array_equal(frame["a"], [np.nan, np.nan, 3, 4])
    assert list(frame.columns.names) == ["station"]


def test_one_number_per_series_is_a_float_for_a_single_series():
    wide = table(INDEXES["days"], ["b", "a"])
    assert by_series(as_panel(wide["b"]), np.array([2.0])) == 2.0
    for layout in ("wide", "long", "multiindex"):
        result = by_series(as_panel(laid_out(wide, layout)), np.array([1.0, 2.0]))
        assert dict(result) == {"b": 1.0, "a": 2.0}
        assert result.index.name == "unique_id"


def test_a_series_without_a_name_has_the_id_y():
    y = table(INDEXES["days"], ["a"])["a"].rename(None)
    panel = as_panel(y)
    assert set(long_frame(panel)["unique_id"]) == {"y"}
    assert point_frame(panel, np.zeros((1, 2))).name is None


def test_settable_names_come_back():
    long = laid_out(table(INDEXES["days"], ["b", "a"]), "long").set_axis(["station", "date", "flow"], axis=1)
    panel = as_panel(long, id_col="station", time_col="date", target_col="flow")
    assert list(point_frame(panel, np.zeros((2, 1)))) == ["station", "date", "flow"]
    assert by_series(panel, np.ones(2)).index.name == "station"
