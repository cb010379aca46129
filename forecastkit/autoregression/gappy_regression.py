"""The regression of a series on its lags when some of its values are missing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..gaussian import selected_inverse
from ..gaussian.banded import band_cholesky, band_log_det, band_solve
from .difference import difference, integrated_coefficients
from .gap_law import GapPattern, interpolated, step_gradient
from .lag_gram import N_DETERMINISTIC, Trend, lag_gram
from .process_law import Differencing

_LEAST_VARIANCE = 1e-28  # of the innovations, as a part of the series' variance: less is rounding


class Expectation(NamedTuple):
    """What the observed values say of the complete regression, under given parameters.

    Attributes
    ----------
    gram : ndarray, shape (d + q + P + 1, d + q + P + 1)
        Expected Gram matrix of deterministic terms, covariates, all lags up to the largest and, last, the target.
    moments : ndarray, shape (d + q + p,)
        Expected products of the regressors, with the chosen lags, and the errors.
    squares : float
        Expected sum of the squared errors.
    objective : float
        Log likelihood of the observed values, less the penalty, up to a constant.
    """

    gram: np.ndarray
    moments: np.ndarray
    squares: float
    objective: float


class GappyRegression:
    """Expectation and maximisation steps for φ(B) (1 - B)^d (1 - B^s)^D y_t = c + b t + βᵀx_t + ε_t with gaps in y.

    Everything is in units of the differenced series' own spread around its mean; parameters are (c, b, β, φ, log σ²).
    A missing value among the first P, which the likelihood conditions on, has a prior law that does not depend on the
    parameters: it lies on the straight line through its neighbours, give or take what the series itself shows.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Series, NaN where a value is missing, the last one observed.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up; may be empty.
    trend : {"n", "c", "ct"}
        Deterministic terms.
    differencing : tuple of int
        d, D and s.
    exog : ndarray, shape (n, q)
        Covariates, differenced as the series is.
    ridge : float
        Penalty on the squares of φ, each times the variance of its lag, in units of RSS / N.
    """

    def __init__(
        self,
        y: np.ndarray,
        lags: np.ndarray,
        trend: Trend,
        differencing: Differencing,
        exog: np.ndarray,
        ridge: float,
    ) -> None:
        missing = np.isnan(y)
        self.lags, self.differencing = lags, differencing
        self.trend: Trend = trend
        self.order = int(lags.max(initial=0))
        unit = np.concatenate([[1.0], -integrated_coefficients(np.zeros((1, 0)), *differencing)[0]])
        lead = len(unit) - 1
        self.n_observed = int((~missing[lead + self.order :]).sum())
        moves = trend != "n"
        offset = float(np.nanmean(y)) if moves or lead else 0.0
        base = interpolated(y - offset)
        w = difference(base, *differencing)
        self.length = len(w)
        self.n_rows = self.length - self.order
        level = float(w.mean()) if moves else 0.0
        self.centre = level + (0.0 if lead else offset)
        spread = float(np.sqrt(np.mean((w - level) ** 2)))
        self.scale = spread if spread > 0 else 1.0
        self._base, self._level = base / self.scale, level / self.scale
        self._filled = self._deviation(self._base)
        x = difference(exog.T, *differencing)
        self.exog_centre = x.mean(axis=1) if moves else np.zeros(len(x))
        deviation = x - self.exog_centre[:, None]
        size = np.sqrt(np.mean(deviation**2, axis=1))
        self.exog_scale = np.where(size > 1e-12 * np.abs(x).max(axis=1, initial=0.0), size, np.inf)
        self._x = np.ascontiguousarray((deviation / self.exog_scale[:, None])[:, self.order :])
        self.n_fixed = N_DETERMINISTIC[trend] + len(x)
        self._columns = np.r_[: self.n_fixed, self.n_fixed + lags - 1, self.n_fixed + self.order]
        self._takes = np.zeros((self.order + 1, self.order + len(unit)))
        for i in range(self.order + 1):
            self._takes[i, i : i + len(unit)] = unit
        self._tau = (np.arange(self.order, self.length) - (self.length - 1)) / self.length
        self.pattern = GapPattern(missing, self.order + lead) if missing.any() else None
        early = self.pattern.early if self.pattern is not None else np.empty(0, dtype=int)
        self._prior = 1.0 / neighbour_variance(self._base, missing, early)
        self._penalty = np.zeros(self.n_fixed + len(lags))
        self._penalty[self.n_fixed :] = self.n_rows * ridge * self._lag_variances()[lags - 1]

    def start(self) -> np.ndarray:
        """Parameters of the series whose gaps are filled by straight lines."""
        gram = self._gram(self._filled)[np.ix_(self._columns, self._columns)]
        beta = self._solved(gram[:-1, :-1], gram[:-1, -1])
        residual = np.append(-beta, 1.0)
        return self._joined(beta, float(residual @ gram @ residual + self._penalty @ beta**2))

    def expect(self, parameters: np.ndarray) -> Expectation:
        """Compute the expected moments of the regression given the observed values, and the objective."""
        beta, variance = parameters[:-1], float(np.exp(parameters[-1]))
        coef = np.zeros(self.order)
        coef[self.lags - 1] = beta[self.n_fixed :]
        z, spread, objective = self._filled, np.zeros((self.order + 1, self.order + 1)), 0.0
        if self.pattern is not None:
            z, spread, objective = self._completed(self.pattern, coef, beta, parameters[-1])
        errors = self._errors(z, coef, beta)
        penalty = float(self._penalty @ beta**2)
        objective -= 0.5 * (self.n_rows * parameters[-1] + (errors @ errors + penalty) / variance)
        gram, moments = self._gram(z), np.zeros(self.n_fixed + self.order)
        gram[self.n_fixed :, self.n_fixed :] += np.roll(spread, (-1, -1), axis=(0, 1))  # the target moves last
        moments[: self.n_fixed] = self._fixed_products(errors)
        filter_ = np.concatenate([[1.0], -coef])
        lagged = [z[self.order - lag : self.length - lag] @ errors for lag in range(1, self.order + 1)]
        moments[self.n_fixed :] = lagged + spread[1:] @ filter_
        squares = float(errors @ errors + filter_ @ spread @ filter_)
        return Expectation(gram, moments[self._columns[:-1]], squares, objective)

    def _completed(
        self, pattern: GapPattern, coef: np.ndarray, beta: np.ndarray, log_variance: float
    ) -> tuple[np.ndarray, np.ndarray, float]:
        """Differenced series with expected values in its gaps, their lags' covariances summed, objective's share."""
        variance = float(np.exp(log_variance))
        polynomial = integrated_coefficients(coef[None], *self.differencing)[0]
        gradient = step_gradient(self._errors(self._filled, coef, beta), polynomial)[pattern.times]
        precision = pattern.precision(polynomial)
        precision[0, : len(self._prior)] += variance * self._prior
        factor = band_cholesky("The precision of the missing values", precision, pattern.times)
        change = -band_solve(factor, gradient)
        completed = self._base.copy()
        completed[pattern.times] += change
        sums = pattern.lag_sums(variance * selected_inverse(factor))
        early = self._prior @ change[: len(self._prior)] ** 2
        objective = -0.5 * (band_log_det(factor) - len(change) * log_variance + early)
        return self._deviation(completed), self._takes @ sums @ self._takes.T, float(objective)

    def maximise(self, parameters: np.ndarray, found: Expectation) -> np.ndarray:
        """Parameters of the least penalised sum of squares, of least norm where regressors are collinear."""
        beta = parameters[:-1]
        gradient = found.moments - self._penalty * beta
        regressors = self._columns[:-1]
        correction = self._solved(found.gram[np.ix_(regressors, regressors)], gradient)
        squares = found.squares + self._penalty @ beta**2 - correction @ gradient
        return self._joined(beta + correction, float(squares))

    def _joined(self, beta: np.ndarray, squares: float) -> np.ndarray:
        """Coefficients and the logarithm of the innovation variance."""
        return np.append(beta, np.log(max(squares / self.n_rows, _LEAST_VARIANCE)))

    def innovation_variance(self, parameters: np.ndarray) -> float:
        """RSS / N in squared units of the data, zero for an exact fit."""
        if parameters[-1] <= np.log(_LEAST_VARIANCE):
            return 0.0
        return self.expect(parameters).squares / self.n_rows * self.scale**2

    def _solved(self, normal: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Solution of the penalised normal equations."""
        normal = normal + np.diag(self._penalty)
        size = np.sqrt(np.diagonal(normal))
        size = np.where(size > 0, size, 1.0)
        values, basis = np.linalg.eigh(normal / np.outer(size, size))
        keep = values > len(values) * np.finfo(float).eps * values.max(initial=0.0)
        return basis[:, keep] @ (basis[:, keep].T @ (right / size) / values[keep]) / size

    def _deviation(self, series: np.ndarray) -> np.ndarray:
        """Differenced series less its mean."""
        return difference(series, *self.differencing) - self._level

    def _errors(self, z: np.ndarray, coef: np.ndarray, beta: np.ndarray) -> np.ndarray:
        """One-step errors of a completed series."""
        errors = np.convolve(z, np.concatenate([[1.0], -coef]), mode="valid")
        d = N_DETERMINISTIC[self.trend]
        if d >= 1:
            errors = errors - beta[0]
        if d == 2:
            errors = errors - beta[1] * self._tau
        return errors - beta[d : self.n_fixed] @ self._x if len(self._x) else errors

    def _fixed_products(self, values: np.ndarray) -> np.ndarray:
        """Products of the deterministic terms and the covariates with a value for each row."""
        return np.concatenate([[values.sum(), self._tau @ values][: N_DETERMINISTIC[self.trend]], self._x @ values])

    def _gram(self, z: np.ndarray) -> np.ndarray:
        """Gram matrix of deterministic terms, covariates, the lags up to the largest, and the target."""
        inner = lag_gram(z[None], np.array([self.length]), self.order, self.trend)[0]
        np.fill_diagonal(inner, np.maximum(np.diagonal(inner), 0.0))  # the recursion may round a zero below it
        q, d = len(self._x), N_DETERMINISTIC[self.trend]
        if not q:
            return inner
        gram = np.empty((len(inner) + q, len(inner) + q))
        lagged = np.r_[:d, self.n_fixed : len(gram)]
        gram[np.ix_(lagged, lagged)] = inner
        products = [self._fixed_products(x) for x in self._x]
        products += [self._fixed_products(z[self.order - lag : self.length - lag]) for lag in range(1, self.order + 1)]
        products += [self._fixed_products(z[self.order :])]
        columns = np.stack(products)
        gram[d:, d : self.n_fixed], gram[d : self.n_fixed, d:] = columns[:, d:], columns[:, d:].T
        gram[d : self.n_fixed, :d], gram[:d, d : self.n_fixed] = columns[:q, :d], columns[:q, :d].T
        return gram

    def _lag_variances(self) -> np.ndarray:
        """Variance of each lag's column, the gaps filled by straight lines; shape (order,)."""
        columns = (self._filled[self.order - lag : self.length - lag] for lag in range(1, self.order + 1))
        return np.array([column.var() for column in columns])


def neighbour_variance(base: np.ndarray, missing: np.ndarray, early: np.ndarray) -> np.ndarray:
    """Variance of early missing values around the straight line through their neighbours, from how observed ones lie.

    It grows within a gap as that of a random walk tied at both ends, up to the variance of the series.
    """
    known = np.flatnonzero(~missing)
    middle = known[1:-1][(known[2:] - known[:-2]) == 2]
    around = base[middle] - (base[middle - 1] + base[middle + 1]) / 2
    most = max(float(base[known].var()), _LEAST_VARIANCE)
    single = float(np.mean(around**2)) if len(middle) else most
    place = np.searchsorted(known, early)
    left, right = known[np.maximum(place - 1, 0)], known[np.minimum(place, len(known) - 1)]
    inside = (left < early) & (early < right)
    length = 2.0 * (early - left) * (right - early) / np.where(inside, right - left, 1)
    return np.where(inside, np.minimum(most, np.maximum(single * length, _LEAST_VARIANCE * most)), most)
