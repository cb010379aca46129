"""The sensors of a table: read at the door, and found again among those of the fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ...errors import InvalidFrameError, nearest
from ...frames import Panel
from ...frames.entries import read_entries
from ..matching import series_numbers

Table = pd.Series | pd.DataFrame | Panel | np.ndarray


def sensor_table(X: Any, first: int = 0) -> Any:
    """Give an array of shape (n_rows, n_sensors) the numbers of its rows and columns; all else stays as it is.

    Parameters
    ----------
    X : ndarray, DataFrame, Series or Panel
    first : int, default=0
        Number of the first row of an array.

    Returns
    -------
    DataFrame, Series or Panel

    Raises
    ------
    InvalidFrameError
        An array has other than two axes.
    """
    if not isinstance(X, np.ndarray):
        return X
    if X.ndim != 2:
        raise InvalidFrameError(
            f"an array has to be two-dimensional, a row a time and a column a sensor; this one has shape {X.shape}"
        )
    return pd.DataFrame(X, index=pd.RangeIndex(first, first + len(X)))


def as_given(X: Table, table: Any) -> Any:
    """Return an array where an array came in."""
    return table.to_numpy() if isinstance(X, np.ndarray) else table


def by_time(panel: Panel) -> np.ndarray:
    """Table (n_rows, n_sensors) of a panel whose series all span the grid, a view of its values."""
    return panel.values.reshape(panel.n_series, -1).T


def by_sensor(table: np.ndarray) -> np.ndarray:
    """Values of a table (n_rows, n_sensors) in the order of a panel's, without a copy where they are from there."""
    return np.ascontiguousarray(table.T).reshape(-1)


def fitted_order(panel: Panel, fitted: Panel) -> np.ndarray:
    """Find the sensors of the fit in a panel.

    Parameters
    ----------
    panel : Panel
        Data to fill.
    fitted : Panel
        Of the training data.

    Returns
    -------
    ndarray of int, shape (n_sensors,)
        For every fitted sensor its number in ``panel``.

    Raises
    ------
    InvalidFrameError
        The frequency is another one, a sensor was not fitted, or one is not there.
    """
    numbers = series_numbers(panel, fitted)
    if len(numbers) < fitted.n_series:
        absent = fitted.ids[np.setdiff1d(np.arange(fitted.n_series), numbers)]
        raise InvalidFrameError(
            f"X lacks {len(absent)} of the {fitted.n_series} sensors of the fit, the first is {absent[0]!r} (there are "
            f"{nearest(absent[0], panel.ids)}): give it a column of NaN where it has no value"
        )
    return np.argsort(numbers)


def new_rows_panel(new_rows: Any, last: Panel) -> Panel:
    """Read rows that follow those seen so far, with every sensor at every stamp.

    Parameters
    ----------
    new_rows : DataFrame, Series, Panel or ndarray
        Some of the sensors will do, and a single row.
    last : Panel
        The last row seen.

    Returns
    -------
    Panel
        On the calendar of ``last``, of length zero where nothing is new; NaN where nothing was observed.

    Raises
    ------
    InvalidFrameError
        A row lies at or before the last one, or a sensor is unknown.
    """
    end = int(last.ends[0])
    table = sensor_table(new_rows, end)
    if isinstance(new_rows, np.ndarray):
        table = table.set_axis(last.ids, axis=1) if table.shape[1] == last.n_series else table
    entries = read_entries(table, last, data="new_rows")
    if (entries.positions < end).any():
        early = entries.where(entries.positions < end)
        raise InvalidFrameError(
            f"new_rows has rows at or before the last one seen, {last.calendar.stamps(np.array([end - 1]))[0]}: "
            f"{early.named(last)}; keep the rows after it, or fill all of them with transform"
        )
    length = int(entries.positions.max(initial=end - 1)) + 1 - end
    values = np.full((last.n_series, length), np.nan)
    values[entries.series, entries.positions - end] = entries.values
    shape = np.ones(last.n_series, dtype=np.int64)
    return replace(last, values=values.reshape(-1), starts=end * shape, lengths=length * shape)
