"""Columns of text as codes of categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .value_checks import numeric_values


def coded_values(frame: pd.DataFrame) -> tuple[np.ndarray, dict[Any, tuple[str, ...]]]:
    """Numbers of the columns of a frame, those of text as places among their labels.

    Parameters
    ----------
    frame : DataFrame
        Columns of numbers or booleans, or of text: strings, or categories that are strings.

    Returns
    -------
    values : ndarray of float64, shape of ``frame``
        NaN where missing.
    categories : dict of name to tuple of str
        Labels of each column of text, in sorted order; none for one without any, which is NaN throughout.

    Raises
    ------
    InvalidFrameError
        A column holds neither, or both.

    Examples
    --------
    >>> coded_values(pd.DataFrame({"day": ["sun", "mon", None], "price": [1, 2, 3]}))
    (array([[ 1.,  1.],
           [ 0.,  2.],
           [nan,  3.]]), {'day': ('mon', 'sun')})
    """
    columns = {i: frame.iloc[:, i].astype(object) for i, dtype in enumerate(frame.dtypes) if _may_be_text(dtype)}
    text = {i: column for i, column in columns.items() if _is_text(column)}
    if not text:
        return numeric_values(frame, booleans=True), {}
    values = np.empty(frame.shape)
    rest = [i for i in range(frame.shape[1]) if i not in text]
    if rest:
        values[:, rest] = numeric_values(frame.iloc[:, rest], booleans=True)
    categories = {}
    for i, column in text.items():
        codes, labels = pd.factorize(column, sort=True)
        values[:, i] = np.where(codes < 0, np.nan, codes)
        if len(labels):
            categories[frame.columns[i]] = tuple(str(label) for label in labels)
    return values, categories


def joined_labels(
    first: Mapping[Any, tuple[str, ...]], last: Mapping[Any, tuple[str, ...]]
) -> dict[Any, tuple[str, ...]]:
    """Labels of two sets of columns together, in sorted order.

    Examples
    --------
    >>> joined_labels({"day": ("mon", "sun")}, {"day": ("fri",)})
    {'day': ('fri', 'mon', 'sun')}
    """
    return {name: tuple(sorted({*first.get(name, ()), *last.get(name, ())})) for name in {**first, **last}}


def recoded(
    values: np.ndarray,
    names: tuple[Any, ...],
    given: Mapping[Any, tuple[str, ...]],
    wanted: Mapping[Any, tuple[str, ...]],
) -> np.ndarray:
    """Codes of the same labels by other tables of labels; shape (n_rows, n_columns), copied where anything changes.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_columns)
        Codes by the labels ``given``, and columns of numbers, which stay; not written to.
    names : tuple
        Names of the columns.
    given, wanted : mapping of name to tuple of str
        Labels before and after, which contain those before.

    Returns
    -------
    ndarray of float64, shape (n_rows, n_columns)

    Examples
    --------
    >>> recoded(np.array([[0.0], [1.0]]), ("day",), {"day": ("mon", "sun")}, {"day": ("fri", "mon", "sun")}).tolist()
    [[1.0], [2.0]]
    """
    moved = [j for j, name in enumerate(names) if name in given and given[name] != wanted[name]]
    if not moved:
        return values
    result = values.copy()
    for j in moved:
        place = {label: code for code, label in enumerate(wanted[names[j]])}
        codes = np.array([place[label] for label in given[names[j]]], dtype=float)
        known = ~np.isnan(values[:, j])
        result[known, j] = codes[values[known, j].astype(np.int64)]
    return result


def _may_be_text(dtype: Any) -> bool:
    """Whether a column of this dtype can hold text."""
    return isinstance(dtype, pd.CategoricalDtype | pd.StringDtype) or pd.api.types.is_string_dtype(dtype)


def _is_text(column: pd.Series) -> bool:
    """Whether all that is there is text, as it is where nothing is there."""
    return pd.api.types.infer_dtype(column, skipna=True) in ("string", "empty")
