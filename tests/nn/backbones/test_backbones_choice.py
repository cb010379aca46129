import inspect

import pytest

from forecastkit.errors import InvalidParameterError
from forecastkit.nn.backbones import (
    BACKBONES,
    GRU,
    LSTM,
    MLP,
    CausalAttention,
    CausalConvolution,
    choose_backbone,
    make_backbone,
)

CLASSES = {"mlp": MLP, "causal_cnn": CausalConvolution, "gru": GRU, "lstm": LSTM, "attention": CausalAttention}


def test_every_name_makes_its_class_with_what_was_asked():
    assert tuple(CLASSES) == BACKBONES
    for name, cls in CLASSES.items():
        backbone = make_backbone(name, n_channels=3, order=7, hidden_size=12, n_layers=1)
        assert type(backbone) is cls
        assert (backbone.n_channels, backbone.order, backbone.n_features) == (3, 7, 12)


def test_defaults_are_those_of_the_classes():
    defaults = inspect.signature(make_backbone).parameters
    for cls in CLASSES.values():
        for key, each in inspect.signature(cls).parameters.items():
            assert each.default == defaults[key].default


def test_small_orders_get_a_weight_for_every_lag_and_large_ones_share():
    assert [choose_backbone(order)[0] for order in (1, 64, 65, 1000)] == ["mlp", "mlp", "causal_cnn", "causal_cnn"]
    assert choose_backbone(168)[1] == (
        "Order 168 is above 64: dilated causal convolutions, which share weights over time."
    )


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(InvalidParameterError, match=r"unknown backbone 'casual_cnn'; .* did you mean 'causal_cnn'\?"):
        make_backbone("casual_cnn", n_channels=1, order=7)


@pytest.mark.parametrize("name", ["mlp", "causal_cnn", "attention"])
def test_an_unknown_activation_is_refused(name):
    with pytest.raises(InvalidParameterError, match="unknown activation 'rleu'"):
        make_backbone(name, n_channels=1, order=7, activation="rleu")
