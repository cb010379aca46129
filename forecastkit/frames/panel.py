"""The Panel: what the rest of the package sees of a Series or DataFrame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from .calendar import Calendar

LayoutKind = Literal["series", "wide", "long", "multiindex"]


@dataclass(frozen=True, eq=False)
class Layout:
    """How the data came in, so that results go back the same way.

    Parameters
    ----------
    kind : {"series", "wide", "long", "multiindex"}
        Layout of the input.
    id_col, time_col, target_col : str, default="unique_id", "ds", "y"
        Column or level names of a long or MultiIndex frame.
    name : object, default=None
        Name of a Series (also of a MultiIndex Series, which `is_series` tells apart from a frame).
    is_series : bool, default=False
        A MultiIndex input was a Series, not a frame.
    columns_name : object, default=None
        ``columns.name`` of a wide frame.
    index : pandas.Index, default=None
        Row labels of the input, for results that are aligned with its rows; None for a panel cut from another.
    rows : ndarray of int64, default=None
        For every input row of a long or MultiIndex frame its place in ``Panel.values``, -1 where it was trimmed.
    trimmed : tuple of two ndarray of int64, default=None
        Series number and grid position of the rows marked -1, in row order; None when there are none.
    """

    kind: LayoutKind
    id_col: str = "unique_id"
    time_col: str = "ds"
    target_col: str = "y"
    name: object = None
    is_series: bool = False
    columns_name: object = None
    index: pd.Index | None = None
    rows: np.ndarray | None = None
    trimmed: tuple[np.ndarray, np.ndarray] | None = None


@dataclass(frozen=True, eq=False)
class Panel:
    """Many series on one time grid, stored end to end.

    Series ``i`` is ``values[offsets[i]:offsets[i + 1]]``; its first value lies at position ``starts[i]`` of the
    `calendar`. Series may start and end at different times; a missing value inside one is NaN.

    Parameters
    ----------
    values : ndarray of float64, shape (n_values,)
        The series one after the other, in the data's own unit; NaN where nothing was observed.
    starts : ndarray of int64, shape (n_series,)
        Grid position of each series' first value.
    lengths : ndarray of int64, shape (n_series,)
        Number of grid positions each series spans, gaps included.
    ids : pandas.Index, length n_series
        Names of the series, in order of first appearance and in the caller's dtype.
    calendar : Calendar
        The time grid.
    layout : Layout
        How results go back.
    """

    values: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    ids: pd.Index
    calendar: Calendar
    layout: Layout

    @property
    def n_series(self) -> int:
        """Number of series."""
        return len(self.lengths)

    @cached_property
    def offsets(self) -> np.ndarray:
        """Where each series begins in `values`, with the end appended; shape (n_series + 1,)."""
        return np.concatenate([[0], np.cumsum(self.lengths)])

    @property
    def ends(self) -> np.ndarray:
        """Grid position one past each series' last value, where its future begins; shape (n_series,)."""
        return self.starts + self.lengths

    @cached_property
    def observed(self) -> np.ndarray:
        """Mask of `values`: True where a value was observed."""
        return ~np.isnan(self.values)

    @cached_property
    def n_missing(self) -> np.ndarray:
        """Number of missing values of every series; shape (n_series,)."""
        if self.observed.all():
            return np.zeros(self.n_series, dtype=int)
        return np.bincount(self.series_index[~self.observed], minlength=self.n_series)

    @cached_property
    def positions(self) -> np.ndarray:
        """Grid position of every entry of `values`; shape (n_values,)."""
        return np.arange(len(self.values)) + np.repeat(self.starts - self.offsets[:-1], self.lengths)

    @cached_property
    def series_index(self) -> np.ndarray:
        """Series number of every entry of `values`; shape (n_values,)."""
        return np.repeat(np.arange(self.n_series), self.lengths)

    def series(self, i: int) -> np.ndarray:
        """Values of series ``i``, a view; shape (lengths[i],)."""
        return self.values[self.offsets[i] : self.offsets[i + 1]]

    def between(self, first: int | np.ndarray | None, end: int | np.ndarray) -> Panel:
        """Keep grid positions ``first <= position < end``; a series left with no observed value is dropped.

        Parameters
        ----------
        first : int, ndarray of shape (n_series,) or None
            First position kept, for all series or for each; None keeps every start.
        end : int or ndarray of shape (n_series,)
            One past the last position kept.

        Returns
        -------
        Panel
            Without row labels, since its rows are no longer the caller's. Leading missing values are trimmed.
        """
        low = self.starts if first is None else np.maximum(self.starts, first)
        high = np.minimum(self.ends, end)
        if self.n_series == 1:  # the hot path of a backtest: a view, no index arithmetic
            values = self.values[int(low[0] - self.starts[0]) : max(int(high[0] - self.starts[0]), 0)]
            return self._trimmed(values, low, np.array([len(values)]), np.arange(1))
        keep = (self.positions >= np.repeat(low, self.lengths)) & (self.positions < np.repeat(high, self.lengths))
        return self._trimmed(self.values[keep], low, np.maximum(high - low, 0), np.arange(self.n_series))

    def whole(self) -> Panel:
        """Let every series span the grid from the first start to the last end, NaN where it has no value."""
        first, end = int(self.starts.min()), int(self.ends.max())
        if (self.lengths == end - first).all():
            return self
        places = self.positions - first + self.series_index * (end - first)
        values = np.full(self.n_series * (end - first), np.nan)
        values[places] = self.values
        layout = self.layout
        if layout.rows is not None:
            rows = np.where(layout.rows >= 0, places[layout.rows], -1)
            if layout.trimmed is not None:
                rows[rows < 0] = layout.trimmed[0] * (end - first) + layout.trimmed[1] - first
            inside = layout.trimmed is None or bool((layout.trimmed[1] >= first).all())
            layout = replace(layout, rows=rows, trimmed=None) if inside else replace(layout, index=None, rows=None)
        return replace(
            self,
            values=values,
            starts=np.full(self.n_series, first),
            lengths=np.full(self.n_series, end - first),
            layout=layout,
        )

    def select(self, index: np.ndarray) -> Panel:
        """Keep the series numbered in ``index``, in that order."""
        values = [self.series(int(i)) for i in index]
        return replace(
            self,
            values=np.concatenate(values) if values else np.empty(0),
            starts=self.starts[index],
            lengths=self.lengths[index],
            ids=self.ids[index],
            layout=replace(self.layout, index=None, rows=None, trimmed=None),
        )

    def padded(self, length: int | None = None, index: np.ndarray | None = None) -> np.ndarray:
        """Right-align series in a matrix, NaN before a shorter one's start.

        Parameters
        ----------
        length : int, default=None
            Number of columns, the last values of each series; None for the longest one's length.
        index : ndarray of int, default=None
            Which series; None for all.

        Returns
        -------
        ndarray of float64, shape (n_selected, length)
            Read-only where it is a view: one series, or all of the same length.
        """
        view = self._rectangle(length, index)
        if view is not None:
            return view
        places, inside = self.padded_places(length, index)
        return np.where(inside, self.values[np.where(inside, places, 0)], np.nan)

    def _rectangle(self, length: int | None, index: np.ndarray | None) -> np.ndarray | None:
        """Matrix of series that need no padding, without a copy; None where there has to be one."""
        index = np.arange(self.n_series) if index is None else index
        n = self.lengths[index]
        length = int(n.max(initial=0)) if length is None else length
        if len(index) == 1 and length <= n[0]:
            view = self.series(int(index[0]))[None, n[0] - length :]
        elif len(index) == self.n_series and (index == np.arange(len(index))).all() and (n == length).all():
            view = self.values.reshape(len(index), length)
        else:
            return None
        view = view.view()
        view.setflags(write=False)
        return view

    def padded_places(self, length: int | None, index: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Place in `values` of every entry of `padded`, and which entries have one."""
        index = np.arange(self.n_series) if index is None else index
        length = int(self.lengths[index].max(initial=0)) if length is None else length
        places = np.arange(length) - length + self.offsets[index + 1, None]
        return places, places >= self.offsets[index, None]

    def batches(self, max_size: int = 4_000_000) -> Iterator[np.ndarray]:
        """Numbers of series of similar length, in parts whose padded matrix has at most ``max_size`` entries."""
        by_length = np.argsort(self.lengths, kind="stable")
        first = 0
        while first < self.n_series:
            sizes = self.lengths[by_length[first:]] * np.arange(1, self.n_series - first + 1)
            last = first + max(int(np.searchsorted(sizes, max_size, side="right")), 1)
            yield by_length[first:last]
            first = last

    def _trimmed(self, values: np.ndarray, starts: np.ndarray, lengths: np.ndarray, index: np.ndarray) -> Panel:
        """Drop leading missing values and series without an observed one."""
        observed = ~np.isnan(values)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        count = np.concatenate([[0], np.cumsum(observed)])
        keep = count[offsets[1:]] > count[offsets[:-1]]
        first = np.searchsorted(count, count[offsets[:-1]] + 1) - 1  # place of each series' first observed value
        lead = np.where(keep, first - offsets[:-1], lengths)
        if lead.any():
            place = np.arange(len(values)) - np.repeat(offsets[:-1] + lead, lengths)
            values = values[place >= 0]
        index = index[keep]
        return Panel(
            values=values,
            starts=(starts + lead)[keep],
            lengths=(lengths - lead)[keep],
            ids=self.ids if len(index) == self.n_series else self.ids[index],
            calendar=self.calendar,
            layout=replace(self.layout, index=None, rows=None, trimmed=None),
        )
