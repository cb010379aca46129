"""The arithmetic of time grids: from positions to stamps and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .spacing import Spacing

DAY_UNITS = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_INT64 = np.iinfo(np.int64)


@dataclass(frozen=True)
class OrdinalGrid:
    """A grid of integers, or of the ordinals of periods.

    Parameters
    ----------
    step : int
        Distance of neighbours.
    origin : int
        Value at position 0.
    """

    step: int
    origin: int

    def stamps(self, positions: np.ndarray) -> np.ndarray:
        """Return the values at grid positions; shape (n,)."""
        return affine(positions, self.step, self.origin)

    def place(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return grid positions and which values lie on the grid; shapes (n,)."""
        return divided(values - self.origin, self.step)


@dataclass(frozen=True)
class DatetimeGrid:
    """A grid of datetimes: ticks in absolute time, days and longer on the local clock.

    Parameters
    ----------
    spacing : Spacing
        The rule of the frequency.
    first : pandas.Timestamp
        Stamp at position 0, with the time zone of all.
    unit : {"s", "ms", "us", "ns"}
        Resolution of the stamps.
    """

    spacing: Spacing
    first: pd.Timestamp
    unit: str

    @cached_property
    def origin(self) -> int:
        """Stamp at position 0 in the grid's unit: absolute time for ticks, else the local clock."""
        stamp = self.first
        if stamp.tz is not None and self.spacing.base != "tick":
            stamp = stamp.tz_localize(None)
        return int(stamp.as_unit(self.unit).asm8.astype(np.int64))  # type: ignore[arg-type]

    @cached_property
    def tick(self) -> int:
        """Step of a tick frequency in the grid's unit."""
        return self.spacing.step * DAY_UNITS[self.unit] // DAY_UNITS["ns"]

    @cached_property
    def origin_number(self) -> int:
        """Running number of the origin's day under the spacing."""
        return int(self.spacing.numbers(np.array([self.origin // DAY_UNITS[self.unit]]))[0][0])

    @property
    def clock(self) -> int:
        """Time of day of the stamps in the grid's unit, for days and longer."""
        return self.origin % DAY_UNITS[self.unit]

    def stamps(self, positions: np.ndarray) -> pd.DatetimeIndex:
        """Return the stamps at grid positions; length n. A local time that daylight saving skips moves forward."""
        if self.spacing.base == "tick":
            index = self._datetimes(affine(positions, self.tick, self.origin))
            return index if self.first.tz is None else index.tz_localize("UTC").tz_convert(self.first.tz)
        days = self.spacing.days(self.origin_number + self.spacing.step * positions)
        index = self._datetimes(affine(days, DAY_UNITS[self.unit], self.clock))
        if self.first.tz is None:
            return index
        first_of_two = np.ones(len(index), dtype=bool)
        return index.tz_localize(self.first.tz, ambiguous=first_of_two, nonexistent="shift_forward")

    def place(self, stamps: pd.DatetimeIndex) -> tuple[np.ndarray, np.ndarray]:
        """Return grid positions and which stamps lie on the grid; shapes (n,)."""
        index, exact = stamps, True
        if stamps.unit != self.unit:
            index = stamps.as_unit(self.unit)  # type: ignore[arg-type]
            exact = np.asarray(index == stamps)
        if self.spacing.base == "tick":
            positions, on_grid = divided(index.asi8 - self.origin, self.tick)
            return positions, on_grid & exact
        if self.first.tz is not None:
            index = index.tz_convert(self.first.tz)
        days, clock = local_days(index)
        numbers, fits = self.spacing.numbers(days)
        positions, on_grid = divided(numbers - self.origin_number, self.spacing.step)
        on_grid &= fits & exact
        moved = np.flatnonzero(on_grid & (clock != self.clock))
        if len(moved):  # at another time of day: fine only where daylight saving skipped the usual one
            skipped = self.first.tz is not None and self.stamps(positions[moved]).asi8 == index[moved].asi8
            on_grid[moved] = skipped
        return positions, on_grid

    def _datetimes(self, values: np.ndarray) -> pd.DatetimeIndex:
        """Naive index of integers in the grid's unit."""
        return pd.DatetimeIndex(values.view(f"M8[{self.unit}]"))


def local_days(stamps: pd.DatetimeIndex) -> tuple[np.ndarray, np.ndarray]:
    """Day number (since 1970-01-01) and time of day, in the index's unit, of each stamp in its own time zone."""
    local = stamps if stamps.tz is None else stamps.tz_localize(None)
    return np.divmod(local.asi8, DAY_UNITS[stamps.unit])


def affine(positions: np.ndarray, step: int, origin: int) -> np.ndarray:
    """Integers ``origin + step * positions``, refusing an overflow."""
    if len(positions):
        low = origin + step * int(positions.min())
        high = origin + step * int(positions.max())
        if low <= _INT64.min or high > _INT64.max:
            raise InvalidFrameError(
                "A stamp lies outside the range of the time index's resolution; use a coarser one, for example "
                "y.index = y.index.as_unit('s')."
            )
    return origin + step * positions


def divided(distance: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Whole steps in each distance, and where nothing is left over."""
    if step == 1:
        return distance, np.ones(len(distance), dtype=bool)
    if len(distance) > 1 and distance[0] % step == 0 and (np.diff(distance) == step).all():
        return int(distance[0]) // step + np.arange(len(distance)), np.ones(len(distance), dtype=bool)
    positions, rest = np.divmod(distance, step)
    return positions, rest == 0
