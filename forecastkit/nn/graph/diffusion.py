"""Diffusion over a graph: what the neighbours of every node say, for a whole batch in one product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from ...checks import check_choice, check_integer
from ...errors import InvalidParameterError
from .refinement import RefinedTransition
from .transition import transition

if TYPE_CHECKING:
    from .sparse_matrix import SparseMatrix  # at run time only where it is needed: PyG takes seconds to import

# Measured on 2 cores with 64 channels and a batch of 32: where both products, with gradient, take the same time.
_FEW_NODES = 40
_DENSE = 0.2


class Diffusion(nn.Module):
    """Averages over neighbours: z_v = [Σ_u P[v, u] x_u, Σ_u P²[v, u] x_u, …], P the random walk on a graph.

    The supports, P to P^K along the edges and the same against them, stand on top of each other in one matrix, which
    is multiplied once with all batches and channels side by side.

    Parameters
    ----------
    adjacency : array_like or Tensor, shape (n_nodes, n_nodes)
        Weight of each edge u → v, by which u informs v; 0 where there is none and on the diagonal.
    n_hops : int, default=1
        Longest walk K, 1 or more.
    bidirectional : bool, default=True
        Walk the edges against their direction too. A node then hears from those that it informs.
    refine : bool, default=False
        Learn the weights, starting at the given ones: see :class:`RefinedTransition`.
    new_edges : float, default=0.05
        Share of the weights, in [0, 1), given to pairs without an edge when refining. With 0 a node never depends on
        others than before.
    product : {"auto", "dense", "sparse"}, default="auto"
        How to multiply; "auto" decides by size and density, see :func:`choose_product`. Refined weights are dense.

    Attributes
    ----------
    n_nodes : int
    n_supports : int
        K, or 2 K when bidirectional.
    product : {"dense", "sparse"}

    Raises
    ------
    InvalidParameterError
        A parameter is outside its range, the weights are not those of a graph, or ``product="sparse"`` with ``refine``.

    Notes
    -----
    The output at a node depends on nodes within K hops alone, and on no batch but its own. Dense, a product takes
    O(n_supports n_nodes²) operations per batch and channel; sparse, as many as there are walks. The graph is not in
    the state dict: build the module from the same adjacency before loading one.

    References
    ----------
    .. [1] Y. Li, R. Yu, C. Shahabi and Y. Liu (2018), Diffusion convolutional recurrent neural network: data-driven
       traffic forecasting, arXiv:1707.01926, equation 2.

    Examples
    --------
    >>> diffusion = Diffusion([[0, 1, 0], [0, 0, 2], [0, 0, 0]])
    >>> x = torch.tensor([[1.0], [10.0], [100.0]])
    >>> diffusion(x).tolist()
    [[0.0, 10.0], [1.0, 100.0], [10.0, 0.0]]
    """

    supports: Tensor | SparseMatrix

    def __init__(
        self,
        adjacency: ArrayLike | Tensor,
        n_hops: int = 1,
        bidirectional: bool = True,
        refine: bool = False,
        new_edges: float = 0.05,
        product: str = "auto",
    ) -> None:
        super().__init__()
        self.n_hops = check_integer(n_hops, "n_hops", 1)
        check_choice(product, "product", ("auto", "dense", "sparse"))
        if refine and product == "sparse":
            raise InvalidParameterError(
                "product='sparse' is for fixed weights; take 'dense' or 'auto' with refine=True."
            )
        starts = [transition(adjacency, reverse) for reverse in ((False, True) if bidirectional else (False,))]
        self.n_nodes = len(starts[0])
        self.n_supports = self.n_hops * len(starts)
        self.refined = nn.ModuleList(RefinedTransition(start, new_edges) for start in starts) if refine else None
        self.product = "dense"
        if refine:
            return
        supports = _powers(starts, self.n_hops)
        self.product = choose_product(supports) if product == "auto" else product
        supports = supports.to(torch.get_default_dtype())
        if self.product == "sparse":
            from .sparse_matrix import SparseMatrix

            self.supports = SparseMatrix(supports)
        else:
            self.register_buffer("supports", supports, persistent=False)

    def weights(self) -> Tensor | SparseMatrix:
        """Return the supports on top of each other, to be used for many calls of the same pass.

        Returns
        -------
        Tensor or SparseMatrix, shape (n_supports n_nodes, n_nodes)
            Refined weights carry a gradient and hold until the next step of training.
        """
        if self.refined is None:
            return self.supports
        return _powers([transition() for transition in self.refined], self.n_hops)

    def forward(self, x: Tensor, weights: Tensor | SparseMatrix | None = None, node_dim: int = -2) -> Tensor:
        """Average over neighbours.

        Parameters
        ----------
        x : Tensor, shape (..., n_nodes, n_channels), or (n_nodes, ..., n_channels)
        weights : Tensor, SparseMatrix or None, default=None
            What :meth:`weights` returned; None asks for it.
        node_dim : int, default=-2
            Axis of the nodes. With 0 nothing has to be transposed.

        Returns
        -------
        Tensor, shape (..., n_nodes, n_supports n_channels)
            Channels of the first support, of the second, and so on.

        Raises
        ------
        InvalidParameterError
            ``x`` has another number of nodes.
        """
        return propagate(self.weights() if weights is None else weights, x, node_dim)

    def extra_repr(self) -> str:
        """Return what printing the module shows."""
        return f"n_nodes={self.n_nodes}, n_supports={self.n_supports}, product={self.product!r}"


def propagate(weights: Tensor | SparseMatrix, x: Tensor, node_dim: int = -2) -> Tensor:
    """Multiply stacked matrices with all batches at once: z = [W_1 x, W_2 x, …] along the channels.

    Parameters
    ----------
    weights : Tensor or SparseMatrix, shape (n_supports n_nodes, n_nodes)
        Matrices W_1, W_2, … on top of each other.
    x : Tensor, shape (..., n_nodes, n_channels), or with the nodes elsewhere
        The channels come last.
    node_dim : int, default=-2
        Axis of the nodes.

    Returns
    -------
    Tensor, shape (..., n_nodes, n_supports n_channels)
        The nodes at the axis where they were.

    Raises
    ------
    InvalidParameterError
        ``x`` has another number of nodes.

    Examples
    --------
    >>> propagate(torch.tensor([[0.0, 1.0], [1.0, 0.0]]), torch.tensor([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [[3.0, 4.0], [1.0, 2.0]]
    """
    n_rows, n_nodes = weights.shape
    if x.shape[node_dim] != n_nodes:
        raise InvalidParameterError(f"x must have {n_nodes} nodes on axis {node_dim}, got shape {tuple(x.shape)}.")
    nodes_first = x.movedim(node_dim, 0)
    columns = nodes_first.reshape(n_nodes, -1)
    product = weights @ columns if isinstance(weights, Tensor) else weights(columns)
    supports = product.reshape(n_rows // n_nodes, *nodes_first.shape)
    return supports.movedim(0, -2).flatten(-2).movedim(0, node_dim)


def choose_product(weights: Tensor) -> str:
    """Choose how to multiply a matrix with many columns: "dense" for small or full ones, else "sparse".

    Parameters
    ----------
    weights : Tensor, shape (n_rows, n_nodes)
        Dense.

    Returns
    -------
    {"dense", "sparse"}

    Examples
    --------
    >>> choose_product(torch.eye(12)), choose_product(torch.eye(207)), choose_product(torch.ones(207, 207))
    ('dense', 'sparse', 'dense')
    """
    full = int(torch.count_nonzero(weights)) >= _DENSE * weights.numel()
    return "dense" if full or weights.shape[1] <= _FEW_NODES else "sparse"


def _powers(walks: list[Tensor], n_hops: int) -> Tensor:
    """Powers 1 to ``n_hops`` of every matrix on top of each other, (n_hops n_walks n_nodes, n_nodes)."""
    stacked: list[Tensor] = []
    for walk in walks:
        power = walk
        for hop in range(n_hops):
            power = power @ walk if hop else walk
            stacked.append(power)
    return torch.cat(stacked)
