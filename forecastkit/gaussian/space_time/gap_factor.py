"""Cholesky factor of the precision of the missing values of a vector autoregression, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.linalg import get_blas_funcs, get_lapack_funcs

from ...errors import InvalidParameterError
from .series_precision import SeriesPrecision
from .vector_autoregression import VectorAutoregression

_POTRF, _POTRI, _TRTRS = get_lapack_funcs(("potrf", "potri", "trtrs"), dtype=np.float64)
(_TRSM,) = get_blas_funcs(("trsm",), dtype=np.float64)
_WANTED = 32  # missing values in a block: fewer spend more on calls than on arithmetic
_MOST_ENTRIES = 512  # entries of a block, missing or not, unless p rows have more
_MEMORY = 2**25  # numbers of the factor that are held at a time (256 MiB)


class GapBlock(NamedTuple):
    """What the factor holds of one block: its missing entries, L_kk, L_kk⁻¹ L_k+1,kᵀ turned by L_kk⁻ᵀ, and y_k.

    ``entries`` counts within the block; ``pull`` has shape (m_k, m_{k+1}), or None for the last block.
    """

    number: int
    entries: np.ndarray
    factor: np.ndarray
    pull: np.ndarray | None
    forward: np.ndarray

    def back(self, columns: np.ndarray) -> np.ndarray:
        """L_kk⁻ᵀ times columns of shape (m_k, n)."""
        return _TRSM(1.0, self.factor, columns, lower=1, trans_a=1) if len(columns) else columns

    def inverse(self) -> np.ndarray:
        """(L_kk L_kkᵀ)⁻¹, shape (m_k, m_k)."""
        if not len(self.entries):
            return np.zeros((0, 0))
        lower = np.tril(_POTRI(self.factor, lower=1)[0])
        return lower + np.tril(lower, -1).T


class GapFactor:
    """L Lᵀ = Q_uu for the missing values u of a series, and y = L⁻¹ h with the conditional mean Q_uu⁻¹ h.

    The law of the missing values given all observed ones k has precision Q_uu and h = −Q_uk z_k. Blocks of
    consecutive rows make Q_uu block tridiagonal: one pass forward factorises it, one pass back gives means, draws or
    covariances. Where the factor would not fit in memory it is kept for a segment of blocks at a time and computed a
    second time on the way back.

    Parameters
    ----------
    model : VectorAutoregression
    z : ndarray, shape (T, N)
        NaN where a value is missing.

    Notes
    -----
    O(Σ m_k³) for m_k missing values in block k, and O(T p N²).

    References
    ----------
    Rue and Held (2005), *Gaussian Markov Random Fields*, sections 2.3 and 2.4.
    """

    def __init__(self, model: VectorAutoregression, z: np.ndarray) -> None:
        self.missing = np.isnan(z)
        per_row = self.missing.mean() * model.n_nodes
        rows = int(min(_WANTED / max(per_row, 0.1), _MOST_ENTRIES / model.n_nodes))
        self.precision = SeriesPrecision(model, len(z), rows)
        self.observed = np.where(self.missing, 0.0, z)
        self._potential = -self.precision.product(self.observed)
        starts = self.precision.starts
        self._entries = [np.flatnonzero(self.missing[a:b]) for a, b in pairwise(starts)]
        sizes = np.array([len(entries) for entries in self._entries] + [0], dtype=float)
        numbers = np.cumsum(sizes[:-1] * (sizes[:-1] + sizes[1:]))
        segment = (numbers // _MEMORY).astype(int)
        first = np.unique(segment, return_index=True)[1]
        self._segments = list(zip(first, np.append(first[1:], self.precision.n_blocks), strict=True))
        self._carried: list[GapBlock | None] = [None]
        self.log_det = 0.0
        self._last: list[GapBlock] = []
        for begin, end in self._segments:
            self._last = self._forward(begin, end, self._carried[-1])
            self._carried.append(self._last[-1])
            self.log_det += 2 * sum(float(np.log(np.diag(block.factor)).sum()) for block in self._last)

    def rows(self, block: int) -> slice:
        """Rows of the series that a block holds."""
        return slice(self.precision.starts[block], self.precision.starts[block + 1])

    def reverse(self) -> Iterator[GapBlock]:
        """Give the blocks of the factor from the last to the first."""
        blocks = self._last
        for number in range(len(self._segments) - 1, -1, -1):
            if number < len(self._segments) - 1:
                begin, end = self._segments[number]
                # one block more, for what couples the segment to the next
                blocks = self._forward(begin, end + 1, self._carried[number])[:-1]
            yield from reversed(blocks)

    def conditional_mean(self) -> np.ndarray:
        """Give the series completed by the conditional mean of its missing values, shape (T, N)."""
        completed, later = self.observed.copy(), np.zeros((0, 1))
        for block in self.reverse():
            later = block.back(block.forward[:, None]) - _pulled(block, later)
            completed[self.rows(block.number)].reshape(-1)[block.entries] = later[:, 0]
        return completed

    def draws(self, n_samples: int, generator: np.random.Generator) -> np.ndarray:
        """Complete the series by joint draws Q_uu⁻¹ h + L⁻ᵀ ε of its missing values, shape (n_samples, T, N)."""
        completed = np.repeat(self.observed[None], n_samples, axis=0)
        later = np.zeros((0, n_samples))
        for block in self.reverse():
            noise = generator.standard_normal((len(block.entries), n_samples))
            later = block.back(block.forward[:, None] + noise) - _pulled(block, later)
            rows = self.rows(block.number)
            t, v = np.divmod(block.entries, completed.shape[2])
            completed[:, rows.start + t, v] = later.T
        return completed

    def covariances(self) -> Iterator[tuple[GapBlock, np.ndarray, np.ndarray]]:
        """Give each block, last first, its entries' conditional covariance and that of the next block's with them."""
        covariance = np.zeros((0, 0))
        for block in self.reverse():
            cross, inverse = np.zeros((0, len(block.entries))), block.inverse()
            if block.pull is not None:
                cross = -covariance @ block.pull.T
                inverse -= block.pull @ cross
            covariance = inverse
            yield block, covariance, cross

    def _forward(self, begin: int, end: int, before: GapBlock | None) -> list[GapBlock]:
        """Factorise the blocks from ``begin`` to ``end``, given the last block before them."""
        blocks: list[GapBlock] = []
        previous = before
        for k in range(begin, end):
            entries, rows = self._entries[k], self.rows(k)
            schur = self.precision.diagonal(k)[np.ix_(entries, entries)]
            right = self._potential[rows].ravel()[entries]
            if previous is not None:
                coupling = self.precision.coupling(k)[np.ix_(entries, previous.entries)]
                pull = np.zeros(coupling.T.shape)
                if coupling.size:
                    half = _TRSM(1.0, previous.factor, coupling.T, lower=1)
                    schur -= half.T @ half
                    right = right - half.T @ previous.forward
                    pull = _TRSM(1.0, previous.factor, half, lower=1, trans_a=1)
                if blocks:
                    blocks[-1] = previous._replace(pull=pull)
            factor, forward = np.zeros((0, 0), order="F"), right
            if len(entries):
                factor, failed = _POTRF(schur, lower=1, clean=1)
                if failed:
                    raise InvalidParameterError(
                        f"The precision of the missing values of rows {rows.start} to {rows.stop - 1} is singular to "
                        "working precision; give the model a better conditioned innovation covariance."
                    )
                forward = _TRTRS(factor, right, lower=1)[0]
            previous = GapBlock(k, entries, factor, None, forward)
            blocks.append(previous)
        return blocks


def _pulled(block: GapBlock, later: np.ndarray) -> np.ndarray | float:
    """L_kk⁻ᵀ L_k+1,kᵀ x for the values x of the next block, shape (m_k, n)."""
    return 0.0 if block.pull is None else block.pull @ later
