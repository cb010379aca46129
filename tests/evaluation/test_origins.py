import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from series import hourly, ragged

from forecastkit import as_panel
from forecastkit.errors import InvalidParameterError
from forecastkit.evaluation.origins import rolling_origins


def test_windows_are_counted_back_from_the_end_of_the_data():
    origins = rolling_origins(as_panel(hourly(100)), horizon=5, windows=3)
    assert origins.ends[:, 0].tolist() == [85, 90, 95]
    assert origins.test_positions[-1, 0].tolist() == [95, 96, 97, 98, 99]


def test_a_gap_lies_between_the_cutoff_and_the_first_scored_step():
    origins = rolling_origins(as_panel(hourly(100)), horizon=5, windows=2, gap=3, step=1)
    assert origins.ends[:, 0].tolist() == [91, 92]
    assert origins.test_positions[-1, 0].tolist() == [95, 96, 97, 98, 99]


def test_start_is_the_first_cutoff_and_windows_run_to_the_end():
    y = hourly(100)
    origins = rolling_origins(as_panel(y), horizon=10, start="2024-01-03 00:00", step=7)
    assert origins.ends[0, 0] == 49
    assert origins.ends[-1, 0] + 10 <= 100 < origins.ends[-1, 0] + 10 + 7


@pytest.mark.parametrize(
    ("index", "start"),
    [
        (pd.period_range("1900", periods=50, freq="Y"), 1920),
        (pd.period_range("1900", periods=50, freq="Y"), "1920"),
        (pd.date_range("1900-01-01", periods=50, freq="YS"), 1920),
        (pd.RangeIndex(1900, 1950), 1920),
        (pd.date_range("1900-01-01", periods=50, freq="YS", tz="Europe/Dublin"), "1920-01-01"),
    ],
)
def test_start_may_be_written_as_the_calendar_does(index, start):
    y = pd.Series(np.arange(50.0), index=index)
    assert rolling_origins(as_panel(y), horizon=5, start=start).ends[0, 0] == 21


def test_a_sliding_window_keeps_its_length():
    origins = rolling_origins(as_panel(hourly(100)), horizon=5, windows=4, window="sliding")
    assert set((origins.ends - origins.firsts)[:, 0].tolist()) == {80}
    shorter = rolling_origins(as_panel(hourly(100)), horizon=5, windows=4, window="sliding", train_size=30)
    assert set((shorter.ends - shorter.firsts)[:, 0].tolist()) == {30}


def test_cutoffs_per_series_are_counted_back_from_each_end():
    panel = as_panel(ragged({"a": 60, "b": 40}))
    origins = rolling_origins(panel, horizon=4, windows=2, cutoffs="per_series")
    assert origins.ends.tolist() == [[52, 32], [56, 36]]
    assert not np.isnan(origins.actuals(panel)).any()


def test_calendar_cutoffs_leave_a_series_that_ended_without_actual_values():
    panel = as_panel(ragged({"a": 60, "b": 40}))
    actuals = rolling_origins(panel, horizon=4, windows=2).actuals(panel)
    assert not np.isnan(actuals[:, 0]).any()
    assert np.isnan(actuals[:, 1]).all()


@pytest.mark.parametrize(
    ("refit", "expected"), [(True, [0, 1, 2, 3, 4]), (False, [0] * 5), (2, [0, 0, 2, 2, 4]), (9, [0] * 5)]
)
def test_refit_says_which_fit_an_origin_uses(refit, expected):
    assert rolling_origins(as_panel(hourly(100)), horizon=2, windows=5, refit=refit).fit_origin.tolist() == expected


@given(
    n=st.integers(20, 60),
    horizon=st.integers(1, 5),
    windows=st.integers(1, 6),
    step=st.integers(1, 4),
    gap=st.integers(0, 2),
)
def test_no_window_is_trained_on_what_it_forecasts(n, horizon, windows, step, gap):
    panel = as_panel(pd.Series(np.arange(float(n))))
    if 2 + horizon + gap + (windows - 1) * step > n:
        with pytest.raises(InvalidParameterError, match="fit"):
            rolling_origins(panel, horizon=horizon, windows=windows, step=step, gap=gap)
        return
    origins = rolling_origins(panel, horizon=horizon, windows=windows, step=step, gap=gap)
    assert (origins.test_positions.min(axis=2) >= origins.ends).all()
    assert np.array_equal(origins.actuals(panel), origins.test_positions)
    assert (np.diff(origins.ends[:, 0]) == step).all()


def test_too_many_windows_say_how_many_fit():
    with pytest.raises(
        InvalidParameterError, match=r"40 windows of horizon 11 every 11 steps need 442 values.*100: at most 8"
    ):
        rolling_origins(as_panel(hourly(100)), horizon=11, windows=40)
    assert len(rolling_origins(as_panel(hourly(100)), horizon=11, windows=8)) == 8


def test_a_horizon_longer_than_the_data_says_so():
    with pytest.raises(InvalidParameterError, match="no window fits"):
        rolling_origins(as_panel(hourly(20)), horizon=30, windows=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"horizon": 0}, "horizon"),
        ({"horizon": 2.5}, "horizon"),
        ({"horizon": 2, "windows": 0}, "windows"),
        ({"horizon": 2, "step": 0}, "step"),
        ({"horizon": 2, "gap": -1}, "gap"),
        ({"horizon": 2, "window": "slidng"}, "did you mean 'sliding'"),
        ({"horizon": 2, "cutoffs": "calender"}, "did you mean 'calendar'"),
        ({"horizon": 2, "refit": 0}, "refit"),
        ({"horizon": 2, "train_size": 10}, "sliding"),
        ({"horizon": 2, "start": "2024-01-01 00:30"}, "start"),
        ({"horizon": 2, "start": "2030-01-01"}, "last possible one is 2024-01-05 01:00"),
        ({"horizon": 2, "start": "yesterday"}, "start"),
        ({"horizon": 2, "start": "2024-01-02", "cutoffs": "per_series"}, "per_series"),
    ],
)
def test_a_parameter_outside_its_range_is_refused(arguments, message):
    with pytest.raises(InvalidParameterError, match=message):
        rolling_origins(as_panel(hourly(100)), **arguments)
