"""What was measured of the stability of every series."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class StabilityMeasures:
    """Numbers by series; a step is one of the data, of which a recursion with blocks advances several at a time.

    Parameters
    ----------
    lipschitz, typical_lipschitz : ndarray, shape (n_series, K)
        Largest and geometric mean norm of D Fᵏ over the states looked at; NaN between two blocks.
    gain, typical_gain : ndarray, shape (n_series, K)
        Largest and root mean square length of ∂x̂_{t+k} / ∂(x_{t-p+1}, ..., x_t) over the states.
    spectral_radius, median_radius : ndarray, shape (n_series,)
        Largest and median spectral radius of the Jacobian over the states, a step.
    lyapunov, lyapunov_error : ndarray, shape (n_series,)
        Largest Lyapunov exponent of the free run in nats a step, and its standard error (0 where it is exact).
    tolerance : ndarray, shape (n_series,)
        Exponents closer to zero than this are not told from it.
    escaped : ndarray, shape (n_series,)
        Share of simulated paths that leave the surroundings of the data.
    escape_step : ndarray, shape (n_series,)
        Steps before the first one leaves; NaN where none does.
    bounded : ndarray of bool, shape (n_series,)
    unit_roots : ndarray of int, shape (n_series,)
        Multiplicity of the root 1 of a linear recursion.
    rmse, state_rmse, expected, one_step, bound : ndarray, shape (n_series, K)
        As of `ErrorGrowth`.
    n_origins, n_states : ndarray of int, shape (n_series,)
        Forecasts measured, and states that derivatives were computed at.
    """

    lipschitz: np.ndarray
    typical_lipschitz: np.ndarray
    gain: np.ndarray
    typical_gain: np.ndarray
    spectral_radius: np.ndarray
    median_radius: np.ndarray
    lyapunov: np.ndarray
    lyapunov_error: np.ndarray
    tolerance: np.ndarray
    escaped: np.ndarray
    escape_step: np.ndarray
    bounded: np.ndarray
    unit_roots: np.ndarray
    rmse: np.ndarray
    state_rmse: np.ndarray
    expected: np.ndarray
    one_step: np.ndarray
    bound: np.ndarray
    n_origins: np.ndarray
    n_states: np.ndarray

    @classmethod
    def stacked(cls, rows: list[dict[str, Any]]) -> StabilityMeasures:
        """Put the numbers of series, a dict each, into arrays."""
        return cls(**{f.name: np.stack([np.asarray(row[f.name]) for row in rows]) for f in fields(cls)})

    def select(self, i: int) -> StabilityMeasures:
        """Keep one series."""
        return StabilityMeasures(**{f.name: getattr(self, f.name)[i : i + 1] for f in fields(self)})

    @property
    def n_series(self) -> int:
        """Number of series."""
        return len(self.lyapunov)

    def overall(self) -> StabilityMeasures:
        """All series as one: the largest norms, radii and exponents, mean squared errors, bounded only if all are."""
        if self.n_series == 1:
            return self
        worst = int(np.argmax(np.nan_to_num(self.lyapunov, nan=-np.inf)))
        with np.errstate(divide="ignore", invalid="ignore"):
            row = {
                "lipschitz": _largest(self.lipschitz),
                "typical_lipschitz": np.exp(_mean(np.log(self.typical_lipschitz))),
                "gain": _largest(self.gain),
                "typical_gain": _root_mean_square(self.typical_gain),
            }
        row |= {name: _root_mean_square(getattr(self, name)) for name in ("rmse", "state_rmse", "expected")}
        row |= {name: _root_mean_square(getattr(self, name)) for name in ("one_step", "bound")}
        row |= {name: getattr(self, name)[worst] for name in ("lyapunov", "lyapunov_error", "tolerance")}
        row |= {
            "spectral_radius": _largest(self.spectral_radius),
            "median_radius": np.nanmedian(self.median_radius),
            "escaped": np.nanmean(self.escaped),
            "escape_step": np.fmin.reduce(self.escape_step),
            "bounded": bool(self.bounded.all()),
            "unit_roots": self.unit_roots.max(),
            "n_origins": self.n_origins.sum(),
            "n_states": self.n_states.sum(),
        }
        return StabilityMeasures.stacked([row])


def _largest(values: np.ndarray) -> np.ndarray:
    """Largest number over the series that have one."""
    return np.fmax.reduce(values, axis=0)


def _mean(values: np.ndarray) -> np.ndarray:
    """Mean over the series that have a number, NaN where none has."""
    seen = ~np.isnan(values)
    count = seen.sum(axis=0)
    return np.where(count > 0, np.where(seen, values, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _root_mean_square(values: np.ndarray) -> np.ndarray:
    """Root mean square over the series that have a number."""
    return np.sqrt(_mean(values**2))
