"""Strictly monotone power scales, one per sensor, that make the spread depend less on the level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SOFTENING = 0.01
"""Added to y / unit before the power, so that the slope at zero is finite."""
LEAST_POWER = 1e-3
"""Smaller powers are taken for the logarithm."""


@dataclass(frozen=True)
class PowerScale:
    """The map f(y) = unit · g(y / unit) with g(x) = ((x + c)^λ − c^λ) / λ for x ≥ 0, continued by its tangent below 0.

    λ = 1 is the identity everywhere; λ = 0 stands for log((x + c) / c); c is ``SOFTENING``.

    Parameters
    ----------
    power : ndarray, shape (N,)
        λ of each sensor, in [0, 1].
    unit : ndarray, shape (N,)
        Positive size of each sensor's values, in the data's unit.

    Notes
    -----
    f is strictly increasing with a continuous slope on the whole line, so quantiles map to quantiles, zeros are safe
    and a value below zero in new data does no harm.

    References
    ----------
    Box and Cox (1964), *An analysis of transformations*, equation 1, with a shift and a linear lower end.

    Examples
    --------
    >>> scale = PowerScale(np.array([0.5]), np.array([1.0]))
    >>> y = np.array([[0.0], [1.0], [4.0]])
    >>> bool(np.allclose(scale.inverse(scale.forward(y)), y))
    True
    """

    power: np.ndarray
    unit: np.ndarray

    def forward(self, y: np.ndarray) -> np.ndarray:
        """Return f(y); the last axis of ``y`` is the sensor, NaN stays NaN."""
        if (self.power == 1.0).all():
            return y.copy()
        x = y / self.unit
        above = np.maximum(x, 0.0) + SOFTENING
        bowed = (above**self.power - self._foot) / self._divisor
        curve = np.where(self.power > LEAST_POWER, bowed, np.log(above / SOFTENING))
        bent = self.unit * (curve + self._slope * np.minimum(x, 0.0))
        return np.where(self.power == 1.0, y, bent)

    def inverse(self, f: np.ndarray) -> np.ndarray:
        """Return y with f(y) = ``f``; the last axis is the sensor."""
        if (self.power == 1.0).all():
            return f.copy()
        g = f / self.unit
        above = np.maximum(g, 0.0)
        root = (above * self._divisor + self._foot) ** (1.0 / self._divisor)
        logarithmic = SOFTENING * np.exp(np.minimum(np.where(self.power > LEAST_POWER, 0.0, above), 600.0))
        x = np.where(self.power > LEAST_POWER, root, logarithmic) - SOFTENING
        bent = self.unit * (x + np.minimum(g, 0.0) / self._slope)
        return np.where(self.power == 1.0, f, bent)

    def log_slope(self, y: np.ndarray) -> np.ndarray:
        """Return log f'(y): what a density in the data's unit has beside that of f(y)."""
        return (self.power - 1.0) * np.log(np.maximum(y / self.unit, 0.0) + SOFTENING)

    @property
    def _divisor(self) -> np.ndarray:
        return np.where(self.power > LEAST_POWER, self.power, 1.0)

    @property
    def _foot(self) -> np.ndarray:
        return SOFTENING**self.power

    @property
    def _slope(self) -> np.ndarray:
        return SOFTENING ** (self.power - 1.0)


def fit_power_scale(values: np.ndarray, power: float) -> PowerScale:
    """Give every sensor without negative values the power λ, and the others the identity.

    Parameters
    ----------
    values : ndarray, shape (T, N)
        NaN where missing.
    power : float
        λ in [0, 1].

    Returns
    -------
    PowerScale
        With unit = mean |y| of the sensor (1 where that is zero or nothing is observed).
    """
    observed = ~np.isnan(values)
    count = observed.sum(axis=0)
    size = np.where(observed, np.abs(values), 0.0).sum(axis=0) / np.maximum(count, 1)
    positive = np.where(observed, values, 0.0).min(axis=0, initial=0.0) >= 0.0
    return PowerScale(np.where(positive, power, 1.0), np.where(size > 0, size, 1.0))
