import numpy as np
import pytest

from forecastkit.autoregression import polynomial_roots
from forecastkit.autoregression.companion import companion_matrix, n_unit_roots, spectral_radius
from forecastkit.autoregression.difference import integrated_coefficients


def test_the_matrix_moves_a_state_one_step():
    coefficients, state = np.array([0.5, -0.2, 0.1]), np.array([1.0, 2.0, 4.0])  # oldest value first
    moved = companion_matrix(coefficients) @ state
    np.testing.assert_allclose(moved, [2.0, 4.0, 0.5 * 4 - 0.2 * 2 + 0.1 * 1])


def test_the_radius_is_the_inverse_of_the_smallest_root():
    coefficients = np.random.default_rng(0).standard_normal((6, 5)) / 3
    smallest = [np.abs(polynomial_roots(each))[0] for each in coefficients]
    np.testing.assert_allclose(spectral_radius(coefficients), 1 / np.array(smallest), rtol=1e-10)


@pytest.mark.parametrize("differencing", [(1, 0, 1), (2, 0, 1), (1, 1, 12), (2, 1, 7)])
def test_differences_are_exact_unit_roots(differencing):
    stationary = np.array([[0.5, 0.2], [0.9, -0.5]])
    radius = spectral_radius(integrated_coefficients(stationary, *differencing), differencing)
    np.testing.assert_array_equal(radius, 1.0)
    assert n_unit_roots(differencing) == sum(differencing[:2])


def test_an_explosive_part_is_seen_behind_differences():
    differencing = (1, 1, 12)
    radius = spectral_radius(integrated_coefficients(np.array([[1.25]]), *differencing), differencing)
    assert radius[0] == pytest.approx(1.25, rel=1e-10)


def test_pure_differences_have_nothing_else():
    np.testing.assert_array_equal(spectral_radius(np.array([[2.0, -1.0]]), (2, 0, 1)), 1.0)
