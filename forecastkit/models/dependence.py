"""How the steps of one block depend on each other: a Gaussian copula over the head's marginal laws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from torch import Tensor

    from ..nn.heads import Emission
    from ..windows import SeriesStore, WindowIndex
    from .autoregressive import AutoregressiveNetwork

_WIDEST_FULL = 64  # steps of a block up to which every correlation is estimated; beyond, a few factors stand for them
_N_FACTORS = 16
_MOST_WINDOWS = 10_000
_BATCH = 1_024
_SHRINKAGE = 0.01  # towards independence: keeps the correlation of nearly equal steps positive definite


def block_correlation(scores: np.ndarray) -> np.ndarray:
    """Correlation matrix of the steps of a block.

    Parameters
    ----------
    scores : ndarray, shape (n, s)
        Residuals on the normal scale.

    Returns
    -------
    ndarray, shape (s, s)
        Positive definite with a diagonal of ones: the sample correlation, shrunk by 1 % or by s / n towards the
        identity if that is more, for s > 64 of low rank plus a diagonal.

    Examples
    --------
    >>> block_correlation(np.array([[1.0, 1.0], [-1.0, -1.0], [0.0, 0.0]])).round(2)
    array([[1.  , 0.33],
           [0.33, 1.  ]])
    """
    n, s = scores.shape
    deviation = np.sqrt((scores**2).mean(axis=0))
    unit = scores / np.where(deviation > 0, deviation, 1.0)
    correlation = unit.T @ unit / n
    if s > _WIDEST_FULL:
        values, vectors = np.linalg.eigh(correlation)
        loadings = vectors[:, -_N_FACTORS:] * np.sqrt(np.maximum(values[-_N_FACTORS:], 0))
        correlation = loadings @ loadings.T
    weight = min(max(_SHRINKAGE, s / n), 1.0)
    correlation = (1 - weight) * correlation
    np.fill_diagonal(correlation, 1.0)
    return correlation


@torch.no_grad()
def fit_dependence(network: AutoregressiveNetwork, store: SeriesStore, index: WindowIndex) -> None:
    """Estimate the correlation of a block's steps from the residuals of the training windows.

    Parameters
    ----------
    network : AutoregressiveNetwork
        Trained; its ``dependence`` is changed in place. Nothing is done for blocks of one step.
    store : SeriesStore
        Scaled series.
    index : WindowIndex
        Training windows, of at least p + s values; a block with missing values is left out.

    Returns
    -------
    None
    """
    spec = network.specification
    if spec.block_size == 1:
        return
    length = spec.order + spec.block_size
    starts, scores = index.evenly(_MOST_WINDOWS), []
    for first in range(0, len(starts), _BATCH):
        window = store.windows(starts[first : first + _BATCH], length)
        block = window.values[:, spec.order :]
        score = network.emissions(window).to_normal(block[:, None])[:, 0]
        scores.append(score if window.observed is None else score[window.observed[:, spec.order :].all(dim=1)])
    residuals = torch.cat(scores).double().cpu().numpy()
    if len(residuals):
        factor = np.linalg.cholesky(block_correlation(residuals))
        network.dependence.copy_(torch.as_tensor(factor))


def block_log_density(law: Emission, values: Tensor, dependence: Tensor) -> Tensor:
    """Log density of each value of a block given the past and the block's earlier values.

    log p(x_i | x_{<i}) = log f_i(x_i) - log l_ii + z_i²/2 - e_i²/2, with f_i the marginal law, z_i the value on the
    normal scale, and e = L⁻¹ z for the Cholesky factor L of the correlation of what was observed.

    Parameters
    ----------
    law : Emission, batch shape (..., s)
        Marginal laws.
    values : Tensor, shape (..., s)
        NaN where nothing was observed.
    dependence : Tensor, shape (s, s)
        Lower Cholesky factor of the correlation of all steps.

    Returns
    -------
    Tensor, shape (..., s)
        Summing to the joint log density of what was observed; NaN where nothing was.
    """
    seen = ~torch.isnan(values)
    filled = torch.where(seen, values, law.mean)
    marginal = law.log_prob(filled)
    s = values.shape[-1]
    if s > 1:
        normal = law.to_normal(filled)
        patterns, members = torch.unique(seen.reshape(-1, s), dim=0, return_inverse=True)
        correlation = dependence @ dependence.T
        flat_normal = normal.reshape(-1, s)
        gain = torch.zeros_like(flat_normal)
        for k, pattern in enumerate(patterns):
            if not pattern.any():
                continue
            rows, steps = torch.nonzero(members == k)[:, 0], torch.nonzero(pattern)[:, 0]
            factor = torch.linalg.cholesky(correlation[steps][:, steps])
            z = flat_normal[rows[:, None], steps]
            e = torch.linalg.solve_triangular(factor, z.T, upper=False).T
            gain[rows[:, None], steps] = (z**2 - e**2) / 2 - factor.diagonal().log()
        marginal = marginal + gain.reshape(marginal.shape)
    return torch.where(seen, marginal, torch.nan)
