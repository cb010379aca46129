"""Which windows of the series there are: those to train on, and those of the held-out tails."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from .store import SeriesStore


@dataclass(frozen=True, eq=False)
class WindowIndex:
    """Places of the windows of each series.

    Parameters
    ----------
    starts : Tensor of int64, shape (n_windows,)
        Place of the first value of each window in the values of a :class:`SeriesStore`, increasing.
    series_offsets : Tensor of int64, shape (n_series + 1,)
        The windows of series i are ``starts[series_offsets[i]:series_offsets[i + 1]]``; a series may have none.
    """

    starts: Tensor
    series_offsets: Tensor

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def counts(self) -> np.ndarray:
        """Number of windows of each series, shape (n_series,)."""
        return self.series_offsets.diff().numpy()

    @cached_property
    def filled(self) -> np.ndarray:
        """Numbers of the series that have windows."""
        return np.flatnonzero(self.counts)

    def evenly(self, most: int) -> Tensor:
        """Pick at most ``most`` windows, the same number of every series, evenly spaced over it.

        A series of fewer windows than the others give has some of them more than once, so that a long one counts no
        more than a short one; the last window of a series is always among its own.
        """
        filled, counts = self.filled, self.counts
        each = min(most // max(len(filled), 1), int(counts.max(initial=0)))
        if each == 0:  # more series than windows wanted: the last window of some of them
            filled, each = filled[np.linspace(0, len(filled) - 1, most).astype(np.int64)], 1
        offsets, count = self.series_offsets.numpy()[filled], counts[filled]
        place = np.ceil(np.arange(1, each + 1) * count[:, None] / each).astype(np.int64) - 1
        return self.starts[torch.from_numpy((offsets[:, None] + place).ravel())]


def training_windows(store: SeriesStore, order: int, n_targets: int, tail: np.ndarray, stride: int = 1) -> WindowIndex:
    """Find the windows to train on: inside one series, and over before its held-out tail.

    Parameters
    ----------
    store : SeriesStore
        The series.
    order : int
        Lags of a window, 1 or more.
    n_targets : int
        Values of a window after its lags, 1 or more.
    tail : ndarray of int, shape (n_series,)
        The last ``tail[i]`` values of series i are held out, see :func:`tail_lengths`.
    stride : int, default=1
        Keep the windows whose targets begin a multiple of so many steps before the end of the series, 1 or more.

    Returns
    -------
    WindowIndex
        Windows of ``order + n_targets`` values. One that has no observed lag, or no observed target, teaches nothing
        and is left out. O(n_values).

    Examples
    --------
    >>> store = SeriesStore.from_arrays(np.arange(9.0), np.array([0, 5, 9]))
    >>> index = training_windows(store, order=2, n_targets=1, tail=np.array([1, 0]))
    >>> index.starts.tolist(), index.counts
    ([0, 1, 5, 6], array([2, 2]))
    """
    offsets = store.offsets.cpu().numpy()
    last = offsets[1:] - tail - (order + n_targets)
    return _index(store, offsets[:-1], last, order, n_targets, stride)


def tail_windows(store: SeriesStore, order: int, n_targets: int, tail: np.ndarray, stride: int = 1) -> WindowIndex:
    """Find the windows whose targets all lie in the held-out tail of their series.

    Parameters
    ----------
    store, order, n_targets, tail
        As for :func:`training_windows`.
    stride : int, default=1
        As for :func:`training_windows`.

    Returns
    -------
    WindowIndex

    Examples
    --------
    >>> store = SeriesStore.from_arrays(np.arange(9.0), np.array([0, 5, 9]))
    >>> tail_windows(store, order=2, n_targets=1, tail=np.array([2, 0])).starts.tolist()
    [1, 2]
    """
    offsets = store.offsets.cpu().numpy()
    first = np.maximum(offsets[1:] - tail - order, offsets[:-1])
    last = offsets[1:] - (order + n_targets)
    return _index(store, first, last, order, n_targets, stride)


def tail_lengths(lengths: np.ndarray, order: int, n_targets: int, validation_size: float) -> np.ndarray:
    """Count the last values of each series to hold out.

    Parameters
    ----------
    lengths : ndarray of int, shape (n_series,)
        Number of values of each series.
    order, n_targets : int
        Lags and targets of a window.
    validation_size : float
        Share of the values, 0 or more and below 1.

    Returns
    -------
    ndarray of int, shape (n_series,)
        The share, rounded, and at least ``n_targets``; 0 if the share is 0, and in a series where fewer than one
        window would be left to train on.

    Examples
    --------
    >>> tail_lengths(np.array([100, 20, 8]), order=6, n_targets=3, validation_size=0.1)
    array([10,  3,  0])
    """
    if validation_size == 0:
        return np.zeros(len(lengths), dtype=np.int64)
    tail = np.maximum(np.rint(validation_size * lengths).astype(np.int64), n_targets)
    return np.where(lengths - tail < order + n_targets, 0, tail)


def _index(
    store: SeriesStore, first: np.ndarray, last: np.ndarray, order: int, n_targets: int, stride: int
) -> WindowIndex:
    """Index of the windows that start at places ``first[i]`` to ``last[i]`` and have observed lags and targets."""
    first = first + (store.offsets.cpu().numpy()[1:] - first - order) % stride
    counts = np.maximum((last - first) // stride + 1, 0)
    before = np.cumsum(counts) - counts
    starts = np.repeat(first, counts) + stride * (np.arange(counts.sum()) - np.repeat(before, counts))
    if store.observed is not None:
        seen = np.concatenate([[0], np.cumsum(store.observed.cpu().numpy())])
        at_origin, at_end = seen[starts + order], seen[starts + order + n_targets]
        useful = (at_origin > seen[starts]) & (at_end > at_origin)
        counts = np.bincount(np.repeat(np.arange(len(counts)), counts)[useful], minlength=len(counts))
        starts = starts[useful]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    return WindowIndex(torch.from_numpy(starts.astype(np.int64)), torch.from_numpy(offsets.astype(np.int64)))
