import pytest
import torch
from small_networks import BACKBONES, HEADS, normal, small_network

from forecastkit.models import sampled_rollout
from forecastkit.models.escape import steps_inside
from forecastkit.models.state_map import StateMap
from forecastkit.windows import Window

ORDER = 3


def limits(n, size):
    return torch.full((n,), -size).double(), torch.full((n,), size).double()


def stream(seed=0):
    return torch.Generator().manual_seed(seed)


def linear(weight, scale=1.0, **options):
    """A network whose mean is a multiple of the last value."""
    network = small_network(order=ORDER, linear_skip=True, **options)
    network.head.start_at_zero(scale)
    with torch.no_grad():
        network.skip.weight.zero_()
        network.skip.bias.zero_()
        network.skip.weight[:, -1] = weight
    return network


@pytest.mark.parametrize("head", HEADS)
def test_a_network_that_forgets_stays(head):
    start = normal(6, ORDER)
    inside = steps_inside(StateMap(linear(0.5, head=head)), start, None, 300, limits(6, 60.0), stream())
    assert inside.tolist() == [300] * 6


@pytest.mark.parametrize("backbone", BACKBONES)
def test_a_network_that_doubles_leaves_when_its_mean_does(backbone):
    start = torch.full((4, ORDER), 100.0).double()
    inside = steps_inside(StateMap(linear(2.0, backbone=backbone)), start, None, 500, limits(4, 1e5), stream())
    assert (inside >= 8).all()  # 100 · 2^k is above 100,000 from k = 10 on, give or take the noise of the first steps
    assert (inside <= 10).all()


def test_the_first_exit_counts_and_not_the_last():
    network = linear(-1.5, scale=1e-6)
    start = torch.ones(1, ORDER).double() * 4
    noise = torch.zeros(1, 1, 30).double()
    path = sampled_rollout(network, Window(start), noise)[0, 0]
    low, high = torch.tensor([-1e9]).double(), torch.tensor([8.0]).double()  # even steps are positive and too large
    first = int((path > 8).nonzero()[0])
    assert steps_inside(StateMap(network), start, None, 30, (low, high), stream()).tolist() == [first]


@pytest.mark.parametrize("block_size", [1, 4, 7])
def test_blocks_end_where_they_should(block_size):
    state_map = StateMap(linear(0.2, block_size=block_size))
    assert steps_inside(state_map, normal(2, ORDER), None, 10, limits(2, 80.0), stream()).tolist() == [10, 10]


def test_equal_streams_give_equal_paths():
    state_map, start = StateMap(linear(1.01)), normal(5, ORDER)
    once, again = (steps_inside(state_map, start, None, 200, limits(5, 6.0), stream(3)) for _ in range(2))
    torch.testing.assert_close(once, again)
    assert len(set(once.tolist())) > 1
