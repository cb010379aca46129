"""Edges by the names of their ends, checked and numbered by the sensors of the data."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .sensor_names import sensor_numbers, unknown_sensors_error
from .wording import count_of, listed, shown, word

_DISTANCES = ("distance", "dist", "cost", "length", "km", "m")


class NamedEdges(NamedTuple):
    """Edges as they were given.

    Parameters
    ----------
    source, target : pandas.Index, length n_edges
        Names of the ends.
    weight : ndarray of float64, shape (n_edges,)
    without_loops : str
        How to drop edges from a sensor to itself.
    """

    source: pd.Index
    target: pd.Index
    weight: np.ndarray
    without_loops: str


def edges_of_frame(frame: pd.DataFrame, source_col: str, target_col: str, weight_col: str) -> NamedEdges:
    """Edges of a frame with a row each.

    Parameters
    ----------
    frame : DataFrame
    source_col, target_col, weight_col : str
        Names of its columns; without weights all are 1.

    Returns
    -------
    NamedEdges

    Raises
    ------
    InvalidFrameError
        There are other columns, two of the same name, ends without a name or weights that are no numbers.
    """
    used = [source_col, target_col, weight_col]
    if not frame.columns.is_unique:
        double = list(frame.columns[frame.columns.duplicated()])
        raise InvalidFrameError(f"Duplicate columns in the edge frame: {shown(double)}; rename or drop them.")
    if extra := [name for name in frame.columns if name not in used]:
        hint = f"drop them, or name the column of the weights with weight_col= (now {weight_col!r})"
        if any(str(name).lower() in _DISTANCES for name in extra):
            hint = "weights are high where sensors are near: turn distances d into them, as np.exp(-((d / width) ** 2))"
        raise InvalidFrameError(f"Columns of the edge frame that would not be used: {shown(extra)}; {hint}.")
    ends = [pd.Index(frame[name], tupleize_cols=False) for name in (source_col, target_col)]
    if (absent := ends[0].isna() | ends[1].isna()).any():
        raise InvalidFrameError(
            f"{count_of(int(absent.sum()), 'edge')} without a name at an end, the first in row "
            f"{int(np.flatnonzero(absent)[0])}; drop them: graph.dropna(subset=[{source_col!r}, {target_col!r}])."
        )
    weight = np.ones(len(frame))
    if weight_col in frame.columns:
        weight = _weights(cast(pd.Series, frame[weight_col]))
    return NamedEdges(ends[0], ends[1], weight, f"graph[graph[{source_col!r}] != graph[{target_col!r}]]")


def edges_of_square(frame: pd.DataFrame) -> NamedEdges:
    """Edges of a frame whose index and columns hold the same names, from row to column.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    NamedEdges

    Raises
    ------
    InvalidFrameError
        A name occurs twice, or a weight is no number.
    """
    if not (frame.columns.is_unique and frame.index.is_unique):
        double = list(frame.columns[frame.columns.duplicated()].union(frame.index[frame.index.duplicated()]))
        raise InvalidFrameError(f"Duplicate sensors in the square frame: {shown(double)}; keep one of each.")
    for dtype in frame.dtypes.unique():
        if not pd.api.types.is_numeric_dtype(dtype):
            raise InvalidFrameError(f"The square frame holds {dtype}, not numbers; give weights, 0 for no edge.")
    matrix = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    source, target = np.nonzero(matrix)  # NaN is not zero: it is refused with the name of its edge
    diagonal = "set the diagonal to 0: graph * (1 - np.eye(len(graph)))"
    return NamedEdges(frame.index[source], frame.columns[target], matrix[source, target], diagonal)


def edges_of_networkx(graph: Any, sensors: pd.Index, weight_col: str) -> tuple[NamedEdges, bool]:
    """Edges of a networkx graph, and whether they are directed.

    Parameters
    ----------
    graph : networkx.Graph or DiGraph
    sensors : pandas.Index
        Names of the sensors of the data.
    weight_col : str
        Edge attribute of the weights; without it all are 1.

    Returns
    -------
    edges : NamedEdges
    directed : bool

    Raises
    ------
    InvalidFrameError
        The graph has parallel edges or nodes that the data lacks, or some weights are missing or no numbers.
    """
    if graph.is_multigraph():
        raise InvalidFrameError(
            f"The graph is a {type(graph).__name__}, with parallel edges; keep one of each or add up their weights: "
            "networkx.DiGraph or networkx.Graph of it keeps one."
        )
    nodes = pd.Index(list(graph.nodes), dtype=object, tupleize_cols=False)
    _check_known(nodes, sensors)
    edges = list(graph.edges(data=weight_col))
    without = [edge for edge in edges if edge[2] is None]
    if without and len(without) < len(edges):
        raise InvalidFrameError(
            f"{count_of(len(without), 'edge')} of {len(edges)} without a {weight_col!r}, the first from "
            f"{word(without[0][0])} to {word(without[0][1])}; give all of them one, or none."
        )
    weight = np.ones(len(edges)) if without else _weights(pd.Series([edge[2] for edge in edges]))
    source, target = (pd.Index([edge[i] for edge in edges], dtype=object, tupleize_cols=False) for i in (0, 1))
    loops = "graph.remove_edges_from(networkx.selfloop_edges(graph))"
    return NamedEdges(source, target, weight, loops), graph.is_directed()


def numbered(edges: NamedEdges, sensors: pd.Index, *, both_ways: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Check edges and number their ends by the sensors of the data.

    Parameters
    ----------
    edges : NamedEdges
    sensors : pandas.Index
        Names of the sensors of the data.
    both_ways : bool
        Let every edge hold in both directions.

    Returns
    -------
    source, target : ndarray of int64, shape (n_edges,)
        Sorted; edges of weight 0 are dropped, and equal ones that were given twice are one.
    weight : ndarray of float64, shape (n_edges,)

    Raises
    ------
    InvalidFrameError
        There is no edge, an end is no sensor of the data, an edge leads from a sensor to itself, a weight is negative,
        NaN or infinite, or an edge occurs twice with different weights.
    """
    _check_known(edges.source.append(edges.target), sensors)
    source, target = (sensor_numbers(ends, sensors) for ends in (edges.source, edges.target))
    weight = edges.weight
    wrong = ~((weight >= 0) & np.isfinite(weight))
    if wrong.any():
        raise InvalidFrameError(
            f"{count_of(int(wrong.sum()), 'edge')} with a weight that is negative, NaN or infinite: "
            f"{_shown(edges, wrong)}; weights say how strongly one sensor informs another, 0 is no edge."
        )
    loops = (source == target) & (weight > 0)
    if loops.any():
        names = sensors[np.unique(source[loops])]
        raise InvalidFrameError(
            f"{count_of(len(names), 'sensor')} with an edge to itself: {shown(list(names))}; a sensor knows itself "
            f"already: {edges.without_loops}."
        )
    kept = weight > 0
    source, target, weight = source[kept], target[kept], weight[kept]
    if not len(weight):
        raise InvalidFrameError("The graph is empty: it has no edge of a weight above 0; graph=None learns one.")
    if both_ways:
        source, target, weight = np.r_[source, target], np.r_[target, source], np.r_[weight, weight]
    order = np.lexsort((weight, target, source))
    source, target, weight = source[order], target[order], weight[order]
    again = np.r_[False, (np.diff(source) == 0) & (np.diff(target) == 0)]
    if (differ := again & np.r_[False, np.diff(weight) != 0]).any():
        i = int(np.flatnonzero(differ)[0])
        raise InvalidFrameError(
            f"{count_of(int(differ.sum()), 'edge')} given more than once with different weights, the first from "
            f"{word(sensors[source[i]])} to {word(sensors[target[i]])} with {weight[i - 1]:g} and {weight[i]:g}"
            f"{' (directions do not count)' if both_ways else ''}; keep one of each."
        )
    return source[~again].astype(np.int64), target[~again].astype(np.int64), weight[~again]


def _check_known(names: pd.Index, sensors: pd.Index) -> None:
    """Refuse names that the data lacks."""
    unknown = names[sensor_numbers(names, sensors) < 0]
    if len(unknown):
        remedy = "Drop them from the graph, or correct the names"
        raise unknown_sensors_error(unknown, sensors, "The graph has", "that the data does not have", remedy)


def _weights(column: pd.Series) -> np.ndarray:
    """Weights as float64, or an error if they are no numbers."""
    if column.empty:
        return np.zeros(0)
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_complex_dtype(column.dtype):
        raise InvalidFrameError(f"The weights are not numbers ({word(column.iloc[0])}, ...): pd.to_numeric(weights).")
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _shown(edges: NamedEdges, chosen: np.ndarray) -> str:
    """Return the first few of the chosen edges in words."""
    places = np.flatnonzero(chosen)
    texts = [f"{word(edges.source[i])} → {word(edges.target[i])} ({edges.weight[i]:g})" for i in places[:3]]
    return listed(texts, len(places))
