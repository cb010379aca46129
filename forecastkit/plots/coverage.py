"""Coverage: how often the intervals held what they promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InvalidParameterError
from .drawing import Drawing, base_layout, numbers
from .palette import MUTED, ModelStyle, Theme, chart_label, model_styles
from .skill import ROW_HEIGHT

if TYPE_CHECKING:
    import plotly.graph_objects as go

_SYMBOLS = ("circle", "diamond", "square", "triangle-up")


def coverage_figure(
    scores: pd.DataFrame,
    standard_errors: pd.DataFrame | None = None,
    reference: str | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw the measured coverage of every model beside the nominal levels.

    Parameters
    ----------
    scores : DataFrame
        A row a model with columns ``coverage-80``, ... as shares from 0 to 1, as ``BacktestResult.scores()``.
    standard_errors : DataFrame or None, default=None
        The same rows and columns, from `coverage_standard_errors`; bars of two standard errors are drawn.
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
        No column of ``scores`` is a coverage.

    Examples
    --------
    >>> scores = pd.DataFrame({"coverage-80": [0.78], "coverage-95": [0.96]}, index=["ar"])
    >>> [trace.x for trace in coverage_figure(scores).data]
    [(0.78,), (0.96,)]
    """
    columns = coverage_columns(scores)
    if not columns:
        raise InvalidParameterError("no model has intervals: scores has no column coverage-80 or the like with a value")
    errors = pd.DataFrame(np.nan, scores.index, scores.columns) if standard_errors is None else standard_errors
    return draw_coverage(scores, errors, columns, model_styles(scores.index, reference)).figure(theme)


def coverage_standard_errors(forecasts: pd.DataFrame, models: Iterable[str], level: Iterable[float]) -> pd.DataFrame:
    """Estimate how uncertain the measured coverages are.

    Parameters
    ----------
    forecasts : DataFrame
        Columns ``unique_id``, ``cutoff``, ``y`` and ``<model>-lo-80``, ``<model>-hi-80``, ...
    models : iterable of str
        Names of the models.
    level : iterable of float
        Levels in percent.

    Returns
    -------
    DataFrame
        A row a model, columns ``coverage-80``, ...: standard errors of the share covered, from 0 to 1; NaN without
        intervals or with a single window.

    Notes
    -----
    The steps of one window miss together, so that a binomial formula over steps would promise too much. The
    windows (a series at a cutoff) are taken as independent instead: with hits ``h`` of ``n`` steps in each of ``k``
    windows and the share ``p`` covered, the squared error is ``k / (k - 1) * sum((h - p n)^2) / sum(n)^2``.

    Examples
    --------
    >>> frame = pd.DataFrame({"unique_id": "a", "cutoff": [1, 2, 3, 4], "y": [0.0, 0.0, 0.0, 3.0]})
    >>> coverage_standard_errors(frame.assign(**{"ar-lo-80": -1.0, "ar-hi-80": 1.0}), ["ar"], [80]).round(2)
        coverage-80
    ar         0.25
    """
    models, level = list(models), list(level)
    errors = pd.DataFrame(np.nan, models, [f"coverage-{percent}" for percent in level])
    actual = forecasts["y"].to_numpy(float)
    window = forecasts.groupby(["unique_id", "cutoff"], sort=False, observed=True).ngroup().to_numpy()
    for model in models:
        for percent in level:
            if f"{model}-lo-{percent}" in forecasts:
                lower = forecasts[f"{model}-lo-{percent}"].to_numpy(float)
                upper = forecasts[f"{model}-hi-{percent}"].to_numpy(float)
                scored = np.isfinite(actual) & np.isfinite(lower) & np.isfinite(upper)
                hit = (lower <= actual) & (actual <= upper)
                errors.loc[model, f"coverage-{percent}"] = clustered_error(hit[scored], window[scored])
    return errors


def clustered_error(hit: np.ndarray, window: np.ndarray) -> float:
    """Estimate the standard error of a share with windows as independent units.

    Parameters
    ----------
    hit : ndarray of bool, shape (n,)
        What is counted.
    window : ndarray, shape (n,)
        Window of each.

    Returns
    -------
    float
        As in `coverage_standard_errors`; NaN for a single window or none.
    """
    if len(hit) == 0:
        return np.nan
    _, place, steps = np.unique(window, return_inverse=True, return_counts=True)
    windows = len(steps)
    if windows < 2:
        return np.nan
    surplus = np.bincount(place, hit, windows) - hit.mean() * steps
    return float(np.sqrt(windows / (windows - 1) * (surplus**2).sum()) / steps.sum())


def coverage_columns(scores: pd.DataFrame) -> list[str]:
    """Return the columns with a coverage that was measured for at least one model, the lowest level first."""
    columns = [str(column) for column in scores.columns if str(column).startswith("coverage-")]
    return sorted((column for column in columns if scores.loc[:, column].notna().any()), key=_percent)


def draw_coverage(
    scores: pd.DataFrame, errors: pd.DataFrame, columns: list[str], styles: Mapping[str, ModelStyle]
) -> Drawing:
    """Draw a row for each model with intervals, a mark for each level, and a line where the mark should be."""
    models = [model for model in styles if scores.loc[model, columns].notna().any()]
    traces, shapes, notes = [], [], []
    colors = [styles[model].color for model in models]
    lowest = 1.0
    for i, column in enumerate(columns):
        percent = _percent(column)
        share = scores.loc[models, column].to_numpy(float)
        spread = 2 * errors.loc[models, column].to_numpy(float)
        lowest = min(lowest, percent / 100, float(np.nanmin([1.0, *(share - np.nan_to_num(spread))])))
        traces.append(_marks(percent, share, spread, colors, _SYMBOLS[i % len(_SYMBOLS)]))
        place: dict[str, Any] = {"xref": "x", "yref": "paper", "x0": percent / 100, "x1": percent / 100}
        shapes.append({"type": "line", **place, "y0": 0, "y1": 1, "line": {"color": MUTED, "width": 1, "dash": "dot"}})
        notes.append(_level_note(percent))
    layout = base_layout(
        xaxis={
            "tickformat": ".0%",
            "range": [max(lowest - 0.04, -0.02), 1.02],
            "showgrid": True,
            "showline": False,
            "ticks": "",
            "nticks": 7,
            "fixedrange": True,
        },
        yaxis={
            "tickvals": list(range(len(models))),
            "ticktext": [f"{chart_label(model)}  " for model in models],
            "range": [len(models) - 0.5, -0.5],
            "showgrid": False,
            "fixedrange": True,
            "tickfont": {"size": 13},
        },
        shapes=shapes,
        annotations=notes,
        margin={"t": 30},
        height=90 + ROW_HEIGHT * len(models),
        showlegend=False,
    )
    return Drawing(traces, layout)


def _marks(percent: float, share: np.ndarray, spread: np.ndarray, colors: list[str], symbol: str) -> dict[str, Any]:
    """Return one level's marks, a model each, with bars of ``spread`` on both sides."""
    # error bars have one colour a trace: a neutral one goes with every model
    above, below = np.fmin(spread, 1 - share), np.fmin(spread, share)
    ends = {"type": "data", "symmetric": False, "array": numbers(above), "arrayminus": numbers(below)}
    bars = {**ends, "color": MUTED, "thickness": 1.2, "width": 0}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"{percent:g}% intervals",
        "x": numbers(share),
        "y": list(range(len(share))),
        "error_x": bars,
        "marker": {"color": colors, "size": 11, "symbol": symbol},
        "hovertemplate": f"{percent:g}% intervals covered %{{x:.1%}}<extra></extra>",
    }


def _level_note(percent: float) -> dict[str, Any]:
    """Return the name of a nominal level, above its line."""
    return {
        "x": percent / 100,
        "y": 1,
        "xref": "x",
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "text": f"{percent:g}%",
        "font": {"color": MUTED, "size": 12},
    }


def _percent(column: str) -> float:
    """Return the level of a column such as ``coverage-80``."""
    return float(column.removeprefix("coverage-"))
