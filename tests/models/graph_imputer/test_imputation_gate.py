"""The gate, the features, the laws and the widths of an imputation."""

import numpy as np
import pytest
from scipy import stats

from forecastkit.models.graph_imputer import NodeLaw
from forecastkit.models.graph_imputer.gate import open_gate
from forecastkit.models.graph_imputer.node_features import N_SEEN, nearest_values, node_features
from forecastkit.models.graph_imputer.spread_calibration import SpreadCalibration


def _answers(linear, network, line, n=2000):
    rng = np.random.default_rng(0)
    truth, noise = rng.standard_normal(n), rng.standard_normal(n)
    estimates = [truth + size * noise for size in (linear, network, line)]
    return truth, estimates[0], {1.0: estimates[1]}, estimates[2], np.arange(n) * 20 // n


@pytest.mark.parametrize(
    ("sizes", "chosen"),
    [
        ((1.0, 0.8, 2.0), "network"),
        ((1.0, 1.1, 2.0), "linear"),
        ((1.0, 1.1, 0.7), "interpolation"),
        ((1.0, 0.9, 0.7), "interpolation"),
        ((1.0, 1.0, 1.0), "linear"),
    ],
)
def test_gate_chooses_the_least_error(sizes, chosen):
    gate = open_gate(*_answers(*sizes))
    assert gate.chosen == chosen
    assert gate.errors["linear"] == pytest.approx(np.sqrt(2 / np.pi) * sizes[0], rel=0.1)
    assert (gate.share > 0) == (chosen == "network")


def test_gain_within_chance_keeps_the_linear_law():
    rng = np.random.default_rng(1)
    truth = rng.standard_normal(100)
    linear = truth + rng.standard_normal(100)
    network = np.where(np.arange(100) < 5, truth, linear)
    gate = open_gate(truth, linear, {1.0: network}, truth + 9.0, np.arange(100) // 5)
    assert gate.chosen == "linear"
    assert gate.errors["network"] < gate.errors["linear"]


def test_gate_without_values_is_linear():
    nothing = np.zeros(0)
    gate = open_gate(nothing, nothing, {1.0: nothing}, nothing, nothing.astype(int))
    assert (gate.chosen, gate.n_values) == ("linear", 0)


def test_nearest_values_against_a_search():
    rng = np.random.default_rng(0)
    value, observed = rng.standard_normal((60, 3)), rng.random((60, 3)) < 0.3
    line, previous, following, before, after = nearest_values(value, observed)
    for t in range(60):
        for v in range(3):
            seen = np.flatnonzero(observed[:, v])
            left, right = seen[seen < t], seen[seen > t]
            assert before[t, v] == (1 / (t - left[-1]) if len(left) else 0)
            assert after[t, v] == (1 / (right[0] - t) if len(right) else 0)
            if len(left) and len(right):
                ends = [left[-1], right[0]]
                assert line[t, v] == pytest.approx(np.interp(t, ends, value[ends, v]))
                assert (previous[t, v], following[t, v]) == tuple(value[ends, v])


def test_own_channels_do_not_read_the_value():
    rng = np.random.default_rng(0)
    z = rng.standard_normal((20, 3))
    mean, deviation = rng.standard_normal((20, 3)), np.ones((20, 3))
    other = z.copy()
    other[7, 1] += 5.0
    first, second = (node_features(each, mean, deviation)[7, 1] for each in (z, other))
    assert (first[N_SEEN:] == second[N_SEEN:]).all()
    assert (first[:N_SEEN] != second[:N_SEEN]).any()


def test_features_are_finite_whatever_the_data():
    z = np.array([[np.nan, 1e9], [np.nan, np.nan], [np.nan, -1e9]])
    features = node_features(z, np.zeros(z.shape), np.zeros(z.shape), np.ones((3, 2)))
    assert features.shape == (3, 2, 12)
    assert np.isfinite(features).all()
    assert np.abs(features).max() <= 10


@pytest.mark.parametrize("degrees", [3.0, 8.0, np.inf])
def test_laws_against_scipy(degrees):
    law = NodeLaw(np.array([[1.0]]), np.array([[2.0]]), degrees, np.zeros((1, 1), int))
    reference = stats.norm(1, 2) if np.isinf(degrees) else stats.t(degrees, 1, 2)
    noise = np.linspace(-4, 4, 9).reshape(-1, 1, 1)
    np.testing.assert_allclose(law.from_normal(noise), reference.ppf(stats.norm.cdf(noise)), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(law.to_normal(law.from_normal(noise)), noise, atol=1e-8)
    np.testing.assert_allclose(law.log_prob(noise), reference.logpdf(noise), atol=1e-10)


def test_widths_cover_after_calibration():
    rng = np.random.default_rng(0)
    gap = rng.integers(0, 3, 30_000)
    noise = rng.standard_normal(30_000) * np.array([0.5, 1.0, 2.0])[gap]
    calibration = SpreadCalibration.fit(noise[:20_000], gap[:20_000])
    for level in (0.5, 0.8, 0.95):
        edge = calibration(np.full(10_000, stats.norm.ppf(0.5 + level / 2)), gap[20_000:])
        for k in range(3):
            inside = np.abs(noise[20_000:]) <= edge
            assert inside[gap[20_000:] == k].mean() == pytest.approx(level, abs=0.025)


def test_calibration_is_odd_and_increasing():
    rng = np.random.default_rng(0)
    calibration = SpreadCalibration.fit(rng.standard_t(4, 500), rng.integers(0, 2, 500))
    noise = np.linspace(-6, 6, 101)
    for k in range(3):
        image = calibration(noise, np.full(101, k))
        assert (np.diff(image) > 0).all()
        np.testing.assert_allclose(image, -image[::-1])
    np.testing.assert_allclose(SpreadCalibration.none()(noise, np.zeros(101, int)), noise)
