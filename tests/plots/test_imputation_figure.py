import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError, InvalidParameterError
from forecastkit.plots import imputation_figure

DAYS = pd.date_range("2024-01-01", periods=12)
Y = pd.Series([np.nan, 1, 2, np.nan, 4, 5, np.nan, np.nan, 8, 9, 10, np.nan], index=DAYS)
FILLED = pd.Series(np.arange(12.0), index=DAYS)
LOWER, UPPER = FILLED - 1, FILLED + 1


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def shapes(trace):
    """The closed shapes of a filled trace as lists of corners."""
    result, shape = [], []
    for corner in zip(trace.x, trace.y, strict=True):
        if corner[0] is None:
            result.append(shape)
            shape = []
        else:
            shape.append(corner)
    return result


def test_gaps_are_shaded_from_observation_to_observation():
    ends = [(shape[0][0], shape[2][0]) for shape in shapes(traces(imputation_figure(Y, FILLED))["gap"])]
    assert ends == [
        ("2024-01-01", "2024-01-02"),
        ("2024-01-03", "2024-01-05"),
        ("2024-01-06", "2024-01-09"),
        ("2024-01-11", "2024-01-12"),
    ]


def test_only_imputed_values_are_marked_and_they_join_the_observations():
    filled = traces(imputation_figure(Y, FILLED))["imputed"]
    assert [size > 0 for size in filled.marker.size] == Y.isna().tolist()
    assert list(filled.y) == [0, 1, 2, 3, 4, 5, 6, 7, 8, None, 10, 11]
    observed = traces(imputation_figure(Y, FILLED))["observed"]
    assert [value is None for value in observed.y] == Y.isna().tolist()


def test_the_interval_narrows_to_the_observations_around_a_gap():
    bands = shapes(traces(imputation_figure(Y, FILLED, LOWER, UPPER))["interval"])
    assert bands[-1] == [("2024-01-11", 10), ("2024-01-12", 12), ("2024-01-12", 10), ("2024-01-11", 10)]
    assert ("2024-01-04", 4) in bands[0]
    assert ("2024-01-04", 2) in bands[0]


def test_a_series_without_gaps_has_nothing_shaded():
    drawn = traces(imputation_figure(FILLED, FILLED, LOWER, UPPER))
    assert len(drawn["gap"].x) == len(drawn["interval"].x) == 0
    assert all(value is None for value in drawn["imputed"].y)


def test_stamps_that_the_data_lack_are_gaps_too():
    drawn = traces(imputation_figure(Y.drop(DAYS[[6, 7]]), FILLED))
    assert len(shapes(drawn["gap"])) == 4
    assert drawn["imputed"].y[6:8] == (6, 7)


@pytest.mark.parametrize("n", [1, 2])
def test_few_points_are_drawn(n):
    drawn = traces(imputation_figure(Y[:n], FILLED[:n], LOWER[:n], UPPER[:n]))
    assert drawn["imputed"].y[0] == 0
    assert list(drawn["observed"].y) == [None, 1.0][:n]


@pytest.mark.parametrize("kind", ["periods", "integers", "time zone"])
def test_any_time_index_is_drawn(kind):
    index = {
        "periods": pd.period_range("2024-01", periods=12, freq="M"),
        "integers": pd.RangeIndex(12),
        "time zone": DAYS.tz_localize("Europe/Berlin"),
    }[kind]
    drawn = traces(imputation_figure(Y.set_axis(index), FILLED.set_axis(index)))
    assert len(set(drawn["observed"].x)) == 12


def test_a_long_series_makes_a_small_figure():
    rng = np.random.default_rng(0)
    filled = pd.Series(rng.normal(size=100_000).cumsum())
    y = filled.where(rng.random(100_000) > 0.1)
    y[50_000:60_000] = np.nan
    figure = imputation_figure(y, filled, filled - 1, filled + 1)
    assert len(figure.to_json()) < 2_000_000
    left, right = ({shape[i][0] for shape in shapes(traces(figure)["gap"])} for i in (0, 2))
    assert min(left) > 49_900
    assert max(right) < 60_100


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((Y, FILLED, LOWER), InvalidParameterError, "give both, or neither"),
        ((Y, FILLED[:5]), InvalidFrameError, "stamps that imputed lacks"),
        ((Y, pd.concat([FILLED, FILLED])), InvalidFrameError, "stamps twice"),
        ((Y.to_frame(), FILLED), InvalidFrameError, "y has to be a Series"),
        ((Y, FILLED, LOWER, UPPER.to_frame()), InvalidFrameError, "upper has to be a Series"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        imputation_figure(*arguments)
