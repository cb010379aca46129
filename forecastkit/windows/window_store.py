"""What training asks of data: a store that windows are cut out of, batch by batch."""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor


class WindowStore(Protocol):
    """Tensors that lie on a device once, out of which batches of windows are cut.

    :class:`SeriesStore` holds one channel of many series, :class:`NodeStore` all channels of all nodes of a network.
    What a batch is, the objective of the training must know; training itself asks for its ``batch_size`` only.
    """

    def windows(self, starts: Tensor, length: int) -> Any:
        """Cut out the windows of ``length`` rows that begin at ``starts``, int64 of shape (batch,)."""
        ...

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> WindowStore:
        """Move to a device and turn the numbers into a dtype."""
        ...
