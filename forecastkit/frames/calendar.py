"""The calendar: the regular time grid on which series lie."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, NotSupportedError
from .frequency import frequency_label, seasonal_period, steps_make_a_day
from .grids import DatetimeGrid, OrdinalGrid
from .spacing import spacing_of, to_offset
from .wording import count_of, shown, word

Kind = Literal["datetime", "period", "integer"]


@dataclass(frozen=True)
class Calendar:
    """A regular time grid: position 0 is `origin`, every position is one step of `freq` further.

    Steps below a day are counted in absolute time, days and longer in the local calendar, so both hourly and daily
    data stay regular across daylight saving.

    Parameters
    ----------
    kind : {"datetime", "period", "integer"}
        Kind of time index.
    freq : pandas offset or int
        Step from one position to the next; an int for integers.
    origin : pandas.Timestamp, pandas.Period or int
        Stamp of grid position 0.
    dtype : numpy or pandas dtype
        Dtype of the time index: holds the unit and time zone of datetimes, the frequency of periods.
    name : object, default=None
        Name of the time index.

    Notes
    -----
    Conversions are vectorised, O(number of stamps), without a Python loop.

    Examples
    --------
    >>> index = pd.date_range("2024-01-31", periods=3, freq="ME")
    >>> calendar = Calendar("datetime", index.freq, index[0], index.dtype)
    >>> [str(stamp.date()) for stamp in calendar.stamps(np.array([-1, 1]))]
    ['2023-12-31', '2024-02-29']
    >>> calendar.positions(index)
    array([0, 1, 2])
    """

    kind: Kind
    freq: pd.offsets.BaseOffset | int
    origin: pd.Timestamp | pd.Period | int
    dtype: Any
    name: object = None

    @property
    def freqstr(self) -> str:
        """The frequency as text: a pandas alias, or the integer step."""
        if self.kind == "period":
            return cast(pd.Period, self.origin).freqstr
        return str(self.freq) if self.kind == "integer" else cast(pd.offsets.BaseOffset, self.freq).freqstr

    @property
    def seasonal_period(self) -> int:
        """Number of steps in the usual season of this frequency, 1 when there is none.

        The day for steps from a minute to hours (hourly 24, half-hourly 48, ``"15min"`` 96, minutes 1440), the hour
        for seconds, the second below; the week for days (7) and business days (5); the year for weeks (52), months
        (12) and quarters (4). A step that does not divide its season, years and integers have 1.
        """
        return 1 if self.kind == "integer" else seasonal_period(cast(pd.offsets.BaseOffset, self.freq))

    @property
    def seasons(self) -> tuple[int, ...]:
        """Numbers of steps in all usual seasons, shortest first: the day and the week for steps below a day.

        Empty where there is none, and for integers.
        """
        season = self.seasonal_period
        if season == 1:
            return ()
        return (season, 7 * season) if steps_make_a_day(cast(pd.offsets.BaseOffset, self.freq)) else (season,)

    @property
    def label(self) -> str:
        """The frequency in words, such as ``"hourly"`` or ``"every 15 minutes"``."""
        if self.kind == "integer":
            return "every step" if self.freq == 1 else f"every {self.freq} steps"
        return frequency_label(cast(pd.offsets.BaseOffset, self.freq), dates=self.kind == "datetime")

    @property
    def tz(self) -> Any:
        """Time zone of the stamps, or None."""
        return getattr(self.dtype, "tz", None)

    @property
    def unit(self) -> str:
        """Resolution of a datetime calendar: "s", "ms", "us" or "ns"."""
        return np.datetime_data(self.dtype)[0] if isinstance(self.dtype, np.dtype) else self.dtype.unit

    @cached_property
    def _grid(self) -> DatetimeGrid | OrdinalGrid:
        """The arithmetic of the grid."""
        if self.kind == "integer":
            return OrdinalGrid(cast(int, self.freq), cast(int, self.origin))
        offset = cast(pd.offsets.BaseOffset, self.freq)
        if self.kind == "period":
            return OrdinalGrid(offset.n, cast(pd.Period, self.origin).ordinal)
        return DatetimeGrid(spacing_of(offset), cast(pd.Timestamp, self.origin), self.unit)

    def stamps(self, positions: np.ndarray) -> pd.Index:
        """Return the stamps at the given grid positions, in the dtype and under the name of the data.

        Parameters
        ----------
        positions : ndarray of int64, shape (n,)
            Grid positions, in any order; negative ones lie before the origin.

        Returns
        -------
        pandas.Index, length n

        Raises
        ------
        InvalidFrameError
            A stamp lies outside the range of the index's resolution.
        """
        positions = np.asarray(positions, dtype=np.int64)
        if len(positions) > 64:
            low, high = int(positions.min()), int(positions.max())
            if high - low < len(positions) - 1:  # many series, few stamps
                return self._stamps(np.arange(low, high + 1)).take(positions - low)
        return self._stamps(positions)

    def _stamps(self, positions: np.ndarray) -> pd.Index:
        """Stamps at grid positions, computed one for one."""
        values = self._grid.stamps(positions)
        if isinstance(values, pd.DatetimeIndex):
            return values.rename(self.name)  # type: ignore[arg-type]
        if self.kind == "period":
            return pd.PeriodIndex.from_ordinals(values, freq=self.dtype.freq, name=self.name)
        index = pd.Index(values, name=self.name)  # type: ignore[call-overload]
        limits = np.iinfo(getattr(self.dtype, "numpy_dtype", self.dtype))
        fits = not len(values) or (values.min() >= limits.min and values.max() <= limits.max)
        return index.astype(self.dtype, copy=False) if fits else index

    def place(self, stamps: pd.Index) -> tuple[np.ndarray, np.ndarray]:
        """Return each stamp's grid position and whether the stamp lies on the grid.

        Parameters
        ----------
        stamps : pandas.Index, length n
            Stamps of the calendar's kind, without missing ones.

        Returns
        -------
        positions : ndarray of int64, shape (n,)
            For a stamp off the grid, a position near it.
        on_grid : ndarray of bool, shape (n,)

        Raises
        ------
        InvalidFrameError
            The stamps are of another kind: dates for integers, naive for zoned, another period frequency.
        """
        self._check_kind(stamps)
        grid = self._grid
        if isinstance(grid, DatetimeGrid):
            return grid.place(cast(pd.DatetimeIndex, stamps))
        return grid.place(stamps.asi8 if isinstance(stamps, pd.PeriodIndex) else stamps.to_numpy(dtype=np.int64))

    def positions(self, stamps: pd.Index) -> np.ndarray:
        """Return the grid position of each stamp.

        Parameters
        ----------
        stamps : pandas.Index, length n
            Stamps of the calendar's kind; another time zone or resolution is converted.

        Returns
        -------
        ndarray of int64, shape (n,)

        Raises
        ------
        InvalidFrameError
            A stamp is missing, of another kind or off the grid.
        """
        if stamps.hasnans:
            raise InvalidFrameError(f"Missing (NaT): {count_of(int(stamps.isna().sum()), 'stamp')}; drop or fill.")
        positions, on_grid = self.place(stamps)
        if not on_grid.all():
            off = stamps[~on_grid]
            raise InvalidFrameError(
                f"{count_of(len(off), 'stamp')} off the time grid ({self.label}, freq {self.freqstr!r}, such as "
                f"{word(self.origin)}): {shown(off)}. Bring them onto the grid, for example by resampling."
            )
        return positions

    def _check_kind(self, stamps: pd.Index) -> None:
        """Refuse stamps that cannot be compared with the calendar's."""
        if self.kind == "datetime":
            fits = isinstance(stamps, pd.DatetimeIndex) and (stamps.tz is None) == (self.tz is None)
        elif self.kind == "period":
            fits = stamps.dtype == self.dtype
        else:
            fits = pd.api.types.is_integer_dtype(stamps.dtype)
        if not fits:
            raise InvalidFrameError(
                f"The time index has dtype {stamps.dtype}, but the series lie on {self.dtype} stamps such as "
                f"{word(self.origin)}; convert it to the same kind (for dates, both with or both without a time zone)."
            )

    def to_json(self) -> dict[str, Any]:
        """Return the calendar as a plain dict that `from_json` turns back into an equal one.

        Returns
        -------
        dict
            Keys ``kind``, ``freq``, ``origin``, ``name`` and, for datetimes, ``unit`` and ``tz``; JSON types only. A
            name that is not a string, number or None becomes a string.

        Raises
        ------
        NotSupportedError
            The time zone has no name that pandas can read back.
        """
        name = self.name if self.name is None or isinstance(self.name, str | int | float) else str(self.name)
        plain: dict[str, Any] = {"kind": self.kind, "freq": self.freqstr, "name": name}
        if self.kind != "datetime":
            value = self._grid.origin
            return plain | {"origin": value, "dtype": str(self.dtype) if self.kind == "integer" else None}
        stamp = cast(pd.Timestamp, self.origin)
        if self.tz is not None:
            try:
                readable = pd.DatetimeTZDtype(self.unit, str(self.tz)) == self.dtype  # type: ignore[arg-type]
            except Exception:
                readable = False
            if not readable:
                raise NotSupportedError(
                    f"The time zone {self.tz!r} has no name to save; use a named one: y.tz_convert('Europe/Dublin')."
                )
            stamp = stamp.tz_convert("UTC").tz_localize(None)
        return plain | {
            "origin": stamp.isoformat(),
            "unit": self.unit,
            "tz": str(self.tz) if self.tz is not None else None,
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Calendar:
        """Rebuild the calendar that `to_json` wrote.

        Parameters
        ----------
        plain : dict
            What `to_json` returned.

        Returns
        -------
        Calendar
        """
        kind, freq, origin, name = plain["kind"], plain["freq"], plain["origin"], plain["name"]
        if kind == "integer":
            return cls("integer", int(freq), int(origin), pd.Index([], dtype=plain["dtype"]).dtype, name)
        if kind == "period":
            index = pd.PeriodIndex.from_ordinals(np.array([origin]), freq=freq)
            return cls("period", index.freq, index[0], index.dtype, name)
        index = pd.DatetimeIndex(np.array([origin], dtype=f"M8[{plain['unit']}]"))
        if plain["tz"] is not None:
            index = index.tz_localize("UTC").tz_convert(plain["tz"])
        return cls("datetime", to_offset(freq), cast(pd.Timestamp, index[0]), index.dtype, name)
