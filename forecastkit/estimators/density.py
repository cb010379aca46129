"""Gaussian log densities of a panel's values, from their one-step errors."""

from __future__ import annotations

import numpy as np

from ..frames import Panel

_ROUNDING = 1e-12  # errors of an exact model below this part of the series' largest value are rounding


def log_density(panel: Panel, errors: np.ndarray, sigma2: np.ndarray) -> np.ndarray:
    """Log density of every value given the values before it.

    Parameters
    ----------
    panel : Panel
        The data.
    errors : ndarray, shape (n_values,)
        One-step forecast errors, NaN where there is no forecast.
    sigma2 : ndarray, shape (n_series,)
        Their variances; 0 for a model that fits exactly.

    Returns
    -------
    ndarray, shape (n_values,)
        In nats. For a variance of 0: infinite where the error is rounding, minus infinity elsewhere.
    """
    variance = np.repeat(sigma2, panel.lengths)
    exact = variance == 0
    positive = np.where(exact, 1.0, variance)
    density = -0.5 * (np.log(2 * np.pi * positive) + errors**2 / positive)
    if not exact.any():
        return density
    largest = np.fmax.reduceat(np.abs(panel.values), panel.offsets[:-1])
    close = np.abs(errors) <= _ROUNDING * np.repeat(largest, panel.lengths)
    return np.where(exact & ~np.isnan(errors), np.where(close, np.inf, -np.inf), density)


def total_log_density(panel: Panel, density: np.ndarray) -> np.ndarray:
    """Sum of each series' log densities: minus infinity where a value is impossible, NaN where none was scored."""
    impossible, scored = np.isneginf(density), ~np.isnan(density)
    first = panel.offsets[:-1]
    total = np.add.reduceat(np.where(impossible | ~scored, 0.0, density), first)
    total = np.where(np.logical_or.reduceat(impossible, first), -np.inf, total)
    return np.where(np.logical_or.reduceat(scored, first), total, np.nan)
