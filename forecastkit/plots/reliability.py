"""Reliability: how far the coverage of intervals is from their level, and where actual values fell in the forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .drawing import Drawing, base_layout, numbers
from .palette import MUTED, ModelStyle, Theme, faded, model_styles
from .traces import model_line

if TYPE_CHECKING:
    import plotly.graph_objects as go

_SHADE = 0.5


def reliability_figure(reliability: pd.DataFrame, reference: str | None = None, theme: Theme = "light") -> go.Figure:
    """Draw measured minus nominal coverage against the level, a line a model with bars of two standard errors.

    Parameters
    ----------
    reliability : DataFrame
        Columns ``model``, ``level``, ``coverage``, ``standard_error``, as ``BacktestResult.reliability()``.
    reference : str or None, default=None
        The model drawn in grey.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> frame = pd.DataFrame({"model": "ar", "level": [50, 90], "coverage": [0.55, 0.85], "standard_error": [0.0, 0.0]})
    >>> reliability_figure(frame).data[0].y
    (5.0, -5.0)
    """
    return draw_reliability(reliability, model_styles(reliability["model"].unique(), reference)).figure(theme)


def pit_figure(histogram: pd.DataFrame, reference: str | None = None, theme: Theme = "light") -> go.Figure:
    """Draw the histogram of the probability integral transform, a line of steps a model.

    Parameters
    ----------
    histogram : DataFrame
        Columns ``model``, ``low``, ``high``, ``density``, as `forecastkit.evaluation.calibration.pit_histogram`.
    reference : str or None, default=None
        The model drawn in grey.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> frame = pd.DataFrame({"model": "ar", "low": [0.0, 0.5], "high": [0.5, 1.0], "density": [1.2, 0.8]})
    >>> pit_figure(frame).data[0].x, pit_figure(frame).data[0].y
    ((0.0, 0.5, 0.5, 1.0), (1.2, 1.2, 0.8, 0.8))
    """
    return draw_pit(histogram, model_styles(histogram["model"].unique(), reference)).figure(theme)


def draw_reliability(reliability: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> Drawing:
    """Draw the coverage of the models in ``styles`` beside the nominal one, in percentage points."""
    traces = []
    for model, style in styles.items():
        rows = reliability.loc[reliability["model"] == model].sort_values("level")
        if rows.empty:
            continue
        level = rows["level"].to_numpy(float)
        surplus = 100 * rows["coverage"].to_numpy(float) - level
        line = model_line(model, style, level.tolist(), numbers(surplus), "%{y:+.1f} points", markers=True)
        error = numbers(200 * rows["standard_error"].to_numpy(float))
        bars = {"type": "data", "array": error, "color": faded(style.color, _SHADE), "thickness": 1.2, "width": 0}
        traces.append({**line, "error_y": bars})
    layout = base_layout(
        xaxis={"title": {"text": "level of the interval"}, "ticksuffix": "%", "range": [0, 100], "nticks": 11},
        yaxis={"title": {"text": "covered too much, in points"}, "nticks": 7, "tickformat": "+d"},
        shapes=[_level(0.0)],
        hovermode="x unified",
    )
    return Drawing(traces, layout)


def draw_pit(histogram: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> Drawing:
    """Draw the histograms of the models in ``styles`` as outlines, and the line on which they should lie."""
    traces = []
    for model, style in styles.items():
        rows = histogram.loc[histogram["model"] == model].sort_values("low")
        if rows.empty:
            continue
        x = rows[["low", "high"]].to_numpy(float).ravel().tolist()
        y = numbers(np.repeat(rows["density"].to_numpy(float), 2))
        traces.append(model_line(model, style, x, y, "%{y:.2f}", markers=False))
    layout = base_layout(
        xaxis={"title": {"text": "forecast probability of a value up to the actual one"}, "range": [0, 1], "nticks": 6},
        yaxis={"title": {"text": "how often, 1 is even"}, "rangemode": "tozero", "nticks": 6},
        shapes=[_level(1.0)],
    )
    return Drawing(traces, layout)


def _level(y: float) -> dict[str, Any]:
    """Return the line where a calibrated model lies."""
    line = {"color": MUTED, "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}
