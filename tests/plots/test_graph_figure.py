import numpy as np
import pandas as pd
import pytest

from forecastkit.frames.edges import sensor_graph
from forecastkit.plots.graph import graph_figure

NAMES = pd.Index(["a<b", "b", "c", "d"])
EDGES = pd.DataFrame(
    {"source": ["a<b", "b", "c", "b"], "target": ["b", "a<b", "b", "c"], "weight": [1.0, 1.0, 0.1, 0.4]}
)
PLACES = pd.DataFrame({"lat": [60.0, 60.1, 60.2, 70.0], "lon": [5.0, 5.1, 5.2, 20.0]}, index=NAMES)


def traces(figure):
    return {trace.name: trace for trace in figure.data if trace.showlegend is not False}


def test_sensors_stand_at_their_longitude_and_latitude():
    sensors = traces(graph_figure(sensor_graph(PLACES, NAMES)))
    assert sensors["sensor"].x == (5.0, 5.1, 5.2)
    assert sensors["sensor"].y == (60.0, 60.1, 60.2)
    assert sensors["without an edge"].x == (20.0,)


def test_a_degree_of_longitude_is_as_short_as_on_the_globe():
    figure = graph_figure(sensor_graph(PLACES, NAMES))
    assert figure.layout.yaxis.scaleratio == pytest.approx(1 / np.cos(np.radians(PLACES["lat"].mean())))
    assert figure.layout.xaxis.title.text == "longitude"


def test_without_coordinates_springs_place_the_sensors_the_same_every_time():
    one, other = (graph_figure(sensor_graph(EDGES, NAMES)) for _ in range(2))
    assert traces(one)["sensor"].x == traces(other)["sensor"].x
    assert one.layout.xaxis.showticklabels is False


def test_both_directions_are_one_line_and_widths_follow_weights():
    edges = [trace for trace in graph_figure(sensor_graph(EDGES, NAMES)).data if trace.name == "edge"]
    assert [len(trace.x) for trace in edges] == [3, 3]
    assert edges[0].line.width < edges[1].line.width
    assert edges[0].x[2] is None


def test_arrows_stand_on_edges_without_an_equal_counterpart_alone():
    graph = sensor_graph(EDGES, NAMES)
    assert len(traces(graph_figure(graph))["direction"].x) == 2  # b → c and c → b differ, a and b do not
    assert "direction" not in traces(graph_figure(sensor_graph(PLACES, NAMES)))


def test_an_arrow_points_to_the_target():
    frame = pd.DataFrame({"source": ["a<b"], "target": ["b"]})
    figure = traces(graph_figure(sensor_graph(frame, NAMES[:2])))
    (x0, x1), (y0, y1) = figure["sensor"].x, figure["sensor"].y
    angle = np.radians(figure["direction"].marker.angle[0])  # clockwise from up
    np.testing.assert_allclose(
        np.hypot(x1 - x0, y1 - y0) * np.array([np.sin(angle), np.cos(angle)]), [x1 - x0, y1 - y0], atol=0.01
    )


def test_counts_are_said_in_words_and_names_are_no_markup():
    figure = graph_figure(sensor_graph(EDGES, NAMES))
    assert figure.layout.annotations[0].text == "4 sensors, 4 edges, 1 without an edge, 2 components"
    sensors = traces(figure)["sensor"]
    assert sensors.text[0] == "a&lt;b"
    assert sensors.customdata[1] == "b: informed by 2, informs 2"


def test_a_graph_without_edges_is_drawn():
    graph = sensor_graph(PLACES.iloc[:1], NAMES[:1])
    assert [trace.name for trace in graph_figure(graph).data] == ["without an edge"]


def test_of_many_edges_the_strongest_are_drawn():
    n = 90
    places = pd.DataFrame({"lat": np.linspace(50, 51, n), "lon": np.linspace(5, 6, n)})
    figure = graph_figure(sensor_graph(places, places.index, kernel_width=1000.0))
    assert figure.layout.annotations[0].text.endswith("the 5,000 strongest edges are drawn")
    assert sum(len(trace.x) for trace in figure.data if trace.name == "edge") <= 3 * 5000
    assert set(figure.data[-1].mode.split("+")) == {"markers"}


def test_title_and_dark_theme():
    figure = graph_figure(sensor_graph(EDGES, NAMES), title="Stations", theme="dark")
    assert figure.layout.title.text == "Stations"
    assert figure.layout.paper_bgcolor != graph_figure(sensor_graph(EDGES, NAMES)).layout.paper_bgcolor
