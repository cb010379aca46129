"""Long runs of a network: the exponent of free ones, and how far simulated ones go."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...estimators.parameters import root_seed
from ...models.escape import steps_inside
from ...models.lyapunov import run_lyapunov_exponent
from ...models.state_map import StateMap
from .settings import StabilitySettings

_MOST_NUMBERS = 20_000_000  # of derivatives that are held at once: 160 MB
_RUNS = 16  # free runs of a series
_COSTLY_RUNS = 4  # of a network whose map reads every value in turn
_FEWEST_RUNS = 2
_ALL_RUNS = 256
_TRANSIENT = 0.05  # of the simulated steps: for free runs to settle
_COUNTED = 0.2  # of the simulated steps: for the exponent
_FEWEST_BLOCKS = 100


def long_runs(
    state_map: StateMap,
    values: Tensor,
    starts: list[Tensor],
    limits: np.ndarray,
    reads: bool,
    settings: StabilitySettings,
) -> dict[int, dict[str, Any]]:
    """Run a network far ahead from states of every series, all together.

    Parameters
    ----------
    state_map : StateMap
    values : Tensor, shape (n_values,)
        Scaled series end to end, gaps filled.
    starts : list of Tensor
        Places among the values of the first one of the states of each series; empty for one without.
    limits : ndarray, shape (n_series, 2)
        Least and largest value near the data.
    reads : bool
        Whether the network reads covariates.
    settings : StabilitySettings

    Returns
    -------
    dict of dict
        Numbers of `StabilityMeasures` by the number of the series, of those that have states.
    """
    most = _RUNS if state_map.is_plain else _COSTLY_RUNS
    n_runs = max(_FEWEST_RUNS, min(most, _ALL_RUNS // len(starts)))
    generator = torch.Generator().manual_seed(root_seed(settings.random_state) % 2**63)
    numbers = [i for i, each in enumerate(starts) if len(each)]
    free, owner = _chosen(starts, numbers, n_runs, repeated=False)
    exponents, stays, n_counted = _free_runs(state_map, values, free, limits[owner], reads, settings)
    drawn, drawer = _chosen(starts, numbers, settings.n_paths, repeated=True)
    low, high = torch.from_numpy(limits[drawer]).unbind(dim=1)
    lags, places = _states(values, state_map.order, drawn, reads)
    inside = steps_inside(state_map, lags, places, settings.n_steps, (low, high), generator).numpy()
    return {
        i: _numbers(exponents[owner == i], n_counted)
        | _escape(inside[drawer == i], bool(stays[owner == i].all()), settings.n_steps)
        for i in numbers
    }


def _chosen(starts: list[Tensor], numbers: list[int], most: int, *, repeated: bool) -> tuple[Tensor, np.ndarray]:
    """Choose states of every series, evenly spaced, and say whose they are."""
    parts = [
        starts[i][torch.linspace(0, len(starts[i]) - 1, most if repeated else min(most, len(starts[i]))).round().long()]
        for i in numbers
    ]
    return torch.cat(parts), np.repeat(numbers, [len(each) for each in parts])


def _states(values: Tensor, order: int, starts: Tensor, reads: bool) -> tuple[Tensor, Tensor | None]:
    """Values of states, and the places of their covariates."""
    return values[starts[:, None] + torch.arange(order)], starts if reads else None


def _free_runs(
    state_map: StateMap,
    values: Tensor,
    starts: Tensor,
    limits: np.ndarray,
    reads: bool,
    settings: StabilitySettings,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Exponent of each free run a step, whether it stays near the data, and the steps that are counted."""
    s, n_steps = state_map.block_size, settings.n_steps
    n_blocks, n_transient = max(_FEWEST_BLOCKS, round(_COUNTED * n_steps) // s), round(_TRANSIENT * n_steps) // s
    lags, places = _states(values, state_map.order, starts, reads)
    path = state_map.run(lags, places, n_transient + n_blocks)[:, n_transient * s :]
    places = state_map.moved(places, n_transient * s)
    low, high = torch.from_numpy(limits)[:, :, None].unbind(dim=1)
    stays = ((path >= low) & (path <= high)).all(dim=1).numpy()
    exponents = []
    for part in torch.arange(len(path)).split(max(1, _MOST_NUMBERS // (n_blocks * s * state_map.order))):
        gradients = state_map.run_gradients(path[part], None if places is None else places[part])
        exponents.append(run_lyapunov_exponent(path[part], gradients).by_start)
    return torch.cat(exponents).numpy(), stays, n_blocks * s


def _numbers(exponents: np.ndarray, n_counted: int) -> dict[str, Any]:
    """Exponent of a series, and how certain it is."""
    exponent = float(exponents.mean())
    certain = len(exponents) == 1 or not np.isfinite(exponents).all()
    error = 0.0 if certain else float(exponents.std(ddof=1) / np.sqrt(len(exponents)))
    # A run of n steps tells exponents of some 1/n from zero.
    return {"lyapunov": exponent, "lyapunov_error": error, "tolerance": max(2 * error, 3 / n_counted)}


def _escape(inside: np.ndarray, stays: bool, n_steps: int) -> dict[str, Any]:
    """How many simulated paths leave, and the first step at which one does."""
    out = inside < n_steps
    return {
        "escaped": out.mean(),
        "escape_step": inside[out].min() if out.any() else np.nan,
        "bounded": bool(stays and not out.any()),
    }
