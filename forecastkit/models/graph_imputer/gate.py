"""The gate: which estimate hidden values of a validation part speak for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SHARES = (1.0, 0.75, 0.5, 0.25)
NETWORK, LINEAR, INTERPOLATION = "network", "linear", "interpolation"


@dataclass(frozen=True)
class Gate:
    """What was chosen, and why.

    Parameters
    ----------
    chosen : {"network", "linear", "interpolation"}
    share : float
        Of the network's correction that is added to the linear estimate: 0 without the network.
    errors : dict of str to float
        Mean absolute error of each estimate on hidden validation values, each node's in units of its deviation.
    n_values : int
        Hidden values that were compared.
    """

    chosen: str
    share: float
    errors: dict[str, float]
    n_values: int


def open_gate(
    truth: np.ndarray, linear: np.ndarray, network: dict[float, np.ndarray], line: np.ndarray, block: np.ndarray
) -> Gate:
    """Choose between the linear estimate, parts of a correction added to it, and linear interpolation.

    Parameters
    ----------
    truth : ndarray, shape (n,)
        Hidden values, in the data's unit over each node's deviation.
    linear, line : ndarray, shape (n,)
        The linear estimates and those of linear interpolation of these values.
    network : dict of float to ndarray, shape (n,)
        The corrected estimates, by the share of the correction.
    block : ndarray of int, shape (n,)
        Values of one block of time have errors that belong together.

    Returns
    -------
    Gate
        Another estimate than the linear one is chosen only if it is better by more than one standard error of the
        difference, over the blocks.
    """
    errors = {LINEAR: _error(truth, linear), INTERPOLATION: _error(truth, line)}
    if not len(truth):
        return Gate(LINEAR, 0.0, errors, 0)
    best = (LINEAR, 0.0, linear)
    if network:
        share = min(network, key=lambda each: _error(truth, network[each]))
        errors[NETWORK] = _error(truth, network[share])
        if _better(truth, network[share], linear, block):
            best = (NETWORK, share, network[share])
    if _better(truth, line, best[2], block):
        best = (INTERPOLATION, 0.0, line)
    return Gate(best[0], best[1], errors, len(truth))


def _error(truth: np.ndarray, estimate: np.ndarray) -> float:
    """Mean absolute error; NaN of nothing."""
    return float(np.abs(estimate - truth).mean()) if len(truth) else float("nan")


def _better(truth: np.ndarray, estimate: np.ndarray, than: np.ndarray, block: np.ndarray) -> bool:
    """Whether an estimate is better than another by more than a standard error."""
    gain = np.abs(than - truth) - np.abs(estimate - truth)
    _, place = np.unique(block, return_inverse=True)
    totals = np.bincount(place, gain)
    counts = np.bincount(place)
    mean = gain.mean()
    if len(totals) < 2:
        return bool(mean > 0)
    spread = totals - mean * counts
    error = np.sqrt((spread**2).sum() * len(totals) / (len(totals) - 1)) / counts.sum()
    return bool(mean > error)
