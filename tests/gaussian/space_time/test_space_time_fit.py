import numpy as np
import pytest
from space_time_laws import ring, simulate

from forecastkit.gaussian.space_time import fit_space_time


def filled(y, hidden, **settings):
    x, times = np.where(hidden, np.nan, y), np.arange(len(y))
    model = fit_space_time(x, times, **settings)
    law = model.conditional(x, times, leave_one_out=True)
    assert np.isfinite(law.mean).all()
    assert (law.deviation >= 0).all()
    return model, model.fill(x, times)


@pytest.mark.parametrize(("steps", "sensors"), [(2, 1), (5, 3), (60, 5), (200, 1), (200, 2), (120, 40)])
def test_any_shape_is_filled(steps, sensors):
    rng = np.random.default_rng(0)
    y = simulate(ring(sensors), steps, rng)
    hidden = rng.random(y.shape) < 0.25
    hidden[0] = False
    _, got = filled(y, hidden)
    assert np.isfinite(got).all()
    np.testing.assert_array_equal(got[~hidden], y[~hidden])


def test_empty_late_and_constant_sensors_and_empty_rows():
    rng = np.random.default_rng(1)
    y = simulate(ring(6), 500, rng)
    y[:, 5] = 7.0
    hidden = rng.random(y.shape) < 0.2
    hidden[:, 0] = hidden[:400, 1] = hidden[250:270] = True
    model, got = filled(y, hidden)
    assert np.isfinite(got).all()
    np.testing.assert_allclose(got[:, 5], 7.0, atol=1e-6)
    assert np.abs(got - y)[hidden[:, 1], 1].mean() < np.abs(y[hidden[:, 1], 1]).mean()
    law = model.conditional(np.where(hidden, np.nan, y), np.arange(500))
    assert law.deviation[:, 0].min() > 0.2


def test_a_virtual_sensor_follows_its_neighbours_on_the_graph():
    rng = np.random.default_rng(2)
    level = simulate(0.9 * np.eye(2), 600, rng)
    y = np.repeat(level, 4, axis=1) + 0.2 * rng.standard_normal((600, 8))
    hidden = np.zeros(y.shape, bool)
    hidden[:, 0] = True
    graph = np.kron(np.eye(2), np.ones((4, 4))) - np.eye(8)
    errors = [np.abs(filled(y, hidden, adjacency=g)[1] - y)[:, 0].mean() for g in (graph, None)]
    assert errors[0] < 0.4 < errors[1]
    places = np.repeat([[0.0, 0.0], [100.0, 0.0]], 4, axis=0) + rng.standard_normal((8, 2))
    assert np.abs(filled(y, hidden, coordinates=places)[1] - y)[:, 0].mean() < 0.4


def test_half_of_the_values_truly_missing():
    rng = np.random.default_rng(3)
    y = simulate(ring(5), 800, rng)
    hidden = rng.random(y.shape) < 0.5
    _, got = filled(y, hidden)
    line = np.stack(
        [np.interp(np.arange(800), np.flatnonzero(~h), v[~h]) for v, h in zip(y.T, hidden.T, strict=True)], axis=1
    )
    assert np.abs(got - y)[hidden].mean() < 0.97 * np.abs(line - y)[hidden].mean()


def test_a_long_gap_tends_to_the_season():
    rng = np.random.default_rng(4)
    times = np.arange(1_200)
    season = 10.0 + 5.0 * np.sin(2 * np.pi * times / 24)
    y = season[:, None] + simulate(0.3 * np.eye(2), 1_200, rng) * 0.3
    hidden = np.zeros(y.shape, bool)
    hidden[600:800] = True
    _, got = filled(y, hidden, periods=(24.0,))
    assert np.abs(got - season[:, None])[650:750].mean() < 0.25


def test_settings_by_hand_are_kept():
    rng = np.random.default_rng(5)
    y = np.exp(simulate(ring(4), 200, rng) / 3)
    model = fit_space_time(y, np.arange(200), context_length=5, pairs=6, power=0.5, shrinkage=0.1)
    assert model.mixture.near.context.most == 6
    assert model.mixture.near.context.reach <= 2
    assert model.shrinkage == 0.1
    np.testing.assert_array_equal(model.marginal.scale.power, 0.5)
