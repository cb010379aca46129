"""The empty frame of the future, to be filled with covariates."""

from __future__ import annotations

import numbers

import numpy as np
import pandas as pd

from ..errors import InvalidParameterError
from .forecast_frames import future_positions, regular_index
from .ingest import as_panel
from .panel import Panel


def future_frame(
    y: pd.Series | pd.DataFrame | Panel,
    horizon: int,
    *,
    id_col: str = "unique_id",
    time_col: str = "ds",
    target_col: str = "y",
    freq: str | pd.offsets.BaseOffset | int | None = None,
) -> pd.DataFrame:
    """Make the empty frame of the future, to be filled with covariates.

    Parameters
    ----------
    y : Series, DataFrame or Panel
        The history.
    horizon : int
        Number of steps ahead, at least 1.
    id_col, time_col, target_col : str, default="unique_id", "ds", "y"
        Column names of a long frame.
    freq : str, pandas offset or int, default=None
        Frequency, when the data does not show it.

    Returns
    -------
    DataFrame
        Without columns on the future stamps, for a Series or wide frame; id and time columns for a long frame; without
        columns on a (series, time) index for a MultiIndex frame.

    Raises
    ------
    InvalidParameterError
        `horizon` is not a whole number of at least 1.
    InvalidFrameError
        The data breaks the contract.

    Examples
    --------
    >>> y = pd.Series([1.0, 2.0], index=pd.date_range("2024-01-30", periods=2, freq="D"))
    >>> list(future_frame(y, 2).index.strftime("%d %b"))
    ['01 Feb', '02 Feb']
    """
    if isinstance(horizon, bool) or not isinstance(horizon, numbers.Integral) or horizon < 1:
        raise InvalidParameterError(f"horizon has to be a whole number of steps, at least 1; got {horizon!r}.")
    panel = as_panel(y, id_col=id_col, time_col=time_col, target_col=target_col, freq=freq)
    positions = future_positions(panel, int(horizon))
    layout = panel.layout
    if layout.kind in ("series", "wide"):
        return pd.DataFrame(index=regular_index(panel, np.arange(positions.min(), positions.max() + 1)))
    ids = panel.ids.take(np.repeat(np.arange(panel.n_series), horizon))
    stamps = panel.calendar.stamps(positions.reshape(-1))
    if layout.kind == "long":
        return pd.DataFrame({layout.id_col: ids, layout.time_col: stamps})
    return pd.DataFrame(index=pd.MultiIndex.from_arrays([ids, stamps], names=[layout.id_col, layout.time_col]))
