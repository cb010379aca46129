"""Estimation of a vector autoregression from a series with gaps, by expectation and maximisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...checks import check_integer, check_number
from ...errors import InvalidFrameError, InvalidParameterError, NotSupportedError
from ..array_checks import as_array
from .autoregression_prior import Prior, PriorStrength, chosen_shrinkage, climbed, improved, prior_of
from .lag_moments import LagMoments, expected_moments, total
from .smoother import as_observations, log_likelihood
from .starting_values import starting_model
from .vector_autoregression import VectorAutoregression, stabilised
from .virtual_sensor import with_virtual_sensors

MOST_NODES = 400  # with more, blocks of all series at once take minutes and gigabytes
_MOST_ENTRIES = 500_000  # rows times series that are read, unless max_rows says otherwise
_LEAST_ROWS = 500
_STRETCHES = 4
_LARGEST_RADIUS = 0.9995
_TRIAL_ITERATIONS = 5
_TRIAL_SHARE = 0.8
_UNCHOSEN = PriorStrength(0.1, 0.1)  # for series too short to be cut in two


@dataclass(frozen=True, eq=False)
class AutoregressionFit:
    """An estimated vector autoregression and how it was found.

    Parameters
    ----------
    model : VectorAutoregression
        Stationary, and started from its stationary law.
    objective : tuple of float
        Penalised log likelihood before each iteration and after the last one; it never falls.
    shrinkage : PriorStrength
        Strengths of the priors.
    order_scores : dict of int to float
        Log likelihood per observed value of the held-out last fifth, by order tried; empty when the order was given.
    """

    model: VectorAutoregression
    objective: tuple[float, ...]
    shrinkage: PriorStrength
    order_scores: dict[int, float]


def fit_vector_autoregression(
    z: ArrayLike,
    adjacency: ArrayLike | None = None,
    order: int | str = "auto",
    *,
    max_order: int = 3,
    max_iterations: int = 20,
    tolerance: float = 1e-4,
    max_rows: int | None = None,
    shrinkage: PriorStrength | None = None,
) -> AutoregressionFit:
    """Estimate z_t = Φ_1 z_{t−1} + … + Φ_p z_{t−p} + ε_t, ε_t ~ N(0, W), from the values that are observed.

    Maximises log p(observed z | Φ, W) + log p(Φ) + log p(W) by expectation (the moments of missing values, given all
    observed ones) and conditional maximisation (each row of Φ over its in-neighbours, then W).

    Parameters
    ----------
    z : array_like, shape (T, N)
        Series of mean zero and about unit variance, NaN where a value is missing; N of 400 or less.
    adjacency : array_like, shape (N, N), default=None
        Entry [u, v] is the weight of the edge u → v, 0 where there is none. Coefficients are zero off the edges and
        the diagonal; only where weights are zero matters. None lets every series inform every other.
    order : int or "auto", default="auto"
        p, 1 or more. "auto" raises it from 1 while the likelihood of the held-out last fifth of the rows rises.
    max_order : int, default=3
        Largest order that "auto" tries.
    max_iterations : int, default=20
        Largest number of iterations.
    tolerance : float, default=1e-4
        Stop when an iteration raises the objective by less per observed value.
    max_rows : int, default=None
        Rows that are read; a longer series is read in 4 stretches, evenly spaced, as if they were independent. None
        means 500,000 / N, and 500 or more.
    shrinkage : PriorStrength, default=None
        None chooses the strengths by cross-validation, the halves of every stretch being the two folds.

    Returns
    -------
    AutoregressionFit

    Raises
    ------
    InvalidParameterError
        A parameter is out of its range, a shape or weight is wrong, or z has fewer than order + 2 rows.
    InvalidFrameError
        All values are missing or one is infinite.
    NotSupportedError
        More than 400 series.

    Notes
    -----
    Exact: the moments of the E-step and each step of the M-step, so that the objective never falls. Not exact: the law
    of the first p rows is that of the starting values while iterating, and at last the stationary one. Coefficients
    are shrunk, lag l by cˡ, where the largest companion eigenvalue would exceed 0.9995. Sensors without a value are
    added afterwards as noisy means of their neighbours.
    An iteration costs O(Σ m_k³) for m_k missing values in block k, and O(T p²N² + p³N³).

    References
    ----------
    Shumway and Stoffer (1982), *An approach to time series smoothing and forecasting using the EM algorithm*.
    Meng and Rubin (1993), *Maximum likelihood estimation via the ECM algorithm*.

    Examples
    --------
    >>> truth = VectorAutoregression([[[0.8, 0.0], [0.4, 0.4]]], [[0.4, 0.1], [0.1, 0.5]])
    >>> generator = np.random.default_rng(0)
    >>> z = truth.simulate(5_000, generator)[0]
    >>> z[generator.random(z.shape) < 0.3] = np.nan
    >>> fit = fit_vector_autoregression(z, adjacency=[[0, 1], [0, 0]], order=1)
    >>> np.abs(fit.model.coefficients - truth.coefficients).max() < 0.05
    np.True_
    """
    z = as_observations(z)
    n_rows, n = z.shape
    if n > MOST_NODES:
        raise NotSupportedError(
            f"a vector autoregression of {n} series would carry all of them at once, at most {MOST_NODES} are allowed; "
            "use the window form, which conditions each series on its neighbourhood, or fit parts of the network."
        )
    seen = ~np.isnan(z).all(axis=0)
    if not seen.any():
        raise InvalidFrameError(f"z must have an observed value, but all {z.size} are missing.")
    if adjacency is not None:
        adjacency = _as_adjacency(adjacency, n)
    max_iterations = check_integer(max_iterations, "max_iterations", 0)
    tolerance = check_number(tolerance, "tolerance", 0.0)
    max_order = min(check_integer(max_order, "max_order", 1), max(n_rows - 2, 1))
    fixed = None if order == "auto" else check_integer(order, "order", 1)
    if n_rows < (fixed or 1) + 2:
        raise InvalidParameterError(f"z must have {(fixed or 1) + 2} rows or more for its order, got {n_rows}.")
    most = max(_MOST_ENTRIES // n, _LEAST_ROWS) if max_rows is None else check_integer(max_rows, "max_rows", 1)
    parts = _stretches(z[:, seen], most, (fixed or max_order) + 2)
    neighbours = np.ones((n, n), dtype=bool) if adjacency is None else (adjacency.T > 0) | np.eye(n, dtype=bool)
    neighbours = neighbours[np.ix_(seen, seen)]
    scores: dict[int, float] = {}
    trial = None
    if fixed is None:
        trial, scores = _chosen_order(parts, neighbours, max_order, tolerance, shrinkage)
        fixed = trial.model.order
    fit = _fit(parts, neighbours, fixed, max_iterations, tolerance, trial.shrinkage if trial else shrinkage, trial)
    coefficients = stabilised(fit.model.coefficients, _LARGEST_RADIUS)
    model = VectorAutoregression(coefficients, fit.model.innovation)
    if not seen.all():
        model = with_virtual_sensors(model, z, adjacency)
    return AutoregressionFit(model, fit.objective, fit.shrinkage, scores)


def _fit(
    parts: list[np.ndarray],
    neighbours: np.ndarray,
    order: int,
    max_iterations: int,
    tolerance: float,
    shrinkage: PriorStrength | None,
    warm: AutoregressionFit | None = None,
) -> AutoregressionFit:
    """Estimate at one order, from ``warm`` of that order or a lower one, or from moments of observed pairs."""
    model = starting_model(parts, order)
    variances, allowed = np.diag(model.innovation), np.tile(neighbours, (1, order))
    if warm is not None:
        coefficients = np.zeros_like(model.coefficients)
        coefficients[: warm.model.order] = warm.model.coefficients
        model = VectorAutoregression(coefficients, warm.model.innovation, model.initial)
    prior, model, shrinkage = _prior(parts, model, allowed, variances, shrinkage, warm.shrinkage if warm else None)
    n_values = sum(int(np.isfinite(part).sum()) for part in parts)
    objective: list[float] = []
    for iteration in range(max_iterations + 1):
        moments, likelihood = _expected(parts, model)
        objective.append(likelihood - prior.penalty(_stacked(model.coefficients), model.innovation))
        if iteration == max_iterations or (iteration and objective[-1] - objective[-2] < tolerance * n_values):
            break
        model = _updated(model, moments, prior)
    return AutoregressionFit(model, tuple(objective), shrinkage, {})


def _prior(
    parts: list[np.ndarray],
    model: VectorAutoregression,
    allowed: np.ndarray,
    variances: np.ndarray,
    shrinkage: PriorStrength | None,
    near: PriorStrength | None,
) -> tuple[Prior, VectorAutoregression, PriorStrength]:
    """Fix the priors on expected moments and give an estimate under them.

    None as the shrinkage chooses it: ``near`` or what expected errors prefer, then the best one around it by the
    likelihood of each fold's observed values under an estimate from the other. Halves of the stretches with the same
    parity form a fold. Each has a model of its own, or missing values filled by a model of both would make the folds
    look more alike than they are.
    """
    halves = [half for part in parts for half in (part[: len(part) // 2], part[len(part) // 2 :])]
    short = min(len(half) for half in halves) <= model.order
    folds = [parts] if short else [halves[::2], halves[1::2]]
    used = shrinkage or near or _UNCHOSEN
    models, moments = [model] * len(folds), [_expected(fold, model)[0] for fold in folds]
    choosing = shrinkage is None and not short
    if choosing and near is None:
        used = chosen_shrinkage(moments, allowed, variances)
    models = _updated_folds(models, moments, allowed, variances, used)
    moments = [_expected(fold, own)[0] for fold, own in zip(folds, models, strict=True)]
    if choosing:

        def score(tried: PriorStrength) -> float:
            estimates = _updated_folds(models, moments, allowed, variances, tried)
            others = zip(estimates, reversed(folds), strict=True)
            return sum(log_likelihood(own, part) for own, fold in others for part in fold)

        used = climbed(used, score)
    together = total(moments)
    prior = prior_of(together, allowed, variances, used)
    return prior, _updated(models[0], together, prior), used


def _updated_folds(
    models: list[VectorAutoregression],
    moments: list[LagMoments],
    allowed: np.ndarray,
    variances: np.ndarray,
    shrinkage: PriorStrength,
) -> list[VectorAutoregression]:
    """Maximise once on each fold, with priors of its own."""
    return [
        _updated(model, sums, prior_of(sums, allowed, variances, shrinkage))
        for model, sums in zip(models, moments, strict=True)
    ]


def _updated(model: VectorAutoregression, moments: LagMoments, prior: Prior) -> VectorAutoregression:
    """Maximise once; the law at the start stays."""
    weights, innovation = improved(moments, prior, _stacked(model.coefficients), model.innovation)
    return VectorAutoregression(_unstacked(weights), innovation, model.initial)


def _chosen_order(
    parts: list[np.ndarray], neighbours: np.ndarray, max_order: int, tolerance: float, shrinkage: PriorStrength | None
) -> tuple[AutoregressionFit, dict[int, float]]:
    """Raise the order while the likelihood of the last fifth of every stretch, by a fit to the rest, rises."""
    cuts = [min(int(_TRIAL_SHARE * len(part)), len(part) - 1) for part in parts]
    early = [part[:cut] for part, cut in zip(parts, cuts, strict=True)]
    late = [part[cut:] for part, cut in zip(parts, cuts, strict=True)]
    n_values = max(sum(int(np.isfinite(part).sum()) for part in late), 1)
    best, scores = None, {}
    for order in range(1, max_order + 1):
        if min(len(part) for part in early) < order + 2:
            break
        fit = _fit(early, neighbours, order, _TRIAL_ITERATIONS, tolerance, shrinkage, best)
        scores[order] = sum(log_likelihood(fit.model, part) for part in late) / n_values
        if best is not None and scores[order] <= scores[order - 1]:
            break
        best = fit
    return best or _fit(parts, neighbours, 1, 0, tolerance, _UNCHOSEN), scores


def _expected(parts: list[np.ndarray], model: VectorAutoregression) -> tuple[LagMoments, float]:
    """Moments and log likelihood summed over stretches."""
    results = [expected_moments(model, part) for part in parts]
    return total([moments for moments, _ in results]), sum(likelihood for _, likelihood in results)


def _stretches(z: np.ndarray, most: int, least: int) -> list[np.ndarray]:
    """Cut up to ``most`` rows out of a series, in stretches of ``least`` rows or more."""
    if len(z) <= most:
        return [z]
    size = max(most // _STRETCHES, least)
    starts = np.linspace(0, len(z) - size, _STRETCHES).astype(int) if len(z) >= _STRETCHES * size else np.array([0])
    return [z[start : start + size] for start in starts]


def _as_adjacency(adjacency: ArrayLike, n: int) -> np.ndarray:
    """Check the weights of the edges."""
    weights = as_array("adjacency", adjacency, (n, n))
    if (weights < 0).any():
        u, v = (int(i) for i in np.argwhere(weights < 0)[0])
        raise InvalidParameterError(f"adjacency must not be negative, got {weights[u, v]:.3g} from {u} to {v}.")
    return weights * ~np.eye(n, dtype=bool)


def _stacked(coefficients: np.ndarray) -> np.ndarray:
    """Coefficients of shape (p, N, N) as (N, p N)."""
    order, n, _ = coefficients.shape
    return coefficients.transpose(1, 0, 2).reshape(n, order * n)


def _unstacked(weights: np.ndarray) -> np.ndarray:
    """Coefficients of shape (N, p N) as (p, N, N)."""
    n, width = weights.shape
    return weights.reshape(n, width // n, n).transpose(1, 0, 2)
