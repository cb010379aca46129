import numpy as np
import pytest
from gaussian_laws import EPS, laws, random_law
from hypothesis import given, settings
from scipy import integrate, stats

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian import entropy, log_density, sample


@given(laws(worst=6))
@settings(max_examples=30, deadline=None)
def test_density_and_entropy_are_those_of_scipy(case):
    rng, condition, (mean, covariance) = case
    x = mean + rng.standard_normal((2, 3, len(mean))) @ np.linalg.cholesky(covariance).T
    reference = stats.multivariate_normal(mean, covariance)
    tolerance = 10 * len(mean) ** 2 * condition * EPS + 1e-10
    np.testing.assert_allclose(log_density(x, mean, covariance), reference.logpdf(x).reshape(2, 3), atol=tolerance)
    assert entropy(covariance) == pytest.approx(reference.entropy(), abs=tolerance)


@given(laws())
@settings(max_examples=30, deadline=None)
def test_the_density_of_an_ill_conditioned_law_is_that_of_its_standard_normals(case):
    rng, condition, (mean, covariance) = case
    d, factor, noise = len(mean), np.linalg.cholesky(covariance), rng.standard_normal(len(mean))
    expected = -0.5 * (d * np.log(2 * np.pi) + noise @ noise) - np.log(np.diag(factor)).sum()
    # x = μ + L ε is itself rounded by EPS |x|, which L⁻¹ magnifies by √condition.
    tolerance = 100 * d * np.sqrt(condition) * EPS * (1 + np.linalg.norm(mean) * np.linalg.norm(noise)) + 1e-10
    assert log_density(mean + factor @ noise, mean, covariance) == pytest.approx(expected, abs=tolerance)


def test_the_density_on_the_line_integrates_to_one():
    area, _ = integrate.quad(lambda x: np.exp(log_density([x], [1.0], [[4.0]])), -np.inf, np.inf)
    assert area == pytest.approx(1.0, abs=1e-10)


def test_one_point_has_a_scalar_and_no_points_an_empty_density():
    assert np.ndim(log_density([0.0], [0.0], [[1.0]])) == 0
    assert log_density(np.empty((0, 1)), [0.0], [[1.0]]).shape == (0,)


@given(laws(worst=10))
@settings(max_examples=10, deadline=None)
def test_draws_have_the_moments_of_the_law(case):
    rng, _, (mean, covariance) = case
    n = 4000
    centred = sample(mean, covariance, n, rng) - mean
    variances = np.diag(covariance)
    assert (np.abs(centred.mean(axis=0)) < 6 * np.sqrt(variances / n)).all()
    errors = np.sqrt((covariance**2 + np.outer(variances, variances)) / n)
    assert (np.abs(centred.T @ centred / n - covariance) < 6 * errors).all()


def test_draws_of_a_singular_law_stay_in_its_subspace():
    draws = sample([1.0, 1.0, 0.0], [[4.0, 4.0, 0.0], [4.0, 4.0, 0.0], [0.0, 0.0, 0.0]], 500, np.random.default_rng(0))
    np.testing.assert_allclose(draws[:, 0], draws[:, 1], atol=1e-12)
    assert (draws[:, 2] == 0).all()
    assert draws[:, 0].std() == pytest.approx(2.0, rel=0.15)


def test_a_seed_decides_the_draws():
    law = random_law(np.random.default_rng(3), 4)
    first, again, other = (sample(*law, 5, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("call", [lambda s: log_density([0.0, 0.0], [0.0, 0.0], s), entropy])
def test_a_singular_law_has_no_density_and_its_eigenvalue_is_named(call):
    with pytest.raises(
        InvalidParameterError, match=r"covariance is singular to working precision .smallest eigenvalue"
    ):
        call(np.ones((2, 2)))


def test_points_of_another_dimension_are_refused():
    with pytest.raises(InvalidParameterError, match=r"x must have shape \(..., 2\), got \(3,\)"):
        log_density([0.0, 0.0, 0.0], [0.0, 0.0], np.eye(2))
