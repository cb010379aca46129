"""The seasons of a table of sensors, in steps."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from ...errors import InvalidParameterError
from ...frames import Calendar

_DAYS = 1.0, 365.25  # of a day and a year; weeks are among the calendar's own seasons
_STEPS = 400  # over which the length of a step is measured: months have none of their own
_ALIKE = 0.02  # seasons whose lengths differ by less are one
_FEWEST = 4  # steps of a season that has a shape


def season_periods(season: Any, calendar: Calendar) -> tuple[float, ...]:
    """Lengths of the seasons that a parameter stands for.

    Parameters
    ----------
    season : "auto", None, float or sequence of float
        ``"auto"`` for the day, the week and the year, those that have 4 steps or more; None for none; else their
        lengths in steps.
    calendar : Calendar
        Of the data.

    Returns
    -------
    tuple of float

    Raises
    ------
    InvalidParameterError
        A length is no number of 2 or more.

    Examples
    --------
    >>> hours = pd.date_range("2024-01-01", periods=3, freq="h")
    >>> season_periods("auto", Calendar("datetime", hours.freq, hours[0], hours.dtype))
    (24.0, 168.0, 8766.0)
    """
    check_season(season)
    if season is None:
        return ()
    if not isinstance(season, str):
        return tuple(float(each) for each in (season if isinstance(season, Sequence) else [season]))
    found = sorted(map(float, calendar.seasons))
    if calendar.kind != "integer":
        two = calendar.stamps(np.array([0, _STEPS]))
        starts = pd.DatetimeIndex(two.to_timestamp() if isinstance(two, pd.PeriodIndex) else two)
        days_a_step = float(np.diff(starts.to_numpy())[0] / np.timedelta64(1, "D")) / _STEPS
        for days in _DAYS:
            steps = round(days / days_a_step, 2)
            if steps >= _FEWEST and all(abs(steps / other - 1) > _ALIKE for other in found):
                found.append(steps)
    return tuple(sorted(each for each in found if each >= _FEWEST))


def check_season(season: Any) -> None:
    """Raise InvalidParameterError unless this is "auto", None, or lengths of 2 steps or more."""
    if season is None or (isinstance(season, str) and season == "auto"):
        return
    lengths = season if isinstance(season, Sequence) and not isinstance(season, str) else [season]
    if not all(isinstance(each, Real) and not isinstance(each, bool) and float(each) >= 2 for each in lengths):
        raise InvalidParameterError(
            f"'season' must be 'auto', None, or lengths in steps of 2 or more such as (24, 168); got {season!r}"
        )
