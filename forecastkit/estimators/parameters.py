"""Checks of levels and probabilities, and the random generators made from a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from numbers import Real

import numpy as np
import pandas as pd

from ..checks import check_integer
from ..errors import InvalidParameterError

RandomState = int | np.random.Generator | np.random.RandomState | None


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


def check_random_state(random_state: object) -> None:
    """Raise InvalidParameterError unless this can seed; nothing is drawn from a generator."""
    if not isinstance(random_state, np.random.Generator | np.random.RandomState | None):
        check_integer(random_state, "random_state", 0)


def root_seed(random_state: RandomState) -> int:
    """One non-negative integer drawn from, or equal to, what the caller gave as a seed."""
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**63))
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31))
    return check_integer(random_state, "random_state", 0)
