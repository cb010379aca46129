"""A drawing: the traces and the layout of a chart as plain data, and the figure made of them."""

from __future__ import annotations

import html
import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .palette import GRID, INK, MUTED, SURFACE, Theme, recolored

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import ArrayLike

_DIGITS = 5
_TITLE_WIDTH = 56
_TITLE_LINES = 3
_LINE_HEIGHT, _LEGEND_HEIGHT = 20, 48  # pixels; a legend may have two rows
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True)
class Drawing:
    """Traces and layout of one chart.

    A page with many charts writes these as JSON, without the cost of checked figure objects.

    Parameters
    ----------
    traces : list of dict
        Plotly traces in the light colours. ``meta["model"]`` names the model a trace belongs to.
    layout : dict
        Plotly layout in the light colours.
    """

    traces: list[dict[str, Any]]
    layout: dict[str, Any]

    def figure(self, theme: Theme = "light") -> go.Figure:
        """Return the plotly figure.

        Parameters
        ----------
        theme : {"light", "dark"}, default="light"
            Colours of the figure.

        Returns
        -------
        plotly.graph_objects.Figure

        Raises
        ------
        InvalidParameterError
            ``theme`` is another name.

        Examples
        --------
        >>> drawing = Drawing([{"type": "scatter", "x": [1, 2], "y": [3.0, 4.0]}], {})
        >>> len(drawing.figure().data)
        1
        """
        import plotly.graph_objects as go

        layout = {"template": "none", **self.layout}
        return go.Figure(data=recolored(self.traces, theme), layout=recolored(layout, theme))


def base_layout(**changes: Any) -> dict[str, Any]:
    """Return the quiet layout that all charts share; a dict among ``changes`` is merged into its namesake."""
    axis = {
        "automargin": True,
        "gridcolor": GRID,
        "linecolor": GRID,
        "zeroline": False,
        "fixedrange": False,
        "tickfont": {"color": MUTED, "size": 12},
        "title": {"font": {"color": MUTED, "size": 12}, "standoff": 12},
    }
    layout: dict[str, Any] = {
        "paper_bgcolor": SURFACE,
        "plot_bgcolor": SURFACE,
        "font": {"family": _FONT, "size": 13, "color": INK},
        "margin": {"l": 8, "r": 40, "t": 16, "b": 8},
        "xaxis": {**axis, "showgrid": False, "showline": True, "ticks": "outside", "tickcolor": GRID},
        "yaxis": axis,
        "hoverlabel": {"bgcolor": SURFACE, "bordercolor": GRID, "font": {"color": INK, "size": 12}, "align": "left"},
        "legend": {
            "orientation": "h",
            "traceorder": "normal",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"color": INK, "size": 12},
        },
        "showlegend": True,
    }
    return merged(layout, changes)


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``changes``, dicts merged key by key."""
    result = dict(base)
    for key, value in changes.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def numbers(values: ArrayLike) -> list[float | None]:
    """Return floats rounded to what an eye can see of their range, and None where one is not finite."""
    array = np.asarray(values, dtype=float)
    finite = np.isfinite(array)
    if not finite.any():
        return [None] * len(array)
    seen = array[finite]
    with np.errstate(over="ignore"):  # the range of the largest floats is infinite, which is looked at next
        scale = float(np.ptp(seen)) or float(np.abs(seen[0])) or 1.0
    if not np.isfinite(scale):
        scale = float(np.abs(seen).max())
    decimals = _DIGITS - math.floor(math.log10(scale))
    rounded = np.array([round(value, decimals) for value in seen.tolist()])
    filled = np.full(len(array), None, dtype=object)
    filled[finite] = rounded
    return filled.tolist()


def significant(values: ArrayLike) -> list[float | None]:
    """Return floats rounded to what an eye can see of each on a logarithmic axis; None where there is no logarithm."""
    array = np.asarray(values, dtype=float)
    return [float(f"{value:.{_DIGITS}g}") if 0 < value < np.inf else None for value in array.tolist()]


def headed(layout: dict[str, Any], title: str | None) -> dict[str, Any]:
    """Return a layout with a title, broken into lines and cut where it is too long; None leaves the layout."""
    if title is None:
        return layout
    lines = textwrap.wrap(" ".join(title.split()), _TITLE_WIDTH, max_lines=_TITLE_LINES, placeholder=" …")
    heading = {
        "text": "<br>".join(html.escape(line, quote=False) for line in lines),
        "font": {"size": 15, "color": INK},
        "x": 0,
        "xref": "container",
        "xanchor": "left",
        "y": 1,
        "yref": "container",
        "yanchor": "top",
        "pad": {"l": 12, "t": 14 + 8 * (len(lines) - 1)},  # plotly lifts a title of several lines
    }
    below = max(layout["margin"]["t"], _LEGEND_HEIGHT if layout["showlegend"] else 0)
    height = layout.get("height", 450) + _LINE_HEIGHT * len(lines)
    return merged(layout, {"title": heading, "height": height, "margin": {"t": below + 24 + _LINE_HEIGHT * len(lines)}})
