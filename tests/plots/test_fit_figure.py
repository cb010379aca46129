import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError, InvalidParameterError
from forecastkit.plots import fit_figure

DAYS = pd.date_range("2024-01-01", periods=40)
Y = pd.Series(np.arange(30.0), index=DAYS[:30])
AHEAD = pd.DataFrame({"forecast": 30.0}, index=DAYS[30:])
for percent in (80, 95, 99.5):
    AHEAD[f"forecast-lo-{percent}"], AHEAD[f"forecast-hi-{percent}"] = 30 - percent / 50, 30 + percent / 50


def lines(figure):
    return {trace.name: trace for trace in figure.data if trace.showlegend is not False}


def test_history_fit_and_forecast_are_drawn_with_the_bands_from_wide_to_narrow():
    figure = fit_figure(Y, Y.shift(), AHEAD)
    drawn = lines(figure)
    assert list(drawn) == ["observed", "one-step fit", "forecast"]
    assert drawn["one-step fit"].y[:3] == (None, 0.0, 1.0)
    assert drawn["forecast"].x[0] == "2024-01-31"
    bands = [trace for trace in figure.data if trace.fill == "tonexty"]
    assert [band.meta["band"] for band in bands] == [99.5, 95, 80]
    assert np.allclose(np.subtract(bands[-1].y, bands[-1].customdata), 3.2)
    assert figure.layout.shapes[0].x0 == "2024-01-30"


def test_each_part_can_be_left_out():
    assert list(lines(fit_figure(Y))) == ["observed"]
    assert len(fit_figure(Y).layout.shapes) == 0
    assert list(lines(fit_figure(Y, forecast=AHEAD["forecast"].rename("load")))) == ["observed", "forecast"]


def test_the_last_rows_alone_are_drawn_with_their_fit():
    drawn = lines(fit_figure(Y, Y.shift(), n_history=5))
    assert drawn["observed"].x == drawn["one-step fit"].x
    assert drawn["one-step fit"].y == (24.0, 25.0, 26.0, 27.0, 28.0)


@pytest.mark.parametrize(
    "index",
    [
        pd.period_range("2020-01", periods=30, freq="M"),
        pd.RangeIndex(30),
        pd.date_range("2024-10-26", periods=30, freq="h", tz="Europe/Berlin"),
    ],
)
def test_any_time_index_is_drawn(index):
    drawn = lines(fit_figure(Y.set_axis(index), Y.shift().set_axis(index), n_history=10))
    assert drawn["observed"].x == drawn["one-step fit"].x
    assert len(drawn["observed"].x) == 10


def test_a_long_history_is_thinned_and_keeps_its_extremes():
    values = np.random.default_rng(0).normal(size=100_000)
    values[12_345] = 99.0
    y = pd.Series(values)
    for trace in fit_figure(y, y.shift()).data:
        assert len(trace.x) <= 4000
        assert max(value for value in trace.y if value is not None) == 99.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: fit_figure(Y.to_frame()), InvalidFrameError, "y has to be a Series"),
        (lambda: fit_figure(Y, Y.to_frame()), InvalidFrameError, "fitted has to be a Series"),
        (lambda: fit_figure(Y, None, AHEAD.add_prefix("a ")), InvalidFrameError, "no column 'forecast'.*'a forecast'"),
        (lambda: fit_figure(Y, n_history=0), InvalidParameterError, "n_history has to be a whole number"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
