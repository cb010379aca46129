"""Where the estimation of a vector autoregression starts: moments of the pairs of values that are both observed."""

from __future__ import annotations

import numpy as np

from .vector_autoregression import VectorAutoregression

_LARGEST = 0.98  # first coefficients stay below it, so that the start is stationary
_LEAST_EIGENVALUE = 0.05
_WEAK_PAIRS = 10.0  # a correlation of so many pairs is halved


def starting_model(stretches: list[np.ndarray], order: int) -> VectorAutoregression:
    """Independent first-order autoregressions with correlated innovations.

    Parameters
    ----------
    stretches : list of ndarray, each of shape (T, N)
        NaN where a value is missing.
    order : int
        p; lags above the first start at zero.

    Returns
    -------
    VectorAutoregression
        Series v has the coefficient and the variance of its observed values and pairs of successive ones, or 0 and 1
        where there are too few. Innovations have the correlations of the values observed together, shrunk the more
        the fewer they are, and with eigenvalues of 0.05 or more.
    """
    seen = [(~np.isnan(part)).astype(float) for part in stretches]
    known = [np.where(np.isnan(part), 0.0, part) for part in stretches]
    counts = sum(mask.T @ mask for mask in seen)
    products = sum(part.T @ part for part in known)
    n_pairs = sum((mask[1:] * mask[:-1]).sum(axis=0) for mask in seen)
    steps = sum((part[1:] * part[:-1]).sum(axis=0) for part in known)
    n_seen = np.diag(counts)
    variance = np.where(n_seen > 2, np.diag(products) / np.maximum(n_seen, 1), 0.0)
    variance[variance <= 0] = 1.0
    slope = steps / np.maximum(n_pairs, 1) / variance
    slope = np.clip(slope * n_pairs / (n_pairs + _WEAK_PAIRS), -_LARGEST, _LARGEST)
    scale = np.sqrt(variance)
    correlation = products / np.maximum(counts, 1) / scale / scale[:, None]
    correlation = np.clip(correlation * counts / (counts + _WEAK_PAIRS), -_LARGEST, _LARGEST)
    np.fill_diagonal(correlation, 1.0)
    eigenvalues, vectors = np.linalg.eigh(correlation)
    correlation = (vectors * np.maximum(eigenvalues, _LEAST_EIGENVALUE)) @ vectors.T
    spread = np.sqrt(variance * (1 - slope**2) / np.diag(correlation))
    coefficients = np.zeros((order, len(slope), len(slope)))
    coefficients[0] = np.diag(slope)
    return VectorAutoregression(coefficients, spread[:, None] * correlation * spread)
