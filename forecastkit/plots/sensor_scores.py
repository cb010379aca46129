"""Scores by sensor: a row a sensor, a mark an imputer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import InvalidParameterError, nearest
from .drawing import Drawing, base_layout, numbers
from .palette import ModelStyle, Theme, chart_label, model_styles

if TYPE_CHECKING:
    import plotly.graph_objects as go

_ROW_HEIGHT = 26


def sensor_score_figure(
    by_sensor: pd.DataFrame, metric: str = "mae", reference: str | None = None, theme: Theme = "light"
) -> go.Figure:
    """Draw a score of every sensor, a mark an imputer.

    Parameters
    ----------
    by_sensor : DataFrame
        Columns ``imputer``, ``unique_id`` and scores, as ``ImputationResult.by_sensor()``.
    metric : str, default="mae"
        Column to draw.
    reference : str or None, default=None
        The imputer drawn in grey.
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
    >>> frame = pd.DataFrame({"imputer": "linear", "unique_id": ["a", "b"], "mae": [1.0, 1.5]})
    >>> sensor_score_figure(frame).data[0].x
    (1.0, 1.5)
    """
    if metric not in by_sensor.columns:
        raise InvalidParameterError(f"there is no metric {metric!r}; {nearest(metric, by_sensor.columns[2:])}")
    styles = model_styles(by_sensor["imputer"].unique(), reference)
    return draw_sensor_scores(by_sensor, metric, list(by_sensor["unique_id"].unique()), styles).figure(theme)


def draw_sensor_scores(
    by_sensor: pd.DataFrame, metric: str, sensors: Sequence[Any], styles: Mapping[str, ModelStyle]
) -> Drawing:
    """Draw ``metric`` of the imputers in ``styles`` for some sensors, the first on top."""
    traces = []
    for model, style in styles.items():
        rows = by_sensor.loc[by_sensor["imputer"] == model].set_index("unique_id")
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": chart_label(model),
                "meta": {"model": model},
                "x": numbers(rows[metric].reindex(pd.Index(sensors))),
                "y": list(range(len(sensors))),
                "marker": {"color": style.color, "size": 10, "symbol": "circle", "opacity": 0.85},
                "hovertemplate": "%{x:.4~g}",
            }
        )
    layout = base_layout(
        xaxis={"rangemode": "tozero", "showgrid": True, "showline": False, "ticks": "", "nticks": 7, "side": "top"},
        yaxis={
            "tickvals": list(range(len(sensors))),
            "ticktext": [f"{chart_label(sensor)}  " for sensor in sensors],
            "range": [len(sensors) - 0.5, -0.5],
            "showgrid": False,
            "fixedrange": True,
            "tickfont": {"size": 13},
        },
        hovermode="closest",
        height=70 + _ROW_HEIGHT * len(sensors),
    )
    return Drawing(traces, layout)
