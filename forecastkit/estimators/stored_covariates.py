"""Covariates in a saved file: their arrays, a JSON description, and proof that they belong to the panel."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..frames import Covariates, Panel
from .stored_index import Arrays, json_scalar

_FARTHEST = 2**62  # grid position; a sum of two does not overflow


def store_covariates(covariates: Covariates) -> tuple[dict[str, Any], Arrays]:
    """Split covariates into a JSON description and arrays; series and time grid are those of the panel.

    Parameters
    ----------
    covariates : Covariates

    Returns
    -------
    dict
        JSON types only.
    dict of str to ndarray
        Values, which rows were there, and where each table lies.

    Raises
    ------
    TypeError
        The name of a covariate has no JSON form.

    Examples
    --------
    >>> import pandas as pd
    >>> from forecastkit.frames import as_covariates, as_panel
    >>> index = pd.period_range("2024", periods=2, freq="Y")
    >>> panel = as_panel(pd.Series([1.0, 2.0], index=index))
    >>> plain, arrays = store_covariates(as_covariates(pd.Series([3.0, 4.0], index=index, name="price"), panel))
    >>> plain, arrays["values"].tolist()
    ({'names': ['price'], 'shared': True, 'categories': []}, [[3.0], [4.0]])
    """
    arrays = {name: getattr(covariates, name) for name in ("values", "present", "starts", "lengths")}
    categories = [[_stored_name(name), list(labels)] for name, labels in covariates.categories.items()]
    names = [_stored_name(name) for name in covariates.names]
    return {"names": names, "shared": covariates.shared, "categories": categories}, arrays


def read_covariates(plain: dict[str, Any], arrays: Arrays, panel: Panel) -> Covariates:
    """Inverse of `store_covariates`.

    Parameters
    ----------
    plain, arrays
        What `store_covariates` returned.
    panel : Panel
        The series that the covariates belong to.

    Returns
    -------
    Covariates

    Raises
    ------
    KeyError, TypeError, ValueError
        Something is missing or does not belong together; other errors of a like kind come from odd dates.
    """
    if not isinstance(plain["names"], list) or not isinstance(plain["shared"], bool):
        raise TypeError("covariates: the names are no list, or it is not said whether they are shared")
    names, shared = tuple(_read_name(name) for name in plain["names"]), plain["shared"]
    values, present, starts, lengths = (arrays[name] for name in ("values", "present", "starts", "lengths"))
    n_rows, n_tables = len(present), 1 if shared else panel.n_series
    _require(0 < len(names) == len(set(names)), "names")
    _require(values.dtype == np.float64 and values.shape == (n_rows, len(names)), "values")
    _require(present.dtype == np.bool_ and present.ndim == 1, "rows")
    _require(all(each.dtype == np.int64 and each.shape == (n_tables,) for each in (starts, lengths)), "tables")
    _require(bool(((starts > -_FARTHEST) & (starts < _FARTHEST)).all()), "starts")
    _require(bool((lengths >= 0).all()) and _total(lengths) == n_rows, "lengths")
    _require(bool(np.isnan(values[~present]).all()), "values of rows that are not there")
    categories = _read_categories(plain["categories"], names, values)
    filled = lengths > 0
    if filled.any():
        reach = np.array([starts[filled].min(), (starts + lengths)[filled].max() - 1])
        _require(np.array_equal(panel.calendar.positions(panel.calendar.stamps(reach)), reach), "starts")
    return Covariates(names, values, present, starts, lengths, panel.ids, panel.calendar, shared, categories)


def _read_categories(plain: Any, names: tuple[Any, ...], values: np.ndarray) -> dict[Any, tuple[str, ...]]:
    """Labels by covariate, whose values have to be places among them."""
    categories: dict[Any, tuple[str, ...]] = {}
    for stored, labels in plain:
        name = _read_name(stored)
        _require(name in names and name not in categories and isinstance(labels, list), "categories")
        _require(all(isinstance(label, str) for label in labels), "categories")
        _require(labels == sorted(set(labels)), "order of categories")
        codes = values[:, names.index(name)]
        _require(bool(np.isin(codes[~np.isnan(codes)], np.arange(len(labels))).all()), "codes of categories")
        categories[name] = tuple(labels)
    return categories


def _stored_name(name: Any) -> Any:
    """JSON form of a name: a tuple becomes a list."""
    return [_stored_name(part) for part in name] if isinstance(name, tuple) else json_scalar(name)


def _read_name(name: Any) -> Any:
    """Inverse of `_stored_name`."""
    return tuple(_read_name(part) for part in name) if isinstance(name, list) else json_scalar(name)


def _total(lengths: np.ndarray) -> int:
    """Sum that does not overflow, whatever a file holds."""
    return sum(lengths.tolist())


def _require(holds: bool, what: str) -> None:
    """Raise ValueError unless a condition holds."""
    if not holds:
        raise ValueError(f"covariates: {what}: not what covariates have")
