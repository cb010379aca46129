"""Paths of a linear process from its start."""

from __future__ import annotations

import numpy as np

from .process_law import Differencing, start_law, used_lags


def simulate_process(
    polynomial: np.ndarray,
    drift: np.ndarray,
    sigma2: float,
    differencing: Differencing,
    first: np.ndarray,
    noise: np.ndarray,
) -> np.ndarray:
    """Paths of y_t = drift_t + Σ_j φ_j y_{t-j} + ε_t.

    Parameters
    ----------
    polynomial : ndarray, shape (P,)
        φ_1..φ_P on the undifferenced lags.
    drift : ndarray, shape (n,)
        Deterministic part of every step.
    sigma2 : float
        Innovation variance, 0 or more.
    differencing : tuple of int
        Ordinary differences, seasonal differences and season that ``polynomial`` contains.
    first : ndarray, shape (P,)
        Values that a process without a stationary law starts with.
    noise : ndarray, shape (n_samples, n)
        Standard normal draws.

    Returns
    -------
    ndarray, shape (n_samples, n)

    Notes
    -----
    O(n P) a path.

    Examples
    --------
    >>> walk = np.array([1.0]), np.zeros(3), 4.0, (1, 0, 1), np.array([5.0])
    >>> simulate_process(*walk, np.array([[0.0, 0.5, 1.0]]))
    array([[5., 6., 8.]])
    """
    from scipy.signal import lfilter  # slow to import and not always needed

    polynomial = used_lags(polynomial)
    order = min(len(polynomial), len(drift))
    steps = drift + np.sqrt(sigma2) * noise
    start = start_law(polynomial, drift, differencing) if not any(differencing[:2]) else None
    if start is None:
        begin = np.broadcast_to(first[:order], (len(noise), order))
    else:
        root = np.linalg.cholesky(start.precision)
        begin = start.mean + np.sqrt(sigma2) * np.linalg.solve(root.T, noise[:, :order].T).T
    filtered = np.concatenate([[1.0], -polynomial])
    for t in range(order):  # innovations that lead to these first values
        steps[:, t] = begin[:, t] - begin[:, :t][:, ::-1] @ polynomial[:t]
    return np.asarray(lfilter([1.0], filtered, steps, axis=1))
