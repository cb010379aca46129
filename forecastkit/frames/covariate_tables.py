"""Reading covariates: from the layouts of X to tables on a panel's time grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .categories import coded_values, joined_labels, recoded
from .layout import check_key_columns
from .membership import grid_positions, known_series
from .panel import Layout, Panel
from .rows import read_rows
from .stamp_checks import check_sorted, check_span, time_index
from .wording import count_of, shown


@dataclass(frozen=True)
class Table:
    """Covariates as read, one table of rows for all series or one for each.

    Parameters
    ----------
    names : tuple
        Names of the covariates.
    values : ndarray of float64, shape (n_rows, n_covariates)
    present : ndarray of bool, shape (n_rows,)
        Rows that were there; the others fill gaps.
    starts, lengths : ndarray of int64, shape (n_tables,)
    ids : pandas.Index or None
        Series of each table; None when one table serves all.
    categories : dict of name to tuple of str
        Labels of the columns of text.
    """

    names: tuple[object, ...]
    values: np.ndarray
    present: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    ids: pd.Index | None
    categories: dict[object, tuple[str, ...]]


def read_table(X: pd.Series | pd.DataFrame, panel: Panel) -> Table:
    """Read covariates in any layout.

    Parameters
    ----------
    X : Series or DataFrame
        The covariates.
    panel : Panel
        The series they belong to: names of the id and time columns, ids and time grid.

    Returns
    -------
    Table
        With the tables in the order of X.

    Raises
    ------
    InvalidFrameError
        The covariates break the contract.
    """
    if not isinstance(X, pd.Series | pd.DataFrame):
        raise InvalidFrameError(
            f"X has to be a pandas Series or DataFrame with the time index of y, got {type(X).__name__}; wrap it: "
            "pd.DataFrame(values, index=..., columns=[...])."
        )
    frame = X.to_frame("X" if X.name is None else X.name) if isinstance(X, pd.Series) else X
    if not len(frame) or not frame.shape[1]:
        raise InvalidFrameError(f"X is empty: it has {len(frame)} rows and {frame.shape[1]} columns; leave it out.")
    names = panel.layout
    if isinstance(frame.index, pd.MultiIndex):
        if frame.index.nlevels != 2:
            raise InvalidFrameError(f"The index of X has {frame.index.nlevels} levels; it needs two: (series, time).")
        id_col, time_col = cast(list[str], frame.index.names)
        return _stacked(frame, frame, replace(names, kind="multiindex", id_col=id_col, time_col=time_col), panel)
    if isinstance(frame.columns, pd.MultiIndex):
        return _per_series(frame, panel)
    if names.id_col is not None and names.id_col in frame.columns:
        check_key_columns(frame, {"id_col": names.id_col, "time_col": names.time_col})
        layout = replace(names, kind="long")
        columns = frame.drop(columns=[names.id_col, names.time_col])
        if not columns.shape[1]:
            raise InvalidFrameError("X is empty: beside id and time it has no columns; leave it out.")
        return _stacked(frame, columns, layout, panel)
    if names.kind in ("long", "multiindex") and names.time_col in frame.columns:
        raise InvalidFrameError(
            f"X has a time column {names.time_col!r} but no ids {names.id_col!r}; add them, or for covariates shared "
            f"by all series put the times into the index: X.set_index({names.time_col!r})."
        )
    values, present, start, categories = _on_grid(frame, panel)
    length = np.array([len(values)])
    return Table(_checked_names(frame.columns), values, present, np.array([start]), length, None, categories)


def refuse_target(table: Table, panel: Panel) -> None:
    """Refuse a column that has the name and the values of a series it should help to forecast.

    Parameters
    ----------
    table : Table
        Covariates as read.
    panel : Panel
        The series they belong to.

    Raises
    ------
    InvalidFrameError
        The target is among the covariates.
    """
    if table.ids is not None:
        return  # a long X with the target column is refused when it is read
    named = panel.ids if panel.layout.name is not None or panel.layout.kind != "series" else panel.ids[:0]
    for column, name in enumerate(table.names):
        if not (pd.api.types.is_hashable(name) and name in named) or name in table.categories:
            continue
        i = cast(int, named.get_loc(name))
        local = panel.starts[i] - table.starts[0] + np.arange(panel.lengths[i])
        inside = (local >= 0) & (local < table.lengths[0])
        target, values = panel.series(i)[inside], table.values[local[inside], column]
        known = ~np.isnan(target) & ~np.isnan(values)
        if known.any() and (target[known] == values[known]).all():
            raise InvalidFrameError(
                f"The target is among the covariates: column {name!r} of X holds the values of the series {name!r}; "
                f"drop it: X.drop(columns={name!r})."
            )


def _on_grid(frame: pd.DataFrame, panel: Panel) -> tuple[np.ndarray, np.ndarray, int, dict[Any, tuple[str, ...]]]:
    """Values (n_rows, n_columns) of a time-indexed frame on the grid, rows present, first position, and labels."""
    layout = Layout("wide")
    stamps = time_index(frame.index, layout, data="X")
    check_sorted(stamps, layout, data="X")
    positions = grid_positions(stamps, panel, data="X")
    values, categories = coded_values(frame)
    first, end = int(positions[0]), int(positions[-1]) + 1
    check_span((end - first) * values.shape[1], values.size, stamps, panel.calendar)
    present = np.zeros(end - first, dtype=bool)
    present[positions - first] = True
    grid = np.full((end - first, values.shape[1]), np.nan)
    grid[positions - first] = values
    return grid, present, first, categories


def _per_series(frame: pd.DataFrame, panel: Panel) -> Table:
    """Table of a frame with (series, covariate) columns."""
    columns = cast(pd.MultiIndex, frame.columns)
    if columns.nlevels != 2:
        raise InvalidFrameError(f"The columns of X have {columns.nlevels} levels; they need two: (series, covariate).")
    if not columns.is_unique:
        raise InvalidFrameError(
            f"X has duplicate columns: {shown(list(columns[columns.duplicated()]))}; keep one each."
        )
    ids, names = columns.unique(0), columns.unique(1)
    known_series(ids, panel, data="X")
    wanted = pd.MultiIndex.from_product([ids, names])
    which = columns.get_indexer(wanted)
    if (which < 0).any():
        raise InvalidFrameError(
            f"X lacks {count_of(int((which < 0).sum()), 'column')} (series, covariate): "
            f"{shown(list(wanted[which < 0]))}; every series of X needs the same covariates."
        )
    values, present, start, categories = _on_grid(frame, panel)
    values, labels = _common_labels(values, columns, categories)
    tables = values[:, which].reshape(len(values), len(ids), len(names)).transpose(1, 0, 2)
    return Table(
        names=tuple(names),
        values=tables.reshape(-1, len(names)),
        present=np.tile(present, len(ids)),
        starts=np.full(len(ids), start),
        lengths=np.full(len(ids), len(values)),
        ids=ids,
        categories=labels,
    )


def _common_labels(
    values: np.ndarray, columns: pd.MultiIndex, categories: dict[Any, tuple[str, ...]]
) -> tuple[np.ndarray, dict[Any, tuple[str, ...]]]:
    """Codes of (series, covariate) columns by the labels that a covariate has in all series, and these labels."""
    labels: dict[Any, tuple[str, ...]] = {}
    for (_, name), given in categories.items():
        labels = joined_labels(labels, {name: given})
    numbers = [
        column
        for j, column in enumerate(columns)
        if column[1] in labels and column not in categories and not np.isnan(values[:, j]).all()
    ]
    if numbers:
        raise InvalidFrameError(
            f"The covariate {numbers[0][1]!r} is text for some series and not for {numbers[0][0]!r}; give one kind."
        )
    wanted = {column: labels[column[1]] for column in categories}
    return recoded(values, tuple(columns), categories, wanted), labels


def _stacked(frame: pd.DataFrame, columns: pd.DataFrame, layout: Layout, panel: Panel) -> Table:
    """Table of a long or MultiIndex frame."""
    names = _checked_names(columns.columns)
    if layout.target_col in names and layout.kind == panel.layout.kind:
        raise InvalidFrameError(
            f"The target {layout.target_col!r} is among the covariates; drop it: X.drop(columns={layout.target_col!r})."
        )
    rows = read_rows(frame, layout, data="X")
    known_series(rows.ids, panel, data="X")
    positions = grid_positions(rows.stamps, panel, data="X")[rows.places]
    values, categories = coded_values(columns)
    values = rows.sorted(values)
    last = np.cumsum(np.bincount(rows.codes, minlength=len(rows.ids))) - 1
    starts = positions[np.concatenate([[0], last[:-1] + 1])]
    lengths = positions[last] + 1 - starts
    offsets = np.cumsum(lengths) - lengths
    check_span(int(lengths.sum()) * len(names), values.size, rows.stamps, panel.calendar)
    place = positions + (offsets - starts)[rows.codes]
    present = np.zeros(int(lengths.sum()), dtype=bool)
    present[place] = True
    grid = np.full((len(present), len(names)), np.nan)
    grid[place] = values
    return Table(names, grid, present, starts, lengths, rows.ids, categories)


def _checked_names(columns: pd.Index) -> tuple[object, ...]:
    """Names of the covariates, each one once."""
    if not columns.is_unique:
        raise InvalidFrameError(
            f"X has duplicate columns: {shown(list(columns[columns.duplicated()].unique()))}; keep one of each."
        )
    return tuple(columns)
