"""Graph convolution: a linear map of a node and of what its neighbours say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from .diffusion import Diffusion

if TYPE_CHECKING:
    from .sparse_matrix import SparseMatrix


class GraphConvolution(nn.Module):
    """Diffusion convolution: y_v = W_0 x_v + Σ_s W_s Σ_u P_s[v, u] x_u + c.

    The supports P_s are walks of one to K hops along the edges and, when bidirectional, against them. A node has a
    weight W_0 of its own, so one without neighbours is mapped as well.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of x and of y, 1 or more.
    adjacency : array_like or Tensor, shape (n_nodes, n_nodes)
        Weight of each edge u → v, by which u informs v; 0 where there is none and on the diagonal.
    n_hops : int, default=1
        Longest walk K, 1 or more.
    bidirectional : bool, default=True
        Walk the edges against their direction too.
    refine : bool, default=False
        Learn the weights of the edges, starting at the given ones.
    new_edges : float, default=0.05
        Share of the weights, in [0, 1), given to pairs without an edge when refining.
    product : {"auto", "dense", "sparse"}, default="auto"
        How to multiply; "auto" decides by size and density.
    bias : bool, default=True
        Whether there is a constant c.

    Attributes
    ----------
    diffusion : Diffusion
        The averages over neighbours.
    readout : Linear
        W_0, W_1, … side by side, and c.

    Raises
    ------
    InvalidParameterError
        As for :class:`Diffusion`.

    Notes
    -----
    One product with the graph for all batches, and one with the weights. The same weights for all nodes: permuting the
    nodes of graph and input permutes the output.

    References
    ----------
    .. [1] Y. Li, R. Yu, C. Shahabi and Y. Liu (2018), Diffusion convolutional recurrent neural network: data-driven
       traffic forecasting, arXiv:1707.01926, equations 2 and 3.

    Examples
    --------
    >>> convolution = GraphConvolution(3, 8, [[0, 1], [0, 0]])
    >>> convolution(torch.zeros(32, 24, 2, 3)).shape
    torch.Size([32, 24, 2, 8])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        adjacency: ArrayLike | Tensor,
        n_hops: int = 1,
        bidirectional: bool = True,
        refine: bool = False,
        new_edges: float = 0.05,
        product: str = "auto",
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.diffusion = Diffusion(adjacency, n_hops, bidirectional, refine, new_edges, product)
        self.readout = nn.Linear((1 + self.diffusion.n_supports) * in_channels, out_channels, bias=bias)

    def forward(self, x: Tensor, weights: Tensor | SparseMatrix | None = None, node_dim: int = -2) -> Tensor:
        """Convolve.

        Parameters
        ----------
        x : Tensor, shape (..., n_nodes, in_channels), or (n_nodes, ..., in_channels)
        weights : Tensor, SparseMatrix or None, default=None
            What ``diffusion.weights()`` returned; None asks for it.
        node_dim : int, default=-2
            Axis of the nodes; 0 is the fastest.

        Returns
        -------
        Tensor, shape (..., n_nodes, out_channels)
            The nodes at the axis where they were.

        Raises
        ------
        InvalidParameterError
            ``x`` has another number of nodes.
        """
        return self.readout(torch.cat([x, self.diffusion(x, weights, node_dim)], dim=-1))
