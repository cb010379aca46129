"""The map that a network's free runs iterate: the last values onto those one block later."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..nn.backbones import MLP
from ..windows import SeriesStore, Window

if TYPE_CHECKING:
    from ..nn.heads import Emission
    from .autoregressive import AutoregressiveNetwork

_BATCH = 4_096  # states that are looked at together


@dataclass(frozen=True, eq=False)
class StateMap:
    """The state map F of a network: (z_{t-p+1}, ..., z_t) onto (z_{t-p+1+s}, ..., z_{t+s}).

    The new values are the network's means f(z_{t-p+1}, ..., z_t) of the next block: F shifts the old values by s and
    appends them. A backbone with a memory reads the p values anew at every step, from the state before any input.

    Parameters
    ----------
    network : AutoregressiveNetwork
        Trained, in evaluation mode; p and s are its ``order`` and ``block_size``.
    store : SeriesStore, default=None
        Series with the covariates that the network reads; None for a network that reads none.

    Notes
    -----
    Places say which rows of covariates a state is read with: those of the p values and the s steps from a place of the
    store on. A run that comes to the end of a series goes on with the covariates of its start.

    References
    ----------
    .. [1] H. D. I. Abarbanel (1996), Analysis of Observed Chaotic Data, chapter 5.

    Examples
    --------
    >>> from forecastkit.models import AutoregressiveNetwork, NetworkSpecification
    >>> state_map = StateMap(AutoregressiveNetwork(NetworkSpecification(order=4, hidden_size=8)))
    >>> state_map(torch.zeros(3, 4)).shape
    torch.Size([3, 4])
    """

    network: AutoregressiveNetwork
    store: SeriesStore | None = None

    @property
    def order(self) -> int:
        """Values of a state, p."""
        return self.network.specification.order

    @property
    def block_size(self) -> int:
        """Steps s that the map advances."""
        return self.network.specification.block_size

    def __call__(self, lags: Tensor, places: Tensor | None = None) -> Tensor:
        """States one block later, shape (batch, p)."""
        return self.shifted(lags, self.block(lags, places))

    def block(self, lags: Tensor, places: Tensor | None = None) -> Tensor:
        """Means of the next block.

        Parameters
        ----------
        lags : Tensor, shape (batch, p)
            States, oldest value first.
        places : Tensor of int64, shape (batch,), default=None
            Where in the store their covariates begin.

        Returns
        -------
        Tensor, shape (batch, s)
        """
        return self.law(lags, places).mean

    def law(self, lags: Tensor, places: Tensor | None = None) -> Emission:
        """Law of the next block of states (batch, p), batch shape (batch, s)."""
        backbone, skip = self.network.backbone, self.network.skip
        if self.is_plain and isinstance(backbone, MLP):
            return self.network.head(backbone.layers(lags), 0.0 if skip is None else skip(lags))
        return self.network.next_block(self.window(lags, places, self.block_size))

    @cached_property
    def is_plain(self) -> bool:
        """Whether the network is an MLP of values as they are: it can then do without a window, in half the time."""
        spec, backbone = self.network.specification, self.network.backbone
        return isinstance(backbone, MLP) and backbone.n_channels == 1 and spec.window_scaling is None

    def shifted(self, lags: Tensor, block: Tensor) -> Tensor:
        """Append a block (batch, s) to states and drop as many old values."""
        return torch.cat([lags[:, self.block_size :], block], dim=1)[:, -self.order :]

    def window(self, lags: Tensor, places: Tensor | None, n_steps: int) -> Window:
        """Give states the covariates of their values and of the next ``n_steps`` steps."""
        if self.store is None or places is None:
            return Window(lags)
        series = self.store.series_of(places)
        first, length = self.store.offsets[series], self.store.offsets.diff()[series]
        local = places - first
        rows = first[:, None] + (local[:, None] + torch.arange(self.order + n_steps)) % length[:, None]
        given = [None if each is None else each[rows] for each in (self.store.known, self.store.past)]
        own = [None if each is None else each[series] for each in (self.store.static, self.store.spread)]
        return Window(lags, known=given[0], past=given[1], static=own[0], spread=own[1])

    def moved(self, places: Tensor | None, n_steps: int | Tensor) -> Tensor | None:
        """Places ``n_steps`` later, at the start of the series again after its end."""
        if self.store is None or places is None:
            return None
        series = self.store.series_of(places)
        first, length = self.store.offsets[series], self.store.offsets.diff()[series]
        return first + (places - first + n_steps) % length

    def run(self, lags: Tensor, places: Tensor | None, n_blocks: int) -> Tensor:
        """Iterate the map.

        Parameters
        ----------
        lags : Tensor, shape (batch, p)
            States to start from.
        places : Tensor of int64, shape (batch,), default=None
            As for `block`.
        n_blocks : int
            Times that the map is applied, 1 or more.

        Returns
        -------
        Tensor, shape (batch, p + n_blocks s)
            The first states, and the values after them.
        """
        s, path = self.block_size, [lags]
        with torch.no_grad():
            for _ in range(n_blocks):
                path.append(self.block(lags, places))
                lags, places = self.shifted(lags, path[-1]), self.moved(places, s)
        return torch.cat(path, dim=1)

    def gradients(self, lags: Tensor, places: Tensor | None = None) -> Tensor:
        """Jacobians of `block`.

        Parameters
        ----------
        lags, places
            As for `block`.

        Returns
        -------
        Tensor, shape (batch, s, p)

        Notes
        -----
        s backward passes of a batch of at most 4,096 states.
        """
        parts = []
        for first in range(0, len(lags), _BATCH):
            part = slice(first, first + _BATCH)
            leaf = lags[part].detach().requires_grad_()
            with torch.enable_grad():
                block = self.block(leaf, None if places is None else places[part])
                rows = [
                    torch.autograd.grad(block[:, i].sum(), leaf, retain_graph=i + 1 < self.block_size)[0]
                    for i in range(self.block_size)
                ]
            parts.append(torch.stack(rows, dim=1))
        return torch.cat(parts)

    def run_gradients(self, path: Tensor, places: Tensor | None) -> Tensor:
        """Jacobians of `block` along runs.

        Parameters
        ----------
        path : Tensor, shape (batch, p + n_blocks s)
            From `run`.
        places : Tensor of int64, shape (batch,), default=None
            Those that it was run from.

        Returns
        -------
        Tensor, shape (batch, n_blocks, s, p)
        """
        s = self.block_size
        states = path.unfold(1, self.order, s)[:, :-1]  # (batch, n_blocks, p): the last one is not mapped on
        batch, n_blocks = states.shape[:2]
        if places is not None:
            steps = s * torch.arange(n_blocks).repeat(batch)
            places = self.moved(places.repeat_interleave(n_blocks), steps)
        return self.gradients(states.reshape(-1, self.order), places).view(batch, n_blocks, s, self.order)


def run_sensitivity(gradients: Tensor) -> Tensor:
    """Differentiate the values of runs by the states that the runs start from.

    S_k = ∂x̂_{t+k} / ∂(x_{t-p+1}, ..., x_t) by the chain rule along the run: the p newest rows up to S_k are D Fᵏ.

    Parameters
    ----------
    gradients : Tensor, shape (batch, n_blocks, s, p)
        From `StateMap.run_gradients`.

    Returns
    -------
    Tensor, shape (batch, n_blocks s, p)
        Row k - 1 is S_k, by the oldest value first.

    Notes
    -----
    O(n_blocks s p²) a run.

    Examples
    --------
    >>> halved = torch.full((1, 3, 1, 1), 0.5)
    >>> run_sensitivity(halved).flatten()
    tensor([0.5000, 0.2500, 0.1250])
    """
    batch, n_blocks, s, p = gradients.shape
    rows = gradients.new_empty(batch, p + n_blocks * s, p)
    rows[:, :p] = torch.eye(p).to(gradients)
    for j in range(n_blocks):
        rows[:, p + j * s : p + (j + 1) * s] = gradients[:, j] @ rows[:, j * s : j * s + p]
    return rows[:, p:]
