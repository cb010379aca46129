"""The full graph network: the law of every value given all others, as a correction of a linear law."""

from __future__ import annotations

from typing import Any

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from ...nn.graph import Diffusion
from ...nn.heads import Emission, make_head
from .node_features import N_SEEN
from .recurrence import GraphRecurrence


class CorrectionNetwork(nn.Module):
    """Law of the residual (z_v − μ_v) / s_v of a linear estimate, given everything but z_v itself.

    States from the past and the future of every node (:class:`GraphRecurrence`) meet at each time in a decoder over
    the graph: node v reads its own states, what is known without z_v, and messages of its neighbours, which do read
    their own values at that time. It starts as the standard law: the linear estimate, unchanged.

    Parameters
    ----------
    n_features : int
        Channels of :func:`node_features`.
    adjacency : array_like, shape (n_nodes, n_nodes)
        Weight of each edge u → v. Neighbours are those along the edges and against them.
    hidden_size : int, default=64
        Width of a state, 4 or more.
    n_layers : int, default=2
        Layers of the decoder after the messages, 1 or more.
    head : str, default="student_t"
        Family of the law, see `forecastkit.nn.heads`.
    dropout : float, default=0.0
        On what the decoder's layers read, in [0, 1).
    refine : bool, default=False
        Learn the weights of the graph.

    Attributes
    ----------
    specification : dict
        The arguments, without the graph.

    Notes
    -----
    All weights are shared by the nodes: their number does not grow with the network, and the order of nodes has no
    effect. A message is passed on once in the decoder, never back, so that no value returns to its own node.

    References
    ----------
    A. Cini, I. Marisca and C. Alippi (2022), Filling the G_ap_s: multivariate time series imputation by graph neural
    networks, ICLR: the idea of two directions and of a decoder over the graph.

    Examples
    --------
    >>> network = CorrectionNetwork(10, [[0, 1], [1, 0]], hidden_size=8)
    >>> law = network(torch.zeros(3, 5, 2, 10))
    >>> law.mean.shape, bool((law.mean == 0).all())
    (torch.Size([3, 5, 2, 1]), True)
    """

    def __init__(
        self,
        n_features: int,
        adjacency: ArrayLike,
        hidden_size: int = 64,
        n_layers: int = 2,
        head: str = "student_t",
        dropout: float = 0.0,
        refine: bool = False,
    ) -> None:
        super().__init__()
        self.specification: dict[str, Any] = {
            "n_features": n_features,
            "hidden_size": hidden_size,
            "n_layers": n_layers,
            "head": head,
            "dropout": dropout,
            "refine": refine,
        }
        self.diffusion = Diffusion(adjacency, refine=refine)
        self.recurrence = GraphRecurrence(n_features, N_SEEN, hidden_size, self.diffusion)
        width = hidden_size // 2
        self.message = nn.Linear(2 * hidden_size + n_features, width)
        self.own = nn.Linear(2 * hidden_size + n_features - N_SEEN, hidden_size)
        self.told = nn.Linear(self.diffusion.n_supports * width, hidden_size, bias=False)
        self.layers = nn.ModuleList(nn.Linear(hidden_size, hidden_size) for _ in range(n_layers - 1))
        self.dropout = nn.Dropout(dropout)
        self.head = make_head(head, hidden_size)
        self.head.start_at_zero()

    def forward(self, features: Tensor) -> Emission:
        """Law of every residual.

        Parameters
        ----------
        features : Tensor, shape (batch, length, n_nodes, n_features)

        Returns
        -------
        Emission
            Of batch shape (batch, length, n_nodes, 1); at (t, v) it does not depend on the first ``N_SEEN`` channels
            of v at t.
        """
        nodes = features.permute(1, 2, 0, 3).contiguous()
        states = torch.cat(self.recurrence(nodes), dim=-1)
        message = torch.relu(self.message(torch.cat([states, nodes], dim=-1)))
        told = self.told(self.diffusion(message, node_dim=1))
        read = torch.relu(self.own(torch.cat([states, nodes[..., N_SEEN:]], dim=-1)) + told)
        for layer in self.layers:
            read = read + torch.relu(layer(self.dropout(read)))
        return self.head(read.permute(2, 0, 1, 3))
