from dataclasses import fields, replace

import numpy as np
import pytest
from reference_fit import simulated_ar
from statsmodels.tsa.ar_model import AutoReg

from forecastkit.autoregression.estimates import AREstimates, join_estimates
from forecastkit.autoregression.model import fit_batch
from forecastkit.autoregression.specification import ARSpecification

SPECIFICATION = ARSpecification(lags=(1, 2))


def fitted(seeds, lags=(1, 2), trend="c", n=80):
    y = np.stack([simulated_ar([0.5, 0.2], n, seed=seed) for seed in seeds])
    return fit_batch(y, np.full(len(y), n), ARSpecification(lags=lags, trend=trend))


def test_the_log_likelihood_is_that_of_autoreg():
    reference = AutoReg(simulated_ar([0.5, 0.2], 80, seed=3), 2).fit()
    assert fitted([3]).log_likelihood[0] == pytest.approx(reference.llf, rel=1e-12)


def test_an_exact_fit_has_an_infinite_likelihood_and_a_missing_one_none():
    exact = replace(fitted([0, 1]), sigma2=np.array([0.0, 1.0]))
    assert exact.log_likelihood[0] == np.inf
    assert np.isfinite(exact.log_likelihood[1])
    assert np.isnan(AREstimates.empty(3, 1, np.array([0.0, np.nan, 2.0])).log_likelihood).all()


def test_joining_puts_parts_with_other_lags_back_at_their_places():
    first, second = fitted([1, 2]), fitted([3], lags=(1, 5))
    whole = join_estimates([first, second], [np.array([2, 0]), np.array([1])])
    np.testing.assert_array_equal(whole.lags, [1, 2, 5])
    np.testing.assert_array_equal(whole.coef[[2, 0]], np.column_stack([first.coef, np.zeros(2)]))
    np.testing.assert_array_equal(whole.coef[1, [0, 2]], second.coef[0])
    assert whole.coef[1, 1] == 0.0
    np.testing.assert_array_equal(whole.order, [2, 5, 2])
    np.testing.assert_array_equal(whole.sigma2[[2, 0]], first.sigma2)


def test_joining_one_part_only_reorders_it():
    part = fitted([1, 2, 3])
    whole = join_estimates([part], [np.array([2, 0, 1])])
    for field in fields(AREstimates)[1:]:
        np.testing.assert_array_equal(getattr(whole, field.name)[[2, 0, 1]], getattr(part, field.name))


def test_the_polynomial_holds_the_lags_and_the_differences():
    estimates = fitted([1], lags=(1, 3), trend="n")
    phi1, phi3 = estimates.coef[0]
    plain = estimates.polynomial(ARSpecification(lags=(1, 3)))
    np.testing.assert_array_equal(plain, [[phi1, 0.0, phi3]])
    integrated = estimates.polynomial(ARSpecification(lags=(1, 3), differences=1))
    np.testing.assert_allclose(integrated, [[1 + phi1, -phi1, phi3, -phi3]])


def test_a_model_without_lags_still_has_a_polynomial_of_one_lag():
    np.testing.assert_array_equal(fitted([1, 2], lags=()).polynomial(ARSpecification()), [[0.0], [0.0]])
