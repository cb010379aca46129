"""A fitted imputation of a network: laws of entries, filled values, quantiles and joint draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from scipy.special import ndtri

from ...gaussian.space_time import CombinedModel, SpaceTimeModel
from .combined_base import as_base
from .correction_network import CorrectionNetwork
from .gate import INTERPOLATION, NETWORK, Gate
from .linear_base import LinearBase
from .named_weights import load_weights, named_weights
from .node_estimate import NodeEstimate, NodeEstimator
from .node_law import NodeLaw
from .spread_calibration import SpreadCalibration


@dataclass(frozen=True)
class GraphImputation:
    """Every entry given all others: a linear law, corrected by a network where hidden values spoke for it.

    Parameters
    ----------
    base : LinearBase
        The linear law.
    network : CorrectionNetwork
        Trained; used where the gate chose it.
    gate : Gate
        What was chosen, and the errors on hidden validation values.
    calibration : SpreadCalibration
        Widths, from the same values.
    record : mapping
        How training went: steps, losses, seconds.
    """

    base: LinearBase
    network: CorrectionNetwork
    gate: Gate
    calibration: SpreadCalibration
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def chosen(self) -> str:
        """Return "network", "linear" or "interpolation"."""
        return self.gate.chosen

    @property
    def validation(self) -> dict[str, float]:
        """Mean absolute error of each estimate on hidden validation values, in units of each node's deviation."""
        return self.gate.errors

    @property
    def share(self) -> float:
        """Share of the network's correction that is used; 0 without it."""
        return self.gate.share

    def blocks(
        self, values: np.ndarray, times: np.ndarray, known: np.ndarray | None = None
    ) -> Iterator[tuple[slice, NodeLaw]]:
        """Laws of all entries, block by block of rows, in memory that does not grow with T.

        Parameters
        ----------
        values : ndarray, shape (T, N)
            In the data's unit, NaN where missing.
        times : ndarray of int, shape (T,)
            Consecutive grid positions.
        known : ndarray, shape (T, n_known), default=None
            Covariates of time, those of the fit.

        Yields
        ------
        rows : slice
        law : NodeLaw
            In z. At an observed entry it is the law given the other values, from the base's quick estimate.
        """
        for rows, estimate in self._estimator.blocks(values, times, known):
            yield rows, self.law_of(estimate)

    def law(
        self, values: np.ndarray, times: np.ndarray, known: np.ndarray | None = None, *, leave_one_out: bool = False
    ) -> NodeLaw:
        """Laws of all entries at once; arguments as for `blocks`.

        With ``leave_one_out`` observed entries get the base's best law, too.
        """
        wanted = np.ones(values.shape, bool) if leave_one_out else None
        parts = [self.law_of(each) for _, each in self._estimator.blocks(values, times, known, wanted)]
        location, scale, gap = (
            np.concatenate([getattr(each, name) for each in parts]) for name in ("location", "scale", "gap")
        )
        return NodeLaw(location, scale, parts[0].degrees, gap)

    def law_of(self, estimate: NodeEstimate) -> NodeLaw:
        """Law that the gate makes of an estimate."""
        if self.gate.chosen == NETWORK:
            location = estimate.mean + self.gate.share * estimate.deviation * estimate.correction
            scale = estimate.deviation * np.exp(self.gate.share * estimate.widening)
            return NodeLaw(location, scale, self._estimator.degrees, estimate.gap)
        location = estimate.line if self.gate.chosen == INTERPOLATION else estimate.mean
        return NodeLaw(location, estimate.deviation, float("inf"), estimate.gap)

    def fill(self, values: np.ndarray, times: np.ndarray, known: np.ndarray | None = None) -> np.ndarray:
        """Replace missing values by the median of their law, shape (T, N); observed ones come back bit for bit."""
        filled = values.copy()
        for rows, law in self.blocks(values, times, known):
            median = self.base.marginal.inverse(law.location, times[rows])
            filled[rows] = np.where(np.isnan(values[rows]), median, values[rows])
        return filled

    def quantile(self, law: NodeLaw, times: np.ndarray, probability: float) -> np.ndarray:
        """Quantile of every entry in the data's unit, shape (T, N).

        Parameters
        ----------
        law : NodeLaw
            Of the rows ``times``.
        times : ndarray of int, shape (T,)
        probability : float
            In (0, 1); one half gives what `fill` fills in.
        """
        noise = np.full(law.location.shape, ndtri(probability))
        return self.base.marginal.inverse(law.from_normal(self.calibration(noise, law.gap)), times)

    def sample(
        self,
        values: np.ndarray,
        times: np.ndarray,
        draws: int,
        rng: np.random.Generator,
        known: np.ndarray | None = None,
    ) -> np.ndarray:
        """Joint draws of the missing entries in the data's unit, shape (draws, T, N).

        The errors of the linear base say which values are high together, and each entry has its own calibrated law: a
        Gaussian copula.
        """
        drawn = self.base.noise(values, times, draws, rng)
        for rows, law in self.blocks(values, times, known):
            value = self.base.marginal.inverse(law.from_normal(self.calibration(drawn[:, rows], law.gap)), times[rows])
            drawn[:, rows] = np.where(np.isnan(values[rows]), value, values[rows])
        return drawn

    @property
    def _estimator(self) -> NodeEstimator:
        """The base, and the network where it is used."""
        return NodeEstimator(self.base, self.network if self.gate.chosen == NETWORK else None)

    def arrays(self) -> dict[str, np.ndarray]:
        """Weights and widths as named arrays; the base is saved by whoever made it."""
        return named_weights(self.network) | {"spread": self.calibration.knots}

    def settings(self) -> dict[str, Any]:
        """Everything else, fit for JSON."""
        return {"network": self.network.specification, "gate": asdict(self.gate), "record": dict(self.record)}

    @classmethod
    def from_arrays(
        cls,
        settings: Mapping[str, Any],
        arrays: Mapping[str, np.ndarray],
        adjacency: np.ndarray,
        base: CombinedModel | SpaceTimeModel | LinearBase,
    ) -> GraphImputation:
        """Rebuild from `settings` and `arrays`, the graph and the base."""
        network = CorrectionNetwork(adjacency=adjacency, **settings["network"])
        load_weights(network, arrays)
        calibration = SpreadCalibration(np.asarray(arrays["spread"]))
        return cls(as_base(base), network.eval(), Gate(**settings["gate"]), calibration, settings["record"])
