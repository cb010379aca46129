"""The forecast law of a network: sampled paths, and the closed form of the first block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import torch

from ...errors import ConvergenceError
from ...models import AutoregressiveNetwork, mean_rollout, sampled_rollout
from ..parameters import series_generators

if TYPE_CHECKING:
    from ...windows import SeriesScaling, Window

Point = Literal["rollout", "mean", "median"]
N_PATHS = 1000
_MOST_NUMBERS = 20_000_000  # of a batch of paths and their pasts: 160 MB


class NetworkForecast:
    """Law of the next steps of a batch of series by a network.

    Parameters
    ----------
    network : AutoregressiveNetwork
        In float64.
    window : Window
        Last values of every series, and known covariates of the steps ahead.
    scaling : SeriesScaling
        Of the batch's series.
    horizon : int
        Steps ahead.
    point : {"rollout", "mean", "median"}
        Point forecast: the deterministic rollout of means, or the mean or median of sampled paths.
    ids : pandas.Index
        Names of the series, from which their random streams are made.
    seed : int
        Of the paths behind `quantile`, and behind `point` unless it is the rollout.
    point_seed : int
        Of the paths behind `point`.

    Notes
    -----
    Quantiles of the first block are exact; those of later steps are of 1,000 paths a series.
    """

    def __init__(
        self,
        network: AutoregressiveNetwork,
        window: Window,
        scaling: SeriesScaling,
        horizon: int,
        point: Point,
        ids: pd.Index,
        seed: int,
        point_seed: int,
    ) -> None:
        self._network, self._window, self._scaling = network, window, scaling
        self._horizon, self._point, self._ids = horizon, point, ids
        self._seed, self._point_seed = seed, point_seed

    @property
    def point(self) -> np.ndarray:
        """Point forecast, shape (batch, horizon)."""
        return self._point_forecast

    @cached_property
    def _point_forecast(self) -> np.ndarray:
        """Rollout, or a summary of paths."""
        if self._point == "rollout":
            with torch.inference_mode():
                scaled = mean_rollout(self._network, self._window, self._horizon).numpy()
            return self._in_unit(scaled)
        paths = self._paths if self._point_seed == self._seed else self._drawn(self._point_seed)
        return paths.mean(axis=0) if self._point == "mean" else np.median(paths, axis=0)

    def quantile(self, probabilities: np.ndarray) -> np.ndarray:
        """Marginal quantiles, shape (n_probabilities, batch, horizon)."""
        with torch.inference_mode():
            first = self._network.next_block(self._window).quantile(torch.from_numpy(probabilities)).numpy()
        exact = self._in_unit(first[..., : self._horizon])
        if exact.shape[-1] == self._horizon:
            return exact
        sampled = np.quantile(self._paths[..., exact.shape[-1] :], probabilities, axis=0)
        return np.concatenate([exact, sampled], axis=-1)

    def sample(self, n_samples: int, generators: Sequence[np.random.Generator]) -> np.ndarray:
        """Joint paths, shape (n_samples, batch, horizon)."""
        return self._in_unit(np.concatenate(list(self._scaled_paths(n_samples, generators)), axis=1))

    @cached_property
    def _paths(self) -> np.ndarray:
        """Paths behind the quantiles."""
        return self._drawn(self._seed)

    def _drawn(self, seed: int) -> np.ndarray:
        """Paths of a seed."""
        return self.sample(N_PATHS, series_generators(self._ids, seed))

    def _scaled_paths(self, n_samples: int, generators: Sequence[np.random.Generator]) -> Iterator[np.ndarray]:
        """Paths of some series at a time, as many as memory is meant for."""
        size = n_samples * (self._horizon + self._window.values.shape[1])
        at_once = max(1, _MOST_NUMBERS // size)
        for first in range(0, len(generators), at_once):
            part = slice(first, first + at_once)
            noise = np.stack([each.standard_normal((n_samples, self._horizon)) for each in generators[part]], axis=1)
            with torch.inference_mode():
                yield sampled_rollout(self._network, self._window.select(part), torch.from_numpy(noise)).numpy()

    def _in_unit(self, scaled: np.ndarray) -> np.ndarray:
        """Values in the data's unit of scaled ones (..., batch, steps)."""
        series = np.arange(scaled.shape[-2])[:, None]
        values = self._scaling.inverse(scaled, series)
        finite = np.isfinite(values)
        if not finite.all():
            *_, i, k = np.argwhere(~finite)[0].tolist()
            raise ConvergenceError(
                f"the network's free run from the end of series {self._ids[i]!r} leaves the range of numbers at step "
                f"{k + 1}: the recursion is unstable. Fit again with linear_skip=False, rollout_steps above 1 or a "
                "larger block_size"
            )
        return values
