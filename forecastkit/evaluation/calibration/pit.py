"""Where actual values fell in the laws that were forecast for them."""

from __future__ import annotations

import numpy as np


def pit_values(actual: np.ndarray, quantiles: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Probability integral transform: the forecast probability of a value up to the actual one.

    u = F(y), from some quantiles of F: on the line between the two around y, half way to 0 or 1 beyond the outer ones.
    u is uniform on [0, 1] for a calibrated forecast.

    Parameters
    ----------
    actual : ndarray, shape (...)
        Values y, NaN where there is none.
    quantiles : ndarray, shape (..., n_quantiles)
        Quantiles of F at `probabilities`, not falling.
    probabilities : ndarray, shape (n_quantiles,)
        Rising, between 0 and 1.

    Returns
    -------
    ndarray, shape (...)
        u, the middle of its jump where F has one at y; NaN where a quantile or the value is missing.

    References
    ----------
    .. [1] T. Gneiting, F. Balabdaoui and A. E. Raftery (2007), Probabilistic forecasts, calibration and sharpness.

    Examples
    --------
    >>> pit_values(np.array([0.5, 3.0]), np.array([[0.0, 1.0], [0.0, 1.0]]), np.array([0.2, 0.8]))
    array([0.5, 0.9])
    """
    value = actual[..., None]
    below, up_to = (quantiles < value).sum(axis=-1), (quantiles <= value).sum(axis=-1)
    known = np.concatenate([[0.0], probabilities, [1.0]])
    inner = (below > 0) & (below < len(probabilities))
    place = np.clip(below, 1, len(probabilities) - 1)[..., None]
    left, right = (np.take_along_axis(quantiles, place - back, axis=-1)[..., 0] for back in (1, 0))
    share = np.divide(actual - left, right - left, out=np.full(actual.shape, 0.5), where=inner & (right > left))
    smooth = known[below] + share * (known[below + 1] - known[below])
    jump = (known[np.minimum(below + 1, up_to)] + known[up_to]) / 2
    missing = np.isnan(actual) | np.isnan(quantiles).any(axis=-1)
    return np.where(missing, np.nan, np.where(up_to > below, jump, smooth))
