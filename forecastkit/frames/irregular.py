"""Irregular data: the error that names the stamps off the grid and the resampling call to make."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .calendar import Calendar
from .inference import Steps, infer_calendar, resampling_alias
from .panel import Layout
from .rows import Rows
from .wording import listed, word

_MOSTLY = 0.75  # share of stamps on the grid from which resampling to that grid is the advice


def off_grid_error(
    stamps: pd.Index, on_grid: np.ndarray, rows: Rows | None, calendar: Calendar, layout: Layout, *, freq: object = None
) -> InvalidFrameError:
    """Error for irregular data: the step, the first stamps off its grid, and the resampling call.

    Parameters
    ----------
    stamps : pandas.Index
        Sorted unique stamps.
    on_grid : ndarray of bool, shape (n_stamps,)
        Which of them lie on the grid.
    rows : Rows or None
        Keys of the rows, for a long or MultiIndex frame.
    calendar : Calendar
        The time grid.
    layout : Layout
        Layout of the data.
    freq : object, default=None
        The frequency the caller gave.
    """
    off = np.flatnonzero(~on_grid)
    if rows is None:
        count, named = len(off), [word(stamp) for stamp in stamps[off[:3]]]
        steps = Steps(np.arange(len(stamps) - 1), np.arange(1, len(stamps)))
    else:
        bad = np.flatnonzero(~on_grid[rows.places])
        count, steps = len(bad), rows.steps
        named = [f"{word(stamps[rows.places[i]])} (series {word(rows.ids[rows.codes[i]])})" for i in bad[:3]]
    where = listed(named, count)
    total = len(stamps) if rows is None else len(rows.codes)
    if freq is not None:
        message = f"{count} of {total} stamps are off the grid of freq={freq!r} ({calendar.label}): {where}."
        other = infer_calendar(stamps, steps) if len(steps.first) else calendar
        if other.place(stamps)[1].all():
            return InvalidFrameError(f"{message} The data looks {other.label}: freq={other.freqstr!r}.")
    else:
        message = (
            f"The data is irregular: {count} of {total} stamps are off the grid of the modal step "
            f"({calendar.label}, {calendar.freqstr!r}): {where}."
        )
    if not isinstance(stamps, pd.DatetimeIndex):
        return InvalidFrameError(f"{message} Correct those stamps, or number the rows one after the other.")
    if stamps.tz is not None and _is_regular(stamps.tz_convert("UTC"), steps):
        return InvalidFrameError(f"{message} In UTC it is regular: convert the times with .tz_convert('UTC').")
    alias = calendar.freqstr if on_grid.mean() >= _MOSTLY else resampling_alias(stamps, steps)
    call = {
        "series": f"y.resample({alias!r}).mean()",
        "wide": f"y.resample({alias!r}).mean()",
        "long": f"y.set_index({layout.time_col!r}).groupby({layout.id_col!r})[{layout.target_col!r}]"
        f".resample({alias!r}).mean().reset_index()",
        "multiindex": f"y.groupby([pd.Grouper(level=0), pd.Grouper(level=1, freq={alias!r})]).mean()",
    }[layout.kind]
    return InvalidFrameError(f"{message} Bring it onto a grid, for example: {call}.")


def _is_regular(stamps: pd.DatetimeIndex, steps: Steps) -> bool:
    """Whether all stamps lie on one calendar."""
    try:
        return bool(infer_calendar(stamps, steps).place(stamps)[1].all())
    except InvalidFrameError:
        return False
