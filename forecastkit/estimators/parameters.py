"""Checks of what callers pass to estimators, and the random generators made from a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from numbers import Integral, Real

import numpy as np
import pandas as pd

from ..errors import InvalidParameterError, nearest

RandomState = int | np.random.Generator | np.random.RandomState | None


def check_integer(value: object, name: str, minimum: int) -> int:
    """Return a whole number of at least ``minimum``, or raise.

    Examples
    --------
    >>> check_integer(3.5, "horizon", 1)
    Traceback (most recent call last):
        ...
    forecastkit.errors.InvalidParameterError: 'horizon' must be a whole number of 1 or more, got 3.5
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Integral) or int(value) < minimum:
        raise InvalidParameterError(f"{name!r} must be a whole number of {minimum} or more, got {value!r}")
    return int(value)


def check_horizon(value: object, name: str = "horizon") -> int:
    """Return a number of steps, or raise unless it is a whole number of 1 or more."""
    return check_integer(value, name, 1)


def check_number(value: object, name: str, minimum: float) -> float:
    """Return a finite number of at least ``minimum``, or raise."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real) or not minimum <= float(value) < np.inf:
        raise InvalidParameterError(f"{name!r} must be a number of {minimum} or more, got {value!r}")
    return float(value)


def check_choice(value: object, name: str, allowed: Sequence[str]) -> None:
    """Raise unless ``value`` is one of the allowed names."""
    if not isinstance(value, str) or value not in allowed:
        raise InvalidParameterError(
            f"{name!r} must be one of the allowed names, got {value!r}; {nearest(value, allowed)}"
        )


def check_levels(level: float | Iterable[float]) -> tuple[float, ...]:
    """Return interval coverages in percent, whole ones as integers so that columns read ``lo-80``.

    Examples
    --------
    >>> check_levels([80.0, 99.5])
    (80, 99.5)
    """
    levels = _numbers(level, "level", 100, "percent between 0 and 100, such as (80, 95)")
    if min(levels) < 1:
        raise InvalidParameterError(
            f"'level' is in percent: write 80 for an interval that covers 80 %, not {min(levels)}"
        )
    return tuple(int(value) if value == int(value) else value for value in levels)


def check_quantiles(quantiles: float | Iterable[float]) -> tuple[float, ...]:
    """Return probabilities between 0 and 1, or raise."""
    return _numbers(quantiles, "quantiles", 1, "probabilities between 0 and 1, such as (0.1, 0.5, 0.9)")


def _numbers(values: object, name: str, upper: float, expected: str) -> tuple[float, ...]:
    """Distinct numbers strictly between 0 and ``upper``."""
    items = list(values) if isinstance(values, Iterable) and not isinstance(values, str) else [values]
    numbers = [float(item) for item in items if isinstance(item, Real) and not isinstance(item, bool)]
    if not items or len(numbers) < len(items) or not all(0 < number < upper for number in numbers):
        raise InvalidParameterError(f"{name!r} must be {expected}; got {values!r}")
    if len(set(numbers)) < len(numbers):
        raise InvalidParameterError(f"{name!r} has repeated values: {numbers}")
    return tuple(numbers)


def series_generators(ids: pd.Index, random_state: RandomState) -> list[np.random.Generator]:
    """One random generator for each series, from the seed and the series' id only.

    Parameters
    ----------
    ids : pandas.Index
        Names of the series.
    random_state : int, numpy.random.Generator, numpy.random.RandomState or None
        Seed; None for fresh entropy.

    Returns
    -------
    list of numpy.random.Generator
    """
    seed = root_seed(random_state)
    keys = (hashlib.blake2b(str(each).encode(), digest_size=8).digest() for each in ids)
    return [np.random.default_rng([seed, int.from_bytes(key, "little")]) for key in keys]


def root_seed(random_state: RandomState) -> int:
    """One non-negative integer drawn from, or equal to, what the caller gave as a seed."""
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**63))
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31))
    return check_integer(random_state, "random_state", 0)
