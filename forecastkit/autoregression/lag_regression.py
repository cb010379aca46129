"""The regression of a batch of series on deterministic terms, covariates and lags, never formed as a matrix."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from .lag_blocks import lag_pieces
from .lag_gram import N_DETERMINISTIC, Trend, lag_gram

_CACHED = 65536  # values that stay in a processor's cache between a subtraction and a sum


class DataOrigin(NamedTuple):
    """What centred columns are measured from.

    Attributes
    ----------
    centre : ndarray, shape (batch,) or (1,)
        What was taken from the series.
    exog_centre : ndarray, shape (batch, q) or (1, q)
        What was taken from the covariates.
    scale : int
        Steps in which the trend τ grows by one.
    """

    centre: np.ndarray
    exog_centre: np.ndarray
    scale: int


@dataclass(frozen=True)
class LagRegression:
    """Columns (deterministic terms, covariates, lags 1..order, target) of a batch of series.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series; what stands before a start is not read.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series, above `order`.
    centre : ndarray, shape (batch,)
        What is taken from every value of y.
    order : int
        Largest lag.
    trend : {"n", "c", "ct"}
        Deterministic terms 1 and τ = (t - last) / n.
    exog : ndarray, shape (batch, q, n), default=None
        Covariates, less their centres.
    exog_centre : ndarray, shape (batch, q), default=None
        What was taken from every value of the covariates.
    """

    y: np.ndarray
    lengths: np.ndarray
    centre: np.ndarray
    order: int
    trend: Trend
    exog: np.ndarray | None = None
    exog_centre: np.ndarray | None = None

    @property
    def n_free(self) -> int:
        """Number of deterministic terms and covariates."""
        return N_DETERMINISTIC[self.trend] + (0 if self.exog is None else self.exog.shape[1])

    @property
    def origin(self) -> DataOrigin:
        """What the columns are measured from."""
        exog_centre = np.zeros((len(self.y), 0)) if self.exog_centre is None else self.exog_centre
        return DataOrigin(self.centre, exog_centre, self.y.shape[1])

    def select(self, place: np.ndarray) -> LagRegression:
        """Part of the batch."""
        if len(place) == len(self.y):
            return self
        batch = {name: getattr(self, name) for name in ("y", "lengths", "centre", "exog", "exog_centre")}
        return replace(self, **{name: None if value is None else value[place] for name, value in batch.items()})

    def gram(self) -> np.ndarray:
        """Products of all columns with each other; shape (batch, d + q + order + 1, d + q + order + 1)."""
        return lag_gram(self.y, self.lengths, self.order, self.trend, centre=self.centre, exog=self.exog)

    def centred_gram(self) -> np.ndarray:
        """`gram` of the centred series with a constant, which a regression without one lacks."""
        return replace(self, trend="c", centre=series_centre(self.y, self.lengths)).gram()

    def moments(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of the residual Σ_i weights_i column_i: its sum of squares (batch,) and its products with the columns.

        Parameters
        ----------
        weights : ndarray, shape (batch, d + q + order + 1)
            1 for the target and minus the coefficients for the others, as a rule.

        Returns
        -------
        squares : ndarray, shape (batch,)
        products : ndarray, shape (batch, d + q + order + 1)
        """
        free, d, n = self.n_free, N_DETERMINISTIC[self.trend], self.y.shape[1]
        squares, products = np.zeros(len(weights)), np.zeros(weights.shape)
        filters = np.concatenate([weights[:, -1:], weights[:, free:-1]], axis=1)
        for piece in lag_pieces(self.y, self.lengths, self.order, self.centre):
            place, own = piece.place, weights[piece.place]
            residuals = piece.filtered(filters[place])
            if d >= 1:
                residuals += own[:, :1]
            if d == 2:
                residuals += own[:, 1:2] * piece.trend(n)
            covariates = [] if self.exog is None else [piece.aligned(x) for x in np.moveaxis(self.exog, 1, 0)]
            for i, covariate in enumerate(covariates):
                residuals += own[:, d + i, None] * covariate
            piece.rows_only(residuals)
            squares[place] += np.einsum("bn,bn->b", residuals, residuals)
            if d >= 1:
                products[place, 0] += residuals.sum(axis=1)
            if d == 2:
                products[place, 1] += residuals @ piece.trend(n)
            for i, covariate in enumerate(covariates):
                products[place, d + i] += np.einsum("bn,bn->b", residuals, covariate)
            lagged = piece.lagged_products(residuals, self.order)
            products[place, free:-1] += lagged[:, 1:]
            products[place, -1] += lagged[:, 0]
        return squares, products

    def rows(self, b: int) -> np.ndarray:
        """All columns of one series; shape (rows, d + q + order + 1)."""
        n, length = self.y.shape[1], int(self.lengths[b])
        z, time = self.y[b, n - length :] - self.centre[b], np.arange(self.order, length)
        deterministic = [np.ones(len(time)), (time - (length - 1)) / n][: N_DETERMINISTIC[self.trend]]
        covariates = [] if self.exog is None else list(self.exog[b, :, n - length + self.order :])
        lags = [z[time - lag] for lag in (*range(1, self.order + 1), 0)]
        return np.column_stack([*deterministic, *covariates, *lags])


def centred_regression(
    y: np.ndarray, lengths: np.ndarray, order: int, trend: Trend, exog: np.ndarray | None
) -> LagRegression:
    """Regression of series (batch, n) and covariates (batch, n, q), less their means where there is an intercept."""
    columns = None if exog is None else np.ascontiguousarray(np.swapaxes(exog, 1, 2))
    if trend == "n":
        return LagRegression(
            y,
            lengths,
            np.zeros(len(y)),
            order,
            trend,
            columns,
            None if columns is None else np.zeros(columns.shape[:2]),
        )
    centre = series_centre(y, lengths)
    if columns is None:
        return LagRegression(y, lengths, centre, order, trend)
    means = np.empty(columns.shape[:2])
    for i in range(columns.shape[1]):
        means[:, i] = series_centre(columns[:, i], lengths)
    return LagRegression(y, lengths, centre, order, trend, columns - means[:, :, None], means)


def series_centre(y: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Mean of each right-aligned series, exactly its value when the series is constant; shape (batch,)."""
    last, n = y[:, -1], y.shape[1]
    total, complete = np.zeros(len(y)), lengths.min(initial=n) == n
    step = max(_CACHED // max(len(y), 1), 256)
    for start in range(0, n, step):
        change = y[:, start : start + step] - last[:, None]
        total += change.sum(axis=1) if complete else np.nansum(change, axis=1)
    return last + total / lengths
