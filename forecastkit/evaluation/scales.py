"""What errors are measured against: the seasonal naive's errors and Naive2, from data up to the cutoff."""

from __future__ import annotations

import numpy as np

from ..frames import Panel
from .naive2 import naive2
from .origins import Origins


def naive_scales(panel: Panel, origins: Origins, seasonal_period: int) -> tuple[np.ndarray, np.ndarray]:
    """In-sample errors of the seasonal naive forecast, the scales of MASE and RMSSE.

    Parameters
    ----------
    panel : Panel
        All data.
    origins : Origins
        The windows; a sliding one does not shorten what the scale is computed from.
    seasonal_period : int
        Season in steps.

    Returns
    -------
    absolute, root_mean_square : ndarray, shape (n_origins, n_series)
        Mean absolute and root mean squared seasonal difference up to each cutoff; NaN without one.

    Notes
    -----
    O(n) an origin.
    """
    differences = np.full(len(panel.values), np.nan)
    places = np.flatnonzero(panel.positions - np.repeat(panel.starts, panel.lengths) >= seasonal_period)
    differences[places] = panel.values[places] - panel.values[places - seasonal_period]
    known = ~np.isnan(differences)
    terms = np.nan_to_num(differences)
    start = panel.offsets[:-1]
    ends = start + np.clip(origins.ends - panel.starts, 0, panel.lengths)

    def up_to_cutoff(values: np.ndarray) -> np.ndarray:
        """Sum over each series up to each cutoff, every sum by itself: a large series takes no digits from another."""
        values = np.append(values, 0.0)  # a place for the end of the last series
        sums = [np.add.reduceat(values, np.column_stack([start, end]).ravel())[::2] for end in ends]
        return np.where(ends > start, np.stack(sums), 0.0)

    count = up_to_cutoff(known.astype(float))
    with np.errstate(invalid="ignore", divide="ignore"):
        return up_to_cutoff(np.abs(terms)) / count, np.sqrt(up_to_cutoff(terms**2) / count)


def naive2_forecasts(panel: Panel, origins: Origins, seasonal_period: int) -> np.ndarray:
    """Naive2 forecasts of all test windows, NaN before a series begins; shape (n_origins, n_series, horizon)."""
    forecasts = np.full((len(origins), panel.n_series, origins.horizon), np.nan)
    steps = origins.gap + origins.horizon
    for i in range(panel.n_series):
        y = panel.series(i)
        for o, end in enumerate((origins.ends[:, i] - panel.starts[i]).tolist()):
            if 0 < end <= len(y):
                forecasts[o, i] = naive2(y[:end], steps, seasonal_period)[origins.gap :]
    return forecasts
