"""Expected second moments of a series and its lags, given what is observed: the E-step of a vector autoregression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from ..density import LOG_2PI
from .gap_factor import GapFactor
from .vector_autoregression import VectorAutoregression


@dataclass(frozen=True, eq=False)
class LagMoments:
    """Σ_t E[x_t x_tᵀ] of the stacked rows x_t = (z_t, z_{t−1}, …, z_{t−p}), summed over the steps t = p..T−1.

    Parameters
    ----------
    n_steps : int
        Number of steps n in the sum.
    n_nodes : int
        N.
    gram : ndarray, shape ((p + 1) N, (p + 1) N)
    """

    n_steps: int
    n_nodes: int
    gram: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """Moments S of the rows themselves, shape (N, N)."""
        return self.gram[: self.n_nodes, : self.n_nodes]

    @property
    def cross(self) -> np.ndarray:
        """Moments B of the rows with their lags, shape (N, p N)."""
        return self.gram[: self.n_nodes, self.n_nodes :]

    @property
    def lags(self) -> np.ndarray:
        """Moments A of the lags, shape (p N, p N)."""
        return self.gram[self.n_nodes :, self.n_nodes :]

    def residual(self, weights: np.ndarray) -> np.ndarray:
        """Moments S − Φ Bᵀ − B Φᵀ + Φ A Φᵀ of the errors under stacked coefficients Φ of shape (N, p N)."""
        fitted = weights @ self.cross.T
        moments = self.rows - fitted - fitted.T + weights @ self.lags @ weights.T
        return (moments + moments.T) / 2

    def __add__(self, other: LagMoments) -> LagMoments:
        return LagMoments(self.n_steps + other.n_steps, self.n_nodes, self.gram + other.gram)


def total(parts: list[LagMoments]) -> LagMoments:
    """Sum of moments."""
    return reduce(LagMoments.__add__, parts)


def expected_moments(model: VectorAutoregression, z: np.ndarray) -> tuple[LagMoments, float]:
    """Give the expected lag moments of a series given its observed values, and the log likelihood of these.

    Parameters
    ----------
    model : VectorAutoregression
    z : ndarray, shape (T, N)
        NaN where a value is missing; T above p.

    Returns
    -------
    moments : LagMoments
    log_likelihood : float

    Notes
    -----
    Moments of the completed series plus the conditional covariances of missing values up to p steps apart, which the
    pass back through the blocks of the factor gives. O(Σ m_k³ + T p² N²).
    """
    p, n, gaps = model.order, model.n_nodes, GapFactor(model, z)
    completed = gaps.conditional_mean()
    log_likelihood = gaps.precision.log_density(completed)
    log_likelihood += 0.5 * (float(gaps.missing.sum()) * LOG_2PI - gaps.log_det)
    n_steps = len(z) - p
    stacked = np.concatenate([completed[p - lag : len(z) - lag] for lag in range(p + 1)], axis=1)
    gram = stacked.T @ stacked + _covariance_sums(gaps, p, n)
    return LagMoments(n_steps, n, gram), log_likelihood


def _covariance_sums(gaps: GapFactor, p: int, n: int) -> np.ndarray:
    """Σ_t Cov(x_t) over the steps, from the covariances within blocks and between neighbouring ones."""
    starts, last = gaps.precision.starts, gaps.precision.n_blocks - 1
    within: dict[int, np.ndarray] = {}
    across: dict[int, np.ndarray] = {}
    inner = min(1, last)
    n_rows, edge = int(starts[-1]), p * n
    following = np.zeros(0, dtype=int)
    for block, covariance, cross in gaps.covariances():
        k, entries = block.number, block.entries
        size = int(starts[k + 1] - starts[k]) * n
        # blocks in the middle are summed: all of their rows enter the same sums
        role = inner if 0 < k < last else k
        place = within.setdefault(role, np.zeros((size, size)))
        place[np.ix_(entries, entries)] += covariance
        if k < last:
            role = inner if k + 1 < last else last
            place = across.setdefault(role, np.zeros((edge, edge)))
            late, early = entries >= size - edge, following < edge
            place[np.ix_(following[early], entries[late] - (size - edge))] += cross[np.ix_(early, late)]
        following = entries
    sums = np.zeros((p + 1, n, p + 1, n))
    for role, table in within.items():
        rows = table.shape[0] // n
        own = table.reshape(rows, n, rows, n)
        near = across[role].reshape(p, n, p, n) if role in across else None
        for a in range(rows):
            time = int(starts[role]) + a
            for lag in range(p + 1):
                if a >= lag:
                    pair = own[a, :, a - lag]
                elif near is not None:
                    pair = near[a, :, p + a - lag]
                else:
                    continue
                for i in range(max(p - time, 0), min(p - lag, n_rows - 1 - time) + 1):
                    sums[i, :, i + lag] += pair
    for i in range(p + 1):
        for j in range(i):
            sums[i, :, j] = sums[j, :, i].T
    return sums.reshape((p + 1) * n, (p + 1) * n)
