"""Walks of the causal network through rows: laws, filled values, sampled paths."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor

from ...nn.heads import Emission, GaussianEmission, StudentTEmission
from .causal_network import CausalNetwork, CausalState


def laws(network: CausalNetwork, z: Tensor, observed: Tensor, known: Tensor) -> list[Emission]:
    """Law of each row given the rows before it in its window.

    Parameters
    ----------
    network : CausalNetwork
    z : Tensor, shape (batch, length, n_nodes)
        Finite; ignored where it is not observed.
    observed : Tensor of bool, same shape
        What the states may see.
    known : Tensor, shape (batch, length, n_known)

    Returns
    -------
    list of Emission
        One a row, of batch shape (n_nodes, batch, 1). Gradients flow through the whole walk.
    """
    state = network.start(z.shape[0])
    found = []
    for value, seen, covariates in zip(
        z.permute(1, 2, 0).unbind(0), observed.permute(1, 2, 0).unbind(0), known.unbind(1), strict=True
    ):
        law, state = network.step(state, covariates)
        state = network.seen(state, value, seen, law)
        found.append(law)
    return found


@torch.no_grad()
def walk(
    network: CausalNetwork,
    state: CausalState,
    z: Tensor,
    observed: Tensor,
    known: Tensor,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor, Tensor, CausalState]:
    """Walk on from a state, filling what is missing; later rows build on it.

    Parameters
    ----------
    network : CausalNetwork
        In evaluation mode.
    state : CausalState
        Of a batch.
    z : Tensor, shape (length, n_nodes)
        Finite; ignored where it is not observed.
    observed : Tensor of bool, shape (length, n_nodes)
    known : Tensor, shape (length, n_known)
    generator : torch.Generator, default=None
        Fill with draws, of each of the batch its own, which later rows take for observed: a path of the model given
        what was observed before. None fills with means.

    Returns
    -------
    filled : Tensor, shape (length, n_nodes, batch)
    location, scale : Tensor, shape (length, n_nodes, batch)
        Of the law of every entry given earlier rows; the scale is σ of the family, not its deviation.
    state : CausalState
        After the last row.
    """
    batch = state.hidden.shape[1]
    filled, locations, scales = [], [], []
    for value, seen, covariates in zip(z, observed, known, strict=True):
        law, state = network.step(state, covariates.expand(batch, -1))
        law = cast("GaussianEmission | StudentTEmission", law)
        shown = seen[:, None].expand(-1, batch)
        drawn = law.mean[..., 0] if generator is None else law.sample(generator)[..., 0]
        row = torch.where(shown, value[:, None].to(drawn), drawn)
        state = network.seen(state, row, shown if generator is None else torch.ones_like(shown), law)
        filled.append(row)
        locations.append(law.location[..., 0])
        scales.append(law.log_scale[..., 0].exp())
    return torch.stack(filled), torch.stack(locations), torch.stack(scales), state
