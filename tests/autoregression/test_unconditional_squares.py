import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.linalg import toeplitz

from forecastkit.autoregression.stationary_law import autocovariance, coef_from_partial
from forecastkit.autoregression.unconditional_squares import UnconditionalSquares, trend_values

TRENDS = ["n", "c", "ct"]
SIZES = [(30, 3), (7, 4), (5, 4), (12, 0), (30, 1)]  # also fewer than 2p values


def random_case(n, p, trend, seed=0):
    """Two right-aligned series, one of them short, φ and sums of squares anchored elsewhere."""
    rng = np.random.default_rng(seed)
    lengths = np.array([n, n + 5])
    z = rng.standard_normal((2, n + 5)) * 3 + np.arange(n + 5) * 0.1
    z[0, :5] = 0.0
    a, anchor = (
        np.concatenate([np.ones((2, 1)), -coef_from_partial(rng.uniform(-0.9, 0.9, (2, p)))], axis=1) for _ in range(2)
    )
    return z, lengths, a, UnconditionalSquares.of(z, lengths, anchor, trend)


def dense_squares(z, coef, trend):
    """Sum of squares, GLS estimates and their precisions by the inverse of the dense covariance."""
    n = len(z)
    precision = np.linalg.inv(toeplitz(autocovariance(coef, 1.0, n - 1)))
    X = np.column_stack([np.ones(n), trend_values(np.array([n]), n)[0]])[:, : TRENDS.index(trend)]
    normal = X.T @ precision @ X
    theta = np.linalg.solve(normal, X.T @ precision @ z)
    deviations = z - X @ theta
    return deviations @ precision @ deviations, theta, normal


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize(("n", "p"), SIZES)
def test_sums_of_squares_and_estimates_equal_dense_generalised_least_squares(n, p, trend):
    z, lengths, a, squares = random_case(n, p, trend)
    terms, values = squares.terms(a), squares.value(a)
    for b, length in enumerate(lengths):
        value, theta, normal = dense_squares(z[b, n + 5 - length :], -a[b, 1:], trend)
        assert values[b] == pytest.approx(value, rel=1e-9)
        np.testing.assert_allclose([term.estimate[b] for term in terms], theta, rtol=1e-8, atol=1e-10)
        expected = np.diag([term.precision[b] for term in terms]) if terms else np.empty((0, 0))
        np.testing.assert_allclose(normal, expected, rtol=1e-8, atol=1e-9 * np.abs(normal).max(initial=0.0))


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize(("n", "p"), SIZES)
def test_derivatives_equal_differences(n, p, trend):
    _, _, a, squares = random_case(n, p, trend)
    _, gradient, hessian = squares.derivatives(a)
    for i in range(p + 1):
        step = np.zeros(p + 1)
        step[i] = 1e-5
        above, below = squares.derivatives(a + step), squares.derivatives(a - step)
        np.testing.assert_allclose(gradient[:, i], (above[0] - below[0]) / 2e-5, rtol=1e-6, atol=1e-5)
        np.testing.assert_allclose(hessian[:, i], (above[1] - below[1]) / 2e-5, rtol=1e-6, atol=1e-5)
        for term, high, low in zip(*(squares.terms(each) for each in (a, a + step, a - step)), strict=True):
            np.testing.assert_allclose(term.slope[:, i], (high.estimate - low.estimate) / 2e-5, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("trend", TRENDS)
def test_the_anchor_does_not_change_the_sum(trend):
    z, lengths, a, squares = random_case(40, 4, trend)
    moved = squares.anchored(z, lengths, a)
    np.testing.assert_allclose(moved.value(a), squares.value(a), rtol=1e-10)
    np.testing.assert_allclose(moved.derivatives(a)[1], squares.derivatives(a)[1], rtol=1e-9, atol=1e-9)


def test_near_its_anchor_the_sum_keeps_digits_that_products_lose():
    time = np.arange(200)
    noise = 1e-6 * np.random.default_rng(0).standard_normal(200)
    z = np.cos(0.5 * time)[None] + noise
    shrink = 1 - 1e-7
    a = np.array([[1.0, -2 * np.cos(0.5) * shrink, shrink**2]])
    errors = z[0, 2:] + a[0, 1] * z[0, 1:-1] + a[0, 2] * z[0, :-2]
    squares = UnconditionalSquares.of(z, np.array([200]), a, "n")
    first = np.linalg.inv(toeplitz(autocovariance(-a[0, 1:], 1.0, 1)))
    assert squares.value(a)[0] == pytest.approx(errors @ errors + z[0, :2] @ first @ z[0, :2], rel=1e-6)


@pytest.mark.parametrize("trend", ["c", "ct"])
def test_deterministic_terms_stay_finite_at_a_unit_root(trend):
    z, _, _, squares = random_case(30, 1, trend)
    unit_root = np.array([[1.0, -1.0], [1.0, -1.0]])
    rise = z[:, -1] - z[:, 5 * np.array([1, 0])].diagonal()
    gaps = np.where(np.arange(34) >= np.array([[5], [0]]), np.diff(z, axis=1), 0.0)
    expected = (gaps**2).sum(axis=1) - (rise**2 / (squares.n - 1) if trend == "ct" else 0.0)
    np.testing.assert_allclose(squares.value(unit_root), expected, rtol=1e-10)


@settings(max_examples=30)
@given(st.integers(0, 4).flatmap(lambda p: arrays(float, p, elements=st.floats(-0.99, 0.99))), st.sampled_from(TRENDS))
def test_the_sum_is_positive_and_falls_with_every_term(partial, trend):
    z = np.random.default_rng(1).standard_normal((1, 25)) + 5.0
    a = np.concatenate([np.ones((1, 1)), -coef_from_partial(partial[None])], axis=1)
    squares = UnconditionalSquares.of(z, np.array([25]), a, trend)
    assert squares.value(a)[0] > 0
    assert all(term.value[0] >= 0 for term in squares.terms(a))
