"""Colours: one for each model, told apart in light and dark and with any kind of colour vision."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from ..errors import InvalidParameterError, nearest

Theme = Literal["light", "dark"]

INK = "#1d2129"
MUTED = "#5d6470"
GRID = "#e6e7e3"
SURFACE = "#ffffff"
REFERENCE = "#6f757d"
SERIES = ("#1f55d9", "#cf7412", "#2f9a63", "#8f2a14", "#a14fbb", "#2b0f63")
DASHES = ("solid", "dash", "dot", "dashdot")

# Figures are authored in the light colours; the dark theme exchanges each for its partner of the same hue.
DARK_OF = {
    INK: "#e9eaec",
    MUTED: "#a3a9b3",
    GRID: "#2b3038",
    SURFACE: "#171a1f",
    REFERENCE: "#9299a3",
    **dict(zip(SERIES, ("#3f86e0", "#c98a1c", "#72e6a4", "#d96a4a", "#e0b4fb", "#8d5cff"), strict=True)),
}

_LABEL_LENGTH = 22


@dataclass(frozen=True)
class ModelStyle:
    """How one model is drawn in every chart.

    Parameters
    ----------
    color : str
        Colour of the light theme, ``#rrggbb``.
    dash : str
        Dash of its lines, a name plotly knows.
    """

    color: str
    dash: str


def model_styles(models: Iterable[str], reference: str | None = None) -> dict[str, ModelStyle]:
    """Give every model its colour and dash: the reference grey, the others in order.

    Parameters
    ----------
    models : iterable of str
        Names of the models; the order decides the colours.
    reference : str or None, default=None
        The model that the others are measured against, drawn in grey.

    Returns
    -------
    dict of str to ModelStyle
        After six models the colours come again with another dash.

    Examples
    --------
    >>> styles = model_styles(["ar", "naive"], reference="naive")
    >>> styles["ar"].color, styles["naive"].color
    ('#1f55d9', '#6f757d')
    """
    styles: dict[str, ModelStyle] = {}
    others = 0
    for model in models:
        if model == reference:
            styles[model] = ModelStyle(REFERENCE, "solid")
        else:
            styles[model] = ModelStyle(SERIES[others % len(SERIES)], DASHES[others // len(SERIES) % len(DASHES)])
            others += 1
    return styles


def faded(color: str, alpha: float) -> str:
    """Return a ``#rrggbb`` colour with opacity ``alpha``, as ``rgba(...)``."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def chart_label(name: object) -> str:
    """Return a name as plotly text: markup made harmless, a long name shortened in the middle."""
    text = " ".join(str(name).split())
    if len(text) > _LABEL_LENGTH:
        half = _LABEL_LENGTH // 2
        text = f"{text[:half].rstrip()}…{text[-half + 1 :].lstrip()}"
    return html.escape(text, quote=False)


def dark_colors() -> dict[str, str]:
    """Return every light colour, as ``#rrggbb`` and as the start of ``rgba(...)``, with its dark partner."""
    pairs = dict(DARK_OF)
    pairs.update({_rgba_start(light): _rgba_start(dark) for light, dark in DARK_OF.items()})
    return pairs


def recolored(value: Any, theme: Theme) -> Any:
    """Return a trace, a layout or a list of them in the colours of ``theme``.

    Raises
    ------
    InvalidParameterError
        ``theme`` is neither "light" nor "dark".
    """
    if theme not in ("light", "dark"):
        raise InvalidParameterError(f"theme is {theme!r}; {nearest(theme, ['light', 'dark'])}")
    return value if theme == "light" else _darkened(value, dark_colors(), is_color=False)


def _darkened(value: Any, pairs: dict[str, str], is_color: bool) -> Any:
    """Exchange the colours below a key that ends in "color"; names that look like colours stay."""
    if isinstance(value, dict):
        return {key: _darkened(item, pairs, key.endswith("color")) for key, item in value.items()}
    if isinstance(value, list):
        return [_darkened(item, pairs, is_color) for item in value]
    if is_color and isinstance(value, str):
        start = value[: value.rfind(",") + 1] if value.startswith("rgba(") else value
        return pairs.get(start, start) + value[len(start) :]
    return value


def _rgba_start(color: str) -> str:
    """Return ``rgba(r,g,b,`` of a ``#rrggbb`` colour."""
    whole = faded(color, 1)
    return whole[: whole.rfind(",") + 1]
