"""What a network keeps between two blocks of a rollout."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from .window_scale import WindowScale


@dataclass(frozen=True, eq=False)
class RolloutState:
    """What a network keeps between two blocks of a rollout; the first axis of every tensor is the batch.

    Parameters
    ----------
    features : Tensor, shape (batch, d)
        Of everything up to the origin.
    backbone : tuple of Tensor
        State of the backbone.
    lags : Tensor, shape (batch, order)
        Last values, in the unit of the window's values.
    scale : WindowScale
        Centre and unit of what the network sees.
    known : Tensor or None, shape (batch, reach - 1 + steps, width)
        Encoded covariates of the steps ahead and of the ``reach - 1`` steps before them.
    static : Tensor or None, shape (batch, width)
        Encoded static covariates.
    past : Tensor or None, shape (batch, n_past)
        Past covariates as last seen.
    spread : Tensor, shape (batch,), default=None
        Factor of the deviation of the laws.
    """

    features: Tensor
    backbone: tuple[Tensor, ...]
    lags: Tensor
    scale: WindowScale
    known: Tensor | None
    static: Tensor | None
    past: Tensor | None
    spread: Tensor | None = None

    def expanded(self, n: int) -> RolloutState:
        """State of n copies of every member of the batch, copies of one member next to each other."""

        def copies(tensor: Tensor) -> Tensor:
            return tensor.repeat_interleave(n, dim=0)

        given = {name: getattr(self, name) for name in ("known", "static", "past", "spread")}
        return RolloutState(
            **{name: None if each is None else copies(each) for name, each in given.items()},
            features=copies(self.features),
            lags=copies(self.lags),
            backbone=tuple(copies(each) for each in self.backbone),
            scale=WindowScale(copies(self.scale.center), copies(self.scale.unit)),
        )

    def detached(self) -> RolloutState:
        """State from which no gradient flows back."""
        backbone = tuple(each.detach() for each in self.backbone)
        scale = WindowScale(self.scale.center.detach(), self.scale.unit.detach())
        return replace(self, features=self.features.detach(), backbone=backbone, lags=self.lags.detach(), scale=scale)
