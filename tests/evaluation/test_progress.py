import pytest
from series import hourly

import forecastkit as fk
from forecastkit.errors import InvalidParameterError
from forecastkit.evaluation.progress import progress_reporter


def test_a_function_is_told_how_far_the_work_is():
    told = []
    fk.backtest(
        {"drift": fk.DriftForecaster()},
        hourly(60),
        horizon=2,
        windows=3,
        baselines=False,
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    assert told == [("drift", 1, 3), ("drift", 2, 3), ("drift", 3, 3)]


def test_no_bar_is_drawn_in_a_pipe(capfd):
    with progress_reporter(None) as report:
        report("work", 1, 2)
    assert capfd.readouterr().err == ""


def test_a_bar_is_drawn_when_asked_for(capfd):
    with progress_reporter(True) as report:
        report("work", 1, 2)
    assert "work" in capfd.readouterr().err


def test_anything_else_is_refused():
    with pytest.raises(InvalidParameterError, match="progress"), progress_reporter("yes"):
        pass
