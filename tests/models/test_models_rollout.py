from dataclasses import replace

import pytest
import torch
from small_networks import BACKBONES, COVARIATES, HEADS, extended, fields, normal, small_network, small_window

from forecastkit.models import mean_rollout, sampled_rollout
from forecastkit.windows import Window

ORDER = 4
every_backbone = pytest.mark.parametrize("backbone", BACKBONES)
every_block = pytest.mark.parametrize("block_size", [1, 3])


def first_order(coefficient):
    """A network whose values are multiplied by a number from step to step."""
    network = small_network(linear_skip=True)
    network.head.start_at_zero(1.0)
    with torch.no_grad():
        network.skip.weight.zero_()
        network.skip.weight[0, -1] = coefficient
        network.skip.bias.zero_()
    return network


def correlated(network):
    """The same network, whose steps in a block of 3 depend on each other."""
    network.dependence.copy_(torch.tensor([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [-0.3, 0.4, 0.75**0.5]]))
    return network


@every_block
@pytest.mark.parametrize("window_scaling", [None, "window", "window_mean"])
def test_a_rollout_is_the_naive_loop_that_moves_the_window(block_size, window_scaling):
    network = small_network(
        backbone="mlp", block_size=block_size, window_scaling=window_scaling, linear_skip=True, **COVARIATES
    )
    n_steps = 4 * block_size
    window = small_window(ORDER, rows=ORDER + n_steps)
    values, past = window.values, window.past
    for first in range(0, n_steps, block_size):
        moved = Window(
            values[:, first : first + ORDER],
            known=window.known[:, first : first + ORDER + block_size],
            past=past[:, first : first + ORDER],
            static=window.static,
        )
        values = torch.cat([values, network.next_block(moved).mean], dim=1)
        past = torch.cat([past, past[:, -1:].expand(-1, block_size, -1)], dim=1)
    torch.testing.assert_close(mean_rollout(network, window, n_steps), values[:, ORDER:])


@every_backbone
@every_block
@pytest.mark.parametrize("window_scaling", [None, "window", "window_mean"])
@pytest.mark.parametrize("n_steps", [6, 7])
def test_a_rollout_is_the_mean_of_the_laws_along_itself(backbone, block_size, window_scaling, n_steps):
    network = small_network(
        backbone=backbone, block_size=block_size, window_scaling=window_scaling, linear_skip=True, **COVARIATES
    )
    window = small_window(ORDER, rows=ORDER + n_steps)
    path = mean_rollout(network, window, n_steps)
    means = network.emissions(extended(window, path, ORDER, block_size)).mean.flatten(1)
    torch.testing.assert_close(path, means[:, :n_steps])


def test_a_shorter_rollout_is_the_beginning_of_a_longer_one():
    network, window = small_network(block_size=3), small_window(ORDER, covariates=False)
    torch.testing.assert_close(mean_rollout(network, window, 5), mean_rollout(network, window, 11)[:, :5])


def test_values_after_the_origin_are_not_read():
    network, window = small_network(block_size=3, window_scaling="window"), small_window(ORDER + 6, covariates=False)
    held = mean_rollout(network, Window(window.values[:, :ORDER]), 6)
    assert torch.equal(mean_rollout(network, window, 6), held)
    noise = normal(2, 2, 6)
    held = sampled_rollout(network, Window(window.values[:, :ORDER]), noise)
    assert torch.equal(sampled_rollout(network, window, noise), held)


def test_bounds_hold_and_the_values_at_them_are_fed_back():
    network, window = first_order(2.0), Window(torch.tensor([[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, -1.0]]).double())
    path = mean_rollout(network, window, 6, bounds=(-3.0, 10.0))
    torch.testing.assert_close(
        path, torch.tensor([[2.0, 4.0, 8.0, 10.0, 10.0, 10.0], [-2.0, -3.0, -3.0, -3.0, -3.0, -3.0]]).double()
    )
    free = mean_rollout(network, window, 6)
    torch.testing.assert_close(free[0], 2.0 ** torch.arange(1, 7).double())
    assert torch.equal(mean_rollout(network, window, 6, bounds=(-1e9, 1e9)), free)


def test_the_value_at_a_bound_is_the_one_that_is_fed_back():
    window = Window(torch.tensor([[0.0, 0.0, 0.0, 8.0]]).double())
    path = mean_rollout(first_order(-0.5), window, 3, bounds=(-3.0, 10.0))
    torch.testing.assert_close(path, torch.tensor([[-3.0, 1.5, -0.75]]).double())


def test_bounds_are_in_the_unit_of_the_values():
    network = small_network(window_scaling="window", linear_skip=True)
    window = Window(100.0 + 5.0 * normal(2, ORDER))
    path = mean_rollout(network, window, 8, bounds=(99.0, 101.0))
    assert path.min() >= 99.0
    assert path.max() <= 101.0


def test_no_gradient_flows_through_a_value_at_a_bound():
    network, values = first_order(2.0), torch.tensor([[0.0, 0.0, 0.0, 1.0]]).double().requires_grad_()
    path = mean_rollout(network, Window(values), 5, bounds=(-3.0, 10.0))
    slopes = [torch.autograd.grad(path[0, j], values, retain_graph=True)[0][0, -1].item() for j in range(5)]
    assert slopes == [2.0, 4.0, 8.0, 0.0, 0.0]


@every_backbone
@pytest.mark.parametrize("window_scaling", [None, "window"])
@pytest.mark.parametrize(("block_size", "first_cut"), [(1, 48), (3, 48), (5, 50), (64, 64)])
def test_gradients_end_after_48_steps(backbone, window_scaling, block_size, first_cut):
    network = small_network(backbone=backbone, block_size=block_size, window_scaling=window_scaling, linear_skip=True)
    values = normal(1, ORDER).requires_grad_()
    path = mean_rollout(network, Window(values), first_cut + 2 * block_size)
    for place, flows in ((first_cut - 1, True), (first_cut, False), (path.shape[1] - 1, False)):
        gradient = torch.autograd.grad(path[0, place], values, retain_graph=True, allow_unused=True)[0]
        assert (gradient is not None and bool(gradient.any())) == flows


@every_backbone
@every_block
def test_gradients_through_time_are_those_of_finite_differences(backbone, block_size):
    network = small_network(backbone=backbone, block_size=block_size, window_scaling="window", linear_skip=True)
    n_steps, weights = 3 * block_size + 2, [*network.parameters()]
    window = small_window(ORDER, covariates=False)
    direction = [normal(*each.shape, seed=k) for k, each in enumerate(weights)]
    turned = normal(2, n_steps, seed=9)

    def outcome(size):
        with torch.no_grad():
            for each, step in zip(weights, direction, strict=True):
                each += size * step
            found = (mean_rollout(network, window, n_steps) * turned).sum()
            for each, step in zip(weights, direction, strict=True):
                each -= size * step
        return float(found)

    (mean_rollout(network, window, n_steps) * turned).sum().backward()
    pairs = zip(weights, direction, strict=True)
    slope = sum(float((each.grad * step).sum()) for each, step in pairs if each.grad is not None)
    assert slope == pytest.approx((outcome(1e-6) - outcome(-1e-6)) / 2e-6, rel=1e-6)


@every_backbone
def test_gradients_by_the_past_are_those_of_finite_differences(backbone):
    network = small_network(backbone=backbone, block_size=3, window_scaling="window", linear_skip=True)
    values = normal(1, ORDER).requires_grad_()
    assert torch.autograd.gradcheck(lambda past: mean_rollout(network, Window(past), 8), (values,))


@every_backbone
@every_block
def test_without_noise_a_gaussian_path_is_the_mean_rollout(backbone, block_size):
    network = small_network(
        backbone=backbone, block_size=block_size, window_scaling="window", linear_skip=True, **COVARIATES
    )
    window = small_window(ORDER, rows=ORDER + 7)
    paths = sampled_rollout(network, window, torch.zeros(3, 2, 7, dtype=torch.float64))
    torch.testing.assert_close(paths, mean_rollout(network, window, 7).expand(3, 2, 7))


@every_backbone
@pytest.mark.parametrize("head", HEADS)
def test_the_noise_of_a_path_is_what_the_laws_along_it_say_of_it(backbone, head):
    options = {"backbone": backbone, "head": head, "block_size": 3, "window_scaling": "window", "linear_skip": True}
    network = correlated(small_network(**options, **COVARIATES))
    window, noise = small_window(ORDER, rows=ORDER + 6), normal(4, 2, 6)
    with torch.no_grad():
        paths = sampled_rollout(network, window, noise)
        for k in range(4):
            law = network.emissions(extended(window, paths[k], ORDER, 3))
            scores = law.to_normal(paths[k].reshape(2, 2, 3))
            expected = noise[k].reshape(2, 2, 3) @ network.dependence.T
            torch.testing.assert_close(scores, expected, rtol=1e-5, atol=1e-5)


@every_backbone
def test_a_path_depends_on_its_own_noise_up_to_its_block_only(backbone):
    network = correlated(small_network(backbone=backbone, head="heteroscedastic", block_size=3))
    window, noise = small_window(ORDER, batch=3, covariates=False), normal(4, 3, 8)
    paths = sampled_rollout(network, window, noise)
    assert torch.equal(sampled_rollout(network, window, noise), paths)
    other = noise.clone()
    other[1, 2, 4] += 1.0
    moved = (sampled_rollout(network, window, other) - paths).abs() > 1e-12
    expected = torch.zeros(4, 3, 8, dtype=torch.bool)
    expected[1, 2, 4:] = True
    assert torch.equal(moved, expected)


def test_a_part_of_a_last_block_is_the_beginning_of_a_whole_one():
    network = correlated(small_network(block_size=3))
    window, noise = small_window(ORDER, covariates=False), normal(5, 2, 6)
    whole = sampled_rollout(network, window, noise)
    torch.testing.assert_close(sampled_rollout(network, window, noise[..., :4]), whole[..., :4])


@pytest.mark.parametrize("head", HEADS)
def test_the_first_block_of_the_paths_has_the_moments_of_its_law(head):
    network = correlated(small_network(head=head, block_size=3, window_scaling="window"))
    window = small_window(ORDER, batch=1, covariates=False)
    with torch.no_grad():
        law = network.next_block(window)
        paths = sampled_rollout(network, window, normal(20_000, 1, 3))[:, 0]
    scores = law.to_normal(paths)
    assert (scores.mean(0).abs() < 4 / 20_000**0.5).all()
    torch.testing.assert_close(paths.mean(0), law.mean[0], rtol=0, atol=0.04 * float(law.scale.max()))
    torch.testing.assert_close(paths.std(0), law.scale[0], rtol=0.06, atol=0)
    correlation = network.dependence @ network.dependence.T
    torch.testing.assert_close(torch.corrcoef(scores.T), correlation, rtol=0, atol=0.03)


def test_windows_are_sampled_as_if_each_were_alone():
    network = correlated(small_network(head="mixture", block_size=3, window_scaling="window", **COVARIATES))
    window, noise = small_window(ORDER, batch=3, rows=ORDER + 6), normal(2, 3, 6)
    alone = [sampled_rollout(network, window.select([i]), noise[:, [i]]) for i in range(3)]
    torch.testing.assert_close(sampled_rollout(network, window, noise), torch.cat(alone, dim=1))


def test_a_window_with_a_mask_is_rolled_out_with_its_forecasts_as_observed():
    network = small_network(mask_input=True, block_size=3)
    observed = torch.tensor([[True, False, True, True]])
    window = Window(normal(1, ORDER), observed)
    path = mean_rollout(network, window, 6)
    whole = replace(
        extended(window, path, ORDER, 3), observed=torch.cat([observed, torch.ones(1, 6, dtype=torch.bool)], dim=1)
    )
    torch.testing.assert_close(fields(network.emissions(whole))[..., 0].flatten(1), path)
