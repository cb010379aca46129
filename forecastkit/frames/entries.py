"""Entries: values at some stamps of some series of a panel, read from any layout."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .membership import grid_positions, known_series
from .panel import Layout, Panel
from .rows import read_rows
from .stamp_checks import check_sorted, time_index
from .value_checks import check_ids, infinite_error, numeric_values
from .wording import count_of, listed, shown, word


@dataclass(frozen=True)
class Entries:
    """Values at some stamps of some series, as three columns.

    Parameters
    ----------
    series : ndarray of int64, shape (n,)
        Number of the series in the panel.
    positions : ndarray of int64, shape (n,)
        Position on the panel's time grid; no position twice within a series.
    values : ndarray of float64, shape (n,)
        NaN where the table has a cell without a value.
    """

    series: np.ndarray
    positions: np.ndarray
    values: np.ndarray

    def where(self, keep: np.ndarray) -> Entries:
        """Return the entries marked True."""
        return self if keep.all() else Entries(self.series[keep], self.positions[keep], self.values[keep])

    def named(self, panel: Panel) -> str:
        """Return series and stamps of the first few entries, for messages."""
        stamps = panel.calendar.stamps(self.positions[:3])
        texts = [word(stamp) for stamp in stamps]
        if panel.n_series > 1:
            ids = panel.ids[self.series[:3]]
            texts = [f"series {word(name)} at {text}" for name, text in zip(ids, texts, strict=True)]
        return listed(texts, len(self.series))


def read_entries(table: pd.Series | pd.DataFrame | Panel, panel: Panel, *, data: str) -> Entries:
    """Read values of a panel's series from any layout; a single row will do.

    Parameters
    ----------
    table : Series, DataFrame or Panel
        A Series; a wide frame with some of the panel's columns; a long frame with the panel's id, time and target
        columns; a Series or one-column frame with a (series, time) MultiIndex. It may be empty.
    panel : Panel
        The series and the time grid.
    data : str
        What the caller calls the table.

    Returns
    -------
    Entries

    Raises
    ------
    InvalidFrameError
        Series that the panel lacks, stamps off its grid, of another kind, twice or unsorted (where they are the
        index), values that are infinite or no numbers, or a table of no known layout.
    """
    if isinstance(table, Panel):
        positions = grid_positions(table.calendar.stamps(table.positions), panel, data=data)
        both = table.layout.kind == panel.layout.kind == "series"
        numbers = np.zeros(1, dtype=np.int64) if both else known_series(table.ids, panel, data=data)
        return Entries(numbers[table.series_index], positions, table.values)
    if not isinstance(table, pd.Series | pd.DataFrame):
        raise InvalidFrameError(
            f"{data} has to be a pandas Series or DataFrame in the layout of y, got {type(table).__name__}."
        )
    if table.size == 0:
        nothing = np.empty(0, dtype=np.int64)
        return Entries(nothing, nothing, np.empty(0))
    names = panel.layout
    if isinstance(table.index, pd.MultiIndex):
        entries = _of_multiindex(table, panel, data)
    elif isinstance(table, pd.DataFrame) and names.id_col is not None and names.id_col in table.columns:
        entries = _of_long(table, panel, data)
    elif isinstance(table, pd.DataFrame) and names.kind in ("long", "multiindex") and names.time_col in table.columns:
        raise InvalidFrameError(f"{data} has a time column {names.time_col!r} but no ids {names.id_col!r}; add them.")
    else:
        entries = _of_dense(table, panel, data)
    infinite = np.isinf(entries.values)
    if infinite.any():
        bad = entries.where(infinite)
        raise infinite_error(panel.ids, bad.series, panel.calendar.stamps(bad.positions), data=data)
    return entries


def _of_dense(table: pd.Series | pd.DataFrame, panel: Panel, data: str) -> Entries:
    """Entries of a Series or wide frame."""
    layout = Layout("wide")
    stamps = time_index(table.index, layout, data=data)
    check_sorted(stamps, layout, data=data)
    positions = grid_positions(stamps, panel, data=data)
    if isinstance(table, pd.DataFrame):
        check_ids(table.columns)
        numbers = known_series(table.columns, panel, data=data)
    elif panel.layout.kind == "series":
        numbers = np.zeros(1, dtype=np.int64)
    else:
        if table.name is None:
            raise InvalidFrameError(f"{data} is a Series without a name; rename it to that of its series in y.")
        numbers = known_series(pd.Index([table.name], tupleize_cols=False), panel, data=data)
    values = _numbers(table).reshape(len(table), -1).T
    return Entries(np.repeat(numbers, len(table)), np.tile(positions, len(numbers)), values.reshape(-1))


def _of_long(table: pd.DataFrame, panel: Panel, data: str) -> Entries:
    """Entries of a long frame, whose columns are those of the panel."""
    names = panel.layout
    wanted = [names.id_col, names.time_col, names.target_col]
    absent = [name for name in wanted if name not in table.columns]
    extra = list(table.columns[~table.columns.isin(wanted) | table.columns.duplicated()])
    if absent or extra:
        found = [f"it lacks {shown(absent)}"] * bool(absent)
        found += [f"{count_of(len(extra), 'column')} too many: {shown(extra, 5)}"] * bool(extra)
        raise InvalidFrameError(f"{data} needs the columns {shown(wanted)} and no other; {', '.join(found)}.")
    return _of_rows(table, cast(pd.Series, table[names.target_col]), replace(names, kind="long"), panel, data)


def _of_multiindex(table: pd.Series | pd.DataFrame, panel: Panel, data: str) -> Entries:
    """Entries of a Series or one-column frame on a (series, time) index."""
    if table.index.nlevels != 2:
        raise InvalidFrameError(f"The index of {data} has {table.index.nlevels} levels; it needs two: (series, time).")
    if isinstance(table, pd.DataFrame) and table.shape[1] != 1:
        raise InvalidFrameError(
            f"{data} needs one column, the target, beside its (series, time) index; it has {table.shape[1]}: "
            f"{shown(list(table.columns), 5)}. Select one: {data}[[{table.columns[0]!r}]]."
        )
    id_col, time_col = cast(list[str], table.index.names)
    layout = replace(panel.layout, kind="multiindex", id_col=id_col, time_col=time_col)
    target = table if isinstance(table, pd.Series) else table.iloc[:, 0]
    return _of_rows(table, cast(pd.Series, target), layout, panel, data)


def _of_rows(table: pd.Series | pd.DataFrame, target: pd.Series, layout: Layout, panel: Panel, data: str) -> Entries:
    """Entries of a long or MultiIndex frame."""
    rows = read_rows(table, layout, data=data)
    numbers = known_series(rows.ids, panel, data=data)
    positions = grid_positions(rows.stamps, panel, data=data)
    return Entries(numbers[rows.codes], positions[rows.places], rows.sorted(_numbers(target)))


def _numbers(values: pd.Series | pd.DataFrame) -> np.ndarray:
    """Values as float64; NaN of any dtype where there is no value at all."""
    return numeric_values(values) if values.notna().to_numpy().any() else np.full(values.shape, np.nan)
