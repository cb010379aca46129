"""The empty frame of the future."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.frames import as_covariates, as_panel, future_frame

MONTHS = pd.period_range("2024-01", periods=8, freq="M", name="ds")
WIDE = pd.DataFrame({"a": np.arange(5.0), "b": np.arange(5.0)}, index=MONTHS[:5])
LONG = WIDE.reset_index().melt("ds", var_name="unique_id", value_name="y")[["unique_id", "ds", "y"]]


def test_the_index_goes_on_for_a_series_or_wide_frame():
    for y in (WIDE["a"], WIDE, as_panel(WIDE)):
        frame = future_frame(y, 3)
        pd.testing.assert_index_equal(frame.index, MONTHS[5:])
        assert frame.shape == (3, 0)


@pytest.mark.parametrize("ids", ["category", "object"])
def test_ids_and_times_go_on_from_each_series_end_in_the_dtypes_that_came_in(ids):
    y = LONG.drop(index=4).astype({"unique_id": ids})
    frame = future_frame(y, np.int64(2))
    assert list(frame["ds"]) == [MONTHS[4], MONTHS[5], MONTHS[5], MONTHS[6]]
    pd.testing.assert_series_equal(frame.dtypes, y.dtypes[["unique_id", "ds"]])
    stacked = future_frame(y.set_index(["unique_id", "ds"]), 2)
    assert list(stacked.index) == list(zip(frame["unique_id"], frame["ds"], strict=True))
    assert stacked.index.names == ["unique_id", "ds"]


@pytest.mark.parametrize("y", [WIDE["a"], WIDE, LONG, LONG.set_index(["unique_id", "ds"])])
def test_a_filled_frame_covers_the_horizon(y):
    panel = as_panel(y)
    X = future_frame(y, 3).assign(price=2.0)
    rows = as_covariates(X, panel).rows(panel.ends, np.full(panel.n_series, 3))
    assert rows.shape == (3 * panel.n_series, 1)


@pytest.mark.parametrize("horizon", [0, -1, 1.5, 2.0, True, "3", None])
def test_a_horizon_is_a_whole_number_of_steps(horizon):
    with pytest.raises(InvalidParameterError, match="whole number of steps, at least 1"):
        future_frame(WIDE, horizon)
