"""Arrays along the history back in the rows of the data they belong to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd

from .forecast_frames import on_multiindex, wide_columns
from .panel import Panel


def with_every_stamp(panel: Panel) -> Panel:
    """Let results come back with the stamps that the data lacks as rows of their own.

    Parameters
    ----------
    panel : Panel
        The history.

    Returns
    -------
    Panel
        The same where the data has a row for every stamp; else without row labels, in grid order.

    Examples
    --------
    >>> from forecastkit.frames import as_panel
    >>> y = pd.Series([1.0, 2.0, 4.0], index=pd.PeriodIndex(["2020", "2021", "2023"], freq="Y"))
    >>> import warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     panel = as_panel(y)
    >>> len(history_frame(panel, panel.values)), len(history_frame(with_every_stamp(panel), panel.values))
    (3, 4)
    """
    layout = panel.layout
    if layout.rows is not None:
        whole = np.count_nonzero(layout.rows >= 0) == len(panel.values)
    else:
        whole = (
            layout.index is None
            or len(layout.index) >= panel.ends.max() - panel.calendar.positions(layout.index[:1])[0]
        )
    return panel if whole else replace(panel, layout=replace(layout, index=None, rows=None, trimmed=None))


def history_frame(panel: Panel, values: np.ndarray, name: str | None = None) -> pd.Series | pd.DataFrame:
    """Put values along the history, such as fitted values, into the rows of the data.

    Parameters
    ----------
    panel : Panel
        The history.
    values : ndarray of float64, shape (n_values,)
        Aligned with ``panel.values``; the result may share memory with them.
    name : str, default=None
        Name of the values (of the Series, or of the column of a long frame); None keeps the target's.

    Returns
    -------
    Series or DataFrame
        In the row order and with the row labels of the input; NaN in rows before a series' first observed value. For
        a panel cut from another or continued, in grid order.
    """
    layout = panel.layout
    if layout.kind in ("series", "wide"):
        dense = _dense_rows(panel)
        table = dense.filled(values)
        if layout.kind == "series":
            return pd.Series(table[:, 0], index=dense.index, name=layout.name if name is None else name)  # type: ignore[arg-type]
        return pd.DataFrame(table, index=dense.index, columns=wide_columns(panel), copy=False)
    rows = _stacked_rows(panel)
    column = rows.filled(values)
    target = layout.target_col if name is None else name
    if layout.kind == "long":
        return pd.DataFrame({layout.id_col: rows.ids, layout.time_col: rows.stamps, target: column}).set_axis(
            rows.labels, axis=0
        )
    return on_multiindex(panel, rows.labels, {target: column}, as_frame=False, name=name)


def history_columns_frame(panel: Panel, columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """Put several values for each row of the history, such as the ends of intervals, into the rows of the data.

    Parameters
    ----------
    panel : Panel
        The history.
    columns : dict of str to ndarray of float64, shape (n_values,)
        Values by column name, each aligned with ``panel.values``.

    Returns
    -------
    DataFrame
        With these columns for a Series; for a wide frame with (series, column) MultiIndex columns; for a long frame
        after id and time; for a MultiIndex frame on its index. Rows as in `history_frame`.

    Examples
    --------
    >>> from forecastkit.frames import as_panel
    >>> y = pd.Series([1.0, 2.0], index=pd.period_range("2024", periods=2, freq="Y"), name="sales")
    >>> history_columns_frame(as_panel(y), {"low": np.array([0.0, 1.0]), "high": np.array([2.0, 3.0])})
          low  high
    2024  0.0   2.0
    2025  1.0   3.0
    """
    layout = panel.layout
    if layout.kind in ("series", "wide"):
        dense = _dense_rows(panel)
        tables = [dense.filled(values) for values in columns.values()]
        if layout.kind == "series":
            return pd.DataFrame(
                {name: table[:, 0] for name, table in zip(columns, tables, strict=True)}, index=dense.index
            )
        names = pd.MultiIndex.from_product([wide_columns(panel), list(columns)], names=[layout.columns_name, None])
        return pd.DataFrame(np.stack(tables, axis=2).reshape(len(dense.index), -1), index=dense.index, columns=names)
    rows = _stacked_rows(panel)
    filled = {name: rows.filled(values) for name, values in columns.items()}
    if layout.kind == "long":
        frame = pd.DataFrame({layout.id_col: rows.ids, layout.time_col: rows.stamps, **filled})
        return frame.set_axis(rows.labels, axis=0)
    return cast(pd.DataFrame, on_multiindex(panel, rows.labels, filled, as_frame=True))


def history_sample_frame(panel: Panel, samples: np.ndarray) -> pd.Series | pd.DataFrame:
    """Put joint samples along the history, such as draws of the gaps, into the layout of the data.

    Parameters
    ----------
    panel : Panel
        The history.
    samples : ndarray of float64, shape (n_samples, n_values)
        Each one aligned with ``panel.values``.

    Returns
    -------
    Series or DataFrame
        For a Series a Series on a (sample, time) index; for a wide frame a frame on a (sample, time) index; for a
        long frame a ``sample`` column after the time, a row's label repeated for its samples; for a MultiIndex frame
        an index (series, time, sample). Rows as in `history_frame`.

    Examples
    --------
    >>> from forecastkit.frames import as_panel
    >>> y = pd.Series([1.0, 2.0], index=pd.period_range("2024", periods=2, freq="Y"), name="sales")
    >>> history_sample_frame(as_panel(y), np.array([[1.0, 2.0], [3.0, 4.0]])).loc[1].tolist()
    [3.0, 4.0]
    """
    layout, n_samples = panel.layout, len(samples)
    if layout.kind in ("series", "wide"):
        dense = _dense_rows(panel)
        table = dense.filled(samples.T).transpose(2, 0, 1).reshape(-1, panel.n_series)
        index = pd.MultiIndex.from_product(
            [pd.RangeIndex(n_samples), dense.index], names=["sample", panel.calendar.name]
        )
        if layout.kind == "series":
            return pd.Series(table[:, 0], index=index, name=layout.name)  # type: ignore[arg-type]
        return pd.DataFrame(table, index=index, columns=wide_columns(panel))
    rows = _stacked_rows(panel)
    values = rows.filled(samples.T).reshape(-1)
    ids, stamps = rows.ids.repeat(n_samples), rows.stamps.repeat(n_samples)
    sample = np.tile(np.arange(n_samples), len(rows.labels))
    if layout.kind == "long":
        frame = pd.DataFrame({layout.id_col: ids, layout.time_col: stamps, "sample": sample, layout.target_col: values})
        return frame if layout.index is None else frame.set_axis(rows.labels.repeat(n_samples), axis=0)
    index = pd.MultiIndex.from_arrays([ids, stamps, sample], names=[layout.id_col, layout.time_col, "sample"])
    return on_multiindex(panel, index, {layout.target_col: values}, as_frame=False)


def long_frame(panel: Panel) -> pd.DataFrame:
    """Return the observed history as a long frame, whatever the layout.

    Parameters
    ----------
    panel : Panel
        The history; a Series without a name has the id ``"y"``.

    Returns
    -------
    DataFrame
        Columns ``unique_id``, ``ds``, ``y``; rows without an observation are left out.
    """
    kept = np.flatnonzero(panel.observed)
    return pd.DataFrame(
        {
            "unique_id": panel.ids.take(panel.series_index[kept]),
            "ds": panel.calendar.stamps(panel.positions[kept]),
            "y": panel.values[kept],
        }
    )


@dataclass(frozen=True)
class _DenseRows:
    """The rows of a Series or wide frame.

    Parameters
    ----------
    index : pandas.Index, length n_rows
        Their stamps.
    row : ndarray of int64, shape (n_values,), or None
        The row of each entry of ``Panel.values``, -1 for the filling of a gap; None where every series has a value
        in every row, in order.
    series : ndarray of int64, shape (n_values,), or None
        Its column.
    n_series : int
    """

    index: pd.Index
    row: np.ndarray | None
    series: np.ndarray | None
    n_series: int

    def filled(self, values: np.ndarray) -> np.ndarray:
        """Table (n_rows, n_series, ...) of values (n_values, ...)."""
        if self.row is None or self.series is None:
            return values.reshape(self.n_series, len(self.index), *values.shape[1:]).swapaxes(0, 1)
        table = np.full((len(self.index), self.n_series, *values.shape[1:]), np.nan)
        inside = self.row >= 0
        table[self.row[inside], self.series[inside]] = values[inside]
        return table


@dataclass(frozen=True)
class _StackedRows:
    """The rows of a long or MultiIndex frame.

    Parameters
    ----------
    ids, stamps, labels : pandas.Index, length n_rows
        Series, time and label of each row.
    place : ndarray of int64, shape (n_rows,), or None
        Its place in ``Panel.values``, -1 before a series' first observed value; None for one row each, in order.
    """

    ids: pd.Index
    stamps: pd.Index
    labels: pd.Index
    place: np.ndarray | None

    def filled(self, values: np.ndarray) -> np.ndarray:
        """Values (n_values, ...) by row (n_rows, ...)."""
        if self.place is None:
            return values
        column = values[self.place]
        column[self.place < 0] = np.nan
        return column


def _dense_rows(panel: Panel) -> _DenseRows:
    """Rows of a Series or wide frame; every stamp of the grid where the caller's rows are not known."""
    index, first, end = panel.layout.index, int(panel.starts.min()), int(panel.ends.max())
    if index is None:
        positions = np.arange(first, end)
        index = panel.calendar.stamps(positions)
    else:
        positions = panel.calendar.place(index)[0]
    if len(index) == end - first and (panel.lengths == end - first).all():  # nothing of the size of the values
        return _DenseRows(index, None, None, panel.n_series)
    low = int(positions[0])
    row_of = np.full(int(positions[-1]) - low + 1, -1)
    row_of[positions - low] = np.arange(len(positions))
    return _DenseRows(index, row_of[panel.positions - low], panel.series_index, panel.n_series)


def _stacked_rows(panel: Panel) -> _StackedRows:
    """Rows of a long or MultiIndex frame; every value in order where the caller's rows are not known."""
    layout, place = panel.layout, panel.layout.rows
    series, positions = panel.series_index, panel.positions
    if place is not None:
        series, positions = series[place], positions[place]
        if layout.trimmed is not None:
            series[place < 0], positions[place < 0] = layout.trimmed
    ids, stamps, labels = panel.ids.take(series), panel.calendar.stamps(positions), layout.index
    if labels is None:
        both = [layout.id_col, layout.time_col]
        multi = layout.kind == "multiindex"
        labels = pd.MultiIndex.from_arrays([ids, stamps], names=both) if multi else pd.RangeIndex(len(ids))
    return _StackedRows(ids, stamps, labels, place)
