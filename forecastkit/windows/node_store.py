"""The features and targets of all nodes of a network, from which windows are cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..errors import InvalidParameterError
from .window import moved
from .window_index import WindowIndex


@dataclass(frozen=True, eq=False)
class NodeWindow:
    """Consecutive rows of all nodes, a batch of them.

    Parameters
    ----------
    features : Tensor, shape (batch, length, n_nodes, n_channels)
        What the network reads.
    target : Tensor, shape (batch, length, n_nodes)
        What it shall tell; any finite number where it is unknown.
    scored : Tensor of bool, shape (batch, length, n_nodes)
        Where the target is known and counts.
    location, scale : Tensor, shape (batch, length, n_nodes), default=None
        Of the law that the network corrects; None where it corrects none.
    """

    features: Tensor
    target: Tensor
    scored: Tensor
    location: Tensor | None = None
    scale: Tensor | None = None

    @property
    def batch_size(self) -> int:
        """Number of windows."""
        return self.features.shape[0]

    @property
    def length(self) -> int:
        """Number of rows of each window."""
        return self.features.shape[1]


@dataclass(frozen=True, eq=False)
class NodeStore:
    """Rows of all nodes, several sequences end to end: sequence i is rows offsets[i]:offsets[i+1].

    Parameters
    ----------
    features : Tensor, shape (n_rows, n_nodes, n_channels)
    target : Tensor, shape (n_rows, n_nodes)
    scored : Tensor of bool, shape (n_rows, n_nodes)
    offsets : Tensor of int64, shape (n_sequences + 1,)
        From 0 to ``n_rows``, never falling.
    location, scale : Tensor, shape (n_rows, n_nodes), default=None

    Raises
    ------
    InvalidParameterError
        The offsets do not run from 0 to the number of rows, or a tensor has another number of rows or nodes.

    Examples
    --------
    >>> rows = torch.arange(6.0).reshape(6, 1)
    >>> store = NodeStore(rows[..., None], rows, rows > 0, torch.tensor([0, 6]))
    >>> window = store.windows(torch.tensor([0, 3]), length=2)
    >>> window.features.shape, window.target[..., 0].tolist()
    (torch.Size([2, 2, 1, 1]), [[0.0, 1.0], [3.0, 4.0]])
    """

    features: Tensor
    target: Tensor
    scored: Tensor
    offsets: Tensor
    location: Tensor | None = None
    scale: Tensor | None = None

    def __post_init__(self) -> None:
        n_rows = len(self.features)
        ends = self.offsets[[0, -1]].tolist()
        if ends != [0, n_rows] or bool((self.offsets.diff() < 0).any()):
            raise InvalidParameterError(
                f"'offsets' must never fall and run from 0 to the {n_rows} rows, got {ends[0]} to {ends[1]}"
            )
        for name in ("target", "scored", "location", "scale"):
            tensor = getattr(self, name)
            if tensor is not None and tensor.shape != self.features.shape[:2]:
                shape, wanted = tuple(tensor.shape), tuple(self.features.shape[:2])
                raise InvalidParameterError(f"{name!r} must have shape {wanted}, that of the features, got {shape}")

    @property
    def n_sequences(self) -> int:
        """Number of sequences."""
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        """Number of rows of each sequence, shape (n_sequences,)."""
        return self.offsets.diff().cpu().numpy()

    def windows(self, starts: Tensor, length: int) -> NodeWindow:
        """Cut windows of ``length`` rows out of the sequences.

        Parameters
        ----------
        starts : Tensor of int64, shape (batch,)
            First row of each window; that it stays inside one sequence is the caller's care, see :func:`node_windows`.
        length : int
            Rows a window, 1 to ``n_rows``.

        Returns
        -------
        NodeWindow
            Copies; no loop over windows, O(batch · length · n_nodes · n_channels).
        """
        rows = starts[:, None] + torch.arange(length, device=starts.device)
        return NodeWindow(
            self.features[rows],
            self.target[rows],
            self.scored[rows],
            None if self.location is None else self.location[rows],
            None if self.scale is None else self.scale[rows],
        )

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> NodeStore:
        """Move to a device and turn the numbers into a dtype; tensors that already are as asked for are shared."""
        return self._each(lambda tensor: moved(tensor, device, dtype))

    def _each(self, function: Callable[[Tensor], Tensor]) -> NodeStore:
        """Store of ``function`` of every tensor there is."""
        return NodeStore(
            function(self.features),
            function(self.target),
            function(self.scored),
            function(self.offsets),
            None if self.location is None else function(self.location),
            None if self.scale is None else function(self.scale),
        )


def node_windows(store: NodeStore, length: int, first: np.ndarray, last: np.ndarray, stride: int = 1) -> WindowIndex:
    """Find the windows of ``length`` rows that lie in a part of every sequence and have something to score.

    Parameters
    ----------
    store : NodeStore
        The rows.
    length : int
        Rows a window, 1 or more.
    first, last : ndarray of int, shape (n_sequences,)
        The part: rows ``first[i]`` to ``last[i] - 1`` of sequence i, counted from its start.
    stride : int, default=1
        Rows between the starts of windows, 1 or more; the last window ends the part whatever the stride.

    Returns
    -------
    WindowIndex

    Examples
    --------
    >>> rows = torch.zeros(9, 1)
    >>> store = NodeStore(rows[..., None], rows, rows == 0, torch.tensor([0, 5, 9]))
    >>> node_windows(store, 3, np.array([0, 1]), np.array([5, 4])).starts.tolist()
    [0, 1, 2, 6]
    """
    counted = np.concatenate([[0], np.cumsum(store.scored.any(dim=1).cpu().numpy())])
    found: list[np.ndarray] = []
    for offset, begin, end in zip(store.offsets.cpu().numpy()[:-1], first, last, strict=True):
        # Counted back from the end, so that the last rows are always in one.
        starts = offset + np.arange(end - length, begin - 1, -stride, dtype=np.int64)[::-1]
        found.append(starts[counted[starts + length] > counted[starts]])
    offsets = np.concatenate([[0], np.cumsum([len(starts) for starts in found])])
    return WindowIndex(torch.from_numpy(np.concatenate(found)), torch.from_numpy(offsets.astype(np.int64)))
