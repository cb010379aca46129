"""What the network reads of every node and time: the value seen, and what is known about it without seeing it."""

from __future__ import annotations

import numpy as np

from ...gaussian.space_time.gap_distance import gap_distance

N_SEEN = 3
"""The first channels tell the value itself; a node's own law must not read them at its own time."""
REACH = 48
"""Steps within which the previous and the next value of a node are looked for."""
_LARGEST = 5.0
_LARGEST_VALUE = 10.0
_LEAST_DEVIATION = 1e-3


def node_features(
    z: np.ndarray, mean: np.ndarray, deviation: np.ndarray, known: np.ndarray | None = None
) -> np.ndarray:
    """Channels of all nodes at all times.

    Those that are seen: m z, m, and the residual m (z − μ) / s of the linear law of z given the other values. Those
    that hold without z: μ, log s, the differences to μ of the straight line between the nearest other values of the
    node and of these two, in units of s; the inverse distances to both; and the covariates of time.

    Parameters
    ----------
    z : ndarray, shape (T, N)
        Standardised values, NaN where missing.
    mean, deviation : ndarray, shape (T, N)
        μ and s of every entry given the other observed entries.
    known : ndarray, shape (T, n_known), default=None
        Covariates of time, of size about one.

    Returns
    -------
    ndarray of float32, shape (T, N, 10 + n_known)
        Residuals are cut at ±5 and values at ±10: an outlier must not drive the network where it never was.
    """
    observed = ~np.isnan(z)
    value = np.clip(np.where(observed, z, 0.0), -_LARGEST_VALUE, _LARGEST_VALUE)
    scale = np.maximum(deviation, _LEAST_DEVIATION)
    line, previous, following, before, after = nearest_values(np.where(observed, z, 0.0), observed)
    channels = [
        value,
        observed,
        np.where(observed, _cut((value - mean) / scale), 0.0),
        np.clip(mean, -_LARGEST_VALUE, _LARGEST_VALUE),
        np.log(scale),
        np.where(before + after > 0, _cut((line - mean) / scale), 0.0),
        np.where(before > 0, _cut((previous - mean) / scale), 0.0),
        np.where(after > 0, _cut((following - mean) / scale), 0.0),
        before,
        after,
    ]
    features = np.stack(channels, axis=-1, dtype=np.float32, casting="unsafe")
    if known is None:
        return features
    shared = np.broadcast_to(known[:, None, :].astype(np.float32), (*z.shape, known.shape[1]))
    return np.concatenate([features, shared], axis=-1)


def n_channels(n_known: int) -> int:
    """Channels of :func:`node_features` with so many covariates."""
    return 10 + n_known


def nearest_values(
    value: np.ndarray, observed: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Look past each entry for the nearest observed values of its node, and draw the straight line between them.

    Parameters
    ----------
    value : ndarray, shape (T, N)
        Finite; ignored where missing.
    observed : ndarray of bool, shape (T, N)

    Returns
    -------
    line, previous, following : ndarray, shape (T, N)
        The line, and both ends; with one end missing the line is the other one, with none it is 0.
    before, after : ndarray, shape (T, N)
        Inverse distances in steps to the ends, 1 for a neighbour in time, 0 where there is none within ``REACH``.

    Examples
    --------
    >>> value = np.array([[1.0], [9.0], [0.0], [4.0]])
    >>> nearest_values(value, np.array([[True], [False], [False], [True]]))[0].ravel().tolist()
    [4.0, 2.0, 3.0, 1.0]
    """
    distance = gap_distance(observed, REACH)
    steps, nodes = value.shape
    row, column = np.arange(steps)[:, None], np.arange(nodes)
    gap_before, gap_after = distance.before.astype(np.int64), distance.after.astype(np.int64)
    has_before, has_after = gap_before <= REACH, gap_after <= REACH
    previous = np.where(has_before, value[np.where(has_before, row - gap_before, 0), column], 0.0)
    following = np.where(has_after, value[np.where(has_after, row + gap_after, 0), column], 0.0)
    share = np.where(
        has_before & has_after, gap_before / np.maximum(gap_before + gap_after, 1), np.where(has_before, 0.0, 1.0)
    )
    line = previous * (1.0 - share) + following * share
    return (
        line,
        previous,
        following,
        np.where(has_before, 1.0 / gap_before, 0.0),
        np.where(has_after, 1.0 / gap_after, 0.0),
    )


def _cut(residual: np.ndarray) -> np.ndarray:
    """Residuals within ±5."""
    return np.clip(residual, -_LARGEST, _LARGEST)
