"""Forecasts given future values that are already decided."""

from __future__ import annotations

import numpy as np

from ..autoregression import ForecastLaw
from ..errors import InvalidFrameError, InvalidParameterError
from ..frames import Panel
from ..frames.wording import word


def scenario_law(law: ForecastLaw, known: np.ndarray, panel: Panel) -> ForecastLaw:
    """Law of the next steps given the values of some of them.

    Parameters
    ----------
    law : ForecastLaw
        Of the next steps of every series.
    known : ndarray, shape (n_series, horizon)
        Known values, NaN where none is.
    panel : Panel
        The history, which names series and stamps.

    Returns
    -------
    ForecastLaw

    Raises
    ------
    InvalidFrameError
        A known value is impossible, or the model leaves no room for it.
    """
    try:
        return law.condition(known)
    except InvalidParameterError as error:
        raise _refusal(law, known, panel) from error


def _refusal(law: ForecastLaw, known: np.ndarray, panel: Panel) -> InvalidFrameError:
    """Name the first known value that cannot be taken in."""
    i, k = next(place for place in np.argwhere(~np.isnan(known)).tolist() if _refused(law, known, *place))
    one = law.select(np.array([i]))
    reason = "the model determines it exactly from the history and the other known values, so leave it out"
    if not one.admits(known[i : i + 1]).all():
        reason = "the model transforms the values, so it has to be positive"
    stamp = word(panel.calendar.stamps(panel.ends[i : i + 1] + k)[0])
    return InvalidFrameError(
        f"known: the value {known[i, k]:g} of series {panel.ids[i]!r} at {stamp} cannot be taken in: {reason}"
    )


def _refused(law: ForecastLaw, known: np.ndarray, i: int, k: int) -> bool:
    """Whether series ``i`` cannot take in its known values up to step ``k``."""
    until = np.where(np.arange(known.shape[1]) <= k, known[i], np.nan)
    try:
        law.select(np.array([i])).condition(until[None])
    except InvalidParameterError:
        return True
    return False
