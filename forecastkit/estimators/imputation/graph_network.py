"""A trained graph network and what it was trained on: from tables to arrays and back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...frames import Calendar, Panel, SensorGraph, calendar_features
from ...gaussian.space_time import (
    CombinedModel,
    SensorMarginal,
    SpaceTimeModel,
    choose_marginal,
    correlation_graph,
    fit_combined,
    neighbour_weights,
)
from ...models.graph_imputer import CausalImputation, CausalState, GraphImputation, PriorBase
from ...training import fit_graph_imputer
from ..parameters import root_seed
from ..training_options import training_options
from .places import plane_coordinates
from .sensors import by_time

if TYPE_CHECKING:
    from .graph import GraphImputer

_BASE, _NETWORK, _CARRIED = "base.", "network.", "carried."


def fit_graph_network(
    model: GraphImputer,
    panel: Panel,
    graph: SensorGraph | None,
    periods: tuple[float, ...],
    before: FittedGraphNetwork | None,
) -> FittedGraphNetwork:
    """Fit the linear-Gaussian law of a table, and train the network on what it leaves over.

    Parameters
    ----------
    model : GraphImputer
        Its parameters, checked.
    panel : Panel
        Whose series all span the grid.
    graph : SensorGraph or None
        None learns it.
    periods : tuple of float
        Lengths of the seasons in steps.
    before : FittedGraphNetwork or None
        Where training goes on from, for a warm start.

    Returns
    -------
    FittedGraphNetwork

    Raises
    ------
    ConvergenceError
        Training exploded.
    """
    values, times = by_time(panel), np.arange(panel.starts[0], panel.ends[0])
    adjacency, places = None if graph is None else graph.weights, plane_coordinates(graph)
    base: CombinedModel | SpaceTimeModel | SensorMarginal
    if model.direction == "forward":
        base, _ = choose_marginal(values, times, periods, "auto", neighbour_weights(panel.n_series, adjacency, places))
    else:
        base = fit_combined(values, times, periods=periods, adjacency=adjacency, coordinates=places)
    if adjacency is None:
        adjacency = correlation_graph(_marginal(base).forward(values, times))
    imputation = fit_graph_imputer(
        values,
        times,
        adjacency,
        base,
        known=_features(panel.calendar, times, tuple(model.calendar)),
        direction=model.direction,
        linear_skip=model.linear_skip,
        hidden_size=int(model.hidden_size),
        n_layers=int(model.n_layers),
        head=model.head,
        mask_probability=float(model.mask_probability),
        block_mask=model.block_mask,
        refine=graph is None,
        validation_size=float(model.validation_size),
        options=training_options(model),
        seed=root_seed(model.random_state),
        start=None if before is None else before.imputation.arrays(),
    )
    fitted = FittedGraphNetwork(imputation, base, adjacency, panel.calendar, tuple(model.calendar), None)
    return fitted.carried_to(values, times)


@dataclass
class FittedGraphNetwork:
    """A trained network, the law it corrects, and the state carried to the end of the data.

    Parameters
    ----------
    imputation : GraphImputation or CausalImputation
        The network with its base, as functions of arrays.
    base : CombinedModel, SpaceTimeModel or SensorMarginal
        The linear-Gaussian law; the marginals alone for a network that goes forward.
    adjacency : ndarray, shape (n_sensors, n_sensors)
        Weight of u → v at [u, v].
    calendar : Calendar
        Of the training data.
    features : tuple of str
        Features of time that the network reads.
    carried : CausalState or None
        After the rows seen so far; None where the network looks at both sides of a gap.
    """

    imputation: GraphImputation | CausalImputation
    base: CombinedModel | SpaceTimeModel | SensorMarginal
    adjacency: np.ndarray
    calendar: Calendar
    features: tuple[str, ...]
    carried: CausalState | None

    def fill(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Fill the gaps of a table by medians."""
        return self.imputation.fill(values, times, _features(self.calendar, times, self.features))

    def completion(self, values: np.ndarray, times: np.ndarray) -> GraphCompletion:
        """Law of the gaps of a table."""
        return GraphCompletion(self.imputation, values, times, _features(self.calendar, times, self.features))

    def carried_to(self, values: np.ndarray, times: np.ndarray) -> FittedGraphNetwork:
        """Walk to the end of a table, where the network goes forward."""
        if isinstance(self.imputation, CausalImputation):
            known = _features(self.calendar, times, self.features)
            _, self.carried = self.imputation.update(self.imputation.start(), values, times, known)
        return self

    def advance(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Fill rows that follow the carried state, which moves on."""
        assert isinstance(self.imputation, CausalImputation)
        assert self.carried is not None
        known = _features(self.calendar, times, self.features)
        filled, self.carried = self.imputation.update(self.carried, values, times, known)
        return filled

    def log_likelihood(self, values: np.ndarray, times: np.ndarray) -> float:
        """Log density of the observed values."""
        assert isinstance(self.imputation, CausalImputation)
        known = _features(self.calendar, times, self.features)
        return float(np.sum(self.imputation.log_likelihood(values, times, known)))

    def state(self) -> dict[str, np.ndarray]:
        """Arrays of everything, for a saved file."""
        parts = {_BASE: self.base.arrays(), _NETWORK: self.imputation.arrays()}
        if self.carried is not None:
            parts[_CARRIED] = self.carried.arrays()
        settings = np.frombuffer(json.dumps(self.imputation.settings()).encode(), dtype=np.uint8)
        named = {prefix + name: array for prefix, arrays in parts.items() for name, array in arrays.items()}
        return named | {"settings": settings, "adjacency": self.adjacency}


def restored_graph_network(model: GraphImputer, panel: Panel, state: dict[str, np.ndarray]) -> FittedGraphNetwork:
    """Inverse of `FittedGraphNetwork.state`.

    Parameters
    ----------
    model : GraphImputer
        Its parameters.
    panel : Panel
        For the calendar.
    state : dict of str to ndarray

    Returns
    -------
    FittedGraphNetwork

    Raises
    ------
    KeyError, TypeError, ValueError, RuntimeError
        Something is missing, or does not belong together.
    """
    parts: dict[str, dict[str, np.ndarray]] = {_BASE: {}, _NETWORK: {}, _CARRIED: {}}
    for name, array in state.items():
        prefix, dot, rest = name.partition(".")
        if dot:
            parts[prefix + dot][rest] = array
    settings: dict[str, Any] = json.loads(state["settings"].tobytes())
    base: CombinedModel | SpaceTimeModel | SensorMarginal
    imputation: GraphImputation | CausalImputation
    if model.direction == "forward":
        base = SensorMarginal.from_arrays(parts[_BASE])
        imputation = CausalImputation.from_arrays(settings, parts[_NETWORK], state["adjacency"], base)
    else:
        base = (CombinedModel if "process" in parts[_BASE] else SpaceTimeModel).from_arrays(parts[_BASE])
        used = base if model.linear_skip else PriorBase(base.marginal)
        imputation = GraphImputation.from_arrays(settings, parts[_NETWORK], state["adjacency"], used)
    carried = CausalState.from_arrays(parts[_CARRIED]) if parts[_CARRIED] else None
    return FittedGraphNetwork(imputation, base, state["adjacency"], panel.calendar, tuple(model.calendar), carried)


@dataclass(frozen=True)
class GraphCompletion:
    """Law of the gaps of a table under a graph network.

    Parameters
    ----------
    imputation : GraphImputation or CausalImputation
    values : ndarray, shape (n_rows, n_sensors)
        NaN where missing.
    times : ndarray of int, shape (n_rows,)
    known : ndarray of shape (n_rows, n_features) or None
        Features of time.
    """

    imputation: GraphImputation | CausalImputation
    values: np.ndarray
    times: np.ndarray
    known: np.ndarray | None

    @property
    def point(self) -> np.ndarray:
        """Medians in the gaps."""
        return self.imputation.fill(self.values, self.times, self.known)

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles in the gaps."""
        law, missing = self.imputation.law(self.values, self.times, self.known), np.isnan(self.values)
        tables = (self.imputation.quantile(law, self.times, float(each)) for each in probabilities)
        return np.stack([np.where(missing, table, self.values) for table in tables])

    def sample(self, n_samples: int, generator: np.random.Generator) -> np.ndarray:
        """Joint draws of the gaps."""
        return self.imputation.sample(self.values, self.times, n_samples, generator, self.known)


def _marginal(base: CombinedModel | SpaceTimeModel | SensorMarginal) -> SensorMarginal:
    """From the data's unit to z and back."""
    return base if isinstance(base, SensorMarginal) else base.marginal


def _features(calendar: Calendar, times: np.ndarray, names: tuple[str, ...]) -> np.ndarray | None:
    """Features of time, categories as columns of 0 and 1; None without any."""
    if not names:
        return None
    found = calendar_features(calendar, times, names)
    columns = [np.eye(size)[codes] for size, codes in zip(found.cardinalities, found.codes.T, strict=True)]
    return np.concatenate([found.numeric, *columns], axis=1)
