import itertools

import numpy as np
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.plots.palette import (
    DARK_OF,
    INK,
    MUTED,
    REFERENCE,
    SERIES,
    SURFACE,
    chart_label,
    dark_colors,
    faded,
    model_styles,
    recolored,
)

# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB
COLOR_VISION = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear_rgb(color):
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    low, high = sorted(float(linear_rgb(color) @ TO_XYZ[1]) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    ratio = np.clip(rgb, 0, 1) @ TO_XYZ.T / WHITE
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def in_theme(colors, theme):
    return [color if theme == "light" else DARK_OF[color] for color in colors]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("vision", COLOR_VISION)
def test_any_two_models_are_told_apart_with_every_kind_of_color_vision(theme, vision):
    colors = [lab(np.array(COLOR_VISION[vision]) @ linear_rgb(c)) for c in in_theme([REFERENCE, *SERIES], theme)]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(colors, 2)) > 18


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_stand_out_from_the_ground_and_text_can_be_read(theme):
    ground, ink, muted, *lines = in_theme([SURFACE, INK, MUTED, REFERENCE, *SERIES], theme)
    assert min(contrast(line, ground) for line in lines) >= 3
    assert min(contrast(ink, ground), contrast(muted, ground)) >= 4.5


def test_a_model_keeps_its_color_whichever_model_is_the_reference():
    styles = model_styles(["ar", "naive", "nar"], "naive")
    assert styles["naive"].color == REFERENCE
    assert [styles["ar"].color, styles["nar"].color] == list(SERIES[:2])


def test_twenty_models_all_look_different():
    assert len(set(model_styles([f"m{i}" for i in range(20)]).values())) == 20


@pytest.mark.parametrize("name", ["<b>bold</b>", "<a href='javascript:1'>x</a>", "a & b", "</script>"])
def test_markup_in_a_name_is_shown_and_not_obeyed(name):
    assert "<" not in chart_label(name)
    assert "&" not in chart_label(name).replace("&lt;", "").replace("&gt;", "").replace("&amp;", "")


def test_a_long_name_keeps_its_beginning_and_its_end():
    label = chart_label("beginning " + "x" * 200 + " end")
    assert len(label) <= 22
    assert label.startswith("beginning")
    assert label.endswith("end")


def test_every_light_color_has_a_dark_one_with_the_same_opacity():
    light = {"line": {"color": faded(SERIES[0], 0.25)}, "marker": {"color": list(SERIES)}}
    dark = recolored(light, "dark")
    assert dark["line"]["color"] == faded(DARK_OF[SERIES[0]], 0.25)
    assert dark["marker"]["color"] == [DARK_OF[color] for color in SERIES]
    assert set(dark_colors()) >= {REFERENCE, *SERIES}


def test_a_name_that_looks_like_a_color_stays():
    trace = {"name": SERIES[0], "text": [SERIES[0]], "meta": {"model": SERIES[0]}}
    assert recolored(trace, "dark") == trace


def test_an_unknown_theme_is_refused_with_the_nearest_name():
    with pytest.raises(InvalidParameterError, match="did you mean 'dark'"):
        recolored({}, "drak")
