"""The law of the missing values of a whole series under a vector autoregression: likelihood, moments and draws."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ...errors import InvalidFrameError, InvalidParameterError
from ..array_checks import check_draw
from ..density import LOG_2PI
from .gap_factor import GapFactor
from .vector_autoregression import VectorAutoregression


def log_likelihood(model: VectorAutoregression, z: ArrayLike) -> float:
    """Exact log density of the observed values alone, the missing ones integrated out.

    With ẑ the series completed by the conditional mean of its m missing values u and Q the precision of the whole
    series it is log p(ẑ) + m/2 log 2π − ½ log det Q_uu.

    Parameters
    ----------
    model : VectorAutoregression
        Any order; N series.
    z : array_like, shape (T, N)
        Series on the scale of the model, NaN where a value is missing; T may be less than p, all may be missing.

    Returns
    -------
    float
        Natural logarithm; 0 if nothing is observed.

    Raises
    ------
    InvalidParameterError
        The shape is wrong or the precision of the missing values is singular to working precision.
    InvalidFrameError
        A value is infinite.

    Notes
    -----
    The same number as the sum of the innovations' log densities of a Kalman filter, at the cost of :func:`smooth`
    without its deviations.

    References
    ----------
    Rue and Held (2005), *Gaussian Markov Random Fields*, section 2.3.3.

    Examples
    --------
    >>> model = VectorAutoregression([[[0.5]]], [[0.75]])
    >>> round(log_likelihood(model, [[0.0], [np.nan], [1.0]]), 6)
    -2.338941
    """
    z = as_series(model, z)
    gaps = GapFactor(model, z)
    whole = gaps.precision.log_density(gaps.conditional_mean())
    return whole + 0.5 * (float(gaps.missing.sum()) * LOG_2PI - gaps.log_det)


def smooth(model: VectorAutoregression, z: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of every missing value, given every observed value before, at and after its time.

    The missing values u given the observed ones k have the law N(−Q_uu⁻¹ Q_uk z_k, Q_uu⁻¹), Q being the precision of
    the whole series.

    Parameters
    ----------
    model, z
        As for :func:`log_likelihood`.

    Returns
    -------
    mean : ndarray, shape (T, N)
        Observed values bit for bit.
    deviation : ndarray, shape (T, N)
        Zero where a value is observed.

    Raises
    ------
    InvalidParameterError, InvalidFrameError
        As for :func:`log_likelihood`.

    Notes
    -----
    O(Σ m_k³ + T p N²) for m_k missing values in a block of at least p rows: the cost follows what is missing. Nothing
    is approximated.

    References
    ----------
    Rue and Held (2005), *Gaussian Markov Random Fields*, sections 2.3.1 and 2.4.

    Examples
    --------
    >>> model = VectorAutoregression([[[0.5]]], [[0.75]])
    >>> mean, deviation = smooth(model, [[0.0], [np.nan], [1.0]])
    >>> mean.ravel(), deviation.ravel().round(6)
    (array([0. , 0.4, 1. ]), array([0.      , 0.774597, 0.      ]))
    """
    z = as_series(model, z)
    gaps = GapFactor(model, z)
    deviation = np.zeros_like(z)
    for block, covariance, _ in gaps.covariances():
        deviation[gaps.rows(block.number)].reshape(-1)[block.entries] = np.sqrt(np.diag(covariance))
    return np.where(gaps.missing, gaps.conditional_mean(), z), deviation


def smooth_samples(
    model: VectorAutoregression, z: ArrayLike, n_samples: int, generator: np.random.Generator
) -> np.ndarray:
    """Draw the missing values of a series jointly, given all observed ones.

    Q_uu⁻¹ h + L⁻ᵀ ε, with Q_uu = L Lᵀ the precision of the missing values, h = −Q_uk z_k and ε ~ N(0, I).

    Parameters
    ----------
    model, z
        As for :func:`log_likelihood`.
    n_samples : int
        Number of draws, 1 or more.
    generator : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    ndarray, shape (n_samples, T, N)
        Observed values bit for bit.

    Raises
    ------
    InvalidParameterError, InvalidFrameError
        As for :func:`log_likelihood`; also for a wrong ``n_samples`` or ``generator``.

    Notes
    -----
    One factorisation as in :func:`smooth`, then O(Σ m_k² n_samples): all draws are solved together.

    References
    ----------
    Rue and Held (2005), *Gaussian Markov Random Fields*, algorithm 2.4.

    Examples
    --------
    >>> model = VectorAutoregression([[[0.5]]], [[0.75]])
    >>> draws = smooth_samples(model, [[0.0], [np.nan], [1.0]], 20_000, np.random.default_rng(0))
    >>> draws[:, 1].mean().round(1), draws[:, 1].std().round(1)
    (np.float64(0.4), np.float64(0.8))
    """
    z = as_series(model, z)
    check_draw(n_samples, generator)
    gaps = GapFactor(model, z)
    return np.where(gaps.missing, gaps.draws(n_samples, generator), z)


def as_series(model: VectorAutoregression, z: ArrayLike) -> np.ndarray:
    """Check a series of N columns, NaN allowed; a copy in float64."""
    return as_observations(z, model.n_nodes)


def as_observations(z: ArrayLike, n_nodes: int | None = None) -> np.ndarray:
    """Check a table of rows and series, NaN allowed; a copy in float64."""
    try:
        table = np.array(z, dtype=np.float64, order="C")  # rows are written to through flat views
    except (TypeError, ValueError):
        raise InvalidParameterError(f"z must be an array of real numbers, got {type(z).__name__}.") from None
    if table.ndim != 2 or 0 in table.shape or n_nodes not in (None, table.shape[1]):
        width = "N" if n_nodes is None else n_nodes
        raise InvalidParameterError(f"z must have shape (T, {width}), T of 1 or more, got {table.shape}.")
    if np.isinf(table).any():
        where = tuple(int(i) for i in np.argwhere(np.isinf(table))[0])
        raise InvalidFrameError(f"z must be finite or NaN, got {np.isinf(table).sum()} infinities, first at {where}.")
    return table
