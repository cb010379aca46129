"""Estimates of all entries block by block: the linear law, the network's correction, and the straight line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
import torch

from ...nn.heads import GaussianEmission, StudentTEmission
from .correction_network import CorrectionNetwork
from .head_degrees import head_degrees
from .linear_base import LinearBase
from .node_features import REACH, nearest_values, node_features
from .spread_calibration import gap_class

_BASE_CELLS = 1_000_000
_NETWORK_CELLS = 120_000
_MARGIN = 24
"""Rows that states walk through before they are used; the states of the training's windows have seen fewer."""


class NodeEstimate(NamedTuple):
    """What there is to say of each entry (T, N) from the others, in z.

    ``mean`` and ``deviation`` of the linear law; ``correction`` of the mean in units of the deviation and ``widening``,
    the logarithm of the factor on it, both 0 without a network; ``line`` between the nearest values of the node, in the
    data's unit brought to z, the mean where there are none; ``gap``, the class of the gap.
    """

    mean: np.ndarray
    deviation: np.ndarray
    correction: np.ndarray
    widening: np.ndarray
    line: np.ndarray
    gap: np.ndarray


@dataclass(frozen=True)
class NodeEstimator:
    """The linear base and the network that corrects it.

    Parameters
    ----------
    base : LinearBase
    network : CorrectionNetwork or None
        In evaluation mode; None leaves the linear law as it is.
    """

    base: LinearBase
    network: CorrectionNetwork | None

    def blocks(
        self, values: np.ndarray, times: np.ndarray, known: np.ndarray | None, wanted: np.ndarray | None = None
    ) -> Iterator[tuple[slice, NodeEstimate]]:
        """Estimate entries from the others, in blocks of rows that overlap where it matters.

        Parameters
        ----------
        values : ndarray, shape (T, N)
            In the data's unit, NaN where missing.
        times : ndarray of int, shape (T,)
            Consecutive grid positions.
        known : ndarray, shape (T, n_known), or None
        wanted : ndarray of bool, shape (T, N), default=None
            Entries that get the base's best law; None: those that are missing.

        Yields
        ------
        rows : slice
        estimate : NodeEstimate
            Of these rows.
        """
        n_rows, n_nodes = values.shape
        reach = self.base.reach + REACH + _MARGIN
        size = max(256, _BASE_CELLS // n_nodes)
        for start in range(0, n_rows, size):
            stop = min(n_rows, start + size)
            around = slice(max(0, start - reach), min(n_rows, stop + reach))
            inner = slice(start - around.start, stop - around.start)
            some_known = None if known is None else known[around]
            some_wanted = None if wanted is None else wanted[around]
            whole = self.estimate(values[around], times[around], some_known, some_wanted, inner)
            yield slice(start, stop), whole

    def estimate(
        self,
        values: np.ndarray,
        times: np.ndarray,
        known: np.ndarray | None,
        wanted: np.ndarray | None,
        inner: slice,
    ) -> NodeEstimate:
        """Estimate the inner rows from all rows given; arguments as for `blocks`."""
        z = self.base.marginal.forward(values, times)
        observed = ~np.isnan(z)
        near = slice(max(0, inner.start - _MARGIN - REACH), min(len(z), inner.stop + _MARGIN + REACH))
        best = np.zeros(z.shape, bool)
        best[near] = (~observed if wanted is None else wanted)[near]
        mean, deviation = self.base.estimate(z, best)
        correction, widening = np.zeros(z.shape), np.zeros(z.shape)
        if self.network is not None:
            features = node_features(z, mean, deviation, known)
            correction[inner], widening[inner] = self._corrected(self.network, features, inner)
        ends = nearest_values(np.where(observed, values, 0.0), observed)
        line, before, after = ends[0][inner], ends[3][inner], ends[4][inner]
        with np.errstate(invalid="ignore"):
            straight = self.base.marginal.forward(line, times[inner])
        straight = np.where((before + after > 0) & np.isfinite(straight), straight, mean[inner])
        return NodeEstimate(
            mean[inner],
            np.maximum(deviation[inner], 1e-9),
            correction[inner],
            widening[inner],
            straight,
            gap_class(before, after),
        )

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the network's law; infinite for a Gaussian one."""
        return float("inf") if self.network is None else head_degrees(self.network.head)

    @torch.no_grad()
    def _corrected(
        self, network: CorrectionNetwork, features: np.ndarray, inner: slice
    ) -> tuple[np.ndarray, np.ndarray]:
        """Corrections of the inner rows, in parts that fit into memory."""
        size = max(2 * _MARGIN, _NETWORK_CELLS // features.shape[1])
        locations, scales = [], []
        for start in range(inner.start, inner.stop, size):
            stop = min(inner.stop, start + size)
            low, high = max(0, start - _MARGIN), min(len(features), stop + _MARGIN)
            law = network(torch.from_numpy(features[low:high])[None])
            law = cast("GaussianEmission | StudentTEmission", law)
            kept = slice(start - low, stop - low)
            locations.append(law.location[0, kept, :, 0].double().numpy())
            scales.append(law.log_scale[0, kept, :, 0].double().numpy())
        return np.concatenate(locations), np.concatenate(scales)
