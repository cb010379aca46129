"""The transition matrix of a graph: how a random walk moves from a node to its neighbours."""

from __future__ import annotations

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from ...errors import InvalidParameterError


def transition(adjacency: ArrayLike | Tensor, reverse: bool = False) -> Tensor:
    """Normalise edge weights over the neighbours of each node: P[v, u] = A[u, v] / Σ_w A[w, v].

    Row v of P is the average that node v takes over those that inform it. In reverse the edges are walked against
    their direction, P[v, u] = A[v, u] / Σ_w A[v, w]: node v looks at those that it informs.

    Parameters
    ----------
    adjacency : array_like or Tensor, shape (n_nodes, n_nodes)
        A; A[u, v] > 0 is the weight of the edge u → v, 0 says that there is none. No edge leads from a node to itself.
    reverse : bool, default=False
        Walk the edges against their direction.

    Returns
    -------
    Tensor, shape (n_nodes, n_nodes)
        float64. A row sums to one, or to zero for a node without a neighbour.

    Raises
    ------
    InvalidParameterError
        The matrix is not square, or a weight is negative, not finite or on the diagonal.

    References
    ----------
    .. [1] Y. Li, R. Yu, C. Shahabi and Y. Liu (2018), Diffusion convolutional recurrent neural network: data-driven
       traffic forecasting, arXiv:1707.01926, section 2.2 (the random walk of equation 2).

    Examples
    --------
    >>> transition([[0, 1, 0], [0, 0, 0], [0, 3, 0]]).tolist()
    [[0.0, 0.0, 0.0], [0.25, 0.0, 0.75], [0.0, 0.0, 0.0]]
    >>> transition([[0, 1, 0], [0, 0, 0], [0, 3, 0]], reverse=True).tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    weights = torch.as_tensor(adjacency, dtype=torch.float64)
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1] or not len(weights):
        raise InvalidParameterError(f"adjacency must have shape (n_nodes, n_nodes), got {tuple(weights.shape)}.")
    wrong = ~torch.isfinite(weights) | (weights < 0)
    if wrong.any():
        source, target = wrong.nonzero()[0].tolist()
        raise InvalidParameterError(
            f"adjacency must hold weights of 0 or more, got {float(weights[source, target])} at ({source}, {target})."
        )
    loops = weights.diagonal().nonzero().flatten()
    if len(loops):
        raise InvalidParameterError(
            f"adjacency must be 0 on its diagonal, got {float(weights[loops[0], loops[0]])} for node {int(loops[0])}: "
            "every node knows itself already."
        )
    received = weights if reverse else weights.T
    received = received / received.amax(dim=1, keepdim=True).clamp_min(torch.finfo(torch.float64).tiny)
    total = received.sum(dim=1, keepdim=True)
    return received / torch.where(total > 0, total, 1.0)
