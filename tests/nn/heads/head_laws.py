"""Heads with random weights, and their laws, to test with."""

import dataclasses

import torch

from forecastkit.nn.heads import make_head

N_FEATURES = 4


def random_head(name, n_steps=2, n_components=3, dtype=torch.float64, seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make_head(name, N_FEATURES, n_steps, n_components).to(dtype)


def normal(*shape, dtype=torch.float64, seed=1):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def random_features(*shape, dtype=torch.float64, seed=1):
    return normal(*shape, N_FEATURES, dtype=dtype, seed=seed)


def random_law(name, batch=(3,), n_steps=2, dtype=torch.float64, seed=0):
    """Laws of batch shape (*batch, n_steps), of moderate location and scale."""
    head = random_head(name, n_steps, dtype=dtype, seed=seed)
    with torch.no_grad():
        return head(random_features(*batch, dtype=dtype, seed=seed + 1), location=0.7)


def same_law(one, other):
    """Whether two laws have the same family and, up to rounding, the same parameters."""
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one)]
    return type(one) is type(other) and all(a.shape == b.shape and torch.allclose(a, b) for a, b in pairs)
