"""A graph of sensors: who informs whom, in the order of the data's columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from .wording import count_of


@dataclass(frozen=True, eq=False)
class SensorGraph:
    """Sensors and the weighted edges between them, as :func:`sensor_graph` makes it.

    Parameters
    ----------
    sensors : pandas.Index, length n_sensors
        Names, in the order of the data.
    source, target : ndarray of int64, shape (n_edges,)
        Numbers of the sensors at the start and at the end of each edge: the source informs the target. Sorted by
        source, then target; no edge occurs twice or leads from a sensor to itself.
    weight : ndarray of float64, shape (n_edges,)
        Above 0.
    kind : str
        What the graph was made from: "edges", "square", "coordinates" or "networkx".
    coordinates : DataFrame or None, default=None
        Columns latitude and longitude in degrees, a row a sensor.
    kernel_width : float or None, default=None
        Width of the kernel that turned distances into weights, in km.
    n_ignored : int, default=0
        Places in the coordinates that are no sensor of the data.

    Examples
    --------
    >>> graph = SensorGraph(pd.Index(["a", "b", "c"]), np.array([0]), np.array([1]), np.array([2.0]), "edges")
    >>> graph.description
    '3 sensors, 1 edge, 1 without an edge, 2 components'
    >>> graph.weights[0]
    array([0., 2., 0.])
    """

    sensors: pd.Index
    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    kind: str
    coordinates: pd.DataFrame | None = None
    kernel_width: float | None = None
    n_ignored: int = 0

    @property
    def n_sensors(self) -> int:
        """Number of sensors."""
        return len(self.sensors)

    @property
    def n_edges(self) -> int:
        """Number of directed edges; both ways between two sensors are two."""
        return len(self.weight)

    @property
    def weights(self) -> np.ndarray:
        """Weights as a matrix, shape (n_sensors, n_sensors): row u, column v holds that of u → v, or 0."""
        return self._sparse().toarray()

    @cached_property
    def directed(self) -> bool:
        """Whether an edge has no counterpart of the same weight."""
        difference = self._sparse() - self._sparse().T
        return bool(np.count_nonzero(difference.tocoo().data))

    @cached_property
    def isolated(self) -> pd.Index:
        """Sensors without an edge, to them or from them."""
        alone = np.ones(self.n_sensors, dtype=bool)
        alone[self.source] = alone[self.target] = False
        return self.sensors[alone]

    @property
    def n_isolated(self) -> int:
        """Number of sensors without an edge."""
        return len(self.isolated)

    @cached_property
    def n_components(self) -> int:
        """Number of parts without an edge between them; a sensor without an edge is one."""
        return int(connected_components(self._sparse(), directed=True, connection="weak", return_labels=False))

    @property
    def description(self) -> str:
        """What the graph holds, in words."""
        words = [count_of(self.n_sensors, "sensor"), count_of(self.n_edges, "edge")]
        if self.n_isolated:
            words.append(f"{self.n_isolated} without an edge")
        words.append(count_of(self.n_components, "component"))
        if self.kernel_width is not None:
            words.append(f"kernel width {self.kernel_width:.3g} km")
        if self.n_ignored:
            words.append(f"{count_of(self.n_ignored, 'place')} not in the data ignored")
        return ", ".join(words)

    def to_frame(self) -> pd.DataFrame:
        """Return the edges as a frame with columns source, target and weight."""
        ends = {"source": self.sensors[self.source], "target": self.sensors[self.target]}
        return pd.DataFrame({**ends, "weight": self.weight})

    def to_square(self) -> pd.DataFrame:
        """Return the weights as a frame, a row and a column a sensor: rows inform columns."""
        return pd.DataFrame(self.weights, index=self.sensors, columns=self.sensors)

    def _sparse(self) -> coo_array:
        """Weights as a sparse matrix."""
        return coo_array((self.weight, (self.source, self.target)), shape=(self.n_sensors, self.n_sensors))
