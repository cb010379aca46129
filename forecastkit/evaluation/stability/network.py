"""Stability of networks: derivatives along the data, a long free run, and simulated paths."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...autoregression.sensitivity import k_step_norms
from ...errors import InvalidFrameError
from ...estimators.recursion import NetworkRecursion
from ...models import mean_rollout
from ...models.state_map import StateMap, run_sensitivity
from .error_growth import error_growth
from .long_runs import long_runs
from .measures import StabilityMeasures
from .settings import StabilitySettings

_MOST_NUMBERS = 20_000_000  # of derivatives that are held at once: 160 MB
_MOST_STATES = 64  # whose eigenvalues are computed
_EIGENVALUE_COST = 2e8  # cubes of the order that this may take
_ROWS = 4_096  # states whose next blocks are computed together
_BY_STEP = ("lipschitz", "typical_lipschitz", "gain", "typical_gain")
_BY_STEP += ("rmse", "state_rmse", "expected", "one_step", "bound")
_SINGLE = ("spectral_radius", "median_radius", "lyapunov", "lyapunov_error", "tolerance", "escaped", "escape_step")


def network_measures(recursion: NetworkRecursion, settings: StabilitySettings) -> tuple[StabilityMeasures, np.ndarray]:
    """Measure a network on every series.

    Parameters
    ----------
    recursion : NetworkRecursion
    settings : StabilitySettings
        Its horizon is a whole number of blocks.

    Returns
    -------
    measures : StabilityMeasures
        In the order of the panel's series; NaN for a series without a state.
    eigenvalues : ndarray of complex
        Of the Jacobians at some of the states.

    Raises
    ------
    InvalidFrameError
        No series has a state, which takes ``order`` values in a row.
    """
    along = _AlongData(recursion, settings)
    eigenvalues = [np.empty(0, dtype=complex)]
    with _one_thread():
        rows = [_nothing(settings.horizon) for _ in range(along.n_series)]
        for i in np.flatnonzero([len(each) for each in along.starts]).tolist():
            rows[i], values = along.series(i)
            eigenvalues.append(values)
        for i, far in long_runs(
            along.map, along.store.values, along.starts, along.limits, along.reads, settings
        ).items():
            rows[i] |= far
    return StabilityMeasures.stacked(rows), np.concatenate(eigenvalues)


def whole_blocks(settings: StabilitySettings, recursion: NetworkRecursion) -> StabilitySettings:
    """Round the horizon up to whole blocks."""
    s = recursion.fitted.network.specification.block_size
    return replace(settings, horizon=-(-settings.horizon // s) * s)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep torch to one thread: for ten thousand small products, one after the other, threads only wait."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _AlongData:
    """A network's map, and the states of the series of a panel."""

    def __init__(self, recursion: NetworkRecursion, settings: StabilitySettings) -> None:
        self.settings, self.network = settings, recursion.fitted.exact
        self.store = recursion.read.store(torch.float64)
        recursion.read.refuse_gaps(self.network.specification, self.store)
        self.reads = any(each is not None for each in (self.store.known, self.store.past, self.store.static))
        self.map = StateMap(self.network, self.store if self.reads else None)
        self.offsets, self.n_series = self.store.offsets.numpy(), self.store.n_series
        self.actual = recursion.read.scaled()
        self.order, self.block_size = self.map.order, self.map.block_size
        if (self.store.lengths < self.order).all():
            raise InvalidFrameError(
                f"the network reads {self.order} values, and the longest series has {self.store.lengths.max()}: there "
                "is no state to look at; give longer series"
            )
        self.starts = [torch.from_numpy(self._starts(i)) for i in range(self.n_series)]

    @property
    def limits(self) -> np.ndarray:
        """Least and largest value near the data of each series, shape (n_series, 2)."""
        seen = ~np.isnan(self.actual)
        low = np.minimum.reduceat(np.where(seen, self.actual, np.inf), self.offsets[:-1])
        high = np.maximum.reduceat(np.where(seen, self.actual, -np.inf), self.offsets[:-1])
        room = self.settings.reach * np.where(high > low, high - low, 1.0)
        return np.stack([low - room, high + room], axis=1)

    def series(self, i: int) -> tuple[dict[str, Any], np.ndarray]:
        """Numbers of one series along its data, and eigenvalues."""
        s, starts = self.block_size, self.starts[i]
        lags, places = self._lags(starts), starts if self.reads else None
        spread = float(np.nanstd(self.actual[self.offsets[i] : self.offsets[i + 1]])) or 1.0
        sensitivity, gradients = self._sensitivity(lags, places)
        norms = k_step_norms(sensitivity, s)
        gain = np.linalg.norm(sensitivity, axis=2)
        errors, residuals = self._errors(i, starts, lags, places)
        growth = error_growth(norms.max(axis=0), sensitivity, errors / spread, residuals / spread)
        eigenvalues = self._eigenvalues(gradients)
        radius = np.abs(eigenvalues).max(axis=1) ** (1 / s)
        with np.errstate(divide="ignore"):
            typical = np.exp(np.log(norms).mean(axis=0))
        return growth._asdict() | {
            "lipschitz": self._spaced(norms.max(axis=0)),
            "typical_lipschitz": self._spaced(typical),
            "gain": gain.max(axis=0),
            "typical_gain": np.sqrt((gain**2).mean(axis=0)),
            "spectral_radius": radius.max(),
            "median_radius": np.median(radius),
            "unit_roots": 0,
            "n_states": len(lags),
        }, eigenvalues.ravel()

    def _starts(self, i: int) -> np.ndarray:
        """Places of the first value of each state of a series."""
        first, end = self.offsets[i : i + 2]
        if end - first < self.order:
            return np.empty(0, dtype=np.int64)
        windows = np.lib.stride_tricks.sliding_window_view(self.actual[first:end], self.order)
        whole = np.flatnonzero(~np.isnan(windows).any(axis=1)) + self.order
        return self.settings.origins(whole, int(end - first), self.n_series) - self.order + first

    def _lags(self, starts: Tensor) -> Tensor:
        """Values of the states that begin at places of the store."""
        return self.store.values[starts[:, None] + torch.arange(self.order)]

    def _sensitivity(self, lags: Tensor, places: Tensor | None) -> tuple[np.ndarray, Tensor]:
        """Compute derivatives of runs from the states (m, K, p), and the Jacobians of their first blocks (m, s, p)."""
        n_blocks = self.settings.horizon // self.block_size
        at_once = max(1, _MOST_NUMBERS // (self.settings.horizon * self.order))
        parts, first = [], []
        for begin in range(0, len(lags), at_once):
            part, where = lags[begin : begin + at_once], None if places is None else places[begin : begin + at_once]
            gradients = self.map.run_gradients(self.map.run(part, where, n_blocks), where)
            parts.append(run_sensitivity(gradients))
            first.append(gradients[:, 0])
        return torch.cat(parts).numpy(), torch.cat(first)

    def _errors(self, i: int, starts: Tensor, lags: Tensor, places: Tensor | None) -> tuple[np.ndarray, np.ndarray]:
        """Errors of forecasts (m, K), and those of each block forecast from the values before it (m, n_blocks, s)."""
        n_steps, s, m = self.settings.horizon, self.block_size, len(lags)
        with torch.inference_mode():
            forecasts = mean_rollout(self.network, self.map.window(lags, places, n_steps), n_steps).numpy()
        ahead = starts.numpy()[:, None] + self.order + np.arange(n_steps)
        inside = ahead < self.offsets[i + 1]
        actual = np.where(inside, self.actual[np.where(inside, ahead, 0)], np.nan)
        later = (starts[:, None] + s * torch.arange(n_steps // s)).ravel()
        known = later + self.order <= int(self.offsets[i + 1])
        blocks = torch.full((len(later), s), torch.nan, dtype=torch.float64)
        with torch.inference_mode():
            for part in known.nonzero()[:, 0].split(_ROWS):
                where = None if places is None else later[part]
                blocks[part] = self.map.block(self._lags(later[part]), where)
        seen = later[:, None] + torch.arange(self.order)
        past = np.take(self.actual, seen.numpy(), mode="clip")
        one_step = np.where(np.isnan(past).any(axis=1, keepdims=True), np.nan, blocks.numpy()).reshape(m, -1, s)
        return forecasts - actual, one_step - actual.reshape(m, -1, s)

    def _eigenvalues(self, gradients: Tensor) -> np.ndarray:
        """Eigenvalues of the Jacobian of the map at some states, shape (n, p)."""
        most = int(min(_MOST_STATES, max(1, _EIGENVALUE_COST / self.order**3)))
        chosen = gradients[torch.linspace(0, len(gradients) - 1, min(most, len(gradients))).round().long()]
        states = torch.eye(self.order, dtype=torch.float64).expand(len(chosen), -1, -1)
        return torch.linalg.eigvals(torch.cat([states[:, self.block_size :], chosen], dim=1)[:, -self.order :]).numpy()

    def _spaced(self, by_block: np.ndarray) -> np.ndarray:
        """Numbers of blocks at their last steps, NaN between."""
        spaced = np.full(self.settings.horizon, np.nan)
        spaced[self.block_size - 1 :: self.block_size] = by_block
        return spaced


def _nothing(horizon: int) -> dict[str, Any]:
    """Numbers of a series that no state can be made of."""
    each = dict.fromkeys(_BY_STEP, np.full(horizon, np.nan)) | dict.fromkeys(_SINGLE, np.nan)
    return each | {"bounded": True, "unit_roots": 0, "n_origins": 0, "n_states": 0}
