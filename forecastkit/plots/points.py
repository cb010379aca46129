"""The points of a series: checked, and thinned to what an eye can see."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError

MOST_POINTS = 4000


def one_series(values: Any, name: str) -> pd.Series:
    """Return a Series of floats, refusing what is not one series on a time index.

    Parameters
    ----------
    values : object
        What the caller gave.
    name : str
        What the caller calls it.

    Returns
    -------
    Series of float64

    Raises
    ------
    InvalidFrameError
        It is no Series, or holds several series, is empty, or is not numeric.
    """
    if not isinstance(values, pd.Series) or isinstance(values.index, pd.MultiIndex):
        found = "several series" if isinstance(values, pd.Series) else type(values).__name__
        raise InvalidFrameError(f"{name} has to be a Series of one series, got {found}; choose one: {name}['a'].")
    if not pd.api.types.is_numeric_dtype(values.dtype):
        raise InvalidFrameError(f"{name} has dtype {values.dtype}, which is not numeric; convert it: pd.to_numeric.")
    if values.empty:
        raise InvalidFrameError(f"{name} is empty: there is nothing to draw.")
    return pd.Series(values.to_numpy(float, na_value=np.nan), index=values.index, name=values.name)


def thinned(values: np.ndarray, most: int = MOST_POINTS) -> np.ndarray:
    """Return the places of at most ``most`` points that look like all of them when they are joined by a line.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
    most : int, default=4000
        At least 4.

    Returns
    -------
    ndarray of int64
        Increasing: the lowest and the highest value of each of ``most // 2`` stretches, and the place of a gap that
        fills one; all when there are not more.

    Examples
    --------
    >>> thinned(np.array([0.0, 1.0, 5.0, 2.0, -1.0, 0.0, 0.0, 3.0]), most=4)
    array([0, 2, 4, 7])
    """
    n = len(values)
    if n <= most:
        return np.arange(n)
    length = -(-n // (most // 2))
    table = np.full(-(-n // length) * length, np.nan)
    table[:n] = values
    table = table.reshape(-1, length)
    first = np.arange(len(table)) * length
    low = first + np.where(np.isnan(table), np.inf, table).argmin(axis=1)
    high = first + np.where(np.isnan(table), -np.inf, table).argmax(axis=1)
    return np.unique(np.concatenate([low, high]))
