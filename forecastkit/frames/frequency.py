"""Frequencies in words and their usual seasons."""

from __future__ import annotations

import pandas as pd

from .spacing import MONTHS, WEEKDAYS, spacing_of

_MONTH_NAMES: dict[str, str] = dict(
    zip(
        MONTHS,
        [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        strict=True,
    )
)
_DAY_NAMES: dict[str, str] = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
_TICKS = (
    ("day", 86_400_000_000_000),
    ("hour", 3_600_000_000_000),
    ("minute", 60_000_000_000),
    ("second", 1_000_000_000),
    ("millisecond", 1_000_000),
    ("microsecond", 1_000),
    ("nanosecond", 1),
)
_ADVERBS = {
    "hour": "hourly",
    "day": "daily",
    "week": "weekly",
    "month": "monthly",
    "quarter": "quarterly",
    "year": "yearly",
}


def steps_make_a_day(offset: pd.offsets.BaseOffset) -> bool:
    """Whether the usual season of a frequency is the day: for steps from a minute to hours that divide it.

    Examples
    --------
    >>> [steps_make_a_day(pd.tseries.frequencies.to_offset(freq)) for freq in ("h", "15min", "s", "D")]
    [True, True, False, False]
    """
    unit, count = counted(offset)
    return unit in ("hour", "minute") and seasonal_period(offset) * count == {"hour": 24, "minute": 1440}[unit]


def seasonal_period(offset: pd.offsets.BaseOffset) -> int:
    """Return the number of steps in the usual season of a frequency; see `Calendar.seasonal_period`.

    Parameters
    ----------
    offset : pandas offset

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> [seasonal_period(pd.tseries.frequencies.to_offset(freq)) for freq in ("15min", "2h", "D", "W-SUN", "QE-DEC")]
    [96, 12, 7, 52, 4]
    """
    unit, count = counted(offset)
    if unit in ("hour", "minute", "second", "millisecond", "microsecond", "nanosecond"):
        nanoseconds = count * dict(_TICKS)[unit]
        season = next(
            length
            for at_least, length in (
                (60_000_000_000, 86_400_000_000_000),
                (1_000_000_000, 3_600_000_000_000),
                (0, 1_000_000_000),
            )
            if nanoseconds >= at_least
        )
        return season // nanoseconds if season % nanoseconds == 0 else 1
    season = {"day": 7, "business day": 5, "week": 52, "month": 12, "quarter": 4, "year": 1}[unit]
    return season // count if season % count == 0 else 1


def frequency_label(offset: pd.offsets.BaseOffset, *, dates: bool) -> str:
    """Put a frequency into words.

    Parameters
    ----------
    offset : pandas offset
    dates : bool
        The stamps are dates, which lie on a day; periods end on one.

    Returns
    -------
    str

    Examples
    --------
    >>> frequency_label(pd.offsets.Week(weekday=6), dates=True), frequency_label(pd.offsets.Minute(15), dates=True)
    ('weekly (on Sundays)', 'every 15 minutes')
    """
    unit, count = counted(offset)
    if count > 1:
        text = f"every {count} {unit}s"
    elif unit == "business day":
        return "business days"
    else:
        text = _ADVERBS.get(unit, f"every {unit}")
    anchor = offset.rule_code.partition("-")[2]
    if anchor in _DAY_NAMES:
        return f"{text} (on {_DAY_NAMES[anchor]}s)" if dates else f"{text} (ending {_DAY_NAMES[anchor]})"
    if unit not in ("month", "quarter", "year"):
        return text
    if not dates:
        return text if anchor in ("", "DEC") else f"{text} (ending {_MONTH_NAMES[anchor]})"
    edge = {
        "start": "starting",
        "end": "ending",
        "first weekday": "first weekday of",
        "last weekday": "last weekday of",
    }[spacing_of(offset).edge]
    if anchor in _MONTH_NAMES:
        return f"{text} ({edge} {_MONTH_NAMES[anchor]})"
    day = {"starting": "first day", "ending": "last day"}.get(edge, edge.removesuffix(" of"))
    return f"{text} ({day})"


def counted(offset: pd.offsets.BaseOffset) -> tuple[str, int]:
    """Return a frequency as a number of the largest fitting unit, such as ``("hour", 2)``."""
    spacing = spacing_of(offset)
    if spacing.base == "tick":
        return next((unit, spacing.step // size) for unit, size in _TICKS if spacing.step % size == 0)
    if spacing.base == "month":
        if spacing.step % 12 == 0:
            return "year", spacing.step // 12
        return ("quarter", 1) if spacing.step == 3 else ("month", spacing.step)
    if spacing.base == "day" and spacing.step % 7 == 0:
        return "week", spacing.step // 7
    return spacing.base, spacing.step
