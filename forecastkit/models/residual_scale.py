"""The scale of a Gaussian head in closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ..nn.heads import GaussianHead
from ..nn.heads.log_scale import SCALE_RANGE, raw_log_scale
from .window_scale import scale_window

if TYPE_CHECKING:
    from torch import Tensor

    from ..windows import SeriesStore, WindowIndex
    from .autoregressive import AutoregressiveNetwork

_MOST_WINDOWS = 4_000
_BATCH = 1_024
_TRAINING_COUNTS_AS = 100.0  # held-out windows: a few of them alone would put a step's scale anywhere


@torch.no_grad()
def fit_scale(
    network: AutoregressiveNetwork, store: SeriesStore, training: WindowIndex, held_out: WindowIndex | None = None
) -> None:
    """Set σ of every step to the root of the mean squared error on some windows, its maximum likelihood given the mean.

    σ_i² = (Σ_w e_wi² + m v_i) / (n + m), over the errors of n held-out windows w, with v_i the mean square of the
    training errors and m = 100; v_i itself where nothing is held out.

    Parameters
    ----------
    network : AutoregressiveNetwork
        Trained; changed in place if its head is a `GaussianHead`, whose σ does not depend on the features. The σ of
        other heads is what training made of it.
    store : SeriesStore
        Scaled series.
    training : WindowIndex
        Windows that were trained on, of at least p + s values.
    held_out : WindowIndex or None, default=None
        Windows that were not, whose errors are no smaller than those of forecasts.

    Returns
    -------
    None

    Notes
    -----
    Gradient steps move log σ by a learning rate at a time, and can end far from where the residuals are.
    """
    if not isinstance(network.head, GaussianHead):
        return
    variance = _mean_square(network, store, training)[0]
    if held_out is not None:
        own, count = _mean_square(network, store, held_out)
        weight = count / (count + _TRAINING_COUNTS_AS)
        variance = torch.where(count > 0, weight * own + (1 - weight) * variance, variance)
    usable = torch.isfinite(variance) & (variance > 0)
    scale, log_scale = variance.sqrt().clamp(*SCALE_RANGE), network.head.log_scale
    log_scale.copy_(torch.where(usable, raw_log_scale(scale.log()), log_scale))


def _mean_square(network: AutoregressiveNetwork, store: SeriesStore, index: WindowIndex) -> tuple[Tensor, Tensor]:
    """Mean square of the errors of each step, in the windows' own unit, and how many were observed; shapes (s,)."""
    spec = network.specification
    starts = index.evenly(_MOST_WINDOWS)
    sums, counts = torch.zeros(2, spec.block_size, dtype=store.values.dtype)
    for first in range(0, len(starts), _BATCH):
        window = store.windows(starts[first : first + _BATCH], spec.order + spec.block_size)
        unit = scale_window(window, spec.order, spec.window_scaling, spec.window_shrinkage)[1].unit[:, None]
        errors = (window.values[:, spec.order :] - network.emissions(window).mean[:, 0]) / unit
        seen = torch.ones_like(errors) if window.observed is None else window.observed[:, spec.order :].to(errors)
        sums, counts = sums + (errors**2 * seen).sum(0), counts + seen.sum(0)
    return sums / counts, counts
