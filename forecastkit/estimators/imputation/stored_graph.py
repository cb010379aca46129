"""A graph of sensors as arrays for a saved file."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...frames import SensorGraph

_PREFIX = "graph."
_PLACES = ["latitude", "longitude"]


def stored_graph(graph: SensorGraph | None) -> dict[str, np.ndarray]:
    """Arrays that describe a graph, but for the names of its sensors; none where there is no graph."""
    if graph is None:
        return {}
    arrays = {
        "source": graph.source,
        "target": graph.target,
        "weight": graph.weight,
        "kind": np.frombuffer(graph.kind.encode(), dtype=np.uint8),
        "ignored": np.array(graph.n_ignored),
    }
    if graph.coordinates is not None:
        arrays["places"] = graph.coordinates[_PLACES].to_numpy(float)
    if graph.kernel_width is not None:
        arrays["width"] = np.array(float(graph.kernel_width))
    return {_PREFIX + name: array for name, array in arrays.items()}


def restored_graph(state: dict[str, np.ndarray], sensors: pd.Index) -> SensorGraph | None:
    """Take a graph back out of fitted arrays, which are left without it; inverse of `stored_graph`."""
    names = [name for name in state if name.startswith(_PREFIX)]
    arrays = {name.removeprefix(_PREFIX): state.pop(name) for name in names}
    if not arrays:
        return None
    places = arrays.get("places")
    return SensorGraph(
        sensors,
        arrays["source"],
        arrays["target"],
        arrays["weight"],
        arrays["kind"].tobytes().decode(),
        None if places is None else pd.DataFrame(places, index=sensors, columns=_PLACES),
        float(arrays["width"]) if "width" in arrays else None,
        int(arrays["ignored"]),
    )
