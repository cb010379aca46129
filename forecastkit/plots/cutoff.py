"""Error by cutoff: whether a model was better all along, or once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from ..errors import InvalidParameterError, nearest
from .drawing import Drawing, base_layout, numbers
from .lead_time import MARKED_POINTS
from .palette import ModelStyle, Theme, model_styles
from .time_axis import axis_of, axis_values
from .traces import model_line

if TYPE_CHECKING:
    import plotly.graph_objects as go


def cutoff_figure(
    by_cutoff: pd.DataFrame, metric: str = "mae", reference: str | None = None, theme: Theme = "light"
) -> go.Figure:
    """Draw a metric against the cutoff that the forecasts started from, a line a model.

    Parameters
    ----------
    by_cutoff : DataFrame
        Columns ``model``, ``cutoff`` and metrics, as ``BacktestResult.by_cutoff()``.
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
    >>> frame = pd.DataFrame({"model": "ar", "cutoff": pd.to_datetime(["2024-01-01", "2024-02-01"]), "mae": [1.0, 2.0]})
    >>> cutoff_figure(frame).data[0].x
    ('2024-01-01', '2024-02-01')
    """
    if metric not in by_cutoff.columns:
        raise InvalidParameterError(f"there is no metric {metric!r}; {nearest(metric, by_cutoff.columns[2:])}")
    styles = model_styles(by_cutoff["model"].unique(), reference)
    return draw_cutoffs(by_cutoff, metric, styles).figure(theme)


def draw_cutoffs(by_cutoff: pd.DataFrame, metric: str, styles: Mapping[str, ModelStyle]) -> Drawing:
    """Draw ``metric`` of the models in ``styles`` against the cutoff."""
    traces = []
    for model, style in styles.items():
        rows = by_cutoff.loc[by_cutoff["model"] == model].sort_values("cutoff")
        x = axis_values(pd.Index(rows["cutoff"]))
        traces.append(model_line(model, style, x, numbers(rows[metric]), "%{y:.4~g}", markers=len(x) <= MARKED_POINTS))
    layout = base_layout(
        xaxis={**axis_of(pd.Index(by_cutoff["cutoff"])), "nticks": 7},
        yaxis={"rangemode": "tozero", "nticks": 6},
        hovermode="x unified",
    )
    return Drawing(traces, layout)
