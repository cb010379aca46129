"""A panel that goes on with new observations."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd

from ..errors import DataWarning, InvalidFrameError
from .entries import Entries, read_entries
from .panel import Panel
from .stamp_checks import check_span
from .wording import count_of


def continued(panel: Panel, y_new: pd.Series | pd.DataFrame | Panel) -> Panel:
    """Append new observations to the series of a panel.

    Parameters
    ----------
    panel : Panel
        The history.
    y_new : Series, DataFrame or Panel
        Rows after the end of each series, in the layout of the data; some of the series or a single row will do. Rows
        that it skips become missing values, and so does NaN; a series without new rows stays as it is.

    Returns
    -------
    Panel
        As if made of the old and the new rows together, without row labels, since its rows are no longer the
        caller's. The panel itself when there is nothing new.

    Raises
    ------
    InvalidFrameError
        An observation lies at or before the end of its series; series that the panel lacks; stamps off its grid, of
        another kind, twice or unsorted; values that are infinite or no numbers.

    Warns
    -----
    DataWarning
        Stamps are skipped.

    Notes
    -----
    O(total number of values): they are copied; the panel is not changed.

    Examples
    --------
    >>> from forecastkit.frames import as_panel
    >>> y = pd.Series([1.0, 2.0, 4.0], index=pd.period_range("2024-01", periods=3, freq="M"))
    >>> continued(as_panel(y), pd.Series([5.0], index=pd.period_range("2024-04", periods=1, freq="M"))).values
    array([1., 2., 4., 5.])
    """
    entries = read_entries(y_new, panel, data="y_new")
    new = entries.positions >= panel.ends[entries.series]
    overlap = entries.where(~new & ~np.isnan(entries.values))
    if len(overlap.series):
        raise InvalidFrameError(
            f"y_new has {count_of(len(overlap.series), 'observation')} at or before the end of its series in y: "
            f"{overlap.named(panel)}; keep the rows after it, or fit again where the past has changed."
        )
    entries = entries.where(new)
    if not len(entries.series):
        return panel
    ends = panel.ends.copy()
    np.maximum.at(ends, entries.series, entries.positions + 1)
    lengths = ends - panel.starts
    n_values = int(lengths.sum())
    reach = np.array([panel.starts.min(), ends.max() - 1])
    check_span(n_values, len(panel.values) + len(entries.values), panel.calendar.stamps(reach), panel.calendar)
    offsets = np.cumsum(lengths) - lengths
    values = np.full(n_values, np.nan)
    values[np.arange(len(panel.values)) + np.repeat(offsets - panel.offsets[:-1], panel.lengths)] = panel.values
    places = entries.positions + (offsets - panel.starts)[entries.series]
    values[places] = entries.values
    layout = replace(panel.layout, index=None, rows=None, trimmed=None)
    longer = replace(panel, values=values, lengths=lengths, layout=layout)
    if n_values > len(panel.values) + len(entries.values):
        warnings.warn(_gap_message(longer, panel, places), DataWarning, stacklevel=2)
    return longer


def _gap_message(longer: Panel, panel: Panel, places: np.ndarray) -> str:
    """Count of the stamps between the old and the new rows that neither has."""
    absent = longer.positions >= panel.ends[longer.series_index]
    absent[places] = False
    gaps = Entries(longer.series_index[absent], longer.positions[absent], longer.values[absent])
    return f"y_new skips {count_of(len(gaps.series), 'stamp')} ({gaps.named(longer)}): treated as missing values."
