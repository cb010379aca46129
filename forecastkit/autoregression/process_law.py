"""The law over time of an autoregression with known parameters: Gaussian, with a banded precision matrix."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..errors import InvalidParameterError
from ..gaussian import GaussMarkov
from .difference import integrated_coefficients
from .stationary_law import stationary_precision

Differencing = tuple[int, int, int]
UNDIFFERENCED: Differencing = (0, 0, 1)
_UNIT_ROOT = 1e-10  # what a sum of coefficients that is 1 may miss it by
_STRAIGHT = 1e-10  # a drift that leaves its line by less than this part of its size is a line


class StartLaw(NamedTuple):
    """Gaussian law of the first P values of a process, or of all n where there are fewer.

    Attributes
    ----------
    precision : ndarray, shape (min(P, n), min(P, n))
        Inverse covariance at σ² = 1, zero in the directions that are diffuse.
    mean : ndarray, shape (min(P, n),)
        A most likely start.
    """

    precision: np.ndarray
    mean: np.ndarray


class PrecisionColumns:
    """Which columns of the banded precision matrix of n successive values differ from each other.

    Column s holds the lags 0..P below the diagonal. All columns that have P values before and P after them are equal;
    the others, near the ends, are kept one by one.

    Parameters
    ----------
    n : int
        Number of values.
    order : int
        P, the largest lag.
    """

    def __init__(self, n: int, order: int) -> None:
        self.n, self.order = n, order
        times = np.arange(n) if n <= 2 * order else np.r_[: order + 1, n - order : n]
        rows = times + np.arange(order + 1)[:, None]
        self._inside = ((rows >= order) & (rows < n)).astype(float)
        self.size = len(times)

    def numbers(self, times: np.ndarray) -> np.ndarray:
        """Say which of the distinct columns stands at each time."""
        if self.n <= 2 * self.order:
            return times
        return np.where(times < self.n - self.order, np.minimum(times, self.order), times - self.n + self.size)

    def precision(self, polynomial: np.ndarray) -> np.ndarray:
        """AᵀA of the steps t = P..n-1, σ² = 1, one column of the band for each distinct one: (P + 1, size)."""
        filter_ = np.concatenate([[1.0], -polynomial])
        products = np.zeros((self.order + 1, self.order + 1))
        for lag in range(self.order + 1):
            products[lag, lag:] = filter_[lag:] * filter_[: self.order + 1 - lag]
        return products @ self._inside

    def lag_sums(self, sums: np.ndarray) -> np.ndarray:
        """Σ_t Cov(y_{t-i}, y_{t-j}) over the steps t = P..n-1, shape (P + 1, P + 1).

        ``sums`` holds in row k the covariances at lag k, added up over the times of each distinct column.
        """
        by_row = sums @ self._inside.T
        moments = np.zeros((self.order + 1, self.order + 1))
        for lag in range(self.order + 1):
            step = np.arange(lag, self.order + 1)
            moments[step - lag, step] = moments[step, step - lag] = by_row[lag, lag:]
        return moments


def process_law(
    polynomial: np.ndarray,
    drift: np.ndarray,
    sigma2: float,
    stationary: bool,
    differencing: Differencing = UNDIFFERENCED,
) -> GaussMarkov:
    """Law of y_0..y_{n-1} for y_t = drift_t + Σ_j φ_j y_{t-j} + ε_t, with ε_t ~ N(0, σ²).

    The steps t >= P contribute AᵀA / σ² to the precision matrix, A having the rows (-φ_P, ..., -φ_1, 1). The first P
    values have the stationary law where there is one, else a diffuse one.

    Parameters
    ----------
    polynomial : ndarray, shape (P,)
        φ_1..φ_P on the undifferenced lags.
    drift : ndarray, shape (n,)
        Deterministic part of every step.
    sigma2 : float
        Innovation variance, above 0, in squared units of the data.
    stationary : bool
        Whether the process, differenced as stated, starts from its stationary law. Without effect where it has none,
        or where the drift is not a straight line in time: the start is then diffuse.
    differencing : tuple of int, default=(0, 0, 1)
        Ordinary differences, seasonal differences and season that ``polynomial`` contains; only asked for where the
        start is stationary.

    Returns
    -------
    GaussMarkov
        Its precision matrix is singular where the start is diffuse; its mean solves the recursion exactly.

    Raises
    ------
    InvalidParameterError
        ``sigma2`` is not above 0.

    Notes
    -----
    O(n P + P³): the interior of the band is constant.

    References
    ----------
    .. [1] H. Rue and L. Held (2005), Gaussian Markov Random Fields, sections 2.2 and 2.3.

    Examples
    --------
    >>> law = process_law(np.array([0.5]), np.zeros(3), 1.0, stationary=True)
    >>> law.precision
    array([[ 1.  ,  1.25,  1.  ],
           [-0.5 , -0.5 ,  0.  ]])
    """
    from scipy.signal import lfilter  # slow to import and not always needed

    if not sigma2 > 0:
        raise InvalidParameterError(f"sigma2 must be above 0 for a law with a density, got {sigma2!r}.")
    polynomial = used_lags(polynomial)
    n, order = len(drift), len(polynomial)
    columns = PrecisionColumns(n, order)
    band = columns.precision(polynomial)[:, columns.numbers(np.arange(n))]
    start = start_law(polynomial, drift, differencing) if stationary else None
    steps = np.where(np.arange(n) < order, 0.0, drift)
    if start is not None:
        add_start(band, start.precision, np.arange(min(order, n)))
        steps[:order] = np.convolve(start.mean, np.concatenate([[1.0], -polynomial]))[: len(start.mean)]
    mean = lfilter([1.0], np.concatenate([[1.0], -polynomial]), steps)
    return GaussMarkov(band / sigma2, mean)


def used_lags(polynomial: np.ndarray) -> np.ndarray:
    """Coefficients up to the last one that is not zero."""
    return polynomial[: int(np.flatnonzero(polynomial).max(initial=-1)) + 1]


def add_start(band: np.ndarray, precision: np.ndarray, times: np.ndarray) -> None:
    """Add a start's precision to the band of a law whose first entries stand at ``times``, all of them early."""
    for k in range(len(times)):
        band[k, : len(times) - k] += precision[times[k:], times[: len(times) - k]]


def start_law(polynomial: np.ndarray, drift: np.ndarray, differencing: Differencing) -> StartLaw | None:
    """Law of the first P values for which the differenced process is stationary around a straight line.

    Parameters
    ----------
    polynomial : ndarray, shape (P,)
        φ_1..φ_P on the undifferenced lags.
    drift : ndarray, shape (n,)
        Deterministic part of every step.
    differencing : tuple of int
        Ordinary differences, seasonal differences and season that ``polynomial`` contains.

    Returns
    -------
    StartLaw or None
        None when the whole start is diffuse: nothing but differences, no stationary law, fewer values than differences
        take, or a drift that is no line.

    Examples
    --------
    >>> start_law(np.array([0.5]), np.ones(4), (0, 0, 1))
    StartLaw(precision=array([[0.75]]), mean=array([2.]))
    """
    from scipy.signal import lfilter  # slow to import and not always needed

    n, order = len(drift), len(polynomial)
    unit = np.concatenate([[1.0], -integrated_coefficients(np.zeros((1, 0)), *differencing)[0]])
    lead = len(unit) - 1
    if order <= lead or n <= lead:
        return None
    slope = (drift[-1] - drift[0]) / max(n - 1, 1)
    line = drift[0] + slope * np.arange(n)
    if not np.abs(drift - line).max() <= _STRAIGHT * np.abs(drift).max():
        return None
    # division of the integrated polynomial by that of the differences
    inner = lfilter([1.0], unit, np.concatenate([[1.0], -polynomial]))[1 : order - lead + 1]
    coef = -np.asarray(inner)
    precision = stationary_precision(coef)
    if precision is None:
        return None
    left = 1.0 - coef.sum()
    if abs(left) < _UNIT_ROOT:
        return None
    rise = slope / left
    level = (drift[0] - rise * (np.arange(1, len(coef) + 1) @ coef)) / left
    steps = np.zeros(order)
    steps[lead:] = level + rise * np.arange(lead, order)
    takes = np.zeros((order - lead, order))
    for i in range(order - lead):
        takes[i, i : i + lead + 1] = unit[::-1]
    whole, mean = takes.T @ precision @ takes, np.asarray(lfilter([1.0], unit, steps))
    if n < order:
        whole = whole[:n, :n] - whole[:n, n:] @ np.linalg.solve(whole[n:, n:], whole[n:, :n])
    return StartLaw(whole, mean[:n])
