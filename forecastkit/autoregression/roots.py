"""Roots of the lag polynomial."""

from __future__ import annotations

import numpy as np


def polynomial_roots(coef: np.ndarray) -> np.ndarray:
    """Roots of 1 - Σ_j φ_j x^j, in increasing modulus; the model is stationary when all lie outside the unit circle.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        φ_1..φ_p; trailing zeros lower the degree.

    Returns
    -------
    ndarray of complex

    Examples
    --------
    >>> polynomial_roots(np.array([0.5]))
    array([2.])
    """
    degree = int(np.flatnonzero(coef).max(initial=-1)) + 1
    roots = np.roots(np.concatenate([-coef[:degree][::-1], [1.0]]))
    return roots[np.argsort(np.abs(roots), kind="stable")]
