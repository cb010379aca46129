"""Covariances of windows of a completed series: block-Toeplitz for whole windows, shrunk, positive definite."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .autoregressive_target import autoregressive_covariances, has_target, window_of
from .conditional_weights import WindowLaw
from .context import ContextSet

LEAST_EIGENVALUE = 1e-6
"""Eigenvalue floor, as a share of the largest variance of the window."""


@dataclass(frozen=True)
class Shrinkage:
    """S becomes (1 − ρ) [(1 − α) S + α S₁] + ρ diag S, S₁ the covariance of a first-order vector autoregression.

    Parameters
    ----------
    white : float
        ρ in [0, 1].
    autoregressive : float
        α in [0, 1]; without effect where the sensors are too many to form S₁.
    """

    white: float
    autoregressive: float


def window_law(
    fields: np.ndarray, context: ContextSet, shrinkage: Shrinkage, usable: np.ndarray | None = None
) -> WindowLaw:
    """Second moments of the windows, shrunk, with the eigenvalues kept away from zero.

    Parameters
    ----------
    fields : ndarray, shape (F, T, N)
        Their second moments add up: the conditional means, and draws of the errors around them.
    context : ContextSet
        Windows to take.
    shrinkage : Shrinkage
        ρ and α.
    usable : ndarray of bool, shape (T,), or None
        Centres whose windows count; None takes all.

    Returns
    -------
    WindowLaw

    Notes
    -----
    S is averaged over time, and along block diagonals where the context is a whole window, so block (a, b) depends on
    a − b only. O(P T d²).
    """
    steps, reach = fields.shape[1], context.reach
    allowed = np.ones(steps, bool) if usable is None else usable.copy()
    allowed[:reach] = allowed[max(steps - reach, 0) :] = False
    centres = np.flatnonzero(allowed)
    whole = len(context.sensors) == 1 and context.targets > 1
    towards = shrinkage.autoregressive > 0 and has_target(context, fields.shape[2])
    implied = autoregressive_covariances(fields, 2 * reach) if towards else None
    laws = np.empty((len(context.sensors), context.size, context.size))
    for k, (sensors, lags) in enumerate(zip(context.sensors, context.lags, strict=True)):
        if len(centres):
            windows = fields[:, centres[:, None] + lags, sensors].reshape(-1, context.size)
            moment = windows.T @ windows / len(centres)
            moment = block_toeplitz(moment, lags, context.targets) if whole else moment
            if implied is not None:
                moment = _drawn(moment, window_of(implied, sensors, lags), shrinkage.autoregressive)
        else:
            moment = window_of(autoregressive_covariances(fields, 2 * reach), sensors, lags)
        laws[k] = positive_definite(moment, shrinkage.white)
    return WindowLaw(context, laws)


def _drawn(moment: np.ndarray, target: np.ndarray, share: float) -> np.ndarray:
    """Return (1 − α) S + α S₁ with S₁ rescaled to the variances of S."""
    ratio = np.sqrt(np.diag(moment) / np.maximum(np.diag(target), 1e-300))
    return (1.0 - share) * moment + share * target * ratio * ratio[:, None]


def block_toeplitz(moment: np.ndarray, lags: np.ndarray, sensors: int) -> np.ndarray:
    """Average the (lag, lag) blocks of equal lag difference; shape (d, d) of whole windows of N ``sensors``.

    Examples
    --------
    >>> block_toeplitz(np.diag([1.0, 2.0, 3.0]), np.array([0, -1, 1]), 1).round(3).tolist()
    [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]]
    """
    steps = lags[::sensors]
    blocks = moment.reshape(len(steps), sensors, len(steps), sensors).transpose(0, 2, 1, 3)
    difference = steps[:, None] - steps[None, :]
    out = np.empty_like(blocks)
    for lag in np.unique(difference):
        out[difference == lag] = blocks[difference == lag].mean(axis=0)
    return out.transpose(0, 2, 1, 3).reshape(moment.shape)


def positive_definite(moment: np.ndarray, shrinkage: float) -> np.ndarray:
    """(1 − ρ) S + ρ diag S, symmetric, with its eigenvalues at least ``LEAST_EIGENVALUE`` of the largest variance."""
    moment = 0.5 * (moment + moment.T)
    variance = np.diag(moment)
    least = LEAST_EIGENVALUE * max(float(variance.max(initial=0.0)), 1e-12)
    shrunk = (1.0 - shrinkage) * moment + np.diag(shrinkage * variance)
    try:
        np.linalg.cholesky(shrunk - least * np.eye(len(shrunk)))
    except np.linalg.LinAlgError:
        pass
    else:
        return shrunk
    values, vectors = np.linalg.eigh(shrunk)
    fixed = (vectors * np.maximum(values, least)) @ vectors.T
    return 0.5 * (fixed + fixed.T)
