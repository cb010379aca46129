import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from forecastkit.nn.heads import mixture_quantile as module
from forecastkit.nn.heads.mixture_quantile import mixture_quantile, mixture_score


def doubles(*rows):
    return tuple(torch.tensor(row, dtype=torch.float64) for row in rows)


def random_mixtures(seed, n, n_components, contrast):
    """Mixtures with scales, distances and weights that differ by up to 10**contrast."""
    rng = np.random.default_rng(seed)
    weights = 10.0 ** rng.uniform(-contrast, 0.0, (n, n_components))
    scales = 10.0 ** rng.uniform(-contrast, 0.0, (n, n_components))
    means = rng.standard_normal((n, n_components)) * 10.0 ** rng.uniform(-1.0, 1.0, (n, 1))
    return doubles(weights / weights.sum(axis=1, keepdims=True), means, scales)


@given(st.integers(0, 2**32), st.integers(1, 7), st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_normal_value_and_quantile_are_inverse_for_any_mixture(seed, n_components, contrast):
    mixtures = random_mixtures(seed, 20, n_components, contrast)
    value = mixtures[1][:, 0] + mixtures[2][:, 0] * torch.linspace(-4, 4, 20).double()  # where there is density
    score = mixture_score(value, *mixtures)
    scale = mixtures[2].amax(dim=-1)
    inside = score.abs() < 8
    solved = mixture_quantile(score, *mixtures)
    torch.testing.assert_close((solved / scale)[inside], (value / scale)[inside], atol=1e-6, rtol=1e-9)
    torch.testing.assert_close(mixture_score(solved, *mixtures)[inside], score[inside], atol=1e-6, rtol=0)


@given(st.integers(0, 2**32), st.integers(2, 5))
@settings(max_examples=10, deadline=None)
def test_quantiles_are_those_of_a_root_finder(seed, n_components):
    weights, means, scales = random_mixtures(seed, 1, n_components, contrast=1)
    for noise in (-7.5, -1.0, 0.2, 3.0, 7.5):
        sign = -1.0 if noise > 0 else 1.0

        def excess(x, sign=sign, noise=noise):
            parts = stats.norm.logcdf(sign * (x - means[0].numpy()) / scales[0].numpy())
            return np.logaddexp.reduce(parts + np.log(weights[0].numpy())) - stats.norm.logcdf(-abs(noise))

        exact = optimize.brentq(excess, -300.0, 300.0, xtol=1e-13, rtol=1e-14)
        (solved,) = mixture_quantile(torch.tensor([noise], dtype=torch.float64), weights, means, scales)
        assert solved.item() == pytest.approx(exact, abs=1e-7 * scales.max().item())


def test_a_single_gaussian_is_solved_at_once(monkeypatch):
    monkeypatch.setattr(module, "_ITERATIONS", 1)
    noise = torch.linspace(-8, 8, 9, dtype=torch.float64)
    torch.testing.assert_close(mixture_quantile(noise, *doubles([1.0], [3.0], [2.0])), 3.0 + 2.0 * noise)


def test_moderate_mixtures_are_solved_in_a_few_iterations(monkeypatch):
    mixtures = random_mixtures(0, 1000, 5, contrast=1)
    noise = torch.randn(1000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    exact = mixture_quantile(noise, *mixtures)
    monkeypatch.setattr(module, "_ITERATIONS", 8)
    solved = (mixture_quantile(noise, *mixtures) - exact).abs() < 1e-6
    assert solved.double().mean() > 0.95


def test_the_median_of_far_apart_halves_is_the_middle():
    halves = doubles([0.5, 0.5], [-100.0, 100.0], [1.0, 1.0])
    assert mixture_quantile(torch.zeros(1, dtype=torch.float64), *halves).item() == 0.0


@pytest.mark.parametrize("noise", [-1.0, 0.0, 1.0, 8.0])
def test_a_needle_in_a_wide_law_is_found(noise):
    needle = doubles([0.9, 0.1], [5.0, 0.0], [1e-8, 1.0])
    noise = torch.tensor([noise], dtype=torch.float64)
    solved = mixture_quantile(noise, *needle)
    torch.testing.assert_close(mixture_score(solved, *needle), noise, atol=1e-6, rtol=0)


def test_a_component_without_weight_does_not_count():
    mixture = doubles([1.0, 0.0], [0.0, 1e6], [1.0, 1.0])
    noise = torch.linspace(-8, 8, 17, dtype=torch.float64)
    torch.testing.assert_close(mixture_quantile(noise, *mixture), noise, atol=1e-9, rtol=0)
    torch.testing.assert_close(mixture_score(noise, *mixture), noise, atol=1e-9, rtol=0)


def test_infinite_noise_gives_an_infinite_value():
    ends = torch.tensor([-math.inf, math.inf], dtype=torch.float64)
    assert torch.equal(mixture_quantile(ends, *doubles([0.5, 0.5], [0.0, 1.0], [1.0, 2.0])), ends)


def test_no_entries_give_no_quantiles():
    assert mixture_quantile(torch.zeros(0, dtype=torch.float64), *doubles([1.0], [0.0], [1.0])).shape == (0,)
