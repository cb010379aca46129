"""Means and variances that are updated as samples come."""

from __future__ import annotations

import numpy as np


class Moments:
    """Running mean and variance over the first axis of samples.

    Parameters
    ----------
    shape : tuple of int
        Of one sample.

    Attributes
    ----------
    count : ndarray of int
        Samples so far.
    mean : ndarray
        Their mean.

    References
    ----------
    T. F. Chan, G. H. Golub and R. J. LeVeque (1983), Algorithms for computing the sample variance, equation 2.1.

    Examples
    --------
    >>> moments = Moments((1,))
    >>> moments.add(np.array([[1.0], [2.0]]))
    >>> moments.add(np.array([[6.0]]))
    >>> moments.mean, moments.error_variance
    (array([3.]), array([2.33333333]))
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.count = np.zeros(shape, dtype=int)
        self.mean = np.zeros(shape)
        self._squares = np.zeros(shape)

    def add(self, samples: np.ndarray, part: slice = slice(None)) -> None:
        """Take samples of shape (n, ...) in, for a part of the first axis of what is averaged."""
        n, before = len(samples), self.count[part]
        after = before + n
        mean = samples.mean(axis=0)
        gap = mean - self.mean[part]
        self._squares[part] += ((samples - mean) ** 2).sum(axis=0) + gap**2 * (before * n / after)
        self.mean[part] += gap * (n / after)
        self.count[part] = after

    @property
    def error_variance(self) -> np.ndarray:
        """Squared standard error of the mean."""
        return self._squares / (self.count * np.maximum(self.count - 1, 1))
