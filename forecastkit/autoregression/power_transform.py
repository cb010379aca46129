"""The Box-Cox power transform, one power a series."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..errors import InvalidParameterError

_LOWEST, _HIGHEST, _STEP = -1.0, 2.0, 0.5
_TOLERANCE = 5e-5
_MOST_STEPS = 40
_GOLDEN = 0.5 * (3.0 - 5.0**0.5)


def transform(y: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Box-Cox transform z = (y^λ - 1) / λ; log y for λ = 0, and y itself for λ = 1.

    Parameters
    ----------
    y : ndarray, shape (..., batch, n) or (n,)
        Values; NaN stays NaN, and a negative value of a transformed series becomes minus infinity.
    power : ndarray, shape (batch,) or (n,)
        λ of each series; of each value where ``y`` has one axis.

    Returns
    -------
    ndarray, shape of y

    Examples
    --------
    >>> transform(np.array([[1.0, 4.0], [1.0, 4.0]]), np.array([0.5, 1.0]))
    array([[0., 2.],
           [1., 4.]])
    """
    return raw_transform(y, _aligned(y, power))


def inverse(z: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Inverse of the Box-Cox transform, y = (λ z + 1)^(1/λ).

    Parameters
    ----------
    z : ndarray, shape (..., batch, n) or (n,)
        Transformed values. Where λ z + 1 < 0, outside the range of the transform, y is 0 for λ > 0 and infinite for
        λ < 0.
    power : ndarray, shape (batch,) or (n,)
        λ of each series; of each value where ``z`` has one axis.

    Returns
    -------
    ndarray, shape of z

    Examples
    --------
    >>> inverse(np.array([[0.0, 2.0, -3.0]]), np.array([0.5]))
    array([[1., 4., 0.]])
    """
    return raw_inverse(z, _aligned(z, power))


def log_jacobian(y: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Logarithm of the slope of the transform, (λ - 1) log y.

    Parameters
    ----------
    y : ndarray, shape (..., batch, n) or (n,)
        Values in the data's unit.
    power : ndarray, shape (batch,) or (n,)
        λ of each series; of each value where ``y`` has one axis.

    Returns
    -------
    ndarray, shape of y
        0 for λ = 1, also where y is not positive; NaN for a negative value of a transformed series.

    Examples
    --------
    >>> log_jacobian(np.array([[1.0, -2.0]]), np.array([1.0]))
    array([[0., 0.]])
    """
    return raw_log_jacobian(y, _aligned(y, power))


def _aligned(y: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Powers that broadcast against the values."""
    return power[:, None] if np.ndim(y) > 1 else power


def raw_transform(y: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Transform with powers that broadcast against the values."""
    same = power == 1
    if same.all():
        return y
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # zeros and negatives are dealt with below
        log = np.log(y)
        if (power == 0).all():
            z = log
        else:
            z = np.where(power == 0, log, np.expm1(power * log) / np.where(power == 0, 1.0, power))
    z = np.where(y < 0, -np.inf, z)
    return np.where(same, y, z) if same.any() else z


def raw_inverse(z: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Inverse with powers that broadcast against the values."""
    same = power == 1
    if same.all():
        return z
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # beyond the range lie 0 and infinity
        if (power == 0).all():
            return np.exp(z)
        log = np.log1p(np.maximum(power * z, -1.0)) / np.where(power == 0, 1.0, power)
        y = np.exp(np.where(power == 0, z, log))
    return np.where(same, z, y) if same.any() else y


def raw_log_jacobian(y: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Logarithm of the slope with powers that broadcast against the values."""
    same = power == 1
    with np.errstate(divide="ignore", invalid="ignore"):  # the slope at 0 is 0 or infinite
        return np.where(same, 0.0, (power - 1.0) * np.log(np.where(same, 1.0, y)))


def choose_power(
    y: np.ndarray,
    lengths: np.ndarray,
    innovation_variance: Callable[[np.ndarray], np.ndarray],
    n_rows: np.ndarray | None = None,
) -> np.ndarray:
    """Power λ in [-1, 2] of the largest profile likelihood, -N/2 log σ²(λ) + (λ - 1) Σ log y.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned positive series, NaN before each start and where there is no value.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series.
    innovation_variance : callable
        Takes transformed series of shape (batch, n) and returns their innovation variances σ², shape (batch,). They
        have to grow as the square of the unit, and should not depend on an added constant (a model with an intercept
        or differences): the series come divided by their geometric mean, so that no unit loses digits.
    n_rows : ndarray of int, shape (batch,), default=None
        Number N of last values whose errors σ² is the mean square of; None for all.

    Returns
    -------
    ndarray, shape (batch,)
        λ to 1e-4; 1 for a series of which no transform has a positive finite variance, such as a constant one.

    Raises
    ------
    InvalidParameterError
        A value is not positive.

    Notes
    -----
    Calls ``innovation_variance`` for a grid of 7 powers and then about 10 times, for all series together.

    References
    ----------
    Box and Cox (1964), An analysis of transformations, section 3; Brent (1973), Algorithms for Minimization without
    Derivatives, chapter 5.

    Examples
    --------
    >>> y = np.exp(np.sin(np.arange(400.0)))[None]
    >>> shift = choose_power(y, np.array([400]), lambda z: z.var(axis=1))
    >>> bool(abs(shift[0]) < 0.3)
    True
    """
    n = y.shape[1]
    inside = np.arange(n) >= (n - lengths)[:, None]
    wrong = inside & (y <= 0)
    if wrong.any():
        i = int(np.argmax(wrong.any(axis=1)))
        raise InvalidParameterError(
            f"a Box-Cox transform needs positive values: {int(wrong.any(axis=1).sum())} of {len(y)} series have "
            f"others, series number {i} first ({int(wrong[i].sum())} values, {y[i][wrong[i]][0]:g} first)"
        )
    rows = lengths if n_rows is None else n_rows
    scored = (np.arange(n) >= (n - rows)[:, None]) & ~np.isnan(y)
    log = np.where(inside, np.log(np.where(inside, y, 1.0)), np.nan)
    centre = np.where(scored, log, 0.0).sum(axis=1) / np.maximum(scored.sum(axis=1), 1)
    scaled = np.exp(log - centre[:, None])

    def loss(power: np.ndarray) -> np.ndarray:
        """Half the log variance: the Jacobian of values scaled by their geometric mean is zero."""
        variance = innovation_variance(transform(scaled, power))
        good = np.isfinite(variance) & (variance > 0)
        return np.where(good, 0.5 * np.log(np.where(good, variance, 1.0)), np.inf)

    grid = np.arange(_LOWEST, _HIGHEST + _STEP / 2, _STEP)
    values = np.stack([loss(np.full(len(y), power)) for power in grid])
    chosen = _minimise(loss, grid, values)
    return np.where(np.isfinite(values).any(axis=0), chosen, 1.0)


def _minimise(loss: Callable[[np.ndarray], np.ndarray], grid: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Minimise every component of a loss around its smallest value (n_powers, batch) on a grid.

    Steps to the vertex of the parabola through a bracket of three points, golden sections where these are slow.
    """
    place, series = np.argmin(values, axis=0), np.arange(values.shape[1])
    left, right = np.maximum(place - 1, 0), np.minimum(place + 1, len(grid) - 1)
    low, best, high = grid[left], grid[place], grid[right]
    f_low, f_best, f_high = values[left, series], values[place, series], values[right, series]
    widths = [np.full(len(series), np.inf)] * 2
    for _ in range(_MOST_STEPS):
        width = high - low
        if (width <= 2.01 * _TOLERANCE).all():
            break
        outward = np.where(high - best >= best - low, 1.0, -1.0)
        with np.errstate(invalid="ignore", divide="ignore"):  # a parabola through infinite values has no vertex
            rise, fall = (best - low) * (f_best - f_high), (best - high) * (f_best - f_low)
            vertex = best - 0.5 * ((best - low) * rise - (best - high) * fall) / (rise - fall)
        slow = ~((vertex > low) & (vertex < high)) | (width > 0.5 * widths[0])
        point = np.where(slow, best + _GOLDEN * np.where(outward > 0, high - best, low - best), vertex)
        # next to the best point, or at an end of the range, one more value a little further out closes the bracket
        near = (np.abs(point - best) < _TOLERANCE) | (best == low) | (best == high)
        point = np.clip(np.where(near, best + outward * _TOLERANCE, point), low, high)
        f = loss(point)
        better, above = f < f_best, point > best
        low, f_low = (
            np.where(above, np.where(better, b, a), np.where(better, a, c))
            for a, b, c in ((low, best, point), (f_low, f_best, f))
        )
        high, f_high = (
            np.where(above, np.where(better, a, c), np.where(better, b, a))
            for a, b, c in ((high, best, point), (f_high, f_best, f))
        )
        best, f_best = np.where(better, point, best), np.where(better, f, f_best)
        widths = [widths[1], width]
    return best
