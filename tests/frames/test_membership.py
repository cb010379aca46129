"""Whether the series and stamps of a table are those of a panel."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError
from forecastkit.frames import as_panel
from forecastkit.frames.membership import grid_positions, known_series

DAYS = pd.date_range("2024-01-01", periods=4, freq="D")
PANEL = as_panel(pd.DataFrame(np.ones((4, 3)), index=DAYS, columns=["b", "a", "c"]))


def test_series_are_found_in_any_order_and_dtype():
    for ids in (pd.Index(["c", "b"]), pd.CategoricalIndex(["c", "b"]), pd.Index(["c", "b"], dtype="string")):
        assert list(known_series(ids, PANEL, data="X")) == [2, 0]


def test_stamps_before_and_after_the_panel_have_positions():
    assert list(grid_positions(DAYS[:2] - pd.Timedelta("1D"), PANEL, data="X")) == [-1, 0]


def test_the_table_is_called_what_the_caller_calls_it():
    with pytest.raises(InvalidFrameError, match=r"^known has 1 series that y does not have: 'd'; y has 'b', 'a', 'c'"):
        known_series(pd.Index(["a", "d"]), PANEL, data="known")
    with pytest.raises(InvalidFrameError, match=r"^known has 4 stamps off the time grid of y \(daily, 'D'"):
        grid_positions(DAYS + pd.Timedelta("1h"), PANEL, data="known")
