"""How forecasts of several steps depend on the values that they start from."""

from __future__ import annotations

import numpy as np

_ITERATIONS = 24  # of Lanczos: the largest of at most 24 distinct eigenvalues is then exact
_ROUNDING = 1e-12


def linear_sensitivity(polynomial: np.ndarray, n_steps: int) -> np.ndarray:
    """Differentiate an autoregression's forecasts by the values that they start from.

    S_k = ∂ŷ_{t+k} / ∂(y_{t-p+1}, ..., y_t) by the recursion S_k = Σ_j φ_j S_{k-j}, with S_{-i} the unit vector of
    y_{t-i}: the last p rows up to row k are the k-th power of the companion matrix.

    Parameters
    ----------
    polynomial : ndarray, shape (batch, p)
        φ_1..φ_p on the undifferenced lags.
    n_steps : int
        Steps K, 1 or more.

    Returns
    -------
    ndarray, shape (batch, K, p)
        Row k - 1 is S_k, by the oldest value first.

    Notes
    -----
    O(K p²) an autoregression.

    Examples
    --------
    >>> linear_sensitivity(np.array([[0.5, 0.25]]), 2)
    array([[[0.25 , 0.5  ],
            [0.125, 0.5  ]]])
    """
    batch, p = polynomial.shape
    newest_last = np.ascontiguousarray(polynomial[:, None, ::-1])
    rows = np.empty((batch, p + n_steps, p))
    rows[:, :p] = np.eye(p)
    for k in range(n_steps):
        rows[:, p + k] = (newest_last @ rows[:, k : k + p])[:, 0]
    return rows[:, p:]


def k_step_norms(sensitivity: np.ndarray, every: int = 1) -> np.ndarray:
    """Norms ‖D Fᵏ‖ of the derivative of k steps of a recursion, F the map of the last p values onto the next ones.

    D Fᵏ has the p newest rows of S_1..S_k below the unit vectors of those old values that are still among the last p:
    its largest singular value is never below 1 while any of them is.

    Parameters
    ----------
    sensitivity : ndarray, shape (batch, K, p)
        Rows S_k, as of `linear_sensitivity`.
    every : int, default=1
        Steps s that F advances, 1 or more; a divisor of K.

    Returns
    -------
    ndarray, shape (batch, K // s)
        Spectral norms after s, 2 s, ..., K steps.

    Notes
    -----
    Lanczos iterations with (D Fᵏ)ᵀ D Fᵏ = diag(0_k, 1_{p-k}) + SᵀS from a fixed start, 24 of them or p where that is
    less: exact for p up to 24, and from below, by far less than a thousandth of a norm, beyond. O(K² p) each.

    References
    ----------
    .. [1] G. H. Golub and C. F. Van Loan (2013), Matrix Computations, section 10.4.

    Examples
    --------
    >>> k_step_norms(linear_sensitivity(np.array([[0.5]]), 3))
    array([[0.5  , 0.25 , 0.125]])
    """
    n_steps, p = sensitivity.shape[1:]
    return np.stack([_norm(sensitivity[:, max(k - p, 0) : k], p) for k in range(every, n_steps + 1, every)], axis=1)


def _norm(rows: np.ndarray, p: int) -> np.ndarray:
    """Largest singular values of rows (batch, r, p) below the unit vectors of the p - r newest values."""
    kept = np.arange(p) >= rows.shape[1]  # the oldest r values have dropped out
    transposed = np.swapaxes(rows, 1, 2)
    n_iterations = min(p, _ITERATIONS)
    basis = np.zeros((len(rows), n_iterations, p))
    diagonal, beside = np.zeros((len(rows), n_iterations)), np.zeros((len(rows), n_iterations))
    # A fixed start that is orthogonal to no direction that matters, other than by chance.
    vector = np.broadcast_to(1.0 + np.cos(np.arange(1.0, p + 1.0)), (len(rows), p))
    vector = vector + np.abs(rows[:, -1]) / (np.abs(rows[:, -1]).max(axis=1, keepdims=True) + np.finfo(float).tiny)
    vector = vector / np.linalg.norm(vector, axis=1, keepdims=True)
    for i in range(n_iterations):
        basis[:, i] = vector
        image = vector * kept + (transposed @ (rows @ vector[:, :, None]))[:, :, 0]
        diagonal[:, i] = (image * vector).sum(axis=1)
        seen = basis[:, : i + 1]
        for _ in range(2):  # once leaves some rounding in the directions of the basis, which then come back
            image = image - (np.swapaxes(seen, 1, 2) @ (seen @ image[:, :, None]))[:, :, 0]
        length = np.linalg.norm(image, axis=1)
        # What is left of an image that the basis holds is rounding, and no new direction.
        beside[:, i] = length = np.where(length > _ROUNDING * diagonal.max(axis=1), length, 0.0)
        if not length.any():
            break
        vector = image / np.where(length > 0, length, 1.0)[:, None] * (length > 0)[:, None]
    inner = np.arange(n_iterations - 1)
    matrix = np.zeros((len(rows), n_iterations, n_iterations))
    matrix[:, np.arange(n_iterations), np.arange(n_iterations)] = diagonal
    matrix[:, inner, inner + 1] = matrix[:, inner + 1, inner] = beside[:, :-1]
    finite = np.isfinite(matrix).all(axis=(1, 2))
    largest = np.full(len(rows), np.inf)
    largest[finite] = np.linalg.eigvalsh(matrix[finite])[:, -1]
    return np.sqrt(np.maximum(largest, 0.0))
