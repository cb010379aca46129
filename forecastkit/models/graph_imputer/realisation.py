"""Realisations of a network with values hidden: what the correction of a linear law learns from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from ...windows import NodeStore
from .linear_base import LinearBase
from .masking import Masking
from .node_features import node_features

MOST_CELLS = 6_000_000
"""Entries (row, node) of all realisations together: what is kept of them takes some 60 bytes each."""


class Realisation(NamedTuple):
    """Rows of a network with some values hidden, and the laws of all entries given the rest.

    ``features`` (T, N, n_channels) are those of :func:`~.node_features.node_features`, ``z`` (T, N) has NaN where
    there is no value at all, ``hidden`` (T, N) marks values that the features do not show, and ``mean`` and
    ``deviation`` (T, N) are those of the linear law.
    """

    features: np.ndarray
    z: np.ndarray
    hidden: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray


def realise(z: np.ndarray, hidden: np.ndarray, base: LinearBase, known: np.ndarray | None) -> Realisation:
    """Hide values and find the law of every entry given the rest.

    Parameters
    ----------
    z : ndarray, shape (T, N)
        Standardised, NaN where missing.
    hidden : ndarray of bool, shape (T, N)
        Observed values to hide.
    base : LinearBase
    known : ndarray, shape (T, n_known), or None

    Returns
    -------
    Realisation
    """
    shown = np.where(hidden, np.nan, z)
    mean, deviation = base.estimate(shown, hidden)
    return Realisation(node_features(shown, mean, deviation, known), z, hidden, mean, deviation)


def masking_plan(n_realisations: int, probability: float, *, blocks: bool) -> list[Masking]:
    """Maskings of the realisations: points alone in turn with points and blocks, and different shares.

    Parameters
    ----------
    n_realisations : int
    probability : float
        Share of the observed values to hide, in (0, 1), on average.
    blocks : bool
        Whether every second realisation hides blocks in time as well.

    Returns
    -------
    list of Masking
    """
    plan = []
    for number in range(n_realisations):
        share = probability * (0.75, 1.25)[number // 2 % 2]
        mixed = blocks and number % 2 == 1
        plan.append(Masking(share / 2, share / 2) if mixed else Masking(share))
    return plan


def row_parts(n_rows: int, n_nodes: int, n_realisations: int, shortest: int) -> list[slice]:
    """Rows of each realisation: all of them, or parts spread evenly where all would be too many.

    Parameters
    ----------
    n_rows, n_nodes : int
    n_realisations : int
        Wanted; fewer where even ``shortest`` rows each are too many.
    shortest : int
        Least rows of a part.

    Returns
    -------
    list of slice
        Together at most ``MOST_CELLS`` entries, if not one part alone has more.

    Examples
    --------
    >>> row_parts(100, 5, 2, 48)
    [slice(0, 100, None), slice(0, 100, None)]
    """
    most = max(MOST_CELLS // n_nodes, shortest)
    length = min(n_rows, max(most // n_realisations, shortest))
    count = max(1, min(n_realisations, most // length))
    starts = np.linspace(0, n_rows - length, count).astype(np.int64)
    return [slice(int(start), int(start) + length) for start in starts]


def realisation_store(realisations: Sequence[Realisation]) -> NodeStore:
    """Lay realisations end to end for training: targets are the hidden values.

    Parameters
    ----------
    realisations : sequence of Realisation
        At least one, of the same nodes.

    Returns
    -------
    NodeStore
        Of float32.
    """

    def joined(arrays: list[np.ndarray]) -> torch.Tensor:
        return torch.from_numpy(np.concatenate(arrays).astype(np.float32))

    return NodeStore(
        joined([each.features for each in realisations]),
        joined([np.where(each.hidden, each.z, 0.0) for each in realisations]),
        torch.from_numpy(np.concatenate([each.hidden for each in realisations])),
        torch.tensor(np.cumsum([0, *(len(each.z) for each in realisations)])),
        joined([each.mean for each in realisations]),
        joined([np.maximum(each.deviation, 1e-3) for each in realisations]),
    )
