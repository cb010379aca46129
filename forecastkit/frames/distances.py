"""Distances on the globe, and the weights that a kernel makes of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

EARTH_RADIUS = 6371.0088  # km: mean radius of the GRS 80 ellipsoid
_BLOCK = 4_000_000  # distances at a time
_NEIGHBOURS = 5


def haversine(
    latitude: ArrayLike, longitude: ArrayLike, other_latitude: ArrayLike, other_longitude: ArrayLike
) -> np.ndarray:
    """Great-circle distance d = 2 R arcsin √(sin²(Δφ/2) + cos φ_1 cos φ_2 sin²(Δλ/2)).

    Parameters
    ----------
    latitude, longitude : array_like
        φ_1 and λ_1 in degrees.
    other_latitude, other_longitude : array_like
        φ_2 and λ_2 in degrees; shapes are broadcast.

    Returns
    -------
    ndarray of float64
        Kilometres on a sphere with the mean radius R of the Earth, within 0.6 % of those on the ellipsoid.

    Examples
    --------
    From Dublin to Cork:

    >>> round(float(haversine(53.35, -6.26, 51.90, -8.47)))
    220
    """
    phi, lam, other_phi, other_lam = np.radians(
        np.broadcast_arrays(
            *(np.asarray(x, dtype=float) for x in (latitude, longitude, other_latitude, other_longitude))
        )
    )
    chord = np.sin((other_phi - phi) / 2) ** 2 + np.cos(phi) * np.cos(other_phi) * np.sin((other_lam - lam) / 2) ** 2
    return 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))


def local_width(latitude: np.ndarray, longitude: np.ndarray) -> float:
    """Width of a kernel that lets a sensor reach some ten others: the median distance to the fifth nearest.

    Parameters
    ----------
    latitude, longitude : ndarray of float64, shape (n,)
        Degrees.

    Returns
    -------
    float
        Kilometres, above 0. Distances of 0 are left out; with fewer than ten others their median counts.

    Notes
    -----
    O(n²). The width follows the spacing of sensors, so clusters far from each other keep their inner structure. The
    standard deviation of all distances, usual for small networks, grows with the area: of 1,000 sensors each would be
    joined to some hundreds.
    """
    fifth: list[np.ndarray] = []
    for _, distances in _blocks(latitude, longitude):
        distances[distances == 0] = np.inf  # itself, or one at the same place
        rank = min(_NEIGHBOURS, distances.shape[1]) - 1
        near = np.sort(np.partition(distances, rank, axis=1)[:, : rank + 1], axis=1)
        others = np.isfinite(distances).sum(axis=1)
        places = np.minimum((others + 1) // 2, _NEIGHBOURS)
        fifth.append(near[others > 0, places[others > 0] - 1])
    found = np.concatenate(fifth)
    return float(np.median(found)) if len(found) else 1.0


def spread_width(latitude: np.ndarray, longitude: np.ndarray) -> float:
    """Width of a kernel as the field takes it: the standard deviation of the distances between all pairs.

    Parameters
    ----------
    latitude, longitude : ndarray of float64, shape (n,)
        Degrees.

    Returns
    -------
    float
        Kilometres, above 0: the mean distance where all are the same, and 1 where all are 0.

    Notes
    -----
    O(n²) operations in blocks of bounded memory.
    """
    n_pairs = len(latitude) * (len(latitude) - 1)
    if n_pairs == 0:
        return 1.0
    mean = sum(float(distances.sum()) for _, distances in _blocks(latitude, longitude)) / n_pairs
    squares = sum(float(((distances - mean) ** 2).sum()) for _, distances in _blocks(latitude, longitude))
    variance = squares / n_pairs - mean**2 / (len(latitude) - 1)  # the diagonal adds n times the squared mean
    return float(np.sqrt(variance)) if variance > 1e-12 * mean**2 else mean or 1.0


def kernel_edges(
    latitude: np.ndarray, longitude: np.ndarray, width: float, threshold: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Edges of the thresholded Gaussian kernel w = exp(−d²/width²), kept where w ≥ threshold.

    Parameters
    ----------
    latitude, longitude : ndarray of float64, shape (n,)
        Degrees.
    width : float
        Kilometres, above 0.
    threshold : float
        In [0, 1].

    Returns
    -------
    source, target : ndarray of int64, shape (n_edges,)
        Both directions of each pair, sorted by source, then target.
    weight : ndarray of float64, shape (n_edges,)

    Notes
    -----
    O(n²) operations in blocks of bounded memory.

    References
    ----------
    .. [1] D. Shuman, S. Narang, P. Frossard, A. Ortega and P. Vandergheynst (2013), The emerging field of signal
       processing on graphs, arXiv:1211.0053, equation 1.
    """
    sources, targets, weights = [], [], []
    for first, distances in _blocks(latitude, longitude):
        kernel = np.exp(-((distances / width) ** 2))
        rows = np.arange(len(kernel))
        kernel[rows, first + rows] = 0.0
        source, target = np.nonzero((kernel >= threshold) & (kernel > 0))
        sources.append(first + source)
        targets.append(target)
        weights.append(kernel[source, target])
    return np.concatenate(sources), np.concatenate(targets), np.concatenate(weights)


def _blocks(latitude: np.ndarray, longitude: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """First sensor of each block of rows, and its distances to all, shape (block, n)."""
    n = len(latitude)
    size = max(1, _BLOCK // n)
    for first in range(0, n, size):
        rows = slice(first, first + size)
        yield first, haversine(latitude[rows, None], longitude[rows, None], latitude, longitude)
