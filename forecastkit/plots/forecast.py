"""Forecasts of one series from one cutoff, with their interval bands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InvalidParameterError, nearest
from .drawing import Drawing, base_layout, numbers
from .palette import ModelStyle, Theme, model_styles
from .time_axis import axis_of, axis_values, labels
from .traces import interval_band, model_line, observed_line, upright_line

if TYPE_CHECKING:
    import plotly.graph_objects as go


def forecast_figure(
    forecasts: pd.DataFrame,
    history: pd.DataFrame,
    *,
    unique_id: object = None,
    cutoff: object = None,
    models: Sequence[str] | None = None,
    level: Iterable[float] = (80, 95),
    reference: str | None = None,
    n_history: int = 120,
    theme: Theme = "light",
) -> go.Figure:
    """Draw what was observed, and what was forecast from one cutoff.

    Parameters
    ----------
    forecasts : DataFrame
        Columns ``unique_id``, ``ds``, ``cutoff``, ``y`` and for each model ``<model>``, ``<model>-lo-80``, ...
    history : DataFrame
        Columns ``unique_id``, ``ds``, ``y``: all that was observed.
    unique_id : object, default=None
        The series; None takes the first.
    cutoff : object, default=None
        Last observed time of the forecast; None takes the last one of the series.
    models : sequence of str or None, default=None
        Models to draw; None draws all.
    level : iterable of float, default=(80, 95)
        Levels of the bands, in percent; one that a model does not have is left out.
    reference : str or None, default=None
        The model drawn in grey; None takes the seasonal naive, if it is there.
    n_history : int, default=120
        Number of observations before the cutoff to draw.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    InvalidParameterError
        The series, the cutoff or a model is not in the frame.

    Examples
    --------
    >>> past = pd.DataFrame({"unique_id": "a", "ds": [1, 2, 3, 4], "y": [1.0, 2.0, 1.5, 2.5]})
    >>> ahead = pd.DataFrame({"unique_id": "a", "ds": [4], "cutoff": [3], "y": [2.5], "ar": [2.2]})
    >>> [trace.name for trace in forecast_figure(ahead, past).data]
    ['observed', 'ar']
    """
    everything = model_names(forecasts)
    chosen = list(everything if models is None else models)
    for model in chosen:
        if model not in everything:
            raise InvalidParameterError(f"there is no model {model!r}; {nearest(model, everything)}")
    ids = forecasts["unique_id"].unique()
    unique_id = ids[0] if unique_id is None else unique_id
    rows = forecasts.loc[forecasts["unique_id"] == unique_id]
    if rows.empty:
        raise InvalidParameterError(f"there is no series {unique_id!r}; {nearest(unique_id, ids)}")
    cutoffs = pd.Index(rows["cutoff"].unique())
    cutoff = cutoffs.max() if cutoff is None else cutoff
    rows = rows.loc[rows["cutoff"] == cutoff]
    if rows.empty:
        raise InvalidParameterError(
            f"series {unique_id!r} has no forecast from cutoff {cutoff}; {nearest(cutoff, labels(cutoffs))}"
        )
    past = history.loc[history["unique_id"] == unique_id]
    everyone = model_styles(everything, reference)
    styles = {name: everyone[name] for name in chosen}
    return draw_forecast(rows, past, styles, level=level, n_history=n_history).figure(theme)


def model_names(forecasts: pd.DataFrame) -> list[str]:
    """Return the columns that are models: all but the four keys and the ends of intervals."""
    columns = [str(name) for name in forecasts.columns]
    ends = {name for name in columns if any(f"-{side}-" in name for side in ("lo", "hi"))}
    # a model may itself be called "fast-lo-1": an end belongs to a model that is a column too
    ends = {name for name in ends if _owner(name) in columns}
    return [name for name in columns if name not in {"unique_id", "ds", "cutoff", "y"} and name not in ends]


def draw_forecast(
    rows: pd.DataFrame,
    past: pd.DataFrame,
    styles: Mapping[str, ModelStyle],
    *,
    level: Iterable[float],
    n_history: int,
) -> Drawing:
    """Draw one series from one cutoff: ``rows`` of the forecasts in time order, ``past`` of the same series.

    The traces of every drawing with the same ``styles`` and columns come in the same order.
    """
    ahead = pd.Index(rows["ds"])
    cutoff = pd.Index(rows["cutoff"])[:1]
    stamps = pd.Index(past["ds"])
    first = max(np.count_nonzero(stamps <= cutoff[0]) - n_history, 0)
    last = np.count_nonzero(stamps <= ahead.max())
    x = axis_values(ahead)
    traces: list[dict[str, Any]] = [observed_line(axis_values(stamps[first:last]), numbers(past["y"].iloc[first:last]))]
    for model, style in styles.items():
        for percent in sorted(level, reverse=True):
            lower, upper = f"{model}-lo-{percent}", f"{model}-hi-{percent}"
            if lower in rows and upper in rows:
                traces += interval_band(model, style, percent, x, numbers(rows[lower]), numbers(rows[upper]))
        traces.append(model_line(model, style, x, numbers(rows[model]), "%{y:.4~g}", markers=len(x) <= 2))
    return Drawing(traces, base_layout(xaxis=axis_of(ahead), hovermode="x unified", shapes=[upright_line(cutoff)]))


def _owner(column: str) -> str:
    """Return the model that the column of an interval's end belongs to."""
    for side in ("-lo-", "-hi-"):
        model, found, percent = column.rpartition(side)
        if found and percent.replace(".", "", 1).isdigit():
            return model
    return ""
