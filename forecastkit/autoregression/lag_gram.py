"""The lag Gram matrix of a batch of series, by its near-Toeplitz recursion."""

from __future__ import annotations

from typing import Literal

import numpy as np

Trend = Literal["n", "c", "ct"]
N_DETERMINISTIC: dict[str, int] = {"n": 0, "c": 1, "ct": 2}


def lag_products(z: np.ndarray, lengths: np.ndarray, order: int) -> np.ndarray:
    """Products Σ_t z_t z_{t-j} for the lags j = 0..order, over the rows that have `order` values before them.

    Parameters
    ----------
    z : ndarray, shape (batch, n)
        Right-aligned series, zero before each start.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series.
    order : int
        Largest lag, from 0 to n - 1.

    Returns
    -------
    ndarray, shape (batch, order + 1)

    Notes
    -----
    Costs order + 1 dot products, O(n · order) a series.
    """
    targets = row_targets(z, lengths, order)
    n = z.shape[1]
    if len(z) == 1:
        return np.array([[targets[0, j:] @ z[0, : n - j] for j in range(order + 1)]])
    products = [np.einsum("bn,bn->b", targets[:, j:], z[:, : n - j]) for j in range(order + 1)]
    return np.stack(products, axis=1)


def row_targets(z: np.ndarray, lengths: np.ndarray, order: int) -> np.ndarray:
    """Set each series' first ``order`` values to zero: what is left are the targets of the regression rows."""
    n = z.shape[1]
    if len(z) == 1 or lengths.min() == lengths.max():
        targets = z.copy()
        targets[:, : n - int(lengths[0]) + order] = 0.0
        return targets
    return np.where(np.arange(n) >= (n - lengths + order)[:, None], z, 0.0)


def head_values(z: np.ndarray, lengths: np.ndarray, order: int) -> np.ndarray:
    """First ``order`` values of each right-aligned series; shape (batch, order)."""
    columns = (z.shape[1] - lengths)[:, None] + np.arange(order)
    return np.take_along_axis(z, columns, axis=1)


def trend_moments(n_rows: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Σ τ and Σ τ² of the trend τ = (-(n_rows - 1), ..., -1, 0) / n."""
    last = n_rows - 1.0
    return -last * (last + 1) / 2 / n, last * (last + 1) * (2 * last + 1) / 6 / n**2


def assemble_gram(
    products: np.ndarray,
    sums: np.ndarray,
    trend_sums: np.ndarray,
    head: np.ndarray,
    tail: np.ndarray,
    n_rows: np.ndarray,
    n: int,
    trend: Trend,
) -> np.ndarray:
    """Build the augmented Gram matrix from its first row and the ends of the series.

    With z_0..z_{p-1} the head and z_{n-p}..z_{n-1} the tail of a series, and lags 0 <= i, j <= p,

    A[i, j] = A[i-1, j-1] + z_{p-i} z_{p-j} - z_{n-i} z_{n-j},

    and the sums against a constant and a trend follow the same shift. The trend is τ_t = (t - last) / n.

    Parameters
    ----------
    products : ndarray, shape (batch, p + 1)
        First row A[0, :], from `lag_products`.
    sums, trend_sums : ndarray, shape (batch,)
        Σ z_t and Σ τ_t z_t over the rows.
    head, tail : ndarray, shape (batch, p)
        First and last p values.
    n_rows : ndarray, shape (batch,)
        Rows of the regression, the length less p.
    n : int
        Length that scales the trend to order one.
    trend : {"n", "c", "ct"}
        Deterministic columns.

    Returns
    -------
    ndarray, shape (batch, d + p + 1, d + p + 1)
        Columns: the d deterministic ones, the lags 1..p, and the target last.

    Notes
    -----
    O(p²) a series.
    """
    batch, size = products.shape
    d = N_DETERMINISTIC[trend]
    enter, leave = head[:, ::-1], tail[:, ::-1]  # z_{p-i} and z_{n-i} for i = 1..p
    change = enter[:, :, None] * enter[:, None, :] - leave[:, :, None] * leave[:, None, :]
    lags = np.empty((batch, size, size))
    lags[:, 0, :] = lags[:, :, 0] = products
    for i in range(1, size):
        lags[:, i, 1:] = lags[:, i - 1, :-1] + change[:, i - 1]
    order = np.r_[1:size, 0]  # the target moves last
    gram = np.empty((batch, d + size, d + size))
    gram[:, d:, d:] = lags[:, order[:, None], order]
    lag_sums = np.cumsum(np.column_stack([sums, enter - leave]), axis=1)
    if d >= 1:
        gram[:, 0, d:] = gram[:, d:, 0] = lag_sums[:, order]
        gram[:, 0, 0] = n_rows
    if d == 2:
        before_rows = -n_rows[:, None] / n  # τ one step before the first row; τ is 0 at the last one
        steps = before_rows * enter + lag_sums[:, 1:] / n
        lag_trends = np.cumsum(np.column_stack([trend_sums, steps]), axis=1)
        gram[:, 1, d:] = gram[:, d:, 1] = lag_trends[:, order]
        gram[:, 0, 1], gram[:, 1, 1] = trend_moments(n_rows, n)
        gram[:, 1, 0] = gram[:, 0, 1]
    return gram


def lag_gram(z: np.ndarray, lengths: np.ndarray, order: int, trend: Trend) -> np.ndarray:
    """Augmented Gram matrix of the regression of z_t on deterministic terms and its lags 1..order.

    Parameters
    ----------
    z : ndarray, shape (batch, n)
        Right-aligned series, zero before each start.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series, above `order`.
    order : int
        Largest lag, 0 or more.
    trend : {"n", "c", "ct"}
        No, constant, or constant and linear deterministic terms.

    Returns
    -------
    ndarray, shape (batch, d + order + 1, d + order + 1)
        Columns: deterministic, lags 1..order, target.

    Notes
    -----
    O(n · order + order²) a series, where the product of the lag matrix with itself takes O(n · order²).

    Examples
    --------
    >>> z = np.array([[1.0, 2.0, 3.0, 4.0]])
    >>> lag_gram(z, np.array([4]), 1, "c")[0]
    array([[ 3.,  6.,  9.],
           [ 6., 14., 20.],
           [ 9., 20., 29.]])
    """
    n = z.shape[1]
    targets = row_targets(z, lengths, order)
    tau = (np.arange(n) - (n - 1)) / n
    return assemble_gram(
        products=lag_products(z, lengths, order),
        sums=targets.sum(axis=1),
        trend_sums=targets @ tau if trend == "ct" else np.zeros(len(z)),
        head=head_values(z, lengths, order),
        tail=z[:, n - order :],
        n_rows=lengths - order,
        n=n,
        trend=trend,
    )
