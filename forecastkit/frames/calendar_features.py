"""Features of time stamps: hours, weekdays and months as categories, the day and the year as waves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from ..errors import InvalidParameterError, nearest
from .calendar import Calendar
from .frequency import counted

_HARMONICS = 3
_CODES: dict[str, tuple[int, Callable[[pd.DatetimeIndex], pd.Index]]] = {  # number of categories, and which one
    "minute": (60, lambda stamps: stamps.minute),
    "hour": (24, lambda stamps: stamps.hour),
    "weekday": (7, lambda stamps: stamps.day_of_week),
    "day": (31, lambda stamps: stamps.day - 1),
    "month": (12, lambda stamps: stamps.month - 1),
    "quarter": (4, lambda stamps: stamps.quarter - 1),
}
_WAVES = ("time_of_day", "day_of_year")
CALENDAR_NAMES = (*_CODES, *_WAVES)
_UNITS = ("minute", "hour", "day", "week", "month", "quarter", "year")
_SHORTER_THAN = {  # a step as long as this leaves a feature as it is, or as another one tells better
    "minute": "hour",
    "hour": "day",
    "time_of_day": "day",
    "weekday": "week",
    "day": "month",
    "day_of_year": "year",
    "month": "year",
    "quarter": "year",
}
_WEEK = {"day": 7, "business day": 5}


@dataclass(frozen=True, eq=False)
class CalendarFeatures:
    """Features of time stamps, one row for each.

    Parameters
    ----------
    names : tuple of str, length n_numeric + n_codes
        Names of the columns, those of `numeric` first, such as ``"time_of_day-sin-1"``.
    numeric : ndarray of float64, shape (n, n_numeric)
        Sines and cosines.
    codes : ndarray of int64, shape (n, n_codes)
        Categories, counted from 0.
    cardinalities : tuple of int, length n_codes
        Number of categories of each column of codes.
    """

    names: tuple[str, ...]
    numeric: np.ndarray
    codes: np.ndarray
    cardinalities: tuple[int, ...]


def check_calendar_names(names: Sequence[str]) -> None:
    """Raise InvalidParameterError unless all are names of features, each given once.

    Parameters
    ----------
    names : sequence of str
        What to check, without a look at the time index.

    Returns
    -------
    None

    Raises
    ------
    InvalidParameterError
        This is no sequence, a name is unknown (the nearest is given), or there twice.

    Examples
    --------
    >>> check_calendar_names(["hours"])
    Traceback (most recent call last):
        ...
    forecastkit.errors.InvalidParameterError: 'calendar' has no feature 'hours'; allowed: 'minute', 'hour', 'weekday', \
'day', 'month', 'quarter', 'time_of_day', 'day_of_year'; did you mean 'hour'?
    """
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise InvalidParameterError(
            f"'calendar' must be a sequence of names, such as ('hour', 'weekday'), got {names!r}"
        )
    for name in names:
        if name not in CALENDAR_NAMES:
            raise InvalidParameterError(f"'calendar' has no feature {name!r}; {nearest(name, CALENDAR_NAMES)}")
    if len(set(names)) < len(names):
        raise InvalidParameterError(f"'calendar' names a feature twice: {list(names)}")


def calendar_features(calendar: Calendar, positions: np.ndarray, names: Sequence[str]) -> CalendarFeatures:
    """Compute features of the stamps at grid positions, in the local time of the calendar.

    Parameters
    ----------
    calendar : Calendar
        Of dates or periods; a period counts as its start.
    positions : ndarray of int64, shape (n,)
        Grid positions, in any order.
    names : sequence of str
        ``"minute"``, ``"hour"``, ``"weekday"``, ``"day"``, ``"month"``, ``"quarter"`` are categories;
        ``"time_of_day"`` and ``"day_of_year"`` are sin 2πku and cos 2πku for k = 1, 2, 3, with u the share of the day
        or of the year that is over on the clock and in the calendar, leap years of 366 days.

    Returns
    -------
    CalendarFeatures

    Raises
    ------
    InvalidParameterError
        A name is unknown, the index holds integers, or its steps are too long for a feature.

    Notes
    -----
    O(n); features are computed once for each of the positions that many series share.

    Examples
    --------
    >>> index = pd.date_range("2024-02-29 22:00", periods=3, freq="h")
    >>> calendar = Calendar("datetime", index.freq, index[0], index.dtype)
    >>> features = calendar_features(calendar, np.arange(3), ["hour", "month"])
    >>> features.codes.tolist(), features.cardinalities
    ([[22, 1], [23, 1], [0, 2]], (24, 12))
    """
    check_calendar_names(names)
    positions = np.asarray(positions, dtype=np.int64)
    waves, codes = ([name for name in names if name in kind] for kind in (_WAVES, _CODES))
    numeric, coded = np.empty((len(positions), 0)), np.empty((len(positions), 0), dtype=np.int64)
    if names:
        _check_frequency(calendar, names)
        distinct, place = _distinct(positions)
        index = calendar.stamps(distinct)
        stamps = index.to_timestamp(how="start") if isinstance(index, pd.PeriodIndex) else cast(pd.DatetimeIndex, index)
        if waves:
            numeric = np.concatenate([_turns(stamps, name) for name in waves], axis=1).take(place, axis=0)
        if codes:
            coded = np.stack([np.asarray(_CODES[name][1](stamps), dtype=np.int64) for name in codes], axis=1)
            coded = coded.take(place, axis=0)
    turns = [f"{name}-{wave}-{k}" for name in waves for wave in ("sin", "cos") for k in range(1, _HARMONICS + 1)]
    return CalendarFeatures((*turns, *codes), numeric, coded, tuple(_CODES[name][0] for name in codes))


def _check_frequency(calendar: Calendar, names: Sequence[str]) -> None:
    """Refuse features that the time index does not have."""
    if calendar.kind == "integer":
        raise InvalidParameterError(
            f"calendar={list(names)} needs dates or periods, and the time index holds integers: set calendar=(), or "
            "give y a DatetimeIndex"
        )
    unit, count = counted(cast(pd.offsets.BaseOffset, calendar.freq))
    unit = "week" if count % _WEEK.get(unit, count + 1) == 0 else unit.removeprefix("business ")
    length = _UNITS.index(unit) if unit in _UNITS else -1  # of the step; seconds and below are shorter than all
    for name in names:
        if length >= _UNITS.index(_SHORTER_THAN[name]):
            raise InvalidParameterError(
                f"calendar has {name!r}, which needs steps below one {_SHORTER_THAN[name]}, and the time index is "
                f"{calendar.label}: leave it out"
            )


def _distinct(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions that cover all of some, and the place of each among them."""
    if not len(positions):
        return positions, positions
    low, high = int(positions.min()), int(positions.max())
    if high - low < 2 * len(positions):
        return np.arange(low, high + 1), positions - low
    return np.unique(positions, return_inverse=True)


def _turns(stamps: pd.DatetimeIndex, name: str) -> np.ndarray:
    """Sines and cosines of the share of the day or year that is over, shape (n, 2 n_harmonics)."""
    seconds = (stamps.hour * 60 + stamps.minute) * 60 + stamps.second
    day = (np.asarray(seconds, dtype=float) + np.asarray(stamps.microsecond) / 1e6) / 86_400
    if name == "time_of_day":
        share = day
    else:
        share = (np.asarray(stamps.day_of_year, dtype=float) - 1 + day) / np.where(stamps.is_leap_year, 366, 365)
    angle = 2 * np.pi * share[:, None] * np.arange(1, _HARMONICS + 1)
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1)
