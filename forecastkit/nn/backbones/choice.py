"""The backbones by name, and the choice among them."""

from __future__ import annotations

from ...errors import InvalidParameterError, nearest
from .attention import CausalAttention
from .backbone import Backbone
from .convolution import CausalConvolution
from .mlp import MLP
from .recurrent import GRU, LSTM

_LAYERED = {"causal_cnn": CausalConvolution, "attention": CausalAttention}
_RECURRENT = {"gru": GRU, "lstm": LSTM}
BACKBONES = ("mlp", "causal_cnn", "gru", "lstm", "attention")

_LARGEST_MLP_ORDER = 64  # above it, at the default width, the first layer has more weights than the second


def choose_backbone(order: int) -> tuple[str, str]:
    """Choose a backbone by the order, as ``backbone="auto"`` does.

    Parameters
    ----------
    order : int
        Values p that a forecast looks at, 1 or more.

    Returns
    -------
    name : str
        One of ``BACKBONES``.
    reason : str
        Why, as a sentence.

    Examples
    --------
    >>> choose_backbone(24)
    ('mlp', 'Order 24 is at most 64: a multilayer perceptron, which has weights for every lag.')
    """
    if order <= _LARGEST_MLP_ORDER:
        return "mlp", (
            f"Order {order} is at most {_LARGEST_MLP_ORDER}: a multilayer perceptron, which has weights for every lag."
        )
    return "causal_cnn", (
        f"Order {order} is above {_LARGEST_MLP_ORDER}: dilated causal convolutions, which share weights over time."
    )


def make_backbone(
    name: str,
    n_channels: int,
    order: int,
    hidden_size: int = 64,
    n_layers: int = 2,
    dropout: float = 0.0,
    activation: str = "relu",
    n_long: int | None = None,
    n_constant: int = 0,
) -> Backbone:
    """Make a backbone by its name.

    Parameters
    ----------
    name : {"mlp", "causal_cnn", "gru", "lstm", "attention"}
        Which one.
    n_channels : int
        Entries of an input, 1 or more.
    order : int
        Inputs p before the first features, 1 or more.
    hidden_size : int, default=64
        Width of the features and of the layers before them, 1 or more.
    n_layers : int, default=2
        Layers, 1 or more; convolutions have as many more as it takes to reach p inputs back.
    dropout : float, default=0.0
        Probability in [0, 1) that an entry of a layer is zeroed while training.
    activation : {"relu", "gelu", "silu", "tanh"}, default="relu"
        Nonlinearity between layers. GRU and LSTM have gates of their own instead.
    n_long : int, default=None
        Channels that an MLP reads at all p lags, the first ones, the others at the last 24; None for all.
    n_constant : int, default=0
        Channels that are the same at all times, the last ones, which an MLP reads once.

    Returns
    -------
    Backbone
        With weights drawn from torch's global generator.

    Raises
    ------
    InvalidParameterError
        A name is unknown or a number outside its range.

    Examples
    --------
    >>> backbone = make_backbone("lstm", n_channels=3, order=48)
    >>> type(backbone).__name__, backbone.n_features
    ('LSTM', 64)
    """
    if name in _RECURRENT:
        return _RECURRENT[name](n_channels, order, hidden_size, n_layers, dropout)
    if name == "mlp":
        return MLP(n_channels, order, hidden_size, n_layers, dropout, activation, n_long, n_constant)
    if name in _LAYERED:
        return _LAYERED[name](n_channels, order, hidden_size, n_layers, dropout, activation)
    raise InvalidParameterError(f"unknown backbone {name!r}; {nearest(name, BACKBONES)}")
