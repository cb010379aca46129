"""Backbones: networks that turn the past inputs of a series into features, all at once or step by step."""

from .activation import ACTIVATIONS, make_activation
from .attention import CausalAttention
from .backbone import Backbone, State
from .choice import BACKBONES, choose_backbone, make_backbone
from .convolution import CausalConvolution
from .mlp import MLP
from .recurrent import GRU, LSTM

__all__ = [
    "ACTIVATIONS",
    "BACKBONES",
    "GRU",
    "LSTM",
    "MLP",
    "Backbone",
    "CausalAttention",
    "CausalConvolution",
    "State",
    "choose_backbone",
    "make_activation",
    "make_backbone",
]
