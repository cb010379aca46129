"""Dilated causal convolutions over time."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .activation import make_activation
from .backbone import Backbone, State

_LARGEST_NARROW_ORDER = 4  # two layers with a kernel of 2 see 4 inputs, with a kernel of 3 they see 7


class CausalConvolution(Backbone):
    """Dilated convolutions: z_0 = W u + b, z_{l+1,t} = z_{l,t} + V a(Σ_k K_k z_{l,t-k 2^l} + c) + e, h_t = z_{L,t}.

    The weights are the same at every time, and the dilation doubles from layer to layer, so that the number of layers
    grows with the logarithm of the order. Before the start of the window every layer sees zeros.

    Parameters
    ----------
    n_channels : int
        Entries of an input, 1 or more.
    order : int
        Inputs p that the features reach back to, 1 or more.
    hidden_size : int, default=64
        Width d of every layer and of the features, 1 or more.
    n_layers : int, default=2
        Least number of layers, 1 or more; there are as many as it takes to reach p inputs back.
    dropout : float, default=0.0
        Probability in [0, 1) that an entry of a layer is zeroed while training.
    activation : {"relu", "gelu", "silu", "tanh"}, default="relu"
        Nonlinearity a.

    Attributes
    ----------
    receptive_field : int
        1 + (K - 1)(2^L - 1), at least p, for L layers with a kernel of K = 3 (2 up to order 4).

    Notes
    -----
    O(L K d²) operations for a position, L = O(log p). The state is what each layer still reaches of its past
    inputs, d (receptive_field - 1) numbers a series, and is copied by every step.

    References
    ----------
    .. [1] A. van den Oord et al. (2016), WaveNet: a generative model for raw audio, arXiv:1609.03499, section 2.1.
    .. [2] S. Bai, J. Z. Kolter and V. Koltun (2018), An empirical evaluation of generic convolutional and recurrent
       networks for sequence modeling, arXiv:1803.01271, section 3.

    Examples
    --------
    >>> convolution = CausalConvolution(n_channels=1, order=100, hidden_size=8)
    >>> len(convolution.layers), convolution.receptive_field
    (6, 127)
    >>> convolution(torch.zeros(2, 120, 1)).shape
    torch.Size([2, 21, 8])
    """

    def __init__(
        self,
        n_channels: int,
        order: int,
        hidden_size: int = 64,
        n_layers: int = 2,
        dropout: float = 0.0,
        activation: str = "relu",
    ) -> None:
        super().__init__(n_channels, order, hidden_size, n_layers, dropout)
        kernel_size = 2 if order <= _LARGEST_NARROW_ORDER else 3
        depth = max(n_layers, layers_to_reach(order, kernel_size))
        dilations = [2**level for level in range(depth)]
        self._reaches = [(kernel_size - 1) * dilation for dilation in dilations]
        self.receptive_field = 1 + sum(self._reaches)
        self.lift = nn.Conv1d(n_channels, hidden_size, 1)
        self.layers = nn.ModuleList(
            _DilatedLayer(hidden_size, kernel_size, dilation, dropout, activation) for dilation in dilations
        )

    def _initial_state(self, inputs: Tensor) -> State:
        return tuple(inputs.new_zeros(len(inputs), self.n_features, reach) for reach in self._reaches)

    def _advance(self, inputs: Tensor, state: State, n_positions: int) -> tuple[Tensor, State]:
        hidden, pasts = self.lift(inputs.mT), []
        for layer, past in zip(self.layers, state, strict=True):
            hidden, past = layer(hidden, past)
            pasts.append(past)
        return hidden[..., -n_positions:].mT, tuple(pasts)


class _DilatedLayer(nn.Module):
    """One residual layer on (batch, channel, time), given the inputs from before that it still reaches."""

    def __init__(self, size: int, kernel_size: int, dilation: int, dropout: float, activation: str) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv1d(size, size, kernel_size, dilation=dilation),
            make_activation(activation),
            nn.Dropout(dropout),
            nn.Conv1d(size, size, 1),
        )

    def forward(self, inputs: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the outputs at all times, and the past for the next call."""
        context = torch.cat([past, inputs], dim=-1)
        return inputs + self.branch(context), context[..., -past.shape[-1] :]


def layers_to_reach(order: int, kernel_size: int) -> int:
    """Smallest L with 1 + (kernel_size - 1)(2^L - 1) >= order.

    Examples
    --------
    >>> [layers_to_reach(order, 3) for order in (1, 3, 4, 7, 8, 168)]
    [0, 1, 2, 2, 3, 7]
    """
    needed = -((1 - order) // (kernel_size - 1))  # the sum of dilations, 2^L - 1, that it takes
    return needed.bit_length()
