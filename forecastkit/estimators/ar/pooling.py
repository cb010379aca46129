"""A global autoregression on series that it was not fitted to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...autoregression import LinearProcess
from ...frames import Panel
from ..panel_process import PanelProcess


def series_scale(panel: Panel) -> np.ndarray:
    """Return each series' standard deviation over its observed values, 1 for a constant one; shape (n_series,)."""
    first, count = panel.offsets[:-1], panel.lengths - panel.n_missing
    deviations = panel.values - np.repeat(panel.values[first], panel.lengths)
    gaps = None if panel.observed.all() else ~panel.observed
    if gaps is not None:
        deviations[gaps] = 0.0
    deviations -= np.repeat(np.add.reduceat(deviations, first) / count, panel.lengths)
    if gaps is not None:
        deviations[gaps] = 0.0
    variance = np.add.reduceat(deviations**2, first) / count
    return np.where(variance > 0, np.sqrt(variance), 1.0)


def rescaled(part: PanelProcess, new: np.ndarray, fitted: LinearProcess, scale: np.ndarray) -> PanelProcess:
    """Give series that were not fitted the global process in units of their own standard deviations.

    Parameters
    ----------
    part : PanelProcess
        Some fitted series' processes on the panel.
    new : ndarray of bool, shape (n_series,)
        Series of the panel that were not fitted.
    fitted : LinearProcess
        The global process of each fitted series.
    scale : ndarray, shape (n_fitted,)
        Standard deviation of each fitted series.

    Returns
    -------
    PanelProcess
    """
    own = series_scale(part.transformed)
    process = part.process
    deterministic, sigma2 = process.deterministic.copy(), process.sigma2.copy()
    deterministic[new] = own[new, None] * (fitted.deterministic / scale[:, None])[:1]
    sigma2[new] = own[new] ** 2 * np.mean(fitted.sigma2 / scale**2)
    whole = own if part.scale is None else np.where(new, own, part.scale)
    return replace(part, process=replace(process, deterministic=deterministic, sigma2=sigma2), scale=whole)
