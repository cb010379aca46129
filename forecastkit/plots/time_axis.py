"""Time as charts need it: dates that plotly draws, and labels that people read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

_RESOLUTIONS = ("D", "m", "s", "ms")


def axis_values(index: pd.Index) -> list[Any]:
    """Return the values of a time index for an axis: date strings of the local clock, or numbers.

    Parameters
    ----------
    index : pandas.Index
        Datetimes (with a time zone: drawn by their wall clock), periods (drawn at their start) or integers.

    Returns
    -------
    list of str or int

    Examples
    --------
    >>> axis_values(pd.period_range("2024-01", periods=2, freq="M"))
    ['2024-01-01', '2024-02-01']
    """
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if isinstance(index, pd.DatetimeIndex):
        stamps = index.tz_localize(None).to_numpy()
        return np.datetime_as_string(stamps, unit=_resolution(index)).tolist()
    return index.tolist()


def axis_of(index: pd.Index) -> dict[str, Any]:
    """Return the type of the axis that `axis_values` are drawn on, and its title where the time zone matters."""
    if not isinstance(index, pd.PeriodIndex | pd.DatetimeIndex):
        return {"type": "linear", "tickformat": "d"}
    zone = getattr(index, "tz", None)
    return {"type": "date"} if zone is None else {"type": "date", "title": {"text": f"time in {zone}"}}


def sole_tick(index: pd.Index) -> dict[str, Any]:
    """Return the tick of a single stamp, whose axis plotly would divide into less than a step; nothing for more."""
    return {"tickvals": axis_values(index)} if len(index) == 1 else {}


def labels(index: pd.Index) -> list[str]:
    """Return the values of a time index as short text, with the offset from UTC where there is a time zone.

    Examples
    --------
    >>> labels(pd.date_range("2024-01-01", periods=1, freq="h", tz="Europe/Berlin"))
    ['2024-01-01 00:00 +0100']
    """
    if isinstance(index, pd.DatetimeIndex):
        local = index.tz_localize(None)
        texts = np.datetime_as_string(local.to_numpy(), unit=_resolution(index))
        texts = np.char.replace(texts, "T", " ").tolist()
        if index.tz is None:
            return texts
        return [f"{text} {stamp.strftime('%z')}" for text, stamp in zip(texts, index, strict=True)]
    return [str(value) for value in index]


def _resolution(index: pd.DatetimeIndex) -> Any:
    """Return the coarsest NumPy unit that shows every stamp in full; a time zone always shows the clock."""
    stamps = index.tz_localize(None).to_numpy()
    for unit in _RESOLUTIONS if index.tz is None else _RESOLUTIONS[1:]:
        if (stamps == stamps.astype(f"datetime64[{unit}]")).all():
            return unit
    return "us"
