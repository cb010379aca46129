"""Edge weights that are learned, from a given graph on."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...errors import InvalidParameterError


class RefinedTransition(nn.Module):
    """A transition matrix that training moves away from a given one: Q[v, ·] = softmax_u(log P[v, u] + aᵥ · bᵤ).

    Every node has two embeddings, a as it listens and b as it speaks. All b start at zero, so Q starts at P. The rows
    stay nonnegative with a sum of one. A softmax of the embeddings alone, as in the reference, would forget the graph.

    Parameters
    ----------
    start : Tensor, shape (n_nodes, n_nodes)
        P as :func:`transition` returns it: rows that sum to one, or to zero for a node without neighbours.
    new_edges : float, default=0.05
        Share of each row, in [0, 1), that is spread over all other nodes at the start, so that edges missing in the
        graph can be found. With 0 there will never be another edge than the given ones, and a node without
        neighbours keeps none.
    n_dimensions : int, default=10
        Length of an embedding, 1 or more.

    Attributes
    ----------
    listening, speaking : Parameter, shape (n_nodes, n_dimensions)
        Embeddings a and b. The first are drawn from torch's generator.

    Raises
    ------
    InvalidParameterError
        ``new_edges`` is outside [0, 1).

    Notes
    -----
    O(n_nodes²) operations and memory: for some thousand nodes at most.

    References
    ----------
    .. [1] Z. Wu, S. Pan, G. Long, J. Jiang and C. Zhang (2019), Graph WaveNet for deep spatial-temporal graph modeling,
       arXiv:1906.00121, equation 5 (the self-adaptive adjacency matrix).

    Examples
    --------
    >>> start = torch.tensor([[0.0, 0.5, 0.5], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    >>> RefinedTransition(start, new_edges=0.0)().tolist()
    [[0.0, 0.5, 0.5], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """

    log_start: Tensor

    def __init__(self, start: Tensor, new_edges: float = 0.05, n_dimensions: int = 10) -> None:
        super().__init__()
        if not 0 <= new_edges < 1:
            raise InvalidParameterError(f"'new_edges' must be a number in [0, 1), got {new_edges!r}")
        n = len(start)
        alone = 1 - start.sum(dim=1, keepdim=True).round()  # 1 for a node without neighbours: it may listen to nobody
        others = (1 - torch.eye(n, dtype=start.dtype)) / max(n - 1, 1)
        share = new_edges if n > 1 else 0.0
        log_start = torch.cat([(1 - share) * start + share * others, (1 - share) * alone], dim=1).log()
        self.register_buffer("log_start", log_start.to(torch.get_default_dtype()), persistent=False)
        self.listening = nn.Parameter(torch.randn(n, n_dimensions))
        self.speaking = nn.Parameter(torch.zeros(n, n_dimensions))

    def forward(self) -> Tensor:
        """Return the transition matrix as it is now, shape (n_nodes, n_nodes)."""
        change = nn.functional.pad(self.listening @ self.speaking.T, (0, 1))
        return torch.softmax(self.log_start + change, dim=1)[:, :-1]
