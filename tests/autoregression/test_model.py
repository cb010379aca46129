from dataclasses import fields

import numpy as np
import pytest
from reference_fit import awkward_series, exact_fit, simulated_ar

from forecastkit.autoregression.difference import difference
from forecastkit.autoregression.estimates import AREstimates
from forecastkit.autoregression.model import fit_batch, fit_origins
from forecastkit.autoregression.specification import ARSpecification
from forecastkit.autoregression.standard_error import standard_errors

TRENDS = ["n", "c", "ct"]
SPECIFICATIONS = [
    ARSpecification(lags=(1, 2), trend="c"),
    ARSpecification(lags=(1, 4), trend="ct", differences=1),
    ARSpecification(lags=(2,), trend="n", differences=1, seasonal_differences=1, seasonal_period=4),
    ARSpecification(criterion="aic", trend="c"),
    ARSpecification(criterion="bic", max_order=6, trend="n", differences=1),
    ARSpecification(),
    ARSpecification(lags=(1, 2, 5), trend="ct", ridge=0.1),
    ARSpecification(lags=(1, 3), trend="n", ridge=0.1),
    ARSpecification(lags=(1, 2, 3, 4), trend="c", window_mean=True),
    ARSpecification(lags=(1, 4, 5), trend="ct", window_mean=True, ridge=0.05, differences=1),
    ARSpecification(criterion="bic", max_order=6, trend="c", window_mean=True),
    ARSpecification(criterion="aic", max_order=6, trend="c", averaging=True),
    ARSpecification(criterion="aicc", max_order=5, trend="n", averaging=True, ridge=0.1),
    ARSpecification(criterion="bic", max_order=6, trend="ct", averaging=True, window_mean=True),
]


def assert_close(ours, theirs, rtol):
    """Estimates on the union of their lags agree."""
    assert set(np.flatnonzero((ours.dense_coef() != 0).any(axis=0))) == set(
        np.flatnonzero((theirs.dense_coef() != 0).any(axis=0))
    )
    width = min(ours.dense_coef().shape[1], theirs.dense_coef().shape[1])
    np.testing.assert_allclose(ours.dense_coef()[:, :width], theirs.dense_coef()[:, :width], rtol=rtol, atol=rtol)
    np.testing.assert_allclose(ours.deterministic, theirs.deterministic, rtol=rtol, atol=rtol)
    for name in ("sigma2", "n_rows", "order", "n_parameters"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=rtol)


def alone(y, specification):
    return fit_batch(y[None], np.array([len(y)]), specification)


@pytest.mark.parametrize("specification", SPECIFICATIONS, ids=str)
def test_a_ragged_batch_equals_a_loop_over_the_series(specification):
    lengths = np.array([90, 31, 60, 90, 22, 45])
    series = [simulated_ar([0.6, -0.2], n, seed=i) + 10 * i for i, n in enumerate(lengths)]
    y = np.full((6, 90), np.nan)
    for row, one in zip(y, series, strict=True):
        row[90 - len(one) :] = one
    batch = fit_batch(y, lengths, specification)
    for b, one in enumerate(series):
        single = alone(one, specification)
        part = AREstimates(batch.lags, *(getattr(batch, f.name)[b : b + 1] for f in fields(AREstimates)[1:]))
        assert_close(part, single, 1e-10)


@pytest.mark.parametrize("specification", SPECIFICATIONS[1:3], ids=str)
def test_differenced_models_are_the_models_of_the_differences(specification):
    y = np.cumsum(simulated_ar([0.5], 120)) + 40
    s = specification
    w = difference(y, s.differences, s.seasonal_differences, s.seasonal_period)
    reference, errors, sigma2 = exact_fit(w, s.lags, s.trend)
    fit = alone(y, s)
    np.testing.assert_allclose(np.concatenate([fit.deterministic[0], fit.coef[0]]), reference, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(standard_errors(y[None], np.array([len(y)]), s, fit)[0], errors, rtol=1e-8)
    assert fit.sigma2[0] == pytest.approx(sigma2, rel=1e-8)
    assert fit.n_rows[0] == len(y) - s.n_differenced - max(s.lags)


@pytest.mark.parametrize("specification", SPECIFICATIONS, ids=str)
@pytest.mark.parametrize("sliding", [False, True])
def test_origins_equal_fresh_fits(specification, sliding):
    y = awkward_series(240)["trending"] + 100
    ends = np.arange(80, 240, 25)
    starts = ends - 70 if sliding else np.zeros_like(ends)
    rolled = fit_origins(y, starts, ends, specification)
    for o, (start, end) in enumerate(zip(starts, ends, strict=True)):
        part = AREstimates(rolled.lags, *(getattr(rolled, f.name)[o : o + 1] for f in fields(AREstimates)[1:]))
        assert_close(part, alone(y[start:end], specification), 1e-8)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("criterion", [None, "aic", "bic"])
@pytest.mark.parametrize(("d", "seasonal"), [(0, 0), (1, 0), (0, 1)])
def test_constant_series_are_exact_whatever_the_model(trend, criterion, d, seasonal):
    lags = () if criterion else (1, 2)
    specification = ARSpecification(lags, criterion, None, trend, d, seasonal, 4)
    fit = alone(np.full(30, 0.3), specification)
    assert fit.sigma2[0] == 0.0
    assert fit.log_likelihood[0] == np.inf
    origins = fit_origins(np.full(30, 0.3), np.array([0, 5]), np.array([20, 30]), specification)
    np.testing.assert_array_equal(origins.sigma2, 0.0)


@pytest.mark.parametrize("specification", SPECIFICATIONS, ids=str)
def test_the_shortest_allowed_series_can_be_fitted(specification):
    y = simulated_ar([0.5], specification.required_length)
    fit = alone(y, specification)
    assert np.isfinite(fit.coef).all()
    assert fit.n_rows[0] >= 1
