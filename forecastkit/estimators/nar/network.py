"""A trained network with all that it takes to apply it to a panel."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ...models import AutoregressiveNetwork, block_log_density
from ...windows import SeriesScaling, SeriesStore, Window, series_scaling
from .covariate_plan import CovariatePlan
from .law import NetworkForecast, Point
from .network_input import NetworkInput
from .one_step import OneStepForecast
from .path_law import NetworkPathLaw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...frames import Covariates, Panel

_BATCH = 4_096  # windows that are scored together


@dataclass(frozen=True, eq=False)
class FittedNetwork:
    """A trained network, the scaling of the series it was trained on, and what training said.

    Parameters
    ----------
    network : AutoregressiveNetwork
        On the CPU, as trained.
    scaling : SeriesScaling
        Of the training series.
    scaled_by : {"standard", None}
        How a series unseen in training is scaled, by its own history.
    plan : CovariatePlan
        Covariates that it reads.
    spread : ndarray, shape (n_series,)
        Factor of the deviation of each training series' laws.
    seed : int
        Of point forecasts that are sampled, and of quantiles unless a call gives its own.
    record : dict
        What training did, in JSON types: steps, losses, and the reasons of automatic choices.
    """

    network: AutoregressiveNetwork
    scaling: SeriesScaling
    scaled_by: Any
    plan: CovariatePlan
    spread: np.ndarray
    seed: int
    record: dict[str, Any]

    @cached_property
    def exact(self) -> AutoregressiveNetwork:
        """The network in float64, so that batches of any size get the same numbers."""
        return copy.deepcopy(self.network).double().eval()

    def reordered(self, index: np.ndarray) -> FittedNetwork:
        """Scaling of the training series in another order."""
        scaling = replace(self.scaling, center=self.scaling.center[index], scale=self.scaling.scale[index])
        return replace(self, scaling=scaling, spread=self.spread[index])

    def read(self, panel: Panel, index: np.ndarray, X: Covariates | None, static: Any) -> NetworkInput:
        """Put a panel into the numbers of the network.

        Parameters
        ----------
        panel : Panel
            Series to forecast or score.
        index : ndarray of int, shape (n_series,)
            Their numbers among the training series, -1 for one that was not trained on.
        X : Covariates or None
        static : DataFrame, tuple or None
            Static covariates, or the columns of X that are.

        Returns
        -------
        NetworkInput
        """
        center, scale = self.scaling.center[index], self.scaling.scale[index]
        if (index < 0).any():
            positive = np.where(panel.values > 0, panel.values, np.nan) if self.scaling.log else panel.values
            own = series_scaling(positive, panel.offsets, self.scaled_by, log=self.scaling.log)
            center, scale = np.where(index < 0, own.center, center), np.where(index < 0, own.scale, scale)
        scaling, spread = (
            replace(self.scaling, center=center, scale=scale),
            np.where(index < 0, 1.0, self.spread[index]),
        )
        return NetworkInput(panel, scaling, X, self.plan, spread, static)

    def forecast(self, on: NetworkInput, horizon: int, point: Point, seed: int | None) -> NetworkForecast:
        """Law of the next steps of every series.

        Parameters
        ----------
        on : NetworkInput
            From `read`.
        horizon : int
            Steps, 1 or more.
        point : {"rollout", "mean", "median"}
            Point forecast.
        seed : int or None
            Of the paths behind quantiles; None for that of the fit.

        Returns
        -------
        NetworkForecast
        """
        window = on.last_window(self.network.specification, horizon)
        seeds = self.seed if seed is None else seed, self.seed
        return NetworkForecast(self.exact, window, on.scaling, horizon, point, on.panel.ids, *seeds)

    def path_law(self, on: NetworkInput, horizon: int) -> NetworkPathLaw:
        """Joint law of the next steps of every series, with its density."""
        window = on.last_window(self.network.specification, horizon)
        return NetworkPathLaw(self.exact, window, on.scaling, horizon, on.panel.ids)

    def one_step(self, on: NetworkInput) -> OneStepForecast:
        """Law of every value given the values before it, where there are ``order`` of them."""
        spec, panel = self.network.specification, on.panel
        places = np.flatnonzero(panel.positions - np.repeat(panel.starts, panel.lengths) >= spec.order)
        starts = torch.from_numpy(places - spec.order)
        with torch.inference_mode():
            laws = [self.exact.next_block(window) for window in self._windows(on, starts, spec.order + 1)]
        return OneStepForecast(laws, places, on.scaling, panel)

    def log_density(self, on: NetworkInput) -> np.ndarray:
        """Log density of every value given those before it, in the data's unit; shape (n_values,).

        With blocks of s steps, those of a series follow each other from its value ``order`` on, and a value's density
        is given the values before its block and those of its block before it: the sum is the joint log-likelihood.
        """
        spec, panel = self.network.specification, on.panel
        s, counts = spec.block_size, np.maximum(-(-(panel.lengths - spec.order) // spec.block_size), 0)
        first = np.cumsum(counts) - counts
        local = np.arange(int(counts.sum())) - np.repeat(first, counts)
        starts = np.repeat(panel.offsets[:-1], counts) + local * s
        ends = np.repeat(panel.offsets[1:], counts)
        scaled, density = on.scaled(), np.full(len(panel.values), np.nan)
        dependence = self.exact.dependence
        with torch.inference_mode():
            done = 0
            for window in self._windows(on, torch.from_numpy(starts), spec.order + s, torch.from_numpy(ends)):
                part = slice(done, done + len(window.values))
                done = part.stop
                places = starts[part, None] + spec.order + np.arange(s)
                inside = places < ends[part, None]
                block = np.where(inside, scaled[np.where(inside, places, 0)], np.nan)
                law = self.exact.emissions(window)
                joint = block_log_density(law, torch.from_numpy(block)[:, None], dependence)[:, 0].numpy()
                density[places[inside]] = joint[inside]
        with np.errstate(invalid="ignore", divide="ignore"):
            return density + on.scaling.log_scale(panel.values, panel.series_index)

    def _windows(
        self, on: NetworkInput, starts: torch.Tensor, length: int, ends: torch.Tensor | None = None
    ) -> Iterator[Window]:
        """Windows of a panel in batches; beyond the end of its series a window repeats the last row."""
        store = on.store(torch.float64)
        on.refuse_gaps(self.network.specification, store)
        for first in range(0, len(starts), _BATCH):
            part = starts[first : first + _BATCH]
            if ends is None:
                yield store.windows(part, length)
            else:
                yield _clipped(store, part, length, ends[first : first + _BATCH])


def _clipped(store: SeriesStore, starts: torch.Tensor, length: int, ends: torch.Tensor) -> Window:
    """Windows that may reach beyond the end of their series, where the last row is repeated."""
    places = torch.minimum(starts[:, None] + torch.arange(length), ends[:, None] - 1)
    return Window(
        store.values[places],
        None if store.observed is None else store.observed[places],
        None if store.known is None else store.known[places],
        None if store.past is None else store.past[places],
        None if store.static is None else store.static[store.series_of(starts)],
        spread=None if store.spread is None else store.spread[store.series_of(starts)],
    )
