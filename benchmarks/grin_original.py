"""GRIN by its authors' code, from the folder that GRIN_SOURCE names, trained as its settings file for points says.

git clone https://github.com/Graph-Machine-Learning-Group/grin
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from .imputation_windows import WindowImputer

SOURCE = "GRIN_SOURCE"
BATCH, BATCHES_AN_EPOCH, WINDOW, HIDDEN = 32, 160, 24, 64
RATE, WHITENED, LONGEST_GRADIENT = 0.001, 0.05, 5.0


def grin_source() -> Path | None:
    """Folder of GRIN's code; None, said, without it."""
    path = Path(os.environ.get(SOURCE, "")) / "lib" / "nn" / "models" / "grin.py"
    if os.environ.get(SOURCE) and path.exists():
        return path.parents[3]
    print(f"\nGRIN is skipped, for want of its code ({SOURCE} names the folder it was cloned to)")
    return None


def grin_network(adjacency: np.ndarray, hidden: int = HIDDEN) -> torch.nn.Module:
    """Make GRIN's network in both directions; ``adjacency`` (sensors, sensors)."""
    source = grin_source()
    if source is None:
        raise FileNotFoundError(SOURCE)
    sys.path.insert(0, str(source))
    try:
        make = importlib.import_module("lib.nn.models.grin").GRINet
    finally:
        sys.path.remove(str(source))
    torch.manual_seed(0)
    return make(adj=adjacency, d_in=1, d_hidden=hidden, d_ff=hidden, ff_dropout=0, d_emb=8, merge="mlp")


class GRINTraining:
    """Gradient steps of GRIN: absolute errors of its estimate and of its four intermediate ones.

    Parameters
    ----------
    network : Module
        From `grin_network`.
    """

    def __init__(self, network: torch.nn.Module) -> None:
        self.network = network
        self.optimizer = torch.optim.Adam(network.parameters(), lr=RATE)

    def step(self, z: torch.Tensor) -> float:
        """One step on windows (batch, steps, sensors), NaN where nothing is known; the loss."""
        known = ~torch.isnan(z)[..., None]
        target = torch.nan_to_num(z)[..., None]
        shown = known & (torch.rand(known.shape) >= WHITENED)
        self.network.train()
        self.optimizer.zero_grad()
        estimate, intermediate = self.network(torch.where(shown, target, 0.0), mask=shown)
        loss = sum((each - target)[known].abs().mean() for each in (estimate, *intermediate))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), LONGEST_GRADIENT)
        self.optimizer.step()
        return float(loss.detach())


class GRINImputer(WindowImputer):
    """GRIN as an imputer of a table.

    Parameters
    ----------
    adjacency : ndarray of shape (sensors, sensors)
        Weights of the edges, in the order of the columns.
    epochs : int
        Most epochs, of 160 batches of 32 windows.
    patience : int
        Epochs without a gain before training ends; GRIN's own is 40, which is hours.
    seconds : float
        Of the processor; no epoch begins later.
    told : callable, default=None
        Called with an entry of ``history_`` after every epoch.

    Attributes
    ----------
    history_ : list of tuple
        Processor seconds of training so far and validation MAE in the data's unit, an entry an epoch.
    """

    global_scale = True
    most_windows = 1_000_000  # every row begins one; an epoch draws some of them

    def __init__(
        self,
        adjacency: np.ndarray,
        epochs: int = 300,
        patience: int = 5,
        seconds: float = 600.0,
        told: Callable[[float, float], None] | None = None,
    ) -> None:
        self.adjacency = adjacency
        self.epochs = epochs
        self.patience = patience
        self.seconds = seconds
        self.told = told
        self.window = WINDOW

    def _train(self, train: np.ndarray, shown: np.ndarray, actual: np.ndarray) -> None:
        """Train with early stopping; seconds are those of training alone, of the processor."""
        self.network_ = grin_network(self.adjacency)
        training, draws = GRINTraining(self.network_), np.random.default_rng(0)
        scored = np.isnan(shown) & ~np.isnan(actual)
        spent, self.history_, best = 0.0, [], (np.inf, 0, {})
        for epoch in range(self.epochs):
            started = time.process_time()
            for _ in range(BATCHES_AN_EPOCH):
                training.step(_tensor(train[draws.integers(len(train), size=BATCH)]))
            spent += time.process_time() - started
            score = float(self.deviation_ * np.abs(self._predict(shown) - actual)[scored].mean())
            self.history_.append((spent, score))
            if self.told is not None:
                self.told(spent, score)
            if score < best[0]:
                weights = {name: weight.clone() for name, weight in self.network_.state_dict().items()}
                best = score, epoch, weights
            if epoch - best[1] >= self.patience or spent > self.seconds:
                break
        self.network_.load_state_dict(best[2])

    def _predict(self, z: np.ndarray) -> np.ndarray:
        """Fill windows."""
        self.network_.eval()
        with torch.no_grad():
            parts = [self._filled(_tensor(z[first : first + BATCH])) for first in range(0, len(z), BATCH)]
        return np.concatenate(parts)

    def _filled(self, z: torch.Tensor) -> np.ndarray:
        """Fill one batch."""
        known: Any = ~torch.isnan(z)[..., None]
        return self.network_(torch.nan_to_num(z)[..., None], mask=known)[..., 0].numpy()


def _tensor(z: np.ndarray) -> torch.Tensor:
    """Single precision, as GRIN has it."""
    return torch.as_tensor(z, dtype=torch.float32)


def grin_adjacency(graph: pd.DataFrame | None, X: pd.DataFrame) -> np.ndarray:
    """Weights for GRIN: of the graph, else the correlations of the five nearest in them."""
    from forecastkit.frames.edges import sensor_graph

    width = "spread" if graph is not None and "latitude" in graph else None
    given = sensor_graph(graph, X.columns, kernel_width=width)
    if given is not None:
        return given.weights
    from forecastkit.gaussian.space_time.correlation_graph import correlation_graph

    return correlation_graph(X.to_numpy(float), n_neighbours=5, sign="positive")
