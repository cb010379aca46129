import pytest
import torch
from small_backbones import random_inputs, small_backbone
from torch.nn import functional

from forecastkit.nn.backbones import CausalConvolution
from forecastkit.nn.backbones.convolution import layers_to_reach


@pytest.mark.parametrize("order", [3, 10])
def test_features_are_those_of_the_equation(order):
    backbone, inputs = small_backbone("causal_cnn", order=order), random_inputs(2, 12, 2)
    hidden = inputs @ backbone.lift.weight[..., 0].T + backbone.lift.bias
    for level, layer in enumerate(backbone.layers):
        dilated, _, _, mix = layer.branch
        kernel = dilated.weight.flip(-1)  # torch has the weights of the oldest input first
        total = dilated.bias.expand_as(hidden).clone()
        for k in range(kernel.shape[-1]):
            lag = k * 2**level
            total[:, lag:] += hidden[:, : max(12 - lag, 0)] @ kernel[..., k].T
        hidden = hidden + functional.silu(total) @ mix.weight[..., 0].T + mix.bias
    torch.testing.assert_close(backbone(inputs), hidden[:, order - 1 :])


@pytest.mark.parametrize("kernel_size", [2, 3])
def test_the_number_of_layers_is_the_smallest_that_reaches_the_order(kernel_size):
    def reach(n_layers):
        return 1 + (kernel_size - 1) * (2**n_layers - 1)

    for order in range(1, 300):
        n_layers = layers_to_reach(order, kernel_size)
        assert reach(n_layers) >= order
        assert n_layers == 0 or reach(n_layers - 1) < order


@pytest.mark.parametrize(
    ("order", "n_layers", "depth", "receptive_field"),
    [(1, 1, 1, 2), (1, 2, 2, 4), (4, 2, 2, 4), (5, 2, 2, 7), (24, 2, 4, 31), (24, 6, 6, 127), (168, 2, 7, 255)],
)
def test_depth_and_receptive_field_follow_from_the_order(order, n_layers, depth, receptive_field):
    backbone = CausalConvolution(n_channels=1, order=order, hidden_size=2, n_layers=n_layers)
    assert (len(backbone.layers), backbone.receptive_field) == (depth, receptive_field)


def test_the_state_does_not_grow():
    backbone = small_backbone("causal_cnn")
    _, state = backbone.start(random_inputs(2, 5, 2))
    _, later = backbone.step(random_inputs(2, 40, 2), state)
    assert [each.shape for each in later] == [each.shape for each in state]
    assert sum(each.shape[-1] for each in state) == backbone.receptive_field - 1
