"""How the stamps of a frequency lie on the calendar: ticks, days, business days or months."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError

Base = Literal["tick", "day", "business day", "month"]
Edge = Literal["start", "end", "first weekday", "last weekday"]

_MONTH_OFFSETS: dict[type, tuple[int, Edge]] = {
    pd.offsets.MonthBegin: (1, "start"),
    pd.offsets.MonthEnd: (1, "end"),
    pd.offsets.BusinessMonthBegin: (1, "first weekday"),
    pd.offsets.BusinessMonthEnd: (1, "last weekday"),
    pd.offsets.QuarterBegin: (3, "start"),
    pd.offsets.QuarterEnd: (3, "end"),
    pd.offsets.BQuarterBegin: (3, "first weekday"),
    pd.offsets.BQuarterEnd: (3, "last weekday"),
    pd.offsets.YearBegin: (12, "start"),
    pd.offsets.YearEnd: (12, "end"),
    pd.offsets.BYearBegin: (12, "first weekday"),
    pd.offsets.BYearEnd: (12, "last weekday"),
}
_TICKS = (
    ("h", 3_600_000_000_000),
    ("min", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
)
SUPPORTED_OFFSETS = (
    *_MONTH_OFFSETS,
    pd.offsets.BusinessDay,
    pd.offsets.Week,
    pd.offsets.Day,
    pd.offsets.Hour,
    pd.offsets.Minute,
    pd.offsets.Second,
    pd.offsets.Milli,
    pd.offsets.Micro,
    pd.offsets.Nano,
)
_RENAMED = {"M": "ME", "Q": "QE", "Y": "YE", "A": "YE", "H": "h", "T": "min", "S": "s", "BM": "BME"}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True)
class Spacing:
    """The rule behind a datetime frequency.

    Every day that fits the rule has a running number (of days, business days or months), and a grid takes every
    `step`-th of them.

    Parameters
    ----------
    base : {"tick", "day", "business day", "month"}
        What is counted. A tick is counted in absolute time, everything else in the local calendar.
    step : int
        Distance of neighbouring stamps: nanoseconds for ticks, else in units of `base`.
    edge : {"start", "end", "first weekday", "last weekday"}, default="start"
        Which day of a month carries the stamp; months only.
    """

    base: Base
    step: int
    edge: Edge = "start"

    def numbers(self, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the running number of each day (since 1970-01-01) and whether the day fits the rule."""
        if self.base == "day":
            return days, np.ones(len(days), dtype=bool)
        if self.base == "business day":
            week, weekday = np.divmod(days + 3, 7)
            return 5 * week + np.minimum(weekday, 4), weekday < 5
        months = days.astype("M8[D]").astype("M8[M]").astype(np.int64)
        return months, month_days(months, self.edge) == days

    def days(self, numbers: np.ndarray) -> np.ndarray:
        """Return the day (since 1970-01-01) of each running number."""
        if self.base == "day":
            return numbers
        if self.base == "business day":
            week, weekday = np.divmod(numbers, 5)
            return 7 * week + weekday - 3
        return month_days(numbers, self.edge)


def month_days(months: np.ndarray, edge: Edge) -> np.ndarray:
    """Day number of the chosen day of each month (since 1970-01)."""
    if edge in ("start", "first weekday"):
        first = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
        if edge == "start":
            return first
        return first + np.array([0, 0, 0, 0, 0, 2, 1])[(first + 3) % 7]
    last = (months + 1).astype("M8[M]").astype("M8[D]").astype(np.int64) - 1
    if edge == "end":
        return last
    return last - np.array([0, 0, 0, 0, 0, 1, 2])[(last + 3) % 7]


def to_offset(freq: object) -> pd.offsets.BaseOffset:
    """Read a frequency given as a pandas alias or offset."""
    try:
        return _read_offset(freq)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        _, count, code, anchor = re.match(r"((\d*)([A-Za-z]*)(.*))", str(freq), re.DOTALL).groups()  # type: ignore[union-attr]
        hint = f" (pandas writes {count + _RENAMED[code] + anchor!r} now)" if code in _RENAMED else ""
        raise InvalidFrameError(
            f"freq={freq!r} is not a frequency that pandas knows{hint}; "
            "use an alias such as 'h', '15min', 'D', 'B', 'W-MON', 'MS', 'ME', 'QS-JAN', 'YE-DEC'."
        ) from None


@lru_cache(maxsize=256)
def _read_offset(freq: Hashable) -> pd.offsets.BaseOffset:
    """Read a frequency, which pandas does slowly."""
    offset = pd.tseries.frequencies.to_offset(freq)  # type: ignore[arg-type]
    if offset is None:
        raise ValueError(freq)
    return offset


@lru_cache(maxsize=256)
def spacing_of(offset: pd.offsets.BaseOffset) -> Spacing:
    """Find the rule of a pandas offset; an offset without a supported rule is an error."""
    if offset.n > 0 and not getattr(offset, "offset", None):
        if type(offset) is pd.offsets.Day:  # before Tick, which it is in pandas 2
            return Spacing("day", offset.n)
        if isinstance(offset, pd.offsets.Tick):
            return Spacing("tick", offset.nanos)
        if type(offset) is pd.offsets.Week:
            return Spacing("day", 7 * offset.n)
        if type(offset) is pd.offsets.BusinessDay:
            return Spacing("business day", offset.n)
        if type(offset) in _MONTH_OFFSETS:
            months, edge = _MONTH_OFFSETS[type(offset)]
            return Spacing("month", months * offset.n, edge)
    raise InvalidFrameError(
        f"The frequency {offset.freqstr!r} is not supported; use multiples of 'h', 'min', 's', 'ms', 'D', 'B', "
        "'W-MON', 'MS', 'ME', 'BMS', 'BME', 'QS', 'QE', 'YS', 'YE' (holidays in business days are missing values)."
    )


@lru_cache(maxsize=256)
def tick_offset(nanoseconds: int) -> pd.offsets.BaseOffset:
    """Name a step of absolute time in its largest fitting unit."""
    alias, size = next((alias, size) for alias, size in _TICKS if nanoseconds % size == 0)
    return to_offset(f"{nanoseconds // size}{alias}")


def month_offset(step: int, edge: Edge, month: int) -> pd.offsets.BaseOffset:
    """Name a grid of every `step`-th month that holds ``month`` (1 to 12)."""
    suffix = {"start": "S", "end": "E", "first weekday": "S", "last weekday": "E"}[edge]
    business = "B" if edge.endswith("weekday") else ""
    if step % 12 == 0:
        return to_offset(f"{step // 12}{business}Y{suffix}-{MONTHS[month - 1]}")
    if step == 3:
        # anchors in their plain form: QS-JAN holds January, QE-DEC holds December
        anchor = (month - 1) % 3 + (0 if suffix == "S" else 9)
        return to_offset(f"{business}Q{suffix}-{MONTHS[anchor]}")
    return to_offset(f"{step}{business}M{suffix}")
