import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.frames import distances
from forecastkit.frames.distances import EARTH_RADIUS, haversine, kernel_edges, local_width, spread_width

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


@pytest.mark.parametrize(
    ("start", "end", "kilometres"),
    [
        ((53.35, -6.26), (51.90, -8.47), 219),  # Dublin, Cork
        ((48.857, 2.351), (51.507, -0.128), 344),  # Paris, London
        ((40.713, -74.006), (34.052, -118.244), 3936),  # New York, Los Angeles
        ((-33.869, 151.209), (35.677, 139.650), 7826),  # Sydney, Tokyo
    ],
)
def test_known_distances(start, end, kilometres):
    assert haversine(*start, *end) == pytest.approx(kilometres, rel=0.02)


@settings(deadline=None)
@given(latitudes, longitudes, latitudes, longitudes)
def test_distances_are_those_of_the_chord_through_the_globe(phi, lam, other_phi, other_lam):
    points = []
    for latitude, longitude in ((phi, lam), (other_phi, other_lam)):
        a, b = np.radians([latitude, longitude])
        points.append(np.array([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)]))
    chord = min(float(np.linalg.norm(points[0] - points[1])), 2.0)
    expected = 2 * EARTH_RADIUS * np.arcsin(chord / 2)
    distance = haversine(phi, lam, other_phi, other_lam)
    assert distance == pytest.approx(expected, rel=1e-6, abs=1e-3)
    assert distance == haversine(other_phi, other_lam, phi, lam)


def test_a_full_turn_is_no_distance():
    assert haversine(10.0, 350.0, 10.0, -10.0) == pytest.approx(0, abs=1e-6)


def test_blocks_change_nothing(monkeypatch):
    generator = np.random.default_rng(0)
    places = generator.uniform(50, 52, 40), generator.uniform(5, 8, 40)
    whole = [local_width(*places), spread_width(*places), *kernel_edges(*places, 30.0, 0.1)]
    monkeypatch.setattr(distances, "_BLOCK", 130)
    blocks = [local_width(*places), spread_width(*places), *kernel_edges(*places, 30.0, 0.1)]
    for one, other in zip(whole, blocks, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_a_single_place_has_a_width():
    assert local_width(np.array([50.0]), np.array([5.0])) == spread_width(np.array([50.0]), np.array([5.0])) == 1.0


def test_of_few_sensors_one_far_away_does_not_set_the_width():
    longitude = np.array([0.0, 1.0, 2.0, 60.0])
    assert local_width(np.zeros(4), longitude) < 3 * haversine(0, 0, 0, 1)


def test_the_local_width_is_the_distance_to_the_fifth_nearest():
    longitude = np.arange(21.0)
    width = local_width(np.zeros(21), longitude)
    assert width == pytest.approx(3 * haversine(0, 0, 0, 1), rel=1e-9)  # two on each side, then the third
