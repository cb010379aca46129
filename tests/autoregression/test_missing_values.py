import time

import numpy as np
import pytest
from gappy_series import integrated, with_gaps
from reference_fit import awkward_series, exact_fit, simulated_ar
from scipy.optimize import minimize
from scipy.signal import lfilter
from scipy.stats import norm
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecastkit.autoregression.conditional_likelihood import fit_conditional
from forecastkit.autoregression.gap_law import gap_law
from forecastkit.autoregression.innovation_filter import filtered_innovations
from forecastkit.autoregression.missing_values import fit_missing, select_order_missing
from forecastkit.autoregression.order_selection import select_order
from forecastkit.errors import InvalidParameterError

COEF = np.array([0.5, 0.2, -0.3])
AWKWARD = awkward_series()


def log_likelihood(y, lags, trend, differencing, parameters):
    """Of the observed values given the first P, by the filter; parameters are (c, b, φ, log σ²)."""
    d = {"n": 0, "c": 1, "ct": 2}[trend]
    coef = np.zeros(max(lags))
    coef[np.array(lags) - 1] = parameters[d:-1]
    time_ = np.arange(1, len(y) + 1) - differencing[0] - differencing[1] * differencing[2]
    drift = np.column_stack([np.ones(len(y)), time_])[:, :d] @ parameters[:d]
    polynomial = integrated(coef, differencing)
    errors, variances = filtered_innovations(y, polynomial, drift, float(np.exp(parameters[-1])), stationary=False)
    return np.nansum(norm.logpdf(errors, scale=np.sqrt(variances)))


def flat(fit):
    return np.concatenate([fit.deterministic[0], fit.coef[0], np.log(fit.sigma2)])


CASES = {
    "point gaps": (simulated_ar(COEF, 120, seed=1, intercept=2.0), [1, 2, 3], "c", (0, 0, 1)),
    "a trend": (simulated_ar(COEF, 120, seed=2) + 0.1 * np.arange(120), [1, 2], "ct", (0, 0, 1)),
    "some lags": (simulated_ar(COEF, 120, seed=3), [1, 4], "n", (0, 0, 1)),
    "differences": (np.cumsum(simulated_ar(COEF, 120, seed=4)) + 50, [1, 2], "c", (1, 0, 1)),
    "seasonal differences": (np.cumsum(simulated_ar(COEF, 120, seed=5)), [1], "c", (1, 1, 4)),
}


@pytest.mark.parametrize("name", CASES)
def test_the_fixed_point_has_no_gradient_of_the_observed_likelihood(name):
    y, lags, trend, differencing = CASES[name]
    y = with_gaps(y, 0.3, seed=7, complete=max(lags) + differencing[0] + differencing[1] * differencing[2])
    d, seasonal, season = differencing
    fit = fit_missing(y, np.array(lags), trend, differences=d, seasonal_differences=seasonal, seasonal_period=season)
    at = flat(fit)
    step = 1e-5
    for i, scale in enumerate(np.maximum(np.abs(at), 0.01)):
        moves = np.zeros(len(at))
        moves[i] = step * scale
        high, here, low = (log_likelihood(y, lags, trend, differencing, at + k * moves) for k in (1, 0, -1))
        curvature = (high - 2 * here + low) / step**2
        assert curvature < 0
        # distance to the maximum along this axis, in units of the parameter
        assert abs((high - low) / (2 * step) / curvature) < 1e-4
        assert abs(high - low) / (2 * step) < 1e-3


def test_no_other_parameters_are_likelier():
    y = with_gaps(simulated_ar([0.6], 60, seed=3, intercept=1.0), 0.3, seed=1, complete=1)
    fit = fit_missing(y, np.array([1]), "c")
    found = minimize(
        lambda x: -log_likelihood(y, [1], "c", (0, 0, 1), x), [0.5, 0.5, 0.0], method="BFGS", options={"gtol": 1e-8}
    )
    np.testing.assert_allclose(flat(fit), found.x, rtol=1e-5)
    assert log_likelihood(y, [1], "c", (0, 0, 1), flat(fit)) >= -found.fun - 1e-9


@pytest.mark.parametrize("trend", ["n", "c", "ct"])
@pytest.mark.parametrize("name", AWKWARD)
def test_a_complete_series_is_fitted_as_ever(name, trend):
    y = AWKWARD[name]
    for lags in ([1, 2, 3], [1, 12]):
        beta, _, sigma2 = exact_fit(y, lags, trend)
        fit = fit_missing(y, np.array(lags), trend)
        found = np.concatenate([fit.deterministic[0], fit.coef[0]])
        np.testing.assert_allclose(found, beta, rtol=1e-8, atol=1e-8 * np.abs(beta[len(fit.deterministic[0]) :]).max())
        np.testing.assert_allclose(fit.sigma2, sigma2, rtol=1e-8)
        assert fit.n_rows == len(y) - max(lags)


def test_a_long_series_has_nearly_the_estimates_of_the_state_space_model():
    y = with_gaps(simulated_ar([0.5, -0.3], 1200, seed=6, intercept=1.0), 0.2, seed=2)
    fit = fit_missing(y, np.array([1, 2]), "c")
    start = [fit.deterministic[0, 0], *fit.coef[0], fit.sigma2[0]]
    reference = SARIMAX(y, order=(2, 0, 0), trend="c").fit(start, disp=0)
    np.testing.assert_allclose(start, reference.params, atol=0.15 * reference.bse.max())


def test_estimates_move_and_scale_with_the_data():
    y = with_gaps(simulated_ar(COEF, 200, seed=7, intercept=1.0), 0.25, seed=3)
    near = fit_missing(y, np.array([1, 2, 3]), "c")
    far = fit_missing(1e-6 * y + 1e3, np.array([1, 2, 3]), "c")
    np.testing.assert_allclose(far.coef, near.coef, atol=1e-6)
    np.testing.assert_allclose(far.sigma2, 1e-12 * near.sigma2, rtol=1e-6)
    mean = near.deterministic[0, 0] / (1 - near.coef.sum())
    assert (far.deterministic[0, 0] / (1 - far.coef.sum()) - 1e3) / 1e-6 == pytest.approx(mean, rel=1e-5)


def test_values_missing_at_the_ends_change_nothing_but_the_origin_of_time():
    y = with_gaps(simulated_ar(COEF, 150, seed=8) + 0.05 * np.arange(150), 0.2, seed=4, complete=1)
    plain = fit_missing(y, np.array([1, 2]), "ct")
    longer = fit_missing(np.r_[y, np.full(30, np.nan)], np.array([1, 2]), "ct")
    for each, other in zip(plain, longer, strict=True):
        np.testing.assert_array_equal(each, other)


def test_covariates_are_taken_with_the_gaps():
    rng = np.random.default_rng(9)
    exog = rng.normal([3.0, -100.0], size=(400, 2))
    y = lfilter([1.0], [1.0, -0.6], exog @ [1.5, -0.5] + 0.3 * rng.standard_normal(400))
    full = fit_missing(y, np.array([1]), "c", exog=exog)
    reference = AutoReg(y, 1, trend="c", exog=exog).fit().params
    np.testing.assert_allclose(np.r_[full.deterministic[0], full.coef[0], full.effects[0]], reference, rtol=1e-8)
    gappy = fit_missing(with_gaps(y, 0.3, seed=5), np.array([1]), "c", exog=exog)
    np.testing.assert_allclose(gappy.effects[0], [1.5, -0.5], atol=0.06)
    np.testing.assert_allclose(gappy.coef[0], 0.6, atol=0.02)
    np.testing.assert_allclose(gappy.sigma2, 0.09, rtol=0.2)


def test_a_covariate_that_says_nothing_gets_no_effect():
    y = with_gaps(simulated_ar(COEF, 120, seed=10), 0.2, seed=6)
    exog = np.column_stack([np.full(120, 4.0), np.linspace(0, 1, 120), np.linspace(0, 2, 120)])
    fit = fit_missing(y, np.array([1]), "c", exog=exog)
    assert fit.effects[0, 0] == 0.0
    alone = fit_missing(y, np.array([1]), "c", exog=exog[:, 1:2])
    np.testing.assert_allclose(fit.effects[0] @ [0.0, 1.0, 2.0], alone.effects[0, 0], rtol=1e-7)
    np.testing.assert_allclose(fit.coef, alone.coef, rtol=1e-7)


def test_a_ridge_shrinks_as_in_a_complete_series_and_ever_more():
    y, lags = simulated_ar(COEF, 150, seed=11, intercept=1.0), np.arange(1, 4)
    expected = fit_conditional(y[None], np.array([150]), lags, "c", ridge=0.5)
    fit = fit_missing(y, lags, "c", ridge=0.5)
    np.testing.assert_allclose(fit.coef, expected.coef, rtol=1e-9)
    np.testing.assert_allclose(fit.deterministic, expected.deterministic, rtol=1e-9)
    np.testing.assert_allclose(fit.sigma2, expected.sigma2, rtol=1e-9)
    gappy = with_gaps(y, 0.2, seed=7)
    sizes = [np.abs(fit_missing(gappy, lags, "c", ridge=ridge).coef).sum() for ridge in (0.0, 0.1, 1.0, 1e6)]
    assert (np.diff(sizes) < 0).all()
    assert sizes[-1] < 1e-5


def test_exact_series_are_fitted_exactly():
    time_ = np.arange(150)
    wave = with_gaps(np.sin(time_), 0.2, seed=8)
    fit = fit_missing(wave, np.array([1, 2]), "n")
    np.testing.assert_allclose(fit.coef[0], [2 * np.cos(1.0), -1.0], rtol=1e-6)
    assert fit.sigma2 < 1e-15
    constant = fit_missing(np.where(np.isnan(wave), np.nan, 7.0), np.array([1, 2]), "c")
    assert constant.sigma2 == 0.0
    assert constant.deterministic[0, 0] + 7.0 * constant.coef[0].sum() == pytest.approx(7.0, rel=1e-14)


def test_an_explosive_series_is_fitted_through_its_gaps():
    y = lfilter([1.0], [1.0, -1.1], np.random.default_rng(0).standard_normal(150))
    fit = fit_missing(with_gaps(y, 0.5, seed=11), np.array([1]), "n")
    np.testing.assert_allclose(fit.coef[0], 1.1, rtol=1e-6)
    np.testing.assert_allclose(fit.sigma2, 1.0, rtol=0.4)


def test_too_few_observed_values_are_refused():
    y = np.array([1.0, np.nan, 3.0, np.nan, 2.0, np.nan])
    with pytest.raises(InvalidParameterError, match=r"4 parameters .* has 1 \(3 observed of 6\)"):
        fit_missing(y, np.array([1, 2, 3]), "n")
    with pytest.raises(InvalidParameterError, match=r"\(0 observed of 4\)"):
        fit_missing(np.full(4, np.nan), np.array([1]), "n")


@pytest.mark.parametrize("criterion", ["aic", "aicc", "bic", "hqic"])
@pytest.mark.parametrize("trend", ["n", "c", "ct"])
def test_the_order_of_a_complete_series_is_chosen_as_ever(criterion, trend):
    for seed in range(5):
        y = simulated_ar(COEF, 120, seed=seed)
        expected = select_order(y[None], np.array([120]), 10, trend, criterion)[0]
        assert select_order_missing(y, 10, trend, criterion) == expected


def test_the_order_is_found_through_gaps():
    y = simulated_ar([0.5, 0.0, 0.0, 0.4], 2000, seed=12, intercept=3.0)
    assert select_order_missing(with_gaps(y, 0.3, seed=9), 12, "c", "bic") == 4
    walk = with_gaps(np.cumsum(y), 0.3, seed=9)
    assert select_order_missing(walk, 12, "c", "bic", differences=1) == 4


def test_the_order_of_an_exact_series_is_the_least_that_fits():
    wave = with_gaps(np.sin(np.arange(200.0)), 0.1, seed=10)
    assert select_order_missing(wave, 6, "n", "bic") >= 2
    assert select_order_missing(np.where(np.isnan(wave), np.nan, 3.0), 4, "c", "aic") == 0


@pytest.mark.slow
def test_a_hundred_thousand_steps_take_a_second_or_two():
    rng = np.random.default_rng(0)
    coef = 0.9 * rng.dirichlet(np.ones(24)) * rng.choice([-1, 1], 24)
    y = with_gaps(simulated_ar(coef, 100_000, seed=13), 0.1, seed=11)
    start = time.process_time()
    fit = fit_missing(y, np.arange(1, 25), "c")
    law = gap_law(y, fit.coef[0], np.full(len(y), fit.deterministic[0, 0]), float(fit.sigma2[0]), stationary=True)
    assert law.variance.min() > 0.5
    assert time.process_time() - start < 4.0
    np.testing.assert_allclose(fit.coef[0], coef, atol=0.02)
