"""Imputation of one series: what was observed, and what was filled in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, InvalidParameterError
from .drawing import Drawing, base_layout, headed, numbers
from .palette import MUTED, SERIES, Theme, faded
from .points import one_series, thinned
from .time_axis import axis_of, axis_values, sole_tick
from .traces import observed_line

if TYPE_CHECKING:
    import plotly.graph_objects as go

_COLOR = SERIES[0]
_SHORTEST_GAP = 0.001  # of the rows drawn: a narrower one is no pixel wide
_FEW_POINTS = 600


def imputation_figure(
    y: pd.Series,
    imputed: pd.Series,
    lower: pd.Series | None = None,
    upper: pd.Series | None = None,
    *,
    title: str | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw a series with gaps, and the values that fill them with their interval.

    Parameters
    ----------
    y : Series
        What was observed, on its time index; NaN in the gaps.
    imputed : Series
        Values on the same index or on one with more stamps; those in the gaps are drawn.
    lower, upper : Series or None, default=None
        Ends of the interval of each imputed value, on the index of ``imputed``.
    title : str or None, default=None
        Title above the figure; a long one is broken into lines.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        Gaps are shaded; the interval narrows to the observations on both sides of a gap.

    Raises
    ------
    InvalidFrameError
        An argument is not one numeric Series, or observations have no stamp in ``imputed``.
    InvalidParameterError
        One end of the interval is given without the other.

    Notes
    -----
    A long series is drawn by the lowest and highest values of its stretches.

    Examples
    --------
    >>> y = pd.Series([1.0, np.nan, 3.0, 4.0])
    >>> figure = imputation_figure(y, y.interpolate())
    >>> [trace.name for trace in figure.data]
    ['gap', 'imputed', 'observed']
    """
    if (lower is None) != (upper is None):
        raise InvalidParameterError("lower and upper are the two ends of one interval: give both, or neither.")
    observed, filled = one_series(y, "y"), one_series(imputed, "imputed")
    if not (observed.index.is_unique and filled.index.is_unique and observed.index.isin(filled.index).all()):
        raise InvalidFrameError("y has stamps twice, or stamps that imputed lacks; give the imputed values of this y.")
    ends = [] if lower is None else [lower, upper]
    bounds = [one_series(end, name).reindex(filled.index) for end, name in zip(ends, ("lower", "upper"), strict=False)]
    return draw_imputation(observed.reindex(filled.index), filled, bounds, title).figure(theme)


def draw_imputation(y: pd.Series, imputed: pd.Series, bounds: list[pd.Series], title: str | None) -> Drawing:
    """Draw observations, imputed values and the two ends of their interval, all on one index."""
    index, values, filled = y.index, y.to_numpy(float), imputed.to_numpy(float)
    missing = np.isnan(values)
    traces = [_shading(index, missing)]
    kept = np.union1d(thinned(values), thinned(np.where(missing, filled, np.nan)))
    index, values, filled, missing = index[kept], values[kept], filled[kept], missing[kept]
    x = axis_values(index)
    joined = np.where(missing, filled, values)
    near = with_neighbours(missing)
    if bounds:
        lower, upper = (np.where(missing, end.to_numpy(float)[kept], values) for end in bounds)
        traces.append(closed_band(x, near & ~np.isnan(lower + upper), lower, upper, "interval", _COLOR, 0.2))
    traces.append(_fillings(x, np.where(near, joined, np.nan), missing))
    observed = observed_line(x, numbers(values))
    traces.append({**observed, "mode": "lines+markers" if len(x) <= _FEW_POINTS else "lines"})
    layout = base_layout(xaxis={**axis_of(index), **sole_tick(index)}, hovermode="x unified")
    layout["yaxis2"] = {"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True}
    return Drawing(traces, headed(layout, title))


def with_neighbours(missing: np.ndarray) -> np.ndarray:
    """Return a mask of the gaps and the places beside them: the line of a gap begins and ends at an observation."""
    near = missing | np.roll(missing, 1) | np.roll(missing, -1)
    near[0], near[-1] = missing[:2].any(), missing[-2:].any()
    return near


def runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last place of every run of True."""
    edges = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1


def _shading(index: pd.Index, missing: np.ndarray) -> dict[str, Any]:
    """Trace of the gaps as grey areas from the observation before to the one after."""
    first, last = runs(missing)
    seen = last - first + 2 >= _SHORTEST_GAP * len(missing)
    left = np.maximum(first[seen] - 1, 0)
    right = np.minimum(last[seen] + 1, len(missing) - 1)
    corners = np.column_stack([left, left, right, right, left]).reshape(-1)
    x: list[Any] = axis_values(index[corners]) if len(corners) else []
    y = [0, 1, 1, 0, 0] * len(left)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "gap",
        "x": _apart(x, 5),
        "y": _apart(y, 5),
        "yaxis": "y2",
        "fill": "toself",
        "fillcolor": faded(MUTED, 0.12),
        "line": {"width": 0, "color": faded(MUTED, 0)},
        "hoverinfo": "skip",
        "hoveron": "points",
    }


def closed_band(
    x: list[Any], inside: np.ndarray, lower: np.ndarray, upper: np.ndarray, name: str, color: str, opacity: float
) -> dict[str, Any]:
    """Return the trace of the area between both ends of an interval, one closed shape a run of ``inside``."""
    low, high = numbers(lower), numbers(upper)
    across: list[Any] = []
    along: list[Any] = []
    for first, last in zip(*(ends.tolist() for ends in runs(inside)), strict=True):
        there = range(first, last + 1)
        across += [*(x[i] for i in there), *(x[i] for i in reversed(there)), None]
        along += [*(high[i] for i in there), *(low[i] for i in reversed(there)), None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": across,
        "y": along,
        "fill": "toself",
        "fillcolor": faded(color, opacity),
        "line": {"width": 0, "color": faded(color, 0)},
        "hoverinfo": "skip",
        "hoveron": "points",
    }


def _fillings(x: list[Any], values: np.ndarray, missing: np.ndarray) -> dict[str, Any]:
    """Trace of the imputed values, joined to the observations around them; only they are marked."""
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(x) <= _FEW_POINTS else "lines",
        "name": "imputed",
        "x": x,
        "y": numbers(values),
        "line": {"color": _COLOR, "width": 1.5, "dash": "dot"},
        "marker": {"color": _COLOR, "size": np.where(missing, 6, 0).tolist(), "opacity": 1, "line": {"width": 0}},
        "text": np.where(missing, "imputed", "observed").tolist(),
        "hovertemplate": "%{y:.4~g} (%{text})<extra></extra>",
    }


def _apart(values: list[Any], size: int) -> list[Any]:
    """Values with a None after every ``size`` of them."""
    result: list[Any] = []
    for first in range(0, len(values), size):
        result += [*values[first : first + size], None]
    return result
