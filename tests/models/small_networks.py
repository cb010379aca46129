"""Small networks with fixed weights, in double precision, and windows for them to read."""

import dataclasses
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from forecastkit.models import AutoregressiveNetwork, CovariateShape, NetworkSpecification
from forecastkit.windows import SeriesStore, Window, training_windows

BACKBONES = ("mlp", "causal_cnn", "gru", "lstm", "attention")
HEADS = ("gaussian", "heteroscedastic", "student_t", "mixture")
COVARIATES: dict[str, Any] = {
    "known": CovariateShape(2, (3,)),
    "past": CovariateShape(1, (2,)),
    "static": CovariateShape(1, (4,)),
}


def small_network(seed=0, **options) -> Any:
    """A network in evaluation mode; its smooth activation has no region where derivatives vanish by chance."""
    options = {"order": 4, "hidden_size": 8, "n_layers": 1, "activation": "silu"} | options
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return AutoregressiveNetwork(NetworkSpecification(**options)).double().eval()


def normal(*shape, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def covariate_rows(shape, columns, seed):
    """Numbers, then codes, of a shape (..., n_columns)."""
    generator = torch.Generator().manual_seed(seed)
    codes = [torch.randint(n, (*shape, 1), generator=generator).double() for n in columns.cardinalities]
    return torch.cat([normal(*shape, columns.n_numeric, seed=seed), *codes], dim=-1)


def small_window(length, batch=2, rows=None, seed=1, covariates=True) -> Any:
    """Windows of noise at a level of 0.3, and ``rows`` rows of known covariates."""
    values = 0.3 + normal(batch, length, seed=seed)
    if not covariates:
        return Window(values)
    return Window(
        values,
        known=covariate_rows((batch, rows or length), COVARIATES["known"], seed + 1),
        past=covariate_rows((batch, length), COVARIATES["past"], seed + 2),
        static=covariate_rows((batch,), COVARIATES["static"], seed + 3),
    )


def fields(law):
    """Parameters of a law, in one tensor (..., s, n)."""
    tensors = [getattr(law, field.name) for field in dataclasses.fields(law)]
    return torch.cat([each if each.ndim > law.mean.ndim else each[..., None] for each in tensors], dim=-1)


def extended(window, path, order, block_size):
    """The window whose values after the first ``order`` are a path, past covariates carried on from the origin."""
    n_steps = -(-path.shape[1] // block_size) * block_size
    padded = torch.nn.functional.pad(path, (0, n_steps - path.shape[1]))
    past = window.past
    if past is not None:
        past = torch.cat([past[:, :order], past[:, order - 1 : order].expand(-1, n_steps, -1)], dim=1)
    return replace(window, values=torch.cat([window.values[:, :order], padded], dim=1), past=past)


def autoregression(n, coefficients=(0.5, 0.3), seed=0, level=0.0):
    """A series of an autoregression with standard normal noise."""
    noise = np.random.default_rng(seed).standard_normal(n + 100)
    series = np.zeros(n + 100)
    for t in range(len(coefficients), n + 100):
        series[t] = noise[t] + sum(c * series[t - 1 - k] for k, c in enumerate(coefficients))
    return level + series[100:]


def store_of(*series):
    offsets = np.cumsum([0, *map(len, series)])
    return SeriesStore.from_arrays(np.concatenate(series), offsets, dtype=torch.float64)


def windows_of(store, order, n_targets):
    return training_windows(store, order, n_targets, np.zeros(store.n_series, dtype=np.int64))


def spread_out(network, amount=0.5, seed=3):
    """Add noise to all weights of a network, so that nothing is small or equal by construction."""
    with torch.no_grad():
        for k, weights in enumerate(network.parameters()):
            weights += amount * normal(*weights.shape, seed=seed + k)
    return network
