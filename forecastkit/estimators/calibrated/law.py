"""The forecast law of a calibrated forecaster."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..forecast import Forecast
from .adaptive import AdaptiveScores
from .conformal import ConformalScores

ONE_SIGMA = 0.8413447460685429  # probability below the mean plus a standard deviation of a normal law
_COVERAGES = np.array([*np.arange(0.0, 0.96, 0.05), 0.975, 0.99])  # knots of the map from paths to calibrated ones


def center_and_spreads(forecast: Forecast) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Median of a forecast, and its distances to the quantiles a standard deviation below and above a normal one's.

    Returns
    -------
    tuple of three ndarray, shape (batch, horizon)
    """
    low, center, high = forecast.quantile(np.array([1 - ONE_SIGMA, 0.5, ONE_SIGMA]))
    return center, center - low, high - center


class CalibratedForecast:
    """A forecast law whose spread is multiplied by what earlier errors call for.

    The quantile of probability p is m + a q(2p - 1) for p above a half and m - b q(1 - 2p) below, with the median m and
    the spreads a and b of the law, and q the widths by coverage: monotone in p, as skewed as the law.

    Parameters
    ----------
    forecast : Forecast
        Law of the forecaster.
    scores : ConformalScores or AdaptiveScores
        Of the series of the batch, or one group for all.
    group : ndarray of int, shape (batch,)
        Which group of the scores each series has.
    """

    def __init__(self, forecast: Forecast, scores: ConformalScores | AdaptiveScores, group: np.ndarray) -> None:
        self._forecast, self._scores, self._group = forecast, scores, group

    @property
    def point(self) -> np.ndarray:
        """Point forecast of the forecaster, shape (batch, horizon)."""
        return self._forecast.point

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Calibrated marginal quantiles, shape (n_probabilities, batch, horizon)."""
        center, below, above = center_and_spreads(self._forecast)
        coverages = np.abs(2 * probabilities - 1)
        widths = self._scores.widths(coverages)
        return _moved(center, below, above, self._spread_out(widths, center.shape[1]), probabilities)

    def sample(self, n_samples: int, generators: Sequence[np.random.Generator]) -> np.ndarray:
        """Paths of the forecaster with every value moved to its calibrated quantile, (n_samples, batch, horizon)."""
        paths = self._forecast.sample(n_samples, generators)
        center, below, above = center_and_spreads(self._forecast)
        coverages = _COVERAGES[self._scores.largest >= _COVERAGES]
        probabilities = np.concatenate([(1 - coverages[:0:-1]) / 2, (1 + coverages) / 2])
        old = self._forecast.quantile(probabilities)
        curve = self._spread_out(self._scores.curve(np.abs(2 * probabilities - 1)), center.shape[1])
        new = _moved(center, below, above, curve, probabilities)
        return _mapped(paths, old, new, center)

    def _spread_out(self, widths: np.ndarray, horizon: int) -> np.ndarray:
        """Widths of each series and step, shape (n, batch, horizon)."""
        widths = widths[:, self._group]
        return np.broadcast_to(widths[..., :horizon], (*widths.shape[:2], horizon))


def _moved(
    center: np.ndarray, below: np.ndarray, above: np.ndarray, widths: np.ndarray, probabilities: np.ndarray
) -> np.ndarray:
    """Centre moved by widths (n, batch, horizon) of the spreads, downward for probabilities below a half."""
    upper = (probabilities >= 0.5)[:, None, None]
    spread = np.where(upper, above, -below)
    step = np.multiply(spread, widths, out=np.zeros(widths.shape), where=spread != 0)  # no spread stays none
    return center + step


def _mapped(values: np.ndarray, old: np.ndarray, new: np.ndarray, center: np.ndarray) -> np.ndarray:
    """Values (n, batch, horizon) on the lines between knots; beyond the outer ones stretched as these are.

    ``old`` and ``new`` have shape (n_knots, batch, horizon) and do not fall along the first axis.
    """
    result = np.broadcast_to(new[0], values.shape).copy()
    for k in range(len(old) - 1):
        run = old[k + 1] - old[k]
        share = np.divide(values - old[k], run, out=np.zeros(values.shape), where=run > 0)
        result += np.clip(share, 0.0, 1.0) * (new[k + 1] - new[k])
    for end, side in ((0, -1.0), (-1, 1.0)):
        run = old[end] - center
        stretch = np.divide(new[end] - center, run, out=np.ones(run.shape), where=run != 0)
        result += stretch * side * np.maximum(side * (values - old[end]), 0.0)
    return result
