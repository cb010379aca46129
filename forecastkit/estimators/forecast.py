"""What a forecaster returns inside: the joint distribution of the next steps, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class Forecast(Protocol):
    """Joint distribution of the next steps of a batch of series."""

    @property
    def point(self) -> np.ndarray:
        """Point forecast, shape (batch, horizon)."""
        ...

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles, shape (n_quantiles, batch, horizon)."""
        ...

    def sample(self, n_samples: int, generators: Sequence[np.random.Generator]) -> np.ndarray:
        """Joint paths, shape (n_samples, batch, horizon)."""
        ...


def interval_columns(forecast: Forecast, levels: Sequence[float]) -> dict[str, np.ndarray]:
    """Point forecast and interval bounds of each level, by the column names of `predict_interval`."""
    tails = np.array([(100 - level) / 200 for level in levels])
    bounds = forecast.quantile(np.concatenate([tails, 1 - tails]))
    columns = {"forecast": forecast.point}
    for i, level in enumerate(levels):
        columns[f"forecast-lo-{level}"] = bounds[i]
        columns[f"forecast-hi-{level}"] = bounds[len(levels) + i]
    return columns


def quantile_columns(forecast: Forecast, probabilities: Sequence[float]) -> dict[str, np.ndarray]:
    """Quantiles by the column names of `predict_quantiles`, in percent."""
    names = [f"forecast-q-{100 * probability:.10g}" for probability in probabilities]
    return dict(zip(names, forecast.quantile(np.array(probabilities)), strict=True))
