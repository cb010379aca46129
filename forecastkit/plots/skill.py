"""Skill: how much of the reference's error a model saves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InvalidParameterError, nearest
from .drawing import Drawing, base_layout, numbers
from .palette import MUTED, ModelStyle, Theme, chart_label, model_styles

if TYPE_CHECKING:
    import plotly.graph_objects as go

WORST_SHOWN = -1.0
ROW_HEIGHT = 38


def skill_figure(scores: pd.DataFrame, reference: str, metric: str = "mae", theme: Theme = "light") -> go.Figure:
    """Draw each model's skill, 1 - score / score of the reference, as bars.

    Parameters
    ----------
    scores : DataFrame
        A row a model, a column a metric, as ``BacktestResult.scores()``.
    reference : str
        The model that the others are measured against.
    metric : str, default="mae"
        A column of ``scores`` whose best value is 0.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        Bars end at -100 %; the number beside a bar is never cut.

    Raises
    ------
    InvalidParameterError
        ``reference`` or ``metric`` is not in ``scores``.

    Examples
    --------
    >>> scores = pd.DataFrame({"mae": [3.0, 4.0]}, index=["ar", "naive"])
    >>> skill_figure(scores, "naive").data[0].x
    (0.25,)
    """
    if reference not in scores.index:
        raise InvalidParameterError(f"there is no model {reference!r}; {nearest(reference, scores.index)}")
    if metric not in scores.columns:
        raise InvalidParameterError(f"there is no metric {metric!r}; {nearest(metric, scores.columns)}")
    return draw_skill(scores.loc[:, metric], reference, model_styles(scores.index, reference)).figure(theme)


def skill(scores: pd.Series, reference: str) -> pd.Series:
    """Return 1 - score / score of the reference, by model; NaN where the reference's score is 0 or missing."""
    base = float(scores.loc[reference])
    return 1.0 - scores / (base if base > 0 else np.nan)


def draw_skill(scores: pd.Series, reference: str, styles: Mapping[str, ModelStyle]) -> Drawing:
    """Draw one bar for each model of ``styles`` but the reference, the first on top."""
    models = [model for model in styles if model != reference]
    gains = skill(scores, reference).loc[models].to_numpy(float)
    shown = np.clip(gains, WORST_SHOWN, 1.0)
    rows = list(range(len(models)))
    bars: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "y": rows,
        "x": numbers(shown),
        "width": 0.5,
        "marker": {"color": [styles[model].color for model in models]},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    # right of the bar or of zero, where it cannot run into the model's name
    values = {
        "type": "scatter",
        "mode": "text",
        "y": rows,
        "x": numbers(np.fmax(shown, 0.0)),
        "text": ["  n/a" if np.isnan(gain) else f"  {_signed_percent(gain)}" for gain in gains],
        "textposition": "middle right",
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }
    low, high = float(np.fmin.reduce(shown, initial=0.0)), float(np.fmax.reduce(shown, initial=0.0))
    layout = base_layout(
        xaxis={
            "tickformat": ".0%",
            "range": [low, high + 0.14 * max(high - low, 0.1)],
            "nticks": 5,
            "tickangle": 0,
            "showline": False,
            "showgrid": True,
            "zeroline": True,
            "zerolinecolor": MUTED,
            "zerolinewidth": 1,
            "ticks": "",
            "fixedrange": True,
        },
        yaxis={
            "tickvals": rows,
            "ticktext": [f"{chart_label(model)}  " for model in models],
            "range": [len(models) - 0.5, -0.5],
            "showgrid": False,
            "fixedrange": True,
            "tickfont": {"size": 13},
        },
        margin={"r": 56},
        height=60 + ROW_HEIGHT * len(models),
    )
    return Drawing([bars, values], layout)


def _signed_percent(gain: float) -> str:
    """Return a share as percent with a true minus sign."""
    return f"{100 * gain:+,.0f}%".replace("-", "−").replace("+0%", "0%").replace("−0%", "0%")
