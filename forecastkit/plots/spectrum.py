"""Spectrum: which cycles carry a series' variance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InvalidParameterError
from .drawing import Drawing, base_layout, headed, numbers, significant
from .palette import MUTED, REFERENCE, SERIES, Theme, faded
from .points import one_series, thinned

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MOST_HARMONICS = 12
_LABEL_ROOM = 0.045  # of the frequencies drawn: what the words above a line need
_DEPTH = 100.0  # how far below the spectrum the periodogram is shown


def spectrum_figure(
    spectrum: pd.Series,
    periodogram: pd.Series | None = None,
    *,
    seasonal_period: float | None = None,
    title: str | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """Draw a model's spectral density on a logarithmic scale, with what the data show behind it.

    Parameters
    ----------
    spectrum : Series
        Density by frequency, in cycles per step from 0 to 0.5.
    periodogram : Series or None, default=None
        The periodogram of the data by frequency, in the same unit.
    seasonal_period : float or None, default=None
        Steps in a season; the first of its harmonics are marked.
    title : str or None, default=None
        Title above the figure; a long one is broken into lines.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        The period of a frequency is shown when it is pointed at. Zeros, infinities and what lies far below the
        spectrum are left out.

    Raises
    ------
    InvalidFrameError
        A spectrum is not one numeric Series.
    InvalidParameterError
        A frequency lies outside 0 to 0.5, nothing is above 0, or the season is shorter than 2 steps.

    Examples
    --------
    >>> frequency = np.array([0.0, 0.1, 0.25, 0.5])
    >>> figure = spectrum_figure(pd.Series([4.0, 3.0, 1.0, 0.5], index=frequency), seasonal_period=4)
    >>> [note.text for note in figure.layout.annotations]
    ['period 4', '2']
    """
    if seasonal_period is not None and not 2 <= seasonal_period < np.inf:
        raise InvalidParameterError(f"seasonal_period has to be at least 2 steps; got {seasonal_period!r}.")
    density = _by_frequency(spectrum, "spectrum")
    observed = None if periodogram is None else _by_frequency(periodogram, "periodogram")
    return draw_spectrum(density, observed, seasonal_period, title).figure(theme)


def draw_spectrum(
    spectrum: pd.Series, periodogram: pd.Series | None, seasonal_period: float | None, title: str | None
) -> Drawing:
    """Draw a spectrum in front of a periodogram, both with increasing frequencies."""
    reach = _reach(spectrum, periodogram)
    traces = []
    if periodogram is not None:
        shown = periodogram.where(periodogram > 10 ** (reach[0] - 1))  # that of the mean is 0 but for rounding
        traces.append(_line(shown, "periodogram", faded(REFERENCE, 0.7), 1))
    traces.append(_line(spectrum, "model", SERIES[0], 2))
    frequency = np.concatenate([each.index.to_numpy(float) for each in (spectrum, periodogram) if each is not None])
    low, high = float(frequency.min()), float(frequency.max())
    edge = 0.02 * (high - low) or 0.02
    lines, notes = ([], []) if seasonal_period is None else _harmonics(seasonal_period, low, high)
    layout = base_layout(
        xaxis={"title": {"text": "cycles per step"}, "range": [low - edge, high + edge], "nticks": 7},
        yaxis={"type": "log", "range": reach, "exponentformat": "power"},
        shapes=lines,
        annotations=notes,
        hovermode="closest",
        showlegend=periodogram is not None,
        legend={"y": 1.08 if notes else 1.02},
        margin={"t": 36 if notes else 16},
    )
    decades = reach[1] - reach[0]
    layout["yaxis"] |= {"nticks": 5} if decades < 1.5 else {"dtick": max(round(decades / 6), 1)}
    return Drawing(traces, headed(layout, title))


def _by_frequency(values: pd.Series, name: str) -> pd.Series:
    """Density sorted by frequency."""
    values = one_series(values, name)
    if not pd.api.types.is_numeric_dtype(values.index.dtype):
        raise InvalidParameterError(f"the index of {name} has dtype {values.index.dtype}: it has to hold frequencies.")
    frequency = values.index.to_numpy(float)
    if not ((frequency >= 0) & (frequency <= 0.5)).all():
        bad = frequency[~((frequency >= 0) & (frequency <= 0.5))]
        raise InvalidParameterError(
            f"the frequencies of {name} have to lie between 0 and 0.5 cycles per step; got {bad[0]:g}; an angular "
            "frequency is divided by 2π."
        )
    if not len(_drawn(values)):
        raise InvalidParameterError(f"{name} has no value above 0: a logarithmic axis cannot show it.")
    return values.sort_index()


def _line(values: pd.Series, name: str, color: str, width: float) -> dict[str, Any]:
    """Trace of a density, with the period of each frequency."""
    values = values.iloc[thinned(values.to_numpy(float))]
    frequency = values.index.to_numpy(float)
    return {
        "type": "scatter",
        "mode": "lines" if len(values) > 1 else "markers",
        "name": name,
        "x": numbers(frequency),
        "y": significant(values),
        "customdata": [f"{1 / each:.4g} steps" if each > 0 else "infinite" for each in frequency],
        "line": {"color": color, "width": width},
        "marker": {"color": color, "size": 7},
        "hovertemplate": "%{y:.3~g} at %{x:.4~g} cycles a step, period %{customdata}",
    }


def _reach(spectrum: pd.Series, periodogram: pd.Series | None) -> list[float]:
    """Range of the axis in powers of ten: all of the spectrum, of the periodogram what is not far below."""
    values = _drawn(spectrum)
    low, high = values.min(), values.max()
    if periodogram is not None:
        seen = _drawn(periodogram)
        low, high = min(low, max(low / _DEPTH, seen.min())), max(high, seen.max())
    edge = 0.04 * np.log10(high / low) + 0.05
    return [float(np.log10(low) - edge), float(np.log10(high) + edge)]


def _drawn(density: pd.Series) -> np.ndarray:
    """Values that have a logarithm."""
    values = density.to_numpy(float)
    return values[(values > 0) & (values < np.inf)]


def _harmonics(period: float, low: float, high: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines at the first harmonics of a season, with their periods where there is room."""
    lines: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    free = -np.inf
    for k in range(1, min(int(period / 2), _MOST_HARMONICS) + 1):
        place = k / period
        if not low <= place <= high:
            continue
        where = {"type": "line", "xref": "x", "yref": "paper", "x0": place, "x1": place, "y0": 0, "y1": 1}
        lines.append({**where, "line": {"color": MUTED, "width": 1, "dash": "dot"}, "layer": "below"})
        if place >= free and (k == 1 or period % 1 or period % k == 0):  # whole periods, where there are some
            text = f"period {period:.4g}" if not notes else f"{period / k:.3g}"
            free = place + (2 if not notes else 1) * _LABEL_ROOM * (high - low)
            notes.append(_note(text, place))
    return lines, notes


def _note(text: str, place: float) -> dict[str, Any]:
    """Return the words above a line."""
    note = {"x": place, "y": 1, "xref": "x", "yref": "paper", "yanchor": "bottom", "showarrow": False, "text": text}
    return {**note, "font": {"color": MUTED, "size": 12}}
