import numpy as np
import pytest
from reference_fit import awkward_series, simulated_ar

from forecastkit.autoregression.model import fit_batch
from forecastkit.autoregression.recursive_regression import recursive_regression
from forecastkit.autoregression.specification import ARSpecification
from forecastkit.errors import InvalidParameterError

SPECIFICATIONS = [
    ARSpecification(lags=()),
    ARSpecification(lags=(1, 2), trend="n"),
    ARSpecification(lags=(1, 2, 5), trend="ct"),
    ARSpecification(lags=(1, 4), differences=1, trend="ct"),
    ARSpecification(lags=(1, 2), differences=1, seasonal_differences=1, seasonal_period=4, trend="n"),
    ARSpecification(lags=(1, 2, 3), window_mean=True),
    ARSpecification(lags=(1, 4), window_mean=True, trend="ct", ridge=0.1),
    ARSpecification(lags=(1, 2, 3), ridge=0.1),
]


def assert_estimates_equal(ours, theirs, rtol=1e-8):
    for name in ("deterministic", "effects", "coef", "sigma2", "n_rows", "order", "n_parameters"):
        value = getattr(theirs, name)
        np.testing.assert_allclose(getattr(ours, name), value, rtol=rtol, atol=rtol * np.abs(value).max(initial=0))


@pytest.mark.parametrize("specification", SPECIFICATIONS, ids=str)
@pytest.mark.parametrize("with_covariates", [False, True])
def test_values_taken_in_one_by_one_give_the_estimates_of_a_fresh_fit(specification, with_covariates):
    rng = np.random.default_rng(3)
    y = np.stack([simulated_ar([0.6, -0.3], 160, seed=i) + 100 * i for i in range(3)])
    x = 5 + rng.standard_normal((3, 160, 2)) if with_covariates else None
    lengths = np.array([120, 90, 120])
    known = np.where(np.arange(120) >= 120 - lengths[:, None], y[:, :120], np.nan)
    growing = recursive_regression(known, lengths, specification, None if x is None else x[:, :120])
    for t in range(120, 130):
        growing = growing.append(y[:, t : t + 1], None if x is None else x[:, t : t + 1])
    growing = growing.append(y[:, 130:], None if x is None else x[:, 130:])
    whole = np.concatenate([known, y[:, 120:]], axis=1)
    assert_estimates_equal(growing.estimates(), fit_batch(whole, lengths + 40, specification, x))


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("name", awkward_series())
def test_awkward_series_are_followed_to_eight_digits_or_asked_for_again(name, trend):
    y = awkward_series()[name]
    specification = ARSpecification(lags=(1, 2, 12), trend=trend)
    growing = recursive_regression(y[None, :200], np.array([200]), specification).append(y[None, 200:])
    estimates = growing.estimates()
    if estimates is not None:
        fresh = fit_batch(y[None], np.array([300]), specification)
        np.testing.assert_allclose(estimates.coef, fresh.coef, rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(estimates.sigma2, fresh.sigma2, rtol=1e-8)
    assert estimates is not None or name in ("smooth season", "far from zero")


def test_nearly_collinear_lags_ask_for_a_fresh_fit():
    wave = np.sin(np.arange(120) * np.pi / 6)[None]
    noise = 1e-6 * np.random.default_rng(0).standard_normal((1, 20))
    growing = recursive_regression(wave[:, :100], np.array([100]), ARSpecification(lags=(1, 2, 3)))
    assert growing.append(wave[:, 100:] + noise).estimates() is None


def test_taking_in_values_leaves_what_was_before_as_it_was():
    y = simulated_ar([0.5], 80)[None]
    start = recursive_regression(y[:, :60], np.array([60]), ARSpecification(lags=(1, 2)))
    gram, tail = start.gram.copy(), start.tail.copy()
    start.append(y[:, 60:])
    np.testing.assert_array_equal(start.gram, gram)
    np.testing.assert_array_equal(start.tail, tail)
    assert start.n_new == 0


@pytest.mark.parametrize("settings", [{"criterion": "aic"}, {"lags": (1,), "ridge": 0.1, "trend": "n"}])
def test_models_that_need_more_than_the_gram_matrix_are_refused(settings):
    with pytest.raises(InvalidParameterError, match="fit again"):
        recursive_regression(np.arange(20.0)[None], np.array([20]), ARSpecification(**settings))
