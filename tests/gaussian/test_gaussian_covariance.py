import numpy as np
import pytest
from gaussian_laws import EPS, laws, random_covariance
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian.covariance import as_covariance, log_det, lower_factor, regular_factor, whiten


def test_an_asymmetric_matrix_is_refused_by_its_asymmetry():
    with pytest.raises(InvalidParameterError, match=r"covariance must be symmetric, but max\|S - S\^T\| is 0.25"):
        as_covariance("covariance", [[1.0, 0.5], [0.25, 1.0]])


def test_asymmetry_of_rounding_is_taken_out():
    matrix = as_covariance("covariance", [[1.0, 0.5 + 1e-13], [0.5, 1.0]])
    assert (matrix == matrix.T).all()


def test_an_indefinite_matrix_is_refused_by_its_smallest_eigenvalue():
    with pytest.raises(InvalidParameterError, match="positive semi-definite, but its smallest eigenvalue is -1"):
        as_covariance("covariance", [[1.0, 2.0], [2.0, 1.0]])


def test_a_matrix_that_is_not_square_is_refused():
    with pytest.raises(InvalidParameterError, match=r"covariance must be square, got shape \(1, 2\)"):
        as_covariance("covariance", [[1.0, 2.0]])


@given(laws())
@settings(max_examples=30, deadline=None)
def test_the_factor_gives_the_matrix_back(case):
    _, _, (_, covariance) = case
    factor = lower_factor(covariance)
    assert (np.triu(factor, 1) == 0).all()
    np.testing.assert_allclose(factor @ factor.T, covariance, atol=10 * len(covariance) * EPS)


@given(st.integers(0, 2**32), st.integers(2, 50), st.data())
@settings(max_examples=30, deadline=None)
def test_a_singular_matrix_has_a_factor_but_no_regular_one(seed, d, data):
    rank = data.draw(st.integers(1, d - 1))
    root = np.random.default_rng(seed).standard_normal((d, rank))
    covariance = as_covariance("covariance", root @ root.T)
    factor = lower_factor(covariance)
    assert (np.triu(factor, 1) == 0).all()
    assert (np.diag(factor) >= 0).all()
    np.testing.assert_allclose(factor @ factor.T, covariance, atol=1e-12 * np.abs(covariance).max())
    with pytest.raises(InvalidParameterError, match=r"S is singular to working precision .smallest eigenvalue "):
        regular_factor("S", covariance)


def test_a_matrix_that_only_rounding_keeps_from_being_singular_is_singular():
    rng = np.random.default_rng(0)
    passed = 0
    for _ in range(50):
        root = rng.standard_normal((6, 5))
        covariance = as_covariance("covariance", root @ root.T)
        passed += np.linalg.eigvalsh(covariance)[0] > 0
        with pytest.raises(InvalidParameterError, match="S is singular to working precision"):
            regular_factor("S", covariance)
    assert passed > 5  # the case does occur


def test_zero_is_a_covariance():
    assert (lower_factor(as_covariance("covariance", np.zeros((3, 3)))) == 0).all()


def test_small_variances_beside_large_ones_are_not_singular():
    factor = regular_factor("S", np.diag([1e-30, 1.0, 1e30]))
    assert log_det(factor) == pytest.approx(0.0, abs=1e-12)


def test_a_condition_number_of_1e10_is_still_regular():
    covariance = random_covariance(np.random.default_rng(0), 50, 1e10)
    factor = regular_factor("S", covariance)
    assert log_det(factor) == pytest.approx(-np.log(10) * np.linspace(0, 10, 50).sum(), abs=1e10 * EPS * 50)
    right = np.arange(100.0).reshape(50, 2)
    np.testing.assert_allclose(factor @ whiten(factor, right), right, rtol=1e-9)
    assert whiten(factor, right[:, 0]).shape == (50,)
