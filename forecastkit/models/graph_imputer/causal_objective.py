"""What the training of the causal network minimises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from .causal_walk import laws
from .masking import Masking

if TYPE_CHECKING:
    from ...windows import NodeWindow
    from .causal_network import CausalNetwork


class CausalObjective:
    """Masked negative log likelihood −Σ m log p(z_v^t | earlier rows) / Σ m over observed values.

    Parameters
    ----------
    points, blocks : Masking
        One of them, by turns of chance, hides observed values from the states while training; hidden ones are scored
        like the others.
    first : int, default=0
        Rows at the start of a window that are read and not scored.

    Notes
    -----
    A window's features are z, m and the covariates of time, on the last axis.
    """

    def __init__(self, points: Masking, blocks: Masking, first: int = 0) -> None:
        self.points = points
        self.blocks = blocks
        self.first = first

    def training_loss(
        self, network: CausalNetwork, window: NodeWindow, progress: float, generator: torch.Generator
    ) -> Tensor:
        """Loss of a batch with values hidden, a scalar."""
        observed = window.features[..., 1] > 0
        by_points, by_blocks = self.points.hide(observed, generator), self.blocks.hide(observed, generator)
        chosen = torch.rand((len(observed), 1, 1), generator=generator, device=observed.device) < 0.5
        return self._loss(network, window, observed & ~torch.where(chosen, by_points, by_blocks))

    def validation_loss(self, network: CausalNetwork, window: NodeWindow) -> Tensor:
        """Loss of a held-out batch with nothing hidden, a scalar."""
        return self._loss(network, window, window.features[..., 1] > 0)

    def _loss(self, network: CausalNetwork, window: NodeWindow, shown: Tensor) -> Tensor:
        """Mean over the scored values, row by row."""
        known = window.features[:, :, 0, 2:]
        found = laws(network, window.features[..., 0], shown, known)
        targets, scored = window.target.permute(1, 2, 0), window.scored.permute(1, 2, 0)
        total, count = window.target.new_zeros(()), scored[self.first :].sum().clamp(min=1)
        for law, target, counts in zip(found[self.first :], targets[self.first :], scored[self.first :], strict=True):
            total = total - torch.where(counts, law.log_prob(target[..., None])[..., 0], 0.0).sum()
        return total / count
