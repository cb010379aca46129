"""The stationary law of an autoregression: partial autocorrelations, autocovariance, precision and spectrum."""

from __future__ import annotations

import numpy as np

from forecastkit.errors import InvalidParameterError


def partial_autocorrelations(coef: np.ndarray) -> np.ndarray:
    """Partial autocorrelations of autoregressions, by the Durbin-Levinson recursion backwards.

    A model is stationary when all of them lie inside (-1, 1); the map from φ is then one to one [1]_.

    Parameters
    ----------
    coef : ndarray, shape (batch, p)
        φ_1..φ_p, lags without gaps.

    Returns
    -------
    ndarray, shape (batch, p)
        Of lags 1..p; NaN at the lags below one whose value is not inside (-1, 1).

    Notes
    -----
    O(p²) a model. Several roots close to the unit circle make the map ill-conditioned.

    References
    ----------
    .. [1] O. Barndorff-Nielsen and G. Schou (1973), On the parametrization of autoregressive models by partial
       autocorrelations, Journal of Multivariate Analysis 3.

    Examples
    --------
    >>> partial_autocorrelations(np.array([[0.5, 0.3]])).round(4)
    array([[0.7143, 0.3   ]])
    """
    return last_coefficients(predictors(coef), len(coef))


def last_coefficients(steps: list[np.ndarray], batch: int) -> np.ndarray:
    """Last coefficient of every predictor, which is the partial autocorrelation of its lag; shape (batch, p)."""
    return np.stack([step[:, -1] for step in steps], axis=1) if steps else np.empty((batch, 0))


def predictors(coef: np.ndarray) -> list[np.ndarray]:
    """Coefficients (batch, k) of the best predictors from the last k = 1..p values, NaN below a non-stationary one."""
    found, current = [], np.asarray(coef, dtype=float)
    while current.shape[1]:
        found.append(current)
        last = current[:, -1:]
        last = np.where(np.abs(last) < 1.0, last, np.nan)
        current = (current[:, :-1] + last * current[:, -2::-1]) / ((1.0 - last) * (1.0 + last))
    return found[::-1]


def coef_from_partial(partial: np.ndarray) -> np.ndarray:
    """Coefficients of autoregressions with the given partial autocorrelations, by the Durbin-Levinson recursion.

    Parameters
    ----------
    partial : ndarray, shape (batch, p)
        Of lags 1..p, each inside (-1, 1) for a stationary model.

    Returns
    -------
    ndarray, shape (batch, p)
        φ_1..φ_p.

    Notes
    -----
    O(p²) a model.

    References
    ----------
    .. [1] P. J. Brockwell and R. A. Davis (1991), Time Series: Theory and Methods, section 5.2.

    Examples
    --------
    >>> coef_from_partial(np.array([[0.5, 0.3]])).round(4)
    array([[0.35, 0.3 ]])
    """
    partial = np.asarray(partial, dtype=float)
    coef = np.empty((len(partial), 0))
    for k in range(partial.shape[1]):
        last = partial[:, k : k + 1]
        coef = np.concatenate([coef - last * coef[:, ::-1], last], axis=1)
    return coef


def is_stationary(coef: np.ndarray) -> np.ndarray:
    """Whether each autoregression has a stationary law: all partial autocorrelations lie inside (-1, 1).

    Parameters
    ----------
    coef : ndarray, shape (batch, p)
        φ_1..φ_p, lags without gaps.

    Returns
    -------
    ndarray of bool, shape (batch,)

    Notes
    -----
    O(p²) a model, without finding roots.

    Examples
    --------
    >>> is_stationary(np.array([[0.5, 0.3], [0.5, 0.5], [1.5, -0.9]]))
    array([ True, False,  True])
    """
    return np.all(np.abs(partial_autocorrelations(coef)) < 1.0, axis=1)


def unit_autocovariances(steps: list[np.ndarray], batch: int) -> np.ndarray:
    """γ_0..γ_p at σ² = 1 from the predictors of stationary models; shape (batch, p + 1)."""
    gamma = np.empty((batch, len(steps) + 1))
    partial = last_coefficients(steps, batch)
    gamma[:, 0] = 1.0 / np.prod((1.0 - partial) * (1.0 + partial), axis=1)
    for k, step in enumerate(steps, start=1):
        gamma[:, k] = np.einsum("bk,bk->b", step, gamma[:, k - 1 :: -1])
    return gamma


def autocovariance(coef: np.ndarray, sigma2: float, n_lags: int) -> np.ndarray:
    """Exact autocovariances γ_k = Cov(y_t, y_{t-k}) of a stationary autoregression.

    They solve the Yule-Walker equations γ_k = Σ_j φ_j γ_{k-j} + σ² [k = 0], which the predictors of increasing
    order turn into a recursion from γ_0 = σ² / Π_k (1 - r_k²), with r_k the partial autocorrelations.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        φ_1..φ_p, lags without gaps.
    sigma2 : float
        Innovation variance, in squared units of the data.
    n_lags : int
        Largest lag, 0 or more.

    Returns
    -------
    ndarray, shape (n_lags + 1,)
        γ_0..γ_{n_lags}.

    Raises
    ------
    InvalidParameterError
        When the model is not stationary.

    Notes
    -----
    O(p² + n_lags · p).

    References
    ----------
    .. [1] P. J. Brockwell and R. A. Davis (1991), Time Series: Theory and Methods, sections 3.3 and 5.2.

    Examples
    --------
    >>> autocovariance(np.array([0.5]), 3.0, 2)
    array([4., 2., 1.])
    """
    steps, p = stationary_predictors(coef), len(coef)
    gamma = np.empty(max(n_lags, p) + 1)
    gamma[: p + 1] = unit_autocovariances(steps, 1)[0]
    newest_last = np.asarray(coef, dtype=float)[::-1]
    for k in range(p + 1, n_lags + 1):
        gamma[k] = newest_last @ gamma[k - p : k]
    return sigma2 * gamma[: n_lags + 1]


def stationary_predictors(coef: np.ndarray) -> list[np.ndarray]:
    """Predictors of one model, refused when it is not stationary."""
    steps = predictors(np.asarray(coef, dtype=float)[None])
    for lag, step in reversed(list(enumerate(steps, start=1))):
        if not abs(step[0, -1]) < 1.0:
            raise InvalidParameterError(
                f"the autoregression with coefficients {np.array2string(np.asarray(coef), precision=6, threshold=8)} "
                f"has no stationary law: its partial autocorrelation at lag {lag} is {step[0, -1]:.6g}, outside "
                "(-1, 1); difference the series, or fit it by exact likelihood, which keeps it stationary"
            )
    return steps


def stationary_precision(coef: np.ndarray) -> np.ndarray | None:
    """Inverse covariance of p successive values of a stationary autoregression with σ² = 1.

    It is Tᵀ diag(w) T: row k of T is the error of the best predictor of the kth value from the ones before it, w_k
    its precision Π_{i>=k} (1 - r_i²) with r_i the partial autocorrelations. Equal to the formula of Gohberg and
    Semencul [1]_, and positive definite to the last bit where that one cancels.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        φ_1..φ_p, lags without gaps.

    Returns
    -------
    ndarray, shape (p, p), or None
        None when the model is not stationary. For another σ², divide by it.

    Notes
    -----
    O(p³).

    References
    ----------
    .. [1] M. M. Siddiqui (1958), On the inversion of the sample covariance matrix in a stationary autoregressive
       process, Annals of Mathematical Statistics 29.

    Examples
    --------
    >>> stationary_precision(np.array([0.5, 0.3])).round(4)
    array([[ 0.91, -0.65],
           [-0.65,  0.91]])
    >>> stationary_precision(np.array([1.0])) is None
    True
    """
    steps, p = predictors(np.asarray(coef, dtype=float)[None]), len(coef)
    partial = last_coefficients(steps, 1)[0]
    if not (np.abs(partial) < 1.0).all():
        return None
    errors = np.eye(p)
    for k, step in enumerate(steps[:-1], start=1):
        errors[k, :k] = -step[0, ::-1]
    weights = np.cumprod(((1.0 - partial) * (1.0 + partial))[::-1])[::-1]
    return (errors.T * weights) @ errors


def spectrum(coef: np.ndarray, sigma2: float, frequencies: np.ndarray) -> np.ndarray:
    """Spectral density ``f(ω) = σ² / |1 - Σ_j φ_j exp(-2πiωj)|²`` of a stationary autoregression.

    Frequencies are in cycles per step, so f integrates over [-1/2, 1/2] to the variance γ_0; the density per radian
    is f / 2π.

    Parameters
    ----------
    coef : ndarray, shape (p,)
        φ_1..φ_p, lags without gaps.
    sigma2 : float
        Innovation variance, in squared units of the data.
    frequencies : ndarray, shape (m,)
        ω in cycles per step; 1/2 is the highest that differs from a lower one.

    Returns
    -------
    ndarray, shape (m,)
        In squared units of the data per cycle a step.

    Raises
    ------
    InvalidParameterError
        When the model is not stationary.

    Notes
    -----
    O(m p).

    References
    ----------
    .. [1] P. J. Brockwell and R. A. Davis (1991), Time Series: Theory and Methods, section 4.4.

    Examples
    --------
    >>> spectrum(np.array([0.5]), 1.0, np.array([0.0, 0.5])).round(4)
    array([4.    , 0.4444])
    """
    stationary_predictors(coef)
    phases = np.exp(-2j * np.pi * np.outer(frequencies, np.arange(1, len(coef) + 1)))
    return sigma2 / np.abs(1.0 - phases @ np.asarray(coef, dtype=float)) ** 2
