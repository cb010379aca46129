import sys

import numpy as np
import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian.space_time.correlation_graph import correlation_graph

MODULE = sys.modules[correlation_graph.__module__]


def chain(n_times=2000, n_sensors=6, seed=0):
    """Noise in which each sensor shares a half with the next one, and with no other."""
    noise = np.random.default_rng(seed).normal(size=(n_times, n_sensors + 1))
    return noise[:, 1:] + noise[:, :-1]


def hidden(values, share, seed=1):
    return np.where(np.random.default_rng(seed).random(values.shape) < share, np.nan, values)


def test_without_shrinkage_weights_are_the_correlations_over_joint_observations():
    values = hidden(chain(300), 0.5)
    weights = correlation_graph(values, n_neighbours=5, confidence=0.0)
    for u in range(6):
        for v in range(6):
            both = ~np.isnan(values[:, u] + values[:, v])
            expected = 0.0 if u == v else abs(np.corrcoef(values[both, u], values[both, v])[0, 1])
            assert weights[u, v] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_half_missing_the_edges_of_a_chain_are_found_and_no_other():
    weights = correlation_graph(hidden(chain(), 0.5), confidence=0.999)
    near = np.eye(6, k=1) + np.eye(6, k=-1)
    assert np.array_equal(weights > 0, near > 0)
    assert (weights[near > 0] < 0.5).all()  # shrunk from the true correlation


def test_fewer_joint_observations_weigh_less():
    full = correlation_graph(chain())[0, 1]
    assert correlation_graph(hidden(chain(), 0.8))[0, 1] < correlation_graph(hidden(chain(), 0.4))[0, 1] < full


def test_smooth_series_without_a_common_cause_are_rarely_joined():
    steps = np.random.default_rng(0).normal(size=(1000, 30))
    values = np.empty_like(steps)
    values[0] = steps[0]
    for t in range(1, len(steps)):
        values[t] = 0.95 * values[t - 1] + steps[t]
    share = np.count_nonzero(correlation_graph(values, n_neighbours=29)) / (30 * 29)
    assert share < 0.12  # 5 % at the chosen confidence; without the loss of independence it were most of them


def test_a_lead_is_found_by_its_lag_and_in_its_direction():
    noise = np.random.default_rng(0).normal(size=(1001, 3))
    values = np.column_stack([noise[1:, 0], noise[:-1, 0] + 0.3 * noise[1:, 1], noise[1:, 2]])
    assert not correlation_graph(values, confidence=0.999).any()
    weights = correlation_graph(values, confidence=0.999, max_lag=1, symmetric=False)
    assert np.argwhere(weights).tolist() == [[0, 1]]
    both = correlation_graph(values, confidence=0.999, max_lag=1)
    assert np.argwhere(both).tolist() == [[0, 1], [1, 0]]


def test_opposite_sensors_are_neighbours_unless_only_positive_ones_are():
    values = chain(n_sensors=2)
    values[:, 1] *= -1
    assert correlation_graph(values)[0, 1] == pytest.approx(correlation_graph(values * [1, -1])[0, 1])
    assert not correlation_graph(values, sign="positive").any()


def test_the_strongest_are_kept():
    factor = np.random.default_rng(0).normal(size=(500, 1))
    values = factor + np.random.default_rng(1).normal(size=(500, 8)) * np.linspace(0.1, 1, 8)
    weights = correlation_graph(values, n_neighbours=2, symmetric=False)
    assert ((weights > 0).sum(axis=0) == 2).all()
    assert set(np.nonzero(weights[:, 7])[0]) == {0, 1}
    assert ((correlation_graph(values, n_neighbours=2) > 0).sum(axis=0) >= 2).all()


def test_empty_constant_and_never_joint_sensors_have_no_edge():
    values = chain()
    values[:, 0] = np.nan
    values[:, 1] = 1e6 + 0.1
    values[:1000, 4] = np.nan
    values[1000:, 5] = np.nan
    weights = correlation_graph(values, confidence=0.999)
    assert np.argwhere(weights).tolist() == [[2, 3], [3, 2], [3, 4], [4, 3]]


def test_units_and_offsets_of_the_sensors_do_not_matter():
    values = hidden(chain(), 0.3)
    scaled = values * np.geomspace(1e-6, 1e6, 6) + np.linspace(-100, 100, 6)
    np.testing.assert_allclose(correlation_graph(scaled), correlation_graph(values), atol=1e-6)


def test_permuting_the_sensors_permutes_the_graph():
    values, order = hidden(chain(), 0.3), [3, 0, 5, 1, 4, 2]
    expected = correlation_graph(values)[np.ix_(order, order)]
    np.testing.assert_allclose(correlation_graph(values[:, order]), expected, rtol=1e-9)


@pytest.mark.parametrize("max_lag", [0, 3])
def test_blocks_change_nothing(monkeypatch, max_lag):
    values = hidden(chain(200), 0.3)
    whole = correlation_graph(values, max_lag=max_lag)
    monkeypatch.setattr(MODULE, "_BLOCK", 100)
    np.testing.assert_allclose(correlation_graph(values, max_lag=max_lag), whole, rtol=1e-9, atol=1e-12)


def test_a_long_record_is_read_in_stretches(monkeypatch):
    monkeypatch.setattr(MODULE, "_MOST_ROWS", 2000)
    weights = correlation_graph(chain(50_000), confidence=0.999)
    assert np.array_equal(weights > 0, np.eye(6, k=1) + np.eye(6, k=-1) > 0)
    assert weights[0, 1] == pytest.approx(0.45, abs=0.06)


def test_a_single_sensor_has_a_graph_without_edges():
    assert correlation_graph(np.arange(20.0)[:, None]).tolist() == [[0.0]]


def test_a_record_of_a_few_rows_has_no_sure_edge():
    assert not correlation_graph(chain(5), max_lag=8).any()


@pytest.mark.parametrize(
    ("values", "settings", "words"),
    [
        (np.zeros(5), {}, "shape"),
        (np.zeros((0, 3)), {}, "shape"),
        (np.array([["a"]]), {}, "must be numbers"),
        (np.array([[0.0, 1.0], [0.0, np.inf]]), {}, r"infinity at \(1, 1\)"),
        (np.zeros((5, 2)), {"n_neighbours": 0}, "'n_neighbours'"),
        (np.zeros((5, 2)), {"max_lag": -1}, "'max_lag'"),
        (np.zeros((5, 2)), {"sign": "positiv"}, "did you mean 'positive'"),
        (np.zeros((5, 2)), {"confidence": 1.0}, "'confidence'"),
    ],
)
def test_bad_input_is_refused(values, settings, words):
    with pytest.raises(InvalidParameterError, match=words):
        correlation_graph(values, **settings)
