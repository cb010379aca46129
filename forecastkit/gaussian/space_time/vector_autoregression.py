"""A Gaussian vector autoregression: its parameters, its law at the start, and simulated paths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ...checks import check_integer
from ...errors import InvalidParameterError
from ..array_checks import as_array, check_draw
from ..covariance import as_covariance, lower_factor, regular_factor

DIFFUSE = 1e4  # variance of a start without a stationary law, in units of the largest innovation variance
_DOUBLINGS = 20  # a process that remembers more than 2**20 steps counts as not stationary
_FORGOTTEN = 1e-9
_GELFAND = 16


@dataclass(frozen=True, eq=False, init=False)
class VectorAutoregression:
    """The law of N series z_t = Φ_1 z_{t−1} + … + Φ_p z_{t−p} + ε_t with independent ε_t ~ N(0, W).

    Parameters
    ----------
    coefficients : array_like, shape (p, N, N)
        Φ; entry [l - 1, v, u] is the weight of series u, l steps back, in series v. It is zero where u does not
        inform v.
    innovation : array_like, shape (N, N)
        W, symmetric and positive definite.
    initial : array_like, shape (p N, p N), default=None
        Covariance of the first p rows (z_0, …, z_{p−1}), oldest first; their mean is zero. None means the stationary
        one if there is one, and else 1e4 times the largest innovation variance on the diagonal.

    Raises
    ------
    InvalidParameterError
        A shape is wrong, a value is not finite, or W or ``initial`` is singular.

    Notes
    -----
    The stationary covariance is summed by doubling, O(p³N³) a doubling. A process that has not forgotten its start
    after 2²⁰ steps counts as not stationary.

    References
    ----------
    Lütkepohl (2005), *New Introduction to Multiple Time Series Analysis*, sections 2.1.1 and 2.1.4.

    Examples
    --------
    >>> model = VectorAutoregression([[[0.5, 0.0], [0.4, 0.5]]], [[1.0, 0.0], [0.0, 1.0]])
    >>> model.initial.round(3)
    array([[1.333, 0.356],
           [0.356, 1.807]])
    """

    coefficients: np.ndarray
    innovation: np.ndarray
    initial: np.ndarray

    def __init__(self, coefficients: ArrayLike, innovation: ArrayLike, initial: ArrayLike | None = None) -> None:
        coefficients = as_array("coefficients", coefficients, (None, None, None))
        order, n_nodes, width = coefficients.shape
        if width != n_nodes:
            raise InvalidParameterError(f"coefficients must have shape (p, N, N), got {coefficients.shape}.")
        innovation = as_covariance("innovation", innovation, n_nodes)
        regular_factor("innovation", innovation)
        start = start_covariance(coefficients, innovation) if initial is None else initial
        start = as_covariance("initial", start, order * n_nodes)
        for name, array in (("coefficients", coefficients), ("innovation", innovation), ("initial", start)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if initial is not None:
            regular_factor("initial", start)

    @property
    def order(self) -> int:
        """Number of lags p."""
        return self.coefficients.shape[0]

    @property
    def n_nodes(self) -> int:
        """Number of series N."""
        return self.coefficients.shape[1]

    @cached_property
    def innovation_factor(self) -> np.ndarray:
        """Cholesky factor of W, shape (N, N), lower triangular."""
        return lower_factor(self.innovation)

    @cached_property
    def initial_factor(self) -> np.ndarray:
        """Cholesky factor of the covariance of the first p rows, shape (p N, p N), lower triangular."""
        return lower_factor(self.initial)

    def simulate(self, n_rows: int, generator: np.random.Generator, n_samples: int = 1) -> np.ndarray:
        """Draw paths from the start on.

        Parameters
        ----------
        n_rows : int
            Rows of a path, 1 or more.
        generator : numpy.random.Generator
            Source of the draws.
        n_samples : int, default=1
            Number of paths, 1 or more.

        Returns
        -------
        ndarray, shape (n_samples, n_rows, N)

        Raises
        ------
        InvalidParameterError
            A parameter is out of its range.
        """
        n_rows = check_integer(n_rows, "n_rows", 1)
        check_draw(n_samples, generator)
        p, n = self.order, self.n_nodes
        paths = np.empty((n_samples, max(n_rows, p), n))
        paths[:, :p] = (generator.standard_normal((n_samples, p * n)) @ self.initial_factor.T).reshape(n_samples, p, n)
        for t in range(p, n_rows):
            row = generator.standard_normal((n_samples, n)) @ self.innovation_factor.T
            for lag in range(1, p + 1):
                row += paths[:, t - lag] @ self.coefficients[lag - 1].T
            paths[:, t] = row
        return paths[:, :n_rows]


def start_covariance(coefficients: np.ndarray, innovation: np.ndarray) -> np.ndarray:
    """Covariance of the first p rows, oldest first: the stationary one, or a diffuse diagonal where there is none."""
    order, n, _ = coefficients.shape
    power = companion(coefficients)
    total = np.zeros_like(power)
    total[:n, :n] = innovation
    for _ in range(_DOUBLINGS):
        size = np.abs(power).max()
        if size < _FORGOTTEN or size > 1 / _FORGOTTEN:
            break
        total = total + power @ total @ power.T
        power = power @ power
    if np.abs(power).max() >= _FORGOTTEN:
        return np.eye(order * n) * (DIFFUSE * np.diag(innovation).max())
    # the companion state holds the newest row first
    blocks = total.reshape(order, n, order, n)[::-1, :, ::-1].reshape(order * n, order * n)
    return (blocks + blocks.T) / 2


def companion(coefficients: np.ndarray) -> np.ndarray:
    """Matrix that takes the rows (z_{t−1}, …, z_{t−p}) to (E z_t, z_{t−1}, …, z_{t−p+1}), shape (p N, p N)."""
    order, n, _ = coefficients.shape
    matrix = np.eye(order * n, k=-n)
    matrix[:n] = coefficients.transpose(1, 0, 2).reshape(n, order * n)
    return matrix


def spectral_radius(coefficients: np.ndarray) -> float:
    """Bound the companion eigenvalues from above by ‖Cᵐ‖^(1/m) for m = 2¹⁶ (Gelfand), tight to a few 1e-4. O(p³N³)."""
    power, logarithm = companion(coefficients), 0.0
    for doubling in range(_GELFAND + 1):
        norm = float(np.linalg.norm(power))
        if norm == 0:
            return 0.0
        logarithm += np.log(norm) / 2**doubling
        power = power / norm
        power = power @ power
    return float(np.exp(logarithm))


def stabilised(coefficients: np.ndarray, largest: float) -> np.ndarray:
    """Shrink lag l by cˡ, which multiplies every companion eigenvalue by c ≤ 1, so that none exceeds ``largest``."""
    radius = spectral_radius(coefficients)
    if radius <= largest:
        return coefficients
    return coefficients * (largest / radius) ** np.arange(1, len(coefficients) + 1)[:, None, None]
