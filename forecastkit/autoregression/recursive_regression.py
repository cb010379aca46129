"""AR estimates that follow a growing series, by rank-one updates of its Gram matrix."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..errors import InvalidParameterError
from .conditional_likelihood import in_data_units, ridge_penalty, solve_regression
from .difference import difference
from .estimates import AREstimates, estimates_of
from .lag_design import LagDesign
from .lag_gram import N_DETERMINISTIC
from .lag_regression import DataOrigin
from .least_squares import newton_step
from .specification import ARSpecification

_PRECISE = 1e-10  # a relative error of the estimates beyond this asks for a fresh fit
_SPENT = 1e-5  # as does an RSS that is less than this part of the reference's


@dataclass(frozen=True, eq=False)
class RecursiveRegression:
    """What a batch of fixed-lag models needs to take in new values at O(p²) each, without the values before them.

    The Gram matrices are those of the columns and of the residuals of reference estimates, so that new estimates are
    a step from the reference and keep its accuracy.

    Parameters
    ----------
    specification : ARSpecification
        The model, without a criterion.
    gram : ndarray, shape (batch, columns + 1, columns + 1)
        Products of deterministic terms, covariates, lags, target and reference residuals.
    reference : ndarray, shape (batch, k)
        Reference estimates of the centred columns.
    origin : DataOrigin
        What the columns are measured from.
    first_length : ndarray of int, shape (batch,)
        Values of each series, less those that differencing takes, when the reference was fitted.
    n_new : int
        Values taken in since.
    tail, exog_tail : ndarray, shape (batch, m) and (batch, m, q)
        Last values, as many as a new row of the regression looks back to.
    """

    specification: ARSpecification
    gram: np.ndarray
    reference: np.ndarray
    origin: DataOrigin
    first_length: np.ndarray
    n_new: int
    tail: np.ndarray
    exog_tail: np.ndarray

    @property
    def design(self) -> LagDesign:
        """Columns of the model."""
        return _design(self.specification)

    def append(self, values: np.ndarray, exog: np.ndarray | None = None) -> RecursiveRegression:
        """Take in the next values of every series.

        Parameters
        ----------
        values : ndarray, shape (batch, new)
            Observations that follow those known, without missing values.
        exog : ndarray, shape (batch, new, q), default=None
            Their covariates.

        Returns
        -------
        RecursiveRegression

        Notes
        -----
        O(p²) a value and series.
        """
        s, design, new = self.specification, self.design, values.shape[1]
        y = np.concatenate([self.tail, values], axis=1)
        exog = np.empty((len(values), new, 0)) if exog is None else exog
        x = np.concatenate([self.exog_tail, exog], axis=1)
        time = np.arange(self.n_new + 1, self.n_new + new + 1) / self.origin.scale
        w, covariates = _differenced(y, s), _differenced(np.swapaxes(x, 1, 2), s)[:, :, -new:]
        z = (w[:, 1:] - w[:, :-1] if design.removes_mean else w) - self.origin.centre[:, None]
        covariates = covariates - self.origin.exog_centre[:, :, None]
        windows = np.lib.stride_tricks.sliding_window_view(z, design.order + 1, axis=1)[:, -new:, ::-1]
        ones = np.ones(len(y))[:, None, None]
        deterministic = [ones * np.ones(new)[:, None], ones * time[:, None]][: N_DETERMINISTIC[s.trend]]
        columns = np.concatenate(
            [*deterministic, np.swapaxes(covariates, 1, 2), windows[:, :, 1:], windows[:, :, :1]], axis=2
        )
        weights = design.weights(self.reference, self._n_free)
        rows = np.concatenate([columns, columns @ weights[:, :, None]], axis=2)
        kept = self.tail.shape[1]
        return replace(
            self,
            gram=self.gram + np.swapaxes(rows, 1, 2) @ rows,
            n_new=self.n_new + new,
            tail=y[:, y.shape[1] - kept :],
            exog_tail=x[:, x.shape[1] - kept :],
        )

    def estimates(self) -> AREstimates | None:
        """Estimate the models from all values so far.

        Returns
        -------
        AREstimates or None
            Equal to fresh fits to 1e-8; None where the Gram matrix of one series keeps too few digits for that, and
            a fresh fit is needed.
        """
        design, free = self.design, self._n_free
        gram = design.gram(self.gram[:, :-1, :-1], free)
        penalty = ridge_penalty(design, gram, free, lambda: gram)
        gradient = design.products(self.gram[:, -1, :-1], free)
        change, taken, error = newton_step(gram, gradient, self.reference, penalty)
        rss = self.gram[:, -1, -1] - taken
        if not ((error <= _PRECISE) & (rss > _SPENT * self.gram[:, -1, -1])).all():
            return None
        weights = design.weights(self.reference + change, free)
        fit = in_data_units(design, weights, rss, self.first_length, self.origin)
        n_rows = self.first_length + self.n_new - design.lags.max(initial=0)
        fit = fit._replace(sigma2=rss / n_rows, n_rows=n_rows)
        return estimates_of(fit, design.lags, np.full(len(rss), design.n_parameters + free + 1))

    @property
    def _n_free(self) -> int:
        """Number of deterministic terms and covariates."""
        return N_DETERMINISTIC[self.specification.trend] + self.exog_tail.shape[2]


def recursive_regression(
    y: np.ndarray, lengths: np.ndarray, specification: ARSpecification, exog: np.ndarray | None = None
) -> RecursiveRegression:
    """Fit fixed-lag models and keep what taking in new values needs.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series, NaN before each start and nowhere else.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series.
    specification : ARSpecification
        The model, without a criterion, and without a ridge where it has no constant.
    exog : ndarray, shape (batch, n, q), default=None
        Covariates aligned with y.

    Returns
    -------
    RecursiveRegression

    Raises
    ------
    InvalidParameterError
        For a criterion, whose orders are fitted on rows that the Gram matrix does not hold, and for a ridge without
        a constant, which needs sums that the Gram matrix does not hold.

    Notes
    -----
    O(n p + p³) a series, as `fit_batch`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y, specification = rng.normal(size=(1, 50)).cumsum(axis=1), ARSpecification(lags=(1, 2))
    >>> start = recursive_regression(y[:, :40], np.array([40]), specification)
    >>> start.append(y[:, 40:]).estimates().coef.round(4)
    array([[ 1.3221, -0.3301]])
    """
    s = specification
    if s.criterion is not None or (s.ridge and s.trend == "n"):
        raise InvalidParameterError(
            f"only models with fixed lags, and with a constant if they have a ridge, take in values one by one, got "
            f"criterion={s.criterion!r}, ridge={s.ridge!r} and trend={s.trend!r}: fit again instead"
        )
    design = _design(s)
    x = np.zeros((len(y), y.shape[1], 0)) if exog is None else exog
    covariates = np.swapaxes(_differenced(np.swapaxes(x, 1, 2), s), 1, 2)
    regression = design.regression(_differenced(y, s), lengths - s.n_differenced, covariates)
    columns, free = regression.gram(), regression.n_free
    gram = design.gram(columns, free)
    penalty = ridge_penalty(design, gram, free, regression.centred_gram)
    reference, rss = solve_regression(design, regression, gram, penalty)
    _, products = regression.moments(design.weights(reference, free))
    whole = np.zeros((len(y), columns.shape[1] + 1, columns.shape[1] + 1))
    whole[:, :-1, :-1] = columns
    whole[:, -1, :-1] = whole[:, :-1, -1] = products
    whole[:, -1, -1] = rss
    kept = design.order + design.removes_mean + s.n_differenced
    return RecursiveRegression(
        specification=s,
        gram=whole,
        reference=reference,
        origin=regression.origin,
        first_length=lengths - s.n_differenced,
        n_new=0,
        tail=y[:, y.shape[1] - kept :],
        exog_tail=x[:, x.shape[1] - kept :],
    )


def _design(specification: ARSpecification) -> LagDesign:
    """Columns of a model with fixed lags."""
    s = specification
    return LagDesign(np.array(s.lags, dtype=int), s.trend, s.ridge, s.window_mean)


def _differenced(y: np.ndarray, specification: ARSpecification) -> np.ndarray:
    """Values (..., n) as the model sees them."""
    s = specification
    return difference(y, s.differences, s.seasonal_differences, s.seasonal_period)
