"""Information criteria of every AR order from one factorisation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .conditional_likelihood import ROUNDING, cholesky_or_nan, lag_matrix, series_centre
from .lag_gram import N_DETERMINISTIC, Trend, lag_gram
from .rolling_origin import centred, loses_digits, rolling_gram

CRITERIA = ("aic", "aicc", "bic", "hqic")
_PIVOT = 1e-3  # rounding in an RSS is of the order eps / pivot²: below this a criterion could tip, so use QR


def information_criterion(rss: np.ndarray, n_rows: np.ndarray, n_parameters: np.ndarray, criterion: str) -> np.ndarray:
    """Information criterion of a Gaussian regression, from its residual sum of squares.

    With N rows, k parameters (σ² included) and log-likelihood ℓ = -N/2 (log 2πRSS/N + 1): AIC = -2ℓ + 2k,
    AICc = AIC + 2k(k+1)/(N-k-1), BIC = -2ℓ + k log N, HQIC = -2ℓ + 2k log log N.

    Parameters
    ----------
    rss : ndarray
        Residual sums of squares, 0 or more.
    n_rows, n_parameters : ndarray
        N and k, broadcast against `rss`.
    criterion : {"aic", "aicc", "bic", "hqic"}
        Which one.

    Returns
    -------
    ndarray
        Smaller is better; infinite where AICc does not exist.

    Examples
    --------
    >>> float(information_criterion(np.array(10.0), np.array(10), np.array(2), "aic").round(3))
    32.379
    """
    deviance = n_rows * (np.log(2 * np.pi * np.maximum(rss / n_rows, np.finfo(float).tiny)) + 1)
    k = n_parameters
    if criterion == "aic":
        return deviance + 2 * k
    if criterion == "aicc":
        room = n_rows - k - 1
        return np.where(room > 0, deviance + 2 * k + 2 * k * (k + 1) / np.where(room > 0, room, 1), np.inf)
    if criterion == "bic":
        return deviance + k * np.log(n_rows)
    return deviance + 2 * k * np.log(np.log(np.maximum(n_rows, 3)))


def nested_rss(gram: np.ndarray, order: int) -> np.ndarray:
    """Residual sums of squares of the orders 0..order from one Cholesky factor of the augmented Gram matrix.

    Let R be the factor of the regressors' part and w = R⁻ᵀ b its product with the target: RSS_k = A[0, 0] - Σ w_i²
    over the deterministic columns and the first k lags.

    Parameters
    ----------
    gram : ndarray, shape (batch, d + order + 1, d + order + 1)
        From `lag_gram`.
    order : int
        Largest order.

    Returns
    -------
    ndarray, shape (batch, order + 1)
        NaN for a series whose matrix is not safely positive definite.
    """
    size = gram.shape[1]
    diagonal = np.sqrt(gram[:, range(size), range(size)])
    diagonal[diagonal == 0] = 1.0
    factor = cholesky_or_nan(gram / (diagonal[:, :, None] * diagonal[:, None, :]))
    factor[factor[:, range(size), range(size)].min(axis=1) < _PIVOT] = np.nan
    return rss_from_projections(factor[:, -1], order) * diagonal[:, -1:] ** 2


def rss_from_projections(projections: np.ndarray, order: int) -> np.ndarray:
    """RSS of the orders 0..order from the target's coordinates on the orthogonalised columns, residual last."""
    squares = projections**2
    return np.cumsum(squares[:, ::-1], axis=1)[:, : order + 1][:, ::-1]


def nested_rss_by_qr(z: np.ndarray, order: int, trend: Trend) -> np.ndarray:
    """RSS of the orders 0..order of one series by QR of its lag matrix; shape (1, order + 1)."""
    rows = lag_matrix(z, np.arange(1, order + 1), trend, len(z))
    triangle = np.asarray(np.linalg.qr(rows, mode="r"))
    projections = np.zeros((1, rows.shape[1]))
    projections[0, : len(triangle)] = triangle[:, -1]
    return rss_from_projections(projections, order)


def select_order(y: np.ndarray, lengths: np.ndarray, max_order: int, trend: Trend, criterion: str) -> np.ndarray:
    """Choose each series' AR order, all orders compared on the sample that `max_order` leaves.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series, NaN before each start and nowhere else.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series.
    max_order : int
        Largest order considered, from 0.
    trend : {"n", "c", "ct"}
        Deterministic terms.
    criterion : {"aic", "aicc", "bic", "hqic"}
        What is minimised.

    Returns
    -------
    ndarray of int, shape (batch,)

    Notes
    -----
    O(n · max_order + max_order³) a series for all orders together.

    References
    ----------
    .. [1] H. Akaike (1974), A new look at the statistical model identification.
    .. [2] E. J. Hannan and B. G. Quinn (1979), The determination of the order of an autoregression.
    """
    centre = series_centre(y, lengths) if trend != "n" else np.zeros(len(y))
    z = np.nan_to_num(y - centre[:, None], copy=False)
    gram, n = lag_gram(z, lengths, max_order, trend), z.shape[1]
    return choose_order(gram, lambda b: z[b, n - lengths[b] :], lengths, max_order, trend, criterion)


def select_order_rolling(
    y: np.ndarray, starts: np.ndarray, ends: np.ndarray, max_order: int, trend: Trend, criterion: str
) -> np.ndarray:
    """Choose the order anew on every window y[start:end] of one series, as `select_order` would on each.

    Parameters
    ----------
    y : ndarray, shape (n,)
        One series without missing values.
    starts, ends : ndarray of int, shape (n_origins,)
        Windows.
    max_order, trend, criterion
        As for `select_order`.

    Returns
    -------
    ndarray of int, shape (n_origins,)

    Notes
    -----
    O(n · max_order) for all windows, then O(max_order³) a window.
    """
    z, _ = centred(y, starts, ends, trend)
    alone = loses_digits(z, starts, ends, trend)
    orders = np.empty(len(ends), dtype=int)
    for o in np.flatnonzero(alone):
        window = y[None, starts[o] : ends[o]]
        orders[o] = select_order(window, ends[o : o + 1] - starts[o], max_order, trend, criterion)[0]
    if not alone.all():
        first, last = starts[~alone], ends[~alone]
        gram = rolling_gram(z, first, last, max_order, trend)
        orders[~alone] = choose_order(gram, lambda o: z[first[o] : last[o]], last - first, max_order, trend, criterion)
    return orders


def choose_order(
    gram: np.ndarray,
    window: Callable[[int], np.ndarray],
    lengths: np.ndarray,
    max_order: int,
    trend: Trend,
    criterion: str,
) -> np.ndarray:
    """Order of least criterion, from Gram matrices or, where they are not definite, from the windows themselves."""
    rss = nested_rss(gram, max_order)
    for b in np.flatnonzero(np.isnan(rss).any(axis=1)):
        rss[b] = nested_rss_by_qr(window(int(b)), max_order, trend)
    rss[rss <= ROUNDING**2 * gram[:, -1:, -1]] = 0.0  # else rounding would choose among orders that all fit exactly
    n_rows = (lengths - max_order)[:, None]
    n_parameters = np.arange(max_order + 1) + N_DETERMINISTIC[trend] + 1
    return np.argmin(information_criterion(rss, n_rows, n_parameters, criterion), axis=1)
