import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from small_graphs import CHAIN, random_graph, walk

from forecastkit.errors import InvalidParameterError
from forecastkit.nn.graph import Diffusion, choose_product, propagate

PRODUCTS = ["dense", "sparse"]


def inputs(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_averages_are_those_of_a_loop_over_batches_hops_and_directions(product, bidirectional):
    adjacency, x = random_graph(9, 3), inputs(2, 4, 9, 3)
    diffusion = Diffusion(adjacency, n_hops=2, bidirectional=bidirectional, product=product).double()
    found = diffusion(x)
    assert found.shape == (2, 4, 9, 3 * diffusion.n_supports)
    walks = [walk(adjacency), walk(adjacency, reverse=True)][: 1 + bidirectional]
    supports = [power for P in walks for power in (P, P @ P)]
    for i in range(2):
        for j in range(4):
            expected = np.concatenate([support @ x[i, j].numpy() for support in supports], axis=1)
            np.testing.assert_allclose(found[i, j].numpy(), expected, rtol=1e-5, atol=1e-6)  # float32 weights


@pytest.mark.parametrize("shape", [(9, 3), (5, 9, 3), (2, 5, 9, 3), (0, 9, 3)])
def test_dense_equals_sparse_in_value_and_gradient(shape):
    adjacency = random_graph(9, 2)
    results = []
    for product in PRODUCTS:
        x = inputs(*shape).requires_grad_()
        y = Diffusion(adjacency, n_hops=2, product=product).double()(x)
        (y * inputs(*y.shape, seed=1)).sum().backward()
        results.append((y.detach(), x.grad))
    for dense, sparse in zip(*results, strict=True):
        torch.testing.assert_close(dense, sparse, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_axis_of_the_nodes_can_be_the_first(product):
    diffusion, x = Diffusion(CHAIN, product=product).double(), inputs(2, 4, 6, 3)
    last = diffusion(x)
    first = diffusion(x.movedim(-2, 0), node_dim=0)
    torch.testing.assert_close(first.movedim(0, -2), last)
    torch.testing.assert_close(diffusion(x.movedim(-2, 1), diffusion.weights(), node_dim=1).movedim(1, -2), last)


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("n_hops", [1, 2])
def test_a_node_depends_on_those_within_reach_alone(product, n_hops):
    diffusion = Diffusion(CHAIN, n_hops=n_hops, bidirectional=False, product=product).double()
    jacobian = torch.autograd.functional.jacobian(diffusion, inputs(6, 2))
    depends = jacobian.abs().sum(dim=(1, 3)) > 0
    within = np.eye(6)
    reached = np.zeros((6, 6), dtype=bool)
    for _ in range(n_hops):
        within = within @ (CHAIN > 0)
        reached |= within.T > 0
    assert np.array_equal(depends.numpy(), reached)
    assert not depends[5].any()


@pytest.mark.parametrize("product", PRODUCTS)
def test_gradients_are_those_of_finite_differences(product):
    diffusion = Diffusion(CHAIN, n_hops=2, product=product).double()
    assert torch.autograd.gradcheck(diffusion, inputs(2, 6, 2).requires_grad_())
    assert torch.autograd.gradgradcheck(diffusion, inputs(6, 1).requires_grad_())


@pytest.mark.parametrize("product", PRODUCTS)
def test_permuting_the_nodes_permutes_the_output(product):
    adjacency, x, order = random_graph(9, 3), inputs(2, 9, 3), torch.randperm(9, generator=torch.Generator())
    moved = Diffusion(adjacency[np.ix_(order, order)], n_hops=2, product=product).double()
    expected = Diffusion(adjacency, n_hops=2, product=product).double()(x)[:, order]
    torch.testing.assert_close(moved(x[:, order]), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("product", PRODUCTS)
def test_batches_do_not_touch_each_other(product):
    diffusion, x = Diffusion(CHAIN, product=product).double(), inputs(3, 6, 2)
    torch.testing.assert_close(diffusion(x), torch.stack([diffusion(each) for each in x]))


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_graph_without_edges_says_nothing(product):
    y = Diffusion(np.zeros((4, 4)), product=product)(torch.ones(2, 4, 3))
    assert torch.equal(y, torch.zeros(2, 4, 6))


def test_the_product_is_chosen_by_size_and_density():
    assert Diffusion(random_graph(12, 3)).product == "dense"
    assert Diffusion(random_graph(200, 8)).product == "sparse"
    assert Diffusion(random_graph(200, 80)).product == "dense"
    assert choose_product(torch.zeros(400, 200)) == "sparse"


@pytest.mark.parametrize("product", PRODUCTS)
def test_it_is_copied_pickled_and_converted(product):
    diffusion, x = Diffusion(CHAIN, product=product), inputs(6, 2)
    expected = diffusion(x.float())
    assert expected.dtype == torch.float32
    for other in (copy.deepcopy(diffusion), pickle.loads(pickle.dumps(diffusion))):
        assert torch.equal(other(x.float()), expected)
    assert diffusion.state_dict() == {}
    assert diffusion.double()(x).dtype == torch.float64


def test_propagation_with_any_stack_of_matrices():
    weights, x = inputs(8, 4), inputs(5, 4, 3)
    expected = torch.cat([weights[:4] @ x, weights[4:] @ x], dim=-1)
    torch.testing.assert_close(propagate(weights, x), expected)


def test_another_number_of_nodes_is_refused():
    with pytest.raises(InvalidParameterError, match=r"x must have 6 nodes on axis -2, got shape \(2, 5, 3\)"):
        Diffusion(CHAIN)(torch.zeros(2, 5, 3))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"n_hops": 0}, "'n_hops' must be"),
        ({"product": "spars"}, "did you mean 'sparse'"),
        ({"product": "sparse", "refine": True}, "for fixed weights"),
    ],
)
def test_parameters_out_of_range_are_refused(settings, words):
    with pytest.raises(InvalidParameterError, match=words):
        Diffusion(CHAIN, **settings)


def test_a_dense_graph_does_without_torch_geometric():
    code = (
        "import sys, torch; from forecastkit.nn.graph import GraphConvolution;"
        "GraphConvolution(1, 1, torch.zeros(12, 12))(torch.zeros(12, 1)); print('torch_geometric' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
