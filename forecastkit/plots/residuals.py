"""Residuals of one series: what a good model leaves is noise without a memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, InvalidParameterError
from .drawing import Drawing, base_layout, headed, merged, numbers
from .palette import INK, MUTED, SERIES, Theme, faded
from .points import one_series, thinned
from .time_axis import axis_of, axis_values, sole_tick

if TYPE_CHECKING:
    import plotly.graph_objects as go

_COLOR = SERIES[0]
_TWO_SIDED = 1.96  # 95 % of a normal law
_LEFT, _RIGHT = [0.0, 0.44], [0.56, 1.0]
_UPPER, _LOWER = [0.6, 1.0], [0.0, 0.4]
_MOST_BINS = 60
_TAIL_POINTS = 200


def residual_figure(
    residuals: pd.Series, *, n_lags: int | None = None, title: str | None = None, theme: Theme = "light"
) -> go.Figure:
    """Draw residuals over time, their distribution, their autocorrelation and their quantiles.

    Parameters
    ----------
    residuals : Series
        One-step errors of one series on its time index; NaN is left out. They are divided by their root mean square.
    n_lags : int or None, default=None
        Number of autocorrelations; None takes ``10 log10(n)``, at most half of n.
    title : str or None, default=None
        Title above the figure; a long one is broken into lines.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        Two by two: over time with the 95 % lines; histogram and normal density; autocorrelation with the 95 % band
        of white noise; sample quantiles against those of the normal law.

    Raises
    ------
    InvalidFrameError
        ``residuals`` is not one numeric Series with a finite value.
    InvalidParameterError
        ``n_lags`` is not a whole number of at least 1.

    Notes
    -----
    O(n log n). A long series is drawn by the lowest and highest values of its stretches.

    Examples
    --------
    >>> figure = residual_figure(pd.Series([0.3, -1.0, 0.5, 0.2, -0.4, 0.6]))
    >>> [note.text for note in figure.layout.annotations][:2]
    ['Standardised residuals', 'Histogram and normal density']
    """
    if n_lags is not None and (isinstance(n_lags, bool) or not isinstance(n_lags, int | np.integer) or n_lags < 1):
        raise InvalidParameterError(f"n_lags has to be a whole number of at least 1; got {n_lags!r}.")
    return draw_residuals(one_series(residuals, "residuals"), n_lags, title).figure(theme)


def draw_residuals(residuals: pd.Series, n_lags: int | None, title: str | None) -> Drawing:
    """Draw the four panels of the residuals of one series."""
    values = residuals.to_numpy(float)
    values = np.where(np.isfinite(values), values, np.nan)
    seen = values[~np.isnan(values)]
    if not len(seen):
        raise InvalidFrameError("residuals has no finite value: there is nothing to draw.")
    largest = float(np.abs(seen).max()) or 1.0
    scale = largest * float(np.sqrt(np.mean((seen / largest) ** 2))) or 1.0
    values, seen = values / scale, np.sort(seen / scale)
    correlation = _autocorrelation(values, n_lags)
    traces = [_over_time(residuals.index, values), *_histogram(seen), *_quantiles(seen), _bars(correlation)]
    captions = ["Standardised residuals", "Histogram and normal density"]
    captions += ["Autocorrelation, 95% band" if len(correlation) else "No autocorrelation to show"]
    captions += ["Normal quantiles"]
    layout = _grid(residuals.index)
    layout["annotations"] = [_caption(text, i) for i, text in enumerate(captions)]
    layout["shapes"] = [_level_line("x", "y", 0.0, "solid")]
    layout["shapes"] += [_level_line("x", "y", level, "dot") for level in (-_TWO_SIDED, _TWO_SIDED)]
    layout["shapes"].append(_level_line("x3", "y3", 0.0, "solid"))
    if len(correlation):
        bound = _TWO_SIDED / math.sqrt(len(seen))
        reach = 1.15 * max(bound, float(np.abs(correlation).max()))
        layout["shapes"].append(_noise_band(bound))
        layout["yaxis3"]["range"] = [-reach, reach]
    return Drawing(traces, headed(layout, title))


def _over_time(index: pd.Index, values: np.ndarray) -> dict[str, Any]:
    """Trace of the residuals over time."""
    kept = thinned(values)
    return {
        "type": "scatter",
        "mode": "lines" if len(kept) > 400 else "lines+markers",
        "x": axis_values(index[kept]),
        "y": numbers(values[kept]),
        "line": {"color": _COLOR, "width": 1},
        "marker": {"color": _COLOR, "size": 4},
        "hovertemplate": "%{x}: %{y:.3~g}<extra></extra>",
    }


def _histogram(seen: np.ndarray) -> list[dict[str, Any]]:
    """Traces of the histogram and of the normal density."""
    density, edges = np.histogram(seen, bins=min(math.ceil(2 * len(seen) ** (1 / 3)), _MOST_BINS), density=True)
    bars = {
        "type": "bar",
        "xaxis": "x2",
        "yaxis": "y2",
        "x": numbers((edges[1:] + edges[:-1]) / 2),
        "y": numbers(density),
        "width": float(edges[1] - edges[0]),
        "marker": {"color": faded(_COLOR, 0.45), "line": {"color": _COLOR, "width": 0.5}},
        "hovertemplate": "%{x:.2f}: %{y:.3f}<extra></extra>",
    }
    reach = max(3.5, float(np.abs(edges).max()))
    x = np.linspace(-reach, reach, 201)
    curve = {
        "type": "scatter",
        "mode": "lines",
        "xaxis": "x2",
        "yaxis": "y2",
        "x": numbers(x),
        "y": numbers(np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)),
        "line": {"color": INK, "width": 1.5},
        "hoverinfo": "skip",
    }
    return [bars, curve]


def _quantiles(seen: np.ndarray) -> list[dict[str, Any]]:
    """Traces of the sorted residuals against normal quantiles, and of the line on which both are equal."""
    from scipy.special import ndtri

    n = len(seen)
    middle = np.linspace(0, n - 1, 4 * _TAIL_POINTS).astype(int)
    kept = np.unique(np.concatenate([np.arange(n)[:_TAIL_POINTS], middle, np.arange(n)[-_TAIL_POINTS:]]))
    normal = ndtri((kept + 0.5) / n)
    ends = np.array([min(normal[0], seen[0]), max(normal[-1], seen[-1])])
    shared = {"type": "scatter", "xaxis": "x4", "yaxis": "y4"}
    line = {"color": INK, "width": 1.5}
    equal = {**shared, "mode": "lines", "x": numbers(ends), "y": numbers(ends), "line": line, "hoverinfo": "skip"}
    points = {
        **shared,
        "mode": "markers",
        "x": numbers(normal),
        "y": numbers(seen[kept]),
        "marker": {"color": _COLOR, "size": 4},
        "hovertemplate": "normal %{x:.2f}, residual %{y:.2f}<extra></extra>",
    }
    return [equal, points] if n > 1 else [points]


def _autocorrelation(values: np.ndarray, n_lags: int | None) -> np.ndarray:
    """Autocorrelations at lags 1, 2, ...; empty for a constant or too few values. Gaps count as the mean."""
    from statsmodels.tsa.stattools import acf

    first, end = np.flatnonzero(~np.isnan(values))[[0, -1]]
    values = values[first : end + 1]
    n_seen = int(np.count_nonzero(~np.isnan(values)))
    n_lags = min(int(10 * math.log10(n_seen)), n_seen // 2) if n_lags is None else min(n_lags, len(values) - 1)
    if n_lags < 1 or np.nanmax(values) == np.nanmin(values):
        return np.empty(0)
    filled = np.where(np.isnan(values), np.nanmean(values), values)
    return np.asarray(acf(filled, nlags=n_lags, fft=True))[1:]


def _bars(correlation: np.ndarray) -> dict[str, Any]:
    """Trace of the autocorrelations."""
    return {
        "type": "bar",
        "xaxis": "x3",
        "yaxis": "y3",
        "x": list(range(1, len(correlation) + 1)),
        "y": numbers(correlation),
        "width": 0.4,
        "marker": {"color": _COLOR},
        "hovertemplate": "lag %{x}: %{y:.3f}<extra></extra>",
    }


def _grid(index: pd.Index) -> dict[str, Any]:
    """Layout with four pairs of axes, two by two."""
    layout = base_layout(showlegend=False, height=560, bargap=0, margin={"t": 32}, hovermode="closest")
    x, y = layout["xaxis"], layout["yaxis"]
    few = {"nticks": 5}
    layout["xaxis"] = merged(x, {**axis_of(index), **few, **sole_tick(index), "domain": _LEFT, "anchor": "y"})
    layout["yaxis"] = merged(y, {**few, "domain": _UPPER, "anchor": "x"})
    layout["xaxis2"] = merged(x, {"nticks": 7, "domain": _RIGHT, "anchor": "y2"})
    layout["yaxis2"] = merged(y, {**few, "domain": _UPPER, "anchor": "x2", "rangemode": "tozero"})
    layout["xaxis3"] = merged(x, {"nticks": 7, "domain": _LEFT, "anchor": "y3", "title": {"text": "lag"}})
    layout["yaxis3"] = merged(y, {**few, "domain": _LOWER, "anchor": "x3"})
    layout["xaxis4"] = merged(x, {"nticks": 7, "domain": _RIGHT, "anchor": "y4", "title": {"text": "normal law"}})
    layout["yaxis4"] = merged(y, {**few, "domain": _LOWER, "anchor": "x4"})
    return layout


def _caption(text: str, panel: int) -> dict[str, Any]:
    """Return the words above one of the four panels."""
    return {
        "x": (_LEFT, _RIGHT)[panel % 2][0],
        "y": (_UPPER, _LOWER)[panel // 2][1],
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": text,
        "font": {"color": INK, "size": 13},
    }


def _level_line(x: str, y: str, level: float, dash: str) -> dict[str, Any]:
    """Return a horizontal line across one panel."""
    place = {"type": "line", "xref": f"{x} domain", "yref": y, "x0": 0, "x1": 1, "y0": level, "y1": level}
    return {**place, "line": {"color": MUTED, "width": 1, "dash": dash}}


def _noise_band(bound: float) -> dict[str, Any]:
    """Return the area in which 95 % of the autocorrelations of noise lie."""
    place = {"type": "rect", "xref": "x3 domain", "yref": "y3", "x0": 0, "x1": 1, "y0": -bound, "y1": bound}
    return {**place, "fillcolor": faded(MUTED, 0.16), "line": {"width": 0}, "layer": "below"}
