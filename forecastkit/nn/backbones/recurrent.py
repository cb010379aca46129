"""Recurrent networks: GRU and LSTM."""

from __future__ import annotations

from torch import Tensor, nn

from .backbone import Backbone, State


class GRU(Backbone):
    """Gated recurrent units: s_t = (1 - z) ⊙ n + z ⊙ s_{t-1}, gates z and candidate n from u_t and s_{t-1}; h_t = s_t.

    The features carry over from one input to the next, with the same weights at every time; s_0 = 0 before the window.

    Parameters
    ----------
    n_channels : int
        Entries of an input, 1 or more.
    order : int
        Inputs p before the first features, 1 or more.
    hidden_size : int, default=64
        Width d of every layer and of the features, 1 or more.
    n_layers : int, default=2
        Layers L on top of each other, 1 or more.
    dropout : float, default=0.0
        Probability in [0, 1) that an output of a layer, the features included, is zeroed while training.

    Attributes
    ----------
    receptive_field : None
        Features depend on all inputs since the start of the window.

    Notes
    -----
    O(L d²) operations for an input, one input after another. The state is s_t of every layer, (batch, L, d).

    References
    ----------
    .. [1] K. Cho et al. (2014), Learning phrase representations using RNN encoder-decoder for statistical machine
       translation, Proceedings of EMNLP, section 2.3.

    Examples
    --------
    >>> import torch
    >>> gru = GRU(n_channels=1, order=3, hidden_size=8)
    >>> features, (state,) = gru.start(torch.zeros(4, 3, 1))
    >>> features.shape, state.shape
    (torch.Size([4, 8]), torch.Size([4, 2, 8]))
    """

    def __init__(
        self, n_channels: int, order: int, hidden_size: int = 64, n_layers: int = 2, dropout: float = 0.0
    ) -> None:
        super().__init__(n_channels, order, hidden_size, n_layers, dropout)
        between = dropout if n_layers > 1 else 0.0
        self.layers = nn.GRU(n_channels, hidden_size, n_layers, batch_first=True, dropout=between)
        self.dropout = nn.Dropout(dropout)

    def _initial_state(self, inputs: Tensor) -> State:
        return (inputs.new_zeros(len(inputs), self.layers.num_layers, self.n_features),)

    def _advance(self, inputs: Tensor, state: State, n_positions: int) -> tuple[Tensor, State]:
        outputs, hidden = self.layers(inputs, _exchanged(state[0]))
        return self.dropout(outputs[:, -n_positions:]), (_exchanged(hidden),)


class LSTM(Backbone):
    """Long short-term memory: c_t = f ⊙ c_{t-1} + i ⊙ g, s_t = o ⊙ tanh(c_t), gates from u_t and s_{t-1}; h_t = s_t.

    As :class:`GRU`, with a memory cell c_t apart from the output.

    Parameters
    ----------
    n_channels : int
        Entries of an input, 1 or more.
    order : int
        Inputs p before the first features, 1 or more.
    hidden_size : int, default=64
        Width d of every layer and of the features, 1 or more.
    n_layers : int, default=2
        Layers L on top of each other, 1 or more.
    dropout : float, default=0.0
        Probability in [0, 1) that an output of a layer, the features included, is zeroed while training.

    Attributes
    ----------
    receptive_field : None
        Features depend on all inputs since the start of the window.

    Notes
    -----
    O(L d²) operations for an input, one input after another. The state is s_t and c_t of every layer, each
    (batch, L, d).

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber (1997), Long short-term memory, Neural Computation 9.
    .. [2] F. A. Gers, J. Schmidhuber and F. Cummins (2000), Learning to forget: continual prediction with LSTM, Neural
       Computation 12.

    Examples
    --------
    >>> import torch
    >>> lstm = LSTM(n_channels=1, order=3, hidden_size=8)
    >>> lstm(torch.zeros(4, 5, 1)).shape
    torch.Size([4, 3, 8])
    """

    def __init__(
        self, n_channels: int, order: int, hidden_size: int = 64, n_layers: int = 2, dropout: float = 0.0
    ) -> None:
        super().__init__(n_channels, order, hidden_size, n_layers, dropout)
        between = dropout if n_layers > 1 else 0.0
        self.layers = nn.LSTM(n_channels, hidden_size, n_layers, batch_first=True, dropout=between)
        self.dropout = nn.Dropout(dropout)

    def _initial_state(self, inputs: Tensor) -> State:
        zeros = inputs.new_zeros(len(inputs), self.layers.num_layers, self.n_features)
        return zeros, zeros

    def _advance(self, inputs: Tensor, state: State, n_positions: int) -> tuple[Tensor, State]:
        hidden, cell = state
        outputs, (hidden, cell) = self.layers(inputs, (_exchanged(hidden), _exchanged(cell)))
        return self.dropout(outputs[:, -n_positions:]), (_exchanged(hidden), _exchanged(cell))


def _exchanged(state: Tensor) -> Tensor:
    """Exchange the axes of batch and layer: torch has the layers first, and its fast kernels want them contiguous."""
    return state.transpose(0, 1).contiguous()
