"""Covariates: the columns of X on the time grid of a panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, nearest
from .calendar import Calendar
from .covariate_errors import missing_rows_error, not_finite_error
from .covariate_tables import read_table, refuse_target
from .covariate_union import covariate_union
from .panel import Panel
from .wording import count_of, shown


@dataclass(frozen=True, eq=False)
class Covariates:
    """Covariates on a panel's time grid, one table for all series or one for each.

    Table ``i`` is ``values[offsets[i]:offsets[i + 1]]``, its first row at grid position ``starts[i]``.

    Parameters
    ----------
    names : tuple
        Names of the covariates.
    values : ndarray of float64, shape (n_rows, n_covariates)
        The tables one after the other.
    present : ndarray of bool, shape (n_rows,)
        Rows that X holds; False in its gaps.
    starts, lengths : ndarray of int64, shape (n_tables,)
        First grid position and number of rows of each table; a series that X lacks has length 0.
    ids : pandas.Index
        The panel's series.
    calendar : Calendar
        The panel's time grid.
    shared : bool
        One table serves all series; else there is one per series, in the order of `ids`.
    categories : mapping of name to tuple of str, default={}
        Labels, in sorted order, of the covariates that are text; their values are places among these.
    """

    names: tuple[object, ...]
    values: np.ndarray
    present: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    ids: pd.Index
    calendar: Calendar
    shared: bool
    categories: Mapping[object, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def offsets(self) -> np.ndarray:
        """Where each table begins in `values`, with the end appended."""
        return np.concatenate([[0], np.cumsum(self.lengths)])

    def rows(self, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return the covariates of a stretch of each series, one after the other.

        Parameters
        ----------
        starts, lengths : ndarray of int64, shape (n_series,)
            First grid position and number of rows wanted of each series of the panel.

        Returns
        -------
        ndarray of float64, shape (sum(lengths), n_covariates)

        Raises
        ------
        InvalidFrameError
            X lacks a row, or holds NaN or an infinity in one.

        Notes
        -----
        O(rows); a view when one series takes a stretch without gaps.
        """
        if len(starts) == 1:
            first = int(starts[0] - self.starts[0])
            end = first + int(lengths[0])
            if first >= 0 and end <= self.lengths[0]:  # rows that X lacks are NaN there
                wanted = self.values[first:end]
                if np.isfinite(wanted).all():
                    return wanted
        series = np.repeat(np.arange(len(starts)), lengths)
        before = np.cumsum(lengths) - lengths
        positions = np.arange(len(series)) + np.repeat(starts - before, lengths)
        table = np.zeros_like(series) if self.shared else series
        local = positions - self.starts[table]
        found = (local >= 0) & (local < self.lengths[table])
        place = np.where(found, local + self.offsets[table], 0)
        if len(self.present):
            found &= self.present[place]
        if not found.all():
            raise missing_rows_error(self, series[~found], positions[~found])
        wanted = self.values[place]
        if not np.isfinite(wanted).all():
            raise not_finite_error(self, wanted, series, positions)
        return wanted

    def for_panel(self, panel: Panel) -> Covariates:
        """Return the covariates of a panel on the same grid whose series are some of these.

        Parameters
        ----------
        panel : Panel
            For example cut from the original one, which may drop series. Series are matched by id.

        Returns
        -------
        Covariates
            The same object when nothing changes.

        Raises
        ------
        InvalidFrameError
            The panel lies on another grid.
        """
        shift = 0
        if panel.calendar != self.calendar:
            if panel.calendar.freqstr != self.calendar.freqstr:
                raise InvalidFrameError(
                    f"The covariates have frequency {self.calendar.freqstr!r}, the series {panel.calendar.freqstr!r}; "
                    "bring X to the frequency of y."
                )
            shift = int(panel.calendar.positions(pd.Index([self.calendar.origin]))[0])
        same_ids = panel.ids is self.ids or (len(panel.ids) == len(self.ids) and bool((panel.ids == self.ids).all()))
        if same_ids and panel.calendar == self.calendar:
            return self
        moved = replace(self, starts=self.starts + shift, calendar=panel.calendar, ids=panel.ids)
        return moved if self.shared or same_ids else _matched(moved, self.ids)

    def select(self, names: tuple[object, ...]) -> Covariates:
        """Return the named covariates in that order, such as those a model was fitted with.

        Parameters
        ----------
        names : tuple
            All of them have to be there, and no other.

        Returns
        -------
        Covariates

        Raises
        ------
        InvalidFrameError
            A covariate is missing or unknown; the nearest name is given.
        """
        chosen = self.columns(names)
        unknown = [name for name in self.names if name not in names]
        if unknown:
            raise InvalidFrameError(
                f"X has {count_of(len(unknown), 'covariate')} that the fit did not have: {shown(unknown)}; "
                f"{nearest(unknown[0], names)}"
            )
        return chosen

    def columns(self, names: tuple[object, ...]) -> Covariates:
        """Return some of the covariates, in that order; rows that lack others are then no matter.

        Parameters
        ----------
        names : tuple
            The covariates to keep.

        Returns
        -------
        Covariates

        Raises
        ------
        InvalidFrameError
            There is no such covariate; the nearest name is given.
        """
        if names == self.names:
            return self
        missing = [name for name in names if name not in self.names]
        if missing:
            raise InvalidFrameError(
                f"X lacks {count_of(len(missing), 'covariate')} of the fit: {shown(missing)}; it has "
                f"{nearest(missing[0], self.names).removeprefix('allowed: ')}"
            )
        return replace(
            self,
            names=names,
            values=self.values[:, [self.names.index(name) for name in names]],
            categories={name: labels for name, labels in self.categories.items() if name in names},
        )

    def joined(self, later: Covariates) -> Covariates:
        """Return the rows of both, such as those of the fit and those that came with new observations.

        Parameters
        ----------
        later : Covariates
            The same covariates, in any order, of the same series; its rows count where both have one.

        Returns
        -------
        Covariates
            As `forecastkit.frames.covariate_union.covariate_union`.
        """
        return covariate_union(self, later)


def as_covariates(
    X: pd.Series | pd.DataFrame | Covariates, panel: Panel, *, names: tuple[object, ...] | None = None
) -> Covariates:
    """Check covariates and place them on the time grid of a panel.

    Parameters
    ----------
    X : Series, DataFrame or Covariates
        Columns on a time index, shared by all series; ``(series, covariate)`` MultiIndex columns on a time index; a
        long frame with the panel's id and time columns; or a frame with a (series, time) MultiIndex. Rows beyond the
        panel, before or after, are welcome.
    panel : Panel
        The series they belong to.
    names : tuple, default=None
        Covariates to expect, in this order; None takes those of X.

    Returns
    -------
    Covariates

    Raises
    ------
    InvalidFrameError
        X holds neither numbers nor text, or the target, duplicate or unknown names, or stamps off the panel's grid.

    Notes
    -----
    Booleans become 0 and 1, text becomes codes of categories. NaN is an error only in rows that are used, see
    `Covariates.rows`.

    Examples
    --------
    >>> from forecastkit.frames import as_panel
    >>> index = pd.date_range("2024-01-01", periods=4, freq="D")
    >>> X = pd.DataFrame({"temperature": [3, 5, 4, 6]}, index=index)
    >>> covariates = as_covariates(X, as_panel(pd.Series([1.0, 2.0, 4.0], index=index[:3])))
    >>> covariates.rows(np.array([2]), np.array([2]))
    array([[4.],
           [6.]])
    """
    if isinstance(X, Covariates):
        covariates = X.for_panel(panel)
    else:
        table = read_table(X, panel)
        refuse_target(table, panel)
        covariates = Covariates(
            names=table.names,
            values=table.values,
            present=table.present,
            starts=table.starts,
            lengths=table.lengths,
            ids=panel.ids,
            calendar=panel.calendar,
            shared=table.ids is None,
            categories=table.categories,
        )
        if table.ids is not None:
            covariates = _matched(covariates, table.ids)
    return covariates if names is None else covariates.select(names)


def _matched(covariates: Covariates, ids: pd.Index) -> Covariates:
    """Put tables that belong to ``ids`` into the order of the covariates' own series."""
    which = ids.astype(object).get_indexer(covariates.ids.astype(object))
    if len(which) == len(ids) and (which == np.arange(len(ids))).all():
        return covariates
    lengths = np.where(which >= 0, covariates.lengths[which], 0)
    offsets = np.cumsum(lengths) - lengths
    rows = np.arange(int(lengths.sum())) + np.repeat(covariates.offsets[which] - offsets, lengths)
    return replace(
        covariates,
        values=covariates.values[rows],
        present=covariates.present[rows],
        starts=covariates.starts[which],
        lengths=lengths,
    )
