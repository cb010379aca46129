"""Linear autoregression over a graph in closed form: where the causal network starts."""

from __future__ import annotations

import numpy as np


def ridge_autoregression(
    filled: np.ndarray, observed: np.ndarray, weights: np.ndarray, order: int, ridge: float = 10.0
) -> tuple[np.ndarray, np.ndarray]:
    """Fit z_v^t ≈ Σ_j a_vj z_v^{t−j} + Σ_j Σ_s b_vjs (P_s z^{t−j})_v of every node by least squares.

    Parameters
    ----------
    filled : ndarray, shape (T, N)
        Standardised, with every gap filled.
    observed : ndarray of bool, shape (T, N)
        Where the value was not filled: only these are targets.
    weights : ndarray, shape (S · N, N)
        Averages P_1 … P_S over in-neighbours, on top of each other.
    order : int
        Lags j = 1 … order, 1 or more and below T.
    ridge : float, default=10.0
        Rows' worth of pull of a node's coefficients to those that all nodes share.

    Returns
    -------
    coefficients : ndarray, shape (N, order, 1 + S)
        a and b.
    deviation : ndarray, shape (N,)
        Root mean square of the residuals; of all nodes where a node has fewer than two.

    Notes
    -----
    The shared coefficients have a small ridge of their own. O(N T k²) with k = order (1 + S).

    Examples
    --------
    >>> walk = np.cumprod(np.full((50, 1), -0.9), axis=0)
    >>> ridge_autoregression(walk, np.ones((50, 1), bool), np.zeros((0, 1)), 1)[0].round(2).tolist()
    [[[-0.9]]]
    """
    n_rows, n_nodes = filled.shape
    lagged = lag_terms(filled, weights, order)
    n_terms = lagged.shape[2]
    target, counted = filled[order:], observed[order:].astype(float)
    gram, cross = np.zeros((n_nodes, n_terms, n_terms)), np.zeros((n_nodes, n_terms))
    for start in range(0, n_rows - order, 4096):
        rows = slice(start, start + 4096)
        weighted = lagged[rows] * counted[rows, :, None]
        gram += np.einsum("tni,tnj->nij", weighted, lagged[rows])
        cross += np.einsum("tni,tn->ni", weighted, target[rows])
    identity = np.eye(n_terms)
    total = gram.sum(axis=0)
    shared = np.linalg.solve(total + (1e-6 * np.trace(total) + 1e-9) * identity, cross.sum(axis=0))
    own = np.linalg.solve(gram + ridge * identity, (cross + ridge * shared)[:, :, None])[:, :, 0]
    residual = counted * (target - np.einsum("tni,ni->tn", lagged, own))
    count = counted.sum(axis=0)
    square = (residual**2).sum(axis=0)
    overall = max(square.sum() / max(count.sum(), 1.0), 1e-12)
    deviation = np.sqrt(np.where(count >= 2, np.maximum(square / np.maximum(count, 1.0), 1e-3 * overall), overall))
    return own.reshape(n_nodes, order, -1), deviation


def lag_terms(filled: np.ndarray, weights: np.ndarray, order: int) -> np.ndarray:
    """Terms of the regression at times ``order`` … T − 1, shape (T − order, N, order · (1 + S))."""
    n_rows, n_nodes = filled.shape
    told = (filled @ weights.T).reshape(n_rows, -1, n_nodes)
    terms = np.concatenate([filled[:, :, None], told.transpose(0, 2, 1)], axis=2)
    return np.concatenate([terms[order - j : n_rows - j] for j in range(1, order + 1)], axis=2)
