"""A filled gap: what was shown to the imputers, what was hidden from them, and what they said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .drawing import Drawing, base_layout, headed, numbers
from .imputation import closed_band, with_neighbours
from .palette import INK, ModelStyle
from .time_axis import axis_of, axis_values
from .traces import model_line, observed_line

_BAND_OPACITY = 0.16
_FEW_POINTS = 150


@dataclass(frozen=True, eq=False)
class FilledGap:
    """Consecutive values of one sensor, some of them hidden or missing.

    Parameters
    ----------
    index : pandas.Index, length n
        Times.
    actual : ndarray of float64, shape (n,)
        All that was observed, NaN where nothing was.
    missing : ndarray of bool, shape (n,)
        True where imputers were shown nothing.
    points : dict of str to ndarray of float64, shape (n,)
        Estimates of each model, read where ``missing``.
    bounds : dict of str to list of (float, ndarray, ndarray)
        Level in percent, lower and upper ends of the intervals of each model that has some.
    """

    index: pd.Index
    actual: np.ndarray
    missing: np.ndarray
    points: Mapping[str, np.ndarray]
    bounds: Mapping[str, Sequence[tuple[float, np.ndarray, np.ndarray]]]


def draw_filled_gap(
    gap: FilledGap, styles: Mapping[str, ModelStyle], title: str | None = None, *, hidden: bool = True
) -> Drawing:
    """Draw the observed values, the hidden ones as rings, and the estimates of the models with their intervals.

    Parameters
    ----------
    gap : FilledGap
    styles : mapping of str to ModelStyle
        The models that are drawn.
    title : str or None, default=None
        Title above the figure.
    hidden : bool, default=True
        Whether values in the gaps are known, and drawn.

    Returns
    -------
    Drawing
        Widest intervals first, then the models' lines, the observed line and the rings.

    Examples
    --------
    >>> from forecastkit.plots.palette import model_styles
    >>> missing, actual = np.array([False, True, False]), np.array([1.0, 2.0, 4.0])
    >>> gap = FilledGap(pd.RangeIndex(3), actual, missing, {"linear": np.array([1.0, 2.5, 4.0])}, {})
    >>> [trace["name"] for trace in draw_filled_gap(gap, model_styles(["linear"])).traces]
    ['linear', 'observed', 'hidden']
    """
    x, near = axis_values(gap.index), with_neighbours(gap.missing)
    shown = np.where(gap.missing, np.nan, gap.actual)
    bands, lines = [], []
    for model, style in styles.items():
        for percent, lower, upper in sorted(gap.bounds.get(model, ()), key=lambda each: -each[0]):
            low, high = (np.where(gap.missing, end, gap.actual) for end in (lower, upper))
            inside = near & ~np.isnan(low + high)
            band = closed_band(x, inside, low, high, f"{percent:g}%", style.color, _BAND_OPACITY)
            bands.append({**band, "meta": {"model": model, "band": percent}})
        joined = np.where(near, np.where(gap.missing, gap.points[model], gap.actual), np.nan)
        line = model_line(model, style, x, numbers(joined), "%{y:.4~g}", markers=False)
        sizes = np.where(gap.missing, 5, 0).tolist()
        marker = {"color": style.color, "size": sizes, "opacity": 1, "line": {"width": 0}}
        lines.append({**line, "mode": "lines+markers" if len(x) <= _FEW_POINTS else "lines", "marker": marker})
    observed = {**observed_line(x, numbers(shown)), "mode": "lines+markers"}
    rings: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "name": "hidden",
        "x": x,
        "y": numbers(np.where(gap.missing, gap.actual, np.nan)),
        "marker": {"symbol": "circle-open", "color": INK, "size": 8, "line": {"width": 1.5}},
        "hovertemplate": "%{y:.4~g}",
    }
    layout = base_layout(xaxis=axis_of(gap.index), hovermode="x unified")
    return Drawing([*bands, *lines, observed, *([rings] if hidden else [])], headed(layout, title))
