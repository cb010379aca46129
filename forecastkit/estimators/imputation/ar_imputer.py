"""The imputer that knows each sensor's own past and future, and no other sensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ...checks import check_integer
from ...errors import NotSupportedError
from ..ar import ARForecaster
from .completion import Completion
from .standardised import StandardisedImputer, interpolated

_LEAST_LEVEL = 1.0  # percent; a narrower interval is the point


class ARImputer(StandardisedImputer):
    """Fill the gaps of every sensor from its own past and future, by the exact law of an autoregression.

    Parameters
    ----------
    max_order : int, default=10
        Largest order that AIC tries for a sensor, 1 or more.
    max_rows : int, default=5000
        Most rows of the training data that are used, its last ones.

    Attributes
    ----------
    forecaster_ : ARForecaster or None
        The autoregressions; None where no sensor has enough values for one.

    Notes
    -----
    A sensor that cannot be fitted, because it has too few values or a constant one, is filled by linear interpolation
    (the mean of a random walk). Before a sensor's first value its marginal law N(mean, variance) stands.

    Examples
    --------
    >>> X = pd.DataFrame({"a": np.sin(np.arange(60) / 3)}, index=pd.date_range("2024-01-01", periods=60))
    >>> X.iloc[31] = np.nan
    >>> ARImputer(max_order=2).fit_transform(X)["a"].iloc[31].round(4)
    np.float64(-0.7886)
    """

    has_intervals: ClassVar[bool] = True

    def __init__(self, *, max_order: int = 10, max_rows: int = 5000) -> None:
        self.max_order = max_order
        self.max_rows = max_rows

    def check_parameters(self) -> None:
        """Raise InvalidParameterError unless both are whole numbers of 1 or more."""
        check_integer(self.max_order, "max_order", 1)
        check_integer(self.max_rows, "max_rows", 1)

    def _learn(self, values: np.ndarray) -> None:
        """Fit the sensors that have enough neighbouring values."""
        values = values[-self.max_rows :]
        seen = ~np.isnan(values)
        enough = seen.sum(axis=0) >= 4 * self.max_order + 8
        enough &= np.fmax.reduce(values) > np.fmin.reduce(values)
        self._fitted = np.flatnonzero(enough)
        self.forecaster_ = None
        if len(self._fitted):
            self.forecaster_ = ARForecaster(order="aic", max_order=self.max_order, on_error="naive")
            self.forecaster_.fit(_numbered(values, self._fitted))

    def _estimate(self, values: np.ndarray) -> np.ndarray:
        """Return the mean of the law of every gap."""
        return self.bounds(values, ())[0]

    def _completion(self, values: np.ndarray, times: np.ndarray) -> Completion:
        """Law of the gaps."""
        return ARCompletion(self, values)

    def bounds(self, values: np.ndarray, levels: Sequence[float]) -> np.ndarray:
        """Fill a standardised table and bound its gaps.

        Parameters
        ----------
        values : ndarray, shape (n_rows, n_sensors)
            Standardised, NaN where missing.
        levels : sequence of float
            Coverages in percent.

        Returns
        -------
        ndarray, shape (1 + 2 n_levels, n_rows, n_sensors)
            The filled table, then the lower and the upper bounds of each level.
        """
        z = ndtri([(100 + side * each) / 200 for each in levels for side in (-1, 1)])
        result = np.empty((1 + len(z), *values.shape))
        result[0] = interpolated(values)
        seen = ~np.isnan(values)
        before = ~np.logical_or.accumulate(seen, axis=0)
        result[0][before] = 0.0
        result[1:] = result[0] + z[:, None, None]
        some = self._fitted[seen[:, self._fitted].any(axis=0)]
        if self.forecaster_ is not None and len(some):
            frame = self.forecaster_.impute(_numbered(values, some), levels or None)
            table = frame.to_numpy().reshape(len(frame), len(some), len(result)).transpose(2, 0, 1)
            inside = ~np.isnan(table)
            result[:, :, some] = np.where(inside, table, result[:, :, some])
        return result


@dataclass(frozen=True)
class ARCompletion:
    """Law of the gaps of each sensor by itself.

    Parameters
    ----------
    imputer : ARImputer
        Fitted.
    values : ndarray, shape (n_rows, n_sensors)
        NaN where missing.
    """

    imputer: ARImputer
    values: np.ndarray

    @property
    def point(self) -> np.ndarray:
        """Means in the gaps."""
        return self._tables(())[0]

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles in the gaps, as the ends of central intervals."""
        levels = np.round(100 * np.abs(1 - 2 * np.asarray(probabilities)), 10).tolist()
        asked = sorted({level for level in levels if level >= _LEAST_LEVEL})
        places = [
            0 if level < _LEAST_LEVEL else 1 + 2 * asked.index(level) + int(probability > 0.5)
            for level, probability in zip(levels, probabilities.tolist(), strict=True)
        ]
        return self._tables(asked)[places]

    def sample(self, n_samples: int, generator: np.random.Generator) -> np.ndarray:
        """Refuse."""
        raise NotSupportedError("ARImputer draws no samples; ARForecaster().fit(y).impute(n_samples=...) does")

    def _tables(self, levels: Sequence[float]) -> np.ndarray:
        """Fill the table and bound its gaps, in the data's own unit."""
        standard = self.imputer.bounds(self.imputer._standardised(self.values), levels)
        return np.stack([self.imputer._in_gaps(table, self.values) for table in standard])


def _numbered(values: np.ndarray, sensors: np.ndarray) -> pd.DataFrame:
    """Return some sensors of a table as a wide frame, by their numbers."""
    return pd.DataFrame(values[:, sensors], columns=pd.Index(sensors))
