"""AR(p) by exact maximum likelihood: the first p values are scored by the stationary law."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from forecastkit.errors import InvalidParameterError

from .conditional_likelihood import fit_conditional
from .lag_gram import N_DETERMINISTIC, Trend
from .profile_likelihood import lag_polynomial, likelihood_derivatives, maximise_likelihood, negative_log_likelihood
from .stationary_law import last_coefficients, stationary_predictors
from .unconditional_squares import UnconditionalSquares, trend_step, trend_values

_SHRINKING = (
    1.0,
    1 - 1e-8,
    1 - 1e-7,
    1 - 1e-6,
    1 - 1e-5,
    0.9999,
    0.999,
    0.99,
    0.97,
    0.9,
    0.8,
    0.6,
    0.3,
    0.0,
)  # of the modulus of inverse roots
_WORKING_SET = 2**21  # numbers in one matrix of a block of series


class ExactFit(NamedTuple):
    """Exact maximum likelihood estimates of a batch of AR models with common lags.

    Attributes
    ----------
    deterministic : ndarray, shape (batch, d)
        Intercept c and slope b of c + b t, with t = 1 at a series' first value; as many as the trend has terms.
    coef : ndarray, shape (batch, p)
        φ of each lag, stationary.
    sigma2 : ndarray, shape (batch,)
        Innovation variance, in squared units of the data.
    log_likelihood : ndarray, shape (batch,)
        Log density of all values at the estimates, in the data's unit.
    n_rows : ndarray of int, shape (batch,)
        Number of values scored, all of a series.
    covariance : ndarray, shape (batch, d + p, d + p)
        Inverse Hessian of the negative log-likelihood in (deterministic, coef), σ² estimated too; NaN where it is
        not positive definite.
    """

    deterministic: np.ndarray
    coef: np.ndarray
    sigma2: np.ndarray
    log_likelihood: np.ndarray
    n_rows: np.ndarray
    covariance: np.ndarray


def exact_log_likelihood(
    y: np.ndarray, coef: np.ndarray, intercept: float, sigma2: float, trend_slope: float = 0.0
) -> float:
    """Log density of all values of a stationary autoregression y_t = c + b t + Σ_j φ_j y_{t-j} + ε_t.

    Values deviate from the path μ_t that solves the recursion, a constant c / (1 - Σφ) or a line, and their
    deviations have the stationary law.

    Parameters
    ----------
    y : ndarray, shape (n,)
        One series without missing values.
    coef : ndarray, shape (p,)
        φ_1..φ_p, lags without gaps.
    intercept : float
        c, in the data's unit.
    sigma2 : float
        Innovation variance σ², above 0.
    trend_slope : float, default=0.0
        b, in the data's unit a step, with t = 1 at the first value.

    Returns
    -------
    float

    Raises
    ------
    InvalidParameterError
        When the model is not stationary, σ² is not positive, or a value is missing.

    Notes
    -----
    O(n p + p²).

    References
    ----------
    .. [1] P. J. Brockwell and R. A. Davis (1991), Time Series: Theory and Methods, section 8.6.

    Examples
    --------
    >>> round(exact_log_likelihood(np.array([1.0, 2.0, 0.5]), np.array([0.5]), 0.5, 1.0), 6)
    -3.900657
    """
    y, coef = np.asarray(y, dtype=float), np.asarray(coef, dtype=float)
    steps = stationary_predictors(coef)
    if not sigma2 > 0.0:
        raise InvalidParameterError(f"sigma2 must be above 0, got {sigma2}")
    if not np.isfinite(y).all():
        where = np.flatnonzero(~np.isfinite(y))
        raise InvalidParameterError(
            f"y has {len(where)} missing or infinite values, the first at places {where[:5].tolist()}; "
            "fill them, or score the series by the law of its known values"
        )
    unit = 1.0 - coef.sum()
    slope = trend_slope / unit
    level = (intercept - slope * (np.arange(1, len(coef) + 1) @ coef)) / unit
    deviations = y - level - slope * np.arange(1, len(y) + 1)
    partial = last_coefficients(steps, 1)[0]
    start = min(len(y), len(coef))
    variances = np.full(len(y), float(sigma2))
    variances[:start] /= np.cumprod(((1.0 - partial) * (1.0 + partial))[::-1])[::-1][:start]
    errors = deviations.copy()
    for k in range(1, start):
        errors[k] -= steps[k - 1][0] @ deviations[k - 1 :: -1]
    if len(y) > start:
        errors[start:] = np.convolve(deviations, np.r_[1.0, -coef], mode="valid")
    return float(-0.5 * np.sum(np.log(2.0 * np.pi * variances) + errors**2 / variances))


def fit_exact(y: np.ndarray, lengths: np.ndarray, lags: np.ndarray, trend: Trend) -> ExactFit:
    """Maximise the exact likelihood of y_t = c + b t + Σ_j φ_j y_{t-j} + ε_t over stationary φ.

    Level and trend are generalised least-squares estimates and σ² has a closed form at every φ, so only φ is
    searched: by Newton's method with exact derivatives from the conditional estimates, shrunk towards zero where
    they are not stationary. The likelihood vanishes on the edge of the stationary region, which keeps the search
    inside. After one pass over the data an evaluation does not depend on their number.

    A series that the model fits exactly (a constant one, say) has no maximum: it keeps its conditional estimates,
    which need not be stationary, with σ² = 0, covariance 0 and an infinite log-likelihood.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series in the data's unit, NaN before each start and nowhere else.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series, above max(lags) + p + d: the conditional estimates leave residuals.
    lags : ndarray of int, shape (p,)
        Increasing, from 1 up; may be empty.
    trend : {"n", "c", "ct"}
        Deterministic terms.

    Returns
    -------
    ExactFit

    Notes
    -----
    O(n p) a series and O(p³) a Newton step, of which there are about five, and some tens when roots come close to
    the unit circle. With few values the likelihood may have several maxima; the one reached from the conditional
    estimates is returned. Within about 1e-8 of the unit circle (a cycle almost without noise) float64 leaves φ only
    a few digits.

    References
    ----------
    .. [1] G. E. P. Box, G. M. Jenkins and G. C. Reinsel (2008), Time Series Analysis, appendix A7.4.

    Examples
    --------
    >>> y = np.array([[1.0, 2.0, 0.5, 1.5, 1.0, 0.0, 1.0, 2.0]])
    >>> fit = fit_exact(y, np.array([8]), np.array([1]), "c")
    >>> fit.coef.round(4), fit.deterministic.round(4)
    (array([[-0.2604]]), array([[1.3922]]))
    """
    order = int(lags.max(initial=0))
    size = max(1, _WORKING_SET // ((order + 1) ** 2 + y.shape[1]))
    blocks = [slice(start, start + size) for start in range(0, len(y), size)]
    parts = [_fit_block(y[block], lengths[block], lags, trend) for block in blocks]
    return ExactFit(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _fit_block(y: np.ndarray, lengths: np.ndarray, lags: np.ndarray, trend: Trend) -> ExactFit:
    """Fit as many series as fit into memory at once."""
    conditional = fit_conditional(y, lengths, lags, trend)
    size = N_DETERMINISTIC[trend] + len(lags)
    fit = ExactFit(
        deterministic=conditional.deterministic.copy(),
        coef=conditional.coef.copy(),
        sigma2=np.zeros(len(y)),
        log_likelihood=np.full(len(y), np.inf),
        n_rows=lengths.copy(),
        covariance=np.zeros((len(y), size, size)),
    )
    inexact = np.flatnonzero(conditional.sigma2 > 0.0)
    if len(inexact):
        lengths = lengths[inexact]
        z, line, scale = _standardised(y[inexact], lengths, trend)
        phi = conditional.coef[inexact]
        squares = UnconditionalSquares.of(z, lengths, lag_polynomial(phi, lags), trend)
        phi = maximise_likelihood(squares, _stationary_start(squares, phi, lags), lags)
        squares = squares.anchored(z, lengths, lag_polynomial(phi, lags))
        phi = maximise_likelihood(squares, phi, lags)
        fit.coef[inexact] = phi
        fit.sigma2[inexact] = squares.value(lag_polynomial(phi, lags)) / lengths * scale**2
        constant = lengths * (0.5 * np.log(2.0 * np.pi / lengths) + 0.5 + np.log(scale))
        fit.log_likelihood[inexact] = -negative_log_likelihood(squares, phi, lags) - constant
        fit.deterministic[inexact], fit.covariance[inexact] = _in_data_unit(squares, phi, lags, line, scale)
    return fit


def _standardised(y: np.ndarray, lengths: np.ndarray, trend: Trend) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Series z about a level and a line along τ, zero before their starts; (level, slope) and scale of each."""
    n = y.shape[1]
    values = np.arange(n) >= (n - lengths)[:, None]
    line = np.zeros((len(y), 2))
    if trend == "n":
        z = np.where(values, y, 0.0)
    else:
        last = y[:, -1:]
        z = np.where(values, y - last, 0.0)
        mean = z.sum(axis=1, keepdims=True) / lengths[:, None]
        z = np.where(values, z - mean, 0.0)
        line[:, 0] = (last + mean)[:, 0]
    if trend == "ct":
        tau = trend_values(lengths, n)
        line[:, 1] = np.einsum("bn,bn->b", z, tau) / np.einsum("bn,bn->b", tau, tau)
        z -= line[:, 1:] * tau
    scale = np.abs(z).max(axis=1)
    return z / scale[:, None], line, scale


def _stationary_start(squares: UnconditionalSquares, phi: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """φ, with the inverse roots shrunk by the likeliest of a few factors where it is not stationary."""
    outside = np.flatnonzero(~np.isfinite(negative_log_likelihood(squares, phi, lags)))
    if not len(outside):
        return phi
    part, phi = squares.take(outside), phi.copy()
    candidates = [phi[outside] * factor**lags for factor in _SHRINKING]
    values = np.stack([negative_log_likelihood(part, candidate, lags) for candidate in candidates])
    phi[outside] = np.stack(candidates)[values.argmin(axis=0), np.arange(len(outside))]
    return phi


def _in_data_unit(
    squares: UnconditionalSquares, phi: np.ndarray, lags: np.ndarray, line: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Deterministic terms c, b and the covariance of (c, b, φ), from level and slope of the standardised series.

    With the path P + R t, 1 - Σφ = u and Σ jφ_j = κ: c = P u + R κ and b = R u.
    """
    a = lag_polynomial(phi, lags)
    terms, d, size = squares.terms(a), squares.n_terms, squares.n_terms + len(lags)
    hessian = likelihood_derivatives(squares, phi, lags)[1]
    definite = np.linalg.eigvalsh(hessian).min(axis=1, initial=np.inf) > 0.0
    hessian[~definite] = np.nan
    to_all = np.zeros((len(phi), size, len(lags)))  # of (level, slope, φ) along φ
    to_all[:, range(d, size), range(len(lags))] = 1.0
    for k, term in enumerate(terms):
        to_all[:, k] = -term.slope[:, lags]
    covariance = to_all @ np.linalg.inv(hessian) @ np.swapaxes(to_all, 1, 2)
    variance = squares.value(a) / squares.n
    for k, term in enumerate(terms):
        covariance[:, k, k] += variance / term.precision
    unit, kappa = a.sum(axis=1), phi @ lags
    step, middle = trend_step(squares.n), (squares.n + 1.0) / 2.0
    level, slope = (line[:, k] + scale * (terms[k].estimate if k < d else 0.0) for k in (0, 1))
    per_step = slope * step
    path = level - per_step * middle
    jacobian = np.zeros((len(phi), size, size))
    jacobian[:, range(d, size), range(d, size)] = 1.0
    if d >= 1:
        jacobian[:, 0, 0] = scale * unit
        jacobian[:, 0, d:] = per_step[:, None] * lags - path[:, None]
    if d == 2:
        jacobian[:, 0, 1] = scale * step * (kappa - middle * unit)
        jacobian[:, 1, 1] = scale * step * unit
        jacobian[:, 1, d:] = -per_step[:, None]
    deterministic = np.stack([path * unit + per_step * kappa, per_step * unit], axis=1)[:, :d]
    return deterministic, jacobian @ covariance @ np.swapaxes(jacobian, 1, 2)
