import numpy as np
import pytest
from gaussian_laws import random_law
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from forecastkit.errors import InvalidParameterError, NotSupportedError
from forecastkit.gaussian import Gaussian, GaussianMixture

LINE = GaussianMixture([0.2, 0.3, 0.5], [[-3.0], [0.0], [2.0]], [[[0.2]], [[1.0]], [[2.0]]])
OTHER = GaussianMixture([0.6, 0.4], [[-1.0], [2.0]], [[[1.0]], [[0.5]]])


def random_mixture(seed, d, n_components, condition=100.0):
    rng = np.random.default_rng(seed)
    means, covariances = zip(*(random_law(rng, d, condition) for _ in range(n_components)), strict=True)
    return GaussianMixture(rng.dirichlet(np.ones(n_components)), means, covariances)


def integral(function):
    return integrate.quad(function, -20, 20, points=[-3, 0, 2], limit=500, epsabs=1e-13)[0]


def test_density_and_moments_on_the_line_are_those_of_numerical_integration():
    def density(x):
        return np.exp(LINE.log_prob([x]))

    assert integral(density) == pytest.approx(1.0, abs=1e-9)
    mean = integral(lambda x: x * density(x))
    assert LINE.mean.item() == pytest.approx(mean, abs=1e-9)
    assert LINE.covariance.item() == pytest.approx(integral(lambda x: (x - mean) ** 2 * density(x)), abs=1e-8)


def test_the_cauchy_schwarz_divergence_is_that_of_numerical_integration():
    cross, first, second = (
        integral(lambda x, p=p, q=q: np.exp(p.log_prob([x]) + q.log_prob([x])))
        for p, q in ((LINE, OTHER), (LINE, LINE), (OTHER, OTHER))
    )
    expected = -np.log(cross) + 0.5 * np.log(first) + 0.5 * np.log(second)
    assert LINE.cauchy_schwarz(OTHER) == pytest.approx(expected, abs=1e-9)


@given(st.integers(0, 2**32), st.integers(1, 20), st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_the_cauchy_schwarz_divergence_is_symmetric_and_vanishes_for_equal_mixtures(seed, d, n_components):
    p, q = random_mixture(seed, d, n_components), random_mixture(seed + 1, d, n_components)
    assert p.cauchy_schwarz(q) == pytest.approx(q.cauchy_schwarz(p), rel=1e-9)
    assert p.cauchy_schwarz(q) > 0
    assert p.cauchy_schwarz(p) <= 1e-10


@given(st.integers(0, 2**32), st.integers(1, 50))
@settings(max_examples=20, deadline=None)
def test_one_component_is_the_gaussian(seed, d):
    mixture = random_mixture(seed, d, 1)
    law = Gaussian(mixture.means[0], mixture.covariances[0])
    other = Gaussian(*random_law(np.random.default_rng(seed + 1), d, 100.0))
    x = law.sample(3, np.random.default_rng(seed))
    np.testing.assert_allclose(mixture.log_prob(x), law.log_prob(x), rtol=1e-12)
    np.testing.assert_allclose(mixture.mean, law.mean)
    np.testing.assert_allclose(mixture.covariance, law.covariance, atol=1e-15)
    as_mixture = GaussianMixture([1.0], other.mean[None], other.covariance[None])
    assert mixture.cauchy_schwarz(as_mixture) == pytest.approx(law.cauchy_schwarz(other), rel=1e-9, abs=1e-9)


@given(st.integers(0, 2**32), st.integers(2, 30), st.integers(1, 4), st.data())
@settings(max_examples=20, deadline=None)
def test_conditional_times_marginal_is_the_joint_density(seed, d, n_components, data):
    mixture = random_mixture(seed, d, n_components)
    index = np.array(data.draw(st.permutations(range(d)))[: data.draw(st.integers(1, d - 1))])
    x = mixture.sample(1, np.random.default_rng(seed))[0]
    rest = np.setdiff1d(np.arange(d), index)
    product = mixture.condition(index, x[index]).log_prob(x[rest]) + mixture.marginal(index).log_prob(x[index])
    assert product == pytest.approx(mixture.log_prob(x), rel=1e-9, abs=1e-9)


def test_far_from_every_component_densities_and_weights_stay_finite():
    pair = GaussianMixture([0.5, 0.5], [[0.0, 0.0], [1.0, 1.0]], [np.eye(2), np.eye(2)])
    assert pair.log_prob([1e4, 0.0]) == pytest.approx(-0.5 * ((1e4 - 1) ** 2 + 1) - np.log(2 * np.pi) - np.log(2))
    np.testing.assert_allclose(pair.condition([0], [1e4]).weights, [0.0, 1.0])


def test_draws_have_the_moments_of_the_mixture():
    n, mixture = 20_000, random_mixture(0, 3, 3)
    draws = mixture.sample(n, np.random.default_rng(0))
    errors = np.sqrt(np.diag(mixture.covariance) / n)
    assert (np.abs(draws.mean(axis=0) - mixture.mean) < 5 * errors).all()
    np.testing.assert_allclose(np.cov(draws.T), mixture.covariance, atol=0.05 * np.abs(mixture.covariance).max())
    np.testing.assert_array_equal(draws, mixture.sample(n, np.random.default_rng(0)))


def test_a_component_of_weight_zero_does_not_count():
    mixture = GaussianMixture([0.0, 1.0], [[100.0], [0.0]], [[[1.0]], [[1.0]]])
    assert mixture.log_prob([0.5]) == pytest.approx(Gaussian([0.0], [[1.0]]).log_prob([0.5]))
    assert mixture.sample(100, np.random.default_rng(0)).max() < 10
    assert mixture.cauchy_schwarz(mixture) == pytest.approx(0.0, abs=1e-12)


def test_kullback_leibler_has_no_closed_form_and_says_what_does():
    with pytest.raises(NotSupportedError, match="no closed form: monte_carlo_kl"):
        LINE.kl(OTHER)


def test_weights_of_rounded_sum_are_scaled_to_one():
    assert GaussianMixture([0.5, 0.5 + 5e-10], [[0.0], [1.0]], [[[1.0]]] * 2).weights.sum() == 1.0


def test_a_mixture_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        LINE.weights[0] = 1.0


@pytest.mark.parametrize(
    ("weights", "means", "covariances", "message"),
    [
        ([0.5, 0.4], [[0.0], [1.0]], [[[1.0]]] * 2, r"sum 1, got \[0.5, 0.4\] of sum 0.9"),
        ([1.5, -0.5], [[0.0], [1.0]], [[[1.0]]] * 2, "weights must not be negative"),
        ([1.0], [[0.0], [1.0]], [[[1.0]]] * 2, r"weights must have shape \(2\)"),
        ([0.5, 0.5], [[0.0], [1.0]], [[[1.0]]], r"covariances must have shape \(2, 1, 1\)"),
        ([0.5, 0.5], [[0.0], [np.nan]], [[[1.0]]] * 2, "means must be finite"),
        ([0.5, 0.5], [[0.0], [1.0]], [[[1.0]], [[-1.0]]], r"covariances\[1\] must be positive semi-definite"),
    ],
)
def test_what_is_no_mixture_is_refused(weights, means, covariances, message):
    with pytest.raises(InvalidParameterError, match=message):
        GaussianMixture(weights, means, covariances)


def test_mixtures_of_another_dimension_and_wrong_values_are_refused():
    with pytest.raises(InvalidParameterError, match="other must have 1 entries as this mixture has, got 2"):
        LINE.cauchy_schwarz(random_mixture(0, 2, 1))
    with pytest.raises(InvalidParameterError, match=r"values must have shape \(1\), got \(2,\)"):
        random_mixture(0, 2, 2).condition([0], [1.0, 2.0])
