"""The keys of the rows of a long or MultiIndex frame, sorted by series and time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .inference import Steps
from .panel import Layout
from .stamp_checks import duplicate_error, time_index
from .value_checks import check_ids
from .wording import count_of, word


@dataclass(frozen=True)
class Rows:
    """The keys of the rows of a long or MultiIndex frame, sorted by series and time.

    Parameters
    ----------
    ids : pandas.Index, length n_series
        The series, in order of first appearance.
    stamps : pandas.Index
        Sorted unique stamps.
    order : ndarray of int64, shape (n_rows,), or None
        Row numbers by series, then time; None when the rows lie in that order already.
    codes : ndarray of int64, shape (n_rows,)
        Series number of each sorted row.
    places : ndarray of int64, shape (n_rows,)
        Place in `stamps` of each sorted row.
    """

    ids: pd.Index
    stamps: pd.Index
    order: np.ndarray | None
    codes: np.ndarray
    places: np.ndarray

    @cached_property
    def steps(self) -> Steps:
        """Neighbouring stamps within series."""
        same = self.codes[1:] == self.codes[:-1]
        return Steps(self.places[:-1][same], self.places[1:][same])

    def sorted(self, values: np.ndarray) -> np.ndarray:
        """Values by input row (first axis), sorted like the keys."""
        return values if self.order is None else values[self.order]

    def in_rows(self, values: np.ndarray) -> np.ndarray:
        """Values by sorted row, back in the order of the input."""
        if self.order is None:
            return values
        result = np.empty_like(values)
        result[self.order] = values
        return result


def read_rows(y: pd.Series | pd.DataFrame, layout: Layout, *, data: str = "y") -> Rows:
    """Read, check and sort the keys of a long or MultiIndex frame.

    Parameters
    ----------
    y : Series or DataFrame
        The data.
    layout : Layout
        Its layout.
    data : str, default="y"
        What the caller calls the data.

    Returns
    -------
    Rows

    Raises
    ------
    InvalidFrameError
        Missing ids or times, ids of mixed types, times that are no time index, or duplicate (series, stamp) rows.

    Notes
    -----
    O(n log n) for shuffled rows, O(n) for sorted ones; no loop over series.
    """
    if layout.kind == "multiindex":
        index = cast(pd.MultiIndex, y.index)
        ids, times = index.get_level_values(0), index.get_level_values(1)
    else:
        frame = cast(pd.DataFrame, y)
        ids, times = frame[layout.id_col], pd.Index(frame[layout.time_col])
    codes, unique_ids = pd.factorize(ids)
    unique_ids = pd.Index(unique_ids, name=layout.id_col)
    if codes.min() < 0:
        rows = np.flatnonzero(codes < 0)
        raise InvalidFrameError(
            f"A series id in {layout.id_col!r} is missing in {count_of(len(rows), 'row')}, the first at row {rows[0]}; "
            f"drop them: {data}.dropna(subset=[{layout.id_col!r}])."
        )
    check_ids(unique_ids)
    times = time_index(times, layout, data=data)
    places, stamps = times.factorize(sort=True)
    stamps = pd.Index(stamps, name=layout.time_col)
    key = codes.astype(np.int64) * len(stamps) + places
    order = None
    if (key[1:] <= key[:-1]).any():
        order = np.argsort(key)
        key = key[order]
    sorted_codes, sorted_places = (codes, places) if order is None else (codes[order], places[order])
    same = np.flatnonzero(key[1:] == key[:-1])
    if len(same):
        named = [f"{word(stamps[sorted_places[i]])} (series {word(unique_ids[sorted_codes[i]])})" for i in same[:3]]
        raise duplicate_error(named, len(same), stamps[np.unique(sorted_places[same])], layout, data=data)
    return Rows(unique_ids, stamps, order, sorted_codes, sorted_places)
