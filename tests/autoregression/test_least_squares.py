import numpy as np
import pytest

from forecastkit.autoregression.least_squares import cholesky_or_nan, least_squares


def test_cholesky_marks_only_the_matrices_that_are_not_definite():
    good, bad = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([[1.0, 2.0], [2.0, 1.0]])
    factors = cholesky_or_nan(np.stack([good, bad, good]))
    np.testing.assert_allclose(factors[0], np.linalg.cholesky(good))
    np.testing.assert_allclose(factors[2], np.linalg.cholesky(good))
    assert np.isnan(factors[1]).any()


def test_singular_least_squares_give_the_solution_of_least_norm():
    rng = np.random.default_rng(0)
    column = rng.standard_normal(20)
    target = rng.standard_normal(20)
    beta, inverse, rss = least_squares(np.column_stack([column, column, target]))
    X = np.column_stack([column, column])
    np.testing.assert_allclose(beta, np.linalg.lstsq(X, target, rcond=None)[0], rtol=1e-10)
    np.testing.assert_allclose(inverse, np.linalg.pinv(X.T @ X), rtol=1e-10)
    assert rss == pytest.approx(float(np.sum((target - X @ beta) ** 2)))
