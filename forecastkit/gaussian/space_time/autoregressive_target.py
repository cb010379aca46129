"""Covariances of all lags that a first-order vector autoregression implies: a smooth target to shrink to."""

from __future__ import annotations

import numpy as np

from .context import ContextSet

MOST_TARGET_CELLS = 4_000_000
"""The target is formed while (2 reach + 1) N² is at most this."""
_RIDGE = 0.01


def autoregressive_covariances(fields: np.ndarray, lags: int) -> np.ndarray:
    """C(h) = A^h C(0), h = 0..lags, with A = C(1) (C(0) + r diag C(0))⁻¹ of a completed series.

    Parameters
    ----------
    fields : ndarray, shape (F, T, N)
        Their second moments add up.
    lags : int
        Largest h.

    Returns
    -------
    ndarray, shape (lags + 1, N, N)
        C(h)[i, j] = Cov(x_i(t + h), x_j(t)). The sequence is one of a stationary process, so windows of it are positive
        semi-definite.

    Notes
    -----
    Of all laws with the same C(0) and C(1) it has the largest entropy. Both second moments
    have the same divisor, so A is stable.
    """
    steps = fields.shape[1] - 1
    centre = np.einsum("fti,ftj->ij", fields, fields) / (steps + 1)
    following = np.einsum("fti,ftj->ij", fields[:, 1:], fields[:, :-1]) / (steps + 1)
    ridge = _RIDGE * np.diag(np.diag(centre)) + 1e-9 * np.eye(len(centre))
    transition = np.linalg.solve(centre + ridge, following.T).T
    covariances = [centre]
    for _ in range(lags):
        covariances.append(transition @ covariances[-1])
    return np.stack(covariances)


def window_of(covariances: np.ndarray, sensors: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Covariance matrix of the pairs (sensor, lag) of a window, shape (d, d)."""
    step = lags[:, None] - lags[None, :]
    row, column = np.broadcast_to(sensors[:, None], step.shape), np.broadcast_to(sensors[None, :], step.shape)
    ahead = step >= 0
    return covariances[np.abs(step), np.where(ahead, row, column), np.where(ahead, column, row)]


def has_target(context: ContextSet, sensors: int) -> bool:
    """Whether the covariances of all lags of the context are few enough to be formed."""
    return (2 * context.reach + 1) * sensors**2 <= MOST_TARGET_CELLS
