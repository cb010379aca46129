"""What the training of a correction minimises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from ...windows import NodeWindow
    from .correction_network import CorrectionNetwork


class CorrectionObjective:
    """Negative log likelihood of hidden values under the corrected law, −Σ w log p(r) / Σ w, r = (z − μ) / s.

    Parameters
    ----------
    margin : int, default=0
        Rows at both ends of a window that are read and not scored: states there have seen little.
    power : float, default=0.0
        w = s^power: with 0 every value counts the same, with 1 as much as the linear estimate is off.

    Notes
    -----
    Only values that were observed and hidden from the features are scored.
    """

    def __init__(self, margin: int = 0, power: float = 0.0) -> None:
        self.margin = margin
        self.power = power

    def training_loss(
        self, network: CorrectionNetwork, window: NodeWindow, progress: float, generator: torch.Generator
    ) -> Tensor:
        """Loss of a batch, a scalar."""
        return self._loss(network, window)

    def validation_loss(self, network: CorrectionNetwork, window: NodeWindow) -> Tensor:
        """Loss of a held-out batch, a scalar."""
        return self._loss(network, window)

    def _loss(self, network: CorrectionNetwork, window: NodeWindow) -> Tensor:
        """Weighted mean over the scored values."""
        location, scale = _given(window)
        weight = window.scored * scale**self.power
        if self.margin:
            weight[:, : self.margin] = 0.0
            weight[:, -self.margin :] = 0.0
        residual = (window.target - location) / scale
        log_density = network(window.features).log_prob(residual[..., None])[..., 0]
        return -(log_density * weight).sum() / weight.sum().clamp(min=1e-6)


def _given(window: NodeWindow) -> tuple[Tensor, Tensor]:
    """Location and scale of the law that is corrected; the standard one where there is none."""
    location = torch.zeros_like(window.target) if window.location is None else window.location
    scale = torch.ones_like(window.target) if window.scale is None else window.scale
    return location, scale
