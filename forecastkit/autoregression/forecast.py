"""Exact forecast distributions of linear autoregressions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np

from .forecast_law import GaussianLaw

_LONG = 1024  # steps up to which the matrix Ψ is formed for paths: it is faster, and still small


def forecast_mean(history: np.ndarray, coef: np.ndarray, drift: np.ndarray) -> np.ndarray:
    """Iterate the conditional mean y_{t+1} = drift_{t+1} + Σ_j φ_j y_{t+1-j}.

    Parameters
    ----------
    history : ndarray, shape (batch, p)
        The last p values, oldest first.
    coef : ndarray, shape (batch, p)
        φ_1..φ_p.
    drift : ndarray, shape (batch, horizon)
        Deterministic part of each future step.

    Returns
    -------
    ndarray, shape (batch, horizon)

    Notes
    -----
    O(horizon · p) a series.
    """
    horizon, p = drift.shape[1], coef.shape[1]
    path = np.concatenate([history, drift], axis=1)
    newest_last = np.ascontiguousarray(coef[:, ::-1])
    for k in range(horizon if p else 0):
        path[:, p + k] += np.einsum("bp,bp->b", newest_last, path[:, k : p + k])
    return path[:, p:]


def psi_weights(coef: np.ndarray, horizon: int) -> np.ndarray:
    """Weights of past innovations: ψ_0 = 1, ψ_k = Σ_{j=1..min(k, p)} φ_j ψ_{k-j}.

    Parameters
    ----------
    coef : ndarray, shape (batch, p)
        φ_1..φ_p.
    horizon : int
        Number of weights, 1 or more.

    Returns
    -------
    ndarray, shape (batch, horizon)

    Examples
    --------
    >>> psi_weights(np.array([[0.5]]), 3)
    array([[1.  , 0.5 , 0.25]])
    """
    impulse = np.zeros((len(coef), horizon))
    impulse[:, 0] = 1.0
    return forecast_mean(np.zeros(coef.shape), coef, impulse)


@dataclass(frozen=True, eq=False)
class GaussianForecast(GaussianLaw):
    """Joint Gaussian law of the next steps: y_{t+k} = mean_k + σ Σ_{j<k} ψ_j ε_{k-j} + Σ_m loading_km δ_m.

    Parameters
    ----------
    mean : ndarray, shape (batch, horizon)
        Expected values, in the data's unit.
    psi : ndarray, shape (batch, horizon)
        ψ weights; the innovations' part of the covariance is σ² Ψ Ψᵀ with Ψ lower-triangular Toeplitz.
    sigma2 : ndarray, shape (batch,)
        Innovation variance σ².
    loading : ndarray, shape (batch, horizon, m), default=None
        What all steps share beside the innovations, by δ ~ N(0, I_m): the uncertainty of a slope or of the history.

    Examples
    --------
    >>> walk = GaussianForecast(np.zeros((1, 3)), np.ones((1, 3)), np.array([2.0]))
    >>> walk.variance
    array([[2., 4., 6.]])
    """

    mean: np.ndarray
    psi: np.ndarray
    sigma2: np.ndarray
    loading: np.ndarray | None = None

    @property
    def variance(self) -> np.ndarray:
        """Marginal variance of each step, shape (batch, horizon)."""
        variance = self.sigma2[:, None] * np.cumsum(self.psi**2, axis=1)
        return variance if self.loading is None else variance + (self.loading**2).sum(axis=2)

    def covariance(self, i: int) -> np.ndarray:
        """Covariance of the steps of series ``i``, shape (horizon, horizon)."""
        root = self._toeplitz(i)
        covariance = self.sigma2[i] * (root @ root.T)
        return covariance if self.loading is None else covariance + self.loading[i] @ self.loading[i].T

    @property
    def noise_size(self) -> int:
        """Number of standard normal draws that one path takes."""
        return self.psi.shape[1] + (0 if self.loading is None else self.loading.shape[2])

    def paths(self, i: int, noise: np.ndarray) -> np.ndarray:
        """Joint paths of series ``i`` from standard normal draws (n, noise_size), shape (n, horizon)."""
        horizon = self.psi.shape[1]
        shocks = np.sqrt(self.sigma2[i]) * noise[:, :horizon]
        if horizon > _LONG:
            from scipy.signal import lfilter  # slow to import and seldom needed

            paths = self.mean[i] + lfilter(self.psi[i], 1.0, shocks, axis=1)
        else:
            paths = self.mean[i] + shocks @ self._toeplitz(i).T
        return paths if self.loading is None else paths + noise[:, horizon:] @ self.loading[i].T

    def select(self, index: np.ndarray) -> Self:
        """Law of the series numbered in ``index``, in that order."""
        loading = None if self.loading is None else self.loading[index]
        return type(self)(self.mean[index], self.psi[index], self.sigma2[index], loading)

    def _toeplitz(self, i: int) -> np.ndarray:
        """Ψ of one series, row k holding ψ_k, ..., ψ_0."""
        horizon = self.psi.shape[1]
        return np.concatenate([self.psi[i], np.zeros(horizon - 1)]).take(_toeplitz_places(horizon))


@lru_cache(maxsize=2)
def _toeplitz_places(horizon: int) -> np.ndarray:
    """Places k - j of the entries of a lower-triangular Toeplitz matrix in its first column and the zeros after it."""
    steps = np.arange(horizon)
    return (steps[:, None] - steps) % (2 * horizon - 1)


def innovations(y: np.ndarray, polynomial: np.ndarray, drift: np.ndarray) -> np.ndarray:
    """One-step forecast errors e_t = y_t - drift_t - Σ_j φ_j y_{t-j}, NaN where a lag is not known.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series, NaN where there is no value.
    polynomial : ndarray, shape (batch, p)
        φ_1..φ_p on the undifferenced lags, zero where a model has no such lag.
    drift : ndarray, shape (batch, n)
        Deterministic part of every step.

    Returns
    -------
    ndarray, shape (batch, n)

    Notes
    -----
    O(n p) a series.
    """
    n = y.shape[1]
    errors = y - drift
    for lag in range(1, min(polynomial.shape[1], n) + 1):
        users = polynomial[:, lag - 1] != 0
        if users.any():
            errors[users, lag:] -= polynomial[users, lag - 1, None] * y[users, : n - lag]
            errors[users, :lag] = np.nan
    return errors


def forecast_ar(history: np.ndarray, polynomial: np.ndarray, drift: np.ndarray, sigma2: np.ndarray) -> GaussianForecast:
    """Exact Gaussian forecast of a batch of autoregressions.

    Parameters
    ----------
    history : ndarray, shape (batch, p)
        Last p values, oldest first; those beyond a model's largest lag may be NaN.
    polynomial : ndarray, shape (batch, p)
        φ_1..φ_p on the undifferenced lags.
    drift : ndarray, shape (batch, horizon)
        Deterministic part of each future step.
    sigma2 : ndarray, shape (batch,)
        Innovation variance.

    Returns
    -------
    GaussianForecast
    """
    history = np.where(used_history(polynomial), history, 0.0)
    return GaussianForecast(forecast_mean(history, polynomial, drift), psi_weights(polynomial, drift.shape[1]), sigma2)


def used_history(polynomial: np.ndarray) -> np.ndarray:
    """Which of the last p values lie within each model's largest lag.

    Parameters
    ----------
    polynomial : ndarray, shape (batch, p)
        φ on the undifferenced lags 1..p.

    Returns
    -------
    ndarray of bool, shape (batch, p)
        Oldest value first.

    Examples
    --------
    >>> used_history(np.array([[0.5, 0.2, 0.0]]))
    array([[False,  True,  True]])
    """
    return np.maximum.accumulate(polynomial[:, ::-1] != 0, axis=1)
