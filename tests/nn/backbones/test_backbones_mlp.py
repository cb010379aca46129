import torch
from small_backbones import random_inputs, small_backbone

from forecastkit.nn.backbones import MLP


def test_features_are_those_of_the_equation():
    mlp, inputs = small_backbone("mlp", order=3, n_layers=3, activation="tanh"), random_inputs(2, 6, 2)
    linear = [layer for layer in mlp.layers if isinstance(layer, torch.nn.Linear)]
    assert len(linear) == 3
    for j, features in enumerate(mlp(inputs).unbind(dim=1)):
        hidden = inputs[:, j : j + 3].mT.reshape(2, -1)  # the lags of a channel lie next to each other
        for layer in linear:
            hidden = torch.tanh(hidden @ layer.weight.T + layer.bias)
        torch.testing.assert_close(features, hidden)


def test_there_is_a_weight_for_every_lag_and_channel():
    mlp = MLP(n_channels=3, order=24, hidden_size=16, n_layers=2)
    assert sum(each.numel() for each in mlp.parameters()) == (3 * 24 + 1) * 16 + (16 + 1) * 16


def test_what_lies_before_the_last_inputs_is_forgotten():
    mlp, inputs = small_backbone("mlp"), random_inputs(2, 12, 2)
    torch.testing.assert_close(mlp(inputs)[:, -1], mlp.start(inputs[:, -5:])[0])
