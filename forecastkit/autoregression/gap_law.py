"""The law of missing values given the observed ones, under an autoregression with known parameters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..errors import InvalidParameterError
from ..gaussian import GaussMarkov
from ..gaussian.banded import band_cholesky, band_log_det, band_solve, solve_upper
from .process_law import (
    UNDIFFERENCED,
    Differencing,
    PrecisionColumns,
    add_start,
    start_law,
    used_lags,
)


class GapPattern:
    """Where values are missing in a series, and which entries of the precision matrix that takes.

    Parameters
    ----------
    missing : ndarray of bool, shape (n,)
        True where there is no value; somewhere at least.
    order : int
        P, the largest lag of the process.
    """

    def __init__(self, missing: np.ndarray, order: int) -> None:
        self.times = np.flatnonzero(missing)
        self.columns = PrecisionColumns(len(missing), order)
        self.early = self.times[: int(np.searchsorted(self.times, order))]
        size, column = self.columns.size, self.columns.numbers(self.times)
        rows = [column]
        for k in range(1, min(order + 1, len(self.times))):
            lag = self.times[k:] - self.times[:-k]
            near = lag <= order
            if not near.any():
                break
            row = np.full(len(self.times), (order + 1) * size)
            row[:-k][near] = (lag * size + column[:-k])[near]
            rows.append(row)
        self._entries = np.stack(rows, axis=1)

    def precision(self, polynomial: np.ndarray) -> np.ndarray:
        """Band of the rows and columns of AᵀA at the missing values, shape (bandwidth + 1, m)."""
        table = np.append(self.columns.precision(polynomial).ravel(), 0.0)
        return table[self._entries].T

    def lag_sums(self, covariances: np.ndarray) -> np.ndarray:
        """Σ_t Cov(y_{t-i}, y_{t-j}) over the steps, from the band of the missing values' covariance."""
        shape = (self.columns.order + 1, self.columns.size)
        sums = np.bincount(self._entries.ravel(), weights=covariances.T.ravel(), minlength=shape[0] * shape[1] + 1)
        return self.columns.lag_sums(sums[:-1].reshape(shape))


class Gap(NamedTuple):
    """Missing values at σ² = 1: their times, conditional mean, band of the precision and its Cholesky factor."""

    times: np.ndarray
    mean: np.ndarray
    precision: np.ndarray
    factor: np.ndarray


def interpolated(y: np.ndarray) -> np.ndarray:
    """Fill the gaps of a series by straight lines, and by the nearest value at its ends.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Series in time order, NaN where a value is missing.

    Returns
    -------
    ndarray, shape (n,)
        Zeros if all is missing.

    Examples
    --------
    >>> interpolated(np.array([1.0, np.nan, 3.0, np.nan]))
    array([1., 2., 3., 3.])
    """
    known = np.flatnonzero(~np.isnan(y))
    return np.interp(np.arange(len(y)), known, y[known]) if len(known) else np.zeros(len(y))


def step_gradient(errors: np.ndarray, polynomial: np.ndarray) -> np.ndarray:
    """Aᵀ e of the one-step errors e of the steps t = P..n-1; shape (n,)."""
    return np.convolve(errors, np.concatenate([[1.0], -polynomial])[::-1])


def gap_law(
    y: np.ndarray,
    polynomial: np.ndarray,
    drift: np.ndarray,
    sigma2: float,
    stationary: bool,
    differencing: Differencing = UNDIFFERENCED,
) -> GaussMarkov:
    """Law of the missing values of a series given all the observed ones, before and after.

    For missing values u and observed ones k it is N(μ_u - Q_uu⁻¹ Q_uk (y_k - μ_k), Q_uu⁻¹), Q being the precision
    matrix of `process_law`.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Series in time order, NaN where a value is missing, in one place at least.
    polynomial : ndarray, shape (P,)
        φ_1..φ_P on the undifferenced lags.
    drift : ndarray, shape (n,)
        Deterministic part of every step.
    sigma2 : float
        Innovation variance, 0 or more, in squared units of the data. At 0 the variances are those of rounding.
    stationary : bool
        Whether the process, differenced as stated, starts from its stationary law; see `process_law`.
    differencing : tuple of int, default=(0, 0, 1)
        Ordinary differences, seasonal differences and season that ``polynomial`` contains.

    Returns
    -------
    GaussMarkov
        Over the missing values in the order of time: means, variances and joint draws.

    Raises
    ------
    InvalidParameterError
        Nothing is missing, or the observed values do not determine a missing one under a diffuse start.

    Notes
    -----
    O(n P + m q²) for m missing values, of which at most q lie within P steps after any one of them. The mean is found
    as a correction of straight lines through the gaps, which keeps the digits of a series far from zero and needs no
    path of the process, which might grow without bound.

    References
    ----------
    .. [1] H. Rue and L. Held (2005), Gaussian Markov Random Fields, section 2.3.1.

    Examples
    --------
    >>> law = gap_law(np.array([0.0, np.nan, np.nan, 3.0]), np.array([1.0]), np.zeros(4), 1.0, stationary=False)
    >>> law.mean.round(6), law.variance.round(6)
    (array([1., 2.]), array([0.666667, 0.666667]))
    """
    if not np.isnan(y).any():
        raise InvalidParameterError("y must have a missing value, but every value is known.")
    gap = missing_given_observed(y, polynomial, drift, stationary, differencing)
    rounding = np.finfo(float).eps * max(float(np.nanmax(np.abs(y), initial=0.0)), np.finfo(float).eps)
    sigma2 = max(sigma2, rounding**2)
    law = GaussMarkov(gap.precision / sigma2, gap.mean)
    vars(law)["factor"] = gap.factor / np.sqrt(sigma2)  # spares the cached property a second factorisation
    return law


def missing_given_observed(
    y: np.ndarray, polynomial: np.ndarray, drift: np.ndarray, stationary: bool, differencing: Differencing
) -> Gap:
    """Conditional law of the missing values at σ² = 1."""
    polynomial = used_lags(polynomial)
    pattern, base = GapPattern(np.isnan(y), len(polynomial)), interpolated(y)
    n, order = len(y), len(polynomial)
    precision, gradient = pattern.precision(polynomial), np.zeros(n)
    if n > order:
        errors = np.convolve(base, np.concatenate([[1.0], -polynomial]), mode="valid") - drift[order:]
        gradient = step_gradient(errors, polynomial)
    start = start_law(polynomial, drift, differencing) if stationary and len(pattern.early) else None
    if start is not None:
        add_start(precision, start.precision, pattern.early)
        gradient[:order] += start.precision @ (base[:order] - start.mean)
    factor = band_cholesky("The precision of the missing values", precision, pattern.times)
    mean = base[pattern.times] - band_solve(factor, gradient[pattern.times])
    return Gap(pattern.times, mean, precision, factor)


def observed_log_likelihood(
    y: np.ndarray, polynomial: np.ndarray, drift: np.ndarray, sigma2: float, conditioned: int
) -> float:
    """Log density of the observed values given the first ones, the missing values integrated out.

    With the series completed by the conditional mean of its m missing values, one-step errors e_t of the completed
    series and Q_uu the precision of the missing values, it is
    Σ_t log N(e_t; 0, σ²) + m/2 log 2π - 1/2 log det Q_uu.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Series in time order, NaN where a value is missing; the first ``conditioned`` values are observed.
    polynomial : ndarray, shape (P,)
        φ_1..φ_P on the undifferenced lags, those beyond ``conditioned`` zero.
    drift : ndarray, shape (n,)
        Deterministic part of every step.
    sigma2 : float
        Innovation variance, above 0.
    conditioned : int
        Number of first values that are given.

    Returns
    -------
    float
        The sum of the log densities of `filtered_innovations`, without a walk through the steps.

    Notes
    -----
    O(n P + m q²) for m missing values, of which at most q lie within P steps.

    References
    ----------
    .. [1] H. Rue and L. Held (2005), Gaussian Markov Random Fields, section 2.3.3.

    Examples
    --------
    >>> y = np.array([0.0, 1.0, np.nan, 3.0])
    >>> round(observed_log_likelihood(y, np.array([1.0]), np.zeros(4), 1.0, 1), 6)
    -3.684451
    """
    polynomial = used_lags(polynomial)
    law = missing_given_observed(y, polynomial, drift, False, UNDIFFERENCED)
    completed = y.copy()
    completed[law.times] = law.mean
    errors = np.convolve(completed, np.concatenate([[1.0], -polynomial]))[conditioned : len(y)] - drift[conditioned:]
    n_scored = len(errors) - len(law.times)
    quadratic = float(errors @ errors) / sigma2
    return float(-0.5 * (n_scored * np.log(2 * np.pi * sigma2) + quadratic + band_log_det(law.factor)))


def history_law(
    y: np.ndarray,
    polynomial: np.ndarray,
    drift: np.ndarray,
    sigma2: float,
    stationary: bool,
    differencing: Differencing = UNDIFFERENCED,
) -> tuple[np.ndarray, np.ndarray]:
    """Law of the last P values of a series given all that is observed: what a forecast after late gaps starts from.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Series in time order, NaN where a value is missing.
    polynomial, drift, sigma2, stationary
        As for `gap_law`.
    differencing : tuple of int, default=(0, 0, 1)
        As for `gap_law`.

    Returns
    -------
    mean : ndarray, shape (P,)
        Oldest first; observed values themselves. Zero where a series is shorter than a lag that the process lacks.
    root : ndarray, shape (P, m)
        root rootᵀ is the covariance, m the number of missing values among the last P; rows of observed ones are zero.

    Raises
    ------
    InvalidParameterError
        The series is shorter than the largest lag, or what is observed does not determine a missing value.

    Notes
    -----
    Only what comes after the last run of P observed values matters and is looked at. The Cholesky factor of the
    precision, taken in the order of time, ends with that of the last values' own law.

    Examples
    --------
    >>> mean, root = history_law(np.array([1.0, 2.0, np.nan]), np.array([1.0]), np.zeros(3), 4.0, stationary=False)
    >>> mean, root
    (array([2.]), array([[2.]]))
    """
    width, order, n = len(polynomial), len(used_lags(polynomial)), len(y)
    if n < order:
        raise InvalidParameterError(f"y must have at least the {order} values that the process looks back to, got {n}.")
    mean = np.concatenate([np.zeros(max(width - n, 0)), y[max(n - width, 0) :]])
    late = np.isnan(mean)
    if not late.any():
        return mean, np.zeros((width, 0))
    first = max(_last_full_run(~np.isnan(y), order, n - width + int(np.argmax(late))), 0)
    # after a full run of known values nothing before it counts, nor does the law it starts from
    gap = missing_given_observed(y[first:], polynomial, drift[first:], stationary and first == 0, differencing)
    m = int(late.sum())
    root = np.zeros((width, m))
    tail = np.asfortranarray(gap.factor[:m, -m:])
    root[late] = np.sqrt(sigma2) * solve_upper(tail, np.eye(m, order="F"))
    mean[late] = gap.mean[-m:]
    return mean, root


def _last_full_run(observed: np.ndarray, length: int, end: int) -> int:
    """Start of the last ``length`` successive observed values before ``end``; -1 if there are none."""
    running = np.concatenate([[0], np.cumsum(observed[:end])])
    full = np.flatnonzero(running[length:] - running[: len(running) - length] == length) if length <= end else []
    return int(full[-1]) if len(full) else -1
