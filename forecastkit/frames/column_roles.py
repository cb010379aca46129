"""The roles of a table's columns: which one holds times, which names the series, which holds the values."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .csv_text import UNNAMED
from .time_text import is_time

ID_NAMES = ("unique_id", "series_id", "item_id", "ts_id", "series", "item", "id", "sensor", "station", "store", "sku")
_TARGET_NAMES = ("y", "target", "value", "values")
_TIME_NAMES = frozenset(
    ["ds", "date", "datetime", "timestamp", "time", "period", "year", "quarter", "month", "week", "day", "hour"]
)


def time_column(table: pd.DataFrame) -> str | None:
    """Choose the column of the times: dates before numbers, known names before others, unnamed ones last.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns as they were read, with unique names.

    Returns
    -------
    str or None
        None for a table of numbers in which no column looks like a time: its rows are the steps.

    Raises
    ------
    InvalidFrameError
        If no column looks like a time and some hold text.

    Examples
    --------
    >>> time_column(pd.DataFrame({"load": [3.5, 2.0], "when": ["2020-01-01", "2020-01-02"]}))
    'when'
    """
    dates = [str(name) for name, column in table.select_dtypes(exclude="number").items() if is_time(column)]
    if dates:
        return next((name for name in dates if name.lower() in _TIME_NAMES), dates[0])
    known = [name for name in table.columns if name.lower() in _TIME_NAMES]
    first = table.columns[0]
    counting = [name for name, column in table[list(dict.fromkeys([*known, first]))].items() if counts(column)]
    chosen = [name for name in counting if name not in (UNNAMED, "unique_id")] or known or counting
    if not chosen and table.select_dtypes("number").shape[1] == table.shape[1]:
        return None
    if not chosen and table.shape[1] == 1:
        raise InvalidFrameError(
            f"there is a single column, {table.columns[0]!r}, and it does not hold numbers: a table needs times and "
            "values; if they are separated by another mark than comma, semicolon, tab or bar, name it with separator="
        )
    if not chosen:
        shown = ", ".join(map(repr, table.columns[:6])) + (", ..." if table.shape[1] > 6 else "")
        raise InvalidFrameError(f"no column looks like a time; the columns are {shown}: name it with time_col=")
    return str(chosen[0])


def id_column(table: pd.DataFrame, time_col: str) -> str | None:
    """Choose the column that names the series of a long table.

    Parameters
    ----------
    table : pandas.DataFrame
        The table.
    time_col : str
        Its column of times.

    Returns
    -------
    str or None
        ``unique_id`` if there is one; else, where times repeat, a column that tells the rows of a time apart;
        None for a wide table.

    Examples
    --------
    >>> id_column(pd.DataFrame({"t": [1, 1, 2, 2], "shop": list("abab"), "sold": [5, 6, 7, 8]}), "t")
    'shop'
    """
    others = [name for name in table.columns if name != time_col]
    if "unique_id" in others:
        return "unique_id"
    text = [name for name in others if not pd.api.types.is_numeric_dtype(table.dtypes[name])]
    named = [name for known in ID_NAMES for name in others if name.lower() == known]
    if not table.duplicated([time_col]).any():
        return next((name for name in named if name in text), None)
    whole = [name for name in named if not pd.api.types.is_float_dtype(table.dtypes[name])]
    return next((name for name in dict.fromkeys([*whole, *text]) if _tells_apart(table, name, time_col)), None)


def target_column(numeric: list[str], *, long: bool) -> str | None:
    """Choose the column of the values.

    Parameters
    ----------
    numeric : list of str
        Columns of numbers other than time and id, at least one.
    long : bool
        Whether the table is long.

    Returns
    -------
    str or None
        None for a wide table of several series.

    Examples
    --------
    >>> target_column(["price", "y"], long=True)
    'y'
    """
    if len(numeric) == 1:
        return numeric[0]
    named = [name for known in _TARGET_NAMES for name in numeric if name.lower() == known]
    return [*named, *numeric][0] if long else None


def counts(column: pd.Series) -> bool:
    """Tell whether the values go up by whole numbers of always the same size.

    Parameters
    ----------
    column : pandas.Series
        Any column.

    Returns
    -------
    bool

    Examples
    --------
    >>> counts(pd.Series([1700, 1701, 1702])), counts(pd.Series([3, 1, 2]))
    (True, False)
    """
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return False
    values = column.to_numpy(float, na_value=np.nan)
    steps = np.diff(values)
    return bool(len(steps) and steps[0] > 0 and (steps == steps[0]).all() and not (values[:2] % 1).any())


def _tells_apart(table: pd.DataFrame, name: str, time_col: str) -> bool:
    """Whether a column makes the rows of a time unique, with two rows or more per series on average."""
    n_series = len(table.drop_duplicates([name]))
    return n_series <= len(table) / 2 and not table.duplicated([name, time_col]).any()
