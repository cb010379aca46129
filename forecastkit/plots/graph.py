"""Graph of sensors: where they are, who informs whom, and who stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .drawing import Drawing, base_layout, headed, numbers
from .palette import INK, MUTED, REFERENCE, SERIES, Theme, chart_label, faded

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ..frames.sensor_graph import SensorGraph

_MOST_EDGES = 5_000
_MOST_LABELS = 40
_WIDTHS = (0.6, 1.2, 2.0, 3.0)  # of edges, from the weakest to the strongest quarter of the largest weight
_ARROW = 0.7  # of the way from source to target: clear of the marker of the target


def graph_figure(graph: SensorGraph, *, title: str | None = None, theme: Theme = "light") -> go.Figure:
    """Draw the sensors of a graph and the edges between them.

    Parameters
    ----------
    graph : SensorGraph
        As ``sensor_graph`` makes it.
    title : str or None, default=None
        Title above the figure; a long one is broken into lines.
    theme : {"light", "dark"}, default="light"
        Colours of the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        Sensors at their longitude and latitude, or where springs along the edges pull them. Stronger edges are drawn
        wider; an edge without an equal counterpart has an arrowhead. Sensors without an edge are crosses. The counts
        are said in words, and those of a sensor when it is pointed at.

    Notes
    -----
    Of more than 5,000 edges the strongest are drawn, which is said. Names are written for 40 sensors at most.

    Examples
    --------
    >>> import pandas as pd
    >>> from forecastkit.frames.edges import sensor_graph
    >>> graph = sensor_graph(pd.DataFrame({"source": ["a"], "target": ["b"]}), pd.Index(["a", "b", "c"]))
    >>> [trace.name for trace in graph_figure(graph).data]
    ['edge', 'direction', 'sensor', 'without an edge']
    """
    return draw_graph(graph, title).figure(theme)


def draw_graph(graph: SensorGraph, title: str | None) -> Drawing:
    """Draw a graph of sensors, with the same scale in both directions."""
    x, y, stretch = _places(graph)
    strongest = np.sort(np.argsort(-graph.weight, kind="stable")[:_MOST_EDGES])
    source, target, weight = graph.source[strongest], graph.target[strongest], graph.weight[strongest]
    traces = _edges(x, y, source, target, weight)
    if graph.directed:
        traces.append(_arrows(x, y, stretch, *_one_way(graph, strongest)))
    traces += _sensors(graph, x, y)
    axis: dict[str, Any] = {"constrain": "domain", "showgrid": False, "showline": False, "ticks": ""}
    bare: dict[str, Any] = {**axis, "showticklabels": False}
    layout = base_layout(
        xaxis={**axis, "title": {"text": "longitude"}} if graph.coordinates is not None else bare,
        yaxis={
            **({**axis, "title": {"text": "latitude"}} if graph.coordinates is not None else bare),
            "scaleanchor": "x",
            "scaleratio": stretch,
        },
        annotations=[_counts(graph_words(graph))],
        hovermode="closest",
        margin={"t": 48},
        height=560,
    )
    return Drawing(traces, headed(layout, title))


def graph_words(graph: SensorGraph) -> str:
    """Return what a graph holds, and what its drawing leaves out."""
    left_out = f"; the {_MOST_EDGES:,} strongest edges are drawn" if graph.n_edges > _MOST_EDGES else ""
    return graph.description + left_out


def _places(graph: SensorGraph) -> tuple[np.ndarray, np.ndarray, float]:
    """Place of every sensor, and how much longer a unit of y is than one of x."""
    if graph.coordinates is not None:
        longitude, latitude = (graph.coordinates[name].to_numpy(float) for name in ("longitude", "latitude"))
        middle = np.radians(latitude.mean())
        return longitude, latitude, float(1 / max(np.cos(middle), 0.1))  # a degree of longitude is shorter
    import networkx

    springs = networkx.Graph()
    springs.add_nodes_from(range(graph.n_sensors))
    edges = zip(graph.source.tolist(), graph.target.tolist(), graph.weight.tolist(), strict=True)
    springs.add_weighted_edges_from(edges)
    places = networkx.spring_layout(springs, seed=0)
    x, y = np.array([places[i] for i in range(graph.n_sensors)]).T
    return x, y, 1.0


def _edges(
    x: np.ndarray, y: np.ndarray, source: np.ndarray, target: np.ndarray, weight: np.ndarray
) -> list[dict[str, Any]]:
    """Traces of the edges, one for each width; of both directions between two sensors the stronger one is drawn."""
    order = np.argsort(-weight, kind="stable")
    ends = np.sort(np.stack([source, target], axis=1)[order], axis=1)
    _, first = np.unique(ends, axis=0, return_index=True)
    ends, weight = ends[first], weight[order][first]
    if not len(weight):
        return []
    shares = weight / weight.max()
    groups = np.minimum((shares * len(_WIDTHS)).astype(int), len(_WIDTHS) - 1)
    traces = []
    for group in np.unique(groups):
        pairs = ends[groups == group]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": "edge",
                "legendgroup": "edge",
                "showlegend": not traces,
                "x": numbers(_broken(x[pairs])),
                "y": numbers(_broken(y[pairs])),
                "line": {"width": _WIDTHS[group], "color": faded(REFERENCE, 0.5)},
                "hoverinfo": "skip",
            }
        )
    return traces


def _one_way(graph: SensorGraph, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the drawn edges that have no counterpart of the same weight."""
    forth = graph.source * graph.n_sensors + graph.target  # sorted
    back = (graph.target * graph.n_sensors + graph.source)[drawn]
    found = np.minimum(np.searchsorted(forth, back), len(forth) - 1)
    equal = (forth[found] == back) & (graph.weight[found] == graph.weight[drawn])
    return graph.source[drawn][~equal], graph.target[drawn][~equal]


def _arrows(x: np.ndarray, y: np.ndarray, stretch: float, source: np.ndarray, target: np.ndarray) -> dict[str, Any]:
    """Trace of the arrowheads, turned as the edges look on the screen."""
    dx, dy = x[target] - x[source], y[target] - y[source]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "direction",
        "x": numbers(x[source] + _ARROW * dx),
        "y": numbers(y[source] + _ARROW * dy),
        "marker": {
            "symbol": "triangle-up",
            "size": 7,
            "color": MUTED,
            "angle": np.degrees(np.arctan2(dx, stretch * dy)).round(1).tolist(),
        },
        "hoverinfo": "skip",
    }


def _sensors(graph: SensorGraph, x: np.ndarray, y: np.ndarray) -> list[dict[str, Any]]:
    """Traces of the sensors with and without edges."""
    n = graph.n_sensors
    received, sent = np.bincount(graph.target, minlength=n), np.bincount(graph.source, minlength=n)
    labels = [chart_label(name) for name in graph.sensors]
    words = [f"{labels[i]}: informed by {received[i]}, informs {sent[i]}" for i in range(n)]
    alone = received + sent == 0
    across, along = numbers(x), numbers(y)
    traces = []
    for chosen, name, symbol, color in (
        (~alone, "sensor", "circle", SERIES[0]),
        (alone, "without an edge", "x", SERIES[3]),
    ):
        places = np.flatnonzero(chosen)
        if not len(places):
            continue
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text" if n <= _MOST_LABELS else "markers",
                "name": name,
                "x": [across[i] for i in places],
                "y": [along[i] for i in places],
                "text": [labels[i] for i in places],
                "textposition": "top center",
                "textfont": {"color": INK, "size": 11},
                "customdata": [words[i] for i in places],
                "marker": {"color": color, "symbol": symbol, "size": 9 if n <= 100 else 5},
                "hovertemplate": "%{customdata}<extra></extra>",
            }
        )
    return traces


def _counts(words: str) -> dict[str, Any]:
    """Return the words that say what the graph holds."""
    return {
        "x": 0,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": words,
        "font": {"color": MUTED, "size": 12},
    }


def _broken(ends: np.ndarray) -> np.ndarray:
    """Coordinates of both ends of every edge, (n_edges, 2), in one line with a NaN after each edge."""
    return np.concatenate([ends, np.full((len(ends), 1), np.nan)], axis=1).reshape(-1)
