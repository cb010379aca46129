"""The lag regressions of many windows of one series, from running sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .lag_design import LagDesign
from .lag_gram import N_DETERMINISTIC, Trend, assemble_gram, with_covariates
from .lag_regression import DataOrigin, LagRegression


@dataclass(frozen=True, eq=False)
class RollingRegression:
    """Columns (deterministic terms, covariates, lags 1..order, target) of the windows z[start:end] of one series.

    The windows share a centre and a unit of the trend that come from the earliest of them, so that nothing in a
    window's sums depends on values after it unless the windows slide.

    Parameters
    ----------
    z : ndarray, shape (n,)
        Series less its centre.
    exog : ndarray, shape (q, n)
        Covariates less their centres.
    starts, ends : ndarray of int, shape (n_origins,)
        Windows, each longer than `order`.
    order : int
        Largest lag.
    trend : {"n", "c", "ct"}
        Deterministic terms 1 and τ = (t - last) / scale, with the last time of each window.
    scale : int
        Length of the earliest window.
    centre : float
        What was taken from the series.
    exog_centre : ndarray, shape (q,)
        What was taken from the covariates.
    """

    z: np.ndarray
    exog: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    order: int
    trend: Trend
    scale: int
    centre: float
    exog_centre: np.ndarray

    @property
    def n_free(self) -> int:
        """Number of deterministic terms and covariates."""
        return N_DETERMINISTIC[self.trend] + len(self.exog)

    @cached_property
    def loss(self) -> np.ndarray:
        """How much larger the running sums of squares are than a window's own; digits lost to their differences."""
        first, n_values = int(self.starts.min()), self.ends - self.starts
        before, after = self.starts - first, self.ends - first
        z = self.z[first : self.ends.max()]
        energy = np.concatenate([[0.0], np.cumsum(z**2)])
        spread = energy[after] - energy[before]
        if self.trend != "n":
            sums = np.concatenate([[0.0], np.cumsum(z)])
            spread = spread - (sums[after] - sums[before]) ** 2 / n_values
        return np.divide(energy[after], spread, out=np.full(len(spread), np.inf), where=spread > 0)

    @cached_property
    def _bounds(self) -> np.ndarray:
        """Ends of the stretches of time from which every window's rows are put together."""
        return np.unique(np.concatenate([self.starts + self.order, self.ends]))

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """Places of every window's first row and end among the bounds."""
        bounds = self._bounds
        return np.searchsorted(bounds, self.starts + self.order), np.searchsorted(bounds, self.ends)

    def sums(self, variables: Iterable[np.ndarray]) -> np.ndarray:
        """Sum variables over the rows of each window.

        Parameters
        ----------
        variables : iterable of ndarray, shape (last - first,)
            Their values from the first row of all windows to the last.

        Returns
        -------
        ndarray, shape (n_origins, m)
        """
        stretches = self._bounds[:-1] - self._bounds[0]
        parts = np.stack([np.add.reduceat(variable, stretches) for variable in variables])
        running = np.zeros((len(parts), len(self._bounds)))
        np.cumsum(parts, axis=1, out=running[:, 1:])
        first, end = self._places
        return (running[:, end] - running[:, first]).T

    @property
    def rows_at(self) -> slice:
        """Time from the first row of all windows to the last."""
        return slice(int(self._bounds[0]), int(self._bounds[-1]))

    def products(self, rows: np.ndarray) -> np.ndarray:
        """Products of a variable (last - first,) with the columns; shape (n_origins, d + q + order + 1)."""
        at, d = self.rows_at, N_DETERMINISTIC[self.trend]
        variables = [np.ones(len(rows)), np.arange(at.start, at.stop)][:d]
        variables += [x[at] for x in self.exog]
        variables += [self.z[at.start - lag : at.stop - lag] for lag in (*range(1, self.order + 1), 0)]
        sums = self.sums(rows * variable for variable in variables)
        if d == 2:
            sums[:, 1] = (sums[:, 1] - (self.ends - 1) * sums[:, 0]) / self.scale
        return sums

    @cached_property
    def _target_products(self) -> np.ndarray:
        """Products of the target with the columns."""
        return self.products(self.z[self.rows_at])

    @cached_property
    def _exog_products(self) -> np.ndarray:
        """Products of the covariates with the columns; shape (n_origins, q, d + q + order + 1)."""
        products = [self.products(x[self.rows_at]) for x in self.exog]
        return np.stack(products, axis=1) if products else np.empty((len(self.ends), 0, 0))

    def gram(self, part: slice) -> np.ndarray:
        """Augmented Gram matrices of some of the windows; O(order²) each."""
        products, border = self._target_products[part], self._exog_products[part]
        d, free, starts, ends = N_DETERMINISTIC[self.trend], self.n_free, self.starts[part], self.ends[part]
        steps = np.arange(self.order)
        gram = assemble_gram(
            products=np.concatenate([products[:, -1:], products[:, free:-1]], axis=1),
            sums=products[:, 0],
            trend_sums=products[:, min(d, 2) - 1],
            head=self.z[starts[:, None] + steps],
            tail=self.z[ends[:, None] - self.order + steps],
            n_rows=ends - starts - self.order,
            n=self.scale,
            trend=self.trend,
        )
        return with_covariates(gram, d, np.delete(border, range(d, free), axis=2), border[:, :, d:free])

    def centred_gram(self, part: slice) -> np.ndarray:
        """`gram` of the centred series with a constant, which a regression without one lacks."""
        centre = self.z[int(self.starts.min()) : int(self.ends.min())].mean()
        return replace(self, trend="c", z=self.z - centre).gram(part)

    @property
    def origin(self) -> DataOrigin:
        """What the columns are measured from."""
        return DataOrigin(np.array([self.centre]), self.exog_centre[None], self.scale)

    def window(self, o: int) -> LagRegression:
        """One window's own regression, with the common centre."""
        at = slice(int(self.starts[o]), int(self.ends[o]))
        exog, means = (self.exog[None, :, at], self.exog_centre[None]) if len(self.exog) else (None, None)
        length, nothing = np.array([at.stop - at.start]), np.zeros(1)
        return LagRegression(self.z[None, at], length, nothing, self.order, self.trend, exog, means)

    def residuals(self, weights: np.ndarray, last: int) -> np.ndarray:
        """Σ_i weights_i column_i at every row, with the trend zero at a time `last`; shape (last - first,)."""
        at, d, free = self.rows_at, N_DETERMINISTIC[self.trend], self.n_free
        filters = np.concatenate([weights[-1:], weights[free:-1]])
        residuals = np.convolve(self.z[at.start - self.order : at.stop], filters, mode="valid")
        if d >= 1:
            residuals += weights[0]
        if d == 2:
            residuals += weights[1] * ((np.arange(at.start, at.stop) - last) / self.scale)
        return residuals + weights[d:free] @ self.exog[:, at]


def rolling_regression(
    design: LagDesign, y: np.ndarray, starts: np.ndarray, ends: np.ndarray, exog: np.ndarray | None
) -> RollingRegression:
    """Regression of the windows y[start:end] of one series (n,) on the columns of a design, with covariates (n, q)."""
    x = np.empty((0, len(y))) if exog is None else np.ascontiguousarray(exog.T)
    if design.removes_mean:
        y, x, ends = y[1:] - y[:-1], x[:, 1:], ends - 1
    known = slice(int(starts.min()), int(ends.min()))
    centre, means = 0.0, np.zeros(len(x))
    if design.trend != "n":
        centre = float(y[known][-1] + np.mean(y[known] - y[known][-1]))
        means = x[:, known][:, -1] + np.mean(x[:, known] - x[:, known][:, -1:], axis=1)
    return RollingRegression(
        z=y - centre,
        exog=x - means[:, None],
        starts=starts,
        ends=ends,
        order=design.order,
        trend=design.trend,
        scale=known.stop - known.start,
        centre=centre,
        exog_centre=means,
    )


def window_rows(rolling: RollingRegression, places: np.ndarray) -> Callable[[int], np.ndarray]:
    """Rows [X, y] of the windows at these places, by their number among them."""
    return lambda i: rolling.window(int(places[i])).rows(0)
