"""A panel, a network and an objective that train in no time, for the tests of training."""

import numpy as np
import torch
from torch import nn

from forecastkit.training import TrainingOptions
from forecastkit.windows import SeriesStore, tail_lengths, tail_windows, training_windows

ORDER, N_TARGETS = 4, 2
LENGTH = ORDER + N_TARGETS


class TinyNetwork(nn.Module):
    """Targets from lags by a hidden layer with dropout; initialised from a seed, global streams left alone."""

    def __init__(self, seed=0, dropout=0.0):
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.layers = nn.Sequential(nn.Linear(ORDER, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, N_TARGETS))

    def forward(self, lags):
        return self.layers(lags)


class SquareLoss:
    """Squared error of the targets; ``noise`` is added to the lags while training, and what is seen is noted."""

    def __init__(self, noise=0.0):
        self.noise = noise
        self.progress = []
        self.drawn = []

    def training_loss(self, network, window, progress, generator):
        self.progress.append(progress)
        lags = window.values[:, :ORDER]
        noise = torch.randn(lags.shape, generator=generator, device=lags.device, dtype=lags.dtype)
        self.drawn.append(noise[0, 0].item())
        return self._loss(network, lags + self.noise * noise, window)

    def validation_loss(self, network, window):
        assert not network.training
        return self._loss(network, window.values[:, :ORDER], window)

    def _loss(self, network, lags, window):
        return (network(lags) - window.values[:, ORDER:]).square().mean()


def panel(n_series=5, n=40, validation_size=0.2):
    """Store of noisy sine waves, their training windows and their held-out windows."""
    rng = np.random.default_rng(0)
    values = np.sin(np.arange(n) + rng.uniform(0, 6, (n_series, 1))) + 0.1 * rng.standard_normal((n_series, n))
    store = SeriesStore.from_arrays(values.ravel(), np.arange(0, n_series * n + 1, n))
    tail = tail_lengths(store.lengths, ORDER, N_TARGETS, validation_size)
    return store, training_windows(store, ORDER, N_TARGETS, tail), tail_windows(store, ORDER, N_TARGETS, tail)


def options(**changed):
    """Options of a short run on the CPU."""
    return TrainingOptions(**{"max_steps": 40, "batch_size": 16, "learning_rate": 1e-2, "accelerator": "cpu"} | changed)


def weights(network):
    """Copy of all weights, in one vector."""
    return nn.utils.parameters_to_vector(network.parameters()).detach().clone()
