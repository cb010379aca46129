"""Batches of windows as Lightning asks for them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from pytorch_lightning import LightningDataModule
from torch import Tensor

from ..windows import WindowIndex, WindowStore, draw

_MOST_VALIDATED = 1024  # windows a validation, evenly spaced over all: enough to compare weights by
_VALIDATED_AT_ONCE = 4  # training batches a validation batch: no gradients are kept


class WindowDataModule(LightningDataModule):
    """Draw training windows without end, and walk through the held-out ones.

    Parameters
    ----------
    store : WindowStore
        The series, or the nodes of a network; on the training device they are held once, and batches are cut out of
        them there.
    training_index : WindowIndex
        The windows to draw from, see :func:`draw`; at least one.
    validation_index : WindowIndex or None
        The held-out windows: 1024 of them, evenly spaced, where there are more. None for no validation.
    length : int
        Values, or rows, a window.
    batch_size : int, default=256
        Windows a training batch.
    seed : int, default=0
        Of the draws, 0 or more.
    recency : float, default=0.0
        How much oftener late windows are drawn than early ones, see :func:`draw`.

    Notes
    -----
    A loader gives the starts of the windows, int64 of shape (batch,), and `transfer_batch_to_device` makes windows of
    them: indexing the series takes less time than a worker process needs to hand a batch over. The draws follow the
    number of the batch, so they go on where a checkpoint left them, and each process of several has its own.
    """

    def __init__(
        self,
        store: WindowStore,
        training_index: WindowIndex,
        validation_index: WindowIndex | None,
        length: int,
        batch_size: int = 256,
        seed: int = 0,
        recency: float = 0.0,
    ) -> None:
        super().__init__()
        self.store = store
        self.training_index = training_index
        self.validation_index = validation_index
        self.length = length
        self.batch_size = batch_size
        self.seed = seed
        self.recency = recency
        self._placed: WindowStore | None = None

    def train_dataloader(self) -> Iterable[Tensor]:
        """Return the starts of training windows, batch after batch without end."""
        return _Draws(self)

    def val_dataloader(self) -> Iterable[Tensor]:
        """Return the starts of the held-out windows, the same ones in every process; nothing where there are none."""
        if not self.validation_index:
            return []
        return _Batches(self.validation_index.evenly(_MOST_VALIDATED).split(_VALIDATED_AT_ONCE * self.batch_size))

    def transfer_batch_to_device(self, batch: Tensor, device: torch.device, dataloader_idx: int) -> Any:
        """Cut the windows out of the series, on the device and in the numbers of the network."""
        if self._placed is None:
            weights = () if self.trainer is None else self.trainer.lightning_module.parameters()
            dtype = next((weight.dtype for weight in weights if weight.is_floating_point()), None)
            self._placed = self.store.to(device, dtype)
        return self._placed.windows(batch.to(device), self.length)

    def teardown(self, stage: str) -> None:
        """Let the copy of the series on the device go."""
        self._placed = None


# Lightning takes any iterable. A DataLoader would add workers that are not needed, a draw from torch's global stream
# each time it is started, and a sampler that splits the held-out windows among processes, unevenly.


class _Draws:
    """Starts of training windows, without end, from the batch that training has come to."""

    def __init__(self, data: WindowDataModule) -> None:
        self._data = data

    def __iter__(self) -> Iterator[Tensor]:
        data, trainer = self._data, self._data.trainer
        first = 0 if trainer is None else trainer.fit_loop.epoch_loop.total_batch_idx + 1
        rank = 0 if trainer is None else trainer.global_rank
        for step in itertools.count(first):
            yield draw(data.training_index, data.batch_size, data.seed, step, rank, data.recency)


class _Batches:
    """A list of batches; Lightning would take a bare list for many loaders."""

    def __init__(self, batches: Sequence[Tensor]) -> None:
        self._batches = batches

    def __iter__(self) -> Iterator[Tensor]:
        return iter(self._batches)

    def __len__(self) -> int:
        return len(self._batches)
