"""Where training starts: the closed-form linear map, and a network that adds nothing to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ..nn.heads import SCALE_RANGE
from .window_scale import scale_window

if TYPE_CHECKING:
    from torch import Tensor

    from ..windows import SeriesStore, WindowIndex
    from .autoregressive import AutoregressiveNetwork

_SMALLEST_RIDGE = 1e-8  # without any, collinear lags, such as all whose mean is taken out, have no solution
_CONSTANT = 1e-12  # of a lag's squares: a sum of squares about the mean below this is rounding
_MOST_WINDOWS = 100_000  # evenly spaced ones say as much as all
_BATCH = 4_096
_SMALLEST_SCALE = 1e-3  # of the standard deviation of y: an exact linear fit leaves the network room to move


@torch.no_grad()
def start_linear(network: AutoregressiveNetwork, store: SeriesStore, index: WindowIndex, ridge: float = 1e-4) -> None:
    """Set a network to the ridge regression of the next block on the lags, over all windows of all series.

    B = argmin Σ_w ‖y_w - B x_w - b‖² + λ Σ_j m_j ‖B_j‖², with x the p lags, y the block that follows, m_j the sum of
    squares of lag j about its mean: the skip of the network becomes B and b, the location that the head adds to it
    zero, and its scale that of the residuals. There is no b where each window's mean is taken out. Without a skip the
    location starts at zero and the scale at that of y.

    Parameters
    ----------
    network : AutoregressiveNetwork
        Changed in place.
    store : SeriesStore
        Scaled series.
    index : WindowIndex
        Windows to learn from, of at least p + s values.
    ridge : float, default=1e-4
        λ, 0 or more and taken to be at least 1e-8: keeps maps of hundreds of nearly equal lags smooth.

    Returns
    -------
    None

    Notes
    -----
    O(n p (p + s) + p³), at most 100,000 windows. Windows with missing values are left out where the rest suffices.
    """
    starts = _complete(network, store, index)
    if network.skip is None:  # the spread of y alone is soon found
        starts = starts[:: max(1, len(starts) // _BATCH)]
    gram, cross, square = _moments(network, store, starts)
    count = len(starts)
    scale = np.sqrt(square / count)
    if network.skip is not None:
        squares = np.diag(gram)[:-1]
        about_mean = squares - gram[:-1, -1] ** 2 / count
        varies = about_mean > _CONSTANT * squares
        penalty = np.where(varies, about_mean, np.maximum(squares, 1.0))  # a lag that never changes gets coefficient 0
        penalty *= max(ridge, _SMALLEST_RIDGE)
        total = cross[-1].copy()  # the sum of y
        if network.specification.window_scaling is not None:
            gram[-1, :-1] = gram[:-1, -1] = 0.0
            cross[-1] = 0.0
        solution = np.linalg.solve(gram + np.diag(np.append(penalty, 0.0)), cross)
        network.skip.weight.copy_(torch.as_tensor(solution[:-1].T))
        network.skip.bias.copy_(torch.as_tensor(solution[-1]))
        rss = square - 2 * (solution * cross).sum(axis=0) + (solution * (gram @ solution)).sum(axis=0)
        least = _SMALLEST_SCALE**2 * (square - total**2 / count)
        scale = np.sqrt(np.maximum(np.maximum(rss, least), 0) / count)
    scale = np.clip(scale, 2 * SCALE_RANGE[0], SCALE_RANGE[1] / 2)
    network.head.start_at_zero(torch.as_tensor(scale).to(network.dependence.dtype))


def _complete(network: AutoregressiveNetwork, store: SeriesStore, index: WindowIndex) -> Tensor:
    """Find the windows without missing values, or take all where those are too few."""
    spec = network.specification
    if store.observed is None:
        return index.evenly(_MOST_WINDOWS)
    length = spec.order + spec.block_size
    seen = torch.cat([torch.zeros(1, dtype=torch.int64), store.observed.cumsum(0)])
    complete = index.starts[seen[index.starts + length] - seen[index.starts] == length]
    if len(complete) < 2 * spec.order:
        return index.evenly(_MOST_WINDOWS)
    return complete[:: -(-len(complete) // _MOST_WINDOWS)]


def _moments(
    network: AutoregressiveNetwork, store: SeriesStore, starts: Tensor
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Moments of windows: Gram matrix of lags and 1, their products with the block, and the block's squares."""
    spec = network.specification
    gram, cross = np.zeros((spec.order + 1,) * 2), np.zeros((spec.order + 1, spec.block_size))
    square = np.zeros(spec.block_size)
    for first in range(0, len(starts), _BATCH):
        window = store.windows(starts[first : first + _BATCH], spec.order + spec.block_size)
        values = (
            scale_window(window, spec.order, spec.window_scaling, spec.window_shrinkage)[0]
            .values.double()
            .cpu()
            .numpy()
        )
        lags = np.column_stack([values[:, : spec.order], np.ones(len(values))])
        block = values[:, spec.order :]
        gram += lags.T @ lags
        cross += lags.T @ block
        square += (block**2).sum(axis=0)
    return gram, cross, square
