import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError, InvalidParameterError
from forecastkit.plots.stability import eigenvalue_figure, error_growth_figure, lipschitz_figure

STEPS = pd.RangeIndex(1, 5, name="step")
GROWTH = pd.DataFrame(
    {"rmse": [1e-4, 1e-3, 1e-2, np.nan], "expected": [1e-4, 1e-3, 2e-2, 0.1], "bound": [np.nan, 0.01, np.nan, 1.0]},
    index=STEPS,
)
STRETCH = pd.DataFrame({name: [1.0, 2.0, 4.0, 8.0] for name in ("lipschitz", "typical", "gain", "typical_gain")}, STEPS)


def test_errors_keep_their_digits_on_a_logarithmic_axis():
    figure = error_growth_figure(GROWTH)
    measured, expected, bound = figure.data
    assert figure.layout.yaxis.type == "log"
    assert (measured.x, measured.y) == ((1, 2, 3), (1e-4, 1e-3, 1e-2))
    assert len(expected.y) == 4
    assert (bound.x, bound.y) == ((2, 4), (0.01, 1.0))  # joined over the steps between blocks


def test_nothing_changed_is_a_line_of_one():
    figure = lipschitz_figure(STRETCH, title="stretch")
    assert figure.layout.shapes[0].y0 == figure.layout.shapes[0].y1 == 1
    assert figure.layout.title.text == "stretch"
    assert len(figure.data) == 4


def test_eigenvalues_outside_the_circle_are_told_apart():
    figure = eigenvalue_figure([0.5, 1.5j, -0.2])
    colors = figure.data[1].marker.color
    assert colors[0] == colors[2] != colors[1]
    assert figure.layout.xaxis.range[1] > 1.5
    assert len(eigenvalue_figure(np.full(10_001, 0.5j)).data[1].x) <= 3_000
    assert eigenvalue_figure([]).data[1].x is not None


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_themes(theme):
    assert error_growth_figure(GROWTH, theme=theme).layout.paper_bgcolor


def test_wrong_input_is_named():
    with pytest.raises(InvalidFrameError, match="no column 'bound'"):
        error_growth_figure(GROWTH.drop(columns="bound"))
    with pytest.raises(InvalidFrameError, match="no column 'gain'"):
        lipschitz_figure(STRETCH.drop(columns="gain"))
    with pytest.raises(InvalidParameterError, match="finite"):
        eigenvalue_figure([np.nan])
