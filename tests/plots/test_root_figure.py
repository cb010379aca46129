import numpy as np
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.plots import root_figure


def words(figure):
    return figure.layout.annotations[0].text


def test_the_inverses_of_the_roots_are_drawn_at_one_scale():
    roots = np.array([1.25, 2j, -2j])
    figure = root_figure(roots)
    circle, points = figure.data
    np.testing.assert_allclose(np.array(points.x) + 1j * np.array(points.y), 1 / roots)
    np.testing.assert_allclose(np.square(circle.x) + np.square(circle.y), 1, atol=1e-4)
    assert (figure.layout.yaxis.scaleanchor, figure.layout.yaxis.scaleratio) == ("x", 1)
    assert figure.layout.xaxis.range == figure.layout.yaxis.range


@pytest.mark.parametrize(
    ("roots", "text"),
    [
        ([], "stationary: there are no roots"),
        ([2.0], "stationary: the inverse root lies inside the unit circle"),
        ([2.0, -3.0], "stationary: all 2 inverse roots lie inside the unit circle"),
        ([1.0, 2.0], "not stationary: 1 of 2 inverse roots is not inside the unit circle"),
        ([0.5j, -0.5j, 2], "not stationary: 2 of 3 inverse roots are not inside the unit circle"),
        ([np.inf, 2.0], "stationary: all 2 inverse roots lie inside the unit circle"),
    ],
)
def test_the_figure_says_whether_the_model_is_stationary(roots, text):
    assert words(root_figure(roots)) == text


def test_a_root_outside_differs_in_color_and_form_and_is_within_the_axes():
    figure = root_figure([0.25, 4.0])
    marker = figure.data[1].marker
    assert marker.color[0] != marker.color[1]
    assert marker.symbol == ("x", "circle")
    assert figure.layout.xaxis.range[1] > 4


def test_modulus_and_period_are_said():
    inverse = 0.9 * np.exp(2j * np.pi / 12)
    assert root_figure([1 / inverse, 2.0]).data[1].customdata == (
        "modulus 0.9, period 12 steps",
        "modulus 0.5, no cycle",
    )


@pytest.mark.parametrize("roots", [[0.0], [np.nan], [[2.0]], "x", {"a": [2.0]}, 2.0])
def test_what_are_no_roots_is_refused(roots):
    with pytest.raises(InvalidParameterError, match="roots has to be"):
        root_figure(roots)
