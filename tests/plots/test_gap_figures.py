import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.plots.filled_gap import FilledGap, draw_filled_gap
from forecastkit.plots.gap_size import gap_size_figure
from forecastkit.plots.palette import model_styles
from forecastkit.plots.sensor_scores import sensor_score_figure

MISSING = np.array([False, False, True, True, False, True])
ACTUAL = np.array([1.0, 2.0, 5.0, np.nan, 4.0, 6.0])
POINT = np.array([np.nan, np.nan, 3.0, 3.5, np.nan, 5.0])


def traces(styles=("a", "b")):
    index = pd.date_range("2024-01-01", periods=6)
    bounds = {"a": [(80.0, POINT - 1, POINT + 1), (95.0, POINT - 2, POINT + 2)]}
    gap = FilledGap(index, ACTUAL, MISSING, {"a": POINT, "b": POINT + 1}, bounds)
    return {trace["name"]: trace for trace in draw_filled_gap(gap, model_styles(styles)).traces}


def test_lines_join_the_observed_values_around_a_gap():
    drawn = traces()
    assert drawn["a"]["y"] == [None, 2.0, 3.0, 3.5, 4.0, 5.0]
    assert drawn["observed"]["y"] == [1.0, 2.0, None, None, 4.0, None]
    assert drawn["hidden"]["y"] == [None, None, 5.0, None, None, 6.0]
    assert drawn["a"]["marker"]["size"] == [0, 0, 5, 5, 0, 5]


def test_intervals_are_closed_shapes_from_value_to_value_widest_first():
    drawn = traces()
    assert [name for name in drawn if name.endswith("%")] == ["95%", "80%"]
    assert drawn["80%"]["y"] == [2.0, 4.0, 4.5, 4.0, 6.0, 4.0, 4.0, 2.5, 2.0, 2.0, None]
    assert drawn["80%"]["meta"] == {"model": "a", "band": 80.0}


def test_gap_sizes_come_in_their_order_with_counts():
    frame = pd.DataFrame(
        {"imputer": ["a", "a", "b", "b"], "gap": ["1", "2-3"] * 2, "mae": [1.0, 2, 3, 4], "n": [1200, 7] * 2}
    )
    figure = gap_size_figure(frame)
    assert [trace.y for trace in figure.data] == [(1.0, 2.0), (3.0, 4.0)]
    assert figure.layout.xaxis.ticktext == ("1<br>1,200", "2–3<br>7")
    with pytest.raises(InvalidParameterError, match="did you mean 'mae'"):
        gap_size_figure(frame, "mea")


def test_sensors_come_in_the_order_given():
    frame = pd.DataFrame({"imputer": ["a", "a", "b", "b"], "unique_id": ["x", "y", "y", "x"], "mae": [1.0, 2, 3, 4]})
    figure = sensor_score_figure(frame)
    assert [trace.x for trace in figure.data] == [(1.0, 2.0), (4.0, 3.0)]
    with pytest.raises(InvalidParameterError, match="there is no metric"):
        sensor_score_figure(frame, "crps")
