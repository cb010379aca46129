"""Future values that are already decided."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError
from .entries import read_entries
from .panel import Panel
from .wording import count_of


def known_values(known: pd.Series | pd.DataFrame | Panel, panel: Panel, horizon: int) -> np.ndarray:
    """Place future values that are already decided on the steps ahead of each series.

    Parameters
    ----------
    known : Series, DataFrame or Panel
        Values in the layout of the data, for any of the series and any of the steps: a Series; a wide frame with some
        of the columns; a long frame with the same id, time and target columns; a (series, time) MultiIndex. NaN means
        not known. It may be empty.
    panel : Panel
        The history; its series' ends are the forecast origins.
    horizon : int
        Number of steps ahead, at least 1.

    Returns
    -------
    ndarray of float64, shape (n_series, horizon)
        NaN where nothing is known.

    Raises
    ------
    InvalidFrameError
        A value lies in the past of its series or beyond the horizon; series that the panel lacks; stamps off its
        grid, of another kind, twice or unsorted; values that are infinite or no numbers.

    Notes
    -----
    O(n log n) for n values in a long frame, O(n) otherwise.

    Examples
    --------
    >>> from forecastkit.frames import as_panel
    >>> y = pd.Series([1.0, 2.0, 4.0], index=pd.date_range("2024-01-01", periods=3, freq="D"))
    >>> known_values(pd.Series([5.0], index=pd.DatetimeIndex(["2024-01-05"])), as_panel(y), 3)
    array([[nan,  5., nan]])
    """
    entries = read_entries(known, panel, data="known")
    entries = entries.where(~np.isnan(entries.values))
    steps = entries.positions - panel.ends[entries.series]
    past, beyond = entries.where(steps < 0), entries.where(steps >= horizon)
    if len(past.series):
        raise InvalidFrameError(
            f"known has {count_of(len(past.series), 'value')} at or before the end of the history: "
            f"{past.named(panel)}; keep the rows after it, and change the history itself by update or y=."
        )
    if len(beyond.series):
        raise InvalidFrameError(
            f"known has {count_of(len(beyond.series), 'value')} beyond the horizon of {count_of(horizon, 'step')}: "
            f"{beyond.named(panel)}; leave them out, or ask for horizon={int(steps.max()) + 1}."
        )
    result = np.full((panel.n_series, horizon), np.nan)
    result[entries.series, steps] = entries.values
    return result
