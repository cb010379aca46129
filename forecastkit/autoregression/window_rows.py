"""Windows of a batch of series and the values that follow them, as rows of a regression."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from .lag_gram import lag_gram

_SERIES_VALUES = 1 << 21  # entries of the Gram matrices that are held at a time
_BLOCK_VALUES = 1 << 17  # entries of the windows that are held at a time, when few targets are asked for


@dataclass(frozen=True, eq=False)
class WindowRows:
    """Regression rows [1, z_{t+1-l} for l in lags] with targets z_{t+1}, ..., z_{t+horizon}, of a batch of series.

    Parameters
    ----------
    parts : sequence of (ndarray of shape (batch, n), ndarray of int of shape (batch,))
        Right-aligned series, zero before each start, and their lengths, each at least ``max(lags) + horizon``.
        Just one part unless pooled.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up, at least one.
    horizon : int
        Number of targets h, 1 or more.
    pooled : bool
        All series make one regression (m = 1), else each its own (m = batch).
    """

    parts: Sequence[tuple[np.ndarray, np.ndarray]]
    lags: np.ndarray
    horizon: int
    pooled: bool

    @property
    def span(self) -> int:
        """Values from the oldest regressor to the last target."""
        return int(self.lags[-1]) + self.horizon

    @property
    def n_rows(self) -> np.ndarray:
        """Rows of each regression, shape (m,)."""
        counts = np.concatenate([lengths - self.span + 1 for _, lengths in self.parts])
        return counts.sum(keepdims=True) if self.pooled else counts

    def alone(self, b: int) -> WindowRows:
        """Rows of one of the regressions."""
        if self.pooled:
            return self
        z, lengths = self.parts[0]
        return WindowRows([(z[b : b + 1], lengths[b : b + 1])], self.lags, self.horizon, pooled=False)

    def gram(self) -> np.ndarray:
        """Products of the columns (1, lags, targets) with each other, shape (m, 1 + p + h, 1 + p + h)."""
        targets = np.arange(self.horizon)[::-1]
        columns = np.r_[0, self.horizon - 1 + self.lags, np.where(targets == 0, self.span, targets)]
        grams = (lag_gram(z, lengths, self.span - 1, "c") for z, lengths in series_chunks(self.parts, self.span))
        if self.pooled:
            return reduce(add, (gram.sum(axis=0) for gram in grams))[None, columns[:, None], columns]
        return np.concatenate([gram[:, columns[:, None], columns] for gram in grams])

    def blocks(self, steps: np.ndarray, n_values: int = _BLOCK_VALUES) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Columns (1, lags) and some targets of some rows at a time, shapes (m, rows, 1 + p) and (m, rows, steps)."""
        p, order = len(self.lags), int(self.lags[-1])
        regressors = slice(p - 1, None, -1) if p == order else order - self.lags  # a slice is not copied twice
        for z, lengths in series_chunks(self.parts, self.span) if self.pooled else self.parts:
            windows = np.lib.stride_tricks.sliding_window_view(z, self.span, axis=1)
            size = max(n_values // (len(z) * (p + len(steps))), 4 * len(steps))
            for start in range(0, windows.shape[1], size):
                block = windows[:, start : start + size]
                is_row = np.arange(start, start + block.shape[1]) >= (z.shape[1] - lengths)[:, None]
                design = np.empty((*is_row.shape, 1 + p))
                design[..., 0] = 1.0
                design[..., 1:] = block[..., regressors]
                targets = block[..., order + steps]
                if not is_row.all():
                    design[~is_row] = targets[~is_row] = 0.0
                m = 1 if self.pooled else len(z)
                yield design.reshape(m, -1, 1 + p), targets.reshape(m, -1, len(steps))

    def gradient(self, coef: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Products of the columns (1, lags) with the residuals of some targets, shape (m, 1 + p, steps)."""
        blocks = self.blocks(steps)
        return reduce(add, (np.swapaxes(design, 1, 2) @ (targets - design @ coef) for design, targets in blocks))

    def residual_products(self, coef: np.ndarray) -> np.ndarray:
        """Products of the residuals of all targets with each other, shape (m, h, h)."""
        residuals = (targets - design @ coef for design, targets in self.blocks(np.arange(self.horizon)))
        return reduce(add, (np.swapaxes(block, 1, 2) @ block for block in residuals))


def series_chunks(parts: Sequence[tuple[np.ndarray, np.ndarray]], span: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield some series at a time, so that their Gram matrices over `span` columns stay small."""
    size = max(_SERIES_VALUES // span**2, 1)
    for z, lengths in parts:
        for start in range(0, len(z), size):
            yield z[start : start + size], lengths[start : start + size]
