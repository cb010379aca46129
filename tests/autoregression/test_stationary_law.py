import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.linalg import toeplitz
from statsmodels.tsa.arima_process import ArmaProcess, arma_acovf

from forecastkit.autoregression.roots import polynomial_roots
from forecastkit.autoregression.stationary_law import (
    autocovariance,
    coef_from_partial,
    is_stationary,
    partial_autocorrelations,
    spectrum,
    stationary_precision,
)
from forecastkit.errors import InvalidParameterError

MODELS = {
    "white noise": [],
    "first order": [0.7],
    "alternating": [-0.95],
    "near unit root": [0.9999],
    "near double root": [1.98, -0.9801],
    "cycle": [1.6, -0.9],
    "with a zero at the end": [0.5, 0.2, 0.0],
    "seasonal": [0.5] + [0.0] * 10 + [0.9, -0.45],
}
NOT_STATIONARY = {
    "random walk": [1.0],
    "explosive": [1.1],
    "unit root hidden by a zero": [0.5, 0.5, 0.0],
    "not a number": [np.nan, 0.2],
    "huge": [1e300, 1e300],
}


def partials(largest=0.9):
    inside = st.floats(-largest, largest)
    return st.integers(1, 20).flatmap(lambda p: arrays(float, p, elements=inside))


def gohberg_semencul(coef):
    a, p = np.concatenate([[1.0], -np.asarray(coef)]), len(coef)
    lower, upper = np.tril(toeplitz(a[:p])), np.tril(toeplitz(a[:0:-1]))
    return lower @ lower.T - upper @ upper.T


@pytest.mark.parametrize("coef", MODELS.values(), ids=MODELS)
def test_autocovariances_equal_those_of_statsmodels(coef):
    expected = arma_acovf(np.r_[1.0, -np.array(coef)], [1.0], nobs=60, sigma2=2.5)
    ours = autocovariance(np.array(coef), 2.5, 59)
    np.testing.assert_allclose(ours, expected, rtol=1e-7, atol=1e-9 * ours[0])


@pytest.mark.parametrize("phi", [0.0, 0.3, -0.99, 1 - 1e-9, -1 + 2.0**-52])
def test_the_variance_keeps_its_digits_up_to_the_unit_root(phi):
    assert autocovariance(np.array([phi]), 1.0, 0)[0] == pytest.approx(1 / ((1 - phi) * (1 + phi)), rel=1e-15)


@settings(max_examples=40)
@given(partials())
def test_autocovariances_solve_the_yule_walker_equations(partial):
    coef = coef_from_partial(partial[None])[0]
    p = len(coef)
    gamma = autocovariance(coef, 2.0, p + 5)
    lags = np.abs(np.arange(p + 6)[:, None] - np.arange(1, p + 1))
    scale = 1e-12 * gamma[0] * (1 + np.abs(coef).sum())
    np.testing.assert_allclose(gamma - gamma[lags] @ coef, [2.0] + [0.0] * (p + 5), atol=scale)


@settings(max_examples=40)
@given(partials(largest=0.8))
def test_partial_autocorrelations_and_coefficients_are_inverse_to_each_other(partial):
    coef = coef_from_partial(partial[None])
    assert is_stationary(coef)[0]
    np.testing.assert_allclose(coef_from_partial(partial_autocorrelations(coef)), coef, rtol=1e-6, atol=1e-8)


@settings(max_examples=40)
@given(arrays(float, st.integers(1, 6), elements=st.floats(-1.5, 1.5)))
def test_a_model_is_stationary_when_its_roots_lie_outside_the_unit_circle(coef):
    coef = np.round(coef, 3)  # roots of a polynomial with a vanishing end are not known to any digit
    nearest = np.abs(polynomial_roots(coef)).min(initial=np.inf)
    if abs(nearest - 1.0) > 1e-4:
        assert is_stationary(coef[None])[0] == (nearest > 1.0)


def test_partial_autocorrelations_are_those_of_statsmodels():
    coef = np.array([0.5, -0.3, 0.2])
    expected = ArmaProcess(np.r_[1.0, -coef]).pacf(4)[1:]
    np.testing.assert_allclose(partial_autocorrelations(coef[None])[0], expected, rtol=1e-10)


@pytest.mark.parametrize("coef", NOT_STATIONARY.values(), ids=NOT_STATIONARY)
def test_what_is_not_stationary_is_told(coef):
    coef = np.array(coef)
    assert not is_stationary(coef[None])[0]
    assert stationary_precision(coef) is None
    with pytest.raises(InvalidParameterError, match="no stationary law: its partial autocorrelation at lag"):
        autocovariance(coef, 1.0, 3)
    with pytest.raises(InvalidParameterError, match="no stationary law"):
        spectrum(coef, 1.0, np.array([0.1]))


def test_a_batch_equals_each_model_alone():
    batch = np.array([[0.5, 0.3], [1.5, -0.9], [0.5, 0.6], [2.0, 1.0]])
    assert is_stationary(batch).tolist() == [True, True, False, False]
    for alone, together in zip(batch, partial_autocorrelations(batch), strict=True):
        np.testing.assert_array_equal(partial_autocorrelations(alone[None])[0], together)


@settings(max_examples=40)
@given(partials(largest=0.8))
def test_the_precision_is_the_inverse_of_the_covariance(partial):
    coef = coef_from_partial(partial[None])[0]
    precision = stationary_precision(coef)
    assert precision is not None
    covariance = toeplitz(autocovariance(coef, 1.0, len(coef) - 1))
    tolerance = 1e-12 * np.linalg.cond(covariance)
    np.testing.assert_allclose(precision @ covariance, np.eye(len(coef)), atol=tolerance)
    np.testing.assert_allclose(precision, gohberg_semencul(coef), atol=1e-11 * np.abs(precision).max())


@pytest.mark.parametrize("partial", [[1.0, 1.0], [1.0, -1.0], [0.5, 1.0, 1.0], [1.0, 0.5, 1.0]], ids=str)
def test_the_precision_stays_positive_definite_up_to_the_last_digits_before_a_unit_root(partial):
    coef = coef_from_partial(np.array([partial]) * (1 - 1e-8))[0]
    precision = stationary_precision(coef)
    assert precision is not None
    np.linalg.cholesky(precision)


@settings(max_examples=60)
@given(partials(largest=0.4))
def test_the_spectrum_integrates_to_the_variance(partial):
    partial = partial * min(
        1.0, 2.0 / max(np.abs(partial).sum(), 1e-9)
    )  # no root too near the unit circle for the grid
    coef = coef_from_partial(partial[None])[0]
    grid = np.arange(-8192, 8192) / 16384  # the trapezoid rule of a smooth periodic function is exact
    assert spectrum(coef, 2.0, grid).mean() == pytest.approx(autocovariance(coef, 2.0, 0)[0], rel=1e-8)


def test_the_spectrum_is_that_of_statsmodels():
    coef = np.array([0.5, -0.3])
    radians, density = ArmaProcess(np.r_[1.0, -coef]).periodogram(nobs=64)
    np.testing.assert_allclose(spectrum(coef, 1.0, radians / (2 * np.pi)), density * np.sqrt(2 * np.pi), rtol=1e-10)
