import pytest
import torch
from small_networks import BACKBONES, COVARIATES, fields, normal, small_network, small_window

from forecastkit.windows import Window

ORDER = 4
every_backbone = pytest.mark.parametrize("backbone", BACKBONES)


@every_backbone
def test_copies_of_a_state_go_on_alike_and_leave_it_as_it_was(backbone):
    network = small_network(backbone=backbone, **COVARIATES, block_size=3, window_scaling="window", linear_skip=True)
    state, block = network.start(small_window(ORDER, rows=ORDER + 6), 6), normal(2, 3)
    first = fields(network.emit(state))
    once = fields(network.emit(network.advance(state, block)))
    copies = state.expanded(2)
    twice = fields(network.emit(network.advance(copies, block.repeat_interleave(2, dim=0))))
    torch.testing.assert_close(twice, once.repeat_interleave(2, dim=0))
    torch.testing.assert_close(copies.scale.unit, state.scale.unit.repeat_interleave(2))
    torch.testing.assert_close(fields(network.emit(state)), first, rtol=0, atol=0)


@every_backbone
@pytest.mark.parametrize("window_scaling", [None, "window", "window_mean"])
def test_no_gradient_flows_out_of_a_detached_state(backbone, window_scaling):
    network = small_network(backbone=backbone, window_scaling=window_scaling, linear_skip=True)
    values = normal(2, ORDER).requires_grad_()
    state = network.start(Window(values), 2)
    assert network.emit(network.advance(state, normal(2, 1))).mean.requires_grad
    held = network.advance(state.detached(), normal(2, 1))
    gradient = torch.autograd.grad(network.emit(held).mean.sum(), values, allow_unused=True)[0]
    assert gradient is None or not gradient.any()
