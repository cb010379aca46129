"""Masks that say which observed values an imputer is not shown: single points, faults of a length, whole sensors."""

from __future__ import annotations

import numpy as np

from ...checks import check_integer, check_number
from ...errors import InvalidParameterError

GRIN_SEEDS = {"metr_la": 9101112, "pems_bay": 56789}
GRIN_FAULT_PROBABILITY = 0.0015
GRIN_POINT_RATE = 0.05
SHORTEST_FAULT, LONGEST_FAULT = 12, 47


def point_mask(observed: np.ndarray, rate: float, generator: np.random.Generator) -> np.ndarray:
    """Hide every observed value with the same probability, independently.

    Parameters
    ----------
    observed : ndarray of bool, shape (n_times, n_sensors)
        True where there is a value.
    rate : float
        Probability of being hidden, from 0 to 1.
    generator : numpy.random.Generator
        Source of randomness; one uniform number for every entry of ``observed`` is drawn from it.

    Returns
    -------
    ndarray of bool, shape (n_times, n_sensors)
        True where an observed value is hidden.

    Raises
    ------
    InvalidParameterError
        ``rate`` is outside its range.

    Examples
    --------
    >>> point_mask(np.ones((1000, 4), dtype=bool), 0.25, np.random.default_rng(0)).mean().round(2)
    np.float64(0.25)
    """
    return (generator.random(observed.shape) < check_share(rate, "rate")) & observed


def block_mask(
    observed: np.ndarray,
    generator: np.random.Generator,
    *,
    fault_probability: float = GRIN_FAULT_PROBABILITY,
    shortest: int = SHORTEST_FAULT,
    longest: int = LONGEST_FAULT,
    point_rate: float = GRIN_POINT_RATE,
) -> np.ndarray:
    """Hide what faults of sensors and lost single values would take away.

    At every time of every sensor a fault begins with probability ``fault_probability``; its length is uniform from
    ``shortest`` to ``longest``, drawn for each fault; faults may overlap.

    Parameters
    ----------
    observed : ndarray of bool, shape (n_times, n_sensors)
        True where there is a value.
    generator : numpy.random.Generator
        Source of randomness.
    fault_probability : float, default=0.0015
        Probability that a fault begins at a time and sensor, from 0 to 1.
    shortest, longest : int, default=12, 47
        Bounds of a fault's length in steps, both possible.
    point_rate : float, default=0.05
        Probability that a single value is hidden besides, from 0 to 1.

    Returns
    -------
    ndarray of bool, shape (n_times, n_sensors)
        True where an observed value is hidden.

    Raises
    ------
    InvalidParameterError
        A parameter is outside its range.

    Examples
    --------
    >>> hidden = block_mask(np.ones((1000, 4), dtype=bool), np.random.default_rng(0), shortest=5, longest=5,
    ...                     fault_probability=0.002, point_rate=0.0)
    >>> int(hidden.sum())
    40
    """
    n_times, n_sensors = observed.shape
    shortest = check_integer(shortest, "shortest", 1)
    longest = check_integer(longest, "longest", shortest)
    start, sensor = np.nonzero(generator.random(observed.shape) < check_share(fault_probability, "fault_probability"))
    end = np.minimum(start + generator.integers(shortest, longest + 1, size=len(start)), n_times)
    points = generator.random(observed.shape) < check_share(point_rate, "point_rate")
    change = np.zeros((n_times + 1, n_sensors), dtype=np.int64)
    np.add.at(change, (start, sensor), 1)
    np.add.at(change, (end, sensor), -1)
    return ((change[:-1].cumsum(axis=0) > 0) | points) & observed


def grin_mask(
    observed: np.ndarray,
    generator: np.random.Generator,
    *,
    fault_probability: float = GRIN_FAULT_PROBABILITY,
    point_rate: float = GRIN_POINT_RATE,
) -> np.ndarray:
    """Hide exactly the values that the masks of GRIN and of the papers after it hide.

    As `block_mask`, but one length from 12 to 47 steps is drawn for each sensor that has a fault, and all of its
    faults have it. With a generator seeded as theirs the masks are equal bit for bit: `GRIN_SEEDS` holds the seeds of
    METR-LA and PEMS-BAY. ``fault_probability=0`` with ``point_rate=0.25`` is their mask of single points.

    Parameters
    ----------
    observed : ndarray of bool, shape (n_times, n_sensors)
        True where there is a value.
    generator : numpy.random.Generator
        Source of randomness.
    fault_probability : float, default=0.0015
        Probability that a fault begins at a time and sensor, from 0 to 1.
    point_rate : float, default=0.05
        Probability that a single value is hidden besides, from 0 to 1.

    Returns
    -------
    ndarray of bool, shape (n_times, n_sensors)
        True where an observed value is hidden.

    Raises
    ------
    InvalidParameterError
        A parameter is outside its range.

    References
    ----------
    .. [1] A. Cini, I. Marisca and C. Alippi (2022), Filling the G_ap_s: Multivariate Time Series Imputation by Graph
       Neural Networks, section 5.

    Examples
    --------
    >>> seed = GRIN_SEEDS["metr_la"]
    >>> int(grin_mask(np.ones((288, 207), dtype=bool), np.random.default_rng(seed)).sum())
    5005
    """
    fault = generator.random(observed.shape) < check_share(fault_probability, "fault_probability")
    hidden = np.zeros(observed.shape, dtype=bool)
    for sensor in np.flatnonzero(fault.any(axis=0)).tolist():  # in this order lengths are drawn
        length = int(generator.integers(LONGEST_FAULT + 1 - SHORTEST_FAULT)) + SHORTEST_FAULT
        for start in np.flatnonzero(fault[:, sensor]).tolist():
            hidden[start : start + length, sensor] = True
    points = generator.random(observed.shape) < check_share(point_rate, "point_rate")
    return (hidden | points) & observed


def sensor_mask(observed: np.ndarray, rate: float, generator: np.random.Generator) -> np.ndarray:
    """Hide all values of some sensors, as if they did not exist yet.

    Parameters
    ----------
    observed : ndarray of bool, shape (n_times, n_sensors)
        True where there is a value.
    rate : float
        Share of the sensors with values that are hidden, from 0 to 1; at least one is hidden, and one is left.
    generator : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of bool, shape (n_times, n_sensors)
        True where an observed value is hidden.

    Raises
    ------
    InvalidParameterError
        ``rate`` is outside its range, or there are fewer than two sensors with values.

    Examples
    --------
    >>> sensor_mask(np.ones((2, 4), dtype=bool), 0.25, np.random.default_rng(0)).sum(axis=0)
    array([0, 0, 0, 2])
    """
    present = np.flatnonzero(observed.any(axis=0))
    if len(present) < 2:
        raise InvalidParameterError("to hide a whole sensor there have to be two or more with values")
    count = min(max(round(check_share(rate, "rate") * len(present)), 1), len(present) - 1)
    hidden = np.zeros(observed.shape, dtype=bool)
    hidden[:, generator.choice(present, count, replace=False)] = True
    return hidden & observed


def check_share(value: object, name: str) -> float:
    """Return a number from 0 to 1, or raise InvalidParameterError."""
    share = check_number(value, name, 0.0)
    if share > 1:
        raise InvalidParameterError(f"{name!r} is a share from 0 to 1, got {value!r}; 25 % is 0.25")
    return share
