"""Checks of the time index: stamps that are times, sorted and there once."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .calendar import Calendar
from .panel import Layout
from .wording import count_of, listed, shown, word

_MAX_EMPTY_GRID = 10_000_000


def time_index(times: pd.Index, layout: Layout, *, data: str = "y") -> pd.Index:
    """Return the times as DatetimeIndex, PeriodIndex or integer index, refusing anything else.

    Parameters
    ----------
    times : pandas.Index
        The index of a Series or wide frame, the time column or level of another.
    layout : Layout
        Layout of the data, for the wording.
    data : str, default="y"
        What the caller calls the data.

    Returns
    -------
    pandas.Index
        Without missing stamps.

    Raises
    ------
    InvalidFrameError
        Strings, floats, Python objects, mixed time zones or missing stamps.
    """
    where, name = (
        ("time column", f"{data}[{layout.time_col!r}]") if layout.kind == "long" else ("time index", f"{data}.index")
    )
    if layout.kind == "multiindex":
        where, name = "time level of the index", "the level"
    if isinstance(times.dtype, pd.ArrowDtype) and times.dtype.kind == "M":
        times = pd.DatetimeIndex(times)
    if times.hasnans:
        rows = np.flatnonzero(times.isna())
        raise InvalidFrameError(
            f"The {where} has {count_of(len(rows), 'missing stamp')} (NaT), the first at row {rows[0]}; "
            f"drop those rows: {data}[{name}.notna()]."
        )
    if isinstance(times, pd.DatetimeIndex | pd.PeriodIndex):
        return times
    if pd.api.types.is_integer_dtype(times.dtype):
        return times
    first = times[0]
    if times.dtype == object and all(isinstance(value, pd.Timestamp) for value in times):
        zones = list(dict.fromkeys(str(cast(pd.Timestamp, value).tz) for value in times))
        if len(zones) > 1:
            raise InvalidFrameError(
                f"The {where} mixes {len(zones)} time zones or offsets ({shown(zones)}); bring them to one: "
                f"{name} = pd.to_datetime({name}, utc=True), then convert to the zone of the data."
            )
    if isinstance(first, str) or times.dtype == object:
        raise InvalidFrameError(
            f"The {where} holds {type(first).__name__} values ({first!r}, ...), not times; convert it: "
            f"{name} = pd.to_datetime({name})."
        )
    if isinstance(times, pd.TimedeltaIndex):
        raise InvalidFrameError(
            f"The {where} holds durations; add the start: {name} = pd.Timestamp('2024-01-01') + {name}."
        )
    raise InvalidFrameError(
        f"The {where} has dtype {times.dtype} ({first}, ...), not times; convert it: {name} = {name}.astype('int64') "
        f"for whole steps, pd.to_datetime({name}) for dates."
    )


def check_sorted(stamps: pd.Index, layout: Layout, *, data: str = "y") -> None:
    """Refuse an unsorted or repeating index of a Series or wide frame."""
    if isinstance(stamps, pd.RangeIndex) and stamps.step > 0:
        return
    values = stamps.asi8 if isinstance(stamps, pd.DatetimeIndex | pd.PeriodIndex) else stamps.to_numpy(dtype=np.int64)
    if (values[1:] > values[:-1]).all():
        return
    double = stamps[stamps.duplicated()].unique()
    if len(double):
        raise duplicate_error(
            [word(stamp) for stamp in double[:3]], int(stamps.duplicated().sum()), double, layout, data=data
        )
    place = int(np.argmax(values[1:] <= values[:-1]))
    raise InvalidFrameError(
        f"The time index is not sorted: {word(stamps[place + 1])} (row {place + 1}) comes after {word(stamps[place])}; "
        f"sort it: {data}.sort_index()."
    )


def duplicate_error(
    named: list[str], count: int, stamps: pd.Index, layout: Layout, *, data: str = "y"
) -> InvalidFrameError:
    """Error for stamps that appear twice, with a hint at daylight saving where that is the likely cause.

    Parameters
    ----------
    named : list of str
        The first ones as text.
    count : int
        How many there are.
    stamps : pandas.Index
        The stamps concerned.
    layout : Layout
        Layout of the data.
    data : str, default="y"
        What the caller calls the data.
    """
    hint = {
        "series": f"{data}.groupby(level=0).mean()",
        "wide": f"{data}.groupby(level=0).mean()",
        "long": f"{data}.groupby([{layout.id_col!r}, {layout.time_col!r}], as_index=False).mean()",
        "multiindex": f"{data}.groupby(level=[0, 1]).mean()",
    }[layout.kind]
    message = (
        f"{count_of(count, 'duplicate timestamp')}: {listed(named, count)}; keep one of each or aggregate: {hint}."
    )
    if isinstance(stamps, pd.DatetimeIndex) and stamps.tz is None and (stamps.hour < 4).all():
        autumn = stamps.month.isin([3, 4, 9, 10, 11]) & (stamps.day_of_week == 6)
        if autumn.all():
            message += (
                " The repeated hour looks like the end of daylight saving: give the index its time zone, for example "
                f"{data}.tz_localize('Europe/Dublin', ambiguous='infer')."
            )
    return InvalidFrameError(message)


def check_span(n_grid: int, n_rows: int, stamps: pd.Index, calendar: Calendar) -> None:
    """Refuse a grid that is nearly all holes, which a wrong stamp or frequency makes."""
    if n_grid > max(_MAX_EMPTY_GRID, 100 * n_rows):
        raise InvalidFrameError(
            f"From {word(stamps[0])} to {word(stamps[-1])} the grid ({calendar.label}) has {n_grid} places "
            f"for {n_rows} values; check the first and last stamps, or give the frequency: as_panel(y, freq=...)."
        )
