"""Autoregressions with gaps, and their laws written out densely."""

import numpy as np
from hypothesis import strategies as st

from forecastkit.autoregression.difference import integrated_coefficients
from forecastkit.autoregression.stationary_law import coef_from_partial


def lower_band(matrix, width):
    n = len(matrix)
    return np.stack([np.pad(np.diagonal(matrix, -k), (0, min(k, n))) if k < n else np.zeros(n) for k in range(width)])


def full_matrix(band):
    """The symmetric matrix of a lower band."""
    n = band.shape[1]
    matrix = np.zeros((n, n))
    for k in range(min(len(band), n)):
        for j in range(n - k):
            matrix[j + k, j] = matrix[j, j + k] = band[k, j]
    return matrix


def step_rows(polynomial, n):
    """A: one row (-φ_P, ..., -φ_1, 1) for each step t = P..n-1."""
    order = len(polynomial)
    rows = np.zeros((max(n - order, 0), n))
    for i in range(len(rows)):
        rows[i, i : i + order + 1] = np.r_[-np.asarray(polynomial, float)[::-1], 1.0]
    return rows


def conditional_law(polynomial, drift, sigma2, head):
    """Mean and covariance of y_P..y_{n-1} given the first P values, by solving the steps."""
    order, rows = len(polynomial), step_rows(polynomial, len(drift))
    solve = np.linalg.inv(rows[:, order:])
    return solve @ (drift[order:] - rows[:, :order] @ head), sigma2 * solve @ solve.T


def log_density(x, mean, covariance):
    factor = np.linalg.cholesky(covariance)
    scaled = np.linalg.solve(factor, x - mean)
    return -0.5 * (len(x) * np.log(2 * np.pi) + scaled @ scaled) - np.log(np.diagonal(factor)).sum()


def integrated(coef, differencing):
    return integrated_coefficients(np.asarray(coef, float)[None], *differencing)[0]


def with_gaps(y, share, seed, complete=0):
    """A copy that lacks a share of its values at random, none of the first ``complete`` ones and not the last."""
    missing = np.random.default_rng(seed).random(len(y)) < share
    missing[:complete] = missing[-1] = False
    return np.where(missing, np.nan, y)


@st.composite
def stationary_cases(draw, most_lags=5, most_values=30):
    """A generator, φ of a stationary model, its σ², a straight drift, and which values are observed, not all."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    p, n = draw(st.integers(0, most_lags)), draw(st.integers(1, most_values))
    coef = coef_from_partial(rng.uniform(-0.9, 0.9, (1, p)))[0]
    drift = rng.normal() + rng.normal() * draw(st.sampled_from([0.0, 0.1])) * np.arange(n)
    observed = rng.random(n) < draw(st.sampled_from([0.2, 0.5, 0.9]))
    observed[draw(st.integers(0, n - 1))] = False
    return rng, coef, rng.uniform(0.2, 3.0), drift, observed
