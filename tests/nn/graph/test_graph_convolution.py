import numpy as np
import pytest
import torch
from small_graphs import CHAIN, random_graph

from forecastkit.nn.graph import GraphConvolution


def convolution(adjacency=CHAIN, **settings):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return GraphConvolution(3, 4, adjacency, **settings).double()


def inputs(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("settings", [{}, {"n_hops": 2}, {"bidirectional": False}, {"refine": True}, {"bias": False}])
def test_it_is_a_linear_map_of_a_node_and_of_the_averages_over_its_neighbours(settings):
    layer, x = convolution(**settings), inputs(2, 6, 3)
    weight = layer.readout.weight
    expected = x @ weight[:, :3].T
    for support in range(layer.diffusion.n_supports):
        matrix = layer.diffusion.weights()[6 * support : 6 * support + 6]
        expected = expected + matrix @ x @ weight[:, 3 + 3 * support : 6 + 3 * support].T
    if layer.readout.bias is not None:
        expected = expected + layer.readout.bias
    torch.testing.assert_close(layer(x), expected)


def test_a_node_without_neighbours_is_mapped_by_its_own_weight():
    layer, x = convolution(), inputs(6, 3)
    own = x[5] @ layer.readout.weight[:, :3].T + layer.readout.bias
    torch.testing.assert_close(layer(x)[5], own)


@pytest.mark.parametrize("product", ["dense", "sparse"])
def test_a_node_depends_on_those_within_reach_alone(product):
    layer = convolution(n_hops=2, product=product)
    jacobian = torch.autograd.functional.jacobian(layer, inputs(6, 3)).abs().sum(dim=(1, 3))
    step = (CHAIN > 0).astype(int)
    reached = np.eye(6) + step + step @ step + step.T + step.T @ step.T
    assert np.array_equal(jacobian.numpy() > 0, reached > 0)


def test_permuting_the_nodes_permutes_the_output():
    adjacency, x = random_graph(8, 3), inputs(2, 8, 3)
    order = np.random.default_rng(0).permutation(8)
    layer, moved = convolution(adjacency), convolution(adjacency[np.ix_(order, order)])
    torch.testing.assert_close(moved(x[:, order]), layer(x)[:, order], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("refine", [False, True])
def test_gradients_reach_every_parameter(refine):
    layer = convolution(refine=refine)
    if refine:
        for part in layer.diffusion.refined:
            torch.nn.init.normal_(part.speaking, generator=torch.Generator().manual_seed(0))
    layer(inputs(5, 6, 3)).square().sum().backward()
    for parameter in layer.parameters():
        assert parameter.grad.abs().sum() > 0


def test_layouts_agree():
    layer, x = convolution(), inputs(2, 5, 6, 3)
    first = layer(x.movedim(-2, 0), layer.diffusion.weights(), node_dim=0)
    torch.testing.assert_close(first.movedim(0, -2), layer(x))


def test_the_state_holds_the_weights_of_the_readout_alone():
    assert set(convolution().state_dict()) == {"readout.weight", "readout.bias"}
