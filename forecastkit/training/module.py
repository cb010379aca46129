"""A network and its objective as Lightning trains them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from pytorch_lightning import LightningModule
from pytorch_lightning.callbacks import Callback
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR

from ..windows import mixed_seed
from .callbacks import BestWeights, DivergenceGuard
from .options import TrainingOptions


class Objective(Protocol):
    """What training minimises, over the batches that its store makes: Window of series, NodeWindow of networks."""

    def training_loss(self, network: Any, window: Any, progress: float, generator: torch.Generator) -> Tensor:
        """Loss of a batch with gradients; ``progress`` of training is in [0, 1], draws come from the generator."""
        ...

    def validation_loss(self, network: Any, window: Any) -> Tensor:
        """Loss of a batch by which weights are chosen; no draws."""
        ...


class ForecastModule(LightningModule):
    """Train a network on windows: a loss a step, AdamW, and a learning rate that falls along a cosine.

    Use it with :class:`WindowDataModule` and a Trainer of your own where :func:`train` is not enough.

    Parameters
    ----------
    network : torch.nn.Module
        Trained in place.
    objective : Objective
        The loss of the network on a batch of windows.
    options : TrainingOptions
        Read for the steps, the learning rate, its schedule and the weight decay.
    seed : int, default=0
        Of dropout and of what the objective draws, 0 or more.

    Notes
    -----
    Random numbers of a step depend on the seed, the number of the batch and the process only. Dropout knows nothing
    but torch's global stream, so that is forked and seeded around each step: the caller's stream does not move, and a
    run that is resumed from a checkpoint ends with the very weights of one that was not interrupted.

    ``train_loss`` is logged where a logger, a progress bar or a callback may ask for it, ``validation_loss`` always.
    """

    def __init__(self, network: nn.Module, objective: Objective, options: TrainingOptions, seed: int = 0) -> None:
        super().__init__()
        self.network = network
        self.objective = objective
        self.options = options
        self.seed = seed
        self._logs_steps = True

    def setup(self, stage: str) -> None:
        """Put the network in training mode: Lightning keeps the mode it finds."""
        if stage == "fit":
            self.network.train()

    def on_fit_start(self) -> None:
        """Find out whether anyone wants to know the loss of each step: logging takes as long as a small network."""
        callbacks = self.trainer.callbacks  # pyright: ignore[reportAttributeAccessIssue] - Lightning sets it from outside
        self._logs_steps = bool(self.trainer.loggers) or any(map(_may_read_logs, callbacks))

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """Loss of a batch, a scalar."""
        progress = min(self.trainer.global_step / self.options.max_steps, 1.0)
        number = self.trainer.fit_loop.epoch_loop.total_batch_idx  # counts on in a resumed run, batch_idx may not
        with _seeded(self.device, mixed_seed(self.seed, number, self.global_rank)) as generator:
            loss = self.objective.training_loss(self.network, batch, progress, generator)
        if self._logs_steps:
            self.log("train_loss", loss, prog_bar=True, batch_size=batch.batch_size)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        """Log the loss of a batch of held-out windows."""
        loss = self.objective.validation_loss(self.network, batch)
        self.log("validation_loss", loss, prog_bar=True, batch_size=batch.batch_size, sync_dist=True)

    def configure_optimizers(self) -> Any:
        """Return AdamW, in its fastest form, and the schedule of its learning rate, stepped with it."""
        tables = {module.weight for module in self.network.modules() if isinstance(module, nn.Embedding)}
        decayed: list[Tensor] = []
        kept: list[Tensor] = []
        for weight in self.network.parameters():
            if weight.requires_grad:
                (decayed if weight.ndim > 1 and weight not in tables else kept).append(weight)
        groups = [
            {"params": decayed, "weight_decay": self.options.weight_decay},
            {"params": kept, "weight_decay": 0.0},
        ]
        # The fused form would unscale gradients of mixed precision itself, so Lightning refuses to clip them before.
        fused = self.device.type in {"cpu", "cuda"} and not str(self.trainer.precision).endswith("mixed")
        optimizer = AdamW([group for group in groups if group["params"]], lr=self.options.learning_rate, fused=fused)
        if self.options.schedule == "constant":
            return optimizer
        return [optimizer], [{"scheduler": _cosine(optimizer, self.options.max_steps), "interval": "step"}]


def _cosine(optimizer: Optimizer, max_steps: int) -> LambdaLR:
    """Learning rate times (1 + cos(π step / max_steps)) / 2, zero from the last step on."""
    return LambdaLR(optimizer, lambda step: 0.5 * (1.0 + math.cos(math.pi * min(step / max_steps, 1.0))))


def _may_read_logs(callback: Callback) -> bool:
    """Whether a callback is none of ours, which ask for the validation loss only."""
    return not isinstance(callback, BestWeights | DivergenceGuard)


@contextmanager
def _seeded(device: torch.device, seed: int) -> Iterator[torch.Generator]:
    """Fork torch's global streams and seed them; gives a generator with another seed on the device."""
    on_cuda = device.type == "cuda"
    with torch.random.fork_rng(devices=[device] if on_cuda else []):
        torch.default_generator.manual_seed(seed)
        if on_cuda:
            torch.cuda.manual_seed(seed)
        yield torch.Generator(device).manual_seed(seed ^ 1)
