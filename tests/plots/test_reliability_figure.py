import numpy as np
import pandas as pd
import pytest

from forecastkit.plots import pit_figure, reliability_figure


def table(model, coverage, error=0.01):
    return pd.DataFrame({"model": model, "level": [50, 80, 95], "coverage": coverage, "standard_error": [error] * 3})


def test_lines_stand_at_measured_minus_nominal_coverage_with_two_standard_errors():
    figure = reliability_figure(pd.concat([table("ar", [0.5, 0.7, 0.99]), table("naive", [0.6, 0.8, 0.95], np.nan)]))
    assert [trace.name for trace in figure.data] == ["ar", "naive"]
    np.testing.assert_allclose(figure.data[0].y, [0, -10, 4])
    np.testing.assert_allclose(figure.data[0].error_y.array, 2.0)
    assert set(figure.data[1].error_y.array) == {None}
    assert figure.layout.shapes[0].y0 == 0


def test_the_reference_is_grey_and_both_themes_differ():
    frame = pd.concat([table("ar", [0.5, 0.7, 0.99]), table("naive", [0.6, 0.8, 0.95])])
    plain, grey = reliability_figure(frame), reliability_figure(frame, reference="naive")
    assert plain.data[1].line.color != grey.data[1].line.color
    assert reliability_figure(frame, theme="dark").layout.paper_bgcolor != plain.layout.paper_bgcolor


def test_the_histogram_is_an_outline_of_its_parts():
    frame = pd.DataFrame({"model": "ar", "low": [0, 0.25, 0.5, 0.75], "high": [0.25, 0.5, 0.75, 1]})
    figure = pit_figure(frame.assign(density=[1.5, 0.5, 1.2, 0.8]).sample(frac=1, random_state=0))
    assert figure.data[0].x == (0, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 1)
    assert figure.data[0].y == pytest.approx((1.5, 1.5, 0.5, 0.5, 1.2, 1.2, 0.8, 0.8))
    assert figure.layout.shapes[0].y0 == 1
