"""The penalised normal equations of a vector autoregression, one system for each row of its coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import get_lapack_funcs

_POTRF, _POTRS = get_lapack_funcs(("potrf", "potrs"), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Ridge:
    """Precisions of the coefficients of every row: ``own`` l² for a series' own lag l, ``others`` l² for the rest.

    Parameters
    ----------
    own, others : float
        Above 0, ``own`` not above ``others``, for a series of unit variance.
    variances : ndarray, shape (N,)
        Innovation variances w; row v has its precisions divided by w_v.
    """

    own: float
    others: float
    variances: np.ndarray

    def row(self, v: int, columns: np.ndarray) -> np.ndarray:
        """Precisions of row v at some of the stacked lags."""
        n = len(self.variances)
        lag = 1.0 + columns // n
        return np.where(columns % n == v, self.own, self.others) * lag**2 / self.variances[v]


class RowSystems:
    """Solves (κ A + D_v) φ = b over the coefficients that row v may have, D_v the ridge and A the moments of the lags.

    Parameters
    ----------
    lags : ndarray, shape (p N, p N)
        A.
    allowed : ndarray of bool, shape (N, p N)
        True where a coefficient may differ from zero.

    Notes
    -----
    With all coefficients allowed one eigendecomposition A = l U Λ Uᵀ l, l the lags, serves every row and every
    strength: D_v is others l² / w_v but at the p own lags, which are a correction of rank p (Woodbury). O(p³N³) once,
    then O(p²N²·p) a row. Else a Cholesky factorisation of each row's own k × k system, O(k³).
    """

    def __init__(self, lags: np.ndarray, allowed: np.ndarray) -> None:
        self.lags, self.n_nodes = lags, len(allowed)
        self.dense = bool(allowed.all())
        self.columns = [np.flatnonzero(row) for row in allowed]

    @cached_property
    def _spectrum(self) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues of A in units of its lags, and eigenvectors divided by the lags, by column."""
        lag = 1.0 + np.arange(len(self.lags)) // self.n_nodes
        eigenvalues, vectors = np.linalg.eigh(self.lags / lag / lag[:, None])
        return np.maximum(eigenvalues, 0.0), vectors / lag[:, None]

    def solve(self, v: int, multiplier: float, ridge: Ridge, right: np.ndarray) -> np.ndarray:
        """Solve the system of row v.

        Parameters
        ----------
        v : int
        multiplier : float
            κ, above 0.
        ridge : Ridge
        right : ndarray, shape (k,)
            b, at ``columns[v]``.

        Returns
        -------
        ndarray, shape (k,)
        """
        columns = self.columns[v]
        if not self.dense:
            matrix = multiplier * self.lags[np.ix_(columns, columns)]
            matrix[np.diag_indices_from(matrix)] += ridge.row(v, columns)
            return _POTRS(_POTRF(matrix, lower=1, overwrite_a=1)[0], right, lower=1)[0]
        eigenvalues, vectors = self._spectrum
        scale = 1.0 / (multiplier * eigenvalues + ridge.others / ridge.variances[v])
        own = np.arange(v, len(columns), self.n_nodes)
        solution = vectors @ (scale * (right @ vectors))
        towards = vectors @ (scale * vectors[own]).T
        excess = ridge.row(v, own) * (1.0 - ridge.others / ridge.own)
        correction = np.linalg.solve(np.eye(len(own)) + excess[:, None] * towards[own], excess * solution[own])
        return solution - towards @ correction
