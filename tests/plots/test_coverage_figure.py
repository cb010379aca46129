import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.plots import coverage_figure, coverage_standard_errors


def windows(hits):
    """Forecasts of an 80 % interval from -1 to 1 whose actual values lie inside where ``hits`` is True."""
    series, steps = np.shape(hits)
    frame = pd.DataFrame({"unique_id": np.repeat(np.arange(series), steps), "cutoff": 0})
    frame["y"] = np.where(np.ravel(hits), 0.0, 5.0)
    return frame.assign(**{"ar": 0.0, "ar-lo-80": -1.0, "ar-hi-80": 1.0})


def test_independent_steps_have_the_binomial_error():
    hits = np.random.default_rng(0).random((4000, 1)) < 0.8
    error = coverage_standard_errors(windows(hits), ["ar"], [80]).loc["ar", "coverage-80"]
    assert error == pytest.approx(np.sqrt(hits.mean() * (1 - hits.mean()) / 4000), rel=1e-3)


def test_steps_that_miss_together_count_as_one():
    once = np.random.default_rng(0).random((300, 1)) < 0.8
    alone = coverage_standard_errors(windows(once), ["ar"], [80])
    repeated = coverage_standard_errors(windows(np.repeat(once, 24, axis=1)), ["ar"], [80])
    pd.testing.assert_frame_equal(alone, repeated)


def test_error_bars_hold_the_truth_as_often_as_they_should():
    generator = np.random.default_rng(1)
    inside = 0
    for _ in range(200):
        share = generator.beta(8, 2, size=(40, 1))
        hits = generator.random((40, 12)) < share
        error = coverage_standard_errors(windows(hits), ["ar"], [80]).loc["ar", "coverage-80"]
        inside += abs(hits.mean() - 0.8) <= 2 * error
    assert 0.9 <= inside / 200 <= 0.99


def test_one_window_or_no_interval_has_no_error():
    assert coverage_standard_errors(windows([[True, False]]), ["ar", "naive"], [80]).isna().all(axis=None)


def test_missing_actual_values_are_left_out():
    frame = windows([[True, True], [True, False], [False, True]])
    full = coverage_standard_errors(frame, ["ar"], [80])
    gap = frame.iloc[:1].assign(y=np.nan)
    pd.testing.assert_frame_equal(full, coverage_standard_errors(pd.concat([frame, gap]), ["ar"], [80]))


def test_marks_stand_at_the_measured_share_and_models_without_intervals_are_left_out():
    scores = pd.DataFrame({"coverage-80": [0.75, np.nan], "coverage-95": [0.5, np.nan]}, index=["ar", "naive"])
    errors = scores * 0 + 0.02
    figure = coverage_figure(scores, errors)
    assert [list(trace.x) for trace in figure.data] == [[0.75], [0.5]]
    assert list(figure.data[0].error_x.array) == [0.04]
    assert figure.layout.xaxis.range[0] < 0.46
    assert [shape.x0 for shape in figure.layout.shapes] == [0.8, 0.95]


def test_scores_without_coverage_are_refused():
    with pytest.raises(InvalidParameterError, match="no model has intervals"):
        coverage_figure(pd.DataFrame({"mae": [1.0]}, index=["ar"]))
