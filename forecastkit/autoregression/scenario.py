"""Forecasts given future values that are known already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.linalg import get_lapack_funcs

from ..errors import InvalidParameterError
from .forecast_law import GaussianLaw

_POTRF, _TRTRS = get_lapack_funcs(("potrf", "trtrs"), dtype=np.float64)
_LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True, eq=False)
class ScenarioForecast(GaussianLaw):
    """Joint Gaussian law of the next steps given the values of some of them; `condition_forecast` makes it.

    Parameters
    ----------
    law : GaussianLaw
        Law without the known values.
    known : ndarray, shape (batch, horizon)
        Known values, NaN where none is.
    mean, conditional_variance : ndarray, shape (batch, horizon)
        Moments given the known values; these themselves have variance 0.
    log_evidence : ndarray, shape (batch,), or float, default=0.0
        Log density of the known values, 0 for a series without any.

    Notes
    -----
    A path is one of ``law`` moved by the gain times what it misses the known values by (Matheron's rule).
    """

    law: GaussianLaw
    known: np.ndarray
    mean: np.ndarray
    conditional_variance: np.ndarray
    log_evidence: np.ndarray | float = 0.0

    @property
    def variance(self) -> np.ndarray:
        """Marginal variance of each step, shape (batch, horizon)."""
        return self.conditional_variance

    def covariance(self, i: int) -> np.ndarray:
        """Covariance of the steps of series ``i``, shape (horizon, horizon)."""
        there = ~np.isnan(self.known[i])
        full = self.law.covariance(i)
        if not there.any():
            return full
        half = _Conditioning.of(full, there, i).half
        rest = full - half.T @ half
        rest[there] = 0.0
        rest[:, there] = 0.0
        return rest

    @property
    def noise_size(self) -> int:
        """Number of standard normal draws that one path takes."""
        return self.law.noise_size

    def paths(self, i: int, noise: np.ndarray) -> np.ndarray:
        """Joint paths of series ``i`` from standard normal draws (n, noise_size), shape (n, horizon)."""
        paths, there = self.law.paths(i, noise), ~np.isnan(self.known[i])
        if not there.any():
            return paths
        conditioning = _Conditioning.of(self.law.covariance(i), there, i)
        paths += conditioning.score((self.known[i, there] - paths[:, there]).T).T @ conditioning.half
        paths[:, there] = self.known[i, there]
        return paths

    def select(self, index: np.ndarray) -> Self:
        """Law of the series numbered in ``index``, in that order."""
        return type(self)(
            self.law.select(index),
            self.known[index],
            self.mean[index],
            self.conditional_variance[index],
            self._evidence_of(index, len(self.known)),
        )


def condition_forecast(law: GaussianLaw, known: np.ndarray) -> ScenarioForecast:
    """Exact law of the next steps given the values of some of them.

    Parameters
    ----------
    law : GaussianLaw
        Forecast.
    known : ndarray, shape (batch, horizon)
        Known future values in the data's unit, NaN where none is.

    Returns
    -------
    ScenarioForecast
        N(μ_u + Σ_uk Σ_kk⁻¹ (x_k - μ_k), Σ_uu - Σ_uk Σ_kk⁻¹ Σ_ku) for the unknown steps u and the known ones k, for
        which mean and variance are x_k and 0.

    Raises
    ------
    InvalidParameterError
        A known value is infinite or the shape is wrong; or Σ_kk is singular: the model determines a known value
        exactly, as one without innovations does.

    Notes
    -----
    O(h³) for a series with known values, through the Cholesky factor of Σ_kk; nothing for the others.

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, equations 2.81 and 2.82.

    Examples
    --------
    >>> from forecastkit.autoregression import GaussianForecast
    >>> walk = GaussianForecast(np.zeros((1, 3)), np.ones((1, 3)), np.array([1.0]))
    >>> bridge = condition_forecast(walk, np.array([[np.nan, 4.0, np.nan]]))
    >>> bridge.mean, bridge.variance
    (array([[2., 4., 4.]]), array([[0.5, 0. , 1. ]]))
    """
    if known.shape != law.mean.shape:
        raise InvalidParameterError(f"known must have the forecast's shape {law.mean.shape}, got {known.shape}")
    if np.isinf(known).any():
        i, k = np.argwhere(np.isinf(known))[0]
        raise InvalidParameterError(f"the known value of step {k + 1} of series number {i} is {known[i, k]}")
    there = ~np.isnan(known)
    mean, variance, evidence = law.mean.copy(), law.variance.copy(), np.zeros(len(known))
    for i in np.flatnonzero(there.any(axis=1)).tolist():
        conditioning = _Conditioning.of(law.covariance(i), there[i], i)
        half, score = conditioning.half, conditioning.score((known[i] - law.mean[i])[there[i], None])[:, 0]
        mean[i] += score @ half
        variance[i] = np.maximum(variance[i] - (half**2).sum(axis=0), 0.0)
        log_det = 2.0 * np.log(np.diagonal(conditioning.factor)).sum()
        evidence[i] = -0.5 * (len(score) * _LOG_2PI + log_det + score @ score)
    return ScenarioForecast(law, known, np.where(there, known, mean), np.where(there, 0.0, variance), evidence)


@dataclass(frozen=True, eq=False)
class _Conditioning:
    """Cholesky factor L of Σ_kk and L⁻¹ Σ_k· of one series."""

    factor: np.ndarray
    half: np.ndarray

    @classmethod
    def of(cls, covariance: np.ndarray, there: np.ndarray, i: int) -> Self:
        """Factorise the covariance of the known steps, scaled to correlations so that units do not matter."""
        steps = np.flatnonzero(there)
        rows = covariance[steps]
        block = rows[:, steps]
        deviations = np.sqrt(np.diagonal(block))
        if not deviations.min() > 0:
            raise _determined(i, steps[~(deviations > 0)][0])
        factor, failed = _POTRF(block / (deviations[:, None] * deviations), lower=1)
        singular = np.diagonal(factor) <= np.sqrt(10 * len(steps) * np.finfo(float).eps)
        if failed or singular.any():
            raise _determined(i, steps[failed - 1 if failed else int(np.argmax(singular))])
        factor *= deviations[:, None]
        return cls(factor, _TRTRS(factor, rows, lower=1)[0])

    def score(self, deviation: np.ndarray) -> np.ndarray:
        """Compute L⁻¹ d of deviations (n_known, n) of the known values; they move all steps by halfᵀ L⁻¹ d."""
        return _TRTRS(self.factor, deviation, lower=1)[0]


def _determined(i: int, step: int) -> InvalidParameterError:
    """Say which known value the model leaves no room for."""
    return InvalidParameterError(
        f"the known value of step {step + 1} of series number {i} cannot be taken in: the model determines it exactly "
        "from the history and the other known values, so that it is either already so or impossible; leave it out"
    )
