"""Figures of divergences and comparisons show what their tables say."""

from itertools import pairwise

import numpy as np
import pandas as pd

from forecastkit.plots import comparison_figure, divergence_figure, divergence_matrix_figure


def table():
    """Two models on three scores, and the divergences of both pairs."""
    rows = []
    for measure in ("log_score", "crps", "energy_score"):
        rows += [(measure, "ar", "ar", 1.0, 0.0, 0.0), (measure, "network <b>", "ar", 1.5, 0.5, 0.1)]
    rows += [("kl", p, q, value, np.nan, 0.0) for p, q, value in pairs()]
    return pd.DataFrame(rows, columns=["measure", "model", "reference", "value", "difference", "standard_error"])


def pairs():
    names = ("ar", "network <b>")
    return [(names[0], names[0], 0.0), (*names, np.inf), (names[1], names[0], 2.0), (names[1], names[1], np.nan)]


def test_a_band_of_two_standard_errors_lies_around_the_terms():
    frame = pd.DataFrame({"step": [1, 2, 3], "value": [1.0, 2.0, 3.0], "standard_error": [0.1, 0.2, 0.3]})
    figure = divergence_figure(frame)
    line, low, high = figure.data
    assert line.y == (1.0, 2.0, 3.0)
    np.testing.assert_allclose(np.subtract(high.y, low.y), [0.4, 0.8, 1.2])
    assert high.fill == "tonexty"
    assert len(divergence_figure(frame.assign(standard_error=0.0)).data) == 1


def test_cells_hold_the_divergences_in_reading_order():
    matrix = pd.DataFrame([[0.0, np.inf], [2.0, np.nan]], index=["ar", "<b>"], columns=["ar", "<b>"])
    figure = divergence_matrix_figure(matrix, "dark")
    heat = figure.data[0]
    assert [list(row) for row in heat.text] == [["0", "∞"], ["2", ""]]
    assert heat.z[0][1] > heat.z[1][0] > heat.z[0][0]
    assert heat.z[1][1] is None
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.xaxis.ticktext == ("ar", "&lt;b&gt;")


def test_a_matrix_without_any_finite_divergence_is_drawn():
    figure = divergence_matrix_figure(
        pd.DataFrame([[0.0, np.inf], [np.inf, 0.0]], index=["a", "b"], columns=["a", "b"])
    )
    assert list(figure.data[0].text[0]) == ["0", "∞"]


def test_every_score_has_a_chart_and_the_divergences_one():
    figure = comparison_figure(table(), ["ar", "network <b>"], "ar")
    *scores, heat = figure.data
    assert [trace.x for trace in scores] == [(0.0, 0.5)] * 3
    assert scores[0].error_x.array == (0.0, 0.2)
    assert [list(row) for row in heat.text] == [["0", "∞"], ["2", ""]]
    assert figure.layout.xaxis.title.text == "log score, nats, less ar"
    assert figure.layout.yaxis.ticktext[1] == "network &lt;b&gt;  "
    domains = [getattr(figure.layout, name).domain for name in ("xaxis", "xaxis2", "xaxis3")]
    assert all(left[1] < right[0] for left, right in pairwise(domains))
    assert figure.layout.yaxis9.domain[1] < figure.layout.yaxis.domain[0]


def test_a_measure_without_values_is_left_out():
    few = table().loc[lambda rows: rows["measure"].isin(["crps", "kl"])]
    assert len(comparison_figure(few, ["ar", "network <b>"], "ar").data) == 2
