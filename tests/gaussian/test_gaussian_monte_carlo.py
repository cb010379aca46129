import numpy as np
import pytest
from gaussian_laws import random_law

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian import Gaussian, GaussianMixture, monte_carlo_kl


def test_the_estimate_of_two_gaussians_is_their_closed_form_within_its_standard_error():
    rng = np.random.default_rng(5)
    p, q = (Gaussian(*random_law(rng, 4, 10.0)) for _ in range(2))
    exact = p.kl(q)
    scores = []
    for seed in range(200):
        estimate = monte_carlo_kl(p, q, 500, np.random.default_rng(seed))
        scores.append((estimate.value - exact) / estimate.standard_error)
    assert abs(np.mean(scores)) < 0.3
    assert 0.85 < np.std(scores) < 1.15


def test_the_estimate_of_two_mixtures_is_that_of_numerical_integration():
    p = GaussianMixture([0.3, 0.7], [[-2.0], [1.0]], [[[0.5]], [[1.0]]])
    q = GaussianMixture([0.6, 0.4], [[-1.0], [2.0]], [[[1.0]], [[2.0]]])
    grid = np.linspace(-15, 15, 20_001)[:, None]
    log_p, log_q = p.log_prob(grid), q.log_prob(grid)
    exact = (np.exp(log_p) * (log_p - log_q)).sum() * (grid[1] - grid[0]).item()
    estimate = monte_carlo_kl(p, q, 20_000, np.random.default_rng(0))
    assert abs(estimate.value - exact) < 4 * estimate.standard_error
    assert estimate.standard_error < 0.02
    assert estimate.n_samples == 20_000


def test_equal_laws_have_zero_without_error():
    p = Gaussian([0.0], [[1.0]])
    estimate = monte_carlo_kl(p, p, 10, np.random.default_rng(0))
    assert (estimate.value, estimate.standard_error) == (0.0, 0.0)


def test_one_draw_is_refused_since_it_has_no_standard_error():
    p = Gaussian([0.0], [[1.0]])
    with pytest.raises(InvalidParameterError, match="n_samples must be an integer of 2 or more, got 1"):
        monte_carlo_kl(p, p, 1, np.random.default_rng(0))
    with pytest.raises(InvalidParameterError, match=r"x must have shape \(..., 2\)"):
        monte_carlo_kl(p, Gaussian([0.0, 0.0], np.eye(2)), 10, np.random.default_rng(0))
