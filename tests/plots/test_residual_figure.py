import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError, InvalidParameterError
from forecastkit.plots import residual_figure
from forecastkit.plots.residuals import draw_residuals

NOISE = np.random.default_rng(0).normal(size=400)
INDEXES = {
    "dates": pd.date_range("2024-01-01", periods=400),
    "time zone": pd.date_range("2024-10-20", periods=400, freq="h", tz="Europe/Berlin"),
    "periods": pd.period_range("1990-01", periods=400, freq="M"),
    "integers": pd.RangeIndex(400),
}


def panels(values, **options):
    """Traces over time, of the histogram, the density, the line of equal quantiles, the quantiles, the correlation."""
    return residual_figure(pd.Series(values), **options).data


@pytest.mark.parametrize("kind", INDEXES)
def test_residuals_are_drawn_over_any_index_in_units_of_their_root_mean_square(kind):
    figure = residual_figure(pd.Series(3 * NOISE, index=INDEXES[kind]))
    values = np.array(figure.data[0].y)
    assert len(values) == 400
    assert np.sqrt(np.mean(values**2)) == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(values, NOISE / np.sqrt(np.mean(NOISE**2)), atol=1e-3)


def test_a_bias_is_not_taken_away():
    assert np.mean(panels(NOISE + 3)[0].y) > 0.9


def test_the_histogram_holds_all_residuals():
    bars = panels(NOISE)[1]
    assert sum(bars.y) * bars.width == pytest.approx(1, abs=1e-3)


def test_the_autocorrelation_is_that_of_its_definition():
    walk = np.cumsum(NOISE)
    bars = panels(walk, n_lags=7)[-1]
    centred = walk - walk.mean()
    expected = [centred[k:] @ centred[: len(walk) - k] / (centred @ centred) for k in range(1, 8)]
    assert list(bars.x) == list(range(1, 8))
    np.testing.assert_allclose(bars.y, expected, atol=1e-3)


def test_the_band_of_noise_counts_what_was_observed():
    values = NOISE.copy()
    values[:50], values[100:150] = np.nan, np.nan
    band = next(shape for shape in residual_figure(pd.Series(values)).layout.shapes if shape.type == "rect")
    assert band.y1 == pytest.approx(1.96 / np.sqrt(300))


def test_normal_residuals_lie_on_the_line_of_equal_quantiles_and_heavy_tails_do_not():
    def distance(values):
        points = panels(values)[4]
        return np.abs(np.subtract(points.x, points.y)).max()

    rng = np.random.default_rng(1)
    assert distance(rng.normal(size=20_000)) < 0.6
    assert distance(rng.standard_t(2, size=20_000)) > 3


def test_many_residuals_make_a_small_figure_that_shows_the_extremes():
    values = np.random.default_rng(2).normal(size=100_000)
    values[77_777] = 50.0
    drawing = draw_residuals(pd.Series(values), None, None)
    assert max(len(trace["y"]) for trace in drawing.traces) <= 4000
    scale = np.sqrt(np.mean(values**2))
    assert max(drawing.traces[0]["y"]) == pytest.approx(50 / scale, rel=1e-4)
    assert drawing.traces[4]["y"][-1] == pytest.approx(50 / scale, rel=1e-4)


@pytest.mark.parametrize(
    "values", [[1.5], [0.0, 0.0, 0.0], [2.0, 2.0], [np.nan, 1.0, np.nan], [1e300, -1e300], [1e-300]]
)
def test_few_or_equal_residuals_are_drawn_without_an_autocorrelation(values):
    figure = residual_figure(pd.Series(values))
    assert len(figure.data[-1].y) == (1 if values[0] == 1e300 else 0)
    assert all(np.isfinite(value) for value in figure.data[0].y if value is not None)


def test_a_single_stamp_is_the_only_tick():
    figure = residual_figure(pd.Series([1.0], index=pd.DatetimeIndex(["2024-01-31"])))
    assert figure.layout.xaxis.tickvals == ("2024-01-31",)


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(InvalidFrameError, match="no finite value"):
        residual_figure(pd.Series([np.nan, np.inf]))
    with pytest.raises(InvalidFrameError, match="got DataFrame"):
        residual_figure(pd.DataFrame({"a": NOISE}))
    for n_lags in (0, 2.5, True):
        with pytest.raises(InvalidParameterError, match="n_lags has to be a whole number"):
            residual_figure(pd.Series(NOISE), n_lags=n_lags)


def test_more_lags_than_values_are_cut():
    assert len(panels(NOISE[:10], n_lags=50)[-1].y) == 9
