"""The precision matrix of a stretch of a vector autoregression, in blocks of consecutive rows."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular

from ..density import LOG_2PI
from .vector_autoregression import VectorAutoregression


class SeriesPrecision:
    """Q = Aᵀ diag(Γ, W, …, W)⁻¹ A over T rows, block tridiagonal once p or more rows make a block.

    Row t of A holds z_t − Φ_1 z_{t−1} − … − Φ_p z_{t−p}; its first p rows are the identity, Γ being the covariance of
    the first p rows. All blocks but the first and the last are equal, so that a few small matrices hold all of Q.

    Parameters
    ----------
    model : VectorAutoregression
    n_rows : int
        T, 1 or more.
    rows_per_block : int
        Wanted rows of a block; never fewer than p are taken, and the first block takes what is left over.
    """

    def __init__(self, model: VectorAutoregression, n_rows: int, rows_per_block: int) -> None:
        self.model, self.n_rows = model, n_rows
        step = max(rows_per_block, model.order)
        n_blocks = max(n_rows // step, 1)
        first = n_rows - step * (n_blocks - 1)
        self.starts = np.concatenate([[0], first + step * np.arange(n_blocks)])
        self._lags = self._lag_products()
        inner = self._diagonal(step, with_start=False, ends=False) if n_blocks > 2 else np.zeros((0, 0))
        self._diagonals = [inner] * n_blocks
        self._diagonals[0] = self._diagonal(first, with_start=True, ends=n_blocks == 1)
        if n_blocks > 1:
            self._diagonals[-1] = self._diagonal(step, with_start=False, ends=True)
            self._couplings = [self._coupling(step, first), self._coupling(step, step)]

    @property
    def n_blocks(self) -> int:
        """Number of blocks."""
        return len(self.starts) - 1

    def diagonal(self, block: int) -> np.ndarray:
        """Rows and columns of a block, shape (g N, g N)."""
        return self._diagonals[block]

    def coupling(self, block: int) -> np.ndarray:
        """Rows of a block, columns of the block before it."""
        return self._couplings[min(block - 1, 1)]

    def whitened(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the first min(p, T) rows and the errors of the later ones in units in which their law is N(0, I).

        Parameters
        ----------
        z : ndarray, shape (T, N)

        Returns
        -------
        start : ndarray, shape (min(p, T) N,)
        errors : ndarray, shape (max(T - p, 0), N)
        """
        p = self.model.order
        head = z[:p].ravel()
        factor = self.model.initial_factor[: len(head), : len(head)]
        start = solve_triangular(factor, head, lower=True, check_finite=False)
        errors = z[p:].copy()
        for lag in range(1, p + 1):
            errors -= z[p - lag : self.n_rows - lag][: len(errors)] @ self.model.coefficients[lag - 1].T
        if not len(errors):
            return start, errors
        white = solve_triangular(self.model.innovation_factor, errors.T, lower=True, check_finite=False)
        return start, white.T

    def product(self, z: np.ndarray) -> np.ndarray:
        """Q z for one series z of shape (T, N). O(T p N²)."""
        p, (start, errors) = self.model.order, self.whitened(z)
        factor = self.model.initial_factor[: len(start), : len(start)]
        result = np.zeros_like(z)
        head = solve_triangular(factor, start, lower=True, trans=1, check_finite=False)
        result[:p] = head.reshape(-1, self.model.n_nodes)
        if len(errors):
            pulled = solve_triangular(self.model.innovation_factor, errors.T, lower=True, trans=1, check_finite=False)
            result[p:] += pulled.T
            for lag in range(1, p + 1):
                result[p - lag : self.n_rows - lag] -= pulled.T @ self.model.coefficients[lag - 1]
        return result

    def log_density(self, z: np.ndarray) -> float:
        """Log density of a whole series z of shape (T, N)."""
        start, errors = self.whitened(z)
        scale = np.log(np.diag(self.model.initial_factor)[: len(start)]).sum()
        scale += len(errors) * np.log(np.diag(self.model.innovation_factor)).sum()
        return float(-0.5 * (z.size * LOG_2PI + (start**2).sum() + (errors**2).sum()) - scale)

    def _lag_products(self) -> list[list[np.ndarray]]:
        """Entry [a][b] is Ψ_aᵀ W⁻¹ Ψ_b with Ψ_0 = I and Ψ_l = −Φ_l."""
        n, p = self.model.n_nodes, self.model.order
        psi = np.concatenate([np.eye(n)[None], -self.model.coefficients])
        stacked = psi.transpose(1, 0, 2).reshape(n, (p + 1) * n)
        root = solve_triangular(self.model.innovation_factor, stacked, lower=True, check_finite=False)
        table = (root.T @ root).reshape(p + 1, n, p + 1, n)
        return [[table[a, :, b] for b in range(p + 1)] for a in range(p + 1)]

    def _diagonal(self, size: int, with_start: bool, ends: bool) -> np.ndarray:
        """Build a block of ``size`` rows that holds the first p rows of the series, or its last ones, or neither."""
        n, p = self.model.n_nodes, self.model.order
        block = np.zeros((size, n, size, n))
        for j in range(size):
            for i in range(j, min(j + p + 1, size)):
                lag = i - j
                from_row, to_row = max(p - i, 0) if with_start else 0, min(p - lag, size - 1 - i) if ends else p - lag
                for a in range(from_row, to_row + 1):
                    block[i, :, j] += self._lags[a][a + lag]
                block[j, :, i] = block[i, :, j].T
        block = block.reshape(size * n, size * n)
        if with_start:
            width = min(p, size) * n
            factor = self.model.initial_factor[:width, :width]
            root = solve_triangular(factor, np.eye(width), lower=True, check_finite=False)
            block[:width, :width] += root.T @ root
        return block

    def _coupling(self, size: int, before: int) -> np.ndarray:
        """Build the rows of a block of ``size`` rows against the columns of one of ``before`` rows that precedes it."""
        n, p = self.model.n_nodes, self.model.order
        block = np.zeros((size, n, before, n))
        for i in range(min(p, size)):
            for j in range(max(before - p + i, 0), before):
                lag = i + before - j
                for a in range(p - lag + 1):
                    block[i, :, j] += self._lags[a][a + lag]
        return block.reshape(size * n, before * n)
