"""Comparison: differences of scores with their uncertainty, and how far apart the models are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .divergence import shaded_cells
from .drawing import Drawing, base_layout, numbers
from .palette import INK, MUTED, ModelStyle, Theme, chart_label, model_styles

if TYPE_CHECKING:
    import plotly.graph_objects as go

_BAR = 2  # standard errors on each side
_TITLES = {"log_score": "log score, nats", "crps": "CRPS", "energy_score": "energy score"}
_GAP = 0.06


def comparison_figure(table: pd.DataFrame, models: Sequence[str], reference: str, theme: Theme = "light") -> go.Figure:
    """Draw the differences of scores from a reference, and the divergences of all pairs of models.

    Parameters
    ----------
    table : DataFrame
        As ``compare(models, y_test).table``.
    models : sequence of str
        Names, the first on top.
    reference : str
        The model that the others are measured against.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        Marks left of the line are better than the reference; bars are two standard errors long on each side. Below,
        KL(p‖q) with p down and q across.

    Examples
    --------
    >>> rows = [("crps", "ar", "ar", 1.0, 0.0, 0.0), ("crps", "nar", "ar", 0.5, -0.5, 0.1)]
    >>> names = ["measure", "model", "reference", "value", "difference", "standard_error"]
    >>> comparison_figure(pd.DataFrame(rows, columns=names), ["ar", "nar"], "ar").data[0].x
    (0.0, -0.5)
    """
    return draw_comparison(table, list(models), reference).figure(theme)


def draw_comparison(table: pd.DataFrame, models: list[str], reference: str) -> Drawing:
    """Draw a small chart of differences a score, side by side, over the table of divergences."""
    styles = model_styles(models, reference)
    measures = [each for each in _TITLES if each in set(table["measure"])]
    split = _share_below(len(models))
    width = (1 + _GAP) / max(len(measures), 1)
    labels = [f"{chart_label(name)}  " for name in models]
    traces: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    for k, measure in enumerate(measures):
        number = "" if k == 0 else str(k + 1)
        traces.append({**_marks(table, measure, styles), "xaxis": f"x{number}", "yaxis": f"y{number}"})
        axes[f"xaxis{number}"] = {
            "domain": [k * width, (k + 1) * width - _GAP],
            "anchor": f"y{number}",
            "title": {"text": f"{_TITLES[measure]}, less {chart_label(reference)}"},
            "zeroline": True,
            "zerolinecolor": MUTED,
            "showgrid": True,
            "nticks": 5,
        }
        axes[f"yaxis{number}"] = {
            "domain": [split + 0.16, 1.0],
            "anchor": f"x{number}",
            "tickvals": list(range(len(models))),
            "ticktext": labels if k == 0 else [""] * len(models),
            "range": [len(models) - 0.5, -0.5],
            "showgrid": False,
        }
    heat = _matrix(table, models)
    traces.append({**heat, "xaxis": "x9", "yaxis": "y9"})
    names = {"tickvals": list(range(len(models))), "ticktext": labels, "showgrid": False, "ticks": ""}
    axes["xaxis9"] = {**names, "domain": [0.0, 1.0], "anchor": "y9", "title": {"text": "q, the forecast"}}
    axes["yaxis9"] = {
        **names,
        "domain": [0.0, split],
        "anchor": "x9",
        "title": {"text": "p, taken for the truth"},
        "range": [len(models) - 0.5, -0.5],
    }
    layout = base_layout(height=260 + 84 * len(models), showlegend=False)
    shared = {side: layout.pop(side) for side in ("xaxis", "yaxis")}
    for name, axis in axes.items():
        base = shared[name[:5]]
        layout[name] = {**base, **axis, "title": {**base["title"], **axis.get("title", {})}}
    note = {"text": "KL(p‖q) over the horizon, nats", "x": 0, "y": split + 0.01, "xref": "paper", "yref": "paper"}
    look = {"showarrow": False, "xanchor": "left", "yanchor": "bottom", "font": {"color": INK, "size": 12}}
    layout["annotations"] = [{**note, **look}]
    return Drawing(traces, layout)


def draw_differences(table: pd.DataFrame, measure: str, reference: str, styles: Mapping[str, ModelStyle]) -> Drawing:
    """Draw the differences of one score from a reference with bars of two standard errors, the first model on top."""
    models = list(styles)
    layout = base_layout(
        xaxis={
            "title": {"text": f"{_TITLES[measure]}, less {chart_label(reference)}"},
            "zeroline": True,
            "zerolinecolor": MUTED,
            "showgrid": True,
            "showline": False,
            "ticks": "",
            "nticks": 7,
        },
        yaxis={
            "tickvals": list(range(len(models))),
            "ticktext": [f"{chart_label(name)}  " for name in models],
            "range": [len(models) - 0.5, -0.5],
            "showgrid": False,
        },
        height=110 + 40 * len(models),
        showlegend=False,
    )
    return Drawing([_marks(table, measure, styles)], layout)


def _marks(table: pd.DataFrame, measure: str, styles: Mapping[str, ModelStyle]) -> dict[str, Any]:
    """Differences of one score as marks with bars of two standard errors, a row a model."""
    rows = table.loc[table["measure"] == measure].set_index("model").reindex(list(styles))
    return {
        "type": "scatter",
        "mode": "markers",
        "x": numbers(rows["difference"]),
        "y": list(range(len(rows))),
        "error_x": {
            "type": "data",
            "array": numbers(_BAR * rows["standard_error"].fillna(0.0)),
            "color": MUTED,
            "thickness": 1.2,
            "width": 0,
        },
        "marker": {"color": [style.color for style in styles.values()], "size": 10},
        "hovertemplate": f"{_TITLES[measure]}: %{{x:+.4~g}}<extra></extra>",
    }


def _share_below(n_models: int) -> float:
    """Part of the height that the divergences take."""
    return min(0.5, 0.3 + 0.03 * n_models)


def _matrix(table: pd.DataFrame, models: list[str]) -> dict[str, Any]:
    """Heat map of the divergences."""
    rows = table.loc[table["measure"] == "kl"]
    values = np.full((len(models), len(models)), np.nan)
    for p, q, value in zip(rows["model"], rows["reference"], rows["value"], strict=True):
        values[models.index(p), models.index(q)] = value
    places = list(range(len(models)))
    return {**shaded_cells(values), "x": places, "y": places, "hovertemplate": "KL %{text} nats<extra></extra>"}
