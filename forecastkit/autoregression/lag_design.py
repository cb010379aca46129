"""How the coefficients of a model weigh the columns of a lag regression."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .lag_gram import Trend
from .lag_regression import LagRegression, centred_regression


@dataclass(frozen=True, eq=False)
class LagDesign:
    """An autoregression on chosen lags as a linear map to the columns of a `LagRegression`.

    The columns are those of the series itself, or of its first differences where the mean of each window of lags is
    removed: what is left of a window without its mean is made of differences.

    Parameters
    ----------
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up; may be empty.
    trend : {"n", "c", "ct"}
        Deterministic terms.
    ridge : float, default=0.0
        Penalty, 0 or more: RSS/N + ridge Σ_j (s_j φ_j)² is minimised, s_j² the variance of lag column j.
    window_mean : bool, default=False
        Whether the mean of the lag values is taken from the target and from them.
    """

    lags: np.ndarray
    trend: Trend
    ridge: float = 0.0
    window_mean: bool = False

    @property
    def removes_mean(self) -> bool:
        """Whether windows have a mean to remove."""
        return self.window_mean and len(self.lags) > 0

    @property
    def order(self) -> int:
        """Largest lag of the regression."""
        return int(self.lags.max(initial=0)) - self.removes_mean

    @property
    def n_parameters(self) -> int:
        """Free coefficients of the lags; those of a window without its mean sum to one."""
        return len(self.lags) - self.removes_mean

    @cached_property
    def lag_weights(self) -> np.ndarray | None:
        """Weights of the lags 0..order (rows) in the columns of the coefficients and of the target, last.

        None where the columns are the lags themselves; so are those of windows without their mean and unpenalised,
        the differences of an AR(p - 1) on the same rows.
        """
        p = len(self.lags)
        if p == self.lags.max(initial=0) and not (self.removes_mean and self.ridge):
            return None
        if not self.removes_mean:
            return np.eye(self.order + 1)[:, [*self.lags, 0]]
        steps = (np.arange(self.order + 1)[:, None] < self.lags).astype(float)  # y_t - y_{t-j} in differences
        mean = steps.mean(axis=1, keepdims=True)
        columns = np.concatenate([mean - steps, mean], axis=1)
        return columns if self.ridge else np.delete(columns, p - 1, axis=1)  # the columns of the lags sum to zero

    def regression(self, y: np.ndarray, lengths: np.ndarray, exog: np.ndarray | None) -> LagRegression:
        """Regression that the columns come from, of series (batch, n) with covariates (batch, n, q)."""
        if self.removes_mean:
            y, lengths = y[:, 1:] - y[:, :-1], lengths - 1
            exog = None if exog is None else exog[:, 1:]
        return centred_regression(y, lengths, self.order, self.trend, exog)

    def gram(self, dense: np.ndarray, n_free: int) -> np.ndarray:
        """Augmented Gram matrices of this model's columns from those of the regression."""
        matrix = self._matrix(n_free)
        return dense if matrix is None else matrix.T @ dense @ matrix

    def columns(self, dense: np.ndarray, n_free: int) -> np.ndarray:
        """Weigh columns of the regression into those of the model, (rows, k + 1) with the target last."""
        matrix = self._matrix(n_free)
        return dense if matrix is None else dense @ matrix

    def products(self, dense: np.ndarray, n_free: int) -> np.ndarray:
        """Products with this model's columns, without the target, from those (batch, columns) with the regression's."""
        return self.columns(dense, n_free)[:, :-1]

    def weights(self, beta: np.ndarray, n_free: int) -> np.ndarray:
        """Weights of the regression's columns in the residuals of coefficients (batch, k)."""
        matrix, own = self._matrix(n_free), np.concatenate([-beta, np.ones((len(beta), 1))], axis=1)
        return own if matrix is None else own @ matrix.T

    def coefficients(self, filters: np.ndarray) -> np.ndarray:
        """φ of each lag from the weights of the lags 0..order in the residuals; shape (batch, p)."""
        if self.removes_mean:  # back from differences
            nothing = np.zeros((len(filters), 1))
            filters = np.concatenate([filters, nothing], axis=1) - np.concatenate([nothing, filters], axis=1)
        return -filters[:, self.lags]

    def _matrix(self, n_free: int) -> np.ndarray | None:
        """Weights of the regression's columns (free ones, lags 1..order, target) in this model's; None for the same."""
        if self.lag_weights is None:
            return None
        lags = np.roll(self.lag_weights, -1, axis=0)
        matrix = np.zeros((n_free + len(lags), n_free + lags.shape[1]))
        matrix[:n_free, :n_free] = np.eye(n_free)
        matrix[n_free:, n_free:] = lags
        return matrix
