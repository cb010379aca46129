"""Whether the series and stamps of a table are those of a panel."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, nearest
from .panel import Panel
from .wording import count_of, shown, word


def known_series(ids: pd.Index, panel: Panel, *, data: str) -> np.ndarray:
    """Return the number of each series in a panel.

    Parameters
    ----------
    ids : pandas.Index, length n
        Names of series.
    panel : Panel
    data : str
        What the caller calls the table.

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    InvalidFrameError
        The panel lacks a series; the nearest name is given.
    """
    numbers = panel.ids.astype(object).get_indexer(ids.astype(object))
    unknown = ids[numbers < 0]
    if len(unknown):
        known = panel.ids[:10] if panel.n_series > 10 else panel.ids
        hint = nearest(unknown[0], panel.ids).partition("; ")[2]
        raise InvalidFrameError(
            f"{data} has {len(unknown)} series that y does not have: {shown(list(unknown))}; y has "
            f"{shown(list(known), 9)}{'; ' + hint if hint else ''}."
        )
    return numbers


def grid_positions(stamps: pd.Index, panel: Panel, *, data: str) -> np.ndarray:
    """Return the position of each stamp on the time grid of a panel.

    Parameters
    ----------
    stamps : pandas.Index, length n
        Stamps, none missing.
    panel : Panel
    data : str
        What the caller calls the table.

    Returns
    -------
    ndarray of int64, shape (n,)

    Raises
    ------
    InvalidFrameError
        Stamps are of another kind or off the grid.
    """
    positions, on_grid = panel.calendar.place(stamps)
    if not on_grid.all():
        off = stamps[~on_grid]
        raise InvalidFrameError(
            f"{data} has {count_of(len(off), 'stamp')} off the time grid of y ({panel.calendar.label}, "
            f"{panel.calendar.freqstr!r}, such as {word(panel.calendar.origin)}): {shown(off)}; resample it to that "
            "of y."
        )
    return positions
