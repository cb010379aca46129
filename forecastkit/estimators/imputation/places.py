"""Places of sensors in a plane."""

from __future__ import annotations

import numpy as np

from ...frames.sensor_graph import SensorGraph

_KM_A_DEGREE = 111.19  # of a great circle


def plane_coordinates(graph: SensorGraph | None) -> np.ndarray | None:
    """Coordinates in km on a plane that touches the earth amid the sensors.

    Parameters
    ----------
    graph : SensorGraph or None

    Returns
    -------
    ndarray of shape (n_sensors, 2) or None
        East and north; None without coordinates. Longitudes are taken the short way round.
    """
    if graph is None or graph.coordinates is None:
        return None
    latitude = graph.coordinates["latitude"].to_numpy(float)
    longitude = graph.coordinates["longitude"].to_numpy(float)
    east = (longitude - longitude[0] + 180) % 360 - 180
    return _KM_A_DEGREE * np.column_stack([east * np.cos(np.deg2rad(latitude.mean())), latitude])
