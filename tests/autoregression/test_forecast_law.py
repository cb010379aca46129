"""The contract that every forecast law keeps."""

from itertools import pairwise

import numpy as np
import pytest
from example_laws import BATCH, HORIZON, LAWS, generators, known_values
from scipy.integrate import quad

PROBABILITIES = np.array([0.01, 0.2, 0.5, 0.9, 0.975])


@pytest.fixture(params=LAWS)
def law(request):
    return LAWS[request.param]()


def random_cells(law):
    """Cells (series, step) that are not point masses."""
    spread = np.ptp(law.quantile(np.array([0.1, 0.9])), axis=0)
    return np.argwhere(spread > 0)


def test_shapes(law):
    assert law.point.shape == (BATCH, HORIZON)
    assert law.quantile(PROBABILITIES).shape == (5, BATCH, HORIZON)
    assert law.cdf(law.quantile(PROBABILITIES)).shape == (5, BATCH, HORIZON)
    assert law.log_density(law.point).shape == (BATCH, HORIZON)
    assert law.sample(7, generators(1, 2, 3)).shape == (7, BATCH, HORIZON)


def test_quantiles_invert_the_distribution_function(law):
    found = law.cdf(law.quantile(PROBABILITIES))
    for i, k in random_cells(law):
        np.testing.assert_allclose(found[:, i, k], PROBABILITIES, rtol=1e-10)


def test_the_density_is_the_slope_of_the_distribution_function(law):
    edges = law.quantile(PROBABILITIES)
    for i, k in random_cells(law)[::4]:

        def density(x, i=i, k=k):
            return float(np.exp(law.log_density(np.full((BATCH, HORIZON), x)))[i, k])

        areas = [quad(density, *ends, epsabs=1e-10)[0] for ends in pairwise(edges[:, i, k])]
        np.testing.assert_allclose(areas, np.diff(PROBABILITIES), atol=1e-8)


def test_samples_have_the_quantiles(law):
    n = 20_000
    paths = law.sample(n, generators(5, 6, 7))
    below = (paths[None] <= law.quantile(PROBABILITIES)[:, None]).mean(axis=1)
    tolerance = 4.5 * np.sqrt(PROBABILITIES * (1 - PROBABILITIES) / n)
    for i, k in random_cells(law):
        assert (np.abs(below[:, i, k] - PROBABILITIES) < tolerance).all()


def test_a_series_alone_has_the_law_and_the_paths_it_has_among_others(law):
    paths = law.sample(5, generators(1, 2, 3))
    for i in range(BATCH):
        alone = law.select(np.array([i]))
        np.testing.assert_array_equal(alone.point[0], law.point[i])
        np.testing.assert_array_equal(alone.quantile(PROBABILITIES)[:, 0], law.quantile(PROBABILITIES)[:, i])
        np.testing.assert_array_equal(alone.sample(5, generators(i + 1))[:, 0], paths[:, i])
        np.testing.assert_allclose(np.broadcast_to(law.log_evidence, BATCH)[i], alone.log_evidence, rtol=1e-14)


def test_nothing_known_changes_nothing(law):
    same = law.condition(known_values())
    np.testing.assert_allclose(same.quantile(PROBABILITIES), law.quantile(PROBABILITIES), rtol=1e-12)
    np.testing.assert_array_equal(same.sample(3, generators(1, 2, 3)), law.sample(3, generators(1, 2, 3)))
    np.testing.assert_allclose(same.log_evidence, 0.0, atol=1e-14)


def test_evidence_of_one_value_is_its_marginal_density(law):
    known = known_values((0, 1, 6.0), (1, 0, 5.0))
    density = law.log_density(np.where(np.isnan(known), 1.0, known))
    evidence = law.condition(known).log_evidence
    np.testing.assert_allclose(evidence, [density[0, 1], density[1, 0], 0.0], rtol=1e-10, atol=1e-14)


def test_knowing_one_value_after_the_other_is_knowing_both(law):
    first, second = known_values((0, 2, 5.0), (1, 1, 6.0)), known_values((0, 0, 5.5), (1, 3, 7.0))
    both = law.condition(np.where(np.isnan(first), second, first))
    twice = law.condition(first)
    evidence = twice.log_evidence
    twice = twice.condition(second)
    np.testing.assert_allclose(evidence + twice.log_evidence, both.log_evidence, rtol=1e-9)
    np.testing.assert_allclose(twice.quantile(PROBABILITIES), both.quantile(PROBABILITIES), rtol=1e-9)


def test_known_values_are_met_by_every_path_and_quantile(law):
    known = known_values((0, 2, 5.0), (1, 1, 6.0))
    scenario, there = law.condition(known), ~np.isnan(known)
    np.testing.assert_allclose(scenario.point[there], known[there], rtol=1e-14)
    np.testing.assert_allclose(scenario.quantile(PROBABILITIES)[:, there], np.tile(known[there], (5, 1)), rtol=1e-14)
    paths = scenario.sample(4, generators(1, 2, 3))
    np.testing.assert_allclose(paths[:, there], np.tile(known[there], (4, 1)), rtol=1e-14)
