"""Stability: errors by lead time against their bound, and how steps of a recursion stretch differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, InvalidParameterError, nearest
from .drawing import Drawing, base_layout, headed, numbers, significant
from .palette import MUTED, SERIES, Theme

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import ArrayLike

_MARKED_POINTS = 24
_MOST_EIGENVALUES = 3_000
_ERRORS = {
    "rmse": ("measured", SERIES[0], "solid"),
    "expected": ("of independent one-step errors", SERIES[1], "dash"),
    "bound": ("bound", MUTED, "dot"),
}
_STRETCHES = {
    "lipschitz": ("L_k, at most", SERIES[0], "solid"),
    "typical": ("typical", SERIES[0], "dash"),
    "gain": ("of the k-th forecast alone, at most", SERIES[1], "solid"),
    "typical_gain": ("typical", SERIES[1], "dash"),
}


def error_growth_figure(error_growth: pd.DataFrame, *, title: str | None = None, theme: Theme = "light") -> go.Figure:
    """Draw errors by lead time and their bound on a logarithmic axis.

    Parameters
    ----------
    error_growth : DataFrame
        Indexed by ``step``, with columns ``rmse``, ``expected`` and ``bound``, as ``StabilityResult.error_growth``.
    title : str or None, default=None
        Title above the figure; a long one is broken into lines.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        A steep straight line is an error that grows by a factor with every step.

    Raises
    ------
    InvalidFrameError
        A column is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"rmse": [1.0, 1.2], "expected": [1.0, 1.3], "bound": [1.0, 2.0]}, index=[1, 2])
    >>> [trace.name for trace in error_growth_figure(frame).data]
    ['measured', 'of independent one-step errors', 'bound']
    """
    _check(error_growth, "error_growth", _ERRORS)
    return draw_error_growth(error_growth, title).figure(theme)


def lipschitz_figure(lipschitz: pd.DataFrame, *, title: str | None = None, theme: Theme = "light") -> go.Figure:
    """Draw by how much k steps of a recursion stretch differences, on a logarithmic axis.

    Parameters
    ----------
    lipschitz : DataFrame
        Indexed by ``step``, with columns ``lipschitz``, ``typical``, ``gain`` and ``typical_gain``, as
        ``StabilityResult.lipschitz``.
    title : str or None, default=None
        Title above the figure.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        Where lines are below 1, differences have shrunk.

    Raises
    ------
    InvalidFrameError
        A column is missing.

    Examples
    --------
    >>> columns = ["lipschitz", "typical", "gain", "typical_gain"]
    >>> frame = pd.DataFrame([[0.5] * 4, [0.25] * 4], index=[1, 2], columns=columns)
    >>> lipschitz_figure(frame).data[0].y
    (0.5, 0.25)
    """
    _check(lipschitz, "lipschitz", _STRETCHES)
    return draw_lipschitz(lipschitz, title).figure(theme)


def eigenvalue_figure(eigenvalues: ArrayLike, *, title: str | None = None, theme: Theme = "light") -> go.Figure:
    """Draw the eigenvalues of a recursion's Jacobians beside the unit circle.

    Parameters
    ----------
    eigenvalues : array-like of complex, shape (n,)
        Of many states together, as ``StabilityResult.eigenvalues``.
    title : str or None, default=None
        Title above the figure.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        Those outside the circle stretch differences at their state; of very many an even choice is drawn.

    Raises
    ------
    InvalidParameterError
        They are not one list of finite numbers.

    Examples
    --------
    >>> eigenvalue_figure([0.5, 0.5j]).data[1].x
    (0.5, 0.0)
    """
    values = np.asarray(eigenvalues, dtype=complex)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise InvalidParameterError(f"eigenvalues has to be one list of finite numbers; got shape {values.shape}.")
    return draw_eigenvalues(values, title).figure(theme)


def draw_error_growth(error_growth: pd.DataFrame, title: str | None) -> Drawing:
    """Draw measured and expected errors, and their bound."""
    return _lines(error_growth, _ERRORS, title, "error in standard deviations")


def draw_lipschitz(lipschitz: pd.DataFrame, title: str | None) -> Drawing:
    """Draw largest and typical stretch of the state and of the forecast, and the line of one."""
    drawing = _lines(lipschitz, _STRETCHES, title, "stretch of a difference")
    one = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 1, "y1": 1, "line": {"color": MUTED, "width": 1}}
    return Drawing(drawing.traces, {**drawing.layout, "shapes": [one]})


def draw_eigenvalues(eigenvalues: np.ndarray, title: str | None) -> Drawing:
    """Draw eigenvalues and the unit circle at the same scale in both directions."""
    shown = eigenvalues[:: -(-len(eigenvalues) // _MOST_EIGENVALUES) or 1]
    angle = np.linspace(0, 2 * np.pi, 361)
    circle = {
        "type": "scatter",
        "mode": "lines",
        "x": numbers(np.cos(angle)),
        "y": numbers(np.sin(angle)),
        "line": {"color": MUTED, "width": 1.2},
        "hoverinfo": "skip",
    }
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": numbers(np.real(shown)),
        "y": numbers(np.imag(shown)),
        "marker": {"color": [SERIES[3] if abs(each) > 1 else SERIES[0] for each in shown], "size": 4, "opacity": 0.6},
        "hovertemplate": "%{x:.3f}, %{y:.3f}<extra></extra>",
    }
    reach = 1.12 * max(1.0, float(np.abs(shown).max(initial=0.0)))
    axis: dict[str, Any] = {"range": [-reach, reach], "nticks": 7, "zeroline": True, "constrain": "domain"}
    layout = base_layout(
        xaxis={**axis, "showgrid": True, "title": {"text": "real part"}},
        yaxis={**axis, "title": {"text": "imaginary part"}, "scaleanchor": "x", "scaleratio": 1},
        showlegend=False,
        hovermode="closest",
        height=520,
    )
    return Drawing([circle, points], headed(layout, title))


def _lines(frame: pd.DataFrame, styles: dict[str, tuple[str, str, str]], title: str | None, what: str) -> Drawing:
    """Draw columns of a frame by step, on a logarithmic axis; steps without a number are passed over."""
    traces = []
    for column, (name, color, dash) in styles.items():
        values = frame[column].dropna()
        trace: dict[str, Any] = {
            "type": "scatter",
            "mode": "lines+markers" if len(values) <= _MARKED_POINTS else "lines",
            "name": name,
            "x": values.index.tolist(),
            "y": significant(values),
            "line": {"color": color, "width": 2, "dash": dash},
            "marker": {"color": color, "size": 5},
            "hovertemplate": "%{y:.3~g}",
        }
        traces.append(trace)
    layout = base_layout(
        xaxis={"title": {"text": "steps ahead"}, "tickformat": "d", "nticks": 13},
        yaxis={"type": "log", "title": {"text": what}, "exponentformat": "power", "dtick": "D2", "nticks": 8},
        hovermode="x unified",
    )
    return Drawing(traces, headed(layout, title))


def _check(frame: pd.DataFrame, name: str, columns: dict[str, Any]) -> None:
    """Raise for a frame without the columns."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InvalidFrameError(f"{name} has no column {missing[0]!r}; {nearest(missing[0], frame.columns)}")
