"""Weights of the conditional mean of a Gaussian window, for missing entries and for observed ones left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .context import ContextSet

_BATCH_BYTES = 4_000_000


@dataclass(frozen=True)
class WindowLaw:
    """Zero-mean Gaussian laws of the contexts of a :class:`~.context.ContextSet`.

    Parameters
    ----------
    context : ContextSet
        P contexts of d pairs, g of them targets.
    covariance : ndarray, shape (P, d, d)
        S of each context, positive definite.
    """

    context: ContextSet
    covariance: np.ndarray

    @property
    def prior_deviation(self) -> np.ndarray:
        """Deviation of each sensor without any observation, shape (N,)."""
        own = self.context.sensors[:, : self.context.targets]
        variance = np.empty(own.size)
        variance[own] = np.diagonal(self.covariance, axis1=1, axis2=2)[:, : self.context.targets]
        return np.sqrt(np.maximum(variance, 1e-300))


class TargetWeights(NamedTuple):
    """Linear estimators of g targets from n entries of a window, for U patterns of observed entries.

    Parameters
    ----------
    entries : ndarray of int, shape (U, n)
        Which entries of the window are used.
    weights : ndarray, shape (U, n, g)
        Zero at missing entries and at the target itself.
    variances : ndarray, shape (U, g)
        Of the target given those entries.
    """

    entries: np.ndarray
    weights: np.ndarray
    variances: np.ndarray


def conditional_weights(
    covariance: np.ndarray, observed: np.ndarray, targets: int, most: int | None = None
) -> TargetWeights:
    """Weights w and variances of the conditional law of each target given the other observed entries.

    For a missing target i, w = S_oo⁻¹ S_oi and the variance is S_ii − S_io w. For an observed one, left out, with
    Q = S_oo⁻¹: w_j = −Q_ij / Q_ii for j ≠ i, and the variance is 1 / Q_ii.

    Parameters
    ----------
    covariance : ndarray, shape (d, d)
        S, positive definite.
    observed : ndarray of bool, shape (U, d)
        Patterns.
    targets : int
        g; the first g entries are the targets.
    most : int or None, default=None
        o holds at most this many entries, the first observed ones; None takes all observed ones.

    Returns
    -------
    TargetWeights

    Notes
    -----
    One system of order n = max |o| with g right-hand sides a pattern, all patterns in one batched call: what a pattern
    has fewer entries becomes rows and columns of the identity, which changes nothing else. O(U n³).

    Examples
    --------
    >>> law = conditional_weights(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([[False, True], [True, True]]), 1)
    >>> law.entries.tolist(), law.weights[:, :, 0].round(3).tolist(), law.variances[:, 0].round(3).tolist()
    ([[1, 0], [0, 1]], [[0.5, 0.0], [0.0, 0.5]], [0.75, 0.75])
    """
    length = int(observed.sum(axis=1).max(initial=0))
    length = length if most is None else min(length, most)
    entries = np.argsort(~observed, axis=1, kind="stable")[:, :length]
    valid = np.take_along_axis(observed, entries, axis=1)
    system = covariance[entries[:, :, None], entries[:, None, :]]
    system *= valid[:, :, None] & valid[:, None, :]
    diagonal = np.arange(length)
    system[:, diagonal, diagonal] += ~valid
    known = observed[:, :targets]
    right = covariance[:, :targets][entries] * (valid[:, :, None] & ~known[:, None, :])
    # The sort is stable and targets come first: an observed target stands where the count of observed ones says.
    pattern, target = np.nonzero(known)
    place = (np.cumsum(known, axis=1) - 1)[pattern, target]
    right[pattern, place, target] = 1.0
    weights = np.linalg.solve(system, right)
    gain = np.einsum("ung,ung->ug", weights, right)
    precision = np.where(known, gain, 1.0)
    weights = np.where(known[:, None, :], -weights / precision[:, None, :], weights)
    weights[pattern, place, target] = 0.0
    variance = np.where(known, 1.0 / precision, np.diag(covariance)[:targets] - gain)
    return TargetWeights(entries, weights, np.maximum(variance, 0.0))


def condition_windows(
    law: WindowLaw, fields: np.ndarray, observed: np.ndarray, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Conditional mean and variance of the wanted entries, each given the other observed entries of its window.

    Parameters
    ----------
    law : WindowLaw
        Covariances.
    fields : ndarray, shape (F, T, N)
        Right-hand sides that share the places where they are observed; finite everywhere, ignored where missing.
    observed : ndarray of bool, shape (T, N)
        Those places.
    wanted : ndarray of bool, shape (T, N)
        Entries to answer for, missing or observed.

    Returns
    -------
    mean : ndarray, shape (F, T, N)
        Zero where not wanted.
    variance : ndarray, shape (T, N)
        Zero where not wanted.

    Notes
    -----
    Times outside 0..T − 1 count as missing, so windows shrink at the ends. Equal patterns of observed entries are
    solved once, patterns with about as many entries together, and all fields share the weights.
    """
    context = law.context
    pad = context.reach
    count, steps, sensors = fields.shape
    padded = np.zeros((count, steps + 2 * pad, sensors))
    padded[:, pad : pad + steps] = np.where(observed, fields, 0.0)
    seen = np.zeros((steps + 2 * pad, sensors), bool)
    seen[pad : pad + steps] = observed
    mean, variance = np.zeros(fields.shape), np.zeros((steps, sensors))
    targets = context.targets
    for pair_sensors, pair_lags, covariance in zip(context.sensors, context.lags, law.covariance, strict=True):
        own = pair_sensors[:targets]
        rows = np.flatnonzero(wanted[:, own].any(axis=1))
        patterns = seen[rows[:, None] + pad + pair_lags, pair_sensors]
        amount = patterns.sum(axis=1)
        if context.most is not None:
            amount = np.minimum(amount, context.most)
        order = np.argsort(amount, kind="stable")
        start = 0
        while start < len(order):
            size = max(1, int(amount[order[start]]))
            part = order[start : start + max(8, _BATCH_BYTES // (8 * size * (size + 2 * targets + count)))]
            start += len(part)
            times = rows[part]
            answer = _shared_weights(covariance, patterns[part], targets, context.most)
            places = times[:, None] + pad + pair_lags[answer.entries]
            windows = np.moveaxis(padded[:, places, pair_sensors[answer.entries]], 0, 1)
            here = wanted[times[:, None], own]
            mean[:, times[:, None], own] = np.where(here, np.moveaxis(windows @ answer.weights, 1, 0), 0.0)
            variance[times[:, None], own] = np.where(here, answer.variances, 0.0)
    return mean, variance


def _shared_weights(covariance: np.ndarray, patterns: np.ndarray, targets: int, most: int | None) -> TargetWeights:
    """Weights for R patterns, solved once for equal ones."""
    packed = np.packbits(patterns, axis=1)
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    if len(first) == len(patterns):
        return conditional_weights(covariance, patterns, targets, most)
    solved = conditional_weights(covariance, patterns[first], targets, most)
    return TargetWeights(*(part[inverse] for part in solved))
