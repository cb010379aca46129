"""Series that strain an AR fit, and least squares in extended precision to compare with."""

import numpy as np
from scipy.signal import lfilter


def simulated_ar(coef, n, seed=0, intercept=0.0):
    """An AR path after a burn-in of 200 steps."""
    noise = np.random.default_rng(seed).standard_normal(n + 200) + intercept
    return lfilter([1.0], np.concatenate([[1.0], -np.asarray(coef, float)]), noise)[200:]


def awkward_series(n=300):
    """Series by name: well-posed ones, and those on which the Gram matrix alone loses its digits."""
    stationary = simulated_ar([0.6, -0.3, 0.1], n, seed=1)
    time = np.arange(n)
    noise = np.random.default_rng(2).standard_normal(n)
    return {
        "stationary": stationary,
        "far from zero": stationary + 1e6,
        "in a small unit": stationary * 1e-6,
        "near unit root": simulated_ar([0.999], n, seed=3),
        "random walk with drift": np.cumsum(noise + 0.5),
        "smooth season": np.sin(2 * np.pi * time / 12) + 1e-4 * noise,
        "trending": 0.05 * time + stationary,
    }


def lag_rows(y, lags, trend):
    """Regressors and target with t = 1 at the first value, in extended precision."""
    y = np.asarray(y, dtype=np.longdouble)
    order = max(lags, default=0)
    time = np.arange(order, len(y))
    columns = [np.ones(len(time)), time + 1.0][: {"n": 0, "c": 1, "ct": 2}[trend]]
    regressors = [*columns, *(y[time - lag] for lag in lags)]
    return np.array(regressors, dtype=np.longdouble).T.reshape(len(time), len(regressors)), y[order:]


def exact_least_squares(X, target):
    """Coefficients, (XᵀX)⁻¹ and RSS by Gram-Schmidt, twice, in extended precision."""
    k = X.shape[1]
    basis, factor = np.zeros_like(X), np.zeros((k, k), dtype=np.longdouble)
    for j in range(k):
        column = X[:, j].copy()
        for _ in range(2):
            part = basis[:, :j].T @ column
            factor[:j, j] += part
            column -= basis[:, :j] @ part
        factor[j, j] = np.sqrt(column @ column)
        basis[:, j] = column / factor[j, j]
    inverse = np.zeros_like(factor)
    for j in range(k):
        inverse[j, j] = 1 / factor[j, j]
        for i in range(j - 1, -1, -1):
            inverse[i, j] = -(factor[i, i + 1 : j + 1] @ inverse[i + 1 : j + 1, j]) / factor[i, i]
    beta = inverse @ (basis.T @ target)
    beta += inverse @ (basis.T @ (target - X @ beta))
    residuals = target - X @ beta
    return beta, inverse @ inverse.T, residuals @ residuals


def exact_fit(y, lags, trend):
    """Deterministic terms and φ, their standard errors and σ², in extended precision."""
    X, target = lag_rows(y, lags, trend)
    beta, inverse, rss = exact_least_squares(X, target)
    sigma2 = rss / len(target)
    return (
        beta.astype(float),
        np.sqrt(sigma2 * np.diagonal(inverse)).astype(float),
        float(sigma2),
    )
