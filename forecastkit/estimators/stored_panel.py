"""A panel in a saved file: its arrays, a JSON description, and proof that they belong together."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..frames import Calendar, Layout, Panel
from .stored_index import Arrays, json_scalar, read_index, store_index

_NAMES = ("kind", "id_col", "time_col", "target_col", "name", "is_series", "columns_name")


def store_panel(panel: Panel) -> tuple[dict[str, Any], Arrays]:
    """Split a panel into a JSON description and arrays.

    Parameters
    ----------
    panel : Panel

    Returns
    -------
    dict
        JSON types only.
    dict of str to ndarray
        Values, which rows of the data they were, and labels that are no text.

    Raises
    ------
    TypeError
        A series name or row label has no JSON form.
    """
    layout, labels = panel.layout, None
    ids, arrays = store_index(panel.ids, "ids")
    arrays |= {"values": panel.values, "starts": panel.starts, "lengths": panel.lengths}
    if layout.rows is not None:
        arrays["rows"] = layout.rows
    if layout.trimmed is not None:
        arrays["trimmed_series"], arrays["trimmed_positions"] = layout.trimmed
    if layout.index is not None and layout.kind in ("series", "wide"):
        arrays["index"] = panel.calendar.place(layout.index)[0]
    if layout.index is not None and layout.kind == "long":
        labels, label_arrays = store_index(layout.index, "labels")
        arrays |= label_arrays
    return {
        "ids": ids,
        "calendar": panel.calendar.to_json(),
        "layout": {name: json_scalar(getattr(layout, name)) for name in _NAMES},
        "labels": labels,
    }, arrays


def read_panel(plain: dict[str, Any], arrays: Arrays, *, empty: bool = False) -> Panel:
    """Inverse of `store_panel`.

    Parameters
    ----------
    plain, arrays
        What `store_panel` returned.
    empty : bool, default=False
        Take series without an observed value.

    Returns
    -------
    Panel

    Raises
    ------
    KeyError, TypeError, ValueError
        Something is missing or does not belong together; other errors of a like kind come from odd dates.
    """
    calendar, ids, index = _calendar(plain["calendar"]), read_index(plain["ids"], arrays, "ids"), None
    names = {name: json_scalar(plain["layout"][name]) for name in _NAMES}
    values, starts, lengths = arrays["values"], arrays["starts"], arrays["lengths"]
    _require(values.dtype == np.float64 and values.ndim == 1 and not np.isinf(values).any(), "values")
    _require(_whole_numbers(starts) and _whole_numbers(lengths, low=1), "starts and lengths")
    _require(0 < len(starts) == len(lengths) == len(ids) and lengths.sum() == len(values), "lengths")
    _require(ids.is_unique and not ids.hasnans, "series names")
    trimmed = None
    if "trimmed_series" in arrays:
        trimmed = arrays["trimmed_series"], arrays["trimmed_positions"]
    if plain["labels"] is not None:
        index = read_index(plain["labels"], arrays, "labels")
    elif "index" in arrays:
        _require(_whole_numbers(arrays["index"]) and len(arrays["index"]) > 0, "index")
        index = calendar.stamps(arrays["index"])
    layout = Layout(**names, index=index, rows=arrays.get("rows"), trimmed=trimmed)
    panel = Panel(values, starts, lengths, ids, calendar, layout)
    counts = np.bincount(panel.series_index[panel.observed], minlength=panel.n_series)
    _require(empty or bool(counts.all()), "values: a series has none")
    _on_calendar(calendar, np.array([starts.min(), panel.ends.max() - 1]))
    if layout.kind in ("series", "wide"):
        _check_dense(panel, arrays)
    else:
        _check_rows(panel)
    return panel


def _calendar(plain: dict[str, Any]) -> Calendar:
    """Read a calendar whose steps lead forward."""
    _require(isinstance(plain["freq"], str), "freq")
    _require(plain["kind"] in ("datetime", "period", "integer"), "kind of calendar")
    _require(isinstance(plain["origin"], str if plain["kind"] == "datetime" else int), "origin")
    json_scalar(plain["name"])
    calendar = Calendar.from_json(plain)
    _require(plain.keys() == calendar.to_json().keys(), "calendar")
    _require((calendar.freq if isinstance(calendar.freq, int) else calendar.freq.n) > 0, "freq")
    return calendar


def _on_calendar(calendar: Calendar, positions: np.ndarray) -> None:
    """Refuse positions without a stamp, and an origin off its own grid."""
    _require(np.array_equal(calendar.positions(calendar.stamps(positions)), positions), "calendar")


def _check_dense(panel: Panel, arrays: Arrays) -> None:
    """Refuse rows of a Series or wide frame that do not hold its values."""
    _require(panel.layout.rows is None and (panel.layout.kind == "wide" or panel.n_series == 1), "layout")
    if panel.layout.index is not None:
        rows = arrays["index"]
        _require(bool((np.diff(rows) > 0).all()), "index")
        _require(rows[0] <= panel.starts.min() and rows[-1] >= panel.ends.max() - 1, "index")


def _check_rows(panel: Panel) -> None:
    """Refuse rows of a long or MultiIndex frame that lead nowhere."""
    layout, rows, trimmed = panel.layout, panel.layout.rows, panel.layout.trimmed
    _require(layout.kind in ("long", "multiindex"), "kind of layout")
    if layout.kind == "long":
        _require(len({layout.id_col, layout.time_col, layout.target_col}) == 3, "column names")
    if rows is None:
        return _require(layout.index is None and trimmed is None, "rows")
    _require(_whole_numbers(rows, low=-1, end=len(panel.values)), "rows")
    counts = np.bincount(rows[rows >= 0], minlength=len(panel.values))
    _require(bool((counts <= 1).all() and counts[panel.observed].all()), "rows")
    _require(layout.index is None or (layout.kind == "long" and len(layout.index) == len(rows)), "labels")
    if trimmed is None:
        return _require(bool((rows >= 0).all()), "rows")
    series, positions = trimmed
    _require(_whole_numbers(series, low=0, end=panel.n_series) and _whole_numbers(positions), "trimmed rows")
    _require(len(series) == len(positions) == int((rows < 0).sum()) > 0, "trimmed rows")
    return _on_calendar(panel.calendar, np.array([positions.min(), positions.max()]))


def _whole_numbers(array: np.ndarray, low: int | None = None, end: int | None = None) -> bool:
    """Tell whether a flat array holds whole numbers with ``low <= number < end``."""
    if array.ndim != 1 or array.dtype.kind != "i":
        return False
    return not len(array) or ((low is None or array.min() >= low) and (end is None or array.max() < end))


def _require(holds: bool, what: str) -> None:
    """Raise ValueError unless a condition holds."""
    if not holds:
        raise ValueError(f"{what}: not what a panel has")
