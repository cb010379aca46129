"""The causal network: its law stays inside the cone of the past, and starts as a linear autoregression."""

import numpy as np
import pytest
import torch

from forecastkit.models.graph_imputer import CausalNetwork
from forecastkit.models.graph_imputer.causal_walk import laws, walk
from forecastkit.models.graph_imputer.ridge_autoregression import lag_terms, ridge_autoregression

N, LENGTH = 7, 6
PATH = np.diag(np.ones(N - 1), 1)  # u informs u + 1


def _network(n_hops, seed=0, order=2):
    torch.manual_seed(seed)
    network = CausalNetwork(PATH, order=order, hidden_size=6, n_hops=n_hops).double().eval()
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
        network.coefficients.copy_(0.3 * torch.randn_like(network.coefficients))
    return network


@pytest.mark.parametrize("n_hops", [1, 2])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_law_moves_with_nothing_outside_the_cone(n_hops, share):
    network = _network(n_hops)
    observed = torch.rand(1, LENGTH, N, generator=torch.Generator().manual_seed(1)) < share
    z = torch.randn(1, LENGTH, N, dtype=torch.float64, requires_grad=True)
    known = torch.zeros(1, LENGTH, 0, dtype=torch.float64)
    found = laws(network, z, observed, known)
    for time in (3, 5):
        for node in (2, 6):
            density = found[time].log_prob(torch.tensor(0.3, dtype=torch.float64))[node].sum()
            moved = torch.autograd.grad(density, z, retain_graph=True)[0][0].abs()
            for s in range(LENGTH):
                for u in range(N):
                    inside = s < time and 0 <= node - u <= n_hops * (time - s)
                    if not inside:
                        assert moved[s, u] == 0
                    elif share == 1.0:
                        assert moved[s, u] > 0


def test_start_is_the_linear_autoregression():
    rng = np.random.default_rng(0)
    z, order = rng.standard_normal((40, N)), 3
    network = CausalNetwork(PATH, order=order, hidden_size=6).double().eval()
    weights = network.in_weights().numpy()
    coefficients, deviation = ridge_autoregression(z, np.ones(z.shape, bool), weights, order)
    network.start_linear(coefficients, deviation)
    every = torch.ones(40, N, dtype=torch.bool)
    location = walk(network, network.start(), torch.from_numpy(z), every, torch.zeros(40, 0).double())[1][:, :, 0]
    expected = np.einsum("tni,ni->tn", lag_terms(z, weights, order), coefficients.reshape(N, -1))
    np.testing.assert_allclose(location.numpy()[order:], expected, atol=1e-9)


def test_ridge_recovers_a_simulated_autoregression():
    rng = np.random.default_rng(1)
    weights = PATH.T  # average over in-neighbours
    z = np.zeros((6000, N))
    for t in range(1, len(z)):
        z[t] = 0.5 * z[t - 1] + 0.4 * weights @ z[t - 1] + 0.5 * rng.standard_normal(N)
    coefficients, deviation = ridge_autoregression(z, np.ones(z.shape, bool), weights, 1)
    np.testing.assert_allclose(coefficients[:, 0, 0], 0.5, atol=0.05)
    np.testing.assert_allclose(coefficients[1:, 0, 1], 0.4, atol=0.05)
    np.testing.assert_allclose(deviation, 0.5, atol=0.03)


def test_walk_in_pieces_is_the_walk_at_once():
    network = _network(2)
    z = torch.randn(30, N, dtype=torch.float64)
    observed = torch.rand(30, N, generator=torch.Generator().manual_seed(2)) < 0.6
    known = torch.zeros(30, 0, dtype=torch.float64)
    whole = walk(network, network.start(), z, observed, known)
    state, rows = network.start(), []
    for first, last in ((0, 1), (1, 12), (12, 30)):
        part = slice(first, last)
        filled, _, _, state = walk(network, state, z[part], observed[part], known[part])
        rows.append(filled)
    assert torch.equal(torch.cat(rows), whole[0])
    assert torch.equal(state.hidden, whole[3].hidden)


def test_missing_values_have_no_effect():
    network = _network(1)
    z = torch.randn(10, N, dtype=torch.float64)
    observed = torch.rand(10, N, generator=torch.Generator().manual_seed(3)) < 0.5
    known = torch.zeros(10, 0, dtype=torch.float64)
    other = torch.where(observed, z, 99.0)
    for generator in (None, 5):
        filled = [
            walk(
                network,
                network.start(2),
                each,
                observed,
                known,
                None if generator is None else torch.Generator().manual_seed(generator),
            )[0]
            for each in (z, other)
        ]
        assert torch.equal(*filled)
        assert torch.equal(filled[0][observed], z[observed][:, None].expand(-1, 2))


def test_state_survives_arrays():
    network = _network(1)
    state = network.start(2)
    again = type(state).from_arrays(state.arrays())
    assert torch.equal(again.lags, state.lags)
    assert torch.equal(again.hidden, state.hidden)
