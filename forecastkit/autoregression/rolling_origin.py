"""AR estimates of one series at many forecast origins, for the price of a few fits."""

from __future__ import annotations

import numpy as np

from .conditional_likelihood import (
    ConditionalFit,
    conditional_fit,
    fit_conditional,
    lag_matrix,
    refined_estimates,
    select_lags,
)
from .lag_gram import N_DETERMINISTIC, Trend, assemble_gram

_LOSS = 1e-4  # a window whose spread is less than this part of the running sums is computed on its own


def centred(y: np.ndarray, starts: np.ndarray, ends: np.ndarray, trend: Trend) -> tuple[np.ndarray, float]:
    """Series less the mean of what comes before every origin (nothing for trend n), and that mean."""
    if trend == "n":
        return y, 0.0
    known = y[starts.min() : ends.min()]
    centre = float(known[-1] + np.mean(known - known[-1]))
    return y - centre, centre


def loses_digits(z: np.ndarray, starts: np.ndarray, ends: np.ndarray, trend: Trend) -> np.ndarray:
    """Windows for which differences of running sums are mostly rounding: far from the centre, or after huge values."""
    first = int(starts.min())
    energy = np.concatenate([[0.0], np.cumsum(z[first:] ** 2)])
    spread = energy[ends - first] - energy[starts - first]
    if trend != "n":
        sums = np.concatenate([[0.0], np.cumsum(z[first:])])
        spread = spread - (sums[ends - first] - sums[starts - first]) ** 2 / (ends - starts)
    return spread <= _LOSS * energy[ends - first]


def rolling_gram(z: np.ndarray, starts: np.ndarray, ends: np.ndarray, order: int, trend: Trend) -> np.ndarray:
    """Augmented lag Gram matrices of the windows z[start:end], from running sums over their common series.

    Parameters
    ----------
    z : ndarray, shape (n,)
        One series, without missing values.
    starts, ends : ndarray of int, shape (n_origins,)
        Windows, each longer than `order`.
    order : int
        Largest lag.
    trend : {"n", "c", "ct"}
        Deterministic terms; the trend is zero at each window's last value and scaled by n.

    Returns
    -------
    ndarray, shape (n_origins, d + order + 1, d + order + 1)

    Notes
    -----
    O(n · order) for the running sums of all windows, then O(order²) a window.
    """
    n, first_rows = len(z), starts + order
    bounds = np.unique(np.concatenate([first_rows, ends]))
    at_first, at_end = np.searchsorted(bounds, first_rows), np.searchsorted(bounds, ends)

    def window_sums(terms: np.ndarray) -> np.ndarray:
        """Sum of terms[first_row:end] for each window."""
        running = np.concatenate([[0.0], np.cumsum(np.add.reduceat(terms, bounds)[:-1])])
        return running[at_end] - running[at_first]

    z = np.append(z, 0.0)  # reduceat needs a place for a window that ends with the series
    products = [window_sums(np.concatenate([np.zeros(lag), z[lag:] * z[: n + 1 - lag]])) for lag in range(order + 1)]
    sums = window_sums(z)
    trend_sums = (window_sums(np.arange(n + 1) * z) - (ends - 1) * sums) / n if trend == "ct" else sums
    steps = np.arange(order)
    return assemble_gram(
        products=np.stack(products, axis=1),
        sums=sums,
        trend_sums=trend_sums,
        head=z[starts[:, None] + steps],
        tail=z[ends[:, None] - order + steps],
        n_rows=ends - first_rows,
        n=n,
        trend=trend,
    )


def fit_rolling(y: np.ndarray, starts: np.ndarray, ends: np.ndarray, lags: np.ndarray, trend: Trend) -> ConditionalFit:
    """Conditional maximum likelihood on every window y[start:end], equal to a fresh fit on each.

    Parameters
    ----------
    y : ndarray, shape (n,)
        One series in the data's unit, without missing values.
    starts, ends : ndarray of int, shape (n_origins,)
        Windows, each longer than the largest lag.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up; may be empty.
    trend : {"n", "c", "ct"}
        Deterministic terms; time counts from 1 at each window's start.

    Returns
    -------
    ConditionalFit
        With n_origins as its batch.

    Notes
    -----
    O(n p) for the Gram matrices of all windows together, then O(p³ + n p) a window, the last term being one
    convolution and one correlation with the true residuals. A window for which the running sums keep too few digits
    is fitted on its own.
    """
    z, centre = centred(y, starts, ends, trend)
    alone = loses_digits(z, starts, ends, trend)
    parts = [
        fit_conditional(y[None, starts[o] : ends[o]], ends[o : o + 1] - starts[o], lags, trend)
        for o in np.flatnonzero(alone)
    ]
    if not alone.all():
        parts.append(_fit_together(z, centre, starts[~alone], ends[~alone], lags, trend))
    back = np.argsort(np.concatenate([np.flatnonzero(alone), np.flatnonzero(~alone)]))
    return ConditionalFit(*(np.concatenate(arrays)[back] for arrays in zip(*parts, strict=True)))


def _fit_together(
    z: np.ndarray, centre: float, starts: np.ndarray, ends: np.ndarray, lags: np.ndarray, trend: Trend
) -> ConditionalFit:
    """Fit the windows of one centred series from its running sums."""
    n, d, order = len(z), N_DETERMINISTIC[trend], int(lags.max(initial=0))

    def residual_moments(beta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rss, gradient = np.empty(len(ends)), np.empty(beta.shape)
        filters = np.zeros((len(ends), order + 1))
        filters[:, 0] = 1.0
        filters[:, lags] = -beta[:, d:]
        for o, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            window = z[start:end]
            residuals = np.convolve(window, filters[o], mode="valid")
            if d >= 1:
                residuals -= beta[o, 0]
            if d == 2:
                tau = np.arange(1 - len(residuals), 1) / n
                residuals -= beta[o, 1] * tau
                gradient[o, 1] = tau @ residuals
            if d >= 1:
                gradient[o, 0] = residuals.sum()
            rss[o] = residuals @ residuals
            gradient[o, d:] = np.correlate(window, residuals, mode="valid")[order - lags]
        return rss, gradient

    def rows(o: int) -> np.ndarray:
        return lag_matrix(z[starts[o] : ends[o]], lags, trend, n)

    gram = select_lags(rolling_gram(z, starts, ends, order, trend), lags, order)
    estimates = refined_estimates(gram, residual_moments, rows)
    lengths = ends - starts
    return conditional_fit(*estimates, lengths - order, np.full(len(ends), centre), lengths, n, trend)
