"""Split conformal prediction: how wide an interval has to be, read off the errors of earlier forecasts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...errors import InvalidParameterError

ROUNDING = 1e-9  # of n times a coverage such as 0.95, which has no exact binary form


def interval_scores(actual: np.ndarray, center: np.ndarray, below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Size of each error in units of the forecast's own spread on that side.

    s = (y - m) / a above the centre m and (m - y) / b below it, with y ``actual``, m ``center``, a ``above`` and b
    ``below``: an interval from m - b q to m + a q covers y if and only if s ≤ q.

    Parameters
    ----------
    actual, center, below, above : ndarray, broadcastable to one shape
        Values, forecast medians, and the spreads on both sides, 0 or more, in the data's unit.

    Returns
    -------
    ndarray
        Scores, 0 or more: 0 for an exact forecast without spread, infinite for a miss of one, NaN without a value.
    """
    error = actual - center
    spread = np.where(error < 0, below, above)
    size = np.abs(error)
    score = np.divide(size, spread, out=np.full(np.shape(size), np.inf), where=spread > 0)
    return np.where(size == 0, 0.0, np.where(np.isnan(size), np.nan, score))


def needed_scores(coverage: float) -> int:
    """Smallest number of scores n whose largest bounds an interval of that coverage: n ≥ (n + 1) coverage.

    Examples
    --------
    >>> needed_scores(0.95), needed_scores(0.8)
    (19, 4)
    """
    return int(np.ceil(coverage / (1 - coverage) - ROUNDING))


@dataclass(frozen=True, eq=False)
class ConformalScores:
    """Scores of earlier forecasts, and the widths of intervals that they call for.

    The width for coverage c is the ⌈(n + 1) c⌉-th smallest of the n scores of a series and lead time. If these and the
    score to come are exchangeable, it is exceeded with probability at most 1 - c.

    Parameters
    ----------
    scores : ndarray, shape (n_scores, n_groups, n_steps)
        From `interval_scores`; NaN where there is none. A single group serves all series, a single step all lead times.

    References
    ----------
    .. [1] V. Vovk, A. Gammerman and G. Shafer (2005), Algorithmic Learning in a Random World, section 2.3.
    .. [2] J. Lei et al. (2018), Distribution-free predictive inference for regression, section 2.2.
    """

    scores: np.ndarray

    @cached_property
    def _sorted(self) -> np.ndarray:
        """Scores in order, NaN last."""
        return np.sort(self.scores, axis=0)

    @cached_property
    def counts(self) -> np.ndarray:
        """Number of scores n, shape (n_groups, n_steps)."""
        return (~np.isnan(self.scores)).sum(axis=0)

    def widths(self, coverages: np.ndarray) -> np.ndarray:
        """Factor of the spread that each coverage takes, shape (n_coverages, n_groups, n_steps).

        Parameters
        ----------
        coverages : ndarray, shape (n_coverages,)
            From 0, below 1.

        Raises
        ------
        InvalidParameterError
            There are too few scores for a coverage; the message has both numbers.
        """
        ranks = np.ceil((self.counts + 1) * coverages[:, None, None] - ROUNDING).astype(int)
        fewest, highest = int(self.counts.min()), float(np.max(coverages))
        if (ranks > self.counts).any():
            raise InvalidParameterError(
                f"an interval of {100 * highest:g} % needs {needed_scores(highest)} errors, there are {fewest}: at "
                f"most {100 * fewest / (fewest + 1):.4g} % is possible. Calibrate for this level with level= or on "
                "more origins with n_origins="
            )
        widths = np.take_along_axis(self._sorted, np.maximum(ranks, 1) - 1, axis=0)
        return np.where(ranks < 1, 0.0, widths)

    @property
    def largest(self) -> float:
        """Largest coverage that the scores of every group and step support: n / (n + 1)."""
        fewest = int(self.counts.min())
        return fewest / (fewest + 1)

    def curve(self, coverages: np.ndarray) -> np.ndarray:
        """Widths on the lines between neighbouring scores, for a law that is continuous.

        Parameters
        ----------
        coverages : ndarray, shape (n_coverages,)
            From 0 to `largest`.

        Returns
        -------
        ndarray, shape (n_coverages, n_groups, n_steps)
        """
        place = coverages[:, None, None] * (self.counts + 1)
        low = np.minimum(np.floor(place + ROUNDING).astype(int), self.counts)
        high = np.minimum(low + 1, self.counts)
        padded = np.concatenate([np.zeros((1, *self._sorted.shape[1:])), self._sorted])
        first, second = (np.take_along_axis(padded, each, axis=0) for each in (low, high))
        return first + np.clip(place - low, 0.0, 1.0) * np.where(second > first, second - first, 0.0)
