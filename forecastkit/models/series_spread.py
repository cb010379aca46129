"""How much wider or narrower each series' errors are than the network's law says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ..nn.heads import GaussianHead

if TYPE_CHECKING:
    from torch import Tensor

    from ..nn.heads import Emission
    from ..windows import SeriesStore, WindowIndex
    from .autoregressive import AutoregressiveNetwork

_MOST_WINDOWS = 10_000
_BATCH = 1_024
_PRIOR_COUNT = 50.0  # errors of the mean series that each one is taken to have had besides its own


def widened(law: Emission, spread: Tensor | None) -> Emission:
    """Law of the same mean whose deviation is multiplied by a factor for each member of the batch.

    Parameters
    ----------
    law : Emission, batch shape (batch, ..., s)
    spread : Tensor of shape (batch,), or None
        Factors, positive; None for the law itself.

    Returns
    -------
    Emission
    """
    if spread is None:
        return law
    factor = spread.view(-1, *[1] * (law.mean.ndim - 1))
    return law.scaled((1 - factor) * law.mean, factor)


@torch.no_grad()
def series_spread(network: AutoregressiveNetwork, store: SeriesStore, index: WindowIndex) -> Tensor:
    """Estimate the factor of each series: one network for all has laws for the mean series only.

    k_i² = (Σ_j z_ij² / m + c) / (n_i + c), with z the errors of series i in deviations of their laws, n_i their number,
    m the mean over the series of their mean squares for a Gaussian head, whose scale is one for all, and 1 for a head
    that learns where it is wide, and c = 50.

    Parameters
    ----------
    network : AutoregressiveNetwork
        Trained.
    store : SeriesStore
        Scaled series.
    index : WindowIndex
        Windows that were trained on, of at least p + s values; at most 10,000 of them are looked at.

    Returns
    -------
    Tensor, shape (n_series,)
        1 for a series without windows, and for the only one of its kind.
    """
    if store.n_series == 1:
        return torch.ones(1, dtype=store.values.dtype)
    spec = network.specification
    starts = index.evenly(_MOST_WINDOWS).unique()  # a window that stands for others is still one error
    sums, counts = torch.zeros(2, store.n_series, dtype=torch.float64)
    for first in range(0, len(starts), _BATCH):
        part = starts[first : first + _BATCH]
        window = store.windows(part, spec.order + spec.block_size)
        law, target = network.emissions(window), window.values[:, None, spec.order :]
        squares = (((target - law.mean) / law.scale) ** 2)[:, 0]
        seen = torch.ones_like(squares) if window.observed is None else window.observed[:, spec.order :].to(squares)
        series = store.series_of(part)
        sums.index_add_(0, series, (squares * seen).sum(1).double())
        counts.index_add_(0, series, seen.sum(1).double())
    own = (sums / counts)[counts > 0]
    mean = own.mean() if isinstance(network.head, GaussianHead) else torch.ones_like(own.mean())
    if not bool(torch.isfinite(mean) & (mean > 0)):
        return torch.ones(store.n_series, dtype=store.values.dtype)
    return (((sums / mean + _PRIOR_COUNT) / (counts + _PRIOR_COUNT)).sqrt()).to(store.values.dtype)
