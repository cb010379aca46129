"""The law of one value of a sensor: power scale, seasonal mean and deviation, with a fallback for empty sensors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .harmonic_season import choose_season, fit_season, harmonic_basis, sensor_moments
from .power_scale import PowerScale, fit_power_scale

FEWEST_VALUES = 5
"""A sensor with fewer observed values than this takes mean, season and deviation from the others."""


@dataclass(frozen=True)
class SensorMarginal:
    """z = (f(y) − s(t)) / d of every sensor: f a power scale, s a seasonal mean, d a deviation.

    Parameters
    ----------
    scale : PowerScale
        f.
    periods : tuple of float
        Season lengths in steps.
    harmonics : tuple of int
        Harmonics of each period.
    coefficients : ndarray, shape (N, 1 + 2 Σ harmonics)
        Of s on :func:`~.harmonic_season.harmonic_basis`, in the unit of f(y).
    deviation : ndarray, shape (N,)
        d, positive, in the unit of f(y).

    Notes
    -----
    f is monotone: the median of y is the inverse of the mean of a symmetric z, and quantiles map to quantiles.
    """

    scale: PowerScale
    periods: tuple[float, ...]
    harmonics: tuple[int, ...]
    coefficients: np.ndarray
    deviation: np.ndarray

    def season(self, times: np.ndarray) -> np.ndarray:
        """Return s at the grid positions ``times``, shape (T, N), in the unit of f(y)."""
        return harmonic_basis(times, self.periods, self.harmonics) @ self.coefficients.T

    def forward(self, values: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return z of ``values``, shape (T, N) at the grid positions ``times``; NaN stays NaN."""
        return (self.scale.forward(values) - self.season(times)) / self.deviation

    def inverse(self, z: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Values of ``z``, shape (..., T, N), in the data's unit; also maps quantiles of z to quantiles of y."""
        return self.scale.inverse(z * self.deviation + self.season(times))

    def log_slope(self, values: np.ndarray) -> np.ndarray:
        """Log of dz/dy at ``values``, shape (T, N); NaN stays NaN."""
        return self.scale.log_slope(values) - np.log(self.deviation)

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything the marginal is, as named arrays; `from_arrays` is the inverse."""
        return {
            "power": self.scale.power,
            "unit": self.scale.unit,
            "periods": np.array(self.periods, float),
            "harmonics": np.array(self.harmonics, np.int64),
            "coefficients": self.coefficients,
            "deviation": self.deviation,
        }

    @classmethod
    def from_arrays(cls, named: dict[str, np.ndarray]) -> SensorMarginal:
        """Rebuild the marginal from `arrays`."""
        scale = PowerScale(named["power"], named["unit"])
        periods, harmonics = tuple(map(float, named["periods"])), tuple(map(int, named["harmonics"]))
        return cls(scale, periods, harmonics, named["coefficients"], named["deviation"])


def neighbour_weights(count: int, adjacency: np.ndarray | None, coordinates: np.ndarray | None) -> np.ndarray:
    """How much each other sensor says about a sensor without values of its own; rows sum to one, no diagonal.

    Parameters
    ----------
    count : int
        N.
    adjacency : ndarray, shape (N, N), or None
        Edge weights u -> v; both directions count. A sensor without edges falls back to the next source.
    coordinates : ndarray, shape (N, 2), or None
        Positions in the plane; weights fall like a Gaussian of the distance, as wide as the third nearest sensor.

    Returns
    -------
    ndarray, shape (N, N)
        Equal weights where there is neither.
    """
    equal = (1.0 - np.eye(count)) / max(count - 1, 1)
    weights = equal
    if coordinates is not None and count > 1:
        gap = np.sqrt(((coordinates[:, None, :] - coordinates[None, :, :]) ** 2).sum(axis=2))
        reach = np.sort(gap, axis=1)[:, min(3, count - 1)]
        near = np.exp(-0.5 * (gap / np.where(reach > 0, reach, 1.0)[:, None]) ** 2)
        np.fill_diagonal(near, 0.0)
        total = near.sum(axis=1, keepdims=True)
        weights = np.where(total > 0, near / np.where(total > 0, total, 1.0), equal)
    if adjacency is not None:
        both = adjacency + adjacency.T
        np.fill_diagonal(both, 0.0)
        total = both.sum(axis=1, keepdims=True)
        weights = np.where(total > 0, both / np.where(total > 0, total, 1.0), weights)
    return weights


def fit_marginal(
    values: np.ndarray, times: np.ndarray, periods: tuple[float, ...], power: float, weights: np.ndarray
) -> SensorMarginal:
    """Fit the power scale, the season and the deviation of every sensor.

    Parameters
    ----------
    values : ndarray, shape (T, N)
        NaN where missing.
    times : ndarray of int, shape (T,)
        Grid positions.
    periods : tuple of float
        Season lengths in steps; a period that the rows do not span is left out.
    power : float
        λ in [0, 1] for sensors without negative values.
    weights : ndarray, shape (N, N)
        Of :func:`neighbour_weights`: sensors with fewer than ``FEWEST_VALUES`` values take everything from the others.

    Returns
    -------
    SensorMarginal
        A constant sensor has a tiny deviation, so its gaps are filled with the constant.
    """
    scale = fit_power_scale(values, power)
    count = (~np.isnan(values)).sum(axis=0)
    rich: np.ndarray = np.greater_equal(count, min(FEWEST_VALUES, int(count.max(initial=0))))
    if not rich.all():
        shares = _shares(weights, rich)
        unit = np.where(rich, scale.unit, shares @ scale.unit)
        scale = PowerScale(np.where(rich, scale.power, _most_common(scale.power[rich])), unit)
    curve = scale.forward(values)
    kept, harmonics, ridge = choose_season(curve[:, rich], times, periods)
    coefficients = fit_season(curve, times, kept, harmonics, ridge)
    rest = curve - harmonic_basis(times, kept, harmonics) @ coefficients.T
    deviation = sensor_moments(rest)[1]
    if not rich.all():
        # A constant sensor says nothing about how others vary.
        moving: np.ndarray = np.logical_and(rich, deviation > 0)
        shares = _shares(weights, moving if moving.any() else rich)
        coefficients[~rich] = (shares @ coefficients)[~rich]
        deviation = np.where(rich, deviation, shares @ deviation)
    least = 1e-6 * np.maximum(np.abs(coefficients[:, 0]), 1e-6)
    return SensorMarginal(scale, kept, harmonics, coefficients, np.maximum(deviation, least))


def _shares(weights: np.ndarray, rich: np.ndarray) -> np.ndarray:
    """Weights on sensors with values only, rows summing to one; equal where no neighbour has values."""
    kept = weights * rich
    total = kept.sum(axis=1, keepdims=True)
    return np.where(total > 0, kept / np.where(total > 0, total, 1.0), rich / rich.sum())


def _most_common(powers: np.ndarray) -> float:
    found, counts = np.unique(powers, return_counts=True)
    return float(found[np.argmax(counts)])
