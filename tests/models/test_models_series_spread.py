"""Each series gets the width of its own errors."""

import numpy as np
import pytest
import torch
from small_networks import small_network

from forecastkit.models import series_spread, widened
from forecastkit.nn.heads import HEADS, make_head
from forecastkit.windows import SeriesStore, training_windows


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
