import numpy as np
import pytest
import torch
from small_graphs import CHAIN, random_graph, walk

from forecastkit.errors import InvalidParameterError
from forecastkit.nn.graph import transition


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("adjacency", [CHAIN, random_graph(20, 4)])
def test_rows_are_the_shares_of_the_neighbours(adjacency, reverse):
    np.testing.assert_allclose(transition(adjacency, reverse).numpy(), walk(adjacency, reverse), rtol=1e-14)


def test_rows_sum_to_one_or_to_zero_for_nodes_without_neighbours():
    sums = transition(random_graph(20, 4)).sum(dim=1)
    assert torch.allclose(sums, torch.tensor([1.0] * 19 + [0.0], dtype=torch.float64))


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_the_unit_of_the_weights_does_not_matter(scale):
    torch.testing.assert_close(transition(CHAIN * scale), transition(CHAIN), rtol=1e-12, atol=0)


def test_a_tensor_is_accepted_and_not_changed():
    adjacency = torch.tensor(CHAIN, dtype=torch.float32)
    assert torch.equal(transition(adjacency), transition(CHAIN))
    assert torch.equal(adjacency, torch.tensor(CHAIN, dtype=torch.float32))


@pytest.mark.parametrize(
    ("adjacency", "words"),
    [
        (np.ones((2, 3)), r"shape \(n_nodes, n_nodes\), got \(2, 3\)"),
        (np.zeros((0, 0)), r"got \(0, 0\)"),
        ([[0, -1], [0, 0]], r"got -1.0 at \(0, 1\)"),
        ([[0, np.nan], [0, 0]], r"got nan at \(0, 1\)"),
        ([[0, 0], [np.inf, 0]], r"got inf at \(1, 0\)"),
        ([[0, 1], [0, 2]], "0 on its diagonal, got 2.0 for node 1"),
    ],
)
def test_what_is_no_graph_is_refused(adjacency, words):
    with pytest.raises(InvalidParameterError, match=words):
        transition(adjacency)
