"""Arrays checked at the door: finite float64 of the stated shape, or an error that says what was found."""

from __future__ import annotations

import reprlib
from numbers import Integral
from typing import Any

import numpy as np

from ..errors import InvalidParameterError


def as_array(name: str, value: Any, shape: tuple[int | None, ...]) -> np.ndarray:
    """Copy to finite float64 of the given shape, in which None is any positive length."""
    try:
        array = np.array(value)
        array = None if np.iscomplexobj(array) else array.astype(np.float64)
    except (TypeError, ValueError):
        array = None
    if array is None:
        raise InvalidParameterError(f"{name} must be an array of real numbers, got {reprlib.repr(value)}.")
    if len(array.shape) != len(shape) or any(
        found != wanted if wanted is not None else found == 0 for found, wanted in zip(array.shape, shape, strict=True)
    ):
        expected = ", ".join("any" if length is None else str(length) for length in shape)
        raise InvalidParameterError(f"{name} must have shape ({expected}), got {array.shape}.")
    if not np.isfinite(array).all():
        where = [tuple(int(i) for i in place) for place in np.argwhere(~np.isfinite(array))]
        raise InvalidParameterError(
            f"{name} must be finite, got {len(where)} NaN or infinite values, the first at {where[0]}."
        )
    return array


def as_points(name: str, value: Any, d: int) -> np.ndarray:
    """Copy to finite float64 whose last axis has length d."""
    shape = np.shape(value)
    if not shape or shape[-1] != d:
        raise InvalidParameterError(f"{name} must have shape (..., {d}), got {shape}.")
    return as_array(name, value, shape) if 0 not in shape else np.empty(shape)


def as_index(name: str, value: Any, d: int) -> np.ndarray:
    """Distinct positions in 0..d-1, at least one."""
    index = np.asarray(value)
    if index.ndim != 1 or not len(index) or index.dtype.kind not in "iu":
        raise InvalidParameterError(f"{name} must be a non-empty list of integers, got {reprlib.repr(value)}.")
    outside = index[(index < 0) | (index >= d)]
    if len(outside):
        raise InvalidParameterError(f"{name} must lie in 0..{d - 1}, got {outside[0]}.")
    if len(np.unique(index)) < len(index):
        raise InvalidParameterError(f"{name} must name each position once, got {index.tolist()}.")
    return index.astype(np.intp)


def check_draw(n_samples: Any, generator: Any, least: int = 1) -> None:
    """Refuse a number of samples below ``least`` and a generator of another kind."""
    if not isinstance(n_samples, Integral) or isinstance(n_samples, bool) or n_samples < least:
        raise InvalidParameterError(f"n_samples must be an integer of {least} or more, got {n_samples!r}.")
    if not isinstance(generator, np.random.Generator):
        raise InvalidParameterError(
            f"generator must be a numpy.random.Generator, such as numpy.random.default_rng(0), got {generator!r}."
        )
