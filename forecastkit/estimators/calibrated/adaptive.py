"""Adaptive conformal inference: a miscoverage rate that follows what was covered of late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .conformal import ROUNDING

STEP_SIZES = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128)
_GRID = np.array([*np.arange(0, 0.95, 0.05), 0.95, 0.96, 0.97, 0.98, 0.99])
_INTERVAL = 100  # outcomes over which the step sizes are compared


def just_missed(scores: np.ndarray, memory: int, least: int) -> np.ndarray:
    """Smallest miscoverage rate at which each forecast missed, given the scores known at its origin.

    β = 1 - r / (n + 1), with r of the n scores known then smaller than its own: the interval of rate α misses if and
    only if α ≥ β.

    Parameters
    ----------
    scores : ndarray, shape (n_origins, n_series, horizon)
        Of consecutive origins; NaN where there is none. The score h steps ahead is known h steps after its origin.
    memory : int
        Number of latest scores that count, 1 or more.
    least : int
        Number of known scores below which there is no answer, 1 or more.

    Returns
    -------
    ndarray, shape (n_origins, n_series, horizon)
        β, in (0, 1]; NaN where there is no score, or too few were known.

    Notes
    -----
    O(n_origins · memory) a series and lead time.
    """
    missed = np.full(scores.shape, np.nan)
    n_origins, _, horizon = scores.shape
    for h in range(horizon):
        for j in range(h + least, n_origins):
            known, own = scores[max(0, j - h - memory) : j - h, :, h], scores[j, :, h]
            count, smaller = (~np.isnan(known)).sum(axis=0), (known < own).sum(axis=0)
            missed[j, :, h] = np.where((count >= least) & ~np.isnan(own), 1 - smaller / (count + 1), np.nan)
    return missed


def tracked_rates(missed: np.ndarray, rates: np.ndarray, step_sizes: Sequence[float]) -> np.ndarray:
    """Miscoverage rates to ask for, so that the rates wanted come out.

    α ← α + γ (α* - 1{α ≥ β}) for every outcome β, with α* of ``rates`` and γ of ``step_sizes``. Several step sizes are
    averaged with weights that fall with the pinball loss of their α, and are shared a little at every outcome.

    Parameters
    ----------
    missed : ndarray, shape (n_outcomes, n_series, horizon)
        From `just_missed`, oldest first; NaN is skipped.
    rates : ndarray, shape (n_rates,)
        Wanted, between 0 and 1.
    step_sizes : sequence of float
        Above 0; a single one is adaptive conformal inference as first proposed.

    Returns
    -------
    ndarray, shape (n_rates, n_series, horizon)
        α after the last outcome, in [0, 1].

    References
    ----------
    .. [1] I. Gibbs and E. Candès (2021), Adaptive conformal inference under distribution shift, equation 2.
    .. [2] I. Gibbs and E. Candès (2024), Conformal inference for online prediction with arbitrary distribution shifts,
       algorithm 1.
    .. [3] M. Zaffran et al. (2022), Adaptive conformal predictions for time series, section 4.
    """
    wanted = rates[:, None, None]
    sizes = np.asarray(step_sizes, dtype=float)[:, None, None, None]
    n = len(sizes)
    alpha = np.broadcast_to(wanted, (n, len(rates), *missed.shape[1:])).copy()
    weight = np.full(alpha.shape, 1 / n)
    variance = (1 - wanted) ** 2 * wanted**3 + (1 - wanted) ** 3 * wanted**2
    eagerness = np.sqrt(3 / _INTERVAL * (np.log(n * _INTERVAL) + 2) / variance)
    shared = 1 / (2 * _INTERVAL)
    for beta in missed[~np.isnan(missed).all(axis=(1, 2))]:
        known = ~np.isnan(beta)
        if n > 1:
            surplus = beta - alpha
            loss = np.where(known, wanted * surplus - np.minimum(surplus, 0), 0.0)
            weight = weight * np.exp(-eagerness * loss)
            weight = (1 - shared) * weight / weight.sum(axis=0) + shared / n
        alpha = np.where(known, np.clip(alpha + sizes * (wanted - (alpha >= beta)), 0, 1), alpha)
    return (weight * alpha).sum(axis=0)


@dataclass(frozen=True, eq=False)
class AdaptiveScores:
    """Scores of forecasts from consecutive origins, and the widths of intervals that follow them.

    The width for coverage c is the ⌈(n + 1) (1 - α)⌉-th smallest of the latest n scores of a series and lead time, at
    most the largest, with α from `tracked_rates` for the rate 1 - c.

    Parameters
    ----------
    scores : ndarray, shape (n_origins, n_series, horizon)
        From `interval_scores`, oldest first, the last row of the last origin but for the end of the data.
    step_sizes : sequence of float
        γ, above 0.
    memory : int
        Number of latest origins that count.
    least : int
        Number of scores from which α is adapted.
    """

    scores: np.ndarray
    step_sizes: Sequence[float]
    memory: int
    least: int

    @cached_property
    def counts(self) -> np.ndarray:
        """Number of scores, shape (n_series, horizon)."""
        return (~np.isnan(self.scores)).sum(axis=0)

    @property
    def largest(self) -> float:
        """Largest coverage that is followed."""
        return float(_GRID[-1])

    @cached_property
    def _on_grid(self) -> np.ndarray:
        """Widths for the coverages of a grid, which grow with it; shape (n_grid, n_series, horizon)."""
        ordered = np.sort(_latest(self.scores, self.memory), axis=0)
        count = (~np.isnan(ordered)).sum(axis=0)
        missed = just_missed(self.scores, self.memory, self.least)
        rates = tracked_rates(missed, 1 - _GRID[1:], self.step_sizes)
        ranks = np.ceil((count + 1) * (1 - rates) - ROUNDING).astype(int)
        widths = np.take_along_axis(ordered, np.clip(ranks, 1, count) - 1, axis=0)
        widths = np.concatenate([np.zeros((1, *count.shape)), np.where(ranks < 1, 0.0, widths)])
        return np.maximum.accumulate(widths, axis=0)

    def widths(self, coverages: np.ndarray) -> np.ndarray:
        """Factor of the spread that each coverage takes, shape (n_coverages, n_series, horizon).

        Parameters
        ----------
        coverages : ndarray, shape (n_coverages,)
            From 0, below 1; one between two of a grid (steps of 5 %, above 95 % of 1 %) lies on the line between them.
        """
        high = np.clip(np.searchsorted(_GRID, coverages - ROUNDING), 1, len(_GRID) - 1)
        share = (coverages - _GRID[high - 1]) / (_GRID[high] - _GRID[high - 1])
        low, top = self._on_grid[high - 1], self._on_grid[high]
        return low + np.maximum(share, 0)[:, None, None] * (top - low)

    def curve(self, coverages: np.ndarray) -> np.ndarray:
        """Return the same as `widths`."""
        return self.widths(coverages)


def _latest(scores: np.ndarray, memory: int) -> np.ndarray:
    """Latest scores of every lead time, of which the last h steps ahead is of the h-th origin from the end."""
    latest = np.full((memory, *scores.shape[1:]), np.nan)
    for h in range(scores.shape[2]):
        known = scores[max(0, len(scores) - h - memory) : max(0, len(scores) - h), :, h]
        latest[memory - len(known) :, :, h] = known
    return latest
