"""What the simple imputers share: estimates on tables of standardised values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import NotSupportedError
from ...frames import Panel, SensorGraph
from .base import BaseImputer
from .completion import Completion
from .sensors import by_time

_ROUNDING = 1e-12  # a deviation smaller than this part of the mean is none


class StandardisedImputer(BaseImputer):
    """Base of the simple imputers: a subclass implements ``_learn`` and ``_estimate`` on standardised tables.

    A sensor without a value in `fit` has the mean and the deviation of all values. There are no intervals.

    Attributes
    ----------
    mean_, scale_ : ndarray of float64, shape (n_sensors,)
        Mean and standard deviation of each sensor's observed values, the latter 1 for a constant one.
    """

    has_intervals: ClassVar[bool] = False
    _needs_others: ClassVar[bool] = False

    def _fit(self, panel: Panel, graph: SensorGraph | None) -> None:
        """Standardise, and learn from the standardised table."""
        values = by_time(panel)
        count = (~np.isnan(values)).sum(axis=0)
        self._empty = count == 0
        pooled = values[~np.isnan(values)]
        filled = np.where(count, values, pooled.mean())
        self.mean_ = np.nanmean(filled, axis=0)
        deviation = np.where(count > 1, np.nanstd(filled, axis=0), pooled.std())
        self.scale_ = np.where(deviation > _ROUNDING * np.abs(self.mean_), deviation, 1.0)
        self._learn((values - self.mean_) / self.scale_)

    def _fill(self, values: np.ndarray, times: np.ndarray) -> None:
        """Fill the gaps by estimates."""
        values[:] = self._in_gaps(self._estimate(self._standardised(values)), values)

    def _completion(self, values: np.ndarray, times: np.ndarray) -> Completion:
        """Points without a law."""
        filled = values.copy()
        self._fill(filled, times)
        return PointCompletion(type(self).__name__, filled)

    def _standardised(self, values: np.ndarray) -> np.ndarray:
        """Table in units of the sensors' deviations from their means."""
        return (values - self.mean_) / self.scale_

    def _in_gaps(self, standard: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Standardised estimates in the data's own unit, where nothing was observed."""
        return np.where(np.isnan(values), standard * self.scale_ + self.mean_, values)

    def _by_others(self, filled: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Give sensors without a value in `fit` the mean of what the others had at the time, standardised."""
        seen = ~np.isnan(values)
        others = np.where(seen, values, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
        return np.where(self._empty, others[:, None], filled)

    def _learn(self, values: np.ndarray) -> None:
        """Learn from a standardised table."""

    def _estimate(self, values: np.ndarray) -> np.ndarray:
        """Return an estimate for every gap of a standardised table."""
        raise NotImplementedError

    def _model_state(self) -> dict[str, np.ndarray]:
        """Refuse: baselines are not kept in files."""
        raise NotSupportedError(f"{type(self).__name__} cannot be saved: it is a yardstick; fit it again")


@dataclass(frozen=True)
class PointCompletion:
    """A table with its gaps filled, and nothing about how sure that is.

    Parameters
    ----------
    name : str
        Of the imputer.
    point : ndarray, shape (n_rows, n_sensors)
    """

    name: str
    point: np.ndarray

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Refuse."""
        raise NotSupportedError(f"{self.name} gives no intervals; GaussianImputer does")

    def sample(self, n_samples: int, generator: np.random.Generator) -> np.ndarray:
        """Refuse."""
        raise NotSupportedError(f"{self.name} draws no samples; GaussianImputer does")


def interpolated(values: np.ndarray) -> np.ndarray:
    """Return a table with its gaps on straight lines, its ends held, and zeros for a sensor without a value."""
    return pd.DataFrame(values).interpolate(limit_direction="both").fillna(0.0).to_numpy()
