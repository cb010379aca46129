"""Each series gets the width of its own errors."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from small_networks import autoregression, extended, fields, normal, small_network, small_window, store_of, windows_of

from forecastkit.models import mean_rollout, sampled_rollout, series_spread, widened
from forecastkit.nn.heads import HEADS, make_head
from forecastkit.windows import SeriesStore, Window, training_windows


def errors_of(deviations, n=400):
    """Series of independent values with other deviations, and their windows."""
    rng = np.random.default_rng(0)
    values = np.concatenate([deviation * rng.standard_normal(n) for deviation in deviations])
    store = SeriesStore.from_arrays(values, np.arange(0, len(values) + 1, n), dtype=torch.float64)
    return store, training_windows(store, 4, 1, np.zeros(len(deviations), dtype=int))


def flat_network():
    """A network whose law is the standard normal whatever the past."""
    network = small_network(order=4, block_size=1)
    network.head.start_at_zero(1.0)
    return network


def test_the_factors_are_the_relative_deviations_of_the_errors():
    deviations = np.array([0.5, 1.0, 4.0])
    store, index = errors_of(deviations)
    spread = series_spread(flat_network(), store, index).numpy()
    expected = deviations / np.sqrt((deviations**2).mean())
    assert (np.diff(spread) > 0).all()
    np.testing.assert_allclose(spread[2], expected[2], rtol=0.1)
    assert expected[0] < spread[0] < 1  # shrunk towards 1


def test_alike_series_and_single_ones_have_factors_near_one():
    store, index = errors_of([2.0])
    np.testing.assert_allclose(series_spread(flat_network(), store, index), 1.0)
    store, index = errors_of([2.0, 2.0, 2.0])
    np.testing.assert_allclose(series_spread(flat_network(), store, index), 1.0, atol=0.1)


def test_a_series_without_windows_has_the_factor_one():
    rng = np.random.default_rng(1)
    store = SeriesStore.from_arrays(rng.standard_normal(203), np.array([0, 200, 203]), dtype=torch.float64)
    index = training_windows(store, 4, 1, np.zeros(2, dtype=int))
    np.testing.assert_allclose(series_spread(flat_network(), store, index)[1], 1.0)


@pytest.mark.parametrize("name", HEADS)
def test_a_widened_law_has_the_same_mean_and_a_larger_deviation(name):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        head = make_head(name, 3, 2, 2).double()
    law = head(torch.randn(4, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64))
    spread = torch.tensor([0.5, 1.0, 2.0, 3.0], dtype=torch.float64)
    wide = widened(law, spread)
    torch.testing.assert_close(wide.mean, law.mean)
    torch.testing.assert_close(wide.scale, law.scale * spread[:, None])
    assert widened(law, None) is law


def test_walks_and_passes_are_widened_alike():
    store, _ = errors_of([1.0, 1.0])
    network = flat_network()
    window = store.windows(torch.tensor([0, 400]), 6)
    wide = SeriesStore(**{**vars(store), "spread": torch.tensor([1.0, 3.0], dtype=torch.float64)})
    read = wide.windows(torch.tensor([0, 400]), 6)
    torch.testing.assert_close(network.emissions(read).scale[1], 3 * network.emissions(window).scale[1])
    torch.testing.assert_close(network.next_block(read).scale, network.emissions(read).scale[:, 0])
    state = network.start(read, 2).expanded(3)
    torch.testing.assert_close(network.emit(state).scale, network.next_block(read).scale.repeat_interleave(3, 0))


@pytest.mark.parametrize("window_scaling", [None, "window"])
def test_every_law_is_widened_and_the_rollout_of_means_is_not(window_scaling):
    network = small_network(head="heteroscedastic", block_size=3, window_scaling=window_scaling)
    window, spread = small_window(10, covariates=False), torch.tensor([0.5, 3.0], dtype=torch.float64)
    wide = replace(window, spread=spread)
    laws = fields(network.emissions(wide))
    torch.testing.assert_close(laws, fields(widened(network.emissions(window), spread)))
    state = network.advance(network.start(wide, 6), window.values[:, 4:7])
    torch.testing.assert_close(fields(network.emit(state)), laws[:, 1])
    torch.testing.assert_close(mean_rollout(network, wide, 6), mean_rollout(network, window, 6))


def test_paths_are_as_wide_as_their_series():
    network = small_network(head="student_t", block_size=3, window_scaling="window")
    window = replace(small_window(4, covariates=False), spread=torch.tensor([0.5, 3.0], dtype=torch.float64))
    noise = normal(4, 2, 6)
    with torch.no_grad():
        paths = sampled_rollout(network, window, noise)
        for k in range(4):
            law = network.emissions(extended(window, paths[k], 4, 3))
            scores = law.to_normal(paths[k].reshape(2, 2, 3))
            torch.testing.assert_close(scores, noise[k].reshape(2, 2, 3), rtol=1e-5, atol=1e-5)


def squares_of(network, store, index, i):
    """Squares of the errors of a series in deviations of their laws, one window at a time; NaN where unobserved."""
    (order, s), found = (network.specification.order, network.specification.block_size), []
    first, end = store.offsets[i].item(), store.offsets[i + 1].item()
    for start in index.starts[(index.starts >= first) & (index.starts < end)].tolist():
        past, block = slice(start, start + order), slice(start + order, start + order + s)
        observed = None if store.observed is None else store.observed[None, past]
        law = network.next_block(Window(store.values[None, past], observed))
        square = ((store.values[block] - law.mean[0]) / law.scale[0]).detach().numpy() ** 2
        found.append(square if store.observed is None else np.where(store.observed[block], square, np.nan))
    return np.array(found)


@pytest.mark.parametrize("head", ["gaussian", "student_t"])
@pytest.mark.parametrize("gappy", [False, True])
def test_the_factors_are_those_of_the_formula(head, gappy):
    network = small_network(head=head, block_size=2, window_scaling="window_mean", mask_input=True)
    store = store_of(autoregression(60), 5.0 * autoregression(200, seed=1), 0.2 * autoregression(90, seed=2))
    if gappy:
        observed = torch.rand(350, generator=torch.Generator().manual_seed(0)) < 0.8
        store = SeriesStore(store.values, store.offsets, observed)
    index = windows_of(store, 4, 2)
    squares = [squares_of(network, store, index, i) for i in range(3)]
    counts = np.array([np.isfinite(each).sum() for each in squares])
    sums = np.array([np.nansum(each) for each in squares])
    mean = (sums / counts).mean() if head == "gaussian" else 1.0
    expected = np.sqrt((sums / mean + 50) / (counts + 50))
    np.testing.assert_allclose(series_spread(network, store, index), expected, rtol=1e-10)
