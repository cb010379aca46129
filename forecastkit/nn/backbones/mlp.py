"""A multilayer perceptron on the last inputs."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .activation import make_activation
from .backbone import Backbone, State

_REACH = 24  # lags of the channels that are not read at all of them


class MLP(Backbone):
    """Fully connected layers on the last p inputs: z_0 = (u_{t-p+1}, ..., u_t), z_l = a(W_l z_{l-1} + b_l), h_t = z_L.

    Every lag has weights of its own, which suits small orders. Of channels after the first `n_long` only the last 24
    inputs are read, of the last `n_constant` ones only the very last: weights for every lag of many covariates would be
    more than data can tell.

    Parameters
    ----------
    n_channels : int
        Entries of an input, 1 or more.
    order : int
        Inputs p that features depend on, 1 or more.
    hidden_size : int, default=64
        Width d of every layer and of the features, 1 or more.
    n_layers : int, default=2
        Hidden layers L, 1 or more.
    dropout : float, default=0.0
        Probability in [0, 1) that an entry of a layer is zeroed while training.
    activation : {"relu", "gelu", "silu", "tanh"}, default="relu"
        Nonlinearity a.
    n_long : int, default=None
        Channels read at all p lags, the first ones; None for all.
    n_constant : int, default=0
        Channels read at one lag, the last ones, which are the same at all of them.

    Attributes
    ----------
    receptive_field : int
        p.

    Notes
    -----
    O(p n_channels d + L d²) operations for one position. The state is the last p inputs. The windows of `forward` are
    views of the inputs, copied once for the first layer: p n_channels numbers a position.

    References
    ----------
    .. [1] A. Lapedes and R. Farber (1987), Nonlinear signal processing using neural networks: prediction and system
       modelling, Los Alamos report LA-UR-87-2662.

    Examples
    --------
    >>> mlp = MLP(n_channels=1, order=3, hidden_size=8)
    >>> mlp(torch.zeros(2, 5, 1)).shape
    torch.Size([2, 3, 8])
    """

    def __init__(
        self,
        n_channels: int,
        order: int,
        hidden_size: int = 64,
        n_layers: int = 2,
        dropout: float = 0.0,
        activation: str = "relu",
        n_long: int | None = None,
        n_constant: int = 0,
    ) -> None:
        super().__init__(n_channels, order, hidden_size, n_layers, dropout)
        self.receptive_field = order
        self.n_varying, self.reach = n_channels - n_constant, min(order, _REACH)
        self.n_long = self.n_varying if n_long is None else n_long
        self.layers = nn.Sequential()
        n_inputs = self.n_long * order + (self.n_varying - self.n_long) * self.reach + n_constant
        for width in [n_inputs] + [hidden_size] * (n_layers - 1):
            self.layers.extend([nn.Linear(width, hidden_size), make_activation(activation), nn.Dropout(dropout)])

    def _initial_state(self, inputs: Tensor) -> State:
        return (inputs[:, :0],)

    def _advance(self, inputs: Tensor, state: State, n_positions: int) -> tuple[Tensor, State]:
        context = torch.cat([*state, inputs], dim=1)
        span = context[:, -(self.order + n_positions - 1) :]
        windows = span.unfold(1, self.order, 1)  # (batch, n_positions, n_channels, order)
        parts = [windows[:, :, : self.n_long].flatten(2)]
        if self.n_long < self.n_varying:
            parts.append(windows[:, :, self.n_long : self.n_varying, -self.reach :].flatten(2))
        if self.n_varying < self.n_channels:
            parts.append(windows[:, :, self.n_varying :, -1])
        return self.layers(torch.cat(parts, dim=2) if len(parts) > 1 else parts[0]), (context[:, -self.order :],)
