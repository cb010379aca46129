import subprocess
import sys

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import InvalidFrameError
from forecastkit.frames.edges import sensor_graph

NAMES = pd.Index(list("abcdefgh"))
EDGES = pd.DataFrame({"source": list("abca"), "target": list("bcab"), "weight": [1.0, 2.0, 0.5, 1.0]})

pairs = st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1])
edge_lists = st.dictionaries(pairs, st.floats(1e-3, 1e3), min_size=1, max_size=20)


def frame_of(edges):
    ends = np.array(list(edges)).reshape(-1, 2)
    return pd.DataFrame({"source": NAMES[ends[:, 0]], "target": NAMES[ends[:, 1]], "weight": list(edges.values())})


def matrix_of(edges):
    matrix = np.zeros((8, 8))
    for (u, v), weight in edges.items():
        matrix[u, v] = weight
    return matrix


@settings(max_examples=40, deadline=None)
@given(edge_lists, st.randoms())
def test_weights_are_those_given_whatever_the_order_of_rows(edges, random):
    frame = frame_of(edges)
    order = random.sample(range(len(frame)), len(frame))
    graph = sensor_graph(frame.iloc[order], NAMES)
    assert np.array_equal(graph.weights, matrix_of(edges))
    assert graph.n_edges == len(edges)


@settings(max_examples=40, deadline=None)
@given(edge_lists, st.permutations(range(8)))
def test_permuting_the_columns_of_the_data_permutes_the_graph(edges, order):
    graph = sensor_graph(frame_of(edges), NAMES[order])
    assert np.array_equal(graph.weights, matrix_of(edges)[np.ix_(order, order)])


@settings(max_examples=40, deadline=None)
@given(edge_lists)
def test_all_forms_give_the_same_graph(edges):
    graph = sensor_graph(frame_of(edges), NAMES)
    network = nx.from_pandas_edgelist(graph.to_frame(), edge_attr="weight", create_using=nx.DiGraph)
    for form in (graph.to_frame(), graph.to_square(), graph.to_square().iloc[::-1], graph.weights, network, graph):
        other = sensor_graph(form, NAMES)
        assert np.array_equal(other.weights, graph.weights)
        assert other.description == graph.description


@settings(max_examples=40, deadline=None)
@given(edge_lists)
def test_components_isolated_sensors_and_direction_are_those_of_networkx(edges):
    graph = sensor_graph(frame_of(edges), NAMES)
    network = nx.from_numpy_array(matrix_of(edges), create_using=nx.DiGraph)
    assert graph.n_components == nx.number_weakly_connected_components(network)
    assert list(graph.isolated) == [NAMES[i] for i in nx.isolates(network)]
    assert graph.directed == any(edges.get((v, u)) != weight for (u, v), weight in edges.items())


def test_without_a_graph_there_is_none():
    assert sensor_graph(None, NAMES) is None


def test_an_undirected_network_holds_both_ways():
    network = nx.Graph()
    network.add_edge("a", "b", weight=3.0)
    network.add_node("c")
    graph = sensor_graph(network, NAMES[:3])
    assert graph.weights.tolist() == [[0, 3, 0], [3, 0, 0], [0, 0, 0]]
    assert (graph.kind, graph.directed, list(graph.isolated)) == ("networkx", False, ["c"])


def test_a_network_without_weights_has_unit_weights_and_another_attribute_can_be_named():
    network = nx.path_graph(["a", "b", "c"], create_using=nx.DiGraph)
    nx.set_edge_attributes(network, 0.25, "strength")
    assert sensor_graph(network, NAMES).weight.tolist() == [1.0, 1.0]
    assert sensor_graph(network, NAMES, weight_col="strength").weight.tolist() == [0.25, 0.25]


def test_edges_can_be_declared_to_hold_both_ways():
    graph = sensor_graph(EDGES, NAMES[:3], directed=False)
    assert not graph.directed
    assert graph.n_edges == 6


def test_equal_edges_given_twice_are_one_and_zero_weights_none():
    extra = pd.DataFrame({"source": ["c"], "target": ["d"], "weight": [0.0]})
    graph = sensor_graph(pd.concat([EDGES, extra]), NAMES[:4])
    assert graph.description == "4 sensors, 3 edges, 1 without an edge, 2 components"


def test_columns_can_have_other_names_and_weights_may_be_absent():
    frame = EDGES.rename(columns={"source": "from", "target": "to"}).drop(columns="weight")
    graph = sensor_graph(frame, NAMES, source_col="from", target_col="to")
    assert set(graph.weight) == {1.0}


def test_numbers_as_names():
    graph = sensor_graph(pd.DataFrame({"source": [10], "target": [20]}), pd.RangeIndex(10, 40, 10))
    assert graph.weights[0, 1] == 1.0


def test_nullable_columns_and_categories_are_read():
    frame = EDGES.astype({"source": "category", "target": "string", "weight": "Float64"})
    assert np.array_equal(sensor_graph(frame, NAMES).weights, sensor_graph(EDGES, NAMES).weights)


def test_a_single_sensor_with_coordinates_has_a_graph_without_edges():
    graph = sensor_graph(pd.DataFrame({"lat": [50.0], "lon": [5.0]}, index=["a"]), NAMES[:1])
    assert (graph.n_edges, graph.n_isolated, graph.weights.tolist()) == (0, 1, [[0.0]])


def test_the_input_is_not_changed():
    before = EDGES.copy()
    sensor_graph(EDGES, NAMES, directed=False)
    pd.testing.assert_frame_equal(EDGES, before)


def test_a_graph_is_kept_for_its_own_sensors_and_refused_for_others():
    graph = sensor_graph(EDGES, NAMES)
    assert sensor_graph(graph, NAMES) is graph
    with pytest.raises(InvalidFrameError, match="make it anew"):
        sensor_graph(graph, NAMES[::-1])


def test_neither_networkx_nor_torch_is_imported():
    code = (
        "import sys, pandas as pd; from forecastkit.frames.edges import sensor_graph;"
        "sensor_graph(pd.DataFrame({'source': ['a'], 'target': ['b']}), pd.Index(['a', 'b']));"
        "print([name for name in ('networkx', 'torch', 'torch_geometric') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
