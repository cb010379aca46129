import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from small_networks import BACKBONES, COVARIATES, small_network, small_window

from forecastkit.models import SCHEDULES, mixed_window, teacher_forcing
from forecastkit.windows import Window

ORDER = 4


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("final", [0.0, 0.4, 1.0])
def test_the_share_of_true_values_falls_from_one_to_its_end(schedule, final):
    q = np.array([teacher_forcing(schedule, u, final) for u in np.linspace(0, 1, 101)])
    assert (np.diff(q) <= 0).all()
    assert q[0] == pytest.approx(1.0, abs=0.01)
    assert q[-1] == pytest.approx(final, abs=0.01)
    assert ((q >= final) & (q <= 1)).all()


def test_schedules_by_their_formulas():
    u, final = 0.3, 0.2
    decays = {"linear": 0.7, "exponential": math.exp(-1.5), "inverse_sigmoid": 1 / (1 + math.exp(-2))}
    for schedule in SCHEDULES:
        expected = 0.2 + 0.8 * decays[schedule]
        assert teacher_forcing(schedule, u, final) == pytest.approx(expected, rel=1e-12)


def test_with_true_values_alone_the_window_is_returned():
    network, window = small_network(block_size=3, window_scaling="window", **COVARIATES), small_window(ORDER + 6)
    assert torch.equal(mixed_window(network, window, 1.0, generator()).values, window.values)


@pytest.mark.parametrize("block_size", [1, 3])
@pytest.mark.parametrize("length", [ORDER + 6, ORDER + 7])
def test_with_draws_alone_only_the_first_values_stay(block_size, length):
    network, window = small_network(block_size=block_size, **COVARIATES), small_window(length)
    mixed = mixed_window(network, window, 0.0, generator())
    assert mixed.values.shape == window.values.shape
    assert torch.equal(mixed.values[:, :ORDER], window.values[:, :ORDER])
    assert (mixed.values[:, ORDER:] != window.values[:, ORDER:]).all()
    for name in ("known", "past", "static", "observed"):
        assert getattr(mixed, name) is getattr(window, name)


def test_the_share_of_true_values_is_the_probability():
    network, window = small_network(block_size=3), small_window(ORDER + 60, batch=200, covariates=False)
    mixed = mixed_window(network, window, 0.3, generator())
    kept = (mixed.values == window.values)[:, ORDER:].double()
    assert kept.mean().item() == pytest.approx(0.3, abs=0.02)
    assert (kept.mean(dim=0) - 0.3).abs().max() < 0.15  # no place has a share of its own


@pytest.mark.parametrize("head", ["gaussian", "student_t", "mixture"])
@pytest.mark.parametrize("window_scaling", [None, "window"])
def test_each_draw_has_the_law_given_the_mixed_past(head, window_scaling):
    network = small_network(
        backbone="gru", head=head, block_size=2, window_scaling=window_scaling, linear_skip=True, **COVARIATES
    )
    window = small_window(ORDER + 8, batch=1000)
    for probability in (0.0, 0.5):
        with torch.no_grad():
            mixed = mixed_window(network, window, probability, generator())
            scores = network.emissions(mixed).to_normal(mixed.values[:, ORDER:].reshape(1000, 4, 2)).flatten(1)
        drawn = scores[mixed.values[:, ORDER:] != window.values[:, ORDER:]]
        assert abs(drawn.mean()) < 4 / len(drawn) ** 0.5
        assert abs(drawn.std() - 1) < 4 / len(drawn) ** 0.5
        assert (drawn**4).mean().item() == pytest.approx(3.0, abs=0.4)


def test_the_same_generator_gives_the_same_window_and_the_global_stream_stays():
    network, window = small_network(head="mixture"), small_window(ORDER + 6, covariates=False)
    before = torch.get_rng_state()
    first = mixed_window(network, window, 0.5, generator(1)).values
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(mixed_window(network, window, 0.5, generator(1)).values, first)
    assert not torch.equal(mixed_window(network, window, 0.5, generator(2)).values, first)


def test_no_gradient_flows_through_a_mixed_window():
    network = small_network()
    mixed = mixed_window(network, small_window(ORDER + 6, covariates=False), 0.5, generator())
    assert not mixed.values.requires_grad


def test_what_comes_later_does_not_change_an_earlier_draw():
    network = small_network(block_size=3)
    window = small_window(ORDER + 9, covariates=False)
    values = window.values.clone()
    values[:, ORDER + 6 :] += 1.0
    one, other = (mixed_window(network, each, 0.5, generator()).values for each in (window, Window(values)))
    assert torch.equal(one[:, : ORDER + 6], other[:, : ORDER + 6])


def test_draws_are_in_the_unit_of_the_values():
    network = small_network(window_scaling="window", linear_skip=True)
    window = small_window(ORDER + 6, batch=50, covariates=False)
    mixed, moved = (
        mixed_window(network, replace(window, values=values), 0.0, generator()).values
        for values in (window.values, 100.0 + 7.0 * window.values)
    )
    torch.testing.assert_close(moved, 100.0 + 7.0 * mixed)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("window_scaling", [None, "window"])
def test_draws_without_noise_are_the_means_given_the_mixed_past_and_all_covariates(backbone, window_scaling):
    network = small_network(backbone=backbone, block_size=3, window_scaling=window_scaling, **COVARIATES)
    network.head.log_scale.data.fill_(-15.0)
    window = small_window(ORDER + 9, batch=20)
    mixed = mixed_window(network, window, 0.5, generator())
    means = network.emissions(mixed).mean.detach().flatten(1)
    true, values = window.values[:, ORDER:], mixed.values[:, ORDER:]
    torch.testing.assert_close(values, torch.where(values == true, true, means), rtol=0, atol=1e-4)
