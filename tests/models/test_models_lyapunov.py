import math

import numpy as np
import pytest
import torch
from small_networks import normal, small_network, spread_out

from forecastkit.models.lyapunov import largest_lyapunov_exponent, run_lyapunov_exponent
from forecastkit.models.state_map import StateMap


def uniform(*shape, seed=0):
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def logistic(x):
    return 4 * x * (1 - x)


def henon(x):
    return torch.stack([1 - 1.4 * x[:, 0] ** 2 + x[:, 1], 0.3 * x[:, 0]], dim=1)


def mackey_glass(x):
    new = 0.9 * x[:, -1] + 0.2 * x[:, 0] / (1 + x[:, 0] ** 10)
    return torch.cat([x[:, 1:], new[:, None]], dim=1)


def two_runs(step_map, state, n_steps, apart=1e-8):
    """Exponent by brute force: two runs, brought back to the same distance after each step."""
    other, total = state + apart * torch.ones_like(state) / state.shape[1] ** 0.5, torch.zeros(len(state))
    for step in range(n_steps + n_steps // 10):
        state, other = step_map(state), step_map(other)
        distance = (other - state).norm(dim=1, keepdim=True)
        if step >= n_steps // 10:
            total = total + (distance[:, 0] / apart).log()
        other = state + (other - state) * apart / distance
    return float(total.mean() / n_steps)


def test_logistic_map():
    estimate = largest_lyapunov_exponent(logistic, uniform(32, 1), 500)
    assert estimate.exponent == pytest.approx(math.log(2), abs=4 * estimate.standard_error)
    assert estimate.standard_error < 2e-3
    assert estimate.by_start.shape == (32,)


def test_a_single_run_tells_its_error_from_its_parts():
    estimate = largest_lyapunov_exponent(logistic, uniform(1, 1), 1000)
    assert 0 < estimate.standard_error < 0.05
    assert estimate.exponent == pytest.approx(math.log(2), abs=4 * estimate.standard_error)


def test_henon_map():
    estimate = largest_lyapunov_exponent(henon, 0.1 * uniform(64, 2), 500)
    assert estimate.exponent == pytest.approx(0.4192, abs=4 * estimate.standard_error + 1e-3)


@pytest.mark.slow
def test_mackey_glass_is_what_two_runs_say():
    start = 0.9 + 0.4 * uniform(16, 18)
    estimate = largest_lyapunov_exponent(mackey_glass, start, 3000, n_transient=500)
    for _ in range(500):
        start = mackey_glass(start)
    brute = two_runs(mackey_glass, start, 3000)
    assert 0.005 < brute < 0.012  # 0.0084 for Euler steps of one; the differential equation has about 0.006
    assert estimate.exponent == pytest.approx(brute, abs=3 * estimate.standard_error + 2e-4)


@pytest.mark.parametrize("eigenvalues", [(0.5, 0.2), (0.9, -0.95), (1.0, 0.3), (1.02, 0.5)])
def test_a_linear_map_has_the_logarithm_of_its_radius(eigenvalues):
    vectors = normal(2, 2, seed=3)
    matrix = vectors @ torch.diag(torch.tensor(eigenvalues, dtype=torch.float64)) @ torch.linalg.inv(vectors)
    estimate = largest_lyapunov_exponent(lambda x: x @ matrix.T, normal(4, 2), 400, n_transient=0)
    assert estimate.exponent == pytest.approx(math.log(max(map(abs, eigenvalues))), abs=2e-3)


def test_a_turning_map_has_exponent_zero():
    angle = torch.tensor(0.7, dtype=torch.float64)
    turn = torch.stack([torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])])
    estimate = largest_lyapunov_exponent(lambda x: x @ turn.T, normal(3, 2), 300)
    assert abs(estimate.exponent) < 1e-12


def test_a_constant_map_forgets_at_once():
    estimate = largest_lyapunov_exponent(lambda x: 0.0 * x, normal(2, 3), 10)
    assert estimate.exponent == -math.inf


def test_a_run_that_explodes_counts_as_far_as_it_goes():
    estimate = largest_lyapunov_exponent(lambda x: 3.0 * x, normal(4, 1), 2000, n_transient=0)
    assert estimate.exponent == pytest.approx(math.log(3), rel=1e-12)


@pytest.mark.parametrize("block_size", [1, 3, 6])
def test_jacobians_along_runs_give_the_same(block_size):
    network = spread_out(small_network(order=4, block_size=block_size, activation="tanh"), 0.5)
    state_map, start, n = StateMap(network), normal(5, 4), 60
    path = state_map.run(start, None, n)
    ours = run_lyapunov_exponent(path, state_map.run_gradients(path, None))
    np.testing.assert_allclose(ours.by_start, _exponents(state_map, start, n), rtol=1e-9)
    theirs = largest_lyapunov_exponent(state_map, start, 10 * n // 11, n_transient=0)  # and 6 steps before, as n / 10
    np.testing.assert_allclose(theirs.by_start / block_size, ours.by_start, rtol=0.1)


def _exponents(state_map, start, n):
    """Mean growth of a tangent vector over the last nine tenths of n blocks, a step, by whole Jacobians."""
    vector = 1.0 + torch.arange(1, start.shape[1] + 1).double().cos()
    found = []
    for state in start:
        tangent, logs = vector / vector.norm(), []
        for _ in range(n):
            jacobian = torch.autograd.functional.jacobian(lambda x: state_map(x[None])[0], state)
            state = state_map(state[None])[0].detach()
            tangent = jacobian @ tangent
            logs.append(tangent.norm().log())
            tangent = tangent / tangent.norm()
        found.append(torch.stack(logs[round(0.1 * n) :]).mean() / state_map.block_size)
    return torch.stack(found).detach()
