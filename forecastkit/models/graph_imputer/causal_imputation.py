"""A fitted causal graph network: laws given the past, gaps filled row by row, sampled paths, a likelihood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from ...gaussian.space_time.marginal import SensorMarginal
from .causal_network import CausalNetwork, CausalState
from .causal_walk import walk
from .head_degrees import head_degrees
from .named_weights import load_weights, named_weights
from .node_law import NodeLaw
from .spread_calibration import SpreadCalibration

_DRAWN_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class CausalImputation:
    """Every entry given earlier rows only.

    Parameters
    ----------
    marginal : SensorMarginal
        From the data's unit to z.
    network : CausalNetwork
        Trained, in evaluation mode.
    calibration : SpreadCalibration
        Widths, from hidden values.
    record : mapping
        How training went: steps, losses, seconds.
    """

    marginal: SensorMarginal
    network: CausalNetwork
    calibration: SpreadCalibration
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def chosen(self) -> str:
        """Always "network": there is no other causal estimate to choose."""
        return "network"

    @property
    def validation(self) -> dict[str, float]:
        """Mean negative log density of held-out values in z, under the network; empty without any."""
        loss = self.record.get("best_validation_loss")
        return {} if loss is None else {"network": loss}

    def start(self) -> CausalState:
        """State before the first row."""
        return self.network.start()

    def update(
        self, state: CausalState, values: np.ndarray, times: np.ndarray, known: np.ndarray | None = None
    ) -> tuple[np.ndarray, CausalState]:
        """Fill new rows from the carried state.

        Parameters
        ----------
        state : CausalState
            After the rows before these; it is not changed.
        values : ndarray, shape (T, N)
            In the data's unit, NaN where missing; one row is enough.
        times : ndarray of int, shape (T,)
            Grid positions.
        known : ndarray, shape (T, n_known), default=None
            Covariates of the rows.

        Returns
        -------
        filled : ndarray, shape (T, N)
            Missing values are the medians of their laws; observed ones come back bit for bit. O(T).
        state : CausalState
        """
        z = self.marginal.forward(values, times)
        filled, _, _, state = walk(self.network, state, *_tensors(z, known))
        median = self.marginal.inverse(filled[:, :, 0].double().numpy(), times)
        return np.where(np.isnan(values), median, values), state

    def law(self, values: np.ndarray, times: np.ndarray, known: np.ndarray | None = None) -> NodeLaw:
        """Laws of all entries given earlier rows, in z; arguments as for `update`."""
        z = self.marginal.forward(values, times)
        _, location, scale, _ = walk(self.network, self.start(), *_tensors(z, known))
        degrees = head_degrees(self.network.head)
        silence = silence_class(~np.isnan(z))
        return NodeLaw(location[:, :, 0].double().numpy(), scale[:, :, 0].double().numpy(), degrees, silence)

    def fill(self, values: np.ndarray, times: np.ndarray, known: np.ndarray | None = None) -> np.ndarray:
        """Replace missing values by medians, shape (T, N); arguments as for `update`."""
        return self.update(self.start(), values, times, known)[0]

    def quantile(self, law: NodeLaw, times: np.ndarray, probability: float) -> np.ndarray:
        """Quantile of every entry in the data's unit, shape (T, N), calibrated."""
        noise = np.full(law.location.shape, ndtri(probability))
        return self.marginal.inverse(law.from_normal(self.calibration(noise, law.gap)), times)

    def log_likelihood(self, values: np.ndarray, times: np.ndarray, known: np.ndarray | None = None) -> np.ndarray:
        """Sum over time of the log densities of observed values given earlier rows, in the data's unit, shape (N,)."""
        z = self.marginal.forward(values, times)
        density = self.law(values, times, known).log_prob(z) + self.marginal.log_slope(values)
        return np.nansum(density, axis=0)

    def sample(
        self,
        values: np.ndarray,
        times: np.ndarray,
        draws: int,
        rng: np.random.Generator,
        known: np.ndarray | None = None,
    ) -> np.ndarray:
        """Paths that go through the observed values, shape (draws, T, N), in the data's unit.

        A draw in a gap depends on earlier rows only; how the gap ends has no effect on it.
        """
        generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
        z = self.marginal.forward(values, times)
        paths = np.empty((draws, *values.shape))
        at_once = max(1, _DRAWN_AT_ONCE // max(values.size, 1))
        for first in range(0, draws, at_once):
            count = min(at_once, draws - first)
            filled = walk(self.network, self.network.start(count), *_tensors(z, known), generator)[0]
            drawn = self.marginal.inverse(filled.permute(2, 0, 1).double().numpy(), times)
            paths[first : first + count] = np.where(np.isnan(values), drawn, values)
        return paths

    def arrays(self) -> dict[str, np.ndarray]:
        """Weights and widths as named arrays."""
        return named_weights(self.network) | {"spread": self.calibration.knots}

    def settings(self) -> dict[str, Any]:
        """Everything else, fit for JSON."""
        return {"network": self.network.specification, "record": dict(self.record)}

    @classmethod
    def from_arrays(
        cls,
        settings: Mapping[str, Any],
        arrays: Mapping[str, np.ndarray],
        adjacency: np.ndarray,
        marginal: SensorMarginal,
    ) -> CausalImputation:
        """Rebuild from `settings` and `arrays`, the graph and the marginals."""
        network = CausalNetwork(adjacency, **settings["network"])
        load_weights(network, arrays)
        calibration = SpreadCalibration(np.asarray(arrays["spread"]))
        return cls(marginal, network.eval(), calibration, settings["record"])


def silence_class(observed: np.ndarray) -> np.ndarray:
    """Class of the time since a node's last value: 0 up to three rows, 1 up to 48, 2 longer; shape (T, N)."""
    row = np.arange(len(observed))[:, None]
    last = np.maximum.accumulate(np.where(observed, row, -49), axis=0)
    before = np.concatenate([np.full((1, observed.shape[1]), -49), last[:-1]])
    return np.digitize(row - before, [4, 49])


def _tensors(z: np.ndarray, known: np.ndarray | None) -> tuple[Tensor, Tensor, Tensor]:
    """Values, what is observed, and covariates, for a walk."""
    observed = ~np.isnan(z)
    covariates = np.zeros((len(z), 0)) if known is None else known
    value = torch.from_numpy(np.where(observed, z, 0.0).astype(np.float32))
    return value, torch.from_numpy(observed), torch.from_numpy(covariates.astype(np.float32))
