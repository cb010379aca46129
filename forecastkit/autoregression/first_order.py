"""Laws of a first-order autoregression y_t = c + φ y_{t-1} + ε_t, which is Markov of order 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from forecastkit.errors import InvalidParameterError


def transition(
    y: ArrayLike, c: ArrayLike, phi: ArrayLike, sigma2: ArrayLike, steps: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Law of y_{t+k} given y_t = y: N(φᵏ y + c Σ_{j<k} φʲ, σ² Σ_{j<k} φ²ʲ), for any φ.

    All arguments broadcast against each other.

    Parameters
    ----------
    y : float or ndarray
        Present value, in the data's unit.
    c : float or ndarray
        Intercept, in the data's unit.
    phi : float or ndarray
        φ, of any size.
    sigma2 : float or ndarray
        Innovation variance σ², 0 or more.
    steps : int or ndarray of int
        k, 0 or more.

    Returns
    -------
    mean, variance : ndarray
        Infinite where they overflow.

    Raises
    ------
    InvalidParameterError
        When a number of steps is negative or not whole, or a variance negative.

    Notes
    -----
    O(1) for any k. Both sums keep full precision as φ approaches 1 or -1, where they become k c and k σ², or
    alternate.

    Examples
    --------
    >>> transition(2.0, 1.0, 0.5, 1.0, np.array([1, 2, 1000]))
    (array([2., 2., 2.]), array([1.        , 1.25      , 1.33333333]))
    >>> transition(2.0, 1.0, 1.0, 1.0, 3)
    (array(5.), array(3.))
    """
    y, c, phi, sigma2, steps = (np.asarray(each, dtype=float) for each in (y, c, phi, sigma2, steps))
    if not ((steps >= 0) & (steps == np.floor(steps))).all():
        raise InvalidParameterError(f"steps must be whole numbers from 0 up, got {np.array2string(steps, threshold=8)}")
    if (sigma2 < 0).any():
        raise InvalidParameterError(f"sigma2 must be 0 or more, got {np.array2string(sigma2, threshold=8)}")
    with np.errstate(over="ignore"):
        growth = np.power(phi, steps)
        mean = _times(y, growth) + _times(c, _geometric_sum(phi, steps))
        return np.asarray(mean), np.asarray(_times(sigma2, _geometric_sum_of_squares(phi, steps)))


def stationary_law(c: ArrayLike, phi: ArrayLike, sigma2: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Stationary law N(c / (1 - φ), σ² / (1 - φ²)) of y_t, for ``|φ| < 1``.

    Parameters
    ----------
    c : float or ndarray
        Intercept, in the data's unit.
    phi : float or ndarray
        φ, inside (-1, 1).
    sigma2 : float or ndarray
        Innovation variance σ², 0 or more.

    Returns
    -------
    mean, variance : ndarray

    Raises
    ------
    InvalidParameterError
        When ``|φ| >= 1``: no stationary law exists.

    Examples
    --------
    >>> stationary_law(1.0, 0.5, 3.0)
    (array(2.), array(4.))
    """
    c, phi, sigma2 = (np.asarray(each, dtype=float) for each in (c, phi, sigma2))
    outside = ~(np.abs(phi) < 1.0)
    if outside.any():
        found = ", ".join(f"{value:.6g}" for value in phi[outside].ravel()[:5])
        raise InvalidParameterError(
            f"phi must lie inside (-1, 1) for a stationary law to exist, got phi = {found}"
            + (f" and others, {outside.sum()} in all" if outside.sum() > 5 else "")
        )
    return np.asarray(c / (1.0 - phi)), np.asarray(sigma2 / ((1.0 - phi) * (1.0 + phi)))


def _times(value: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Return the product, in which nothing stays nothing when the factor has overflowed."""
    return value * np.where(value == 0.0, 0.0, factor)


def _geometric_sum(phi: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Σ_{j<k} φʲ = (1 - φᵏ) / (1 - φ), without cancellation where φᵏ is close to 1."""
    general = np.where((phi == 0.0) | (phi == 1.0), 0.5, phi)
    log_size = steps * np.log(np.abs(general))
    alternates = (general < 0.0) & (steps % 2 == 1)
    total = np.where(alternates, 1.0 + np.exp(log_size), -np.expm1(log_size)) / (1.0 - general)
    return np.where(phi == 1.0, steps, np.where(phi == 0.0, np.minimum(steps, 1.0), total))


def _geometric_sum_of_squares(phi: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Σ_{j<k} φ²ʲ = (1 - φ²ᵏ) / (1 - φ²), from φ itself: rounding φ² would cost digits near 1."""
    size = np.abs(phi)
    general = np.where((size == 0.0) | (size == 1.0), 0.5, size)
    total = -np.expm1(2.0 * steps * np.log(general)) / ((1.0 - general) * (1.0 + general))
    return np.where(size == 1.0, steps, np.where(size == 0.0, np.minimum(steps, 1.0), total))
