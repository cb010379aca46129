import numpy as np
import pytest
from gaussian_laws import autoregressive_precision, dense, lower_band, random_coefficients
from hypothesis import given, settings
from hypothesis import strategies as st

from forecastkit.errors import InvalidParameterError
from forecastkit.gaussian import banded, selected_inverse


def random_precision(seed, n, p):
    return autoregressive_precision(random_coefficients(np.random.default_rng(seed), p), n)


def cholesky(band):
    return banded.band_cholesky("Q", band, np.arange(band.shape[1]))


@given(st.integers(0, 2**32), st.integers(1, 90), st.integers(1, 40))
@settings(max_examples=50, deadline=None)
def test_operations_are_those_of_the_dense_matrix(seed, n, p):
    band = banded.as_band("Q", random_precision(seed, n, p))
    matrix, x = dense(band), np.random.default_rng(seed).standard_normal(n)
    factor = cholesky(band)
    lower = np.linalg.cholesky(matrix)
    np.testing.assert_allclose(np.tril(dense(factor)), lower, atol=1e-11)
    for got, want in (
        (banded.band_product(band, x), matrix @ x),
        (banded.band_solve(factor, x), np.linalg.solve(matrix, x)),
        (banded.solve_lower(factor, x), np.linalg.solve(lower, x)),
        (banded.solve_upper(factor, x), np.linalg.solve(lower.T, x)),
        (banded.upper_product(factor, x), lower.T @ x),
        (banded.band_log_det(factor), np.linalg.slogdet(matrix)[1]),
    ):
        np.testing.assert_allclose(got, want, rtol=1e-7, atol=1e-9)


@given(st.integers(0, 2**32), st.integers(1, 90), st.integers(1, 40))
@settings(max_examples=50, deadline=None)
def test_the_selected_inverse_is_the_band_of_the_dense_inverse(seed, n, p):
    band = banded.as_band("Q", random_precision(seed, n, p))
    inverse = np.linalg.inv(dense(band))
    got = selected_inverse(cholesky(band))
    np.testing.assert_allclose(got, lower_band(inverse, len(band) - 1), rtol=1e-7, atol=1e-9)
    assert (got[0] > 0).all()


@given(st.integers(0, 2**32), st.integers(1, 60), st.integers(1, 20), st.data())
@settings(max_examples=50, deadline=None)
def test_a_principal_band_is_the_sub_block_and_no_wider_than_it_must_be(seed, n, p, data):
    band = banded.as_band("Q", random_precision(seed, n, p))
    times = np.array(sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1))))
    narrow = banded.principal_band(band, times)
    np.testing.assert_array_equal(dense(narrow), dense(band)[np.ix_(times, times)])
    assert len(narrow) <= len(band)
    assert all((times[k:] - times[:-k] < len(band)).any() for k in range(1, len(narrow)))


def test_a_diagonal_matrix_and_a_single_entry_have_bands():
    np.testing.assert_allclose(selected_inverse([[1.0, 2.0, 4.0]]), [[1.0, 0.25, 0.0625]])
    np.testing.assert_allclose(selected_inverse([[2.0], [7.0]]), [[0.25]])


def test_what_lies_outside_the_matrix_is_ignored():
    band = banded.as_band("Q", [[2.0, 2.0], [-1.0, np.nan], [np.inf, np.nan]])
    np.testing.assert_array_equal(band, [[2.0, 2.0], [-1.0, 0.0]])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([1.0, 2.0], r"Q must have shape \(bandwidth \+ 1, n\), got \(2,\)"),
        (np.empty((2, 0)), r"got \(2, 0\)"),
        ([[1.0, np.nan]], r"Q must be finite, got 1 NaN or infinite values, the first at \(0, 1\)"),
    ],
)
def test_what_is_no_band_is_refused(value, message):
    with pytest.raises(InvalidParameterError, match=message):
        banded.as_band("Q", value)


def test_a_factor_without_a_positive_diagonal_is_refused():
    with pytest.raises(InvalidParameterError, match="factor must have a positive diagonal, got -1"):
        selected_inverse([[1.0, -1.0]])


def test_a_singular_band_is_refused_by_time_and_smallest_eigenvalue():
    walk = banded.as_band("Q", [[1.0, 2.0, 1.0], [-1.0, -1.0, 0.0]])
    with pytest.raises(InvalidParameterError, match=r"Q is singular .* 3 rows, up to time 30, .*smallest eigenvalue"):
        banded.band_cholesky("Q", walk, np.array([10, 20, 30]))
    n = 1500
    walk = banded.as_band("Q", autoregressive_precision([1.0], n, start=0.0))
    with pytest.raises(InvalidParameterError, match=r"leading 1500 rows, up to time 1499, are not positive definite; "):
        cholesky(walk)


def test_a_pivot_left_by_rounding_alone_is_singular():
    band = banded.as_band("Q", autoregressive_precision([0.7, 0.3], 40, start=0.0))
    with pytest.raises(InvalidParameterError, match="Q is singular to working precision"):
        cholesky(band)
