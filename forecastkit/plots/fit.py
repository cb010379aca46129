"""Fit of one series: what was observed, its one-step forecasts, and the forecast that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, InvalidParameterError
from .drawing import Drawing, base_layout, headed, numbers
from .palette import SERIES, ModelStyle, Theme
from .points import one_series, thinned
from .time_axis import axis_of, axis_values
from .traces import interval_band, model_line, observed_line, upright_line

if TYPE_CHECKING:
    import plotly.graph_objects as go

_FITTED, _FORECAST = ModelStyle(SERIES[1], "solid"), ModelStyle(SERIES[0], "solid")


def fit_figure(
    y: pd.Series,
    fitted: pd.Series | None = None,
    forecast: pd.Series | pd.DataFrame | None = None,
    *,
    n_history: int | None = None,
    title: str | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw a series with its one-step forecasts and the forecast that follows it.

    Parameters
    ----------
    y : Series
        What was observed, on its time index; NaN leaves a gap.
    fitted : Series or None, default=None
        One-step forecasts of ``y``, as ``fitted_values()``.
    forecast : Series, DataFrame or None, default=None
        The future, as ``predict`` or ``predict_interval`` of a Series: columns ``forecast``, ``forecast-lo-80``, ...
    n_history : int or None, default=None
        Number of last rows of ``y`` to draw; None draws all.
    title : str or None, default=None
        Title above the figure; a long one is broken into lines.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    InvalidFrameError
        ``y`` or ``fitted`` is not one numeric Series, or ``forecast`` has no column ``forecast``.
    InvalidParameterError
        ``n_history`` is not a whole number of at least 1.

    Notes
    -----
    A long history is drawn by the lowest and highest values of its stretches.

    Examples
    --------
    >>> y = pd.Series([1.0, 2.0, 1.5, 2.5])
    >>> [trace.name for trace in fit_figure(y, y.shift(), pd.Series([2.0], index=[4])).data]
    ['observed', 'one-step fit', 'forecast']
    """
    if n_history is not None and (not isinstance(n_history, int | np.integer) or n_history < 1):
        raise InvalidParameterError(f"n_history has to be a whole number of at least 1; got {n_history!r}.")
    past = one_series(y, "y")
    past = past if n_history is None else past.iloc[-n_history:]
    one_step = None if fitted is None else one_series(fitted, "fitted")
    if one_step is not None:
        one_step = one_step.loc[one_step.index >= past.index[0]]
    ahead = forecast.to_frame("forecast") if isinstance(forecast, pd.Series) else forecast
    if ahead is not None and "forecast" not in ahead:
        raise InvalidFrameError(
            f"forecast has no column 'forecast'; its columns are {list(ahead.columns)[:6]}: for a panel choose the "
            "rows or columns of one series."
        )
    return draw_fit(past, one_step, ahead, title).figure(theme)


def draw_fit(y: pd.Series, fitted: pd.Series | None, forecast: pd.DataFrame | None, title: str | None) -> Drawing:
    """Draw the history, its one-step forecasts and the columns of a forecast."""
    traces: list[dict[str, Any]] = [observed_line(*_points(y))]
    if fitted is not None:
        x, values = _points(fitted)
        line = model_line("one-step fit", _FITTED, x, values, "%{y:.4~g}", markers=len(x) <= 2)
        traces.append({**line, "line": {**line["line"], "width": 1.2}})
    shapes = []
    if forecast is not None:
        x = axis_values(forecast.index)
        for percent in _levels(forecast):
            lower, upper = (numbers(forecast[f"forecast-{side}-{percent}"]) for side in ("lo", "hi"))
            traces += interval_band("forecast", _FORECAST, float(percent), x, lower, upper)
        few = len(x) <= 2
        traces.append(model_line("forecast", _FORECAST, x, numbers(forecast["forecast"]), "%{y:.4~g}", markers=few))
        shapes = [upright_line(y.index[-1:])]
    layout = base_layout(xaxis=axis_of(y.index), hovermode="x unified", shapes=shapes)
    return Drawing(traces, headed(layout, title))


def _points(values: pd.Series) -> tuple[list[Any], list[float | None]]:
    """Points of a line, thinned where they are many."""
    kept = thinned(values.to_numpy(float))
    return axis_values(values.index[kept]), numbers(values.iloc[kept])


def _levels(forecast: pd.DataFrame) -> list[str]:
    """Levels of the intervals of a forecast, the widest first, as they are written in its columns."""
    found = [str(name).removeprefix("forecast-lo-") for name in forecast if str(name).startswith("forecast-lo-")]
    return sorted((text for text in found if f"forecast-hi-{text}" in forecast), key=float, reverse=True)
