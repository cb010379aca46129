import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError, InvalidParameterError
from forecastkit.plots import spectrum_figure

FREQUENCY = np.linspace(0, 0.5, 101)
DENSITY = pd.Series(10.0 ** np.linspace(2, -6, 101), index=FREQUENCY)
PERIODOGRAM = pd.Series(np.random.default_rng(0).exponential(size=101), index=FREQUENCY) * DENSITY


def marked(figure):
    return [shape.x0 for shape in figure.layout.shapes]


def test_small_densities_keep_their_digits_on_the_logarithmic_axis():
    figure = spectrum_figure(DENSITY)
    assert figure.layout.yaxis.type == "log"
    np.testing.assert_allclose(figure.data[0].y, DENSITY, rtol=1e-4)
    low, high = figure.layout.yaxis.range
    assert low < -6
    assert high > 2


def test_the_period_of_each_frequency_is_said():
    line = spectrum_figure(DENSITY).data[0]
    assert line.customdata[0] == "infinite"
    assert line.customdata[50] == "4 steps"


def test_the_harmonics_of_the_season_are_marked_up_to_half_a_cycle_a_step():
    figure = spectrum_figure(DENSITY, seasonal_period=7)
    np.testing.assert_allclose(marked(figure), [1 / 7, 2 / 7, 3 / 7])
    assert figure.layout.annotations[0].text == "period 7"
    np.testing.assert_allclose(marked(spectrum_figure(DENSITY, seasonal_period=2)), [0.5])
    many = spectrum_figure(DENSITY, seasonal_period=168)
    assert len(marked(many)) == 12
    places = [note.x for note in many.layout.annotations]
    assert len(places) < 2 or np.diff(places).min() > 0.02


def test_the_periodogram_lies_behind_and_its_zero_does_not_stretch_the_axis():
    periodogram = PERIODOGRAM.copy()
    periodogram.iloc[0] = 1e-40
    periodogram.iloc[1] = 0.0
    figure = spectrum_figure(DENSITY, periodogram)
    assert [trace.name for trace in figure.data] == ["periodogram", "model"]
    assert figure.data[0].y[:2] == (None, None)
    assert figure.layout.yaxis.range[0] > -10


def test_infinite_and_zero_densities_are_left_out():
    density = DENSITY.copy()
    density.iloc[0], density.iloc[1] = np.inf, 0.0
    figure = spectrum_figure(density[::-1])
    assert figure.data[0].y[:2] == (None, None)
    assert np.isfinite(figure.layout.yaxis.range).all()


def test_a_long_periodogram_is_thinned():
    frequency = np.linspace(0, 0.5, 50_001)
    density = pd.Series(np.random.default_rng(0).exponential(size=50_001), index=frequency)
    assert len(spectrum_figure(DENSITY, density).data[0].x) <= 4000


@pytest.mark.parametrize(
    ("spectrum", "options", "error", "message"),
    [
        (DENSITY.set_axis(FREQUENCY * 2 * np.pi), {}, InvalidParameterError, r"between 0 and 0.5.*divided by 2π"),
        (DENSITY.set_axis(-FREQUENCY), {}, InvalidParameterError, "between 0 and 0.5"),
        (DENSITY.set_axis([str(each) for each in FREQUENCY]), {}, InvalidParameterError, "has to hold frequencies"),
        (DENSITY * 0, {}, InvalidParameterError, "no value above 0"),
        (DENSITY, {"periodogram": DENSITY * 0}, InvalidParameterError, "periodogram has no value above 0"),
        (DENSITY, {"seasonal_period": 1}, InvalidParameterError, "at least 2 steps; got 1"),
        (DENSITY.to_frame(), {}, InvalidFrameError, "got DataFrame"),
    ],
)
def test_what_is_no_spectrum_is_refused(spectrum, options, error, message):
    with pytest.raises(error, match=message):
        spectrum_figure(spectrum, **options)
