import numpy as np
import pytest
import torch
from small_networks import BACKBONES, COVARIATES, covariate_rows, normal, small_network, spread_out

from forecastkit.autoregression.sensitivity import k_step_norms
from forecastkit.models import mean_rollout
from forecastkit.models.state_map import StateMap, run_sensitivity
from forecastkit.windows import SeriesStore, Window

ORDER = 4


def lively(**options):
    return spread_out(small_network(**{"order": ORDER, "linear_skip": True} | options), 0.3)


def driven_store(lengths=(20, 15)):
    n, offsets = sum(lengths), torch.tensor([0, *np.cumsum(lengths)])
    return SeriesStore(
        normal(n),
        offsets,
        known=covariate_rows((n,), COVARIATES["known"], 2),
        past=covariate_rows((n,), COVARIATES["past"], 3),
        static=covariate_rows((len(lengths),), COVARIATES["static"], 4),
    )


@pytest.mark.parametrize("block_size", [1, 2, 4, 7])
def test_runs_of_an_mlp_are_its_rollouts(block_size):
    network = lively(block_size=block_size)
    start = normal(3, ORDER)
    path = StateMap(network).run(start, None, 5)
    rollout = mean_rollout(network, Window(start), 5 * block_size).detach()
    torch.testing.assert_close(path, torch.cat([start, rollout], dim=1), rtol=1e-12, atol=1e-12)


def test_window_scaling_is_part_of_the_map():
    network = lively(window_scaling="window")
    start = normal(2, ORDER)
    path = StateMap(network).run(start, None, 6)
    torch.testing.assert_close(path[:, ORDER:], mean_rollout(network, Window(start), 6).detach())


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("block_size", [1, 2, 5])
def test_sensitivity_is_the_derivative_of_the_iterated_map(backbone, block_size):
    state_map, start, n = StateMap(lively(backbone=backbone, block_size=block_size)), normal(2, ORDER), 4

    def run(state):
        path, lags = [], state[None]
        for _ in range(n):
            block = state_map.block(lags)
            path.append(block[0])
            lags = state_map.shifted(lags, block)
        return torch.cat(path)

    path = state_map.run(start, None, n)
    sensitivity = run_sensitivity(state_map.run_gradients(path, None))
    reference = torch.stack([torch.autograd.functional.jacobian(run, each) for each in start])
    torch.testing.assert_close(sensitivity, reference, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("block_size", [1, 3, 6])
def test_norms_are_those_of_products_of_jacobians(block_size):
    state_map, start, n = StateMap(lively(block_size=block_size)), normal(2, ORDER), 7
    sensitivity = run_sensitivity(state_map.run_gradients(state_map.run(start, None, n), None))
    norms = k_step_norms(sensitivity.numpy(), block_size)
    for i, state in enumerate(start):
        product = torch.eye(ORDER, dtype=torch.float64)
        for k in range(n):
            jacobian = torch.autograd.functional.jacobian(lambda x: state_map(x[None])[0], state)
            product, state = jacobian @ product, state_map(state[None])[0].detach()
            assert norms[i, k] == pytest.approx(float(torch.linalg.matrix_norm(product, 2)), rel=1e-9)


def test_covariates_are_those_of_the_places_and_begin_anew():
    store = driven_store()
    network = lively(block_size=2, **COVARIATES)
    state_map = StateMap(network, store)
    places = torch.tensor([3, 14, 21, 33])
    window = state_map.window(normal(4, ORDER), places, 6)
    for i, (place, first, length) in enumerate(zip([3, 14, 21, 33], [0, 0, 20, 20], [20, 20, 15, 15], strict=True)):
        rows = first + (place - first + np.arange(ORDER + 6)) % length
        torch.testing.assert_close(window.known[i], store.known[rows])
    assert state_map.moved(places, 7).tolist() == [10, 1, 28, 25]


def test_a_driven_run_inside_the_data_is_the_rollout_with_their_covariates():
    store, network = driven_store(), lively(block_size=2, known=COVARIATES["known"], static=COVARIATES["static"])
    plain = SeriesStore(store.values, store.offsets, known=store.known, static=store.static)
    places = torch.tensor([0, 5, 20])
    start = normal(3, ORDER)
    path = StateMap(network, plain).run(start, places, 3)
    window = plain.windows(places, ORDER + 6)
    rollout = mean_rollout(network, Window(start, known=window.known, static=window.static), 6).detach()
    torch.testing.assert_close(path[:, ORDER:], rollout)


def test_driven_gradients_are_taken_where_the_run_was():
    store, network = driven_store(), lively(block_size=2, **COVARIATES)
    state_map, places = StateMap(network, store), torch.tensor([2, 16, 30])
    path = state_map.run(normal(3, ORDER), places, 5)
    together = state_map.run_gradients(path, places)
    for j in range(5):
        lags = path[:, 2 * j : 2 * j + ORDER]
        torch.testing.assert_close(together[:, j], state_map.gradients(lags, state_map.moved(places, 2 * j)))


def test_batches_do_not_matter(monkeypatch):
    state_map, lags = StateMap(lively(block_size=2)), normal(7, ORDER)
    whole = state_map.gradients(lags)
    monkeypatch.setattr("forecastkit.models.state_map._BATCH", 3)
    torch.testing.assert_close(state_map.gradients(lags), whole)
