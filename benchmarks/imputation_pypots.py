"""SAITS and BRITS of PyPOTS, as imputers of a table."""

from __future__ import annotations

import contextlib
import io
from typing import Any, Literal

import numpy as np

from .imputation_windows import WindowImputer

# the sizes of PyPOTS' own example
SIZES: dict[str, dict[str, Any]] = {
    "SAITS": {"n_layers": 2, "d_model": 256, "n_heads": 4, "d_k": 64, "d_v": 64, "d_ffn": 128, "dropout": 0.1},
    "BRITS": {"rnn_hidden_size": 128},
}


class PyPOTSImputer(WindowImputer):
    """A network of PyPOTS, stopped early on hidden values.

    Parameters
    ----------
    name : {"SAITS", "BRITS"}
    window : int
        Steps of a window.
    epochs, patience : int
        Most passes over the training windows, and passes without a gain before training ends.
    """

    def __init__(self, name: Literal["SAITS", "BRITS"], window: int, epochs: int = 30, patience: int = 5) -> None:
        self.name = name
        self.window = window
        self.epochs = epochs
        self.patience = patience

    def _train(self, train: np.ndarray, shown: np.ndarray, actual: np.ndarray) -> None:
        """Train by PyPOTS' defaults: batches of 32, Adam at 0.001."""
        with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")):  # a banner
            import pypots.imputation
            from pypots.nn.modules.loss import MAE
            from pypots.utils.random import set_random_seed

        set_random_seed(0)
        self.network_ = getattr(pypots.imputation, self.name)(
            n_steps=train.shape[1], n_features=train.shape[2], epochs=self.epochs,
            patience=min(self.patience, self.epochs), validation_metric=MAE, device="cpu",
            verbose=False, **SIZES[self.name],
        )  # fmt: skip
        self.network_.fit({"X": train}, {"X": shown, "X_ori": actual})

    def _predict(self, z: np.ndarray) -> np.ndarray:
        """Fill windows."""
        return self.network_.predict({"X": z})["imputation"]
