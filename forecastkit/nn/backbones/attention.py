"""Causal self-attention over time."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from .activation import make_activation
from .backbone import Backbone, State


class CausalAttention(Backbone):
    """Transformer decoder: z ← z + A(N z), z ← z + F(N z) a layer, with attention A to the present and the past only.

    Head i weighs time s at time t ≥ s by softmax_s(q_t · k_s / √d_i - m_i (t - s)) with m_i = 2^(-8 i / n_heads). The
    penalty on distance is all that tells times apart, so that windows longer than those of training work. F is a
    layer of 4 d units, N a layer normalisation; z_0 = W u + b, and h is N z of the last layer.

    Parameters
    ----------
    n_channels : int
        Entries of an input, 1 or more.
    order : int
        Inputs p before the first features, 1 or more.
    hidden_size : int, default=64
        Width d of z and of the features, 1 or more: 4 heads when 4 divides it, 2 when 2 does, else 1.
    n_layers : int, default=2
        Layers L, 1 or more.
    dropout : float, default=0.0
        Probability in [0, 1) that an attention weight or an entry of a layer is zeroed while training.
    activation : {"relu", "gelu", "silu", "tanh"}, default="relu"
        Nonlinearity of F.

    Attributes
    ----------
    receptive_field : None
        Features depend on all inputs since the start of the window.

    Notes
    -----
    O(L (d² + n d)) operations for a position with n inputs before it. The state holds keys and values of all inputs so
    far, 2 L n d numbers a series, and is copied by every step.

    References
    ----------
    .. [1] A. Vaswani et al. (2017), Attention is all you need, Advances in Neural Information Processing Systems 30.
    .. [2] O. Press, N. A. Smith and M. Lewis (2022), Train short, test long: attention with linear biases enables
       input length extrapolation, ICLR, section 3.
    .. [3] R. Xiong et al. (2020), On layer normalization in the Transformer architecture, ICML, section 4.

    Examples
    --------
    >>> attention = CausalAttention(n_channels=1, order=3, hidden_size=8)
    >>> attention(torch.zeros(2, 5, 1)).shape
    torch.Size([2, 3, 8])
    """

    slopes: Tensor

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
        self.n_heads = math.gcd(hidden_size, 4)
        slopes = torch.tensor([2.0 ** (-8 * i / self.n_heads) for i in range(1, self.n_heads + 1)])
        self.register_buffer("slopes", slopes, persistent=False)
        self.lift = nn.Linear(n_channels, hidden_size)
        self.layers = nn.ModuleList(
            _AttentionLayer(hidden_size, self.n_heads, dropout, activation) for _ in range(n_layers)
        )
        self.norm = nn.LayerNorm(hidden_size)

    def _initial_state(self, inputs: Tensor) -> State:
        none = inputs.new_zeros(len(inputs), self.n_heads, 0, self.n_features // self.n_heads)
        return (none,) * (2 * len(self.layers))

    def _advance(self, inputs: Tensor, state: State, n_positions: int) -> tuple[Tensor, State]:
        n_queries = inputs.shape[1]
        bias = distance_bias(self.slopes, n_queries, state[0].shape[2] + n_queries)
        hidden, caches = self.lift(inputs), []
        for i, layer in enumerate(self.layers, start=1):
            if i == len(self.layers):  # only later layers would look at the other positions
                bias = bias[:, -n_positions:]
            hidden, *cache = layer(hidden, *state[2 * i - 2 : 2 * i], bias)
            caches += cache
        return self.norm(hidden), tuple(caches)


class _AttentionLayer(nn.Module):
    """One layer on (batch, time, size), given keys and values from before, (batch, head, past, size / n_heads)."""

    def __init__(self, size: int, n_heads: int, dropout: float, activation: str) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.norm = nn.LayerNorm(size)
        self.project = nn.Linear(size, 3 * size)
        self.merge = nn.Linear(size, size)
        self.feed_forward = nn.Sequential(
            nn.LayerNorm(size),
            nn.Linear(size, 4 * size),
            make_activation(activation),
            nn.Dropout(dropout),
            nn.Linear(4 * size, size),
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, inputs: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Compute outputs for the queries of the bias (head, query, key), and collect all keys and values so far."""
        projected = self.project(self.norm(inputs)).unflatten(-1, (3, self.n_heads, -1))
        queries, new_keys, new_values = projected.permute(2, 0, 3, 1, 4)  # each (batch, head, time, size / n_heads)
        keys, values = torch.cat([keys, new_keys], dim=2), torch.cat([values, new_values], dim=2)
        n_queries = bias.shape[1]
        attended = functional.scaled_dot_product_attention(
            queries[:, :, -n_queries:],
            keys,
            values,
            attn_mask=bias[None],  # torch has no fast kernel for a mask without the axis of the batch
            dropout_p=self.dropout.p if self.training else 0.0,
        )
        hidden = inputs[:, -n_queries:] + self.dropout(self.merge(attended.transpose(1, 2).flatten(2)))
        return hidden + self.dropout(self.feed_forward(hidden)), keys, values


def distance_bias(slopes: Tensor, n_queries: int, n_keys: int) -> Tensor:
    """Penalise distance in attention scores: -m (t - s) for a key at time s ≤ t, -∞ for a later one.

    Parameters
    ----------
    slopes : Tensor, shape (n_heads,)
        m of every head.
    n_queries : int
        Times t: the last ones of the keys.
    n_keys : int
        Times s.

    Returns
    -------
    Tensor, shape (n_heads, n_queries, n_keys)

    Examples
    --------
    >>> distance_bias(torch.tensor([0.5]), 2, 3)
    tensor([[[-0.5000, -0.0000,    -inf],
             [-1.0000, -0.5000, -0.0000]]])
    """
    times = torch.arange(n_keys, device=slopes.device)
    distance = times[n_keys - n_queries :, None] - times
    return (-slopes[:, None, None] * distance).masked_fill(distance < 0, -math.inf)
