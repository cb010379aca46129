"""Autoregressions on few lags: the recent ones and those around the seasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .conditional_likelihood import ConditionalFit
from .difference import difference
from .estimates import AREstimates, estimates_of, join_estimates
from .lag_regression import series_centre
from .least_squares import refined_estimates
from .order_selection import all_orders_rss, order_criteria
from .specification import ARSpecification

_AT_ONCE = 1 << 22  # numbers in the regression rows that are worked on together
_PIECE = 1 << 18  # multiplications up to which OpenBLAS computes a product in one thread


def seasonal_lags(seasons: tuple[int, ...], max_lag: int, count: int) -> np.ndarray:
    """Lags by their distance to the nearest of 0 and the seasons, nearest first.

    A multiplicative model φ(B) Φ(B^s) has its lags there. A single season stands for its double too.

    Parameters
    ----------
    seasons : tuple of int
        Seasons in steps, at least one.
    max_lag : int
        Largest lag.
    count : int
        How many lags at most.

    Returns
    -------
    ndarray of int, shape (at most count,)

    Examples
    --------
    >>> seasonal_lags((12,), 25, 8)
    array([12, 24,  1, 11, 13, 23, 25,  2])
    """
    centres = np.array([0, *seasons] if len(seasons) > 1 else [0, *seasons, 2 * min(seasons)])
    lags = np.arange(1, max_lag + 1)
    distance = np.abs(lags[:, None] - centres).min(axis=1)
    return lags[np.argsort(distance, kind="stable")][:count]


def candidate_lags(seasons: tuple[int, ...], length: int) -> np.ndarray:
    """Lags in the order in which they enter the model of a (differenced) series of this length.

    At most 10 log₁₀ n of them and n / 4, none beyond n / 2.
    """
    return seasonal_lags(seasons, length // 2, int(min(10 * np.log10(max(length, 1)), length // 4)))


def fit_seasonal_lags(
    y: np.ndarray, lengths: np.ndarray, specification: ARSpecification, seasons: tuple[int, ...]
) -> AREstimates:
    """Fit every series on as many of its `seasonal_lags` as the criterion wants, by conditional maximum likelihood.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series, NaN before each start and nowhere else.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series.
    specification : ARSpecification
        Differences, trend ("n" or "c") and criterion; at most 10 log₁₀ n lags are tried, n / 4 of them, up to n / 2.
    seasons : tuple of int
        Seasons in steps, at least one.

    Returns
    -------
    AREstimates

    Notes
    -----
    With k lags tried O(n k² + k³) a series: a few dozen columns where all lags up to a long season are
    hundreds. Numbers of lags are compared on the rows that the largest lag leaves; the one that is chosen is fitted to
    all its rows.

    References
    ----------
    .. [1] G. E. P. Box and G. M. Jenkins (1970), Time Series Analysis: Forecasting and Control, chapter 9.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = rng.normal(size=(40, 12)).cumsum(axis=0).reshape(1, 480)
    >>> fit_seasonal_lags(y, np.array([480]), ARSpecification(criterion="bic"), (12,)).lags
    array([12])
    """
    s = specification
    w = difference(y, s.differences, s.seasonal_differences, s.seasonal_period)
    lengths = lengths - s.n_differenced
    distinct, which = np.unique(lengths, return_inverse=True)
    paths = [tuple(candidate_lags(seasons, length).tolist()) for length in distinct.tolist()]
    parts, places = [], []
    for path in sorted(set(paths)):
        group = np.flatnonzero(np.array([other == path for other in paths])[which])
        lags = np.array(path, dtype=int)
        counts = np.concatenate([_counts(w[part], lengths[part], lags, s) for part in _parts(group, w, lags)])
        for count in np.unique(counts).tolist():
            chosen = np.sort(lags[:count])
            for part in _parts(group[counts == count], w, chosen):
                parts.append(estimates_of(_fit(w[part], lengths[part], chosen, s.trend == "c"), chosen))
                places.append(part)
    return join_estimates(parts, places)


def _parts(place: np.ndarray, w: np.ndarray, lags: np.ndarray) -> Iterator[np.ndarray]:
    """Parts of a group of series whose rows take little memory."""
    size = max(1, _AT_ONCE // (w.shape[1] * (len(lags) + 2)))
    return (place[start : start + size] for start in range(0, len(place), size))


def _counts(w: np.ndarray, lengths: np.ndarray, lags: np.ndarray, specification: ARSpecification) -> np.ndarray:
    """How many of the lags each series takes."""
    rows = _Rows.of(w, lengths, lags, constant=specification.trend == "c")
    rss = all_orders_rss(rows.gram(), rows.of_series, len(lags))
    values = order_criteria(rss, rows.n_rows, rows.n_free, str(specification.criterion))
    return np.argmin(values, axis=1)


def _fit(w: np.ndarray, lengths: np.ndarray, lags: np.ndarray, constant: bool) -> ConditionalFit:
    """Fit one model on the given lags to every series."""
    rows = _Rows.of(w, lengths, lags, constant=constant)
    beta, rss = refined_estimates(rows.gram(), rows.residual_moments, rows.of_series)
    coef = beta[:, rows.n_free :]
    intercept = beta[:, : rows.n_free] + (rows.centre * (1 - coef.sum(axis=1)))[:, None]
    sigma2 = np.maximum(rss, 0.0) / rows.n_rows
    return ConditionalFit(intercept, np.empty((len(w), 0)), coef, sigma2, rows.n_rows)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Regression rows of a batch: a constant or nothing, the lags, the target last; zero where a series has no row.

    Cut into pieces, shape (batch, pieces, k + 1, rows), so small that a product is not worth a second thread.
    """

    columns: np.ndarray
    n_rows: np.ndarray
    centre: np.ndarray
    n_free: int

    @classmethod
    def of(cls, w: np.ndarray, lengths: np.ndarray, lags: np.ndarray, *, constant: bool) -> _Rows:
        """Rows of right-aligned series, less their means if there is a constant."""
        n, order, free = w.shape[1], int(lags.max(initial=0)), int(constant)
        centre = series_centre(w, lengths) if constant else np.zeros(len(w))
        z = np.nan_to_num(w - centre[:, None])
        inside = np.arange(order, n) >= (n - lengths + order)[:, None]
        width = free + len(lags) + 1
        size = max(1, min(_PIECE // width**2, n - order))
        pieces = -(-(n - order) // size)
        columns = np.zeros((len(w), width, pieces * size))
        filled = columns[:, :, pieces * size - (n - order) :]
        filled[:, :free] = inside[:, None]
        for i, lag in enumerate([*lags.tolist(), 0]):
            np.multiply(z[:, order - lag : n - lag], inside, out=filled[:, free + i])
        cut = np.swapaxes(columns.reshape(len(w), width, pieces, size), 1, 2)
        return cls(cut, lengths - order, centre, free)

    def gram(self) -> np.ndarray:
        """Products of all columns, shape (batch, k + 1, k + 1)."""
        return (self.columns @ np.swapaxes(self.columns, 2, 3)).sum(axis=1)

    def residual_moments(self, beta: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sum the squared residuals of some series, and their products with the regressors."""
        columns = self.columns if len(place) == len(self.columns) else self.columns[place]
        weights = np.concatenate([-beta, np.ones((len(beta), 1))], axis=1)
        residuals = weights[:, None, None] @ columns
        products = (residuals @ np.swapaxes(columns, 2, 3)).sum(axis=1)[:, 0]
        return np.einsum("bpxr,bpxr->b", residuals, residuals), products[:, :-1]

    def of_series(self, b: int) -> np.ndarray:
        """Rows of one series."""
        rows = np.concatenate(list(self.columns[b]), axis=1).T
        return rows[len(rows) - int(self.n_rows[b]) :]
