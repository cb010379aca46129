"""How errors grow with the lead time: measured, expected of the recursion, and at most."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class ErrorGrowth(NamedTuple):
    """Root mean squared errors of one series by lead time, in standard deviations of its values.

    Attributes
    ----------
    rmse : ndarray, shape (K,)
        Measured, of the value at each lead time; NaN where no value follows.
    state_rmse : ndarray, shape (K,)
        Measured, of all values of the state together; NaN between two blocks.
    expected : ndarray, shape (K,)
        Of the value, if one-step errors did not depend on each other.
    one_step : ndarray, shape (K,)
        Measured one-step errors at the same times, of the whole block; NaN between two blocks.
    bound : ndarray, shape (K,)
        Σ_{j<k} L_j ρ_{k-j}, which no error of a state exceeds; NaN between two blocks.
    n_origins : int
        Forecasts that were measured.
    """

    rmse: np.ndarray
    state_rmse: np.ndarray
    expected: np.ndarray
    one_step: np.ndarray
    bound: np.ndarray
    n_origins: int


def error_growth(norms: np.ndarray, sensitivity: np.ndarray, errors: np.ndarray, residuals: np.ndarray) -> ErrorGrowth:
    """Set measured errors beside what the recursion makes of its one-step errors.

    A free run from the truth is off by Σ_{j<k} F^j of the one-step errors r_{t+k-j} since: by the norms L_j of D F^j
    ‖e_{t+k}‖ ≤ Σ_{j<k} L_j ‖r_{t+k-j}‖, and root mean squares over the origins obey the same sum. One-step errors hold
    the model's bias δ and the noise η together, which data cannot tell apart.

    Parameters
    ----------
    norms : ndarray, shape (n_blocks,)
        L_1, L_2, ... after s, 2 s, ... steps.
    sensitivity : ndarray, shape (m, K, p)
        Derivatives of the forecasts K = n_blocks s steps ahead by the p values before, at m states.
    errors : ndarray, shape (n_origins, K)
        Forecasts minus actual values, NaN where there is none.
    residuals : ndarray, shape (n_origins, n_blocks, s)
        The same of the block after t, t + s, ..., forecast from the values before it.

    Returns
    -------
    ErrorGrowth
    """
    n_blocks, s = residuals.shape[1:]
    n_steps, p = sensitivity.shape[1:]
    squares, seen = _mean_squares(errors), min(s, p)
    newest = residuals[:, :, -seen:]
    ends = np.arange(1, n_blocks + 1) * s
    one_step, bound, state = (np.full(n_steps, np.nan) for _ in range(3))
    rho = np.sqrt(_mean_squares(newest).sum(axis=1))
    one_step[ends - 1] = rho
    stretched = np.concatenate([[1.0], norms])
    bound[ends - 1] = [stretched[:k] @ rho[k - 1 :: -1] for k in range(1, n_blocks + 1)]
    state[ends - 1] = [np.sqrt(squares[max(end - p, 0) : end].sum()) for end in ends]
    moments = _moments(residuals.reshape(-1, s))
    carried = _carried(sensitivity[:, :, p - seen :], moments[s - seen :, s - seen :])
    fed_back = np.zeros(n_steps)
    for j in range(1, n_blocks):  # what an error of the block j blocks before has become
        fed_back[j * s :] += carried[(j - 1) * s : j * s].reshape(1, s).repeat(n_blocks - j, axis=0).ravel()
    expected = np.sqrt(np.tile(np.diag(moments), n_blocks) + fed_back)
    return ErrorGrowth(np.sqrt(squares), state, expected, one_step, bound, int(np.isfinite(errors).any(axis=1).sum()))


def _mean_squares(errors: np.ndarray) -> np.ndarray:
    """Mean squares over the first axis, NaN where nothing was measured."""
    seen = ~np.isnan(errors)
    total = np.where(seen, errors, 0.0) ** 2
    count = seen.sum(axis=0)
    return np.where(count > 0, total.sum(axis=0) / np.maximum(count, 1), np.nan)


def _moments(blocks: np.ndarray) -> np.ndarray:
    """Second moments of the errors of a block, shape (s, s)."""
    whole = blocks[~np.isnan(blocks).any(axis=1)]
    return whole.T @ whole / len(whole) if len(whole) else np.full((blocks.shape[1],) * 2, np.nan)


def _carried(rows: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Mean over states of S C Sᵀ for every step, S the derivative by the newest values; shape (K,)."""
    return np.einsum("mki,ij,mkj->k", rows, moments, rows, optimize=True) / len(rows)
