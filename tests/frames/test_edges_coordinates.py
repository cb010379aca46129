import numpy as np
import pandas as pd
import pytest

from forecastkit.errors import InvalidFrameError, InvalidParameterError
from forecastkit.frames.distances import haversine
from forecastkit.frames.edges import sensor_graph

PLACES = pd.DataFrame(
    {"latitude": [53.35, 51.90, 53.27, 52.66], "longitude": [-6.26, -8.47, -9.05, -8.63]},
    index=["Dublin", "Cork", "Galway", "Limerick"],
)
NAMES = PLACES.index


def test_weights_are_the_kernel_of_the_distances_above_the_threshold():
    graph = sensor_graph(PLACES, NAMES, kernel_width=120.0, threshold=0.2)
    latitude, longitude = PLACES["latitude"].to_numpy(), PLACES["longitude"].to_numpy()
    distance = haversine(latitude[:, None], longitude[:, None], latitude, longitude)
    kernel = np.exp(-((distance / 120) ** 2)) * (1 - np.eye(4))
    np.testing.assert_allclose(graph.weights, np.where(kernel >= 0.2, kernel, 0), rtol=1e-12)
    assert not graph.directed
    assert graph.kernel_width == 120.0


@pytest.mark.parametrize(("lat", "lon"), [("lat", "lon"), ("LAT", "Lng"), ("Latitude", "LONGITUDE"), ("lat", "long")])
def test_columns_are_found_whatever_their_case(lat, lon):
    frame = PLACES.set_axis([lat, lon], axis=1)
    assert np.array_equal(sensor_graph(frame, NAMES).weights, sensor_graph(PLACES, NAMES).weights)


def test_order_of_rows_and_other_columns_do_not_matter():
    shuffled = PLACES.iloc[[2, 0, 3, 1]].assign(height=1.0).rename_axis("town").reset_index()
    graph = sensor_graph(shuffled, NAMES)
    assert np.array_equal(graph.weights, sensor_graph(PLACES, NAMES).weights)
    pd.testing.assert_frame_equal(graph.coordinates, PLACES)


def test_places_that_are_no_sensor_are_ignored_and_counted():
    graph = sensor_graph(PLACES, NAMES[:3])
    assert graph.n_ignored == 1
    assert graph.description.endswith("1 place not in the data ignored")
    assert graph.n_sensors == 3


def test_sensors_without_coordinates_are_named():
    with pytest.raises(InvalidFrameError, match=r"1 sensor without coordinates: 'Gallway'.*did you mean 'Galway'"):
        sensor_graph(PLACES, pd.Index(["Dublin", "Gallway"]))


def test_the_column_of_names_can_be_said_and_must_be_where_two_would_do():
    frame = pd.DataFrame({"lat": [50.0, 51.0], "lon": [5.0, 6.0], "one": [0, 1], "two": [1, 0]})
    with pytest.raises(InvalidFrameError, match=r"the index and in column 'one' and in column 'two'.*sensor_col="):
        sensor_graph(frame, pd.Index([0, 1]))
    graph = sensor_graph(frame, pd.Index([0, 1]), sensor_col="two")
    assert graph.coordinates["latitude"].tolist() == [51.0, 50.0]
    with pytest.raises(InvalidParameterError, match="sensor_col='three' is no column"):
        sensor_graph(frame, pd.Index([0, 1]), sensor_col="three")


def test_two_sensors_at_one_place_have_full_weight():
    frame = pd.concat([PLACES, PLACES.iloc[:1].set_axis(["Dublin 2"])])
    graph = sensor_graph(frame, frame.index)
    assert graph.to_square().loc["Dublin", "Dublin 2"] == 1.0


def test_all_sensors_at_one_place_are_all_joined():
    frame = pd.DataFrame({"lat": 50.0, "lon": 5.0}, index=list("abc"))
    for width in (None, "spread"):
        graph = sensor_graph(frame, frame.index, kernel_width=width)
        assert np.array_equal(graph.weights, 1 - np.eye(3))


def test_the_spread_is_the_standard_deviation_of_the_distances_of_all_pairs():
    latitude, longitude = PLACES["latitude"].to_numpy(), PLACES["longitude"].to_numpy()
    u, v = np.triu_indices(4, 1)
    distance = haversine(latitude[u], longitude[u], latitude[v], longitude[v])
    assert sensor_graph(PLACES, NAMES, kernel_width="spread").kernel_width == pytest.approx(distance.std(), rel=1e-9)


def test_clusters_far_apart_keep_their_inner_structure():
    generator = np.random.default_rng(0)
    near = generator.uniform(0, 0.2, (2, 30, 2))
    frame = pd.DataFrame(np.concatenate([near[0] + 50, near[1] + 20]), columns=["lat", "lon"])
    graph = sensor_graph(frame, frame.index)
    inside = np.kron(np.eye(2), np.ones((30, 30))).astype(bool)
    assert not graph.weights[~inside].any()
    assert 4 < graph.n_edges / 60 < 20
    assert graph.n_components == 2


def test_the_mean_number_of_neighbours_does_not_grow_with_the_network():
    generator = np.random.default_rng(0)
    for n in (50, 800):
        frame = pd.DataFrame({"lat": generator.uniform(50, 52, n), "lon": generator.uniform(5, 8, n)})
        assert 7 < sensor_graph(frame, frame.index).n_edges / n < 13


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"latitude": PLACES["longitude"] - 85, "longitude": PLACES["latitude"]},
            "Latitude and longitude look swapped",
        ),
        (
            {"latitude": [95.0, 51.9, 53.3, 52.7]},
            "Coordinates out of range: sensor 'Dublin' has latitude 95 .*1 sensor in",
        ),
        ({"latitude": [5.9e6, 5.8e6, 5.9e6, 5.8e6]}, "out of range.*metres"),
        ({"longitude": [-6.0, 400.0, -9.0, -8.6]}, "out of range: sensor 'Cork'"),
        ({"latitude": [np.nan, 51.9, 53.3, 52.7]}, "1 sensor with missing or infinite coordinates: 'Dublin'"),
        ({"longitude": [np.inf, -8.5, -9.0, -8.6]}, "missing or infinite"),
        ({"latitude": ["53°N", "51°N", "53°N", "52°N"]}, "Column 'latitude' of the coordinates is not numeric"),
        ({"lat": 1.0}, "2 columns for the latitude"),
    ],
)
def test_bad_coordinates_are_refused_in_words(change, words):
    with pytest.raises(InvalidFrameError, match=words):
        sensor_graph(PLACES.assign(**change), NAMES)


def test_bad_coordinates_of_ignored_places_do_no_harm():
    frame = pd.concat([PLACES, pd.DataFrame({"latitude": [np.nan], "longitude": [999.0]}, index=["lost"])])
    assert sensor_graph(frame, NAMES).n_ignored == 1


def test_a_sensor_with_two_rows_is_refused():
    with pytest.raises(InvalidFrameError, match="1 sensor with more than one row of coordinates: 'Cork'"):
        sensor_graph(pd.concat([PLACES, PLACES.loc[["Cork"]]]), NAMES)


def test_sensors_too_far_from_each_other_are_an_empty_graph():
    with pytest.raises(InvalidFrameError, match=r"graph is empty: no two of 4 sensors.*wider kernel_width"):
        sensor_graph(PLACES, NAMES, kernel_width=5.0)


@pytest.mark.parametrize("width", [0, -1.0, np.nan, np.inf, "wide", True])
def test_widths_out_of_range_are_refused(width):
    with pytest.raises(InvalidParameterError, match="'kernel_width' must be"):
        sensor_graph(PLACES, NAMES, kernel_width=width)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, np.nan, "low"])
def test_thresholds_out_of_range_are_refused(threshold):
    with pytest.raises(InvalidParameterError, match="'threshold' must be"):
        sensor_graph(PLACES, NAMES, threshold=threshold)
