"""A batch of linear processes with known parameters."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from .difference import difference
from .forecast import GaussianForecast, forecast_mean, psi_weights, used_history
from .power_transform import inverse, transform
from .transformed_forecast import TransformedForecast


@dataclass(frozen=True, eq=False)
class LinearProcess:
    """Linear processes z_t = c + b t + βᵀ x_t + Σ_j φ_j z_{t-j} + ε_t of transformed series z = g(y).

    Parameters
    ----------
    polynomial : ndarray, shape (batch, p)
        φ on the undifferenced lags, p at least 1; zero where a process has no such lag.
    deterministic : ndarray, shape (batch, 2)
        c and b.
    sigma2 : ndarray, shape (batch,)
        Variance of ε.
    time_origin : ndarray of int, shape (batch,)
        Grid position of t = 0.
    conditioned : ndarray of int, shape (batch,)
        How many first values the likelihood conditions on.
    effects : ndarray, shape (batch, q)
        β of the covariates, which are differenced as y is.
    power : ndarray, shape (batch,)
        λ of the Box-Cox transform g; 1 for none, 0 for the logarithm.
    slope_variance : ndarray, shape (batch,)
        Variance of an error in b that all future steps share.
    differencing : tuple of int, default=(0, 0, 1)
        Ordinary differences, seasonal differences and season that `polynomial` contains.
    """

    polynomial: np.ndarray
    deterministic: np.ndarray
    sigma2: np.ndarray
    time_origin: np.ndarray
    conditioned: np.ndarray
    effects: np.ndarray
    power: np.ndarray
    slope_variance: np.ndarray
    differencing: tuple[int, int, int] = (0, 0, 1)

    @property
    def n_lags(self) -> int:
        """Number p of past values that a forecast looks at."""
        return self.polynomial.shape[1]

    @property
    def n_differenced(self) -> int:
        """Values that differencing takes."""
        d, seasonal, season = self.differencing
        return d + seasonal * season

    def select(self, index: np.ndarray) -> LinearProcess:
        """Keep the processes numbered in ``index``, in that order."""
        names = [f.name for f in fields(self) if f.name != "differencing"]
        arrays: dict[str, Any] = {name: getattr(self, name)[index] for name in names}
        return replace(self, **arrays)

    def transform(self, y: np.ndarray) -> np.ndarray:
        """Transform values of each process, shape (batch, ...)."""
        return y if (self.power == 1).all() else transform(y, self.power)

    def inverse(self, z: np.ndarray) -> np.ndarray:
        """Transform back to the data's unit, shape (batch, ...)."""
        return z if (self.power == 1).all() else inverse(z, self.power)

    def drift(self, times: np.ndarray, x: np.ndarray | None = None) -> np.ndarray:
        """Deterministic part c + b t + βᵀ x_t of some steps.

        Parameters
        ----------
        times : ndarray, shape (batch, n)
            t of each step.
        x : ndarray, shape (batch, n_differenced + n, q), default=None
            Covariates of these steps and, before them, of those that differencing takes.

        Returns
        -------
        ndarray, shape (batch, n)
        """
        drift = self.deterministic[:, :1] + self.deterministic[:, 1:] * times
        if x is not None:
            drift = drift + difference(np.einsum("bnq,bq->bn", x, self.effects), *self.differencing)
        return drift

    def state(self, prefix: str) -> dict[str, np.ndarray]:
        """Arrays by the names they have in a file."""
        return {f"{prefix}.{f.name}": np.asarray(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def restored(cls, state: dict[str, np.ndarray], prefix: str) -> LinearProcess:
        """Take back what `state` gave."""
        arrays: dict[str, Any] = {f.name: state[f"{prefix}.{f.name}"] for f in fields(cls)}
        arrays["differencing"] = tuple(arrays["differencing"].tolist())
        return cls(**arrays)

    def forecast(
        self, history: np.ndarray, drift: np.ndarray, root: np.ndarray | None = None
    ) -> GaussianForecast | TransformedForecast:
        """Exact law of the next steps, in the data's unit.

        Parameters
        ----------
        history : ndarray, shape (batch, p)
            Last transformed values, oldest first; those beyond a process's largest lag may be NaN.
        drift : ndarray, shape (batch, horizon)
            From `drift`, of the future.
        root : ndarray, shape (batch, p, m), default=None
            Root of the covariance of ``history`` where it is not known for certain.

        Returns
        -------
        GaussianForecast or TransformedForecast
        """
        horizon = drift.shape[1]
        history = np.where(used_history(self.polynomial), history, 0.0)
        mean = forecast_mean(history, self.polynomial, drift)
        loadings = []
        if self.slope_variance.any():
            loadings.append(np.sqrt(self.slope_variance)[:, None, None] * np.arange(1, horizon + 1)[:, None])
        if root is not None:
            still = np.zeros(drift.shape)
            columns = [forecast_mean(root[:, :, j], self.polynomial, still) for j in range(root.shape[2])]
            loadings.append(np.stack(columns, axis=2))
        loading = np.concatenate(loadings, axis=2) if loadings else None
        law = GaussianForecast(mean, psi_weights(self.polynomial, horizon), self.sigma2, loading)
        return law if (self.power == 1).all() else TransformedForecast(law, self.power)
