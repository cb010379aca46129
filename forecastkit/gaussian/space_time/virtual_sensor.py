"""Sensors without a single value, added to a vector autoregression of the others as means of their neighbours."""

from __future__ import annotations

import numpy as np

from .vector_autoregression import VectorAutoregression


def with_virtual_sensors(
    model: VectorAutoregression, z: np.ndarray, adjacency: np.ndarray | None
) -> VectorAutoregression:
    """Extend the model of the observed sensors to those without any value.

    A virtual sensor is z_v = b x_v + η with x_v the mean of its observed neighbours, weighted by the edges of both
    directions, and η ~ N(0, q) independent over time. The slope b and q are those of the regression of all observed
    sensors on the mean of their own neighbours. Without observed neighbours b is 0 and q the mean square of all values.

    Parameters
    ----------
    model : VectorAutoregression
        Of the sensors that have values, in their order.
    z : ndarray, shape (T, N)
        All sensors, NaN where a value is missing.
    adjacency : ndarray, shape (N, N), or None
        Weights, 0 where there is no edge.

    Returns
    -------
    VectorAutoregression
        Of all N sensors. The rows of virtual sensors are those of their neighbours, averaged, and so reach two edges
        back in one step.
    """
    seen = np.asarray(~np.isnan(z).all(axis=0))
    n, p = len(seen), model.order
    weights = np.zeros((n, n)) if adjacency is None else adjacency + adjacency.T
    means = _neighbour_means(weights, z)
    paired = ~np.isnan(z) & ~np.isnan(means)
    x, y = means[paired], z[paired]
    square = float(x @ x)
    slope = float(x @ y) / square if square > 0 else 0.0
    weights = weights[np.ix_(~seen, seen)]
    sums = weights.sum(axis=1)
    mixing = slope * weights / np.where(sums > 0, sums, 1.0)[:, None]
    alone = float(np.nanmean(z**2))
    noise = np.where(sums > 0, float(np.mean((y - slope * x) ** 2)) if len(y) else alone, alone)
    noise = np.maximum(noise, 1e-6 * alone if alone > 0 else 1e-6)
    combined = np.zeros((n, int(seen.sum())))
    combined[seen] = np.eye(combined.shape[1])
    combined[~seen] = mixing
    coefficients = np.zeros((p, n, n))
    coefficients[:, :, seen] = combined @ model.coefficients
    innovation = combined @ model.innovation @ combined.T
    innovation[~seen, ~seen] += noise
    return VectorAutoregression(coefficients, innovation)


def _neighbour_means(weights: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Weighted means of the neighbours observed at each time, NaN where there are none; shape (T, N)."""
    observed = ~np.isnan(z)
    sums = observed.astype(float) @ weights
    return np.divide(np.where(observed, z, 0.0) @ weights, sums, out=np.full(z.shape, np.nan), where=sums > 0)
