"""Divergence: where two models part, and how far apart many are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .drawing import Drawing, base_layout, numbers
from .palette import INK, MUTED, SERIES, Theme, chart_label, faded

if TYPE_CHECKING:
    import plotly.graph_objects as go

_BAND = 2  # standard errors on each side


def divergence_figure(by_horizon: pd.DataFrame, theme: Theme = "light") -> go.Figure:
    """Draw what each lead time adds to a divergence, with a band of two standard errors.

    Parameters
    ----------
    by_horizon : DataFrame
        Columns ``step``, ``value`` and ``standard_error``, as ``kl_divergence(p, q, horizon).by_horizon``.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> frame = pd.DataFrame({"step": [1, 2], "value": [0.5, 0.25], "standard_error": [0.0, 0.0]})
    >>> divergence_figure(frame).data[0].y
    (0.5, 0.25)
    """
    return draw_divergence(by_horizon).figure(theme)


def draw_divergence(by_horizon: pd.DataFrame) -> Drawing:
    """Draw the terms of a divergence against the lead time."""
    steps = by_horizon["step"].tolist()
    value, error = (by_horizon[name].to_numpy(float) for name in ("value", "standard_error"))
    line: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines+markers" if len(steps) <= 24 else "lines",
        "name": "divergence of the step",
        "x": steps,
        "y": numbers(value),
        "line": {"color": SERIES[0], "width": 2},
        "hovertemplate": "step %{x}: %{y:.4~g} nats<extra></extra>",
    }
    traces = [line]
    if error.any():
        edge = {"type": "scatter", "mode": "lines", "x": steps, "line": {"width": 0}, "hoverinfo": "skip"}
        edge["showlegend"] = False
        fill = {"fill": "tonexty", "fillcolor": faded(SERIES[0], 0.2)}
        low, high = numbers(value - _BAND * error), numbers(value + _BAND * error)
        traces += [{**edge, "y": low}, {**edge, "y": high, **fill}]
    layout = base_layout(
        xaxis={"title": {"text": "steps ahead"}, "tickformat": "d", "nticks": 13},
        yaxis={"title": {"text": "nats"}, "rangemode": "tozero", "nticks": 6},
        showlegend=False,
    )
    return Drawing(traces, layout)


def divergence_matrix_figure(matrix: pd.DataFrame, theme: Theme = "light") -> go.Figure:
    """Draw the divergences of all pairs of models as a table of shaded cells.

    Parameters
    ----------
    matrix : DataFrame
        KL(p‖q) in row p and column q, in nats, as ``compare(models, y_test).divergences()``; NaN where a model has no
        density, infinite where q holds impossible what p does not.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Examples
    --------
    >>> names = ["ar", "nar"]
    >>> figure = divergence_matrix_figure(pd.DataFrame([[0.0, 2.0], [1.0, 0.0]], index=names, columns=names))
    >>> [list(row) for row in figure.data[0].text]
    [['0', '2'], ['1', '0']]
    """
    return draw_divergence_matrix(matrix).figure(theme)


def draw_divergence_matrix(matrix: pd.DataFrame) -> Drawing:
    """Draw the divergences of all pairs; p down, q across, darker for farther apart on a logarithmic scale."""
    values = matrix.to_numpy(float)
    heat = {
        **shaded_cells(values),
        "x": list(range(len(values))),
        "y": list(range(len(values))),
        "hovertemplate": "KL %{text} nats<extra></extra>",
    }
    names = {"tickvals": list(range(len(values))), "ticktext": [chart_label(name) for name in matrix.index]}
    layout = base_layout(
        xaxis={**names, "title": {"text": "q, the forecast"}, "ticks": "", "showline": False},
        yaxis={**names, "title": {"text": "p, taken for the truth"}, "autorange": "reversed", "showgrid": False},
        height=160 + 48 * len(values),
        showlegend=False,
    )
    return Drawing([heat], layout)


def shaded_cells(values: np.ndarray) -> dict[str, Any]:
    """Heat map of numbers that are written into its cells; clear for the smallest, on a logarithmic scale."""
    finite = values[np.isfinite(values) & (values > 0)]
    low = float(finite.min()) if len(finite) else 1.0
    shade = np.log(np.clip(np.where(np.isinf(values), np.nanmax([low, *finite]) * 2, values), low / 2, None) / low)
    return {
        "type": "heatmap",
        "z": [numbers(row) for row in np.where(np.isnan(values), np.nan, shade)],
        "text": [[_written(each) for each in row] for row in values],
        "texttemplate": "%{text}",
        "textfont": {"color": INK},
        "colorscale": [[0, faded(SERIES[0], 0.0)], [1, faded(SERIES[0], 0.55)]],  # over the surface of either theme
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverlabel": {"bordercolor": MUTED},
    }


def _written(value: float) -> str:
    """Write a number as it stands in a cell."""
    if np.isnan(value):
        return ""
    return "∞" if np.isinf(value) else f"{value:.3g}"
