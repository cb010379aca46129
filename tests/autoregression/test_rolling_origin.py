import numpy as np
import pytest
from reference_fit import awkward_series, simulated_ar

from forecastkit.autoregression.conditional_likelihood import fit_conditional
from forecastkit.autoregression.lag_gram import lag_gram
from forecastkit.autoregression.rolling_origin import fit_rolling, rolling_gram

SERIES = awkward_series()
TRENDS = ["n", "c", "ct"]
EXPANDING = (np.zeros(6, dtype=int), np.arange(60, 300, 40))
SLIDING = (np.arange(0, 220, 40), np.arange(0, 220, 40) + 80)


def assert_equal_to_fresh_fits(y, starts, ends, lags, trend, rtol=1e-8):
    rolled = fit_rolling(y, starts, ends, np.array(lags, dtype=int), trend)
    for o, (start, end) in enumerate(zip(starts, ends, strict=True)):
        fresh = fit_conditional(y[None, start:end], np.array([end - start]), np.array(lags, dtype=int), trend)
        scale = np.sqrt(np.diagonal(fresh.covariance[0]))
        ours = np.concatenate([rolled.deterministic[o], rolled.coef[o]])
        theirs = np.concatenate([fresh.deterministic[0], fresh.coef[0]])
        assert (np.abs(ours - theirs) <= rtol * (np.abs(theirs) + scale) + 1e-300).all()
        np.testing.assert_allclose(rolled.sigma2[o], fresh.sigma2[0], rtol=rtol)
        np.testing.assert_allclose(np.sqrt(np.diagonal(rolled.covariance[o])), scale, rtol=1e-7)
        assert rolled.n_rows[o] == fresh.n_rows[0]


@pytest.mark.parametrize("windows", [EXPANDING, SLIDING], ids=["expanding", "sliding"])
@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", [(), (1,), (1, 2, 3), (2, 12)], ids=str)
@pytest.mark.parametrize("name", SERIES)
def test_every_window_equals_a_fresh_fit(name, lags, trend, windows):
    assert_equal_to_fresh_fits(SERIES[name], *windows, lags, trend)


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("size", [1e4, 1e8, 1e10])
def test_large_early_values_do_not_blur_later_windows(size, trend):
    y = SERIES["stationary"].copy()
    y[:50] *= size
    starts = np.arange(60, 200, 30)
    assert_equal_to_fresh_fits(y, starts, starts + 90, (1, 2), trend, rtol=1e-7)


@pytest.mark.parametrize("trend", TRENDS)
def test_values_after_a_window_do_not_reach_its_fit(trend):
    y = SERIES["stationary"]
    changed = y.copy()
    changed[120:] = 1e9 * (1 + np.arange(180))
    starts, ends = np.zeros(2, dtype=int), np.array([100, 120])
    later = np.concatenate([ends, [300]])
    plain = fit_rolling(y, starts, ends, np.array([1, 2]), trend)
    moved = fit_rolling(changed, np.zeros(3, dtype=int), later, np.array([1, 2]), trend)
    np.testing.assert_allclose(moved.coef[:2], plain.coef, rtol=1e-9)
    np.testing.assert_allclose(moved.sigma2[:2], plain.sigma2, rtol=1e-9)
    np.testing.assert_allclose(moved.deterministic[:2], plain.deterministic, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("trend", TRENDS)
def test_windows_in_which_the_series_stands_still_are_exact(trend):
    y = np.concatenate([1e3 * simulated_ar([0.5], 60), np.full(60, 4.0)])
    fit = fit_rolling(y, np.array([0, 70, 65]), np.array([60, 110, 120]), np.array([1, 2]), trend)
    assert fit.sigma2[0] > 0
    np.testing.assert_array_equal(fit.sigma2[1:], 0.0)
    np.testing.assert_allclose(fit.deterministic[1:, :1].sum(axis=1) + 4 * fit.coef[1:].sum(axis=1), 4.0, rtol=1e-9)


@pytest.mark.parametrize("trend", TRENDS)
def test_running_sums_give_the_gram_matrix_of_each_window(trend):
    z = simulated_ar([0.7], 90)
    starts, ends = np.array([0, 10, 30]), np.array([50, 90, 75])
    grams = rolling_gram(z, starts, ends, 4, trend)
    for gram, start, end in zip(grams, starts, ends, strict=True):
        alone = lag_gram(z[None, start:end], np.array([end - start]), 4, trend)[0]
        if trend == "ct":  # the trend is scaled by the length of the whole series
            alone[1] *= (end - start) / 90
            alone[:, 1] *= (end - start) / 90
        np.testing.assert_allclose(gram, alone, rtol=1e-10, atol=1e-10)
