"""Series cut into blocks, so that lag products and lag filters become matrix products."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

_CACHED = 32768  # values of a piece: 256 kB, which stay in a processor's cache from one pass to the next
_PRODUCT = 1 << 18  # multiplications of one matrix product: up to here no library hands a part to another thread
_SHORT, _LONG = 32, 96  # a block is as long as the order up to the first, and never longer than the second


class Piece(NamedTuple):
    """A few series over a stretch of time, cut into blocks of a common length.

    Attributes
    ----------
    place : slice
        Series of the batch.
    first : int
        Place in time of the first target, negative where the piece begins before the data.
    window : ndarray, shape (series, n_before + n_targets)
        Values, zero before a series' start: those that come before the first target as lags, then the targets.
    outside : ndarray of bool, shape (series or 1, n_targets or less), or None
        Which of the first targets are no rows of the regression; None if all are rows.
    length : int
        Values of a block.
    n_before : int
        Values before the first target, a multiple of the length.
    n_groups : int
        Groups of blocks, one matrix product each.
    """

    place: slice
    first: int
    window: np.ndarray
    outside: np.ndarray | None
    length: int
    n_before: int
    n_groups: int

    @property
    def n_targets(self) -> int:
        """Places in time of the targets."""
        return self.window.shape[1] - self.n_before

    def targets(self) -> np.ndarray:
        """Values of the rows, zero where a target is no row; shape (series, n_targets)."""
        return self.rows_only(self.window[:, self.n_before :].copy())

    def aligned(self, values: np.ndarray) -> np.ndarray:
        """Values (batch, n) of another variable at the rows of this piece, zero elsewhere; (series, n_targets)."""
        start, rows = max(self.first, 0), np.zeros((len(self.window), self.n_targets))
        rows[:, start - self.first :] = values[self.place, start : self.first + self.n_targets]
        return self.rows_only(rows)

    def trend(self, n: int) -> np.ndarray:
        """Evaluate the trend (t - (n - 1)) / n at the targets."""
        return (np.arange(self.first, self.first + self.n_targets) - (n - 1)) / n

    def rows_only(self, values: np.ndarray) -> np.ndarray:
        """Set values (series, n_targets) to zero, in place, where a target is no row."""
        if self.outside is not None:
            width = self.outside.shape[1]
            values[:, :width] = np.where(self.outside, 0.0, values[:, :width])
        return values

    def lagged_products(self, rows: np.ndarray, order: int) -> np.ndarray:
        """Σ_t rows_t z_{t-j} for j = 0..order, from products of blocks; shape (series, order + 1).

        A block of rows times the blocks of z that hold its lags gives a matrix whose diagonals sum to the products.
        """
        length, before = self.length, self.n_before
        left = np.swapaxes(self._grouped(rows), 2, 3)
        blocks = np.empty((len(rows), length, before + length))
        for shift in range(0, before + length, length):
            product = left @ self._grouped(self.window[:, shift : shift + self.n_targets])
            np.sum(product, axis=1, out=blocks[:, :, shift : shift + length])
        series, row, column = blocks.strides
        shape, strides = (len(rows), length, order + 1), (series, row + column, -column)
        return as_strided(blocks[:, :, before:], shape, strides).sum(axis=1)

    def filtered(self, filters: np.ndarray) -> np.ndarray:
        """Σ_i f_i z_{t-i} at every target, from products of blocks with a Toeplitz matrix; shape (series, n_targets).

        Filters f_0..f_order have shape (series, order + 1).
        """
        length, before = self.length, self.n_before
        padded = np.zeros((len(filters), before + 2 * length))
        padded[:, length - 1 : length - 1 + filters.shape[1]] = filters
        series, step = padded.strides
        shape, strides = (len(filters), 1, before + length, length), (series, 0, -step, step)
        toeplitz = np.ascontiguousarray(as_strided(padded[:, before + length - 1 :], shape, strides))
        total = self._grouped(self.window[:, : self.n_targets]) @ toeplitz[:, :, :length]
        for shift in range(length, before + length, length):
            window = self.window[:, shift : shift + self.n_targets]
            total += self._grouped(window) @ toeplitz[:, :, shift : shift + length]
        return total.reshape(len(filters), -1)

    def _grouped(self, values: np.ndarray) -> np.ndarray:
        """Values (series, n_targets) as (series, group, block, length)."""
        return values.reshape(len(values), self.n_groups, -1, self.length)


def lag_pieces(y: np.ndarray, lengths: np.ndarray, order: int, centre: np.ndarray) -> Iterator[Piece]:
    """Cut right-aligned series into pieces that fit a cache; their rows are all values with `order` values before.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series; what stands before a start is not read.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series.
    order : int
        Largest lag, 0 or more.
    centre : ndarray, shape (batch,)
        What is taken from every value.

    Yields
    ------
    Piece
    """
    n_shifts = 0 if order == 0 else 1 if order <= _SHORT else max(2, -(-order // _LONG))
    length = max(8, -(-order // max(n_shifts, 1)))
    before = n_shifts * length
    at_once = max(
        1, min(_CACHED // (before + int(lengths.max(initial=1))), 4 * _CACHED // (length * (before + length)))
    )
    step, per_group = max(_CACHED // length, 1) * length, max(_PRODUCT // length**2, 1)
    for place in (slice(b, b + at_once) for b in range(0, len(y), at_once)):
        starts, stop = y.shape[1] - lengths[place], y.shape[1]
        first_row = int(starts.min()) + order
        while stop > first_row:
            n_blocks = -(-min(step, stop - first_row) // length)
            n_groups = -(-n_blocks // per_group)
            first = stop - -(-n_blocks // n_groups) * n_groups * length
            window, outside = _window(y[place], starts, order, centre[place], first, stop, before)
            yield Piece(place, first, window, outside, length, before, n_groups)
            stop = first


def _window(
    y: np.ndarray, starts: np.ndarray, order: int, centre: np.ndarray, first: int, stop: int, before: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """Values from `before` ahead of the first target up to the stop, and which targets are no rows."""
    begin = max(first - before, int(starts.min()))
    window = np.empty((len(y), before + stop - first))
    window[:, : begin - first + before] = 0.0
    np.subtract(y[:, begin:stop], centre[:, None], out=window[:, begin - first + before :])
    latest = int(starts.max())
    if latest == starts.min():
        starts = starts[:1]
    else:
        window[np.arange(first - before, stop) < starts[:, None]] = 0.0
    width = min(latest + order - first, stop - first)
    return window, np.arange(first, first + width) < starts[:, None] + order if width > 0 else None
