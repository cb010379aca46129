"""The law of every entry of a network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, ndtr, ndtri, stdtr, stdtrit

_GAUSSIAN = 1e6
_MOST_NORMAL = 8.2


@dataclass(frozen=True)
class NodeLaw:
    """z = location + scale · T, T Student's t with ``degrees`` degrees of freedom, standardised to no unit variance.

    Parameters
    ----------
    location, scale : ndarray, shape (T, N)
        The median, and the factor of T.
    degrees : float
        ν > 2; infinite for the Gaussian.
    gap : ndarray of int, shape (T, N)
        Class of the gap that an entry lies in, for the calibration of its width.

    Examples
    --------
    >>> law = NodeLaw(np.zeros((1, 1)), np.ones((1, 1)), np.inf, np.zeros((1, 1), int))
    >>> law.from_normal(np.array([[1.5]])).item()
    1.5
    """

    location: np.ndarray
    scale: np.ndarray
    degrees: float
    gap: np.ndarray

    def from_normal(self, noise: np.ndarray) -> np.ndarray:
        """Value z at which a law has the probability Φ(noise): increasing, shape (..., T, N)."""
        if self.degrees > _GAUSSIAN:
            return self.location + self.scale * noise
        tail = -np.abs(stdtrit(self.degrees, ndtr(-np.abs(noise))))
        return self.location + self.scale * np.where(noise > 0, -tail, tail)

    def to_normal(self, z: np.ndarray) -> np.ndarray:
        """Noise of values z, within ±8.2: the inverse of `from_normal`."""
        residual = (z - self.location) / self.scale
        if self.degrees > _GAUSSIAN:
            return np.clip(residual, -_MOST_NORMAL, _MOST_NORMAL)
        tail = ndtri(stdtr(self.degrees, -np.abs(residual)))
        return np.clip(np.where(residual > 0, -tail, tail), -_MOST_NORMAL, _MOST_NORMAL)

    def log_prob(self, z: np.ndarray) -> np.ndarray:
        """Log density at z, shape (..., T, N)."""
        square = ((z - self.location) / self.scale) ** 2
        nu = self.degrees
        if nu > _GAUSSIAN:
            return -0.5 * square - np.log(self.scale) - 0.5 * np.log(2 * np.pi)
        peak = gammaln(0.5 * (nu + 1.0)) - gammaln(0.5 * nu) - 0.5 * np.log(nu * np.pi) - np.log(self.scale)
        return peak - 0.5 * (nu + 1.0) * np.log1p(square / nu)
