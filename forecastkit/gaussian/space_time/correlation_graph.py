"""A graph of sensors from the correlations of what they observed, where nobody can say who is next to whom."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from ...checks import check_choice, check_integer
from ...errors import InvalidParameterError

_MOST_ROWS = 20_000  # more say little about a correlation, and cost time
_STRETCHES = 20
_BLOCK = 4_000_000  # values at a time
_FEWEST = 10  # joint observations that a correlation is made of


def correlation_graph(
    values: ArrayLike,
    *,
    n_neighbours: int = 10,
    max_lag: int = 0,
    sign: str = "absolute",
    symmetric: bool = True,
    confidence: float = 0.95,
) -> np.ndarray:
    """Join sensors that are surely correlated, with weights w = tanh(max(0, ``|artanh r|`` − c/√(ñ − 3))).

    r is the correlation of sensor v with sensor u up to ``max_lag`` steps earlier, over the times at which both are
    observed; the largest weight of all lags counts. It is shrunk to the end of its confidence interval that is nearer
    to 0, so what few joint observations suggest weighs little. c is the normal quantile of ``confidence``, and
    ñ = n (1 − ab)/(1 + ab) the number of independent among n joint observations, a and b being the correlations of each
    sensor with itself one step earlier, where positive.

    Parameters
    ----------
    values : array_like, shape (n_times, n_sensors)
        Consecutive times; NaN where nothing was observed. Take out the season first: it correlates all with all.
    n_neighbours : int, default=10
        Most edges to a sensor, the strongest are kept; 1 or more.
    max_lag : int, default=0
        Most steps that an informing sensor may be ahead, 0 or more.
    sign : {"absolute", "positive"}, default="absolute"
        Whether negative correlations count like positive ones, or as none.
    symmetric : bool, default=True
        Give every edge a counterpart of the same weight; a sensor may then have more than ``n_neighbours``.
    confidence : float, default=0.95
        Of the interval, in [0, 1); with 0 nothing is shrunk.

    Returns
    -------
    ndarray of float64, shape (n_sensors, n_sensors)
        Row u, column v: weight in [0, 1] of u → v, 0 on the diagonal. Sensors that are empty, constant, never observed
        together with others or not surely correlated with any have no edge.

    Raises
    ------
    InvalidParameterError
        ``values`` is not a table of numbers and NaN, or a parameter is outside its range.

    Notes
    -----
    O(n_times n_sensors² (1 + max_lag)) in products of matrices, with memory for some of n_sensors². Of more than 20,000
    times, 20 stretches are used that are spread evenly. Correlations are of pairs: the chain a - b - c also joins a
    and c, if weaker.

    References
    ----------
    .. [1] R. A. Fisher (1921), On the "probable error" of a coefficient of correlation deduced from a small sample,
       Metron 1.
    .. [2] M. S. Bartlett (1935), Some aspects of the time-correlation problem in regard to tests of significance,
       Journal of the Royal Statistical Society 98.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=(500, 3))
    >>> noise[:, 1] += noise[:, 0]
    >>> noise[::2, 0] = np.nan
    >>> correlation_graph(noise).round(1).tolist()
    [[0.0, 0.7, 0.0], [0.7, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    x = _checked(values)
    n_neighbours, max_lag = check_integer(n_neighbours, "n_neighbours", 1), check_integer(max_lag, "max_lag", 0)
    check_choice(sign, "sign", ("absolute", "positive"))
    if not 0 <= confidence < 1:
        raise InvalidParameterError(f"'confidence' must be a number in [0, 1), got {confidence!r}")
    mean, scale, persistence = _moments(x)
    distance = float(ndtri((1 + confidence) / 2))
    product = np.outer(persistence, persistence)
    weights = np.zeros((x.shape[1], x.shape[1]))
    for lag in range(max_lag + 1):
        correlation, count = _correlations(x, lag, mean, scale)
        effective = count * (1 - product) / (1 + product)
        strength = np.abs(correlation) if sign == "absolute" else np.maximum(correlation, 0)
        sure = np.arctanh(strength) - distance / np.sqrt(np.maximum(effective - 3, 1e-9))
        np.maximum(weights, np.tanh(np.maximum(sure, 0)), out=weights, where=count >= _FEWEST)
    np.fill_diagonal(weights, 0)
    weaker = np.argsort(-weights, axis=0, kind="stable")[n_neighbours:]
    np.put_along_axis(weights, weaker, 0, axis=0)
    return np.maximum(weights, weights.T) if symmetric else weights


def _checked(values: ArrayLike) -> np.ndarray:
    """Values as float64, (n_times, n_sensors), neither empty nor infinite."""
    x = np.asarray(values)
    if x.ndim != 2 or not x.size or x.dtype.kind not in "biuf":
        raise InvalidParameterError(
            f"values must be numbers of shape (n_times, n_sensors), got shape {x.shape} of {x.dtype}."
        )
    x = x.astype(np.float64, copy=False)
    for rows in _stretches(x, 0):
        if np.isinf(block := x[rows]).any():
            time, sensor = (int(i) for i in np.argwhere(np.isinf(block))[0])
            raise InvalidParameterError(
                f"values must be finite or NaN, got infinity at ({rows.start + time}, {sensor})."
            )
    return x


def _stretches(x: np.ndarray, lag: int) -> Iterator[slice]:
    """Rows to take at a time; each but the first of a stretch begins ``lag`` rows early, for pairs across."""
    n, n_sensors = x.shape
    length = n if n <= _MOST_ROWS else _MOST_ROWS // _STRETCHES
    n_stretches = 1 if n <= _MOST_ROWS else _STRETCHES
    size = max(1, lag, _BLOCK // n_sensors)
    for begin in np.linspace(0, n - length, n_stretches).astype(int).tolist():
        for first in range(begin, begin + length, size):
            yield slice(max(first - lag, begin), min(first + size, begin + length))


def _moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, standard deviation (1 if there is none) and positive correlation with one step earlier of each sensor."""
    n_sensors = x.shape[1]
    count, total, squares = np.zeros(n_sensors), np.zeros(n_sensors), np.zeros(n_sensors)
    for rows in _stretches(x, 0):
        count += (~np.isnan(x[rows])).sum(axis=0)
        total += np.nansum(x[rows], axis=0)
    mean = total / np.maximum(count, 1)
    pairs, products = np.zeros(n_sensors), np.zeros(n_sensors)
    for rows in _stretches(x, 0):
        squares += np.nansum((x[rows] - mean) ** 2, axis=0)
    for rows in _stretches(x, 1):
        centred = x[rows] - mean
        step = centred[1:] * centred[:-1]
        pairs += (~np.isnan(step)).sum(axis=0)
        products += np.nansum(step, axis=0)
    variance = squares / np.maximum(count, 1)
    varies = variance > (1e-12 * np.abs(mean)) ** 2  # what remains of a constant is rounding
    scale = np.sqrt(np.where(varies, variance, np.inf))  # infinite: standardised values of a constant are 0
    known = varies & (pairs >= _FEWEST)
    persistence = np.where(known, products / np.maximum(pairs, 1) / np.where(known, variance, 1.0), 0.0)
    return mean, scale, np.clip(persistence, 0, 0.999)


def _correlations(x: np.ndarray, lag: int, mean: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Correlation of sensor u (rows) with sensor v ``lag`` steps later, and the number of joint observations."""
    n_sensors = x.shape[1]
    count, cross, early_sum, late_sum, early_squares, late_squares = np.zeros((6, n_sensors, n_sensors))
    for rows in _stretches(x, lag):
        z = (x[rows] - mean) / scale
        seen = ~np.isnan(z)
        z[~seen] = 0.0
        mask = seen.astype(np.float64)
        stop = len(z) - lag
        if stop <= 0:
            continue
        early, late, early_mask, late_mask = z[:stop].T, z[lag:], mask[:stop].T, mask[lag:]
        count += early_mask @ late_mask
        cross += early @ late
        early_sum += early @ late_mask
        late_sum += early_mask @ late
        early_squares += early**2 @ late_mask
        late_squares += early_mask @ late**2
    n = np.maximum(count, 1)
    covariance = cross / n - early_sum * late_sum / n**2
    early_variance, late_variance = early_squares / n - (early_sum / n) ** 2, late_squares / n - (late_sum / n) ** 2
    variance = np.maximum(early_variance, 0) * np.maximum(late_variance, 0)
    known = variance > 1e-16
    correlation = np.where(known, covariance / np.sqrt(np.where(known, variance, 1.0)), 0.0)
    limit = 1 - 1e-12  # artanh is finite
    return np.clip(correlation, -limit, limit), count
