"""An index in a saved file: numbers and times as arrays, text as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Arrays = dict[str, np.ndarray]


def store_index(index: pd.Index, key: str) -> tuple[dict[str, Any], Arrays]:
    """Split an index into a JSON description and arrays.

    Parameters
    ----------
    index : pandas.Index
        Series names or row labels, of one level.
    key : str
        Name of its array.

    Returns
    -------
    dict
        JSON types only; holds the labels themselves if they are text or of mixed types.
    dict of str to ndarray
        Numbers, truth values, or times as integers; empty for text.

    Raises
    ------
    TypeError
        A label, the name or the type of the labels has no JSON form.

    Examples
    --------
    >>> description, arrays = store_index(pd.period_range("2024-01", periods=2, freq="M"), "labels")
    >>> description, arrays["labels"].tolist()
    ({'name': None, 'dtype': 'period[M]'}, [648, 649])
    """
    plain: dict[str, Any] = {"name": json_scalar(index.name)}
    if isinstance(index, pd.RangeIndex):
        return plain | {"range": [index.start, index.stop, index.step]}, {}
    if isinstance(index, pd.CategoricalIndex):
        categories, arrays = store_index(index.categories, f"{key}.categories")
        return plain | {"categories": categories, "ordered": index.ordered}, arrays | {
            key: index.codes.astype(np.int64)
        }
    dtype: Any = index.dtype
    plain["dtype"] = str(dtype)
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        if not _can_be_read(dtype):
            raise TypeError(f"the type {dtype} of row labels or series names has no JSON form; use a named time zone")
        return plain, {key: index.asi8}
    number = getattr(dtype, "numpy_dtype", dtype)
    if getattr(number, "kind", "O") in "iufb" and (dtype == number or not index.hasnans):
        return plain, {key: index.to_numpy(dtype=number.newbyteorder("="))}
    return plain | {"values": [json_scalar(value) for value in index.tolist()]}, {}


def read_index(plain: dict[str, Any], arrays: Arrays, key: str) -> pd.Index:
    """Inverse of `store_index`.

    Parameters
    ----------
    plain, arrays
        What `store_index` returned.
    key : str
        As for `store_index`.

    Returns
    -------
    pandas.Index

    Raises
    ------
    KeyError, TypeError, ValueError
        The description or an array is missing or is no index.
    """
    name: Any = json_scalar(plain["name"])
    if "range" in plain:
        start, stop, step = plain["range"]
        return pd.RangeIndex(start, stop, step, name=name)
    if "categories" in plain:
        categories = read_index(plain["categories"], arrays, f"{key}.categories")
        dtype = pd.CategoricalDtype(categories, plain["ordered"])
        return pd.CategoricalIndex(pd.Categorical.from_codes(arrays[key], dtype=dtype), name=name)
    dtype: Any = pd.api.types.pandas_dtype(plain["dtype"])
    if "values" in plain:
        if not isinstance(plain["values"], list):
            raise TypeError("labels are no list")
        return pd.Index([json_scalar(value) for value in plain["values"]], dtype=dtype, name=name)
    array = arrays[key]
    if isinstance(dtype, pd.PeriodDtype):
        return pd.PeriodIndex.from_ordinals(_typed(array, np.dtype(np.int64)), freq=dtype.freq, name=name)
    if isinstance(dtype, pd.DatetimeTZDtype):
        stamps = pd.DatetimeIndex(_typed(array, np.dtype(np.int64)).view(f"M8[{dtype.unit}]"), name=name)
        return stamps.tz_localize("UTC").tz_convert(dtype.tz)
    if dtype.kind == "M":
        return pd.DatetimeIndex(_typed(array, np.dtype(np.int64)).view(dtype), name=name)
    return pd.Index(_typed(array, getattr(dtype, "numpy_dtype", dtype)), dtype=dtype, name=name)


def json_scalar(value: Any) -> Any:
    """Return a name or label that JSON gives back as it is, or raise TypeError."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{value!r} of type {type(value).__name__} has no JSON form; use text or numbers as names")


def _can_be_read(dtype: Any) -> bool:
    """Tell whether the name of a type stands for it; that of an odd time zone does not."""
    try:
        return pd.api.types.pandas_dtype(str(dtype)) == dtype
    except (TypeError, ValueError, KeyError):
        return False


def _typed(array: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Return a flat array of a type, or raise ValueError."""
    if array.ndim != 1 or array.dtype != dtype.newbyteorder("="):
        raise ValueError(f"an array of labels is {array.dtype} of {array.ndim} dimensions, not {dtype} of one")
    return array
