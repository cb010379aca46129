import numpy as np
import pytest
from reference_fit import awkward_series, exact_fit, lag_rows, simulated_ar
from statsmodels.tsa.ar_model import AutoReg

from forecastkit.autoregression.conditional_likelihood import fit_conditional

SERIES = awkward_series()
TRENDS = ["n", "c", "ct"]
LAGS = [(), (1,), (1, 2, 3), (1, 2, 12), (7,), tuple(range(1, 14))]


def fit_one(y, lags, trend):
    return fit_conditional(np.asarray(y, float)[None], np.array([len(y)]), np.array(lags, dtype=int), trend)


def estimates_of(fit, b=0):
    """Deterministic terms, effects and φ, and σ²."""
    return np.concatenate([fit.deterministic[b], fit.effects[b], fit.coef[b]]), fit.sigma2[b]


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", LAGS, ids=str)
@pytest.mark.parametrize("name", ["stationary", "in a small unit", "near unit root", "trending"])
def test_well_posed_fits_equal_autoreg_to_eight_digits(name, lags, trend):
    y = SERIES[name]
    reference = AutoReg(y, lags=list(lags) or 0, trend=trend).fit()
    values, sigma2 = estimates_of(fit_one(y, lags, trend))
    np.testing.assert_allclose(values, reference.params, rtol=1e-8, atol=1e-8 * np.abs(reference.params).max(initial=0))
    assert sigma2 == pytest.approx(reference.sigma2, rel=1e-8)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", LAGS, ids=str)
@pytest.mark.parametrize("name", SERIES)
def test_fits_equal_least_squares_in_extended_precision(name, lags, trend):
    y = SERIES[name]
    reference, reference_errors, reference_sigma2 = exact_fit(y, lags, trend)
    values, sigma2 = estimates_of(fit_one(y, lags, trend))
    size = np.abs(reference) * 1e-8 + reference_errors * 1e-6
    np.testing.assert_array_less(np.abs(values - reference), size + 1e-300)
    assert sigma2 == pytest.approx(reference_sigma2, rel=1e-8)


def test_the_gradient_of_the_likelihood_vanishes_at_the_estimates():
    y = SERIES["trending"]
    fit = fit_one(y, (1, 2, 5), "ct")
    X, target = (array.astype(float) for array in lag_rows(y, (1, 2, 5), "ct"))
    residuals = target - X @ estimates_of(fit)[0]
    assert np.abs(X.T @ residuals / (np.linalg.norm(X, axis=0) * np.linalg.norm(residuals))).max() < 1e-10
    assert fit.n_rows[0] == len(y) - 5


@pytest.mark.parametrize("trend", TRENDS)
def test_a_ragged_batch_equals_each_series_alone(trend):
    rng = np.random.default_rng(5)
    lengths = np.array([40, 13, 25, 40, 9])
    series = [simulated_ar([0.5, 0.2], length, seed=i) * 10.0**i + rng.normal() for i, length in enumerate(lengths)]
    y = np.full((5, 40), np.nan)
    for row, alone in zip(y, series, strict=True):
        row[40 - len(alone) :] = alone
    batch = fit_conditional(y, lengths, np.array([1, 3]), trend)
    for b, alone in enumerate(series):
        single = fit_one(alone, (1, 3), trend)
        for ours, theirs in zip(estimates_of(batch, b), estimates_of(single), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-10)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", [(), (1,), (1, 2, 3)], ids=str)
@pytest.mark.parametrize("value", [0.0, 5.0, 0.1, -1e6])
def test_a_constant_series_is_fitted_exactly(value, lags, trend):
    fit = fit_one(np.full(20, value), lags, trend)
    if trend == "n" and not lags:
        assert fit.sigma2[0] == pytest.approx(value**2)
        return
    assert fit.sigma2[0] == 0.0
    terms = np.concatenate([fit.deterministic[0], [0.0, 0.0]])
    assert terms[0] + 21 * terms[1] + value * fit.coef[0].sum() == pytest.approx(value, rel=1e-12)


def test_exactly_collinear_regressors_give_an_exact_fit_and_finite_estimates():
    fit = fit_one(np.arange(30.0), (1, 2, 3), "ct")
    values, sigma2 = estimates_of(fit)
    assert np.isfinite(values).all()
    assert sigma2 == 0.0


def test_a_constant_batch_member_does_not_change_its_neighbours():
    y = np.stack([np.full(60, 3.0), simulated_ar([0.4], 60)])
    batch = fit_conditional(y, np.array([60, 60]), np.array([1, 2]), "c")
    np.testing.assert_allclose(batch.coef[1], fit_one(y[1], (1, 2), "c").coef[0], rtol=1e-10)
    assert batch.sigma2[0] == 0.0


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_estimates_follow_the_unit_of_the_data(scale):
    y = SERIES["near unit root"]
    plain, scaled = fit_one(y, (1, 2), "c"), fit_one(y * scale, (1, 2), "c")
    np.testing.assert_allclose(scaled.coef, plain.coef, rtol=1e-9)
    np.testing.assert_allclose(scaled.deterministic, plain.deterministic * scale, rtol=1e-9)
    np.testing.assert_allclose(scaled.sigma2, plain.sigma2 * scale**2, rtol=1e-9)


def test_the_data_are_not_changed():
    y = simulated_ar([0.4], 50)[None]
    y[0, :3] = np.nan
    before = y.copy()
    fit_conditional(y, np.array([47]), np.array([1]), "c")
    np.testing.assert_array_equal(y, before)
