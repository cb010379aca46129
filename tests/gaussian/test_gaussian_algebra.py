import numpy as np
import pytest
from gaussian_laws import EPS, laws, random_covariance
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian import affine, conditional, independent_sum, joint, linear_marginal, log_density, marginal

QUICK = settings(max_examples=30, deadline=None)


def split(data, d):
    """Positions of X in any order, and the others in ascending order."""
    index = data.draw(st.permutations(range(d)))[: data.draw(st.integers(1, d - 1))]
    return np.array(index), np.setdiff1d(np.arange(d), index)


@given(laws(), st.integers(1, 60))
@QUICK
def test_affine_has_the_moments_of_the_equation(case, m):
    rng, _, (mean, covariance) = case
    A, b = rng.standard_normal((m, len(mean))), rng.standard_normal(m)
    moved, spread = affine(mean, covariance, A, b)
    np.testing.assert_allclose(moved, A @ mean + b, rtol=1e-12)
    np.testing.assert_allclose(spread, A @ covariance @ A.T, atol=1e-12 * np.abs(spread).max())
    assert (spread == spread.T).all()
    assert np.linalg.eigvalsh(spread)[0] >= -1e-13 * np.abs(spread).max()
    np.testing.assert_array_equal(affine(mean, covariance, A)[0], A @ mean)


def test_a_difference_that_cancels_has_no_negative_variance():
    root = np.random.default_rng(1).standard_normal((1, 3))
    covariance = np.ones((2, 1)) @ (root @ root.T) @ np.ones((1, 2)) / 3
    assert 0 <= affine([0.0, 0.0], covariance, [[1.0, -1.0]])[1].item() < 1e-15


@given(laws(n=2), st.floats(-3, 3), st.floats(-3, 3))
@QUICK
def test_a_sum_is_the_affine_map_of_the_two_stacked(case, a, b):
    _, _, (mean_x, cov_x), (mean_y, cov_y) = case
    d = len(mean_x)
    stacked = np.zeros((2 * d, 2 * d))
    stacked[:d, :d], stacked[d:, d:] = cov_x, cov_y
    expected = affine(np.r_[mean_x, mean_y], stacked, np.hstack([a * np.eye(d), b * np.eye(d)]))
    for got, want in zip(independent_sum(mean_x, cov_x, mean_y, cov_y, a=a, b=b), expected, strict=True):
        np.testing.assert_allclose(got, want, atol=1e-13)


@given(laws(most=25), st.integers(1, 25))
@QUICK
def test_the_joint_law_has_the_given_marginal_and_conditional(case, m):
    rng, condition, (mean, covariance) = case
    d = len(mean)
    A, b, S = rng.standard_normal((m, d)), rng.standard_normal(m), random_covariance(rng, m, 10.0)
    whole = joint(mean, covariance, A, b, S)
    for part, expected in (
        (marginal(*whole, np.arange(d)), (mean, covariance)),
        (marginal(*whole, np.arange(d, d + m)), linear_marginal(mean, covariance, A, b, S)),
    ):
        for got, want in zip(part, expected, strict=True):
            np.testing.assert_allclose(got, want, atol=1e-12 * d)
    x = mean + np.linalg.cholesky(covariance) @ rng.standard_normal(d)
    got_mean, got_covariance = conditional(*whole, np.arange(d), x)
    # Rounding of Σ Aᵀ and of Σ by EPS, seen through Σ⁻¹.
    np.testing.assert_allclose(got_mean, A @ x + b, atol=100 * d * condition * EPS)
    np.testing.assert_allclose(got_covariance, S, atol=100 * d * condition * EPS)


@given(laws(least=2), st.data())
@QUICK
def test_the_determinant_is_that_of_the_marginal_times_that_of_the_schur_complement(case, data):
    _, condition, (mean, covariance) = case
    index, _ = split(data, len(mean))
    schur = conditional(mean, covariance, index, mean[index])[1]
    parts = (np.linalg.slogdet(each)[1] for each in (marginal(mean, covariance, index)[1], schur))
    assert sum(parts) == pytest.approx(np.linalg.slogdet(covariance)[1], abs=len(mean) ** 2 * condition * EPS)


@given(laws(least=2), st.data())
@QUICK
def test_conditional_times_marginal_is_the_joint_density(case, data):
    rng, condition, (mean, covariance) = case
    index, rest = split(data, len(mean))
    x = mean + np.linalg.cholesky(covariance) @ rng.standard_normal(len(mean))
    given_x = conditional(mean, covariance, index, x[index])
    product = log_density(x[rest], *given_x) + log_density(x[index], *marginal(mean, covariance, index))
    assert product == pytest.approx(log_density(x, mean, covariance), abs=len(mean) ** 2 * condition * EPS + 1e-10)


@given(laws(least=2, worst=3), st.data())
@QUICK
def test_the_conditional_is_that_of_the_equation(case, data):
    rng, _, (mean, covariance) = case
    index, rest = split(data, len(mean))
    x = rng.standard_normal(len(index))
    gain = np.linalg.solve(covariance[np.ix_(index, index)], covariance[np.ix_(index, rest)]).T
    got_mean, got_covariance = conditional(mean, covariance, index, x)
    np.testing.assert_allclose(got_mean, mean[rest] + gain @ (x - mean[index]), rtol=1e-9, atol=1e-9)
    expected = covariance[np.ix_(rest, rest)] - gain @ covariance[np.ix_(index, rest)]
    np.testing.assert_allclose(got_covariance, expected, atol=1e-12)


@given(laws(least=3, worst=3), st.data())
@QUICK
def test_conditioning_in_two_steps_is_conditioning_at_once(case, data):
    rng, _, (mean, covariance) = case
    d = len(mean)
    k = data.draw(st.integers(1, d - 2))
    x = rng.standard_normal(k + 1)
    at_once = conditional(mean, covariance, np.arange(k + 1), x)
    in_steps = conditional(*conditional(mean, covariance, np.arange(k), x[:k]), [0], x[k:])
    for got, want in zip(in_steps, at_once, strict=True):
        np.testing.assert_allclose(got, want, atol=1e-9)


def test_a_singular_law_can_be_conditioned_on_its_regular_part():
    mean, covariance = affine([1.0], [[4.0]], [[1.0], [2.0]], [0.0, 3.0])
    got_mean, got_covariance = conditional(mean, covariance, [0], [5.0])
    np.testing.assert_allclose(got_mean, [13.0])
    np.testing.assert_allclose(got_covariance, [[0.0]], atol=1e-14)


def test_values_belong_to_their_positions_in_any_order():
    mean, covariance = np.zeros(3), random_covariance(np.random.default_rng(2), 3, 5.0)
    for forth, back in zip(
        conditional(mean, covariance, [0, 2], [1.0, 2.0]),
        conditional(mean, covariance, [2, 0], [2.0, 1.0]),
        strict=True,
    ):
        np.testing.assert_allclose(forth, back, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: conditional([0.0, 0.0], np.ones((2, 2)), [0, 1], [1.0, 1.0]), "at least one entry unknown"),
        (
            lambda: conditional(np.zeros(3), np.ones((3, 3)), [0, 1], [1.0, 1.0]),
            "given entries is singular.*eigenvalue",
        ),
        (lambda: conditional([0.0, 0.0], np.eye(2), [0], [1.0, 1.0]), r"values must have shape \(1\), got \(2,\)"),
        (lambda: conditional([0.0, 0.0], np.eye(2), [0], [np.nan]), "values must be finite"),
        (lambda: marginal([0.0, 0.0], np.eye(3), [0]), r"covariance must have shape \(2, 2\), got \(3, 3\)"),
        (lambda: affine([0.0], [[1.0]], [[1.0, 2.0]]), r"matrix must have shape \(any, 1\), got \(1, 2\)"),
        (lambda: affine([0.0], [[1.0]], [[1.0]], [1.0, 2.0]), r"offset must have shape \(1\), got \(2,\)"),
        (lambda: affine([0.0], [[-1.0]], [[1.0]]), "smallest eigenvalue is -1"),
        (lambda: independent_sum([0.0], [[1.0]], [0.0, 0.0], np.eye(2)), r"mean_y must have shape \(1,\)"),
        (lambda: joint([0.0], [[1.0]], [[1.0]], [0.0], np.eye(2)), r"noise must have shape \(1, 1\)"),
        (lambda: linear_marginal([0.0], [[1.0]], [[1.0]], [0.0], [[np.nan]]), "noise must be finite"),
    ],
)
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(InvalidParameterError, match=message):
        call()
