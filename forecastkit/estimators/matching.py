"""Which fitted series another panel's series are."""

from __future__ import annotations

import numpy as np

from ..errors import InvalidFrameError, nearest
from ..frames import Panel


def series_numbers(panel: Panel, fitted: Panel) -> np.ndarray:
    """Find every series of a panel among those a model was fitted on.

    Parameters
    ----------
    panel : Panel
        Data to forecast from or to score.
    fitted : Panel
        Training data.

    Returns
    -------
    ndarray of int, shape (panel.n_series,)
        Numbers in ``fitted``. A Series stands for the fitted Series whatever their names.

    Raises
    ------
    InvalidFrameError
        The frequency is another one, or a series was not fitted.
    """
    index = unseen_numbers(panel, fitted)
    if (index < 0).any():
        unknown = panel.ids[index < 0]
        raise InvalidFrameError(
            f"y has {len(unknown)} series the model was not fitted on, the first is {unknown[0]!r} "
            f"({nearest(unknown[0], fitted.ids)}): fit a model on them"
        )
    return index


def unseen_numbers(panel: Panel, fitted: Panel) -> np.ndarray:
    """Find every series of a panel among those a model was fitted on; -1 for one it was not fitted on.

    Parameters
    ----------
    panel, fitted
        As for `series_numbers`.

    Returns
    -------
    ndarray of int, shape (panel.n_series,)

    Raises
    ------
    InvalidFrameError
        The frequency is another one.
    """
    if panel is fitted or panel.ids is fitted.ids:
        return np.arange(fitted.n_series)
    if panel.calendar.freqstr != fitted.calendar.freqstr:
        raise InvalidFrameError(
            f"y has frequency {panel.calendar.freqstr}, but the model was fitted on {fitted.calendar.freqstr}: "
            "resample y or fit a model on its frequency"
        )
    if panel.layout.kind == fitted.layout.kind == "series":
        return np.zeros(1, dtype=int)
    return fitted.ids.get_indexer(panel.ids)
