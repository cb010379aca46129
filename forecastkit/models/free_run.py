"""How far free runs of a network are off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from .rollout import mean_rollout

if TYPE_CHECKING:
    from torch import Tensor

    from ..windows import SeriesStore
    from .autoregressive import AutoregressiveNetwork

_BATCH = 512


@torch.no_grad()
def free_run_error(network: AutoregressiveNetwork, store: SeriesStore, starts: Tensor, n_steps: int) -> float:
    """Root mean squared error of mean rollouts.

    Parameters
    ----------
    network : AutoregressiveNetwork
    store : SeriesStore
        Scaled series.
    starts : Tensor of int64, shape (n,)
        Places of the first of the ``order`` values that each run starts from.
    n_steps : int
        Steps of a run.

    Returns
    -------
    float
        In the unit of the scaled series; infinite where a run leaves the range of numbers.
    """
    order, squares, count = network.specification.order, 0.0, 0
    for first in range(0, len(starts), _BATCH):
        window = store.windows(starts[first : first + _BATCH], order + n_steps)
        errors = (mean_rollout(network, window, n_steps) - window.values[:, order:]) ** 2
        if window.observed is not None:
            errors = errors[window.observed[:, order:]]
        squares, count = squares + float(errors.sum(dtype=torch.float64)), count + errors.numel()
    error = (squares / count) ** 0.5 if count else float("nan")
    return error if error == error else float("inf")
