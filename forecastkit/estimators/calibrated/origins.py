"""Where the forecasts begin whose errors calibrate: origins counted back from the end of each series."""

from __future__ import annotations

import numpy as np

from ...errors import InvalidFrameError

_SEASONS = 7  # origins a season apart: a week of days of hourly data
_PLENTY = 4  # times the scores needed from which origins may stand apart
_KEPT = 4  # part of a series, one in so many values, that the first fit is left with at least


def calibration_steps(
    lengths: np.ndarray,
    horizon: int,
    needed: int,
    season: int,
    n_origins: int | None = None,
    step: int | None = None,
    *,
    pooled: bool = True,
) -> np.ndarray:
    """Distances of the origins from the end of each series, the largest first.

    Parameters
    ----------
    lengths : ndarray of int, shape (n_series,)
        Of the series.
    horizon : int
        Steps forecast from every origin, all before the end.
    needed : int
        Scores that the highest level takes.
    season : int
        Season in steps.
    n_origins : int, default=None
        Number of origins; None for 7, more where they would give few scores and fewer where the series are short.
    step : int, default=None
        Steps from one origin to the next; None for a season (the horizon without one), and less where that would leave
        too few scores.
    pooled : bool, default=True
        Whether the scores of all series are put together.

    Returns
    -------
    ndarray of int, shape (n_origins,)

    Raises
    ------
    InvalidFrameError
        The series are too short; the message says what there is room for.

    Notes
    -----
    What is chosen leaves the first fit half the values of the middle series, or a quarter where there would be too few
    scores.

    Examples
    --------
    >>> calibration_steps(np.full(50, 700), horizon=48, needed=19, season=24)
    array([192, 168, 144, 120,  96,  72,  48])
    >>> len(calibration_steps(np.array([120]), horizon=12, needed=19, season=12))
    49
    """
    length = int(np.median(lengths))
    n_series = int((lengths >= length).sum()) if pooled else 1
    plenty, phase = -(-_PLENTY * needed // n_series), season if season > 1 else horizon
    room = length // 2 - horizon
    if room + 1 < -(-needed // n_series):
        room = length - length // _KEPT - horizon
    if n_origins is None:
        n_origins = max(_SEASONS, plenty)
        if step is None and room // phase + 1 >= plenty:
            step = phase
        if step is not None or room + 1 < n_origins:
            n_origins = max(min(n_origins, room // (step or 1) + 1), 1)
    if step is None:
        step = min(max(room // max(n_origins - 1, 1), 1), phase)
    reach = (n_origins - 1) * step + horizon
    if reach > length - 2:
        most = max((length - 2 - horizon) // step + 1, 0)
        raise InvalidFrameError(
            f"{n_origins} calibration origins every {step} steps with horizon {horizon} need {reach + 2} values, the "
            f"series have {length} (median): "
            + (f"at most {most} fit" if most else "none fits, choose a smaller horizon")
        )
    return np.arange(n_origins - 1, -1, -1) * step + horizon
