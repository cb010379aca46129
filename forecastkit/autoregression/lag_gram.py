"""The lag Gram matrix of a batch of series, by its near-Toeplitz recursion."""

from __future__ import annotations

from typing import Literal

import numpy as np

from .lag_blocks import lag_pieces

Trend = Literal["n", "c", "ct"]
N_DETERMINISTIC: dict[str, int] = {"n": 0, "c": 1, "ct": 2}


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
        First row A[0, :] = Σ_t z_t z_{t-j}.
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
    d, p = N_DETERMINISTIC[trend], size - 1
    enter, leave = head[:, ::-1], tail[:, ::-1]  # z_{p-i} and z_{n-i} for i = 1..p
    gram = np.empty((batch, d + size, d + size))
    lags, target_last = gram[:, d:, d:], np.r_[1:size, 0]
    lags[:, p] = lags[:, :, p] = products[:, target_last]
    change = np.stack([enter, -leave], axis=2) @ np.stack([enter, leave], axis=1)
    if p:
        lags[:, 0, :p] = products[:, :p] + change[:, 0]
        lags[:, :p, 0] = lags[:, 0, :p]
    for i in range(1, p):
        np.add(lags[:, i - 1, : p - 1], change[:, i, 1:], out=lags[:, i, 1:p])
    if d == 0:
        return gram
    lag_sums = np.cumsum(np.column_stack([sums, enter - leave]), axis=1)
    gram[:, 0, d:] = gram[:, d:, 0] = lag_sums[:, target_last]
    gram[:, 0, 0] = n_rows
    if d == 2:
        before_rows = -n_rows[:, None] / n  # τ one step before the first row; τ is 0 at the last one
        steps = before_rows * enter + lag_sums[:, 1:] / n
        lag_trends = np.cumsum(np.column_stack([trend_sums, steps]), axis=1)
        gram[:, 1, d:] = gram[:, d:, 1] = lag_trends[:, target_last]
        gram[:, 0, 1], gram[:, 1, 1] = trend_moments(n_rows, n)
        gram[:, 1, 0] = gram[:, 0, 1]
    return gram


def with_covariates(gram: np.ndarray, d: int, border: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """Insert covariates after the deterministic columns of augmented Gram matrices.

    Parameters
    ----------
    gram : ndarray, shape (batch, d + p + 1, d + p + 1)
        From `assemble_gram`.
    d : int
        Number of deterministic columns.
    border : ndarray, shape (batch, q, d + p + 1)
        Products of the covariates with those columns.
    moments : ndarray, shape (batch, q, q)
        Products of the covariates with each other.

    Returns
    -------
    ndarray, shape (batch, d + q + p + 1, d + q + p + 1)
        Columns: deterministic, covariates, lags, target.
    """
    q, size = border.shape[1:]
    if q == 0:
        return gram
    whole = np.empty((len(gram), size + q, size + q))
    old, new = np.r_[:d, d + q : size + q], np.arange(d, d + q)
    whole[:, old[:, None], old] = gram
    whole[:, new[:, None], old] = border
    whole[:, old[:, None], new] = np.swapaxes(border, 1, 2)
    whole[:, new[:, None], new] = moments
    return whole


def lag_gram(
    z: np.ndarray,
    lengths: np.ndarray,
    order: int,
    trend: Trend,
    *,
    centre: np.ndarray | None = None,
    exog: np.ndarray | None = None,
) -> np.ndarray:
    """Augmented Gram matrix of the regression of z_t on deterministic terms, covariates and its lags 1..order.

    Parameters
    ----------
    z : ndarray, shape (batch, n)
        Right-aligned series; what stands before a start is not read.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series, above `order`.
    order : int
        Largest lag, 0 or more.
    trend : {"n", "c", "ct"}
        No, constant, or constant and linear deterministic terms.
    centre : ndarray, shape (batch,), default=None
        What is taken from every value first; None for nothing.
    exog : ndarray, shape (batch, q, n), default=None
        Covariates aligned with z.

    Returns
    -------
    ndarray, shape (batch, d + q + order + 1, d + q + order + 1)
        Columns: deterministic, covariates, lags 1..order, target. The trend is zero at the last value, scaled by n.

    Notes
    -----
    O(n · order + order²) a series, where the product of the lag matrix with itself takes O(n · order²). The lag
    products are products of blocks of the series, in pieces that stay in the processor's cache.

    Examples
    --------
    >>> z = np.array([[1.0, 2.0, 3.0, 4.0]])
    >>> lag_gram(z, np.array([4]), 1, "c")[0]
    array([[ 3.,  6.,  9.],
           [ 6., 14., 20.],
           [ 9., 20., 29.]])
    """
    batch, n = z.shape
    q, d = 0 if exog is None else exog.shape[1], N_DETERMINISTIC[trend]
    centre = np.zeros(batch) if centre is None else centre
    products, sums = np.zeros((batch, 1 + q, order + 1)), np.zeros((2, batch, 1 + q))
    moments = np.zeros((batch, q, q))
    for piece in lag_pieces(z, lengths, order, centre):
        variables = [piece.targets(), *(piece.aligned(exog[:, i]) for i in range(q) if exog is not None)]
        for i, rows in enumerate(variables):
            products[piece.place, i] += piece.lagged_products(rows, order)
            sums[0, piece.place, i] += rows.sum(axis=1)
            if d == 2:
                sums[1, piece.place, i] += rows @ piece.trend(n)
        for i, j in np.ndindex(q, q):
            moments[piece.place, i, j] += np.einsum("bn,bn->b", variables[1 + i], variables[1 + j])
    gram = assemble_gram(
        products=products[:, 0],
        sums=sums[0, :, 0],
        trend_sums=sums[1, :, 0],
        head=head_values(z, lengths, order) - centre[:, None],
        tail=z[:, n - order :] - centre[:, None],
        n_rows=lengths - order,
        n=n,
        trend=trend,
    )
    if exog is None:
        return gram
    lags_first = np.roll(products[:, 1:], -1, axis=2)
    deterministic = np.moveaxis(sums[:d, :, 1:], 0, 2)
    return with_covariates(gram, d, np.concatenate([deterministic, lags_first], axis=2), moments)
