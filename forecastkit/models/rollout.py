"""Rollouts: the network fed with its own forecasts, block after block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from ..windows import Window
    from .autoregressive import AutoregressiveNetwork

_TRUNCATE_AFTER = 48  # steps that a gradient flows back through a rollout


def mean_rollout(
    network: AutoregressiveNetwork, window: Window, n_steps: int, bounds: tuple[float, float] | None = None
) -> Tensor:
    """Forecast by feeding back means: x̂_{t+j} = f(x*_{t+j-1..t+j-p}), x* the truth up to t and x̂ after.

    Parameters
    ----------
    network : AutoregressiveNetwork
    window : Window
        Its first ``order`` values are the past; known covariates reach ``n_steps`` further.
    n_steps : int
        1 or more.
    bounds : (float, float), default=None
        Least and largest value that is fed back, in the unit of the window's values; None for no bounds.

    Returns
    -------
    Tensor, shape (batch, n_steps)
        In the unit of the window's values. Gradients flow back through 48 steps (truncated back-propagation through
        time), and not through a value at a bound.

    Notes
    -----
    The mean of the next step is exact; further ahead this is the deterministic path, not the mean of the sampled ones.
    O(n_steps) steps of the backbone after the start.

    References
    ----------
    .. [1] P. J. Werbos (1990), Backpropagation through time: what it does and how to do it, Proceedings of the IEEE 78.
    """
    s, state, means = network.specification.block_size, network.start(window, n_steps), []
    for first in range(0, n_steps, s):
        if first and first % _TRUNCATE_AFTER < s:
            state = state.detached()
        mean = network.emit(state).mean
        means.append(mean if bounds is None else mean.clamp(*bounds))
        if first + s < n_steps:
            state = network.advance(state, means[-1])
    return torch.cat(means, dim=1)[:, :n_steps]


def sampled_rollout(network: AutoregressiveNetwork, window: Window, noise: Tensor) -> Tensor:
    """Draw joint paths by feeding back draws.

    Parameters
    ----------
    network : AutoregressiveNetwork
    window : Window
        As for `mean_rollout`.
    noise : Tensor, shape (n_samples, batch, n_steps)
        Standard normal draws; each value is the quantile of its law that its draw is of the normal law, so that equal
        noise gives equal paths.

    Returns
    -------
    Tensor, shape (n_samples, batch, n_steps)
        In the unit of the window's values.

    Notes
    -----
    The past is read once for all samples. In a block the draws are correlated by ``network.dependence``.
    """
    n_samples, batch, n_steps = noise.shape
    s = network.specification.block_size
    padded = torch.nn.functional.pad(noise, (0, -n_steps % s)).transpose(0, 1).reshape(batch * n_samples, -1)
    state = network.start(window, n_steps).expanded(n_samples)
    dependence, paths = network.dependence.to(noise.dtype), []
    for first in range(0, n_steps, s):
        block = padded[:, first : first + s] @ dependence.T if s > 1 else padded[:, first : first + s]
        draw = network.emit(state).from_normal(block)
        paths.append(draw)
        if first + s < n_steps:
            state = network.advance(state, draw)
    return torch.cat(paths, dim=1)[:, :n_steps].reshape(batch, n_samples, n_steps).transpose(0, 1)
