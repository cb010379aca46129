"""What networks of a fixed window need to fill a table: scaling, windows, the mean of those that overlap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

VALIDATION_SHARE, HIDDEN_SHARE = 0.15, 0.25


class WindowImputer(BaseEstimator):
    """Base of the peers: standardised windows in, the mean of overlapping windows out.

    The last 15 % of the training rows are for validation, a quarter of what they hold hidden from the network. A
    subclass implements ``_train`` and ``_predict`` on windows (n, window, sensors), NaN where nothing is known.
    """

    window: int
    global_scale = False
    most_windows = 1_500  # to train on: PyPOTS goes through all of them in every epoch

    def fit(self, X: pd.DataFrame, y: object = None) -> Any:
        """Train, and keep the weights that were best on the hidden values of the last rows."""
        values = X.to_numpy(float)
        axis = None if self.global_scale else 0
        self.mean_ = np.nan_to_num(np.nanmean(values, axis=axis))
        self.deviation_ = np.nan_to_num(np.nanstd(values, axis=axis), nan=1.0) + 1e-8
        z = (values - self.mean_) / self.deviation_
        start = int((1 - VALIDATION_SHARE) * len(z))
        hidden = np.random.default_rng(0).random(z[start:].shape) < HIDDEN_SHARE
        shown = np.where(hidden, np.nan, z[start:])
        self._train(
            windows(z[:start], self.window, max(1, start // self.most_windows)),
            windows(shown, self.window, self.window),
            windows(z[start:], self.window, self.window),
        )
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Fill a table by windows that overlap by half."""
        z = (X.to_numpy(float) - self.mean_) / self.deviation_
        starts = window_starts(len(z), self.window, self.window // 2)
        total, count = np.zeros_like(z), np.zeros((len(z), 1))
        for start, each in zip(starts, self._predict(z[starts[:, None] + np.arange(self.window)]), strict=True):
            total[start : start + self.window] += each
            count[start : start + self.window] += 1
        filled = np.where(np.isnan(z), total / count, z) * self.deviation_ + self.mean_
        return X.fillna(pd.DataFrame(filled, index=X.index, columns=X.columns))

    def _train(self, train: np.ndarray, shown: np.ndarray, actual: np.ndarray) -> None:
        """Train on windows; of those for validation, what is shown and what is actually there."""
        raise NotImplementedError

    def _predict(self, z: np.ndarray) -> np.ndarray:
        """Fill windows."""
        raise NotImplementedError


def window_starts(n_rows: int, length: int, stride: int) -> np.ndarray:
    """First rows of windows that cover all rows, the last one ending with them."""
    return np.unique(np.append(np.arange(0, n_rows - length + 1, stride), n_rows - length))


def windows(z: np.ndarray, length: int, stride: int) -> np.ndarray:
    """Windows (n, length, sensors) of a table."""
    return z[window_starts(len(z), length, stride)[:, None] + np.arange(length)]
