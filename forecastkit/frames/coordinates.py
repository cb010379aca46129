"""Coordinates of sensors: read from a frame, checked, and matched to the columns of the data."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, InvalidParameterError
from .sensor_names import sensor_numbers, unknown_sensors_error
from .wording import count_of, shown, word

_LATITUDES = ("latitude", "lat")
_LONGITUDES = ("longitude", "lon", "lng", "long")


def coordinate_columns(frame: pd.DataFrame) -> tuple[object, object] | None:
    """Find the columns of latitude and longitude, whatever the case of their letters.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    latitude, longitude : names of columns
        None if one is missing.

    Raises
    ------
    InvalidFrameError
        Two columns could be the same one.

    Examples
    --------
    >>> coordinate_columns(pd.DataFrame(columns=["code", "Lat", "LON"]))
    ('Lat', 'LON')
    """
    found = []
    for names in (_LATITUDES, _LONGITUDES):
        columns = [name for name in frame.columns if isinstance(name, str) and name.strip().lower() in names]
        if len(columns) > 1:
            raise InvalidFrameError(f"graph has {len(columns)} columns for the {names[0]}: {shown(columns)}; keep one.")
        found += columns
    return (found[0], found[1]) if len(found) == 2 else None


def read_coordinates(
    frame: pd.DataFrame, columns: tuple[object, object], sensors: pd.Index, sensor_col: object | None
) -> tuple[pd.DataFrame, int]:
    """Coordinates of the sensors of the data, in its order.

    Parameters
    ----------
    frame : DataFrame
        A row a place.
    columns : tuple
        Names of the columns of latitude and longitude.
    sensors : pandas.Index
        Names of the sensors of the data.
    sensor_col : str or None
        Column of the names; None takes the index or the one column in which all sensors are found.

    Returns
    -------
    coordinates : DataFrame
        Columns latitude and longitude in degrees, a row a sensor.
    n_ignored : int
        Places that are no sensor of the data.

    Raises
    ------
    InvalidFrameError
        Sensors without coordinates, names that occur twice, coordinates that are missing, swapped or out of range.
    InvalidParameterError
        ``sensor_col`` is no column.
    """
    names = _place_names(frame, columns, sensors, sensor_col)
    rows = sensor_numbers(sensors, names)
    if (rows < 0).any():
        raise unknown_sensors_error(
            sensors[rows < 0], names, "The data has", "without coordinates", "Add their rows to the coordinates"
        )
    double = names[names.duplicated()].unique().intersection(sensors, sort=False)
    if len(double):
        raise InvalidFrameError(
            f"{count_of(len(double), 'sensor')} with more than one row of coordinates: {shown(list(double))}; keep one."
        )
    values = []
    for column in columns:
        numbers = frame[column]
        if not pd.api.types.is_numeric_dtype(numbers.dtype) or pd.api.types.is_bool_dtype(numbers.dtype):
            raise InvalidFrameError(
                f"Column {column!r} of the coordinates is not numeric ({word(numbers.iloc[0])}, ...); give degrees as "
                "decimal numbers: pd.to_numeric(column)."
            )
        values.append(numbers.to_numpy(dtype=np.float64, na_value=np.nan)[rows])
    latitude, longitude = values
    _check_degrees(latitude, longitude, sensors, columns)
    coordinates = pd.DataFrame({"latitude": latitude, "longitude": longitude}, index=sensors)
    return coordinates, len(names) - len(sensors)


def _place_names(
    frame: pd.DataFrame, columns: tuple[object, object], sensors: pd.Index, sensor_col: object | None
) -> pd.Index:
    """Names of the places: a column that was named, else whichever holds all sensors, else whichever holds most."""
    if sensor_col is not None:
        if sensor_col not in frame.columns:
            raise InvalidParameterError(
                f"sensor_col={sensor_col!r} is no column of the coordinates; they have {shown(list(frame.columns), 9)}."
            )
        return pd.Index(frame[sensor_col])
    others = [name for name in frame.columns if name not in columns]
    candidates = {"the index": frame.index, **{f"column {name!r}": pd.Index(frame[name]) for name in others}}
    found = {where: int((sensor_numbers(sensors, names) >= 0).sum()) for where, names in candidates.items()}
    whole = [where for where, count in found.items() if count == len(sensors)]
    orders = [sensor_numbers(sensors, candidates[where]) for where in whole]
    if any((order != orders[0]).any() for order in orders[1:]):
        raise InvalidFrameError(
            f"The names of the sensors are found in {' and in '.join(whole)} of the coordinates, for different rows; "
            "say which with sensor_col=, or set it as the index."
        )
    return candidates[max(found, key=lambda where: found[where])]


def _check_degrees(
    latitude: np.ndarray, longitude: np.ndarray, sensors: pd.Index, columns: tuple[object, object]
) -> None:
    """Refuse coordinates that are missing, infinite, swapped or out of range."""
    absent = ~np.isfinite(latitude) | ~np.isfinite(longitude)
    if absent.any():
        raise InvalidFrameError(
            f"{count_of(int(absent.sum()), 'sensor')} with missing or infinite coordinates: "
            f"{shown(list(sensors[absent]))}; fill them in, or drop the sensors from the data."
        )
    if not (outside := (np.abs(latitude) > 90) | (longitude < -180) | (longitude > 360)).any():
        return
    i = int(np.flatnonzero(outside)[0])
    what = (
        f"sensor {word(sensors[i])} has {columns[0]} {latitude[i]:g} and {columns[1]} {longitude[i]:g} "
        f"({count_of(int(outside.sum()), 'sensor')} in all)"
    )
    fits = (np.abs(longitude) <= 90).all() and (latitude >= -180).all() and (latitude <= 360).all()
    if fits and outside.mean() >= 0.5:  # a single latitude of 100 among good ones is a slip, not an exchange
        raise InvalidFrameError(
            f"Latitude and longitude look swapped: {what}, and every value would be in range the other way round; "
            f"exchange the columns: graph.rename(columns={{{columns[0]!r}: {columns[1]!r}, {columns[1]!r}: "
            f"{columns[0]!r}}})."
        )
    raise InvalidFrameError(
        f"Coordinates out of range: {what}; latitudes lie in -90 to 90 degrees, longitudes in -180 to 360. Projected "
        "coordinates in metres have to be converted to degrees."
    )
