import numpy as np
import pytest
from reference_fit import simulated_ar
from statsmodels.tsa.ar_model import AutoReg

from forecastkit.autoregression.roots import polynomial_roots


def test_roots_are_those_of_autoreg():
    reference = AutoReg(simulated_ar([0.5, 0.2, -0.3], 200), 3).fit()
    ours = polynomial_roots(reference.params[1:])
    expected = sorted(reference.roots, key=lambda root: (round(abs(root), 8), root.imag))
    np.testing.assert_allclose(sorted(ours, key=lambda root: (round(abs(root), 8), root.imag)), expected, rtol=1e-8)
    assert (np.diff(np.abs(ours)) >= -1e-9).all()


@pytest.mark.parametrize("coef", [[], [0.0], [0.0, 0.0]])
def test_a_model_without_lags_has_no_roots(coef):
    assert polynomial_roots(np.array(coef)).shape == (0,)


def test_trailing_zeros_lower_the_degree():
    np.testing.assert_allclose(polynomial_roots(np.array([0.5, 0.0, 0.0])), [2.0])


def test_a_gap_in_the_lags_is_kept():
    np.testing.assert_allclose(np.abs(polynomial_roots(np.array([0.0, 0.0, 0.125]))), 2.0)


def test_the_random_walk_has_its_root_on_the_unit_circle():
    np.testing.assert_allclose(polynomial_roots(np.array([1.0])), [1.0])
