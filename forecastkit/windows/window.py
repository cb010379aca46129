"""A batch of windows: what a network reads of series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Window:
    """Consecutive values of a batch of series and what is known with them.

    Parameters
    ----------
    values : Tensor, shape (batch, length)
        y, in the unit the network works in; a missing value is filled with the last one before it.
    observed : Tensor of bool, shape (batch, length), default=None
        False where a value is missing; None when all are observed.
    known : Tensor, shape (batch, known_length, n_known), default=None
        Covariates known ahead; ``known_length >= length``: the rows of the future follow those of the values.
    past : Tensor, shape (batch, length, n_past), default=None
        Covariates known up to the origin only.
    static : Tensor, shape (batch, n_static), default=None
        What is constant in a series.
    weight : Tensor, shape (batch,), default=None
        Weight of the series in a loss that has weights.
    spread : Tensor, shape (batch,), default=None
        Factor of the deviation of the series' laws.

    Notes
    -----
    A window is never changed: every method returns a new one, of views where no values have to move.

    Examples
    --------
    >>> window = Window(torch.arange(6.0).reshape(2, 3), known=torch.zeros(2, 5, 1))
    >>> window.batch_size, window.length, window.known_length
    (2, 3, 5)
    >>> window.first(2).values.tolist(), window.first(2).known_length
    ([[0.0, 1.0], [3.0, 4.0]], 5)
    """

    values: Tensor
    observed: Tensor | None = None
    known: Tensor | None = None
    past: Tensor | None = None
    static: Tensor | None = None
    weight: Tensor | None = None
    spread: Tensor | None = None

    @property
    def batch_size(self) -> int:
        """Number of windows."""
        return self.values.shape[0]

    @property
    def length(self) -> int:
        """Number of values of each window."""
        return self.values.shape[1]

    @property
    def known_length(self) -> int:
        """Number of rows of covariates known ahead; that of the values when there are none."""
        return self.length if self.known is None else self.known.shape[1]

    def select(self, index: Tensor | slice) -> Window:
        """Take some windows of the batch, by their numbers, by a mask or by a slice."""
        return self._each(lambda tensor: tensor[index])

    def first(self, n: int) -> Window:
        """Keep the first ``n`` positions; the covariates known ahead stay whole, the rest of theirs is the future."""
        return Window(
            self.values[:, :n],
            None if self.observed is None else self.observed[:, :n],
            self.known,
            None if self.past is None else self.past[:, :n],
            self.static,
            self.weight,
            self.spread,
        )

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> Window:
        """Move to a device and turn the numbers, not the mask, into a dtype; None leaves either as it is."""
        return self._each(lambda tensor: moved(tensor, device, dtype))

    def _each(self, function: Callable[[Tensor], Tensor]) -> Window:
        """Window of ``function`` of every tensor there is."""
        tensors = (self.values, self.observed, self.known, self.past, self.static, self.weight, self.spread)
        return Window(*(tensor if tensor is None else function(tensor) for tensor in tensors))  # type: ignore[arg-type]


def moved(tensor: Tensor, device: torch.device | str | None, dtype: torch.dtype | None) -> Tensor:
    """Tensor on a device, of a dtype if it has floating-point numbers; itself where nothing changes."""
    return tensor.to(device=device, dtype=dtype if tensor.is_floating_point() else None)
