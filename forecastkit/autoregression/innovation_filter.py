"""Exact one-step forecast errors of a series with gaps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular

from .process_law import UNDIFFERENCED, Differencing, StartLaw, start_law, used_lags

_DIFFUSE = 1e-12  # an eigenvalue below this part of the largest one is taken for zero
_OPEN = 1e-6  # what of a direction the observed values leave open, as a part of it


class StartState(NamedTuple):
    """Law of the missing ones among the first P values, as deviations from stand-in values: m + D δ + N(0, C).

    Attributes
    ----------
    mean : ndarray, shape (h,)
        m.
    covariance : ndarray, shape (h, h)
        C, at σ² = 1.
    diffuse : ndarray, shape (h, q)
        D, the directions in which nothing is known: δ is arbitrary.
    """

    mean: np.ndarray
    covariance: np.ndarray
    diffuse: np.ndarray


def filtered_innovations(
    y: np.ndarray,
    polynomial: np.ndarray,
    drift: np.ndarray,
    sigma2: float,
    stationary: bool,
    score_start: bool = False,
    differencing: Differencing = UNDIFFERENCED,
) -> tuple[np.ndarray, np.ndarray]:
    """One-step forecast error of every observed value given the observed ones before it, and its variance.

    The logarithms of the normal densities add up to the likelihood of what is observed, given the first P values.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Series in time order, NaN where a value is missing.
    polynomial : ndarray, shape (P,)
        φ_1..φ_P on the undifferenced lags.
    drift : ndarray, shape (n,)
        Deterministic part of every step.
    sigma2 : float
        Innovation variance, 0 or more, in squared units of the data.
    stationary : bool
        Whether the process, differenced as stated, starts from its stationary law; see `process_law`.
    score_start : bool, default=False
        Whether the first P values are scored too, each given those before it. Only where nothing is differenced and
        the start has a law.
    differencing : tuple of int, default=(0, 0, 1)
        Ordinary differences, seasonal differences and season that ``polynomial`` contains.

    Returns
    -------
    errors : ndarray, shape (n,)
        NaN where a value is missing, conditioned on, or not determined by those before it.
    variances : ndarray, shape (n,)
        Of the errors, NaN where they are; σ² where the last P values are all known.

    Notes
    -----
    O(n P), and O(q²) for each step that has q > 0 missing values among the last P: the only ones that are walked
    through one by one, with the law of those q values as the state. A diffuse start is exact: its directions are kept
    apart as unknown coefficients until the data determine them.

    References
    ----------
    .. [1] A. C. Harvey and R. G. Pierse (1984), Estimating missing observations in economic time series, Journal of
       the American Statistical Association 79.
    .. [2] P. de Jong (1991), The diffuse Kalman filter, Annals of Statistics 19.

    Examples
    --------
    >>> y = np.array([1.0, 1.5, np.nan, 2.0])
    >>> errors, variances = filtered_innovations(y, np.array([1.0]), np.zeros(4), 1.0, stationary=False)
    >>> errors, variances
    (array([nan, 0.5, nan, 0.5]), array([nan,  1., nan,  2.]))
    """
    polynomial = used_lags(polynomial)
    n, order, observed = len(y), len(polynomial), ~np.isnan(y)
    start = start_law(polynomial, drift, differencing) if stationary else None
    errors, variances = np.full(n, np.nan), np.full(n, np.nan)
    if score_start and start is not None and differencing[0] + differencing[1] == 0:
        head = np.flatnonzero(observed[:order])
        errors[head], variances[head] = _start_errors(y[head], start, head)
    filled = _carried_forward(y, observed)
    if n > order:
        predicted = drift[order:] + filled[order:]
        predicted -= np.convolve(filled, np.concatenate([[1.0], -polynomial]), mode="valid")
        early = np.flatnonzero(~observed[:order])
        state = _start_state(filled[:order], early, start)
        errors[order:], variances[order:] = _walk(filled, predicted, observed, polynomial, state)
    return errors, sigma2 * variances


def _carried_forward(y: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Series with the last observed value in every gap, zero before the first: stand-ins near the data."""
    last = np.maximum.accumulate(np.where(observed, np.arange(len(y)), -1))
    return np.where(last >= 0, y[last], 0.0)


def _start_errors(values: np.ndarray, start: StartLaw, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Errors of the observed ones among the first P values, each given those before it."""
    covariance = np.linalg.inv(start.precision)[np.ix_(places, places)]
    factor = np.linalg.cholesky((covariance + covariance.T) / 2)
    scale = np.diagonal(factor)
    return scale * solve_triangular(factor, values - start.mean[places], lower=True), scale**2


def _start_state(filled: np.ndarray, early: np.ndarray, start: StartLaw | None) -> StartState:
    """Law of the missing ones among the first values given the others, as deviations from ``filled``."""
    h = len(early)
    if start is None or not h:
        return StartState(np.zeros(h), np.zeros((h, h)), np.eye(h))
    values, directions = np.linalg.eigh(start.precision[np.ix_(early, early)])
    proper = values > _DIFFUSE * max(values[-1], np.abs(np.diagonal(start.precision)).max())
    basis = directions[:, proper]
    pull = (start.precision @ (filled - start.mean))[early]
    covariance = (basis / values[proper]) @ basis.T
    return StartState(-covariance @ pull, covariance, directions[:, ~proper])


def _walk(
    filled: np.ndarray, predicted: np.ndarray, observed: np.ndarray, polynomial: np.ndarray, start: StartState
) -> tuple[np.ndarray, np.ndarray]:
    """Errors and variances at σ² = 1 of the steps from P on; ``predicted`` takes the stand-ins for known."""
    n, order = len(filled), len(polynomial)
    missing = np.flatnonzero(~observed)
    times = np.arange(order, n)
    first, after = np.searchsorted(missing, times - order), np.searchsorted(missing, times)
    errors = np.where(observed[order:], filled[order:] - predicted, np.nan)
    variances = np.where(observed[order:], 1.0, np.nan)
    room = 4 * (int((after - first).max(initial=0)) + len(start.mean)) + 64
    mean, covariance, loading = np.zeros(room), np.zeros((room, room)), np.zeros((room, start.diffuse.shape[1]))
    h = len(start.mean)
    mean[:h], covariance[:h, :h], loading[:h] = start
    diffuse = _DiffusePart(loading) if loading.shape[1] else None
    weights, shift = np.concatenate([[0.0], polynomial]), 0
    busy = np.flatnonzero((after > first) | ~observed[order:])
    for i, t, low, high in zip(
        busy.tolist(), times[busy].tolist(), first[busy].tolist(), after[busy].tolist(), strict=True
    ):
        if high - shift >= room - 1:  # the state has reached the end of its arrays: move it back to their beginning
            old = slice(low - shift, high - shift)
            new = slice(0, high - low)
            for array in (mean, loading):
                array[new] = array[old].copy()
            covariance[new, new] = covariance[old, old].copy()
            shift = low
        a, b = low - shift, high - shift
        v = weights[t - missing[low:high]]
        block = covariance[a:b, a:b]
        gain = block @ v
        variance = 1.0 + float(v @ gain)
        forecast = predicted[i] + float(v @ mean[a:b])
        if diffuse is not None and not loading[a:b].any():
            diffuse = None
        if not observed[t]:
            mean[b] = forecast - filled[t]
            covariance[b, a:b] = covariance[a:b, b] = gain
            covariance[b, b] = variance
            if diffuse is not None:
                loading[b] = v @ loading[a:b]
            continue
        error = filled[t] - forecast
        errors[i], variances[i] = error, variance
        scaled = gain / variance
        mean[a:b] += scaled * error
        block -= gain[:, None] * scaled
        if diffuse is not None:
            direction = v @ loading[a:b]
            direction[np.abs(direction) <= _DIFFUSE * (np.abs(v) @ np.abs(loading[a:b])).max()] = 0.0
            errors[i], variances[i] = diffuse.score(error, variance, direction)
            loading[a:b] -= scaled[:, None] * direction
            known = diffuse.determined()
            if known is not None:
                mean[a:b] += loading[a:b] @ known[0]
                block += loading[a:b] @ known[1] @ loading[a:b].T
                diffuse = None
    return errors, variances


class _DiffusePart:
    """What the data have said so far of the coefficients δ of a diffuse start: N(S⁻¹ s, S⁻¹) once S is regular."""

    def __init__(self, loading: np.ndarray) -> None:
        q = loading.shape[1]
        self._information, self._pull = np.zeros((q, q)), np.zeros(q)

    def score(self, error: float, variance: float, direction: np.ndarray) -> tuple[float, float]:
        """Error and variance of a value that moves with δ along ``direction``, NaN if open; then learn from it."""
        values, basis = np.linalg.eigh(self._information)
        proper = values > _DIFFUSE * values[-1]
        along = basis[:, proper].T @ direction
        left = direction - basis[:, proper] @ along
        found = error - float(along / values[proper] @ (basis[:, proper].T @ self._pull))
        spread = variance + float(along**2 @ (1 / values[proper]))
        self._information += np.outer(direction, direction) / variance
        self._pull += direction * (error / variance)
        if np.abs(left).max() > _OPEN * np.abs(direction).max():
            return np.nan, np.nan
        return found, spread

    def determined(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Mean and covariance of δ once every direction is determined."""
        values, basis = np.linalg.eigh(self._information)
        if not values[0] > _DIFFUSE * values[-1]:
            return None
        covariance = (basis / values) @ basis.T
        return covariance @ self._pull, covariance
