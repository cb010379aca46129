"""Names of sensors in a graph, matched to the columns of the data."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, nearest
from .wording import count_of, shown


def sensor_numbers(names: pd.Index, sensors: pd.Index) -> np.ndarray:
    """Return the place of each name among the sensors, or -1; 1 and "1" are different names.

    Parameters
    ----------
    names : pandas.Index, length n
    sensors : pandas.Index
        The first of equal ones counts.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> sensor_numbers(pd.Index(["b", "x"]), pd.Index(["a", "b"]))
    array([ 1, -1])
    """
    kept = ~sensors.duplicated()
    places = sensors[kept].astype(object).get_indexer(names.astype(object))
    return np.where(places >= 0, np.flatnonzero(kept)[places] if kept.any() else -1, -1)


def unknown_sensors_error(unknown: pd.Index, known: pd.Index, who: str, what: str, remedy: str) -> InvalidFrameError:
    """Error for names that are not found, with the nearest one, or with the types where only these differ.

    Parameters
    ----------
    unknown : pandas.Index
        Names that were looked for.
    known : pandas.Index
        Names among which they were looked for.
    who, what : str
        Words around the count of sensors.
    remedy : str
        What to do.
    """
    unknown = unknown.unique()
    text = f"{who} {count_of(len(unknown), 'sensor')} {what}: {shown(list(unknown))}; "
    if set(unknown.map(str)) <= set(known.map(str)):
        mine, other = (type(names.tolist()[0]).__name__ for names in (unknown, known))
        return InvalidFrameError(
            f"{text}they are found when compared as text, but are of type {mine} here and {other} there; make them "
            "alike, for example with .astype(str)."
        )
    hint = nearest(unknown[0], known)
    return InvalidFrameError(f"{text}{hint}{'' if hint.endswith('?') else '.'} {remedy}.")
