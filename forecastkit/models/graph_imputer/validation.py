"""Errors and widths on hidden values of rows that training did not see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .correction_network import CorrectionNetwork
from .gate import SHARES, Gate, open_gate
from .graph_imputation import GraphImputation
from .linear_base import LinearBase
from .node_estimate import NodeEstimate, NodeEstimator
from .spread_calibration import SpreadCalibration

_BLOCKS = 20


def validate(
    base: LinearBase,
    network: CorrectionNetwork,
    values: np.ndarray,
    times: np.ndarray,
    known: np.ndarray | None,
    hidden: Sequence[np.ndarray],
    first: int,
) -> GraphImputation:
    """Open the gate and set the widths, on hidden values.

    Parameters
    ----------
    base : LinearBase
    network : CorrectionNetwork
        Trained, in evaluation mode.
    values : ndarray, shape (T, N)
        In the data's unit, NaN where missing.
    times : ndarray of int, shape (T,)
    known : ndarray, shape (T, n_known), or None
    hidden : sequence of ndarray of bool, shape (T, N)
        Observed values to hide, one realisation after the other.
    first : int
        Rows before this one are read, and not scored.

    Returns
    -------
    GraphImputation
    """
    estimator = NodeEstimator(base, network)
    inner = slice(first, len(values))
    unit = _deviation(values)
    truths: list[np.ndarray] = []
    answers: dict[object, list[np.ndarray]] = {}
    blocks: list[np.ndarray] = []
    kept: list[tuple[np.ndarray, NodeEstimate]] = []
    for places in hidden:
        shown = np.where(places, np.nan, values)
        estimate = estimator.estimate(shown, times, known, places, inner)
        scored = places[inner]
        row, node = np.nonzero(scored)
        kept.append((base.marginal.forward(values[inner], times[inner])[scored], _picked(estimate, scored)))
        truths.append(values[inner][scored] / unit[node])
        candidates: dict[object, np.ndarray] = {"linear": estimate.mean, "line": estimate.line}
        for share in SHARES:
            candidates[share] = estimate.mean + share * estimate.deviation * estimate.correction
        for name, location in candidates.items():
            answer = base.marginal.inverse(location, times[inner])[scored] / unit[node]
            answers.setdefault(name, []).append(answer)
        blocks.append(row * _BLOCKS // max(len(scored), 1))
    joined = {name: np.concatenate(parts) for name, parts in answers.items()}
    network_answers = {share: joined[share] for share in SHARES}
    gate = open_gate(np.concatenate(truths), joined["linear"], network_answers, joined["line"], np.concatenate(blocks))
    return _calibrated(base, network, gate, kept)


def _calibrated(
    base: LinearBase, network: CorrectionNetwork, gate: Gate, kept: list[tuple[np.ndarray, NodeEstimate]]
) -> GraphImputation:
    """Imputation with the widths that the hidden values want."""
    plain = GraphImputation(base, network, gate, SpreadCalibration.none())
    noise, gap = [], []
    for z, estimate in kept:
        law = plain.law_of(estimate)
        noise.append(law.to_normal(z))
        gap.append(law.gap)
    calibration = SpreadCalibration.fit(np.concatenate(noise), np.concatenate(gap))
    return GraphImputation(base, network, gate, calibration)


def _picked(estimate: NodeEstimate, scored: np.ndarray) -> NodeEstimate:
    """Estimates of the scored entries."""
    return NodeEstimate(*(part[scored] for part in estimate))


def _deviation(values: np.ndarray) -> np.ndarray:
    """Deviation of each node in the data's unit; 1 for one without values or without spread."""
    count = np.maximum((~np.isnan(values)).sum(axis=0), 1)
    mean = np.nansum(values, axis=0) / count
    spread = np.sqrt(np.nansum((values - mean) ** 2, axis=0) / count)
    return np.where(spread > 0, spread, 1.0)
