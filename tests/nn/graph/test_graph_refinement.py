import numpy as np
import pytest
import torch
from small_graphs import CHAIN

from forecastkit.errors import InvalidParameterError
from forecastkit.nn.graph import Diffusion, RefinedTransition, transition


def moved(module):
    """The module with embeddings as after some training."""
    torch.nn.init.normal_(module.speaking, generator=torch.Generator().manual_seed(0))
    return module


def test_it_starts_at_the_given_graph():
    start = transition(CHAIN)
    torch.testing.assert_close(RefinedTransition(start, new_edges=0.0)().double(), start, rtol=1e-6, atol=0)
    spread = (torch.ones(6, 6) - torch.eye(6)) / 5
    torch.testing.assert_close(RefinedTransition(start, new_edges=0.2)(), (0.8 * start + 0.2 * spread).float())


def test_rows_stay_shares_and_no_node_hears_itself():
    weights = moved(RefinedTransition(transition(CHAIN), new_edges=0.1))()
    assert (weights >= 0).all()
    assert (weights.sum(dim=1) <= 1 + 1e-6).all()
    assert not weights.diagonal().any()
    has_neighbours = CHAIN.sum(axis=0) > 0
    torch.testing.assert_close(weights.sum(dim=1)[has_neighbours], torch.ones(int(has_neighbours.sum())))


def test_without_new_edges_the_given_ones_are_all_there_is():
    weights = moved(RefinedTransition(transition(CHAIN), new_edges=0.0))()
    assert np.array_equal(weights.detach().numpy() > 0, CHAIN.T > 0)
    assert not torch.equal(weights, transition(CHAIN).float())


def test_gradients_reach_the_embeddings_and_are_finite():
    module = RefinedTransition(transition(CHAIN), new_edges=0.05)
    (module() * torch.arange(36.0).reshape(6, 6)).sum().backward()
    assert module.speaking.grad.abs().sum() > 0
    module = moved(module)
    module.zero_grad()
    (module() * torch.arange(36.0).reshape(6, 6)).sum().backward()
    for parameter in module.parameters():
        assert torch.isfinite(parameter.grad).all()
        assert parameter.grad.abs().sum() > 0


def test_training_finds_an_edge_that_the_graph_lacks():
    adjacency = CHAIN.copy()
    adjacency[4, 3] = 0  # in truth the fourth node follows the fifth
    generator = torch.Generator().manual_seed(0)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        diffusion = Diffusion(adjacency, bidirectional=False, refine=True)
    optimizer = torch.optim.Adam(diffusion.parameters(), lr=0.1)
    for _ in range(60):
        x = torch.randn(64, 6, 1, generator=generator)
        loss = (diffusion(x)[:, 3] - x[:, 4]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert diffusion.weights()[3].argmax() == 4
    assert diffusion.weights()[3, 4] > 0.8


def test_a_refined_diffusion_starts_like_the_fixed_one_and_is_stored():
    x = torch.randn(2, 6, 3, generator=torch.Generator().manual_seed(0))
    refined = Diffusion(CHAIN, n_hops=2, refine=True, new_edges=0.0)
    torch.testing.assert_close(refined(x), Diffusion(CHAIN, n_hops=2)(x))
    for transition_matrix in refined.refined:
        moved(transition_matrix)
    other = Diffusion(CHAIN, n_hops=2, refine=True, new_edges=0.0)
    other.load_state_dict(refined.state_dict())
    assert torch.equal(other(x), refined(x))
    torch.testing.assert_close(refined(x, refined.weights()), refined(x))


@pytest.mark.parametrize("size", [1, 2])
def test_the_smallest_graphs(size):
    weights = RefinedTransition(torch.zeros(size, size, dtype=torch.float64), new_edges=0.5)()
    assert torch.isfinite(weights).all()


@pytest.mark.parametrize("new_edges", [-0.1, 1.0, float("nan")])
def test_shares_out_of_range_are_refused(new_edges):
    with pytest.raises(InvalidParameterError, match="'new_edges' must be"):
        RefinedTransition(transition(CHAIN), new_edges)
