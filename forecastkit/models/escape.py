"""Whether long simulations of a network stay where its data are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

_LOOKED_AT = 64  # blocks at a time

if TYPE_CHECKING:
    from .rollout_state import RolloutState
    from .state_map import StateMap


def steps_inside(
    state_map: StateMap,
    lags: Tensor,
    places: Tensor | None,
    n_steps: int,
    limits: tuple[Tensor, Tensor],
    generator: torch.Generator,
) -> Tensor:
    """Count the steps that simulated paths take before the first one beyond given limits.

    Parameters
    ----------
    state_map : StateMap
        Of the network that draws.
    lags : Tensor, shape (batch, p)
        States that the paths start from.
    places : Tensor of int64, shape (batch,), or None
        Where in the map's store their covariates begin.
    n_steps : int
        Steps of a path, 1 or more.
    limits : tuple of two Tensor, shape (batch,)
        Least and largest value inside.
    generator : torch.Generator
        Of the draws.

    Returns
    -------
    Tensor of int64, shape (batch,)
        ``n_steps`` for a path that stays.

    Notes
    -----
    A network carries its state from draw to draw, as its samples do; one whose state would grow with every step, as
    attention's does, reads the last p values anew. The walk ends early when every path is outside.
    """
    network, s = state_map.network, state_map.block_size
    low, high = (each[:, None] for each in limits)
    inside, stays = torch.zeros(len(lags), dtype=torch.int64), torch.ones(len(lags), 1, dtype=torch.bool)
    dependence, drawn = network.dependence.to(lags), []
    with torch.inference_mode():
        state = None
        if not state_map.is_plain:
            state = network.start(state_map.window(lags, places, n_steps), n_steps)
            state = state if s >= n_steps or _keeps_size(state_map, state) else None
        for first in range(0, n_steps, s):
            law = state_map.law(lags, places) if state is None else network.emit(state)
            if s == 1:
                draw = law.sample(generator)
            else:
                noise = torch.randn(law.mean.shape, generator=generator, dtype=lags.dtype)
                draw = law.from_normal(noise @ dependence.T)
            drawn.append(draw)
            last = first + s >= n_steps
            if last or len(drawn) == _LOOKED_AT:  # a look at every draw would take half as long as the draw
                path = torch.cat(drawn, dim=1)
                within = torch.cat([stays, (path >= low) & (path <= high)], dim=1).cumprod(dim=1)[:, 1:]
                inside, stays, drawn = inside + within.sum(dim=1), within[:, -1:].bool(), []
                if last or not stays.any():
                    break
            if state is None:
                lags, places = state_map.shifted(lags, draw), state_map.moved(places, s)
            else:
                state = network.advance(state, draw)
    return inside.clamp(max=n_steps)


def _keeps_size(state_map: StateMap, state: RolloutState) -> bool:
    """Whether what the backbone keeps does not grow."""
    after = state_map.network.advance(state, state.lags.new_zeros(len(state.lags), state_map.block_size))
    return all(a.shape == b.shape for a, b in zip(state.backbone, after.backbone, strict=True))
