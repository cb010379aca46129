import numpy as np
import pytest
from reference_fit import awkward_series, exact_fit, simulated_ar

from forecastkit.autoregression import rolling_origin
from forecastkit.autoregression.conditional_likelihood import fit_conditional
from forecastkit.autoregression.rolling_origin import fit_rolling

SERIES = awkward_series()
TRENDS = ["n", "c", "ct"]
EXPANDING = (np.zeros(6, dtype=int), np.arange(60, 300, 40))
SLIDING = (np.arange(0, 220, 40), np.arange(0, 220, 40) + 80)


def assert_equal_to_fresh_fits(y, starts, ends, lags, trend, rtol=1e-8):
    rolled = fit_rolling(y, starts, ends, np.array(lags, dtype=int), trend)
    for o, (start, end) in enumerate(zip(starts, ends, strict=True)):
        fresh = fit_conditional(y[None, start:end], np.array([end - start]), np.array(lags, dtype=int), trend)
        scale = exact_fit(y[start:end], lags, trend)[1]
        ours = np.concatenate([rolled.deterministic[o], rolled.coef[o]])
        theirs = np.concatenate([fresh.deterministic[0], fresh.coef[0]])
        assert (np.abs(ours - theirs) <= rtol * (np.abs(theirs) + scale) + 1e-300).all()
        np.testing.assert_allclose(rolled.sigma2[o], fresh.sigma2[0], rtol=rtol)
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


@pytest.mark.parametrize("settings", [{}, {"ridge": 0.1}, {"window_mean": True}], ids=str)
@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("lags", [(), (1, 2), (1, 12)], ids=str)
def test_values_after_a_window_do_not_move_its_fit_by_a_bit(lags, trend, settings):
    y, x = SERIES["stationary"], np.random.default_rng(3).standard_normal((300, 1))
    changed, changed_x = y.copy(), x.copy()
    changed[120:] = 1e9 * (1 + np.arange(180))
    changed_x[120:] = -1e5
    starts, ends = np.zeros(2, dtype=int), np.array([100, 120])
    plain = fit_rolling(y[:130], starts, ends, np.array(lags, dtype=int), trend, x[:130], **settings)
    later = np.zeros(4, dtype=int), np.array([*ends, 200, 300])
    moved = fit_rolling(changed, *later, np.array(lags, dtype=int), trend, changed_x, **settings)
    for before, after in zip(plain, moved, strict=True):
        np.testing.assert_array_equal(after[:2], before)


@pytest.mark.parametrize("windows", [EXPANDING, SLIDING], ids=["expanding", "sliding"])
@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("settings", [{}, {"ridge": 0.1}, {"window_mean": True}], ids=str)
def test_windows_with_covariates_equal_fresh_fits(settings, trend, windows):
    x = np.random.default_rng(3).standard_normal((300, 2)) * [1, 50] + [0, 1e3]
    y = SERIES["trending"] + x @ [0.5, 0.01]
    rolled = fit_rolling(y, *windows, np.array([1, 2, 7]), trend, x, **settings)
    for o, (start, end) in enumerate(zip(*windows, strict=True)):
        window = y[None, start:end], np.array([end - start])
        fresh = fit_conditional(*window, np.array([1, 2, 7]), trend, x[None, start:end], **settings)
        for ours, theirs in zip(rolled, fresh, strict=True):
            np.testing.assert_allclose(ours[o], theirs[0], rtol=1e-8, atol=1e-8)


def test_most_windows_of_a_well_posed_series_need_no_fit_of_their_own(monkeypatch):
    def refused(*arguments, **settings):
        raise AssertionError("a fresh fit")

    monkeypatch.setattr(rolling_origin, "fit_conditional", refused)
    y = SERIES["stationary"] + 1e3
    assert fit_rolling(y, *EXPANDING, np.array([1, 2]), "ct").coef.shape == (6, 2)
    assert fit_rolling(y, *SLIDING, np.array([1, 2]), "c").coef.shape == (6, 2)


@pytest.mark.parametrize("trend", TRENDS)
def test_windows_in_which_the_series_stands_still_are_exact(trend):
    y = np.concatenate([1e3 * simulated_ar([0.5], 60), np.full(60, 4.0)])
    fit = fit_rolling(y, np.array([0, 70, 65]), np.array([60, 110, 120]), np.array([1, 2]), trend)
    assert fit.sigma2[0] > 0
    np.testing.assert_array_equal(fit.sigma2[1:], 0.0)
    np.testing.assert_allclose(fit.deterministic[1:, :1].sum(axis=1) + 4 * fit.coef[1:].sum(axis=1), 4.0, rtol=1e-9)
