"""Ordinary and seasonal differences, as operations on series and on lag polynomials."""

from __future__ import annotations

import numpy as np


def difference(y: np.ndarray, differences: int, seasonal_differences: int, seasonal_period: int) -> np.ndarray:
    """Apply (1 - B)^d (1 - B^s)^D along the last axis, which becomes d + s D shorter.

    Parameters
    ----------
    y : ndarray, shape (..., n)
        Values in time order.
    differences, seasonal_differences : int
        d and D, 0 or more.
    seasonal_period : int
        s, in steps.

    Returns
    -------
    ndarray, shape (..., n - d - s D)

    Examples
    --------
    >>> difference(np.array([1.0, 4.0, 9.0, 16.0]), 2, 0, 1)
    array([2., 2.])
    """
    for _ in range(seasonal_differences):
        y = y[..., seasonal_period:] - y[..., :-seasonal_period]
    for _ in range(differences):
        y = y[..., 1:] - y[..., :-1]
    return y


def integrated_coefficients(
    coef: np.ndarray, differences: int, seasonal_differences: int, seasonal_period: int
) -> np.ndarray:
    """Coefficients on the undifferenced lags: those of φ(B) (1 - B)^d (1 - B^s)^D.

    Parameters
    ----------
    coef : ndarray, shape (batch, p)
        φ_1..φ_p of 1 - Σ φ_j B^j, lags without gaps.
    differences, seasonal_differences, seasonal_period : int
        d, D and s.

    Returns
    -------
    ndarray, shape (batch, p + d + s D)

    Examples
    --------
    >>> integrated_coefficients(np.array([[0.5]]), 1, 0, 1)
    array([[ 1.5, -0.5]])
    """
    polynomial = np.concatenate([np.ones((len(coef), 1)), -coef], axis=1)
    for lag in [seasonal_period] * seasonal_differences + [1] * differences:
        padding = np.zeros((len(polynomial), lag))
        polynomial = np.concatenate([polynomial, padding], axis=1) - np.concatenate([padding, polynomial], axis=1)
    return -polynomial[:, 1:]
