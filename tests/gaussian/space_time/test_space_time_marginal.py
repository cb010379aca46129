import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.gaussian.space_time.harmonic_season import choose_season, fit_season, harmonic_basis
from forecastkit.gaussian.space_time.marginal import fit_marginal, neighbour_weights
from forecastkit.gaussian.space_time.power_scale import PowerScale, fit_power_scale


@given(st.floats(0, 1), st.floats(1e-3, 1e4), st.lists(st.floats(-50, 1e3), min_size=2, max_size=20))
@settings(max_examples=60, deadline=None)
def test_the_power_scale_is_increasing_and_its_inverse_returns(power, unit, values):
    scale = PowerScale(np.array([power]), np.array([unit]))
    y = np.sort(np.array(values))[:, None] * unit / 50
    f = scale.forward(y)
    assert (np.diff(f[:, 0]) >= 0).all()
    np.testing.assert_allclose(scale.inverse(f), y, rtol=1e-6, atol=1e-6 * unit)


def test_negative_values_get_the_identity_and_empty_sensors_a_unit():
    y = np.array([[1.0, -1.0, np.nan], [4.0, 2.0, np.nan]])
    scale = fit_power_scale(y, 0.5)
    np.testing.assert_array_equal(scale.power, [0.5, 1.0, 0.5])
    np.testing.assert_array_equal(scale.unit, [2.5, 1.5, 1.0])


def test_the_season_is_found_under_missing_values_and_left_out_when_too_long():
    rng = np.random.default_rng(0)
    times = np.arange(500)
    season = 3.0 + 2.0 * np.sin(2 * np.pi * times / 24) + np.cos(4 * np.pi * times / 24)
    y = season[:, None] + 0.1 * rng.standard_normal((500, 3))
    y[rng.random(y.shape) < 0.4] = np.nan
    periods, harmonics, ridge = choose_season(y, times, (24.0, 900.0))
    assert periods == (24.0,)
    assert harmonics[0] >= 2
    got = harmonic_basis(times, periods, harmonics) @ fit_season(y, times, periods, harmonics, ridge).T
    np.testing.assert_allclose(got, np.tile(season[:, None], 3), atol=0.15)


def test_the_marginal_standardises_and_returns():
    rng = np.random.default_rng(1)
    y = rng.gamma(2.0, 3.0, (400, 4))
    y[:, 2], y[:, 3] = 5.0, np.nan
    marginal = fit_marginal(y, np.arange(400), (24.0,), 0.5, neighbour_weights(4, None, None))
    z = marginal.forward(y, np.arange(400))
    np.testing.assert_allclose(z[:, :2].std(axis=0), 1.0, atol=0.05)
    assert np.abs(z[:, 2]).max() < 1.0
    np.testing.assert_allclose(marginal.inverse(z, np.arange(400))[:, :3], y[:, :3], rtol=1e-6)
    virtual = marginal.inverse(np.zeros((400, 4)), np.arange(400))[:, 3]
    assert virtual.mean() == pytest.approx(y[:, :2].mean(), rel=0.3)


def test_weights_of_neighbours():
    graph = np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    weights = neighbour_weights(3, graph, None)
    np.testing.assert_allclose(weights, [[0, 1, 0], [1, 0, 0], [0.5, 0.5, 0]])
    near = neighbour_weights(3, None, np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]]))
    assert near[0, 1] > near[0, 2]
    np.testing.assert_allclose(near.sum(axis=1), 1.0)
