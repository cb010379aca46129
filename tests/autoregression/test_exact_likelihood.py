import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_fit import awkward_series, simulated_ar
from scipy.linalg import toeplitz
from scipy.stats import multivariate_normal
from statsmodels.tsa.arima.model import ARIMA

from forecastkit.autoregression.exact_likelihood import exact_log_likelihood, fit_exact
from forecastkit.autoregression.stationary_law import autocovariance, coef_from_partial, is_stationary
from forecastkit.errors import InvalidParameterError

SERIES = awkward_series(150)
TRENDS = ["n", "c", "ct"]
LAGS = [(), (1,), (1, 2, 3), (1, 4)]
WELL_POSED = ["stationary", "near unit root", "trending"]
TIGHT = {"pgtol": 1e-9, "factr": 10.0, "maxiter": 300}


def fit_one(y, lags, trend):
    return fit_exact(np.asarray(y, float)[None], np.array([len(y)]), np.array(lags, dtype=int), trend)


def full_coef(fit, lags, b=0):
    coef = np.zeros(max(lags, default=0))
    coef[np.array(lags, dtype=int) - 1] = fit.coef[b]
    return coef


def path_of(intercept, slope, coef):
    """Level and slope of the line that solves the recursion, with t = 1 at the first value."""
    unit = 1 - coef.sum()
    slope = slope / unit
    return (intercept - slope * (np.arange(1, len(coef) + 1) @ coef)) / unit, slope


def statsmodels_parameters(fit, lags, trend):
    c, b = [*fit.deterministic[0], 0.0, 0.0][:2]
    path = path_of(c, b, full_coef(fit, lags))
    return np.r_[path[: TRENDS.index(trend)], fit.coef[0], fit.sigma2[0]]


def likelihood_at(y, parameters, lags, trend):
    """Exact log-likelihood of (c, b, φ, σ²)."""
    d, p = TRENDS.index(trend), len(lags)
    c, b = [*parameters[:d], 0.0, 0.0][:2]
    coef = np.zeros(max(lags, default=0))
    coef[np.array(lags, dtype=int) - 1] = parameters[d : d + p]
    return exact_log_likelihood(y, coef, c, parameters[-1], b)


def statsmodels_order(lags):
    order = max(lags, default=0)
    return (order if order == len(lags) else list(lags), 0, 0)


@settings(max_examples=40)
@given(
    st.integers(0, 8),
    st.integers(1, 12),
    st.integers(0, 10**6),
    st.sampled_from([0.0, 3.0]),
    st.sampled_from([0.0, -0.2]),
)
def test_the_likelihood_is_the_dense_gaussian_density(p, n, seed, intercept, slope):
    rng = np.random.default_rng(seed)
    coef = coef_from_partial(rng.uniform(-0.9, 0.9, (1, p)))[0]
    y = rng.standard_normal(n) * 3
    level, rise = path_of(intercept, slope, coef)
    covariance = toeplitz(autocovariance(coef, 1.7, n - 1))
    expected = multivariate_normal(level + rise * np.arange(1, n + 1), covariance).logpdf(y)
    ours = exact_log_likelihood(y, coef, intercept, 1.7, slope)
    assert ours == pytest.approx(expected, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", LAGS, ids=str)
@pytest.mark.parametrize("name", WELL_POSED)
def test_the_likelihood_equals_that_of_arima_at_equal_parameters(name, lags, trend):
    y = SERIES[name]
    fit = fit_one(y, lags, trend)
    reference = ARIMA(y, order=statsmodels_order(lags), trend=trend)
    expected = reference.loglike(statsmodels_parameters(fit, lags, trend))
    assert fit.log_likelihood[0] == pytest.approx(expected, rel=1e-8)
    c, b = [*fit.deterministic[0], 0.0, 0.0][:2]
    ours = exact_log_likelihood(y, full_coef(fit, lags), c, fit.sigma2[0], b)
    assert ours == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    ("name", "lags", "trend"),
    [
        ("stationary", (1,), "n"),
        ("stationary", (1,), "c"),
        ("stationary", (1, 2), "c"),
        ("stationary", (1, 4), "c"),
        ("near unit root", (1,), "n"),
        ("near unit root", (1,), "c"),
    ],
)
def test_estimates_equal_those_of_arima(name, lags, trend):
    y = SERIES[name]
    fit = fit_one(y, lags, trend)
    ours, d, p = statsmodels_parameters(fit, lags, trend), TRENDS.index(trend), len(lags)
    reference = ARIMA(y, order=statsmodels_order(lags), trend=trend).fit(
        start_params=ours * 0.95, method_kwargs=dict(TIGHT), cov_type="approx"
    )
    assert fit.log_likelihood[0] >= reference.llf - 1e-6
    np.testing.assert_allclose(ours, reference.params, rtol=1e-4, atol=1e-4)
    if name == "stationary":
        errors = np.sqrt(np.diagonal(fit.covariance[0]))
        np.testing.assert_allclose(errors[d:], reference.bse[d : d + p], rtol=0.02)
    assert fit.n_rows[0] == len(y)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", [(1,), (1, 2, 3), (1, 4)], ids=str)
@pytest.mark.parametrize("name", ["stationary", "near unit root", "random walk with drift", "trending"])
def test_no_parameters_around_the_estimates_are_likelier(name, lags, trend):
    y, d = SERIES[name], TRENDS.index(trend)
    fit, rng = fit_one(y, lags, trend), np.random.default_rng(0)
    parameters = np.r_[fit.deterministic[0], fit.coef[0], fit.sigma2[0]]
    spread = np.linalg.cholesky(fit.covariance[0])
    for size in np.repeat([0.003, 0.03, 0.3, 1.0], 10):
        moved = parameters.copy()
        moved[:-1] += size * spread @ rng.standard_normal(d + len(lags))
        moved[-1] *= np.exp(0.1 * size * rng.standard_normal())
        coef = np.zeros(max(lags))
        coef[np.array(lags) - 1] = moved[d:-1]
        if is_stationary(coef[None])[0]:
            assert likelihood_at(y, moved, lags, trend) < fit.log_likelihood[0]


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", LAGS, ids=str)
@pytest.mark.parametrize("name", ["stationary", "trending"])
def test_the_covariance_is_the_inverse_hessian_of_the_likelihood(name, lags, trend):
    y = SERIES[name]
    fit = fit_one(y, lags, trend)
    parameters = np.r_[fit.deterministic[0], fit.coef[0], fit.sigma2[0]]
    errors = np.r_[np.sqrt(np.diagonal(fit.covariance[0])), fit.sigma2[0] * np.sqrt(2 / len(y))]
    steps, size = 1e-3 * np.diag(errors), len(parameters)
    hessian = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            corners = [likelihood_at(y, parameters + s * steps[i] + t * steps[j], lags, trend) for s, t in SIGNS]
            hessian[i, j] = -(corners[0] - corners[1] - corners[2] + corners[3]) / 4e-6
    hessian /= np.outer(errors, errors)
    covariance = np.linalg.inv(hessian)[:-1, :-1]
    scale = np.outer(errors[:-1], errors[:-1])
    np.testing.assert_allclose(fit.covariance[0] / scale, covariance / scale, atol=2e-3)


SIGNS = [(1, 1), (1, -1), (-1, 1), (-1, -1)]


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", [(1, 2), (1, 4)], ids=str)
@pytest.mark.parametrize("name", SERIES)
def test_every_series_gets_a_stationary_model_whose_likelihood_is_as_reported(name, lags, trend):
    y = SERIES[name]
    fit = fit_one(y, lags, trend)
    assert is_stationary(full_coef(fit, lags)[None])[0]
    ours = likelihood_at(y, np.r_[fit.deterministic[0], fit.coef[0], fit.sigma2[0]], lags, trend)
    # without a constant, a level of a million puts a root within 1e-8 of the unit circle
    tolerance = 5e-6 if (name, trend) == ("far from zero", "n") else 1e-9
    assert ours == pytest.approx(fit.log_likelihood[0], rel=tolerance)


def test_a_term_more_is_never_less_likely():
    for y in SERIES.values():
        found = [fit_one(y, lags, "c").log_likelihood[0] for lags in [(), (1,), (1, 2), (1, 2, 3)]]
        assert (np.diff(found) > -1e-6).all()


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_estimates_follow_the_unit_of_the_data(scale, trend):
    y = SERIES["trending"]
    plain, scaled = fit_one(y, (1, 2), trend), fit_one(y * scale, (1, 2), trend)
    np.testing.assert_allclose(scaled.coef, plain.coef, rtol=1e-8)
    np.testing.assert_allclose(scaled.deterministic, plain.deterministic * scale, rtol=1e-8)
    np.testing.assert_allclose(scaled.sigma2, plain.sigma2 * scale**2, rtol=1e-8)
    assert scaled.log_likelihood[0] == pytest.approx(plain.log_likelihood[0] - len(y) * np.log(scale), rel=1e-10)


@pytest.mark.parametrize("trend", ["c", "ct"])
def test_estimates_far_from_zero_are_those_near_it(trend):
    y = SERIES["stationary"]
    near, far = fit_one(y, (1, 2), trend), fit_one(y + 1e6, (1, 2), trend)
    np.testing.assert_allclose(far.coef, near.coef, rtol=1e-8)
    np.testing.assert_allclose(far.covariance[:, -2:, -2:], near.covariance[:, -2:, -2:], rtol=1e-6)
    assert far.log_likelihood[0] == pytest.approx(near.log_likelihood[0], rel=1e-8)
    shift = 1e6 * (1 - near.coef.sum())
    assert far.deterministic[0, 0] - near.deterministic[0, 0] == pytest.approx(shift, rel=1e-8)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", LAGS, ids=str)
def test_a_ragged_batch_equals_each_series_alone(lags, trend):
    lengths = np.array([60, 13, 25, 60])
    series = [simulated_ar([0.5, 0.2], length, seed=i) * 10.0**i + i for i, length in enumerate(lengths)]
    series[3] = np.full(60, 4.0)
    y = np.full((4, 60), np.nan)
    for row, alone in zip(y, series, strict=True):
        row[60 - len(alone) :] = alone
    before = y.copy()
    batch = fit_exact(y, lengths, np.array(lags, dtype=int), trend)
    np.testing.assert_array_equal(y, before)
    for b, alone in enumerate(series[:3]):
        for ours, theirs in zip(batch, fit_one(alone, lags, trend), strict=True):
            np.testing.assert_allclose(ours[b], theirs[0], rtol=1e-6)


def test_blocks_of_series_equal_the_whole(monkeypatch):
    y = np.random.default_rng(0).standard_normal((7, 40)).cumsum(axis=1)
    whole = fit_exact(y, np.full(7, 40), np.array([1, 2]), "c")
    monkeypatch.setattr("forecastkit.autoregression.exact_likelihood._WORKING_SET", 100)
    for ours, theirs in zip(fit_exact(y, np.full(7, 40), np.array([1, 2]), "c"), whole, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7)


@pytest.mark.parametrize("lags", [(), (1,), (1, 2)], ids=str)
@pytest.mark.parametrize("value", [0.1, -1e6])
def test_a_constant_series_has_no_variance_and_an_infinite_likelihood(value, lags):
    fit = fit_one(np.full(20, value), lags, "c")
    assert fit.sigma2[0] == 0.0
    assert fit.log_likelihood[0] == np.inf
    assert fit.deterministic[0, 0] + value * fit.coef[0].sum() == pytest.approx(value, rel=1e-12)
    np.testing.assert_array_equal(fit.covariance[0], 0.0)


def test_an_explosive_start_is_brought_inside():
    y = 1.05 ** np.arange(60) + np.random.default_rng(0).standard_normal(60) * 0.1
    fit = fit_one(y, (1, 2), "c")
    assert is_stationary(fit.coef)[0]
    assert np.isfinite(fit.log_likelihood[0])


@pytest.mark.parametrize(
    ("y", "coef", "sigma2", "message"),
    [
        ([1.0, np.nan, 2.0], [0.5], 1.0, r"1 missing or infinite values, the first at places \[1\]"),
        ([1.0, 2.0], [1.0], 1.0, "no stationary law"),
        ([1.0, 2.0], [0.5], 0.0, "sigma2 must be above 0, got 0.0"),
    ],
)
def test_what_has_no_exact_likelihood_is_refused(y, coef, sigma2, message):
    with pytest.raises(InvalidParameterError, match=message):
        exact_log_likelihood(np.array(y), np.array(coef), 0.0, sigma2)
