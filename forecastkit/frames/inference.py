"""Frequency inference: from the stamps of the data to the calendar they lie on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .calendar import Calendar
from .grids import DAY_UNITS, local_days
from .spacing import SUPPORTED_OFFSETS, WEEKDAYS, Edge, month_days, month_offset, spacing_of, tick_offset, to_offset
from .wording import shown

_EDGES: tuple[Edge, ...] = ("start", "end", "first weekday", "last weekday")
_ALIASES = (  # offered for resampling: alias and length in seconds
    ("s", 1),
    ("5s", 5),
    ("10s", 10),
    ("15s", 15),
    ("30s", 30),
    ("min", 60),
    ("5min", 300),
    ("10min", 600),
    ("15min", 900),
    ("30min", 1800),
    ("h", 3600),
    ("2h", 7200),
    ("3h", 10_800),
    ("6h", 21_600),
    ("12h", 43_200),
    ("D", 86_400),
    ("W", 604_800),
    ("MS", 2_629_746),
    ("QS", 7_889_238),
    ("YS", 31_556_952),
)


@dataclass(frozen=True)
class Steps:
    """Pairs of neighbouring stamps within a series, as places in the sorted unique stamps.

    Parameters
    ----------
    first, second : ndarray of int64, shape (n_pairs,)
        Place of the earlier and of the later stamp.
    """

    first: np.ndarray
    second: np.ndarray

    def of(self, values: np.ndarray) -> np.ndarray:
        """Differences of ``values`` from the earlier to the later stamp."""
        return values[self.second] - values[self.first]


def infer_calendar(
    stamps: pd.Index, steps: Steps | None = None, *, freq: pd.offsets.BaseOffset | str | int | None = None
) -> Calendar:
    """Find the calendar that holds most of the stamps.

    The step is the most frequent one within series. Steps below a day are counted in absolute time, longer ones in
    the local calendar. Whether every stamp lies on the calendar is for the caller to check (`Calendar.place`).

    Parameters
    ----------
    stamps : pandas.Index
        Sorted unique stamps of all series: datetimes, periods or integers, none missing.
    steps : Steps, default=None
        Neighbours within series; None when the stamps are those of one series.
    freq : pandas offset, str or int, default=None
        The frequency when it is known; nothing is inferred then.

    Returns
    -------
    Calendar

    Raises
    ------
    InvalidFrameError
        No series has two stamps and no frequency is given; the given one does not exist or contradicts the index; or
        the dates lie in the middle of months.

    Notes
    -----
    Business days are taken when no stamp falls on a weekend and the data spans at least one. Cost O(n log n).

    Examples
    --------
    >>> infer_calendar(pd.DatetimeIndex(["2024-01-31", "2024-02-29", "2024-04-30"])).freqstr
    'ME'
    """
    if isinstance(stamps, pd.PeriodIndex):
        return _period_calendar(stamps, freq)
    if isinstance(stamps, pd.RangeIndex) and freq is None and len(stamps) > 1 and stamps.step > 0:
        return Calendar("integer", stamps.step, int(stamps[0]), stamps.dtype, stamps.name)
    if steps is None:
        place = np.arange(len(stamps))
        steps = Steps(place[:-1], place[1:])
    if not isinstance(stamps, pd.DatetimeIndex):
        return _integer_calendar(stamps, steps, freq)
    if freq is not None:
        if isinstance(freq, int):
            raise InvalidFrameError(
                f"freq={freq} is an integer, but the index holds dates; use an alias such as 'h' or 'D'."
            )
        return _datetime_calendar(stamps, to_offset(freq))
    if not len(steps.first):
        raise single_stamp_error("'h', 'D' or 'MS'")
    return _datetime_calendar(stamps, _infer_offset(stamps, steps))


def single_stamp_error(example: str, *, rows: int | None = None) -> InvalidFrameError:
    """Error for data that has no step to measure."""
    found = "No series has two stamps" if rows is None else "The data has one row"
    return InvalidFrameError(
        f"{found}, so the frequency cannot be known; "
        f"give it: as_panel(y, freq=...) with an alias such as {example}, or provide more rows."
    )


def resampling_alias(stamps: pd.DatetimeIndex, steps: Steps) -> str:
    """Return the round frequency nearest to the typical step, for advice on resampling.

    Parameters
    ----------
    stamps : pandas.DatetimeIndex
        Sorted unique stamps.
    steps : Steps
        Neighbours within series.

    Returns
    -------
    str
        A pandas alias.
    """
    seconds = float(np.median(steps.of(stamps.asi8))) * 86_400 / DAY_UNITS[stamps.unit]
    return min(_ALIASES, key=lambda alias: abs(np.log(alias[1] / max(seconds, 1e-9))))[0]


def _period_calendar(stamps: pd.PeriodIndex, freq: pd.offsets.BaseOffset | str | int | None) -> Calendar:
    """Calendar of periods, whose dtype says the frequency."""
    if freq is not None:
        try:
            same = not isinstance(freq, int) and pd.PeriodDtype(cast(str, freq)) == stamps.dtype
        except (ValueError, TypeError):
            same = False
        if not same:
            raise InvalidFrameError(
                f"freq={freq!r} contradicts the periods of the index, which have frequency {stamps.freqstr!r}; "
                "leave freq out, or convert the index: y.index.asfreq(...)."
            )
    return Calendar("period", stamps.freq, stamps[0], stamps.dtype, stamps.name)


def _integer_calendar(stamps: pd.Index, steps: Steps, freq: object) -> Calendar:
    """Calendar of integers by their modal step."""
    values = stamps.to_numpy(dtype=np.int64)
    if freq is None:
        if not len(steps.first):
            raise single_stamp_error("1")
        step = mode(steps.of(values))
    elif isinstance(freq, int | np.integer) and not isinstance(freq, bool) and freq >= 1:
        step = int(freq)
    else:
        raise InvalidFrameError(
            f"freq={freq!r} does not fit an integer index, whose freq is a whole step such as 1; "
            "for a frequency such as 'D' convert the index to dates first: pd.to_datetime(y.index)."
        )
    phase = values % step
    origin = int(values[np.argmax(phase == mode(phase))])
    return Calendar("integer", step, origin, stamps.dtype, stamps.name)


def _datetime_calendar(stamps: pd.DatetimeIndex, offset: pd.offsets.BaseOffset) -> Calendar:
    """Calendar of a frequency whose origin is the first stamp in the phase of most stamps."""
    spacing = spacing_of(offset)
    fits: np.ndarray | None = None
    if spacing.base == "tick":
        step, rest = divmod(spacing.step * DAY_UNITS[stamps.unit], DAY_UNITS["ns"])
        if rest:
            raise InvalidFrameError(
                f"The frequency {offset.freqstr!r} is finer than the resolution of the index ({stamps.unit}); "
                "use y.index.as_unit('ns')."
            )
        phase = stamps.asi8 % step
    else:
        days, clock = local_days(stamps)
        numbers, fits = spacing.numbers(days)
        fits &= _on_anchor(days, numbers, offset)
        phase = (numbers % spacing.step) * DAY_UNITS[stamps.unit] + clock
    origin = cast(pd.Timestamp, stamps[0])
    if fits is not None and not fits.any():
        origin = cast(pd.Timestamp, offset.rollback(origin))
    elif (fits is not None and not fits.all()) or (phase != phase[0]).any():
        wanted = phase == mode(phase if fits is None else phase[fits])
        origin = cast(pd.Timestamp, stamps[np.argmax(wanted if fits is None else wanted & fits)])
    return Calendar("datetime", offset, origin, stamps.dtype, stamps.name)


def _on_anchor(days: np.ndarray, numbers: np.ndarray, offset: pd.offsets.BaseOffset) -> np.ndarray:
    """Where days lie on the weekday or month that anchors a frequency."""
    weekday = getattr(offset, "weekday", None)
    if weekday is not None:
        return (days + 3) % 7 == weekday
    for attribute, months in (("startingMonth", 3), ("month", 12)):
        anchor = getattr(offset, attribute, None)
        if anchor is not None:
            return (numbers - anchor + 1) % months == 0
    return np.ones(len(days), dtype=bool)


def _infer_offset(stamps: pd.DatetimeIndex, steps: Steps) -> pd.offsets.BaseOffset:
    """Frequency of datetimes: that of the index if it has one, else by the modal step."""
    if type(stamps.freq) in SUPPORTED_OFFSETS and cast(pd.offsets.BaseOffset, stamps.freq).n > 0:
        return cast(pd.offsets.BaseOffset, stamps.freq)
    local = stamps.asi8 if stamps.tz is None else stamps.tz_localize(None).asi8
    step = mode(steps.of(local))
    day = DAY_UNITS[stamps.unit]
    if step <= 0 or step % day:
        return tick_offset(mode(steps.of(stamps.asi8)) * (DAY_UNITS["ns"] // day))
    days = local // day
    gap = step // day
    if gap >= 28:
        monthly = _infer_months(stamps, days, steps)
        if monthly is not None:
            return monthly
    if gap % 7 == 0:
        return to_offset(f"{gap // 7}W-{WEEKDAYS[mode((days + 3) % 7)]}")
    if gap == 1:
        week, weekday = np.divmod(days + 3, 7)
        if week[-1] > week[0] and weekday.max() < 5:
            return to_offset("B")
    return to_offset(f"{gap}D")


def _infer_months(stamps: pd.DatetimeIndex, days: np.ndarray, steps: Steps) -> pd.offsets.BaseOffset | None:
    """Frequency of dates at an edge of months; None when they are no monthly dates; an error in mid-month."""
    months = days.astype("M8[D]").astype("M8[M]").astype(np.int64)
    step = max(mode(steps.of(months)), 1)
    share: list[float] = []
    for edge in _EDGES:
        share.append(float(np.mean(month_days(months, edge) == days)))
        if share[-1] == 1:
            break
    best = int(np.argmax(share))
    first, last = month_days(months, "start"), month_days(months, "end")
    day_of_month = days - first
    if share[best] < 1 and (day_of_month == np.minimum(day_of_month.max(), last - first)).all():
        period = "Y" if step % 12 == 0 else "Q" if step % 3 == 0 else "M"
        raise InvalidFrameError(
            f"The dates lie in the middle of months ({shown(stamps)}), where no regular frequency exists; convert them "
            f"to periods: y.index.to_period({period!r}), for a time column y[time_col].dt.to_period({period!r})."
        )
    if share[best] < 0.5:
        return None
    anchor = mode(months[month_days(months, _EDGES[best]) == days] % 12)
    return month_offset(step, _EDGES[best], anchor + 1)


def mode(values: np.ndarray) -> int:
    """Return the most frequent integer, the smallest of equally frequent ones."""
    if (values == values[0]).all():
        return int(values[0])
    unique, counts = np.unique(values, return_counts=True)
    return int(unique[np.argmax(counts)])
