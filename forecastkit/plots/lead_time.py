"""Error by lead time: how it grows with the steps ahead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from ..errors import InvalidParameterError, nearest
from .drawing import Drawing, base_layout, numbers
from .palette import ModelStyle, Theme, model_styles
from .traces import model_line

if TYPE_CHECKING:
    import plotly.graph_objects as go

MARKED_POINTS = 24


def lead_time_figure(
    by_horizon: pd.DataFrame, metric: str = "mae", reference: str | None = None, theme: Theme = "light"
) -> go.Figure:
    """Draw a metric against the number of steps ahead, a line a model.

    Parameters
    ----------
    by_horizon : DataFrame
        Columns ``model``, ``step`` and metrics, as ``BacktestResult.by_horizon()``.
    metric : str, default="mae"
        Column to draw.
    reference : str or None, default=None
        The model drawn in grey.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    InvalidParameterError
        ``metric`` is not a column.

    Examples
    --------
    >>> frame = pd.DataFrame({"model": "ar", "step": [1, 2], "mae": [1.0, 1.5]})
    >>> lead_time_figure(frame).data[0].y
    (1.0, 1.5)
    """
    if metric not in by_horizon.columns:
        raise InvalidParameterError(f"there is no metric {metric!r}; {nearest(metric, by_horizon.columns[2:])}")
    styles = model_styles(by_horizon["model"].unique(), reference)
    return draw_lead_time(by_horizon, metric, styles).figure(theme)


def draw_lead_time(by_horizon: pd.DataFrame, metric: str, styles: Mapping[str, ModelStyle]) -> Drawing:
    """Draw ``metric`` of the models in ``styles`` against the lead time."""
    traces = []
    for model, style in styles.items():
        rows = by_horizon.loc[by_horizon["model"] == model].sort_values("step")
        steps = rows["step"].tolist()
        traces.append(
            model_line(model, style, steps, numbers(rows[metric]), "%{y:.4~g}", markers=len(steps) <= MARKED_POINTS)
        )
    last = int(by_horizon.loc[:, "step"].max())
    layout = base_layout(
        xaxis={"title": {"text": "steps ahead"}, "tickformat": "d", "range": [0.5, last + 0.5], "nticks": 13},
        yaxis={"rangemode": "tozero", "nticks": 6},
        hovermode="x unified",
    )
    if last <= 12:
        layout["xaxis"] = {**layout["xaxis"], "dtick": 1}
    return Drawing(traces, layout)
