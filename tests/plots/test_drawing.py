import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forecastkit.plots.drawing import Drawing, base_layout, headed, merged, numbers, significant
from forecastkit.plots.palette import DARK_OF, SURFACE

values = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=0, max_size=20)


@given(values)
@example([1.7976931348623157e308, -9.9792015476736e291])
def test_numbers_are_finite_or_none_and_near_what_they_were(data):
    shown = numbers(data)
    finite = [value for value in data if math.isfinite(value)]
    assert [value is None for value in shown] == [not math.isfinite(value) for value in data]
    if finite:
        scale = max(max(finite) / 2 - min(finite) / 2, abs(finite[0]) if len(set(finite)) == 1 else 0.0)
        for value, kept in zip(data, shown, strict=True):
            if kept is not None:
                assert math.isfinite(kept)
                assert abs(kept - value) <= 2e-4 * scale + 4 * math.ulp(value)


def test_small_movements_of_large_numbers_survive_rounding():
    assert len(set(numbers(1e9 + np.arange(5) / 100))) == 5


def test_rounding_makes_numbers_short():
    assert numbers([1 / 3, 100 / 3, 1000 / 3]) == [0.333, 33.333, 333.333]


@pytest.mark.parametrize(("theme", "ground"), [("light", SURFACE), ("dark", DARK_OF[SURFACE])])
def test_a_figure_wears_its_theme(theme, ground):
    figure = Drawing([{"type": "scatter", "x": [1], "y": [2]}], base_layout()).figure(theme)
    assert figure.layout.paper_bgcolor == ground


def test_merging_changes_one_key_and_neither_input():
    base, change = {"axis": {"a": 1, "b": 2}}, {"axis": {"b": 3}}
    assert merged(base, change) == {"axis": {"a": 1, "b": 3}}
    assert base == {"axis": {"a": 1, "b": 2}}


def test_numbers_of_every_size_keep_their_digits_on_a_logarithmic_axis():
    assert significant([1e-30, 123456.7, 1 / 3]) == [1e-30, 123460.0, 0.33333]
    assert significant([0.0, -1.0, np.nan, np.inf]) == [None] * 4


def test_a_long_title_is_broken_cut_and_harmless_and_the_chart_keeps_its_room():
    plain = base_layout(height=400)
    layout = headed(plain, "A title & <b>bold</b> " + "that goes on and on " * 30)
    lines = layout["title"]["text"].split("<br>")
    assert len(lines) == 3
    assert lines[0].startswith("A title &amp; &lt;b&gt;")
    assert lines[2].endswith("…")
    grown = layout["margin"]["t"] - plain["margin"]["t"]
    assert layout["height"] - grown >= 400 - 60
    assert Drawing([], layout).figure("dark").layout.title.text == layout["title"]["text"]
    assert headed(plain, None) is plain
