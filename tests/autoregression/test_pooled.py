import numpy as np
import pytest
from reference_fit import simulated_ar
from stacked_windows import as_batch, reference_map, windows

from forecastkit.autoregression.conditional_likelihood import fit_conditional
from forecastkit.autoregression.direct import fit_direct
from forecastkit.autoregression.pooled import fit_pooled

PANEL = [
    simulated_ar([0.6, 0.2], 60, seed=1) * 100,
    simulated_ar([0.5], 41, seed=2) + 3,
    simulated_ar([0.9], 33, seed=3) * 0.01,
    np.full(20, 4.0),
]
LAGS = [(1,), (1, 2, 3), (2, 7), (1, 2, 12)]


@pytest.mark.parametrize("trend", ["n", "c"])
@pytest.mark.parametrize("ridge", [0.0, 1e-2])
@pytest.mark.parametrize("window_mean", [False, True])
@pytest.mark.parametrize("lags", LAGS, ids=str)
def test_one_autoregression_equals_least_squares_on_the_scaled_rows(lags, window_mean, ridge, trend):
    batches = [as_batch(PANEL[:2]), as_batch(PANEL[2:])]
    fit = fit_pooled(batches, np.array(lags), trend, ridge=ridge, window_mean=window_mean)
    scale = np.array([y.std() or 1.0 for y in PANEL])
    scaled = [y / s for y, s in zip(PANEL, scale, strict=True)]
    B, intercept, _ = reference_map(scaled, lags, 1, trend, ridge, window_mean)
    np.testing.assert_allclose(fit.coef, np.repeat(B, 4, axis=0), atol=1e-9)
    assert fit.deterministic.shape == (4, int(trend == "c"))
    if trend == "c":
        np.testing.assert_allclose(fit.deterministic[:, 0], scale * intercept, atol=1e-9 * scale.max())
    for b, y in enumerate(PANEL):
        X, Y = windows([y], lags, 1)
        residuals = Y[:, 0] - fit.deterministic[b].sum() - X @ fit.coef[b]
        assert fit.sigma2[b] == pytest.approx(np.mean(residuals**2), rel=1e-8, abs=1e-20)
        assert fit.n_rows[b] == len(X)


def test_the_panel_of_one_series_is_fitted_as_that_series():
    y, lengths = as_batch(PANEL[:1])
    fit, alone = fit_pooled([(y, lengths)], np.array([1, 3])), fit_conditional(y, lengths, np.array([1, 3]), "c")
    np.testing.assert_allclose(fit.coef, alone.coef, rtol=1e-10)
    np.testing.assert_allclose(fit.deterministic, alone.deterministic, rtol=1e-9)
    np.testing.assert_allclose(fit.sigma2, alone.sigma2, rtol=1e-10)


def test_it_is_the_shared_direct_map_one_step_ahead():
    fit = fit_pooled([as_batch(PANEL)], np.arange(1, 6), ridge=1e-4, window_mean=True)
    direct = fit_direct([as_batch(PANEL)], 5, 1, ridge=1e-4, window_mean=True, pooled=True)
    np.testing.assert_allclose(fit.coef[0], direct.map[0, 0], rtol=1e-12)
    np.testing.assert_allclose(fit.deterministic[:, 0], direct.scale * direct.intercept[0, 0], rtol=1e-12)
    weighted = np.sum(fit.n_rows * fit.sigma2 / fit.scale**2) / fit.n_rows.sum()
    assert weighted == pytest.approx(direct.covariance[0, 0, 0], rel=1e-9)


def test_a_series_too_short_to_have_rows_gets_the_variance_of_the_panel():
    short = np.array([10.0, 30.0])
    fit, without = (fit_pooled([as_batch(panel)], np.array([1, 2])) for panel in ([short, *PANEL], PANEL))
    np.testing.assert_allclose(fit.coef[1:], without.coef, rtol=1e-9)
    np.testing.assert_allclose(fit.sigma2[1:], without.sigma2, rtol=1e-8)
    pooled = np.sum(without.n_rows * without.sigma2 / without.scale**2) / without.n_rows.sum()
    assert fit.sigma2[0] == pytest.approx(10.0**2 * pooled)
    assert fit.n_rows[0] == 0


def test_lines_of_any_slope_are_fitted_exactly():
    lines = [3.0 * np.arange(20), 50 - 0.1 * np.arange(30)]
    fit = fit_pooled([as_batch(lines)], np.array([1, 2]), "n", window_mean=True)
    np.testing.assert_allclose(fit.coef, [[2.0, -1.0]] * 2, rtol=1e-9)
    assert (fit.sigma2 == 0).all()


def test_the_data_are_not_changed():
    y, lengths = as_batch(PANEL)
    before = y.copy()
    fit_pooled([(y, lengths)], np.array([1]), window_mean=True)
    np.testing.assert_array_equal(y, before)
