"""The autoregressive graph network: the law of the next row of a sensor network given the rows before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from ...nn.graph import Diffusion
from ...nn.heads import Emission, make_head


@dataclass(frozen=True, eq=False)
class CausalState:
    """What the network carries from row to row, of a batch.

    Parameters
    ----------
    hidden : Tensor, shape (n_nodes, batch, hidden_size)
        h.
    lags : Tensor, shape (n_nodes, batch, order)
        The last rows, latest first, gaps filled with what stood in for them.
    """

    hidden: Tensor
    lags: Tensor

    def arrays(self) -> dict[str, np.ndarray]:
        """Return both as named arrays."""
        return {"hidden": self.hidden.numpy(), "lags": self.lags.numpy()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> CausalState:
        """Rebuild from `arrays`."""
        return cls(torch.from_numpy(np.array(arrays["hidden"])), torch.from_numpy(np.array(arrays["lags"])))


class CausalNetwork(nn.Module):
    """p(z^t | z^{<t}) = Π_v p(z_v^t | h_v^t) with h^t = GNN(h^{t−1}, (m z, m)^{t−1}, covariates of t).

    A gated recurrent unit whose gates read a node and its in-neighbours up to L hops away, once a row; the law's
    location is a linear autoregression over the graph plus a correction that starts at zero.

    Parameters
    ----------
    adjacency : array_like, shape (n_nodes, n_nodes)
        Weight of each edge u → v: u informs v, and not the other way round.
    order : int, default=4
        Lags of the linear autoregression, 1 or more.
    n_known : int, default=0
        Covariates of time.
    hidden_size : int, default=64
        Width of a state, 2 or more.
    n_hops : int, default=2
        L.
    head : str, default="student_t"
        Family of the law, see `forecastkit.nn.heads`.

    Attributes
    ----------
    specification : dict
        The arguments, without the graph.
    coefficients : Tensor, shape (n_nodes, order, 2)
        Of a node's own lags and of its in-neighbours' average; buffers, set by `start_linear`.
    scale : Tensor, shape (n_nodes,)
        Unit of the correction and of the law's width.

    Notes
    -----
    z_v^t depends on z_u^s only if s < t and a walk u → v of at most L (t − s) edges exists.

    Examples
    --------
    >>> network = CausalNetwork([[0, 1], [0, 0]], order=1, hidden_size=4)
    >>> law, state = network.step(network.start(batch=3), torch.zeros(3, 0))
    >>> law.mean.shape, network.seen(state, torch.zeros(2, 3), torch.ones(2, 3, dtype=torch.bool), law).lags.shape
    (torch.Size([2, 3, 1]), torch.Size([2, 3, 1]))
    """

    coefficients: Tensor
    scale: Tensor

    def __init__(
        self,
        adjacency: ArrayLike,
        order: int = 4,
        n_known: int = 0,
        hidden_size: int = 64,
        n_hops: int = 2,
        head: str = "student_t",
    ) -> None:
        super().__init__()
        self.specification: dict[str, Any] = {
            "order": order,
            "n_known": n_known,
            "hidden_size": hidden_size,
            "n_hops": n_hops,
            "head": head,
        }
        self.order = order
        self.n_known = n_known
        self.hidden_size = hidden_size
        self.diffusion = Diffusion(adjacency, n_hops=n_hops, bidirectional=False)
        n_supports = self.diffusion.n_supports
        width = hidden_size // 2
        self.message = nn.Linear(hidden_size + 3, width, bias=False)
        self.gates = nn.Linear(hidden_size + 3 + n_supports * width, 3 * hidden_size)
        self.read = nn.Linear(hidden_size + n_known, hidden_size)
        self.head = make_head(head, hidden_size)
        self.head.start_at_zero()
        n_nodes = self.diffusion.n_nodes
        self.register_buffer("coefficients", torch.zeros(n_nodes, order, 2))
        self.register_buffer("scale", torch.ones(n_nodes))

    @torch.no_grad()
    def start_linear(self, coefficients: ArrayLike, deviation: ArrayLike) -> None:
        """Take over a linear autoregression; the law is then exactly that one's, until training corrects it.

        Parameters
        ----------
        coefficients : array_like, shape (n_nodes, order, 2)
        deviation : array_like, shape (n_nodes,)
            Of its residuals.
        """
        self.coefficients.copy_(torch.as_tensor(coefficients))
        self.scale.copy_(torch.as_tensor(deviation))

    def start(self, batch: int = 1) -> CausalState:
        """State before anything was seen: zeros, the mean of standardised values."""
        like = self.scale
        n_nodes = len(like)
        return CausalState(like.new_zeros(n_nodes, batch, self.hidden_size), like.new_zeros(n_nodes, batch, self.order))

    def step(self, state: CausalState, known: Tensor) -> tuple[Emission, CausalState]:
        """Law of the next row.

        Parameters
        ----------
        state : CausalState
        known : Tensor, shape (batch, n_known)
            Covariates of the row.

        Returns
        -------
        law : Emission
            Of batch shape (n_nodes, batch, 1).
        state : CausalState
            The same: see `seen`.
        """
        told = torch.stack([state.lags, self.first_hop(state.lags)], dim=-1)
        linear = torch.einsum("nbps,nps->nb", told, self.coefficients)
        covariates = known.expand(len(self.scale), *known.shape)
        features = torch.relu(self.read(torch.cat([state.hidden, covariates], dim=-1)))
        law = self.head(features).scaled(linear[..., None], self.scale[:, None, None])
        return law, state

    def seen(self, state: CausalState, z: Tensor, observed: Tensor, law: Emission) -> CausalState:
        """State after a row.

        Parameters
        ----------
        state : CausalState
            That of the law.
        z : Tensor, shape (n_nodes, batch)
            Finite; ignored where it is not observed.
        observed : Tensor of bool, shape (n_nodes, batch)
        law : Emission
            Of the row: its mean stands in for what is missing.

        Returns
        -------
        CausalState
        """
        expected = law.mean[..., 0]
        value = torch.where(observed, z, expected)
        surprise = ((value - expected) / self.scale[:, None]).clamp(-8.0, 8.0)
        seen = torch.stack([value * observed, observed.to(value), surprise], dim=-1)
        both = torch.cat([state.hidden, seen], dim=-1)
        told = self.diffusion(self.message(both), node_dim=0)
        size = self.hidden_size
        # The candidate reads the state through a gate on its own path, as a minimal gated unit does.
        reset, keep, candidate = self.gates(torch.cat([both, told], dim=-1)).split(size, dim=-1)
        candidate = torch.tanh(candidate * torch.sigmoid(reset))
        hidden = torch.lerp(candidate, state.hidden, torch.sigmoid(keep))
        return CausalState(hidden, torch.cat([value[..., None], state.lags[..., :-1]], dim=-1))

    def first_hop(self, x: Tensor) -> Tensor:
        """Average over in-neighbours, (n_nodes, batch, channels) in and out."""
        return self.diffusion(x, node_dim=0)[..., : x.shape[-1]]

    def in_weights(self) -> Tensor:
        """Matrix of these averages, shape (n_nodes, n_nodes)."""
        return self.first_hop(torch.eye(len(self.scale)).to(self.scale).unsqueeze(1))[:, 0]
