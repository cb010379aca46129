"""Recognising layouts, and the errors of frames that have none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError
from forecastkit.frames import as_panel
from forecastkit.frames.layout import layout_of

DAYS = pd.date_range("2024-01-01", periods=4, freq="D")
LONG = pd.DataFrame({"unique_id": ["a"] * 4 + ["b"] * 4, "ds": [*DAYS, *DAYS], "y": np.arange(8.0)})
STACKED = LONG.set_index(["unique_id", "ds"])
OTHER = LONG.rename(columns={"unique_id": "station", "ds": "date", "y": "flow"})
DATE_TEXT = pd.DataFrame({"date": DAYS.astype(str), "flow": np.arange(4.0)})


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        (LONG["y"], "series"),
        (LONG, "long"),
        (LONG[["y", "ds", "unique_id"]], "long"),
        (STACKED, "multiindex"),
        (STACKED["y"], "multiindex"),
        (LONG[["y"]], "wide"),
        (pd.DataFrame({"y": np.arange(4.0)}, index=DAYS), "wide"),
        (pd.DataFrame({0: np.arange(4.0), 1: np.arange(4.0)}), "wide"),
    ],
)
def test_the_layout_is_recognised(y, kind):
    assert layout_of(y).kind == kind


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.arange(3), r"got ndarray; wrap it.*pd\.Series\(values, index="),
        ([1, 2], "got list"),
        (LONG[:0], "empty: it has no rows"),
        (LONG[[]], "no columns"),
        (LONG.set_index("ds"), r"column 'unique_id' and its times in the index.*reset_index"),
        (OTHER, r"id_col='station', time_col='date', target_col='flow'"),
        (OTHER.assign(date=OTHER["date"].astype(str)), r"id_col='station', time_col='date', target_col='flow'"),
        (DATE_TEXT, r"y\.set_index\('date'\)"),
        (LONG.drop(columns="unique_id"), r"no column 'unique_id'; name it with id_col="),
        (LONG.rename(columns={"y": "value"}), r"no column 'y'; name it with target_col= \(allowed: 'value'"),
        (LONG.drop(columns="ds"), "no column 'ds'"),
        (LONG.assign(price=1, promo=2), r"2 extra columns: 'price', 'promo'.*select y\[\['unique_id', 'ds', 'y'\]\]"),
        (LONG.set_axis(["unique_id", "y", "y"], axis=1), "no column 'ds'|2 columns named"),
        (LONG.assign(z=1).set_axis(["unique_id", "ds", "y", "y"], axis=1), "2 columns named 'y'"),
        (STACKED.swaplevel(), r"y\.swaplevel\(\)"),
        (pd.concat({"k": STACKED}), "3 levels"),
        (STACKED.assign(z=1), r"needs one column.*y\[\['y'\]\]"),
        (pd.concat({"k": pd.DataFrame({"a": [1.0]}, index=DAYS[:1])}, axis=1), "columns are a MultiIndex"),
    ],
)
def test_a_frame_without_a_known_layout_is_refused_with_the_call_to_make(y, message):
    with pytest.raises(InvalidFrameError, match=message):
        as_panel(y)


def test_a_misspelt_column_name_is_answered_with_the_nearest():
    frame = LONG.rename(columns={"unique_id": "station"})
    with pytest.raises(InvalidFrameError, match="did you mean 'station'"):
        as_panel(frame, id_col="statoin")
    with pytest.raises(InvalidFrameError, match="neither a time index nor the columns 'stat', 'when', 'y'"):
        as_panel(pd.DataFrame({"a": [1.0, 2.0]}), id_col="stat", time_col="when")
