"""Checks of values and ids: numbers that are finite and observed, names that are alike and unique."""

from __future__ import annotations

import numbers
from typing import cast

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .panel import Layout
from .wording import count_of, listed, shown, word


def check_ids(ids: pd.Index) -> None:
    """Refuse duplicate ids and ids of several types, such as 1 beside "1".

    Parameters
    ----------
    ids : pandas.Index
        Names of the series.

    Raises
    ------
    InvalidFrameError
    """
    if not ids.is_unique:
        double = list(ids[ids.duplicated()].unique())
        raise InvalidFrameError(f"Duplicate series names ({len(double)}): {shown(double)}; rename or drop them.")
    if ids.dtype != object:
        return
    kinds: dict[str, object] = {}
    for value in ids:
        kind = "number" if isinstance(value, numbers.Number) else type(value).__name__
        kinds.setdefault(kind, value)
    if len(kinds) > 1:
        found = " and ".join(f"{kind} ({value!r})" for kind, value in list(kinds.items())[:3])
        raise InvalidFrameError(
            f"The series ids have mixed types: {found}; make them alike, for example with .astype(str)."
        )


def numeric_values(data: pd.Series | pd.DataFrame, *, booleans: bool = False) -> np.ndarray:
    """Return numbers as float64, missing ones as NaN, refusing what is no number.

    Parameters
    ----------
    data : Series or DataFrame
        Values of any numeric dtype: NumPy, nullable or Arrow.
    booleans : bool, default=False
        Accept booleans as 0 and 1.

    Returns
    -------
    ndarray of float64, shape of ``data``
        May share memory with ``data``: not to be written to.

    Raises
    ------
    InvalidFrameError
        A column is not numeric; the first bad value is named.
    """
    dtypes = {data.dtype} if isinstance(data, pd.Series) else set(data.dtypes)
    if not all(_is_numeric(dtype, booleans=booleans) for dtype in dtypes):
        raise _non_numeric_error(data, booleans=booleans)
    if all(isinstance(dtype, np.dtype) for dtype in dtypes):
        return data.to_numpy(dtype=np.float64)
    return data.to_numpy(dtype=np.float64, na_value=np.nan)


def infinite_error(ids: pd.Index, series: np.ndarray, stamps: pd.Index, *, data: str = "y") -> InvalidFrameError:
    """Error for infinite values.

    Parameters
    ----------
    ids : pandas.Index
        All series.
    series : ndarray of int64, shape (n_infinite,)
        Series number of each infinite value.
    stamps : pandas.Index, length n_infinite
        Its stamp.
    data : str, default="y"
        What the caller calls the data.
    """
    named = [f"{word(ids[i])} at {word(stamp)}" for i, stamp in zip(series[:3], stamps[:3], strict=True)]
    return InvalidFrameError(
        f"{count_of(len(series), 'infinite value')}: series {listed(named, len(series))}; "
        f"correct them, or make them missing: {data}.replace([np.inf, -np.inf], np.nan)."
    )


def all_missing_error(ids: pd.Index, layout: Layout) -> InvalidFrameError:
    """Error for series without an observed value.

    Parameters
    ----------
    ids : pandas.Index
        Those series.
    layout : Layout
        Layout of the data.
    """
    call = {
        "series": "check where the data comes from",
        "wide": "drop them: y.dropna(axis=1, how='all')",
        "long": f"drop them: y[y.groupby({layout.id_col!r})[{layout.target_col!r}].transform('count') > 0]",
        "multiindex": "drop their rows",
    }[layout.kind]
    return InvalidFrameError(f"Only NaN, no observed value, in {len(ids)} series: {shown(list(ids))}; {call}.")


def _is_numeric(dtype: object, *, booleans: bool) -> bool:
    """Whether values of a dtype are real numbers."""
    if isinstance(dtype, np.dtype):
        return dtype.kind in ("iufb" if booleans else "iuf")
    if isinstance(dtype, pd.CategoricalDtype) or not pd.api.types.is_numeric_dtype(dtype):
        return False
    return (booleans or not pd.api.types.is_bool_dtype(dtype)) and not pd.api.types.is_complex_dtype(dtype)


def _non_numeric_error(data: pd.Series | pd.DataFrame, *, booleans: bool) -> InvalidFrameError:
    """Error for columns that hold no numbers."""
    columns = [data] if isinstance(data, pd.Series) else [data.iloc[:, i] for i in range(data.shape[1])]
    bad = [column for column in columns if not _is_numeric(column.dtype, booleans=booleans)]
    column, names = bad[0], [column.name for column in bad]
    what = f"Column {column.name!r}" if column.name is not None else "The series"
    if len(bad) > 1:
        what = f"{len(bad)} columns are not numeric: {shown(names, 5)}. Column {column.name!r}"
    remedy = "Clean it, or make it missing: pd.to_numeric(column, errors='coerce')."
    if booleans:
        remedy = "Encode categories as numbers, for example with pd.get_dummies, or drop the column."
    if pd.api.types.is_bool_dtype(column.dtype):
        return InvalidFrameError(f"{what} is boolean; convert it if 0 and 1 are meant: .astype(float).")
    if column.dtype == object or pd.api.types.is_string_dtype(column.dtype):
        present = cast(pd.Series, column[column.notna()])
        numbers_or_nan = cast(pd.Series, pd.to_numeric(present, errors="coerce"))
        wrong = cast(pd.Series, present[numbers_or_nan.isna()])
        if len(wrong):
            return InvalidFrameError(
                f"{what} is not numeric: the first bad value is {wrong.iloc[0]!r} in the row labelled "
                f"{word(wrong.index[0])} ({len(wrong)} in all). {remedy}"
            )
        return InvalidFrameError(
            f"{what} holds numbers as {'text' if present.map(type).eq(str).any() else 'Python objects'} "
            f"(dtype {column.dtype}); convert it: pd.to_numeric(column)."
        )
    return InvalidFrameError(
        f"{what} has dtype {column.dtype}, which is not a real number ({word(column.iloc[0])}, ...); "
        "drop it or convert it to numbers."
    )
