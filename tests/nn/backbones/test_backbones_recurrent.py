import torch
from small_backbones import random_inputs, small_backbone


def gates(network, inputs, hidden, n_gates):
    """Linear parts of the gates from the input and from the output before, each split by gate."""
    from_input = inputs @ network.weight_ih_l0.T + network.bias_ih_l0
    from_hidden = hidden @ network.weight_hh_l0.T + network.bias_hh_l0
    return from_input.chunk(n_gates, dim=-1), from_hidden.chunk(n_gates, dim=-1)


def test_gru_features_are_those_of_the_equation():
    gru, inputs = small_backbone("gru", order=1, n_layers=1), random_inputs(2, 6, 2)
    hidden, expected = torch.zeros(2, 8, dtype=torch.float64), []
    for u in inputs.unbind(dim=1):
        (r_u, z_u, n_u), (r_h, z_h, n_h) = gates(gru.layers, u, hidden, 3)
        reset, update = torch.sigmoid(r_u + r_h), torch.sigmoid(z_u + z_h)
        hidden = (1 - update) * torch.tanh(n_u + reset * n_h) + update * hidden
        expected.append(hidden)
    torch.testing.assert_close(gru(inputs), torch.stack(expected, dim=1))


def test_lstm_features_are_those_of_the_equation():
    lstm, inputs = small_backbone("lstm", order=1, n_layers=1), random_inputs(2, 6, 2)
    hidden, cell, expected = torch.zeros(2, 8, dtype=torch.float64), torch.zeros(2, 8, dtype=torch.float64), []
    for u in inputs.unbind(dim=1):
        from_input, from_hidden = gates(lstm.layers, u, hidden, 4)
        i, f, g, o = (a + b for a, b in zip(from_input, from_hidden, strict=True))
        cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
        hidden = torch.sigmoid(o) * torch.tanh(cell)
        expected.append(hidden)
    torch.testing.assert_close(lstm(inputs), torch.stack(expected, dim=1))


def test_the_state_is_that_of_every_layer_with_the_batch_first():
    for name, n_tensors in (("gru", 1), ("lstm", 2)):
        backbone = small_backbone(name, n_layers=3)
        features, state = backbone.start(random_inputs(4, 5, 2))
        assert [each.shape for each in state] == [(4, 3, 8)] * n_tensors
        torch.testing.assert_close(state[0][:, -1], features)
