"""Two Gaussian laws to be compared: checked, with the difference of their means."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..errors import InvalidParameterError
from .array_checks import as_array
from .covariance import as_covariance


def as_pair(
    mean0: ArrayLike, covariance0: ArrayLike, mean1: ArrayLike, covariance1: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Check two laws of one dimension: μ₁ − μ₀, Σ₀, Σ₁."""
    mean0 = as_array("mean0", mean0, (None,))
    mean1 = as_array("mean1", mean1, mean0.shape)
    spread0, spread1 = (
        as_covariance(f"covariance{i}", c, len(mean0)) for i, c in enumerate((covariance0, covariance1))
    )
    return mean1 - mean0, spread0, spread1


def as_univariate_pair(
    mean0: ArrayLike, variance0: ArrayLike, mean1: ArrayLike, variance1: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Check laws on the line, broadcast: μ₁ − μ₀, σ₀², σ₁²."""
    names = ("mean0", "variance0", "mean1", "variance1")
    given = zip(names, (mean0, variance0, mean1, variance1), strict=True)
    m0, v0, m1, v1 = (as_array(name, value, np.shape(value)) for name, value in given)
    for name, variance in (("variance0", v0), ("variance1", v1)):
        if (variance <= 0).any():
            raise InvalidParameterError(f"{name} must be positive, got {variance.min():.6g}.")
    try:
        np.broadcast_shapes(m0.shape, v0.shape, m1.shape, v1.shape)
    except ValueError as error:
        raise InvalidParameterError(f"means and variances must broadcast: {error}.") from None
    return m1 - m0, v0, v1
