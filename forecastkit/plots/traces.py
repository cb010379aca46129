"""The traces that several charts share: lines of models and observations, bands of intervals."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .palette import INK, MUTED, ModelStyle, chart_label, faded
from .time_axis import axis_values

_MANY_POINTS = 60


def model_line(
    model: str, style: ModelStyle, x: list[Any], y: list[float | None], hover: str, markers: bool
) -> dict[str, Any]:
    """Return the line of one model; ``markers`` for few points, where a single one must still be seen."""
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers" if markers else "lines",
        "name": chart_label(model),
        "meta": {"model": model},
        "x": x,
        "y": y,
        "line": {"color": style.color, "width": 2, "dash": style.dash},
        "hovertemplate": hover,
    }
    if markers:
        trace["marker"] = {"color": style.color, "size": 6}
    return trace


def observed_line(x: list[Any], y: list[float | None]) -> dict[str, Any]:
    """Return the line of the observations, with markers where there are few."""
    mode = "lines" if len(x) > _MANY_POINTS else "lines+markers"
    return {
        "type": "scatter",
        "mode": mode,
        "name": "observed",
        "x": x,
        "y": y,
        "line": {"color": INK, "width": 1.5},
        "marker": {"color": INK, "size": 4},
        "hovertemplate": "%{y:.4~g}",
    }


def interval_band(
    model: str, style: ModelStyle, percent: float, x: list[Any], lower: list[float | None], upper: list[float | None]
) -> list[dict[str, Any]]:
    """Return the two edges of an interval, the space between them filled; short lines for a single step."""
    shared = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "line": {"color": faded(style.color, 0), "width": 0},
        "meta": {"model": model, "band": percent},
        "showlegend": False,
        "legendgroup": model,
    }
    if len(x) == 1:  # no space between two points: draw the ends themselves
        end = {"symbol": "line-ew-open", "size": 18, "color": style.color, "line": {"width": 2}}
        shared |= {"mode": "markers", "marker": end}
    upper_edge = {
        **shared,
        "name": f"{percent:g}%",
        "y": upper,
        "customdata": lower,
        "fill": "tonexty",
        "fillcolor": faded(style.color, 0.16),
        "hovertemplate": "%{customdata:.4~g} to %{y:.4~g}",
    }
    return [{**shared, "y": lower, "hoverinfo": "skip"}, upper_edge]


def upright_line(stamp: pd.Index) -> dict[str, Any]:
    """Return a vertical line at the only stamp of an index, such as the last observed one."""
    place = axis_values(stamp)[0]
    line = {"color": MUTED, "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": place, "x1": place, "y0": 0, "y1": 1, "line": line}
