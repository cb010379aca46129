"""Forecast origins of a rolling backtest: which values train, which are forecast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..checks import check_choice, check_horizon, check_integer
from ..errors import InvalidParameterError
from ..frames import Panel
from ..frames.wording import word


@dataclass(frozen=True, eq=False)
class Origins:
    """Training and test windows on a panel's grid.

    Attributes
    ----------
    firsts, ends : ndarray of int, shape (n_origins, n_series)
        First grid position of every training window and one past its last, the cutoff.
    fit_origin : ndarray of int, shape (n_origins,)
        Number of the origin whose fit each origin uses.
    horizon : int
        Steps that are scored.
    gap : int
        Steps between the cutoff and the first scored step.
    """

    firsts: np.ndarray
    ends: np.ndarray
    fit_origin: np.ndarray
    horizon: int
    gap: int

    def __len__(self) -> int:
        """Count the origins."""
        return len(self.ends)

    @property
    def test_positions(self) -> np.ndarray:
        """Grid positions that are forecast, shape (n_origins, n_series, horizon)."""
        return self.ends[:, :, None] + self.gap + np.arange(self.horizon)

    def actuals(self, panel: Panel) -> np.ndarray:
        """Values at `test_positions`, NaN where there is none; shape (n_origins, n_series, horizon)."""
        places = self.test_positions - panel.starts[:, None]
        inside = (places >= 0) & (places < panel.lengths[:, None])
        flat = np.where(inside, places + panel.offsets[:-1, None], 0)
        return np.where(inside, panel.values[flat], np.nan)


def rolling_origins(
    panel: Panel,
    *,
    horizon: int,
    windows: int = 10,
    start: Any = None,
    step: int | None = None,
    gap: int = 0,
    window: Literal["expanding", "sliding"] = "expanding",
    train_size: int | None = None,
    cutoffs: Literal["calendar", "per_series"] = "calendar",
    refit: bool | int = True,
) -> Origins:
    """Lay out the windows of a rolling-origin backtest.

    Parameters
    ----------
    panel : Panel
        All data.
    horizon : int
        Steps forecast at every origin, 1 or more.
    windows : int, default=10
        Number of origins, counted back from the end of the data; not used with `start`.
    start : stamp, default=None
        First cutoff, the last time that trains the first window; origins run from there to the end.
    step : int, default=None
        Steps from one origin to the next, 1 or more; None for `horizon`, so that test windows do not overlap.
    gap : int, default=0
        Steps between the cutoff and the first scored step.
    window : {"expanding", "sliding"}, default="expanding"
        Train on everything up to the cutoff, or on the last `train_size` steps.
    train_size : int, default=None
        Length of a sliding window in steps; None for the length of the first training window.
    cutoffs : {"calendar", "per_series"}, default="calendar"
        The same cutoffs for all series, or counted back from each series' own end.
    refit : bool or int, default=True
        Fit at every origin, only at the first (False), or at every n-th.

    Returns
    -------
    Origins

    Raises
    ------
    InvalidParameterError
        A parameter is outside its range, or the data has too few values for the windows asked for; the message says
        how many fit.
    """
    horizon, gap = check_horizon(horizon), check_integer(gap, "gap", 0)
    step = horizon if step is None else check_integer(step, "step", 1)
    check_choice(window, "window", ("expanding", "sliding"))
    check_choice(cutoffs, "cutoffs", ("calendar", "per_series"))
    if train_size is not None and window == "expanding":
        raise InvalidParameterError(
            "'train_size' is the length of a sliding window: set window='sliding' or leave it out"
        )
    if start is None:
        n_origins = check_integer(windows, "windows", 1)
        last = panel.ends if cutoffs == "per_series" else np.full(panel.n_series, panel.ends.max())
    elif cutoffs == "per_series":
        raise InvalidParameterError("'start' is one time for all series: leave it out with cutoffs='per_series'")
    else:
        first_end = start_position(panel, start) + 1
        room = int(panel.ends.max()) - gap - horizon - first_end
        n_origins = room // step + 1 if room >= 0 else 0
        last = np.full(panel.n_series, first_end + (n_origins - 1) * step + gap + horizon)
    back = np.arange(n_origins - 1, -1, -1) * step
    ends = (last - gap - horizon) - back[:, None]
    longest = (ends - panel.starts).max(axis=1, initial=0)
    if n_origins < 1 or longest[0] < 2:
        raise _too_many(panel, horizon, gap, step, n_origins if start is None else None, start)
    firsts = np.broadcast_to(panel.starts, ends.shape)
    if window == "sliding":
        size = int(longest[0]) if train_size is None else check_integer(train_size, "train_size", 2)
        firsts = np.maximum(firsts, ends - size)
    return Origins(firsts, ends, fit_schedule(n_origins, refit), horizon, gap)


def fit_schedule(n_origins: int, refit: bool | int) -> np.ndarray:
    """Give the number of the origin whose fit each origin uses.

    Examples
    --------
    >>> fit_schedule(5, 2)
    array([0, 0, 2, 2, 4])
    """
    every = {True: 1, False: n_origins}[bool(refit)] if isinstance(refit, bool | np.bool_) else refit
    every = check_integer(every, "refit", 1)
    return np.arange(n_origins) // every * every


def start_position(panel: Panel, start: Any) -> int:
    """Find the first cutoff on the grid of the data.

    Parameters
    ----------
    panel : Panel
        The data.
    start : stamp
        A time; a year may be written as a number.

    Returns
    -------
    int
        Grid position.

    Raises
    ------
    InvalidParameterError
        It is no time on the grid.
    """
    try:
        return int(panel.calendar.positions(_as_index(panel, start))[0])
    except (ValueError, TypeError) as error:
        raise InvalidParameterError(
            f"'start' must be a time on the grid of the data, got {start!r}: {error}"
        ) from error


def _as_index(panel: Panel, start: Any) -> pd.Index:
    """One stamp as an index of the calendar's kind; a year may be written as a number."""
    calendar = panel.calendar
    if calendar.kind == "integer":
        return pd.Index([start])
    value = str(start) if isinstance(start, int) else start
    if calendar.kind == "period":
        return pd.PeriodIndex([pd.Period(value, freq=calendar.freqstr)])
    stamp = pd.Timestamp(value)
    return pd.DatetimeIndex([stamp.tz_localize(calendar.tz) if calendar.tz and stamp.tz is None else stamp])


def _too_many(
    panel: Panel, horizon: int, gap: int, step: int, windows: int | None, start: Any
) -> InvalidParameterError:
    """Say how many windows the data has room for."""
    longest = int(panel.lengths.max())
    if windows is None:
        last = word(panel.calendar.stamps(np.array([panel.ends.max() - gap - horizon - 1]))[0])
        return InvalidParameterError(
            f"'start' {start!r} leaves no window: the first cutoff needs 2 values before it and {gap + horizon} after "
            f"it, so that the last possible one is {last}"
        )
    room = (longest - gap - horizon - 2) // step + 1 if longest >= gap + horizon + 2 else 0
    return InvalidParameterError(
        f"{windows} windows of horizon {horizon} every {step} steps need {2 + gap + horizon + (windows - 1) * step} "
        f"values, the longest series has {longest}: "
        + (f"at most {room} windows fit" if room else "no window fits, choose a smaller horizon")
    )
