import numpy as np
import pandas as pd
import pytest
from layouts import long_frame, wide_frame

from forecastkit.errors import InvalidFrameError
from forecastkit.estimators.matching import series_numbers
from forecastkit.frames import as_panel

FITTED = as_panel(wide_frame())


def test_series_are_found_by_name_in_any_order_and_layout():
    np.testing.assert_array_equal(series_numbers(FITTED, FITTED), [0, 1, 2])
    np.testing.assert_array_equal(series_numbers(as_panel(long_frame(wide_frame())[48:]), FITTED), [1, 2])
    np.testing.assert_array_equal(series_numbers(as_panel(wide_frame()[["east", "north"]]), FITTED), [2, 0])
    np.testing.assert_array_equal(series_numbers(as_panel(wide_frame()["south"]), FITTED), [1])


def test_a_series_stands_for_the_fitted_series_whatever_its_name():
    fitted = as_panel(wide_frame()["north"])
    np.testing.assert_array_equal(series_numbers(as_panel(wide_frame()["south"].rename("other")), fitted), [0])


def test_an_unknown_series_or_another_frequency_is_refused():
    with pytest.raises(InvalidFrameError, match=r"'nord'.*did you mean 'north'"):
        series_numbers(as_panel(wide_frame()["north"].rename("nord")), FITTED)
    with pytest.raises(InvalidFrameError, match="y has frequency ME, but the model was fitted on D"):
        series_numbers(as_panel(wide_frame("month ends")), FITTED)


def test_an_unknown_series_is_looked_for_among_all():
    wide = pd.DataFrame(np.ones((5, 80)), columns=[f"s{i}x" for i in range(80)], index=wide_frame().index[:5])
    with pytest.raises(InvalidFrameError, match=r"'s9x', \.\.\.; did you mean 's77x'\?\)"):
        series_numbers(as_panel(wide["s77x"].rename("s77")), as_panel(wide))
