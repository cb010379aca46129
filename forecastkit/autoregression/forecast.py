"""Exact forecast distributions of linear autoregressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri


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
class GaussianForecast:
    """Joint Gaussian law of the next steps: y_{t+k} = mean_k + σ Σ_{j<k} ψ_j ε_{k-j} + k δ.

    Parameters
    ----------
    mean : ndarray, shape (batch, horizon)
        Expected values, in the data's unit.
    psi : ndarray, shape (batch, horizon)
        ψ weights; the covariance is σ² Ψ Ψᵀ with Ψ lower-triangular Toeplitz.
    sigma2 : ndarray, shape (batch,)
        Innovation variance σ².
    slope_variance : ndarray, shape (batch,), default=None
        Variance of an error δ in the slope that all steps share (the estimated drift of a random walk).
    """

    mean: np.ndarray
    psi: np.ndarray
    sigma2: np.ndarray
    slope_variance: np.ndarray | None = None

    @property
    def variance(self) -> np.ndarray:
        """Marginal variance of each step, shape (batch, horizon)."""
        variance = self.sigma2[:, None] * np.cumsum(self.psi**2, axis=1)
        if self.slope_variance is not None:
            variance = variance + self.slope_variance[:, None] * np.arange(1, self.psi.shape[1] + 1) ** 2
        return variance

    def quantile(self, quantiles: np.ndarray) -> np.ndarray:
        """Marginal quantiles, shape (n_quantiles, batch, horizon)."""
        return self.mean + np.sqrt(self.variance) * ndtri(quantiles)[:, None, None]

    def sample(self, n_samples: int, generators: Sequence[np.random.Generator]) -> np.ndarray:
        """Draw joint paths.

        Parameters
        ----------
        n_samples : int
            Number of paths of every series.
        generators : sequence of numpy.random.Generator, length batch
            One for each series, so that its paths do not depend on the other series.

        Returns
        -------
        ndarray, shape (n_samples, batch, horizon)
        """
        horizon = self.psi.shape[1]
        draws = np.stack([generator.standard_normal((n_samples, horizon + 1)) for generator in generators], axis=1)
        shocks = np.sqrt(self.sigma2)[:, None] * draws[..., :horizon]
        paths = np.broadcast_to(self.mean, shocks.shape).copy()
        for j in range(horizon):
            paths[..., j:] += self.psi[:, j, None] * shocks[..., : horizon - j]
        if self.slope_variance is not None:
            slope = np.sqrt(self.slope_variance)[:, None] * draws[..., horizon:]
            paths += slope * np.arange(1, horizon + 1)
        return paths


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
