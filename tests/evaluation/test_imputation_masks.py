import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import InvalidParameterError
from forecastkit.evaluation.imputation import GRIN_SEEDS, block_mask, grin_mask, point_mask, sensor_mask

WHOLE = np.ones((600, 7), dtype=bool)
# made by GRIN's own code, on 600 rows of 7 sensors
BLOCKS = {
    "metr_la": (309, "e1cba33980d164c58ac5595ee06e1bad2f14e025435982eeb5a3f3fd5beeeecd"),
    "pems_bay": (398, "9b18495fdcb14ea1d543cafb3dd44660905b4b51ed2cfb52d56ce0d75429a6fe"),
}
POINTS = {
    "metr_la": (1021, "eaa4b3fcc8760f102819d78cd2e424aac39e90fcb0235d002e254c7142dd0de8"),
    "pems_bay": (993, "3e435d2fc2281f0ce1fe9c7fd8e6af5b99e104012c964805911ad7a1e09facbd"),
}


def digest(mask):
    return int(mask.sum()), hashlib.sha256(np.packbits(mask).tobytes()).hexdigest()


def runs_of(column):
    edges = np.diff(np.concatenate([[0], column.astype(int), [0]]))
    return np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)


@pytest.mark.parametrize("data", GRIN_SEEDS)
def test_grin_masks_are_those_of_grin_bit_for_bit(data):
    assert digest(grin_mask(WHOLE, np.random.default_rng(GRIN_SEEDS[data]))) == BLOCKS[data]
    points = grin_mask(WHOLE, np.random.default_rng(GRIN_SEEDS[data]), fault_probability=0, point_rate=0.25)
    assert digest(points) == POINTS[data]


def test_the_block_mask_of_all_of_metr_la_is_that_of_grin():
    whole = np.ones((34272, 207), dtype=bool)
    expected = "c2201003bd0499a593513cb2e98f98118747d88f984ad018b40d3b5060b8c460"
    assert digest(grin_mask(whole, np.random.default_rng(GRIN_SEEDS["metr_la"]))) == (648272, expected)


def test_faults_of_a_sensor_have_one_length_with_grin_and_many_without():
    whole = np.ones((40_000, 3), dtype=bool)
    sparse = {"fault_probability": 2e-4, "point_rate": 0.0}
    grin = grin_mask(whole, np.random.default_rng(3), **sparse)
    assert all(len(set(runs_of(column)[:-1].tolist())) <= 2 for column in grin.T)
    plain = block_mask(whole, np.random.default_rng(3), **sparse)
    lengths = np.concatenate([runs_of(column) for column in plain.T])
    assert len(set(lengths.tolist())) > 8
    assert lengths.min() >= 12


def test_a_block_begins_and_ends_where_it_was_drawn():
    hidden = block_mask(
        np.ones((5000, 2), dtype=bool),
        np.random.default_rng(0),
        fault_probability=1e-3,
        shortest=3,
        longest=3,
        point_rate=0,
    )
    for column in hidden.T:
        assert set((runs_of(column) % 3).tolist()) <= {0, 1, 2}
        assert runs_of(column).min() == 3 or column[-1]


def test_the_recipe_of_the_reference_results_is_the_point_mask():
    observed = np.random.default_rng(5).random((50, 4)) < 0.8
    expected = (np.random.default_rng(1).random((50, 4)) < 0.25) & observed
    assert (point_mask(observed, 0.25, np.random.default_rng(1)) == expected).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(2, 6), st.floats(0, 1), st.integers(0, 1000))
def test_only_observed_values_are_hidden_and_a_seed_tells_all(n_times, n_sensors, rate, seed):
    observed = np.random.default_rng(seed).random((n_times, n_sensors)) < 0.7
    observed[0] = True
    masks = (
        lambda generator: point_mask(observed, rate, generator),
        lambda generator: block_mask(observed, generator, fault_probability=rate, shortest=1, longest=4),
        lambda generator: grin_mask(observed, generator, fault_probability=rate),
        lambda generator: sensor_mask(observed, rate, generator),
    )
    for mask in masks:
        hidden = mask(np.random.default_rng(seed))
        assert hidden.dtype == bool
        assert hidden.shape == observed.shape
        assert not (hidden & ~observed).any()
        assert (hidden == mask(np.random.default_rng(seed))).all()


def test_hiding_sensors_leaves_one_and_hides_the_others_whole():
    observed = np.ones((5, 4), dtype=bool)
    assert sensor_mask(observed, 1.0, np.random.default_rng(0)).all(axis=0).sum() == 3
    assert sensor_mask(observed, 0.0, np.random.default_rng(0)).all(axis=0).sum() == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda g: point_mask(WHOLE, 25, g),
        lambda g: point_mask(WHOLE, -0.1, g),
        lambda g: block_mask(WHOLE, g, shortest=5, longest=4),
        lambda g: block_mask(WHOLE, g, fault_probability=2),
        lambda g: sensor_mask(WHOLE[:, :1], 0.5, g),
    ],
)
def test_numbers_outside_their_range_are_refused(call):
    with pytest.raises(InvalidParameterError):
        call(np.random.default_rng(0))
