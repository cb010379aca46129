"""States of all nodes before each time, from the past and from the future, in one walk."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...nn.graph import Diffusion


class GraphRecurrence(nn.Module):
    """Minimally gated recurrent states over a graph, forward and backward in time.

    With i_v = [features of v, what its neighbours saw] and n_v = [h_v, Σ_u P[v, u] M h_u] before the step:
    q = σ(A i_v + B n_v), c = tanh(A' i_v + B' n_v), h_v ← c + q ⊙ (h_v − c). Both directions share the weights on
    states; each has its own on features.

    Parameters
    ----------
    n_features : int
        Channels of a node at a time.
    n_told : int
        The first so many of them are read from the neighbours, too.
    hidden_size : int
        Width of a state, 4 or more.
    diffusion : Diffusion
        Averages P over neighbours.

    Notes
    -----
    The walk is made once, for all windows, all nodes and both directions; a step is one product with the graph and two
    with weights. A message M h is a quarter as wide as a state, and one gate does the work of two.

    References
    ----------
    Y. Li, R. Yu, C. Shahabi and Y. Liu (2018), Diffusion convolutional recurrent neural network, arXiv:1707.01926.
    G.-B. Zhou, J. Wu, C.-L. Zhang and Z.-H. Zhou (2016), Minimal gated unit for recurrent neural networks,
    International Journal of Automation and Computing 13.
    """

    def __init__(self, n_features: int, n_told: int, hidden_size: int, diffusion: Diffusion) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.n_told = n_told
        self.diffusion = diffusion
        width = max(1, hidden_size // 4)
        n_supports = diffusion.n_supports
        n_inputs = n_features + n_supports * n_told
        self.forward_input = nn.Linear(n_inputs, 2 * hidden_size)
        self.backward_input = nn.Linear(n_inputs, 2 * hidden_size)
        self.message = nn.Linear(hidden_size, width, bias=False)
        self.state = nn.Linear(hidden_size + n_supports * width, 2 * hidden_size, bias=False)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Walk through windows.

        Parameters
        ----------
        features : Tensor, shape (length, n_nodes, batch, n_features)

        Returns
        -------
        past : Tensor, shape (length, n_nodes, batch, hidden_size)
            State of each node before each time: it knows the features of earlier times only.
        future : Tensor, same shape
            The same from behind: features of later times only.
        """
        n_nodes, batch = features.shape[1:3]
        weights = self.diffusion.weights()
        told = self.diffusion(features[..., : self.n_told], weights, node_dim=1)
        inputs = torch.cat([features, told], dim=-1)
        both = torch.cat([self.forward_input(inputs), self.backward_input(inputs).flip(0)], dim=2)
        state = features.new_zeros(n_nodes, 2 * batch, self.hidden_size)
        states: list[Tensor] = []
        for gates in both.unbind(0):
            states.append(state)
            message = self.diffusion(self.message(state), weights, node_dim=0)
            keep, candidate = (gates + self.state(torch.cat([state, message], dim=-1))).chunk(2, dim=-1)
            state = torch.lerp(torch.tanh(candidate), state, torch.sigmoid(keep))
        past, future = torch.stack(states).split(batch, dim=2)
        return past, future.flip(0)
