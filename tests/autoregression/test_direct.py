import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_fit import awkward_series, simulated_ar
from stacked_windows import as_batch, reference_map, windows

from forecastkit.autoregression import window_regression, window_rows
from forecastkit.autoregression.conditional_likelihood import fit_conditional
from forecastkit.autoregression.direct import direct_mean, fit_direct

SERIES = awkward_series()
OPTIONS = [
    pytest.param(trend, ridge, mean, id=f"{trend}-{ridge}-{'mean' if mean else 'plain'}")
    for trend in "nc"
    for ridge in (0.0, 1e-3)
    for mean in (False, True)
]
PANEL = [
    simulated_ar([0.6, 0.2], 60, seed=1) * 100,
    simulated_ar([0.5], 41, seed=2) + 3,
    simulated_ar([0.9], 33, seed=3) * 0.01,
    np.full(20, 4.0),
]


def assert_same_fit(fit, reference, unit, b=0):
    for ours, theirs, size in zip((fit.map[b], fit.intercept[b], fit.covariance[b]), reference, unit, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-8 * size)


def units(reference, y):
    """What the digits of map, intercept and covariance are counted in."""
    return np.abs(reference[0]).max(), np.abs(y).max(), np.abs(reference[2]).max()


def scaled(series):
    return [y / (y.std() or 1.0) for y in series]


@pytest.mark.parametrize(("trend", "ridge", "window_mean"), OPTIONS)
@pytest.mark.parametrize(("order", "horizon"), [(1, 1), (3, 4), (24, 12)])
@pytest.mark.parametrize("name", [name for name in SERIES if name != "far from zero"])
def test_a_map_equals_least_squares_on_the_stacked_windows(name, order, horizon, trend, ridge, window_mean):
    y = SERIES[name]
    fit = fit_direct([as_batch([y])], order, horizon, trend, ridge=ridge, window_mean=window_mean)
    reference = reference_map([y], range(1, order + 1), horizon, trend, ridge, window_mean)
    assert_same_fit(fit, reference, units(reference, y))
    assert fit.n_rows[0] == len(y) - order - horizon + 1
    assert fit.scale[0] == 1.0


@pytest.mark.parametrize(("trend", "ridge", "window_mean"), [("c", 0.0, False), ("c", 1e-3, False), ("n", 0.0, False)])
def test_a_series_far_from_zero_keeps_its_digits(trend, ridge, window_mean):
    y = SERIES["far from zero"]
    fit = fit_direct([as_batch([y])], 3, 4, trend, ridge=ridge, window_mean=window_mean)
    reference = reference_map([y], (1, 2, 3), 4, trend, ridge, window_mean, extended=True)
    assert_same_fit(fit, reference, units(reference, y))


@pytest.mark.parametrize(("trend", "ridge", "window_mean"), OPTIONS)
def test_a_shared_map_equals_least_squares_weighted_by_each_variance(trend, ridge, window_mean):
    batches = [as_batch(PANEL[:1]), as_batch(PANEL[1:])]
    fit = fit_direct(batches, 5, 3, trend, ridge=ridge, window_mean=window_mean, pooled=True)
    reference = reference_map(scaled(PANEL), range(1, 6), 3, trend, ridge, window_mean)
    assert_same_fit(fit, reference, (1.0, 1.0, 1.0))
    np.testing.assert_allclose(fit.scale, [y.std() or 1.0 for y in PANEL], rtol=1e-12)
    assert fit.n_rows.tolist() == [sum(len(y) - 7 for y in PANEL)]


@pytest.mark.parametrize("pooled", [False, True])
def test_batches_only_group_the_series(pooled):
    one = fit_direct([as_batch(PANEL)], 5, 3, pooled=pooled)
    many = fit_direct([as_batch([y]) for y in PANEL], 5, 3, pooled=pooled)
    for ours, theirs in zip(one, many, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("window_mean", [False, True])
def test_series_without_a_window_only_get_a_scale(window_mean):
    short = np.array([1.0, 3.0, 5.0])
    fit = fit_direct([as_batch([short, *PANEL])], 5, 3, window_mean=window_mean, pooled=True)
    reference = reference_map(scaled(PANEL), range(1, 6), 3, "c", window_mean=window_mean)
    assert_same_fit(fit, reference, (1.0, 1.0, 1.0))
    assert fit.scale[0] == pytest.approx(short.std())


@pytest.mark.parametrize("window_mean", [False, True])
def test_the_unit_of_one_series_changes_only_its_own_forecast(window_mean):
    other = [PANEL[0] * 1e4, *PANEL[1:]]
    forecasts = []
    for panel in (PANEL, other):
        fit = fit_direct([as_batch(panel)], 5, 3, window_mean=window_mean, pooled=True)
        forecasts.append(direct_mean(as_batch(panel)[0], fit))
    np.testing.assert_allclose(forecasts[1][0], forecasts[0][0] * 1e4, rtol=1e-8)
    np.testing.assert_allclose(forecasts[1][1:], forecasts[0][1:], rtol=1e-8)


def test_each_series_of_a_ragged_batch_is_fitted_as_if_alone():
    batch = fit_direct([as_batch(PANEL)], 3, 4)
    for b, y in enumerate(PANEL):
        alone = fit_direct([as_batch([y])], 3, 4)
        for ours, theirs in zip(batch, alone, strict=True):
            np.testing.assert_allclose(ours[b], theirs[0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("trend", ["n", "c"])
def test_one_step_ahead_the_map_is_the_autoregression(trend):
    y, lengths = as_batch([SERIES["stationary"]])
    fit = fit_direct([(y, lengths)], 4, 1, trend)
    reference = fit_conditional(y, lengths, np.arange(1, 5), trend)
    np.testing.assert_allclose(fit.map[0], reference.coef, rtol=1e-10)
    np.testing.assert_allclose(fit.covariance[0, 0], reference.sigma2, rtol=1e-10)
    np.testing.assert_allclose(fit.intercept[0], reference.deterministic.sum(axis=1), rtol=1e-10)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    lengths=st.lists(st.integers(25, 60), min_size=1, max_size=4),
    order=st.integers(1, 8),
    horizon=st.integers(1, 8),
    window_mean=st.booleans(),
    pooled=st.booleans(),
)
def test_residuals_are_orthogonal_to_the_windows(seed, lengths, order, horizon, window_mean, pooled):
    rng = np.random.default_rng(seed)
    series = [rng.standard_normal(n).cumsum() * 10.0 ** rng.integers(-3, 4) for n in lengths]
    fit = fit_direct([as_batch(series)], order, horizon, window_mean=window_mean, pooled=pooled)
    for b, group in enumerate([scaled(series)] if pooled else [[y] for y in series]):
        X, Y = windows(group, range(1, order + 1), horizon)
        residuals = Y - fit.intercept[b] - X @ fit.map[b].T
        X = X - X.mean(axis=1, keepdims=True) if window_mean else X
        size = np.linalg.norm(X, axis=0)[:, None] * np.linalg.norm(residuals, axis=0) + 1e-300
        assert np.abs(X.T @ residuals / size).max() < 1e-7
        np.testing.assert_allclose(residuals.sum(axis=0), 0, atol=1e-7 * np.abs(Y).sum())
        covariance = residuals.T @ residuals / len(X)
        np.testing.assert_allclose(fit.covariance[b], covariance, rtol=1e-6, atol=1e-8 * covariance.max())
        np.testing.assert_array_equal(fit.covariance[b], fit.covariance[b].T)
        assert np.linalg.eigvalsh(fit.covariance[b])[0] >= -1e-12 * covariance.max()


@pytest.mark.parametrize("ridge", [0.0, 0.1])
def test_with_the_window_mean_a_forecast_follows_the_level(ridge):
    y = SERIES["random walk with drift"]
    fit = fit_direct([as_batch([y])], 6, 5, "n", ridge=ridge, window_mean=True)
    np.testing.assert_allclose(fit.map.sum(axis=2), 1.0, rtol=1e-12)
    np.testing.assert_allclose(direct_mean(y[None] + 500, fit), direct_mean(y[None], fit) + 500, rtol=1e-10)
    assert (fit.intercept == 0).all()


EXACT = {
    "constant": (np.full(30, 7.1), [7.1, 7.1, 7.1]),
    "zero": (np.zeros(30), [0.0, 0.0, 0.0]),
    "line": (np.arange(30.0) * 3 + 1000, [1090.0, 1093.0, 1096.0]),
    "period": (np.tile([1.0, 5.0, 2.0, 9.0], 10), [1.0, 5.0, 2.0]),
}


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("window_mean", [False, True])
@pytest.mark.parametrize("trend", ["n", "c"])
@pytest.mark.parametrize("name", EXACT)
def test_series_without_noise_are_forecast_exactly(name, trend, window_mean, pooled):
    y, future = EXACT[name]
    fit = fit_direct([as_batch([y])], 4, 3, trend, window_mean=window_mean, pooled=pooled)
    np.testing.assert_allclose(direct_mean(y[None], fit)[0], future, rtol=1e-9, atol=1e-12)
    assert (fit.covariance == 0).all()
    assert np.abs(fit.map).max() < 10


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("ridge", [0.0, 1e-3])
@pytest.mark.parametrize("window_mean", [False, True])
@pytest.mark.parametrize("trend", ["n", "c"])
def test_rounding_in_windows_that_never_vary_is_not_fitted(trend, window_mean, ridge, pooled):
    y = np.r_[np.zeros(29), 1.0] + 0.1
    fit = fit_direct([as_batch([y])], 4, 3, trend, ridge=ridge, window_mean=window_mean, pooled=pooled)
    assert np.abs(fit.map).max() <= 1.0
    assert np.isfinite(direct_mean(y[None], fit)).all()


def test_more_values_than_windows_give_the_map_of_least_norm():
    y = simulated_ar([0.5], 12, seed=4) + 10
    fit = fit_direct([as_batch([y])], 6, 2)
    X, Y = windows([y], range(1, 7), 2)
    np.testing.assert_allclose(fit.map[0].T, np.linalg.pinv(X - X.mean(axis=0)) @ (Y - Y.mean(axis=0)), atol=1e-9)
    np.testing.assert_allclose(X @ fit.map[0].T + fit.intercept[0], Y, rtol=1e-9)


def test_nearly_collinear_windows_keep_their_forecasts():
    time = np.arange(120)
    noise = np.random.default_rng(6).standard_normal(120)
    y = 50 + np.sin(2 * np.pi * time / 12) + 1e-6 * noise
    fit = fit_direct([as_batch([y])], 14, 4)
    B, intercept, covariance = reference_map([y], range(1, 15), 4, "c", extended=True)
    np.testing.assert_allclose(direct_mean(y[None], fit)[0], B @ y[:-15:-1] + intercept, rtol=1e-11)
    np.testing.assert_allclose(fit.covariance[0], covariance, rtol=1e-6, atol=1e-6 * covariance.max())


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("window_mean", [False, True])
def test_rows_in_small_blocks_and_by_qr_give_the_same_map(window_mean, pooled, monkeypatch):
    plain = fit_direct([as_batch(PANEL[:3])], 4, 3, ridge=1e-3, window_mean=window_mean, pooled=pooled)
    monkeypatch.setattr(window_rows, "_SERIES_VALUES", 1)
    monkeypatch.setattr(window_rows.WindowRows.blocks, "__defaults__", (1,))
    monkeypatch.setattr(window_regression, "_PIVOT", 2.0)
    monkeypatch.setattr(window_regression, "_DIGITS", np.inf)
    by_qr = fit_direct([as_batch(PANEL[:3])], 4, 3, ridge=1e-3, window_mean=window_mean, pooled=pooled)
    for ours, theirs in zip(plain, by_qr, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-11 * np.abs(theirs).max())


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_estimates_follow_the_unit_of_the_data(scale):
    y = SERIES["near unit root"]
    plain, other = (fit_direct([as_batch([y * s])], 3, 2, ridge=1e-4) for s in (1.0, scale))
    np.testing.assert_allclose(other.map, plain.map, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(other.intercept, plain.intercept * scale, rtol=1e-8)
    np.testing.assert_allclose(other.covariance, plain.covariance * scale**2, rtol=1e-8)


@pytest.mark.parametrize("pooled", [False, True])
def test_the_data_are_not_changed(pooled):
    y, lengths = as_batch(PANEL)
    before = y.copy()
    fit_direct([(y, lengths)], 3, 2, pooled=pooled)
    np.testing.assert_array_equal(y, before)


@pytest.mark.parametrize("pooled", [False, True])
def test_forecasts_from_many_origins_are_those_from_each(pooled):
    panel = [y[:33] for y in PANEL[:3]]
    y, _ = as_batch(panel)
    fit = fit_direct([as_batch(panel)], 4, 3, pooled=pooled)
    origins = np.stack([y[:, end - 6 : end] for end in (20, 27, 33)])
    together = direct_mean(origins, fit)
    assert together.shape == (3, 3, 3)
    for o, history in enumerate(origins):
        np.testing.assert_allclose(together[o], direct_mean(history, fit), rtol=1e-12)
        for b in range(3):
            own = min(b, len(fit.map) - 1)
            mean = fit.map[own] @ history[b, :-5:-1] + fit.scale[b] * fit.intercept[own]
            np.testing.assert_allclose(together[o, b], mean, rtol=1e-12)
