"""Log densities of a panel's values, from their one-step errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..autoregression import log_jacobian
from ..frames import Panel

if TYPE_CHECKING:
    from .panel_process import PanelProcess

_ROUNDING = 1e-12  # errors of an exact model below this part of the series' largest value are rounding


def log_density(on: PanelProcess) -> np.ndarray:
    """Log density of every value given the values before it, in the data's unit.

    Parameters
    ----------
    on : PanelProcess
        Processes and data.

    Returns
    -------
    ndarray, shape (n_values,)
        In nats, NaN where there is no one-step forecast. For a variance of 0: infinite where the error is rounding,
        minus infinity elsewhere.
    """
    errors, variance = on.errors()
    panel, power = on.transformed, np.repeat(on.process.power, on.panel.lengths)
    exact = variance == 0
    positive = np.where(exact, 1.0, variance)
    density = -0.5 * (np.log(2 * np.pi * positive) + errors**2 / positive)
    if (power != 1).any():
        density = density + log_jacobian(on.panel.values, power)
    if not exact.any():
        return density
    largest = np.fmax.reduceat(np.abs(panel.values), panel.offsets[:-1])
    close = np.abs(errors) <= _ROUNDING * np.repeat(largest, panel.lengths)
    return np.where(exact & ~np.isnan(errors), np.where(close, np.inf, -np.inf), density)


def log_likelihoods(on: PanelProcess) -> np.ndarray:
    """Log-likelihood of every series given the values that are conditioned on, in the data's unit.

    Parameters
    ----------
    on : PanelProcess
        Processes and data.

    Returns
    -------
    ndarray, shape (n_series,)
        The sums of `log_density`; those of series with gaps are computed as a whole where there is a start law,
        which takes a fraction of the time.
    """
    process, panel = on.process, on.panel
    quick, result = np.zeros(panel.n_series, dtype=bool), np.empty(panel.n_series)
    if not on.stationary_start:
        for i in np.flatnonzero(on.gappy & (process.sigma2 > 0) & (process.conditioned > 0)).tolist():
            whole = on.observed_log_likelihood(i)
            if whole is not None:
                quick[i], result[i] = True, whole
    if not quick.all():
        rest = on.select(np.flatnonzero(~quick))
        result[~quick] = total_log_density(rest.panel, log_density(rest))
    return result


def total_log_density(panel: Panel, density: np.ndarray) -> np.ndarray:
    """Sum of each series' log densities: minus infinity where a value is impossible, NaN where none was scored."""
    impossible, scored = np.isneginf(density), ~np.isnan(density)
    first = panel.offsets[:-1]
    total = np.add.reduceat(np.where(impossible | ~scored, 0.0, density), first)
    total = np.where(np.logical_or.reduceat(impossible, first), -np.inf, total)
    return np.where(np.logical_or.reduceat(scored, first), total, np.nan)
