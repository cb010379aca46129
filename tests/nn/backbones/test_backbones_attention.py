import math

import pytest
import torch
from small_backbones import random_inputs, small_backbone
from torch.nn import functional

from forecastkit.nn.backbones import CausalAttention
from forecastkit.nn.backbones.attention import distance_bias


def attended(layer, slopes, hidden):
    """A layer's attention, head by head and time by time, shape (time, size)."""
    size, n_heads = hidden.shape[-1], len(slopes)
    width = size // n_heads
    queries, keys, values = layer.project(layer.norm(hidden)).split(size, dim=-1)
    found = torch.zeros_like(hidden)
    for i, slope in enumerate(slopes):
        head = slice(i * width, (i + 1) * width)
        for t in range(len(hidden)):
            distance = t - torch.arange(t + 1)
            scores = keys[: t + 1, head] @ queries[t, head] / math.sqrt(width) - slope * distance
            found[t, head] = torch.softmax(scores, dim=0) @ values[: t + 1, head]
    return layer.merge(found)


def test_features_are_those_of_the_equation():
    backbone, inputs = small_backbone("attention", order=3), random_inputs(1, 7, 2)
    hidden = backbone.lift(inputs[0])
    for layer in backbone.layers:
        hidden = hidden + attended(layer, backbone.slopes, hidden)
        norm, widen, _, _, narrow = layer.feed_forward
        hidden = hidden + narrow(functional.silu(widen(norm(hidden))))
    torch.testing.assert_close(backbone(inputs)[0], backbone.norm(hidden)[2:])


@pytest.mark.parametrize(
    ("hidden_size", "slopes"), [(8, [2**-2, 2**-4, 2**-6, 2**-8]), (6, [2**-4, 2**-8]), (5, [2**-8])]
)
def test_the_width_decides_on_the_heads_and_their_slopes(hidden_size, slopes):
    attention = CausalAttention(n_channels=1, order=2, hidden_size=hidden_size)
    assert attention.slopes.tolist() == slopes
    assert attention(torch.zeros(2, 4, 1)).shape == (2, 3, hidden_size)


def test_the_penalty_grows_with_distance_and_forbids_the_future():
    slopes = torch.tensor([0.5, 0.25])
    bias = distance_bias(slopes, 2, 4)
    assert bias.shape == (2, 2, 4)
    for i, slope in enumerate([0.5, 0.25]):
        assert bias[i].tolist() == [[-2 * slope, -slope, 0.0, -math.inf], [-3 * slope, -2 * slope, -slope, 0.0]]


def test_the_keys_and_values_of_all_inputs_are_kept():
    backbone = small_backbone("attention")
    _, state = backbone.start(random_inputs(3, 5, 2))
    _, state = backbone.step(random_inputs(3, 4, 2), state)
    assert [each.shape for each in state] == [(3, 4, 9, 2)] * 4
