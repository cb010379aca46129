"""Priors of a vector autoregression: how strong, chosen on held-out steps, and the estimate under them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cho_solve

from ..covariance import lower_factor
from .lag_moments import LagMoments, total
from .row_systems import Ridge, RowSystems

_STRENGTHS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_WEIGHTS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
_OWN = 0.001  # enough to keep the own lags of a hardly observed series in bounds
_LEAST_VARIANCE = 1e-4
_UNCORRELATED = 0.01


@dataclass(frozen=True)
class PriorStrength:
    """Strength of the priors, per step of data, so that they mean the same for any length.

    A coefficient of lag l in row v has the prior N(0, w_v / (n s l²)) with w_v a first innovation variance, n the
    number of steps and s = ``coefficients``, or 0.001 for a series' own lags. The innovation covariance has an inverse
    Wishart prior that adds n ``covariance`` steps with a covariance in which weak correlations are weakened further.

    Parameters
    ----------
    coefficients : float
        0.001 or more.
    covariance : float
        Above 0.
    """

    coefficients: float
    covariance: float


@dataclass(frozen=True, eq=False)
class Prior:
    """A shrinkage for the steps and series at hand.

    Parameters
    ----------
    allowed : ndarray of bool, shape (N, p N)
        True where a coefficient may differ from zero, lags stacked.
    ridge : Ridge
        Precisions of the coefficients.
    centre : ndarray, shape (N, N)
        Covariance that the innovation covariance is drawn to, positive definite.
    weight : float
        Steps that it counts for.
    """

    allowed: np.ndarray
    ridge: Ridge
    centre: np.ndarray
    weight: float

    def penalty(self, weights: np.ndarray, innovation: np.ndarray) -> float:
        """Negative log density of the priors at an estimate, up to a constant."""
        columns = np.arange(weights.shape[1])
        squares = sum(float(self.ridge.row(v, columns) @ row**2) for v, row in enumerate(weights))
        factor = lower_factor(innovation)
        spread = float(np.trace(cho_solve((factor, True), self.centre, check_finite=False)))
        return 0.5 * (squares + self.weight * (2 * float(np.log(np.diag(factor)).sum()) + spread))


def prior_of(moments: LagMoments, allowed: np.ndarray, variances: np.ndarray, shrinkage: PriorStrength) -> Prior:
    """Scale the strengths by the number of steps, and centre the innovation covariance on the errors of the moments."""
    ridge = _ridge(shrinkage.coefficients, moments.n_steps, variances)
    errors = moments.residual(independent_rows(moments, RowSystems(moments.lags, allowed), ridge))
    centre = centre_of(errors / moments.n_steps, variances)
    return Prior(allowed, ridge, centre, shrinkage.covariance * moments.n_steps)


def centre_of(covariance: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Covariance with the same variances and the cubes of the correlations.

    Weak correlations, mostly noise where series are many, nearly vanish; strong ones stay. The entrywise product of
    positive semi-definite matrices is one (Schur), and a hundredth of a diagonal keeps it away from singular.
    """
    spread = np.sqrt(np.maximum(np.diag(covariance), _LEAST_VARIANCE * variances))
    cubes = (1 - _UNCORRELATED) * (covariance / spread / spread[:, None]) ** 3
    np.fill_diagonal(cubes, 1.0)
    return spread[:, None] * cubes * spread


def improved(
    moments: LagMoments, prior: Prior, weights: np.ndarray, innovation: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Raise the expected penalised log likelihood: one sweep over the rows of Φ, then W.

    With Ω = W⁻¹ row v of Φ moves by the δ of (Ω_vv A + D_v) δ = (Ω (B − Φ A))_v − D_v φ_v over the coefficients
    allowed, the other rows held; then W = (residual moments + weight centre) / (n + weight).

    Parameters
    ----------
    moments : LagMoments
    prior : Prior
    weights : ndarray, shape (N, p N)
        Φ before.
    innovation : ndarray, shape (N, N)
        W before.

    Returns
    -------
    weights : ndarray, shape (N, p N)
    innovation : ndarray, shape (N, N)

    Notes
    -----
    Each step maximises exactly over what it moves, so that none lowers the objective. Rows are not independent: where
    they have different regressors, least squares row by row would not be the maximum.

    References
    ----------
    Meng and Rubin (1993), *Maximum likelihood estimation via the ECM algorithm*, section 2.
    """
    n, lags = moments.n_nodes, moments.lags
    systems = RowSystems(lags, prior.allowed)
    precision = cho_solve((lower_factor(innovation), True), np.eye(n), check_finite=False)
    weights = weights.copy()
    misfit = moments.cross - weights @ lags
    for v, columns in enumerate(systems.columns):
        right = (precision[v] @ misfit)[columns] - prior.ridge.row(v, columns) * weights[v, columns]
        change = systems.solve(v, float(precision[v, v]), prior.ridge, right)
        weights[v, columns] += change
        misfit[v] -= change @ lags[columns]
    scatter = moments.residual(weights) + prior.weight * prior.centre
    return weights, scatter / (moments.n_steps + prior.weight)


def independent_rows(moments: LagMoments, systems: RowSystems, ridge: Ridge) -> np.ndarray:
    """Coefficients row by row, as if innovations were independent with the variances w; shape (N, p N)."""
    weights = np.zeros_like(moments.cross)
    for v, columns in enumerate(systems.columns):
        scale = 1.0 / float(ridge.variances[v])
        weights[v, columns] = systems.solve(v, scale, ridge, scale * moments.cross[v, columns])
    return weights


def chosen_shrinkage(folds: list[LagMoments], allowed: np.ndarray, variances: np.ndarray) -> PriorStrength:
    """Choose both strengths by the errors, on each fold, of an estimate from the others.

    Parameters
    ----------
    folds : list of LagMoments
        Expected moments of separate stretches of time, two or more, each under a model of its own.
    allowed : ndarray of bool, shape (N, p N)
    variances : ndarray, shape (N,)
        w.

    Returns
    -------
    PriorStrength
        The strength with the least squared errors in units of w, then the weight with the greatest log likelihood.
    """
    rests = [total(folds[:k] + folds[k + 1 :]) for k in range(len(folds))]
    systems = [RowSystems(rest.lags, allowed) for rest in rests]
    best, least = _STRENGTHS[-1], np.inf
    covariances: list[tuple[np.ndarray, np.ndarray]] = []
    for strength in _STRENGTHS:
        tried, squares = [], 0.0
        for held, rest, system in zip(folds, rests, systems, strict=True):
            weights = independent_rows(rest, system, _ridge(strength, rest.n_steps, variances))
            errors = held.residual(weights)
            tried.append((rest.residual(weights) / rest.n_steps, errors))
            squares += float((np.diag(errors) / variances).sum())
        if squares < least:
            best, least, covariances = strength, squares, tried
    likelihoods = []
    for weight in _WEIGHTS:
        likelihood = 0.0
        for held, (inner, errors) in zip(folds, covariances, strict=True):
            factor = lower_factor((inner + weight * centre_of(inner, variances)) / (1 + weight))
            spread = float(np.trace(cho_solve((factor, True), errors, check_finite=False)))
            likelihood -= held.n_steps * float(np.log(np.diag(factor)).sum()) + 0.5 * spread
        likelihoods.append(likelihood)
    return PriorStrength(best, _WEIGHTS[int(np.argmax(likelihoods))])


def climbed(start: PriorStrength, score: Callable[[PriorStrength], float]) -> PriorStrength:
    """Walk the grid of both strengths from ``start``, one after the other, while the score rises."""
    best, highest = start, score(start)
    for name, grid in (("covariance", _WEIGHTS), ("coefficients", _STRENGTHS)):
        place = int(np.argmin(np.abs(np.log(np.array(grid) / getattr(best, name)))))
        for step in (1, -1):
            risen, at = False, place + step
            while 0 <= at < len(grid):
                tried = replace(best, **{name: grid[at]})
                value = score(tried)
                if value <= highest:
                    break
                best, highest, risen, at = tried, value, True, at + step
            if risen:
                break
    return best


def _ridge(strength: float, n_steps: int, variances: np.ndarray) -> Ridge:
    """Precisions of the coefficients for a number of steps."""
    return Ridge(_OWN * n_steps, strength * n_steps, variances)
