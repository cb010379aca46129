"""Roots: whether a linear model is stationary, and which cycles it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InvalidParameterError
from .drawing import Drawing, base_layout, headed, numbers
from .palette import INK, MUTED, SERIES, Theme

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from numpy.typing import ArrayLike

_INSIDE, _OUTSIDE = SERIES[0], SERIES[3]


def root_figure(roots: ArrayLike, *, title: str | None = None, theme: Theme = "light") -> go.Figure:
    """Draw the inverse roots of a lag polynomial beside the unit circle.

    Parameters
    ----------
    roots : array-like of complex, shape (p,)
        Roots x of ``1 - φ_1 x - ... - φ_p x^p``, as ``ARForecaster.roots_``; it may be empty.
    title : str or None, default=None
        Title above the figure; a long one is broken into lines.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        The inverse roots 1/x in the complex plane, the unit circle, and in words whether all lie inside it, which
        makes the model stationary. The modulus and the period of each are shown when it is pointed at.

    Raises
    ------
    InvalidParameterError
        A root is 0 or NaN, or ``roots`` is not one list of numbers.

    Examples
    --------
    >>> figure = root_figure([2.0, 0.8])
    >>> figure.data[1].x, figure.layout.annotations[0].text
    ((0.5, 1.25), 'not stationary: 1 of 2 inverse roots is not inside the unit circle')
    """
    try:
        values = np.asarray(roots, dtype=complex)
    except (TypeError, ValueError) as error:
        raise InvalidParameterError(f"roots has to be a list of numbers; got {type(roots).__name__}.") from error
    if values.ndim != 1 or np.isnan(values).any() or (values == 0).any():
        raise InvalidParameterError(
            f"roots has to be one list of numbers that are not 0 or NaN; got {values.ravel()[:3].tolist()} of shape "
            f"{values.shape}; for many series choose one of them."
        )
    return draw_roots(values, title).figure(theme)


def draw_roots(roots: np.ndarray, title: str | None) -> Drawing:
    """Draw the inverses of roots and the unit circle, at the same scale in both directions."""
    inverse = np.zeros_like(roots)
    finite = np.isfinite(roots)
    inverse[finite] = 1 / roots[finite]
    modulus = np.abs(inverse)
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
        "x": numbers(np.real(inverse)),
        "y": numbers(np.imag(inverse)),
        "customdata": [_words(value) for value in inverse],
        "marker": {
            "color": [_INSIDE if each < 1 else _OUTSIDE for each in modulus],
            "symbol": ["circle" if each < 1 else "x" for each in modulus],
            "size": 9,
        },
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    reach = 1.12 * max(1.0, float(modulus.max(initial=0.0)))
    axis: dict[str, Any] = {"range": [-reach, reach], "nticks": 7, "zeroline": True, "zerolinewidth": 1}
    axis |= {"constrain": "domain", "showgrid": True}
    layout = base_layout(
        xaxis={**axis, "title": {"text": "real part of 1/root"}},
        yaxis={**axis, "title": {"text": "imaginary part"}, "scaleanchor": "x", "scaleratio": 1},
        annotations=[_verdict(modulus)],
        showlegend=False,
        hovermode="closest",
        margin={"t": 36},
        height=520,
    )
    for name in ("xaxis", "yaxis"):
        layout[name]["zerolinecolor"] = layout[name]["gridcolor"]
    return Drawing([circle, points], headed(layout, title))


def _words(inverse: complex) -> str:
    """Modulus and period of an inverse root."""
    turn = abs(float(np.angle(inverse)))
    period = f"period {2 * np.pi / turn:.4g} steps" if turn > 1e-9 else "no cycle"
    return f"modulus {abs(inverse):.4g}, {period}"


def _verdict(modulus: np.ndarray) -> dict[str, Any]:
    """Return the words that say whether the model is stationary."""
    n, outside = len(modulus), int(np.count_nonzero(modulus >= 1))
    if outside:
        verb = "is" if outside == 1 else "are"
        text = f"not stationary: {outside} of {n} inverse roots {verb} not inside the unit circle"
    else:
        which = "there are no roots" if n == 0 else "the inverse root lies" if n == 1 else f"all {n} inverse roots lie"
        text = f"stationary: {which}" + (" inside the unit circle" if n else "")
    return {
        "x": 0.5,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "bottom",
        "showarrow": False,
        "text": text,
        "font": {"color": INK, "size": 13},
    }
