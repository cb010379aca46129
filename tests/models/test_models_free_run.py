import numpy as np
import pytest
import torch
from small_networks import autoregression, small_network, store_of

from forecastkit.models import free_run, free_run_error, mean_rollout
from forecastkit.windows import SeriesStore, Window

ORDER = 3


def test_the_error_is_that_of_rollouts_one_by_one(monkeypatch):
    monkeypatch.setattr(free_run, "_BATCH", 4)
    store = store_of(autoregression(40), autoregression(30, seed=1))
    network, starts = small_network(order=ORDER, block_size=2), torch.tensor([0, 3, 11, 30, 40, 60])
    squares = []
    for start in starts.tolist():
        past, future = store.values[start : start + ORDER], store.values[start + ORDER : start + ORDER + 5]
        squares.append((mean_rollout(network, Window(past[None]), 5)[0] - future).detach().numpy() ** 2)
    assert free_run_error(network, store, starts, 5) == pytest.approx(np.sqrt(np.mean(squares)), rel=1e-12)


def test_missing_values_do_not_count():
    series = autoregression(40)
    observed = torch.ones(40, dtype=torch.bool)
    observed[[5, 20]] = False
    changed = series.copy()
    changed[5] = 1e6
    network, errors = small_network(order=ORDER), []
    for values in (series, changed):
        store = SeriesStore(torch.from_numpy(values), torch.tensor([0, 40]), observed)
        errors.append(free_run_error(network, store, torch.tensor([0, 15]), 6))
    assert errors[0] == errors[1]


@pytest.mark.parametrize("size", [1e30, -1e30])
def test_a_run_that_explodes_is_infinitely_off(size):
    network = small_network(order=ORDER, linear_skip=True).float()
    with torch.no_grad():
        network.skip.weight.fill_(size)
    store = store_of(autoregression(40)).to(dtype=torch.float32)
    assert free_run_error(network, store, torch.tensor([0, 5]), 10) == float("inf")


def test_nothing_observed_says_that_nothing_is_known_of_the_error():
    observed = torch.zeros(20, dtype=torch.bool)
    observed[:ORDER] = True
    store = SeriesStore(torch.from_numpy(autoregression(20)), torch.tensor([0, 20]), observed)
    assert free_run_error(small_network(order=ORDER), store, torch.tensor([0]), 5) == float("inf")
