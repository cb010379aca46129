"""Error by the size of the gap: where an imputer earns its keep."""

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


def gap_size_figure(
    by_gap: pd.DataFrame, metric: str = "mae", reference: str | None = None, theme: Theme = "light"
) -> go.Figure:
    """Draw a score against the size of the gap, a line an imputer.

    Parameters
    ----------
    by_gap : DataFrame
        Columns ``imputer``, ``gap``, scores and ``n``, as ``ImputationResult.by_gap()``.
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
    >>> frame = pd.DataFrame({"imputer": "linear", "gap": ["1", "2-3"], "mae": [1.0, 1.5], "n": [30, 40]})
    >>> gap_size_figure(frame).data[0].y
    (1.0, 1.5)
    """
    if metric not in by_gap.columns:
        raise InvalidParameterError(f"there is no metric {metric!r}; {nearest(metric, by_gap.columns[2:])}")
    return draw_gap_size(by_gap, metric, model_styles(by_gap["imputer"].unique(), reference)).figure(theme)


def draw_gap_size(by_gap: pd.DataFrame, metric: str, styles: Mapping[str, ModelStyle]) -> Drawing:
    """Draw ``metric`` of the imputers in ``styles`` by class of gaps, with the number of hidden values below each."""
    traces, names = [], []
    for model, style in styles.items():
        rows = by_gap.loc[by_gap["imputer"] == model]
        names = [
            f"{str(gap).replace('-', '–')}<br>{count:,}" for gap, count in zip(rows["gap"], rows["n"], strict=True)
        ]
        places = list(range(len(rows)))
        traces.append(model_line(model, style, places, numbers(rows[metric]), "%{y:.4~g}", markers=True))
    layout = base_layout(
        xaxis={
            "title": {"text": "steps; below: hidden values"},
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [-0.3, len(names) - 0.7],
        },
        yaxis={"rangemode": "tozero", "nticks": 6},
        hovermode="x unified",
    )
    return Drawing(traces, layout)
