from dataclasses import replace

import numpy as np
import pytest
from reference_fit import awkward_series, exact_fit, simulated_ar
from statsmodels.tsa.ar_model import AutoReg

from forecastkit.autoregression.model import fit_batch
from forecastkit.autoregression.specification import ARSpecification
from forecastkit.autoregression.standard_error import standard_errors

SERIES = awkward_series()
TRENDS = ["n", "c", "ct"]


def errors_of(y, specification, exog=None):
    lengths, exog = np.array([len(y)]), None if exog is None else exog[None]
    return standard_errors(y[None], lengths, specification, fit_batch(y[None], lengths, specification, exog), exog)[0]


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", [(), (1,), (1, 2, 12), tuple(range(1, 14))], ids=str)
@pytest.mark.parametrize("name", SERIES)
def test_standard_errors_equal_extended_precision(name, lags, trend):
    reference = exact_fit(SERIES[name], lags, trend)[1]
    np.testing.assert_allclose(errors_of(SERIES[name], ARSpecification(lags=lags, trend=trend)), reference, rtol=1e-8)


@pytest.mark.parametrize("trend", TRENDS)
def test_standard_errors_with_covariates_equal_those_of_autoreg(trend):
    exog = np.random.default_rng(0).standard_normal((200, 2)) * [1.0, 100.0] + [0.0, 1e4]
    y = simulated_ar([0.6, -0.2], 200, seed=3) + exog @ [0.5, 0.01]
    bse, d = AutoReg(y, 2, trend=trend, exog=exog).fit().bse, TRENDS.index(trend)
    reference = np.concatenate([bse[:d], bse[d + 2 :], bse[d : d + 2]])
    np.testing.assert_allclose(errors_of(y, ARSpecification(lags=(1, 2), trend=trend), exog), reference, rtol=1e-8)


def test_a_lag_that_a_model_does_not_have_has_no_standard_error():
    lengths = np.array([200, 120, 200])
    y = np.stack([simulated_ar([0.9], 200), simulated_ar([0.2, 0.2, 0.4], 200, seed=2), simulated_ar([], 200, seed=3)])
    y[1, :80] = np.nan
    specification = ARSpecification(criterion="bic", max_order=5)
    estimates = fit_batch(y, lengths, specification)
    errors = standard_errors(y, lengths, specification, estimates)
    np.testing.assert_array_equal(np.isfinite(errors[:, 1:]), estimates.lags <= estimates.order[:, None])
    for b, length in enumerate(lengths):
        lags = tuple(range(1, estimates.order[b] + 1))
        np.testing.assert_allclose(errors[b, : len(lags) + 1], exact_fit(y[b, 200 - length :], lags, "c")[1], rtol=1e-8)


def test_models_without_estimates_and_averages_have_none():
    y, lengths = np.stack([simulated_ar([0.5], 60), np.full(60, np.nan)]), np.array([60, 0])
    plain = ARSpecification(lags=(1,))
    fitted = fit_batch(y[:1], lengths[:1], plain)
    missing = replace(fitted.select(np.array([0, 0])), n_rows=np.array([59, 0]))
    errors = standard_errors(y, lengths, plain, missing)
    assert np.isfinite(errors[0]).all()
    assert np.isnan(errors[1]).all()
    averaged = ARSpecification(criterion="aic", max_order=3, averaging=True)
    assert np.isnan(errors_of(y[0], averaged)).all()


def test_ridge_errors_are_those_of_the_penalised_estimator():
    y = simulated_ar([0.6, 0.2], 150, seed=1)
    estimates = fit_batch(y[None], np.array([150]), ARSpecification(lags=(1, 2), ridge=0.3))
    X = np.column_stack([np.ones(148), y[1:-1], y[:-2]])
    inverse = np.linalg.inv(X.T @ X + np.diag(148 * 0.3 * X.var(axis=0)))
    reference = np.sqrt(estimates.sigma2[0] * np.diagonal(inverse @ X.T @ X @ inverse))
    np.testing.assert_allclose(errors_of(y, ARSpecification(lags=(1, 2), ridge=0.3)), reference, rtol=1e-9)


def test_errors_of_windows_without_their_mean_are_those_of_the_differences():
    y = np.cumsum(simulated_ar([0.4], 150, seed=6))
    without = errors_of(y, ARSpecification(lags=(1, 2), window_mean=True))
    differenced = errors_of(y, ARSpecification(lags=(1,), differences=1))
    np.testing.assert_allclose(without, [*differenced, differenced[1]], rtol=1e-9)  # φ_1 + φ_2 = 1
