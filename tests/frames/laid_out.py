"""The same values in every layout and on every kind of index."""

from __future__ import annotations

import numpy as np
import pandas as pd

INDEXES = {
    "hours in spring": pd.date_range("2024-03-30", periods=40, freq="h", tz="Europe/Dublin", name="ds"),
    "hours in autumn": pd.date_range("2024-10-26", periods=40, freq="h", tz="Europe/Dublin", name="ds"),
    "days": pd.date_range("2024-03-01", periods=40, freq="D", tz="America/New_York", name="ds"),
    "business days": pd.bdate_range("2024-02-01", periods=40, name="ds"),
    "months": pd.date_range("2023-01-31", periods=40, freq="ME", unit="s", name="ds"),
    "periods": pd.period_range("2020Q1", periods=40, freq="Q", name="ds"),
    "integers": pd.Index(np.arange(5, 45, dtype="int32"), name="ds"),
}
LAYOUTS = ("series", "wide", "long", "multiindex", "multiindex series")
CUT = 30


def laid_out(wide: pd.DataFrame, layout: str, value: str = "y") -> pd.Series | pd.DataFrame:
    """A wide frame in another layout."""
    if layout == "wide":
        return wide
    if layout == "series":
        return wide.iloc[:, 0]
    long = wide.reset_index().melt("ds", var_name="unique_id", value_name=value)[["unique_id", "ds", value]]
    long["unique_id"] = long["unique_id"].astype(wide.columns.dtype)
    if layout == "long":
        return long
    stacked = long.set_index(["unique_id", "ds"])
    return stacked if layout == "multiindex" else stacked[value]


def table(index: pd.Index, columns: list | pd.Index) -> pd.DataFrame:
    values = np.random.default_rng(0).normal(size=(len(index), len(columns)))
    return pd.DataFrame(values, index=index, columns=pd.Index(columns, name="station"))


def assert_same(left: pd.Series | pd.DataFrame, right: pd.Series | pd.DataFrame) -> None:
    if isinstance(right, pd.Series):
        pd.testing.assert_series_equal(left, right, check_freq=False)
    else:
        pd.testing.assert_frame_equal(left, right, check_freq=False)
