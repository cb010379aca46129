"""Graphs of sensors from what people have: edges, a square frame or array, coordinates, or a networkx graph."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, InvalidParameterError
from .coordinates import coordinate_columns, read_coordinates
from .distances import kernel_edges, local_width, spread_width
from .edge_list import NamedEdges, edges_of_frame, edges_of_networkx, edges_of_square, numbered
from .sensor_graph import SensorGraph
from .value_checks import check_ids
from .wording import shown

_THRESHOLD = 0.1
_FORMS = (
    "an edge frame (columns source, target and optionally weight), a square frame (sensors as index and columns), a "
    "frame with latitude and longitude, a square array, a networkx graph, or None to learn it from the data"
)
_OTHER_NAMES = (("from", "to"), ("src", "dst"), ("origin", "destination"), ("u", "v"), ("start", "end"))


def sensor_graph(
    graph: Any,
    sensors: pd.Index,
    *,
    directed: bool = True,
    kernel_width: float | str | None = None,
    threshold: float | None = None,
    source_col: str = "source",
    target_col: str = "target",
    weight_col: str = "weight",
    sensor_col: str | None = None,
) -> SensorGraph | None:
    """Check a graph of sensors in any of its forms, and match its names to the columns of the data.

    Parameters
    ----------
    graph : DataFrame, ndarray, networkx graph, SensorGraph or None
        *Edges*: a frame with columns source, target and optionally weight (else 1); the source informs the target.
        *Square*: a frame whose index and columns are sensors, or an array in the order of ``sensors``; row u, column
        v is the weight of u → v, 0 says that there is no edge.
        *Coordinates*: a frame with columns latitude and longitude (or lat, lon) in degrees, the names of the sensors
        in its index or in a column.
        *networkx*: a Graph or DiGraph, with the weights in the edge attribute called ``weight_col`` (else 1).
        None means that there is no graph, and gives None.
    sensors : pandas.Index
        Names of the sensors, the columns of the data. Names are matched exactly: 1 is not "1".
    directed : bool, default=True
        False lets every edge hold both ways. Coordinates and an undirected networkx graph do so always.
    kernel_width : float, "spread" or None, default=None
        Only for coordinates: width s in km of the weights exp(−d²/s²) of distances d. None takes the median distance to
        the fifth nearest sensor, which suits clusters and networks of any size; "spread" the standard deviation of all
        distances, usual in the field for small networks.
    threshold : float or None, default=None
        Only for coordinates: least weight of an edge, in [0, 1]; None is 0.1, a reach of 1.52 widths.
    source_col, target_col, weight_col : str, default="source", "target", "weight"
        Column names of an edge frame.
    sensor_col : str or None, default=None
        Column of the names in a frame of coordinates; None takes the index or the one column that has them all.

    Returns
    -------
    SensorGraph or None
        Sensors without an edge are kept and counted. Places with coordinates that are no sensor of the data are
        ignored and counted: lists of stations are often longer than the data.

    Raises
    ------
    InvalidFrameError
        The graph is empty or names sensors that the data lacks (the nearest name is given); an edge leads from a
        sensor to itself; a weight is negative, NaN or infinite; an edge occurs twice with different weights; a name
        occurs twice; coordinates are missing, out of range or swapped; a sensor of the data has no coordinates.
    InvalidParameterError
        The object is none of these forms, or a parameter is outside its range or of no use for this form.

    Notes
    -----
    O(edges log edges); O(n²) operations for n coordinates, in bounded memory. networkx is never imported here.

    Examples
    --------
    >>> edges = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]})
    >>> sensor_graph(edges, pd.Index(["a", "b", "c", "d"])).description
    '4 sensors, 2 edges, 1 without an edge, 2 components'
    >>> places = pd.DataFrame({"lat": [53.35, 51.90], "lon": [-6.26, -8.47]}, index=["Dublin", "Cork"])
    >>> sensor_graph(places, places.index, kernel_width=200).to_frame().round(2)
       source  target  weight
    0  Dublin    Cork     0.3
    1    Cork  Dublin     0.3
    """
    if graph is None:
        return None
    check_ids(sensors)
    if isinstance(graph, SensorGraph):
        if graph.sensors.equals(sensors):
            return graph
        raise InvalidFrameError(f"The graph is of {shown(graph.sensors)}, the data of {shown(sensors)}: make it anew.")
    columns = _coordinates_of(graph, source_col, target_col)
    if columns is not None:
        return _from_coordinates(graph, columns, sensors, kernel_width, threshold, sensor_col)
    useless = {"kernel_width": kernel_width, "threshold": threshold, "sensor_col": sensor_col}
    for name, value in useless.items():
        if value is not None:
            raise InvalidParameterError(
                f"{name}={value!r} is for coordinates, but graph has no columns latitude and longitude."
            )
    kind, edges, both_ways = _named_edges(graph, sensors, source_col, target_col, weight_col)
    return SensorGraph(sensors, *numbered(edges, sensors, both_ways=both_ways or not directed), kind=kind)


def _coordinates_of(graph: object, source_col: str, target_col: str) -> tuple[object, object] | None:
    """Columns of latitude and longitude, or None if the graph comes in another form."""
    if not isinstance(graph, pd.DataFrame) or {source_col, target_col} <= set(graph.columns):
        return None
    return coordinate_columns(graph)


def _named_edges(
    graph: object, sensors: pd.Index, source_col: str, target_col: str, weight_col: str
) -> tuple[str, NamedEdges, bool]:
    """Kind of the graph, its edges, and whether each holds both ways."""
    if isinstance(graph, pd.DataFrame):
        if source_col in graph.columns and target_col in graph.columns:
            return "edges", edges_of_frame(graph, source_col, target_col, weight_col), False
        if graph.shape[0] == graph.shape[1] and set(graph.index) == set(graph.columns):
            return "square", edges_of_square(graph), False
        raise _frame_error(graph, source_col, target_col)
    if isinstance(graph, np.ndarray):
        if graph.shape != (len(sensors), len(sensors)) or graph.dtype.kind not in "biuf":
            raise InvalidFrameError(
                f"An array as graph must hold the weights of the {len(sensors)} sensors with themselves, shape "
                f"({len(sensors)}, {len(sensors)}); got shape {graph.shape} of {graph.dtype}."
            )
        return "square", edges_of_square(pd.DataFrame(graph, index=sensors, columns=sensors)), False
    if any(base.__module__.partition(".")[0] == "networkx" for base in type(graph).__mro__):
        edges, directed = edges_of_networkx(graph, sensors, weight_col)
        return "networkx", edges, not directed
    raise InvalidParameterError(f"graph must be {_FORMS}; got {type(graph).__name__}.")


def _from_coordinates(
    frame: pd.DataFrame,
    columns: tuple[object, object],
    sensors: pd.Index,
    kernel_width: float | str | None,
    threshold: float | None,
    sensor_col: str | None,
) -> SensorGraph:
    """Graph of the sensors that are near each other."""
    least = _THRESHOLD if threshold is None else threshold
    if isinstance(least, bool) or not isinstance(least, Real) or not 0 <= least <= 1:
        raise InvalidParameterError(f"'threshold' must be a number between 0 and 1, got {threshold!r}")
    if kernel_width is not None and kernel_width != "spread":
        number = isinstance(kernel_width, Real) and not isinstance(kernel_width, bool)
        if not number or not 0 < float(kernel_width) < np.inf:
            raise InvalidParameterError(
                f"'kernel_width' must be a number of kilometres above 0, 'spread' or None, got {kernel_width!r}"
            )
    coordinates, n_ignored = read_coordinates(frame, columns, sensors, sensor_col)
    latitude, longitude = (coordinates[name].to_numpy() for name in ("latitude", "longitude"))
    if kernel_width is None:
        width = local_width(latitude, longitude)
    else:
        width = spread_width(latitude, longitude) if kernel_width == "spread" else float(kernel_width)
    source, target, weight = kernel_edges(latitude, longitude, width, float(least))
    if not len(weight) and len(sensors) > 1:
        raise InvalidFrameError(
            f"The graph is empty: no two of {len(sensors)} sensors are near enough for a weight of {least:g} with a "
            f"kernel of {width:.4g} km; take a wider kernel_width or a lower threshold."
        )
    return SensorGraph(sensors, source, target, weight, "coordinates", coordinates, width, n_ignored)


def _frame_error(graph: pd.DataFrame, source_col: str, target_col: str) -> InvalidFrameError:
    """Error for a frame in none of the forms, with a hint at the one that is probably meant."""
    lower = {str(name).lower(): name for name in graph.columns}
    hint = ""
    for first, second in _OTHER_NAMES:
        if first in lower and second in lower:
            hint = f" Name the ends of an edge with source_col={lower[first]!r}, target_col={lower[second]!r}."
    if one := [name for name in (source_col, target_col) if name in graph.columns]:
        hint = f" It has a column {one[0]!r}, but no {({source_col, target_col} - set(one)).pop()!r}."
    elif len(graph) and graph.shape[0] == graph.shape[1] - 1 and set(graph.iloc[:, 0]) == set(graph.columns[1:]):
        hint = f" Its first column holds the names: graph.set_index({graph.columns[0]!r})."
    elif graph.shape[0] == graph.shape[1] and isinstance(graph.index, pd.RangeIndex):
        hint = " If its rows come in the order of its columns: graph.set_axis(graph.columns)."
    return InvalidFrameError(
        f"graph must be {_FORMS}; got a frame of {graph.shape[0]} rows with the columns "
        f"{shown(list(graph.columns), 6)}.{hint}"
    )
