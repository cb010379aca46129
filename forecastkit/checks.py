"""Checks of numbers and names that callers pass as parameters: one message form for all."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np

from .errors import InvalidParameterError, nearest


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
