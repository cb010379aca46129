import networkx as nx
import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError, InvalidParameterError
from forecastkit.frames.edges import sensor_graph

NAMES = pd.Index(["north", "south", "east", "west"])


def edges(*rows):
    return pd.DataFrame(rows, columns=["source", "target", "weight"][: len(rows[0])] if rows else ["source", "target"])


def square(matrix, names=NAMES):
    return pd.DataFrame(matrix, index=names, columns=names, dtype=float)


def with_loops():
    return square(np.eye(4))


def network(kind, *rows):
    graph = kind()
    graph.add_weighted_edges_from(rows)
    return graph


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (edges(), "graph is empty.*graph=None learns one"),
        (edges(("north", "south", 0.0)), "graph is empty"),
        (square(np.zeros((4, 4))), "graph is empty"),
        (np.zeros((4, 4)), "graph is empty"),
        (nx.Graph(), "graph is empty"),
        (edges(("north", "sooth")), "has 1 sensor that the data does not have: 'sooth'.*did you mean 'south'"),
        (edges(("a", "b"), ("b", "c")), "has 3 sensors that the data does not have: 'a', 'b', 'c'; allowed: 'north'"),
        (square(np.zeros((4, 4)), list("abcd")).replace(0, 1), "has 4 sensors that the data does not have"),
        (network(nx.Graph, ("north", "soth", 1.0)), "did you mean 'south'"),
        (
            edges(("north", "north"), ("north", "south")),
            r"1 sensor with an edge to itself: 'north'.*graph\['source'\] !=",
        ),
        (with_loops(), "4 sensors with an edge to itself: 'north', .*np.eye"),
        (network(nx.DiGraph, ("north", "north", 1.0)), "with an edge to itself: 'north'.*selfloop_edges"),
        (edges(("north", "south", -1.0)), "1 edge with a weight that is negative, NaN or infinite: 'north' → 'south' "),
        (edges(("north", "south", np.nan)), r"'north' → 'south' \(nan\)"),
        (edges(("north", "south", np.inf)), r"'north' → 'south' \(inf\)"),
        (square(np.where(np.eye(4)[::-1], np.nan, 1)), "negative, NaN or infinite"),
        (edges(("north", "south", "strong")), "weights are not numbers"),
        (edges(("north", "south", 1.0), ("north", "south", 2.0)), "different weights.*'north' to 'south' with 1 and 2"),
        (edges(("north", None)), "1 edge without a name at an end, the first in row 0"),
        (edges(("north", "south")).assign(distance=3.0), "not be used: 'distance'.*exp"),
        (edges(("north", "south")).assign(road="A1"), "not be used: 'road'; drop them"),
        (
            edges(("north", "south")).rename(columns={"source": "From", "target": "To"}),
            "source_col='From', target_col='To'",
        ),
        (edges(("north", "south")).drop(columns="target"), "column 'source', but no 'target'"),
        (square(np.ones((4, 4))).reset_index(), r"graph.set_index\('index'\)"),
        (square(np.ones((4, 4))).reset_index(drop=True), r"graph.set_axis\(graph.columns\)"),
        (
            square(np.ones((4, 4)), ["north", "south", "south", "west"]),
            "Duplicate sensors in the square frame: 'south'",
        ),
        (square(np.ones((4, 4))).astype(str), "not numbers"),
        (np.ones((3, 3)), r"shape \(4, 4\); got shape \(3, 3\)"),
        (pd.concat([edges(("north", "south"))] * 2, axis=1), "Duplicate columns in the edge frame"),
        (nx.MultiDiGraph([("north", "south")] * 2), "MultiDiGraph, with parallel edges"),
        (nx.MultiGraph([("north", "south")]), "MultiGraph, with parallel edges"),
    ],
)
def test_bad_graphs_are_refused_in_words(graph, words):
    with pytest.raises(InvalidFrameError, match=words):
        sensor_graph(graph, NAMES)


def test_a_network_with_weights_on_some_edges_only_is_refused():
    graph = network(nx.Graph, ("north", "south", 1.0))
    graph.add_edge("south", "east")
    with pytest.raises(InvalidFrameError, match="1 edge of 2 without a 'weight'"):
        sensor_graph(graph, NAMES)


def test_numbers_and_text_are_different_names_and_the_error_says_so():
    graph = edges(("1", "2"))
    with pytest.raises(InvalidFrameError, match="compared as text, but are of type str here and int there"):
        sensor_graph(graph, pd.Index([1, 2, 3]))


def test_directions_that_differ_cannot_hold_both_ways():
    graph = edges(("north", "south", 1.0), ("south", "north", 2.0))
    with pytest.raises(InvalidFrameError, match=r"with 1 and 2 \(directions do not count\)"):
        sensor_graph(graph, NAMES, directed=False)


def test_duplicate_sensors_of_the_data_are_refused():
    with pytest.raises(InvalidFrameError, match="Duplicate series names"):
        sensor_graph(edges(("a", "b")), pd.Index(["a", "b", "b"]))


@pytest.mark.parametrize("graph", ["edges.csv", 3, {"a": ["b"]}, [("a", "b")], object()])
def test_other_objects_are_refused_with_the_forms_there_are(graph):
    with pytest.raises(InvalidParameterError, match="graph must be an edge frame"):
        sensor_graph(graph, NAMES)


@pytest.mark.parametrize("name", ["kernel_width", "threshold", "sensor_col"])
def test_settings_of_coordinates_are_refused_for_other_graphs(name):
    with pytest.raises(InvalidParameterError, match=f"{name}=.* is for coordinates"):
        sensor_graph(edges(("north", "south")), NAMES, **{name: 0.5})
