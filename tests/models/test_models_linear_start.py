import numpy as np
import pytest
import torch
from small_networks import (
    BACKBONES,
    COVARIATES,
    HEADS,
    autoregression,
    small_network,
    small_window,
    store_of,
    windows_of,
)
from statsmodels.tsa.ar_model import AutoReg

from forecastkit.autoregression import direct_mean, fit_direct
from forecastkit.models import start_linear
from forecastkit.windows import SeriesStore, Window

RIDGE = 1e-4
SHRUNK = {"window_scaling": "window", "window_shrinkage": 0.7}


def stacked(series, order, block_size):
    """Lags and blocks of every window of every series."""
    rows = [np.lib.stride_tricks.sliding_window_view(each, order + block_size) for each in series]
    windows = np.concatenate(rows)
    return windows[:, :order], windows[:, order:]


def ridge_regression(lags, block, ridge=RIDGE, intercept=1.0):
    """Least squares with the penalty written as further rows, and its residuals' root mean square."""
    n, p = lags.shape
    spread = np.sqrt(((lags - lags.mean(axis=0)) ** 2).sum(axis=0))
    penalty = np.column_stack([np.diag(spread * ridge**0.5), np.zeros(p)])
    rows = np.vstack([np.column_stack([lags, np.full(n, intercept)]), penalty])
    solution = np.linalg.lstsq(rows, np.vstack([block, np.zeros((p, block.shape[1]))]), rcond=None)[0]
    residuals = block - lags @ solution[:-1] - intercept * solution[-1]
    return solution[:-1].T, intercept * solution[-1], np.sqrt((residuals**2).mean(axis=0))


def started(store, order, block_size, n_targets=None, ridge=RIDGE, **options):
    network = small_network(order=order, block_size=block_size, linear_skip=True, **options)
    start_linear(network, store, windows_of(store, order, n_targets or block_size), ridge)
    return network


@pytest.mark.parametrize("block_size", [1, 3])
@pytest.mark.parametrize("level", [0.0, 1000.0])
def test_the_skip_is_the_ridge_regression_of_all_windows(block_size, level):
    series = [autoregression(60, seed=seed, level=level) for seed in range(3)]
    network = started(store_of(*series), 4, block_size)
    weight, bias, scale = ridge_regression(*stacked(series, 4, block_size))
    np.testing.assert_allclose(network.skip.weight.detach(), weight, rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(network.skip.bias.detach(), bias, rtol=1e-5, atol=1e-6)
    law = network.emissions(Window(torch.from_numpy(series[0][None, : 4 + block_size])))
    np.testing.assert_allclose(law.scale.detach()[0, 0], scale, rtol=1e-5)


def test_the_skip_is_the_direct_forecaster_of_one_series():
    series, order, horizon = autoregression(200), 5, 3
    network = started(store_of(series), order, horizon)
    batch = [(series[None], np.array([200]))]
    direct = fit_direct(batch, order, horizon, ridge=RIDGE)
    np.testing.assert_allclose(network.skip.weight.detach().flip(1), direct.map[0], rtol=1e-6, atol=1e-9)
    law = network.next_block(Window(torch.from_numpy(series[None, -order:])))
    np.testing.assert_allclose(law.mean.detach(), direct_mean(series[None], direct), rtol=1e-6)
    np.testing.assert_allclose(law.scale.detach()[0] ** 2, np.diag(direct.covariance[0]), rtol=1e-6)


def test_without_a_ridge_the_skip_is_the_autoregression_of_least_squares():
    series = autoregression(300)
    series = (series - series.mean()) / series.std()
    network, reference = started(store_of(series), 4, 1, ridge=0.0), AutoReg(series, 4).fit()
    np.testing.assert_allclose(network.skip.bias.detach(), reference.params[:1], atol=1e-7)
    np.testing.assert_allclose(network.skip.weight.detach()[0].flip(0), reference.params[1:], atol=1e-7)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("head", HEADS)
def test_a_network_starts_with_the_linear_forecasts_and_their_residual_scale(backbone, head):
    series, order = autoregression(120), 4
    rows = {name: getattr(small_window(120, batch=1), name) for name in ("known", "past", "static")}
    store = SeriesStore(
        torch.from_numpy(series), torch.tensor([0, 120]), None, rows["known"][0], rows["past"][0], rows["static"]
    )
    network = started(store, order, 2, backbone=backbone, head=head, **COVARIATES)
    lags, block = stacked([series], order, 2)
    weight, bias, scale = ridge_regression(lags, block)
    law = network.emissions(store.windows(torch.arange(len(lags)), order + 2))
    np.testing.assert_allclose(law.mean.detach()[:, 0], lags @ weight.T + bias, atol=1e-6)
    np.testing.assert_allclose(law.scale.detach()[:, 0], np.broadcast_to(scale, (len(lags), 2)), rtol=1e-5)


@pytest.mark.parametrize("options", [{"window_scaling": "window_mean"}, {"window_scaling": "window"}, SHRUNK])
def test_under_window_scaling_the_regression_is_that_of_the_scaled_windows_without_a_constant(options):
    series = autoregression(150, level=20.0)
    network = started(store_of(series), 5, 2, **options)
    lags, block = stacked([series], 5, 2)
    center = lags.mean(axis=1, keepdims=True)
    unit = 1.0
    if options["window_scaling"] == "window":
        unit = np.sqrt(lags.var(axis=1, keepdims=True) + options.get("window_shrinkage", 0.0) ** 2)
    weight, _, _ = ridge_regression((lags - center) / unit, (block - center) / unit, intercept=0.0)
    expected = center + unit * ((lags - center) / unit @ weight.T)
    law = network.emissions(Window(torch.from_numpy(np.hstack([lags, block]))))
    np.testing.assert_allclose(law.mean.detach()[:, 0], expected, rtol=1e-6)


def test_without_a_skip_the_start_is_zero_with_the_spread_of_the_values():
    series = autoregression(100)
    store = store_of(series)
    network = small_network(order=3, block_size=2)
    start_linear(network, store, windows_of(store, 3, 2))
    block = stacked([series], 3, 2)[1]
    law = network.next_block(Window(torch.from_numpy(series[None, :3])))
    assert not law.mean.any()
    np.testing.assert_allclose(law.scale.detach()[0], np.sqrt((block**2).mean(axis=0)), rtol=1e-6)


def test_windows_may_be_longer_than_one_block():
    series = autoregression(100)
    network = started(store_of(series), 3, 2, n_targets=8)
    weight, _, _ = ridge_regression(*stacked([series[:-6]], 3, 2))
    np.testing.assert_allclose(network.skip.weight.detach(), weight, rtol=1e-6, atol=1e-9)


def test_windows_with_missing_values_are_left_out():
    series = autoregression(200)
    gappy = series.copy()
    gappy[[20, 90, 91]] = np.nan
    network = started(store_of(gappy), 3, 2)
    lags, block = stacked([series], 3, 2)
    whole = ~np.isnan(np.hstack(stacked([gappy], 3, 2))).any(axis=1)
    weight, bias, _ = ridge_regression(lags[whole], block[whole])
    np.testing.assert_allclose(network.skip.weight.detach(), weight, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(network.skip.bias.detach(), bias, rtol=1e-6, atol=1e-9)


def test_windows_with_missing_values_are_taken_where_there_are_no_others():
    gappy = autoregression(120)
    gappy[::3] = np.nan
    network = started(store_of(gappy), 4, 1)
    assert torch.isfinite(network.skip.weight).all()
    assert network.skip.weight.any()


def test_an_exact_fit_leaves_the_network_room_to_move():
    wave = 10.0 + np.sin(np.arange(200) / 3)
    network = started(store_of(wave), 4, 1, ridge=0.0)
    law = network.next_block(Window(torch.from_numpy(wave[None, :4])))
    assert law.mean.item() == pytest.approx(wave[4], abs=1e-5)
    assert law.scale.item() == pytest.approx(1e-3 * wave[4:].std(), rel=1e-3)


@pytest.mark.parametrize("constant", [0.0, 3.0])
def test_lags_that_never_change_are_left_to_the_intercept(constant):
    network = started(store_of(np.full(50, constant)), 3, 1)
    assert network.skip.weight.abs().max() < 1e-6
    assert network.skip.bias.item() == pytest.approx(constant, abs=1e-6)


def test_single_precision_is_enough_for_nearly_equal_lags():
    walk = np.cumsum(autoregression(500, seed=1))
    store = store_of((walk - walk.mean()) / walk.std()).to(dtype=torch.float32)
    network = small_network(order=40, block_size=5, linear_skip=True).float()
    start_linear(network, store, windows_of(store, 40, 5))
    lags, block = stacked([store.values.double().numpy()], 40, 5)
    weight, _, scale = ridge_regression(lags, block)
    np.testing.assert_allclose(network.skip.weight.detach(), weight, atol=1e-4)
    np.testing.assert_allclose(network.head(torch.zeros(1, 8)).scale.detach()[0], scale, rtol=1e-3)


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("series", [np.sin(np.arange(200) / 3), autoregression(9)])
def test_collinear_lags_have_about_the_least_solution_without_a_ridge(centred, series):
    network = started(store_of(series), 5, 1, ridge=0.0, window_scaling="window_mean" if centred else None)
    lags, block = stacked([series], 5, 1)
    center = lags.mean(axis=1 if centred else 0, keepdims=True)
    spread = (lags - center).std(axis=0)
    target = block - (center if centred else block.mean())
    least = np.linalg.lstsq((lags - center) / spread, target, rcond=1e-6)[0]  # in units of each lag's spread
    assert np.linalg.norm(network.skip.weight[0].detach().numpy() * spread) < 1.001 * np.linalg.norm(least)
