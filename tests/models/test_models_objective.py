from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats
from small_networks import BACKBONES, COVARIATES, HEADS, small_network, small_window, spread_out

from forecastkit.models import Objective, mean_rollout, mixed_window, teacher_forcing
from forecastkit.windows import Window

ORDER = 4
# Parameters of the spread, and rows of the output layer that make it, of each head with one step.
SPREAD = {
    "gaussian": ("log_scale", slice(0, 0)),
    "heteroscedastic": (None, slice(1, 2)),
    "student_t": ("raw_degrees", slice(1, 2)),
    "mixture": (None, slice(10, 15)),
}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def loss_of(objective, network, window, progress=1.0):
    return objective.training_loss(network, window, progress, generator())


def number(loss):
    return loss.detach().item()


def gaussian_densities(law, target):
    return stats.norm.logpdf(target, law.mean.detach().flatten(1), law.scale.detach().flatten(1))


def gradients(loss, network):
    """Gradient of every parameter, zero where none flows."""
    named = dict(network.named_parameters())
    found = torch.autograd.grad(loss, [*named.values()], allow_unused=True, retain_graph=True)
    pairs = zip(named.items(), found, strict=True)
    return {name: torch.zeros_like(each) if grad is None else grad for (name, each), grad in pairs}


def of_spread(grads, head):
    """Gradients of the parameters that only the spread of the law depends on."""
    own, rows = SPREAD[head]
    parts = [grads["head.output.weight"][rows], grads["head.output.bias"][rows]]
    return parts if own is None else [*parts, grads[f"head.{own}"]]


def trained_network(head, **options):
    return spread_out(small_network(head=head, **options), amount=0.1)


def rollout_errors(network, window, n_steps):
    path = mean_rollout(network, replace(window, values=window.values[:, :ORDER]), n_steps)
    return path - window.values[:, ORDER : ORDER + n_steps]


def rollout_term(network, window, n_steps):
    """Mean squared error of a rollout, over twice the variance of the first law."""
    law = network.emissions(window)
    return (rollout_errors(network, window, n_steps) ** 2 / (2 * law.scale[:, 0, :1] ** 2)).mean()


@pytest.mark.parametrize("block_size", [1, 3])
@pytest.mark.parametrize("window_scaling", [None, "window"])
def test_the_likelihood_is_the_mean_log_density_of_the_targets(block_size, window_scaling):
    network = trained_network(
        "heteroscedastic", block_size=block_size, window_scaling=window_scaling, linear_skip=True, **COVARIATES
    )
    window = small_window(ORDER + 6)
    law = network.emissions(window)
    expected = -gaussian_densities(law, window.values[:, ORDER:]).mean()
    for objective in (Objective(), Objective(rollout_steps=4, rollout_weight=0.0)):
        assert number(loss_of(objective, network, window)) == pytest.approx(expected, rel=1e-12)
        assert number(objective.validation_loss(network, window)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize(("block_size", "n_steps"), [(1, 4), (3, 5), (3, 6)])
@pytest.mark.parametrize("window_scaling", [None, "window"])
def test_the_rollout_is_weighed_as_the_likelihood_weighs_an_error(backbone, block_size, n_steps, window_scaling):
    network = trained_network(
        "heteroscedastic", backbone=backbone, block_size=block_size, window_scaling=window_scaling, **COVARIATES
    )
    window = small_window(ORDER + 6)
    one_step = Objective().validation_loss(network, window)
    expected = one_step + 0.7 * rollout_term(network, window, n_steps)
    objective = Objective(rollout_steps=n_steps, rollout_weight=0.7)
    torch.testing.assert_close(loss_of(objective, network, window), expected)
    torch.testing.assert_close(objective.validation_loss(network, window), expected)


@pytest.mark.parametrize("loss", ["mse", "mae", "mase"])
def test_rollouts_are_scored_by_the_errors_of_the_loss(loss):
    network, window = trained_network("gaussian"), small_window(ORDER + 6, covariates=False)
    weight = torch.tensor([0.5, 3.0]).double()
    window = replace(window, weight=weight)
    with_rollout, without = (Objective(loss, rollout_steps=n).validation_loss(network, window) for n in (5, 1))
    errors = rollout_errors(network, window, 5)
    expected = errors**2 if loss == "mse" else errors.abs()
    expected = expected * weight[:, None] if loss == "mase" else expected
    torch.testing.assert_close(with_rollout - without, expected.mean())


def plain_error(law, target, loss):
    return (target - law.mean) ** 2 if loss == "mse" else (target - law.mean).abs()


@pytest.mark.parametrize("loss", ["mse", "mae"])
def test_plain_errors_are_validated_without_the_law(loss):
    network, window = trained_network("gaussian"), small_window(ORDER + 6, covariates=False)
    law, target = network.emissions(window), window.values[:, ORDER:, None]
    error = plain_error(law, target, loss).mean()
    torch.testing.assert_close(Objective(loss).validation_loss(network, window), error)
    whole = loss_of(Objective(loss), network, window)
    torch.testing.assert_close(whole, error - law.log_prob(target).mean())


def test_a_series_weighs_as_much_as_it_is_told_to():
    network, window = trained_network("gaussian", block_size=3), small_window(ORDER + 6, covariates=False)
    errors = [number(Objective("mae").validation_loss(network, window.select(torch.tensor([i])))) for i in range(2)]
    weighed = replace(window, weight=torch.tensor([0.5, 3.0]).double())
    found = Objective("mase").validation_loss(network, weighed)
    assert number(found) == pytest.approx((0.5 * errors[0] + 3.0 * errors[1]) / 2, rel=1e-12)
    for loss in ("nll", "mse", "mae"):
        torch.testing.assert_close(*(Objective(loss).validation_loss(network, each) for each in (weighed, window)))
    unweighed, plain = (loss_of(Objective(loss), network, window) for loss in ("mase", "mae"))
    torch.testing.assert_close(unweighed, plain)
    rest = [
        loss_of(Objective(loss), network, weighed) - Objective(loss).validation_loss(network, weighed)
        for loss in ("mase", "mae")
    ]
    torch.testing.assert_close(*rest)  # the law learns from all series alike


def test_a_rollout_of_one_block_adds_nothing():
    network, window = trained_network("gaussian", block_size=3), small_window(ORDER + 6, covariates=False)
    assert Objective(rollout_steps=3).validation_loss(network, window) == Objective().validation_loss(network, window)


@pytest.mark.parametrize("head", HEADS)
def test_the_spread_learns_from_the_likelihood_alone(head):
    network, window = trained_network(head), small_window(ORDER + 6, batch=8, covariates=False)
    plain = gradients(Objective().validation_loss(network, window), network)
    rolled = gradients(Objective(rollout_steps=6).validation_loss(network, window), network)
    for one, other in zip(of_spread(plain, head), of_spread(rolled, head), strict=True):
        torch.testing.assert_close(one, other)
    assert not torch.allclose(plain["head.output.weight"], rolled["head.output.weight"])


@pytest.mark.parametrize("head", ["gaussian", "heteroscedastic", "student_t"])
@pytest.mark.parametrize("loss", ["mse", "mae"])
def test_plain_errors_teach_the_mean_and_the_likelihood_the_spread(head, loss):
    network, window = trained_network(head, linear_skip=True), small_window(ORDER + 6, batch=8, covariates=False)
    law, target = network.emissions(window), window.values[:, ORDER:, None]
    error = plain_error(law, target, loss)
    of_error, of_likelihood = (gradients(each.mean(), network) for each in (error, -law.log_prob(target)))
    found = gradients(loss_of(Objective(loss), network, window), network)
    for one, other in zip(of_spread(found, head), of_spread(of_likelihood, head), strict=True):
        torch.testing.assert_close(one, other)
    for name in ("skip.weight", "skip.bias"):
        torch.testing.assert_close(found[name], of_error[name])
    torch.testing.assert_close(found["head.output.weight"][:1], of_error["head.output.weight"][:1])
    if head == "gaussian":  # the features only make the mean
        for name in (name for name in found if name.startswith("backbone")):
            torch.testing.assert_close(found[name], of_error[name])


@pytest.mark.parametrize("loss", ["mse", "mae"])
def test_no_shift_of_a_mixture_is_learned_from_its_likelihood(loss):
    network, window = trained_network("mixture", linear_skip=True), small_window(ORDER + 6, covariates=False)
    law, target = network.emissions(window), window.values[:, ORDER:, None]
    found, expected = loss_of(Objective(loss), network, window), plain_error(law, target, loss).mean()
    for name in ("skip.weight", "skip.bias"):
        torch.testing.assert_close(gradients(found, network)[name], gradients(expected, network)[name])


@pytest.mark.parametrize("loss", ["nll", "mse", "mae"])
@pytest.mark.parametrize("rollout_steps", [1, 6])
def test_missing_targets_do_not_matter(loss, rollout_steps):
    network, window = trained_network("student_t", block_size=3), small_window(ORDER + 6, batch=5, covariates=False)
    observed = torch.ones_like(window.values, dtype=torch.bool)
    observed[1, -3:] = observed[3, -2] = False  # in the last block, which no law looks at
    values = torch.where(observed, window.values, 99.0)
    objective = Objective(loss, rollout_steps=rollout_steps)
    losses = [loss_of(objective, network, Window(each, observed)) for each in (window.values, values)]
    torch.testing.assert_close(*losses)
    assert not torch.isclose(losses[0], loss_of(objective, network, window))
    every = Window(window.values, torch.ones_like(observed))
    torch.testing.assert_close(loss_of(objective, network, every), loss_of(objective, network, window))


def test_the_mean_is_over_what_was_observed():
    network, window = trained_network("gaussian"), small_window(ORDER + 3, covariates=False)
    observed = torch.ones_like(window.values, dtype=torch.bool)
    observed[0, -1] = False
    law = network.emissions(window)
    densities = gaussian_densities(law, window.values[:, ORDER:])[observed[:, ORDER:].numpy()]
    found = Objective().validation_loss(network, replace(window, observed=observed))
    assert number(found) == pytest.approx(-densities.mean(), rel=1e-12)
    nothing = replace(window, observed=torch.zeros_like(observed))
    assert number(Objective(rollout_steps=3).validation_loss(network, nothing)) == 0.0


def test_the_rollout_grows_to_its_full_length_in_the_first_half_of_training():
    network, window = trained_network("gaussian"), small_window(ORDER + 5, covariates=False)
    full = 5
    known = [number(Objective(rollout_steps=k).validation_loss(network, window)) for k in range(1, full + 1)]
    objective, lengths = Objective(rollout_steps=full), []
    for progress in np.linspace(0, 1, 21):
        loss = number(loss_of(objective, network, window, float(progress)))
        lengths.append(1 + int(np.argmin(np.abs(np.array(known) - loss))))
        assert loss == pytest.approx(known[lengths[-1] - 1], rel=1e-12)
    assert lengths[0] == 1
    assert (np.diff(lengths) >= 0).all()
    assert set(lengths) == set(range(1, full + 1))
    assert set(lengths[10:]) == {full}


@pytest.mark.parametrize("head", HEADS)
def test_scheduled_sampling_reads_a_mixed_past_and_true_targets(head):
    network, window = trained_network(head, block_size=3, **COVARIATES), small_window(ORDER + 6)
    objective = Objective(scheduled_sampling="linear", final_teacher_forcing=0.2)
    mixed = mixed_window(network, window, teacher_forcing("linear", 0.6, 0.2), generator())
    law = network.emissions(mixed)
    expected = -law.log_prob(window.values[:, ORDER:].reshape(2, 2, 3)).mean()
    torch.testing.assert_close(loss_of(objective, network, window, 0.6), expected)
    assert objective.validation_loss(network, window) == Objective().validation_loss(network, window)


def test_rollouts_start_from_the_true_past_under_scheduled_sampling():
    network, window = trained_network("gaussian", **COVARIATES), small_window(ORDER + 6)
    both = Objective(scheduled_sampling="linear", rollout_steps=4)
    sampled = Objective(scheduled_sampling="linear")
    rolled = loss_of(both, network, window) - loss_of(sampled, network, window)
    torch.testing.assert_close(rolled, rollout_term(network, window, 4))


def test_an_exploding_rollout_is_held_to_its_bounds():
    network, window = small_network(linear_skip=True), small_window(ORDER + 40, covariates=False)
    with torch.no_grad():
        network.skip.weight.fill_(3.0)
    free, held = (
        Objective("mse", rollout_steps=40, bounds=bounds).validation_loss(network, window)
        for bounds in (None, (-5.0, 5.0))
    )
    assert held < free / 1e6


@pytest.mark.parametrize("head", HEADS)
def test_a_few_steps_of_descent_lower_every_loss(head):
    for loss in ("nll", "mse", "mae", "mase"):
        network = small_network(head=head, block_size=3, window_scaling="window", **COVARIATES)
        window = small_window(ORDER + 6, batch=32)
        objective = Objective(loss, rollout_steps=6)
        optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
        before = number(objective.validation_loss(network, window))
        for _ in range(15):
            optimizer.zero_grad()
            objective.training_loss(network, window, 1.0, generator()).backward()
            optimizer.step()
        assert number(objective.validation_loss(network, window)) < before
