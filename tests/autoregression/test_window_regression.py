import numpy as np
import pytest

from forecastkit.autoregression.window_regression import (
    column_variances,
    coordinates,
    data_intercept,
    relative_size,
    unit_diagonal_inverse,
)

CENTRE = np.array([2.0, -5.0])


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("trend", ["n", "c"])
@pytest.mark.parametrize("p", [1, 2, 5])
def test_maps_of_windows_less_their_mean_carry_the_level_over(p, trend, full):
    place = coordinates(p, CENTRE, trend, window_mean=True, full=full)
    theta = np.random.default_rng(0).standard_normal((place.basis.shape[2], 3))
    coef = place.offset[0] + place.basis[0] @ theta
    np.testing.assert_allclose(coef[1:].sum(axis=0), 1.0, rtol=1e-12)
    np.testing.assert_allclose(coef[0], theta[0] if trend == "c" else 0.0)
    assert (np.linalg.svd(place.basis[0], compute_uv=False) > 1e-12).sum() == p - 1 + (trend == "c")


def test_without_an_intercept_a_centred_series_has_the_one_that_its_centre_makes():
    place = coordinates(3, CENTRE, "n", window_mean=False, full=False)
    theta = np.random.default_rng(0).standard_normal((3, 2))
    y = np.random.default_rng(1).standard_normal(3)
    for b, centre in enumerate(CENTRE):
        coef = place.offset[b] + place.basis[b] @ theta
        np.testing.assert_allclose(centre + coef[0] + (y - centre) @ coef[1:], y @ theta)


@pytest.mark.parametrize("trend", ["n", "c"])
def test_the_intercept_moves_to_the_origin_of_the_data(trend):
    place = coordinates(3, CENTRE, trend, window_mean=False, full=False)
    theta = np.random.default_rng(0).standard_normal((2, place.basis.shape[2], 4))
    coef = place.offset + place.basis @ theta
    y = np.random.default_rng(1).standard_normal(3)
    intercept = data_intercept(coef, CENTRE, trend, window_mean=False)
    for b, centre in enumerate(CENTRE):
        plain = intercept[b] + y @ coef[b, 1:]
        np.testing.assert_allclose(plain, centre + coef[b, 0] + (y - centre) @ coef[b, 1:])


def test_variances_are_those_of_the_columns_and_zero_where_they_are_rounding():
    rng = np.random.default_rng(0)
    X = np.column_stack([np.ones(50), rng.standard_normal((50, 2)) + 3, np.full(50, 0.1)])
    basis = np.eye(4)[None]
    variances = column_variances((X.T @ X)[None], np.array([50]), basis)
    np.testing.assert_allclose(variances[0, 1:3], X[:, 1:3].var(axis=0), rtol=1e-10)
    assert variances[0, [0, 3]].tolist() == [0.0, 0.0]


def test_inverses_mark_the_matrices_that_are_not_definite():
    good = np.array([[4.0, 1.0], [1.0, 2.0]])
    singular = np.array([[1.0, 1.0], [1.0, 1.0]])
    inverse, scale, is_definite = unit_diagonal_inverse(np.stack([good, singular, np.zeros((2, 2))]))
    assert is_definite.tolist() == [True, False, True]
    np.testing.assert_allclose(inverse[0], np.linalg.inv(good), rtol=1e-12)
    np.testing.assert_array_equal(inverse[1], np.zeros((2, 2)))
    np.testing.assert_allclose(scale[0], [2.0, np.sqrt(2.0)])


def test_the_relative_size_of_nothing_is_zero():
    zero, one = np.zeros((1, 2, 2)), np.ones((1, 2, 2))
    assert relative_size(zero, zero).tolist() == [0.0]
    assert relative_size(0.5 * one, one).tolist() == [0.5]
