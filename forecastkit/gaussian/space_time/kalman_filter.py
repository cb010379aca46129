"""Filtering under a vector autoregression: the law of the last rows, moved on by one row at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import solve_triangular

from ..covariance import lower_factor
from ..density import LOG_2PI
from .gap_factor import GapFactor
from .smoother import as_series
from .vector_autoregression import VectorAutoregression


@dataclass(frozen=True, eq=False)
class FilterState:
    """The law of the last p rows given all rows so far; observed entries are known, the others Gaussian.

    Parameters
    ----------
    step : int
        Number of rows seen.
    mean : ndarray, shape (p, N)
        Conditional means, newest row first; zero before the first row.
    unknown : ndarray of bool, shape (p, N)
        True where an entry was not observed, k of them.
    root : ndarray, shape (k, r)
        R with R Rᵀ the covariance of the unknown entries, in the order of ``unknown``.
    """

    step: int
    mean: np.ndarray
    unknown: np.ndarray
    root: np.ndarray

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything the state is, as named arrays; `from_arrays` is the inverse."""
        named = {"mean": self.mean, "unknown": self.unknown, "root": self.root}
        return {"state_step": np.array(self.step)} | {f"state_{name}": array for name, array in named.items()}

    @classmethod
    def from_arrays(cls, named: dict[str, np.ndarray]) -> FilterState:
        """Rebuild the state from `arrays`."""
        return cls(int(named["state_step"]), named["state_mean"], named["state_unknown"], named["state_root"])


def initial_state(model: VectorAutoregression) -> FilterState:
    """Give the state before the first row.

    Parameters
    ----------
    model : VectorAutoregression

    Returns
    -------
    FilterState
    """
    shape = (model.order, model.n_nodes)
    return FilterState(0, np.zeros(shape), np.zeros(shape, dtype=bool), np.zeros((0, 0)))


def final_state(model: VectorAutoregression, z: ArrayLike) -> FilterState:
    """Give the state after all rows of a series, without a walk through its rows.

    Parameters
    ----------
    model : VectorAutoregression
    z : array_like, shape (T, N)
        Series on the scale of the model, NaN where a value is missing.

    Returns
    -------
    FilterState
        The same law as after :func:`advance` over every row.

    Raises
    ------
    InvalidParameterError, InvalidFrameError
        As for :func:`~forecastkit.gaussian.space_time.log_likelihood`.

    Notes
    -----
    Conditioning on the future ends with the last row: the last block of the factor of :func:`smooth` is that of the
    last rows' own law. O(Σ m_k³ + T p N²).
    """
    z = as_series(model, z)
    p, n = model.order, model.n_nodes
    state = initial_state(model)
    if len(z) < p:
        for row in z:
            state = advance(model, state, row)[0]
        return state
    gaps = GapFactor(model, z)
    last = next(gaps.reverse())
    rows = gaps.rows(last.number)
    # the last block may hold more than p rows: keep the entries of the last p, newest row first
    age = rows.stop - 1 - rows.start - last.entries // n
    kept = np.flatnonzero(age < p)
    kept = kept[np.lexsort((last.entries[kept] % n, age[kept]))]
    mean = gaps.observed[-p:][::-1].copy()
    unknown = gaps.missing[-p:][::-1]
    mean[unknown] = last.back(last.forward[:, None])[kept, 0]
    return FilterState(len(z), mean, unknown, last.back(np.eye(len(last.entries)))[kept])


def advance(
    model: VectorAutoregression, state: FilterState, row: ArrayLike
) -> tuple[FilterState, np.ndarray, np.ndarray, float]:
    """Condition on one more row: fill it, and carry the law of the last p rows on.

    Before the row is seen it has the mean Σ_l Φ_l m_l and the covariance P = W + F R Rᵀ Fᵀ, where m_l are the means of
    the last rows, R Rᵀ the covariance of their unknown entries and F the coefficients of those.

    Parameters
    ----------
    model : VectorAutoregression
    state : FilterState
        Before the row.
    row : array_like, shape (N,)
        Values on the scale of the model, NaN where one is missing; all may be missing.

    Returns
    -------
    state : FilterState
        After the row.
    mean : ndarray, shape (N,)
        Observed values themselves, the others' conditional mean given all rows so far.
    deviation : ndarray, shape (N,)
        Conditional standard deviations; zero where observed.
    log_density : float
        Of the observed values of the row, given the rows before it; their sum is the log likelihood.

    Raises
    ------
    InvalidParameterError, InvalidFrameError
        The row has the wrong shape or an infinite value.

    Notes
    -----
    Observed entries are known exactly, so only the unknown ones of the last p rows have a covariance, k × k. The oldest
    row leaves, the others are only renumbered. The new covariance is the trailing part of the Cholesky factor of the
    joint one with the observed entries first: positive definite by construction, as in the square-root filter.
    O(N³ + p N² + N k²).

    References
    ----------
    Anderson and Moore (1979), *Optimal Filtering*, chapters 5 and 6.

    Examples
    --------
    >>> model = VectorAutoregression([[[0.5]]], [[0.75]])
    >>> state, mean, deviation, _ = advance(model, initial_state(model), [1.0])
    >>> state, mean, deviation, _ = advance(model, state, [np.nan])
    >>> mean, deviation.round(6)
    (array([0.5]), array([0.866025]))
    """
    values = as_series(model, np.reshape(row, (1, -1)))[0]
    p = model.order
    coefficients, noise = _step(model, state.step)
    predicted = np.einsum("lvu,lu->v", coefficients, state.mean)
    reach = coefficients.transpose(1, 0, 2)[:, state.unknown] @ state.root
    kept = state.root[: int(state.unknown[: p - 1].sum())]  # unknown entries of the oldest row come last and leave
    missing = np.isnan(values)
    seen, hidden = np.flatnonzero(~missing), np.flatnonzero(missing)
    joint = np.concatenate([reach[seen], reach[hidden], kept])
    covariance = joint @ joint.T
    order = np.concatenate([seen, hidden])
    covariance[: len(values), : len(values)] += noise[np.ix_(order, order)]
    factor = lower_factor(covariance)
    k = len(seen)
    mean = np.concatenate([values[None], state.mean[:-1]])
    unknown = np.concatenate([missing[None], state.unknown[:-1]])
    shift, log_density = np.zeros(len(joint)), 0.0
    if k:
        white = solve_triangular(factor[:k, :k], (values - predicted)[seen], lower=True, check_finite=False)
        shift = factor[:, :k] @ white
        log_density = -0.5 * (k * LOG_2PI + white @ white) - np.log(np.diag(factor)[:k]).sum()
    mean[0, hidden] = predicted[hidden] + shift[k : len(values)]
    mean[1:][unknown[1:]] += shift[len(values) :]
    root = factor[k:, k:]
    deviation = np.zeros(len(values))
    deviation[hidden] = np.sqrt((root[: len(hidden)] ** 2).sum(axis=1))
    return FilterState(state.step + 1, mean, unknown, root), mean[0].copy(), deviation, float(log_density)


def _step(model: VectorAutoregression, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and innovation covariance of a row; those of the first p rows follow from their joint law."""
    p, n = model.order, model.n_nodes
    if step >= p:
        return model.coefficients, model.innovation
    before, factor = step * n, model.initial_factor[step * n : (step + 1) * n]
    coefficients = np.zeros((p, n, n))
    if step:
        earlier = model.initial_factor[:before, :before]
        weights = solve_triangular(earlier, factor[:, :before].T, lower=True, trans=1, check_finite=False)
        coefficients[:step] = weights.reshape(step, n, n)[::-1].transpose(0, 2, 1)
    own = factor[:, before : before + n]
    return coefficients, own @ own.T
