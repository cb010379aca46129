"""Keep the best weights, stop when they no longer get better, and stop when training diverges."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pytorch_lightning import Callback, LightningModule, Trainer
from torch import Tensor

from ..errors import ConvergenceError

_CHECKED_AT_ONCE = 16  # losses: reading each at once would make a graphics card wait for every step


class BestWeights(Callback):
    """Keep the weights with the smallest validation loss in memory, and give them back when training ends.

    The last step is validated too, whatever the interval of the validations.

    Parameters
    ----------
    patience : int, default=None
        Stop after that many validations in a row without a smaller loss; None never to stop.

    Attributes
    ----------
    loss : float or None
        Smallest validation loss; None before the first finite one.
    step : int or None
        Step after which it was reached.
    stopped_early : bool
        Whether patience ran out.

    References
    ----------
    .. [1] L. Prechelt (1998), Early stopping, but when?, in Neural Networks: Tricks of the Trade.
    """

    def __init__(self, patience: int | None = None) -> None:
        self.patience = patience
        self.loss: float | None = None
        self.step: int | None = None
        self.stopped_early = False
        self._weights: dict[str, Tensor] = {}
        self._n_worse = 0

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Ask for a validation of the last step: Lightning makes one when it is told to stop."""
        if trainer.global_step == trainer.max_steps:
            trainer.should_stop = True

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Compare the validation loss with the smallest so far."""
        loss = trainer.callback_metrics.get("validation_loss")
        if trainer.sanity_checking or loss is None:
            return
        if math.isfinite(loss) and (self.loss is None or float(loss) < self.loss):
            self.loss, self.step, self._n_worse = float(loss), trainer.global_step, 0
            self._weights = _copy(pl_module.state_dict())
        else:
            self._n_worse += 1
        if self.patience is not None and self._n_worse >= self.patience:
            self.stopped_early = trainer.global_step != trainer.max_steps
            trainer.should_stop = True

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Give the best weights back."""
        if self._weights:
            pl_module.load_state_dict(self._weights)
            self._weights = {}

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint keeps: a resumed run must still know its best weights."""
        return {"loss": self.loss, "step": self.step, "n_worse": self._n_worse, "weights": self._weights}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take from a checkpoint what it keeps."""
        self.loss, self.step = state_dict["loss"], state_dict["step"]
        self._n_worse, self._weights = state_dict["n_worse"], state_dict["weights"]


class DivergenceGuard(Callback):
    """End training with a ConvergenceError when the loss is no longer finite, and give back the first weights.

    Attributes
    ----------
    last_loss : float or None
        Last finite training loss.

    Notes
    -----
    Losses are looked at 16 at a time. All processes of several stop together, as each waits for the others' gradients.
    """

    def __init__(self) -> None:
        self.last_loss: float | None = None
        self._weights: dict[str, Tensor] = {}
        self._losses: list[Tensor] = []

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Keep the weights that training starts from, those of a checkpoint when it goes on from one."""
        self._weights = _copy(pl_module.state_dict())
        self._losses = []

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        """Take note of a loss."""
        if isinstance(outputs, Mapping):
            self._losses.append(outputs["loss"])
        if len(self._losses) == _CHECKED_AT_ONCE:
            self._check(trainer, pl_module)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Look at the last losses, and at the weights, which the very last step may have spoilt."""
        spoilt = not all(bool(weight.isfinite().all()) for weight in pl_module.parameters())
        self._check(trainer, pl_module, spoilt=spoilt)
        self._weights = {}

    def _check(self, trainer: Trainer, pl_module: LightningModule, *, spoilt: bool = False) -> None:
        """Raise if a loss noted since the last check, or a weight, is not finite."""
        # Lightning divides a loss by the number of batches whose gradients are added up.
        losses = [float(loss) * trainer.accumulate_grad_batches for loss in self._losses]
        self._losses = []
        n_finite = next((i for i, loss in enumerate(losses) if not math.isfinite(loss)), len(losses))
        if n_finite:
            self.last_loss = losses[n_finite - 1]
        diverged = spoilt or n_finite < len(losses)
        if trainer.world_size > 1:
            diverged = trainer.strategy.reduce_boolean_decision(diverged, all=False)
        if diverged:
            pl_module.load_state_dict(self._weights)
            batches_ago = len(losses) - n_finite
            step = trainer.global_step - max(batches_ago - 1, 0) // trainer.accumulate_grad_batches
            raise ConvergenceError(_message(step, self.last_loss))


def _message(step: int, last_loss: float | None) -> str:
    """Say when training diverged and what helps."""
    if last_loss is None:
        return (
            f"training failed at step {step}: the loss is not finite from the start; look for extreme values in the "
            "data, and scale it (scaler, linear_skip)"
        )
    return (
        f"training diverged at step {step}: the loss is no longer finite, it was {last_loss:.6g} before; lower "
        "learning_rate, gradient_clip or rollout_steps, or scale the data (scaler, linear_skip)"
    )


def _copy(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copy of weights that training will not change."""
    return {name: tensor.detach().clone() for name, tensor in state.items()}
