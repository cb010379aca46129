"""Gaussian laws to test with: random ones of stated conditioning, and autoregressions as banded precisions."""

import numpy as np
from hypothesis import strategies as st

EPS = np.finfo(float).eps


def random_covariance(rng, d, condition=1.0):
    """Random directions, eigenvalues from 1 down to 1 / condition."""
    directions = np.linalg.qr(rng.standard_normal((d, d)))[0]
    matrix = (directions * np.logspace(0, -np.log10(condition), d)) @ directions.T
    return (matrix + matrix.T) / 2


def random_law(rng, d, condition=1.0):
    return rng.standard_normal(d), random_covariance(rng, d, condition)


@st.composite
def laws(draw, least=1, most=50, worst=10, n=1):
    """A generator, a condition number of at most 10**worst, and n laws of one dimension."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    d, condition = draw(st.integers(least, most)), 10.0 ** draw(st.integers(0, worst))
    return (rng, condition, *(random_law(rng, d, condition) for _ in range(n)))


def dense(band):
    """The full matrix of a lower band, written entry by entry."""
    width, n = band.shape
    matrix = np.zeros((n, n))
    for k in range(min(width, n)):
        for j in range(n - k):
            matrix[j + k, j] = matrix[j, j + k] = band[k, j]
    return matrix


def lower_band(matrix, p):
    n = len(matrix)
    return np.stack([np.pad(np.diagonal(matrix, -k), (0, n - len(np.diagonal(matrix, -k)))) for k in range(p + 1)])


def autoregressive_precision(coef, n, start=1.0):
    """Q = AᵀA of y_t = Σ φ_j y_{t-j} + ε_t with the first values of precision ``start`` (0: diffuse)."""
    p = len(coef)
    rows = np.zeros((n, n))
    for t in range(n):
        if t < p:
            rows[t, t] = np.sqrt(start)
        else:
            rows[t, t - p : t + 1] = np.r_[-np.asarray(coef)[::-1], 1.0]
    return lower_band(rows.T @ rows, p)


def random_coefficients(rng, p):
    coef = rng.uniform(-1, 1, p)
    return 0.95 * coef / np.abs(coef).sum()
