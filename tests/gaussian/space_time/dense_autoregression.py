"""The joint Gaussian over all rows and series of a vector autoregression, written out, and random instances of it."""

from __future__ import annotations

import numpy as np

from forecastkit.gaussian.space_time import VectorAutoregression


def random_model(rng: np.random.Generator, order: int, n: int, least: float = 0.1) -> VectorAutoregression:
    """A stationary model; ``least`` is about the smallest eigenvalue of its innovation covariance."""
    root = rng.standard_normal((n, n))
    coefficients = rng.standard_normal((order, n, n)) * 0.4 / (order * np.sqrt(n))
    return VectorAutoregression(coefficients, root @ root.T + least * np.eye(n))


def dense_covariance(model: VectorAutoregression, n_rows: int) -> np.ndarray:
    """Covariance of all values, time by time, shape (T N, T N)."""
    n, p = model.n_nodes, model.order
    system, noise = np.eye(n_rows * n), np.zeros((n_rows * n, n_rows * n))
    head = min(p, n_rows) * n
    noise[:head, :head] = model.initial[:head, :head]
    for t in range(p, n_rows):
        rows = slice(t * n, (t + 1) * n)
        noise[rows, rows] = model.innovation
        for lag in range(1, p + 1):
            system[rows, (t - lag) * n : (t - lag + 1) * n] = -model.coefficients[lag - 1]
    root = np.linalg.solve(system, np.linalg.cholesky(noise))
    return root @ root.T


def gappy_path(rng: np.random.Generator, model: VectorAutoregression, n_rows: int, share: float) -> np.ndarray:
    """A path with points, a whole row and, in longer ones, three successive rows missing; never all of it."""
    z = model.simulate(n_rows, rng)[0]
    z[rng.random(z.shape) < share] = np.nan
    z[n_rows // 2] = np.nan
    if n_rows > 6:
        z[3:6] = np.nan
    z[0, 0] = 0.3
    return z
