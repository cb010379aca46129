from dataclasses import replace

import numpy as np
import pytest
import torch
from small_networks import (
    BACKBONES,
    COVARIATES,
    HEADS,
    covariate_rows,
    fields,
    normal,
    small_network,
    small_window,
)

from forecastkit.errors import InvalidParameterError
from forecastkit.models import AutoregressiveNetwork, CovariateShape, NetworkSpecification
from forecastkit.windows import Window

ORDER, N_BLOCKS = 4, 3
SCALINGS = (None, "window", "window_mean")
every_backbone = pytest.mark.parametrize("backbone", BACKBONES)
every_block = pytest.mark.parametrize("block_size", [1, 3])
every_scaling = pytest.mark.parametrize("window_scaling", SCALINGS)


def full_network(**options):
    return small_network(**({"order": ORDER, "head": "heteroscedastic"} | COVARIATES | options))


def walked(network, window):
    """Laws of all blocks of a window, one call for each block."""
    s, order = network.specification.block_size, network.specification.order
    state = network.start(window, window.length - order)
    laws = []
    for first in range(order, window.length, s):
        laws.append(fields(network.emit(state)))
        block = slice(first, first + s)
        past = None if window.past is None else window.past[:, block]
        state = network.advance(state, window.values[:, block], past)
    return torch.stack(laws, dim=1)


def visible(block_size):
    """What the law at each time after the order may, and what it must depend on: values, and known covariates.

    Masks of shape (step, time). The law at t is emitted at the origin b <= t of its block. It may see values up to b,
    must see the last ``order`` of them, and the same of past covariates; it may see the known ones up to t.
    """
    length = ORDER + N_BLOCKS * block_size
    t, u = np.arange(ORDER, length)[:, None], np.arange(length)[None]
    origin = ORDER + (t - ORDER) // block_size * block_size
    return u < origin, (u < origin) & (u >= origin - ORDER), u <= t, (u <= t) & (u >= t - ORDER)


def dependences(network, window):
    """Largest derivative of the law at each step by each value, known and past number at each time, (step, time)."""

    def law(values, known, past):
        rows = zip((known, past), (window.known, window.past), strict=True)
        known, past = (torch.cat([numbers, given[..., numbers.shape[-1] :]], dim=-1) for numbers, given in rows)
        emission = network.emissions(replace(window, values=values, known=known, past=past))
        return torch.stack([emission.mean, emission.scale], dim=-1).flatten(1, 2)

    inputs = (window.values, window.known[..., :2], window.past[..., :1])
    found = []
    for jacobian in torch.autograd.functional.jacobian(law, inputs):  # (1, step, 2, 1, time) and an axis of columns
        by_column = jacobian if jacobian.ndim == 6 else jacobian[..., None]
        found.append(by_column.abs().amax(dim=(0, 2, 3, 5)).numpy())
    return found


@every_backbone
@every_block
@every_scaling
def test_a_law_depends_on_what_it_may_see_and_on_nothing_else(backbone, block_size, window_scaling):
    network = full_network(backbone=backbone, block_size=block_size, window_scaling=window_scaling)
    window = small_window(ORDER + N_BLOCKS * block_size, batch=1)
    by_value, by_known, by_past = dependences(network, window)
    may, must, may_know, must_know = visible(block_size)
    for found, allowed, needed in ((by_value, may, must), (by_known, may_know, must_know), (by_past, may, must)):
        assert not found[~allowed].any()
        assert (found[needed] > 0).all()


@every_backbone
@every_block
def test_a_law_knows_the_categories_it_may_see_and_no_others(backbone, block_size):
    network = full_network(backbone=backbone, block_size=block_size)
    window = small_window(ORDER + N_BLOCKS * block_size, batch=1)
    law = fields(network.emissions(window)).flatten(1, 2)
    may, must, may_know, must_know = visible(block_size)
    for name, n, allowed, needed in (("known", 3, may_know, must_know), ("past", 2, may, must)):
        for u in range(window.length):
            rows = getattr(window, name).clone()
            rows[:, u, -1] = (rows[:, u, -1] + 1) % n
            moved = fields(network.emissions(replace(window, **{name: rows}))).flatten(1, 2)
            change = (moved - law).abs().amax(dim=(0, 2)).detach().numpy()
            assert change[~allowed[:, u]].max(initial=0) < 1e-14
            assert change[needed[:, u]].min(initial=1) > 1e-12


@every_backbone
def test_every_law_depends_on_static_covariates(backbone):
    network, window = full_network(backbone=backbone), small_window(ORDER + 2)
    law = fields(network.emissions(window))
    for column, change in ((0, 0.5), (1, 1)):
        static = window.static.clone()
        static[:, column] = (static[:, column] + change) % 4
        moved = fields(network.emissions(replace(window, static=static)))
        assert ((moved - law).abs().amax(dim=-1) > 1e-12).all()


def test_an_mlp_looks_at_the_last_values_only():
    network, window = small_network(backbone="mlp"), small_window(ORDER + 5, covariates=False)
    values = window.values.clone()
    values[:, :4] += 1.0  # the last law is that of the ninth value
    moved, law = (fields(network.emissions(each))[:, -1] for each in (Window(values), window))
    torch.testing.assert_close(moved, law, rtol=0, atol=0)


@every_block
@every_scaling
def test_the_blocks_of_an_mlp_are_those_of_windows_of_their_own(block_size, window_scaling):
    network = full_network(
        block_size=block_size, window_scaling=window_scaling, window_shrinkage=0.3, linear_skip=True, mask_input=True
    )
    window = small_window(ORDER + N_BLOCKS * block_size)
    observed = torch.ones_like(window.values, dtype=torch.bool)
    observed[0, 1:3] = observed[1, ORDER + 1] = False
    for each in (window, replace(window, observed=observed)):
        laws = fields(network.emissions(each))
        for j in range(N_BLOCKS):
            first = j * block_size
            past = slice(first, first + ORDER)
            own = Window(
                each.values[:, past],
                None if each.observed is None else each.observed[:, past],
                each.known[:, first : first + ORDER + block_size],
                each.past[:, past],
                each.static,
            )
            torch.testing.assert_close(fields(network.next_block(own)), laws[:, j])


@every_backbone
@every_block
@every_scaling
def test_teacher_forcing_is_a_walk_along_the_true_values(backbone, block_size, window_scaling):
    network = full_network(
        backbone=backbone,
        block_size=block_size,
        window_scaling=window_scaling,
        window_shrinkage=0.3,
        linear_skip=True,
        mask_input=True,
    )
    window = small_window(ORDER + 4 * block_size)
    observed = torch.ones_like(window.values, dtype=torch.bool)
    observed[0, 1] = False
    for each in (window, replace(window, observed=observed)):
        torch.testing.assert_close(fields(network.emissions(each)), walked(network, each))


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("order", [1, 2, 30])
def test_teacher_forcing_is_a_walk_for_every_head_and_order(head, order):
    for covariates in (COVARIATES, {}):
        network = small_network(order=order, head=head, block_size=3, linear_skip=True, **covariates)
        window = small_window(order + 9, covariates=bool(covariates))
        torch.testing.assert_close(fields(network.emissions(window)), walked(network, window))


@every_backbone
@every_scaling
def test_a_batch_is_its_windows_one_by_one(backbone, window_scaling):
    network = full_network(backbone=backbone, block_size=3, window_scaling=window_scaling, linear_skip=True)
    window = small_window(ORDER + 6, batch=3)
    looped = torch.cat([fields(network.emissions(window.select([i]))) for i in range(3)])
    torch.testing.assert_close(fields(network.emissions(window)), looped)


@every_backbone
@every_block
def test_window_scaling_follows_a_change_of_unit(backbone, block_size):
    network = full_network(backbone=backbone, block_size=block_size, window_scaling="window", linear_skip=True)
    window = small_window(ORDER + 2 * block_size)
    law = network.emissions(window)
    moved = network.emissions(replace(window, values=100.0 + 7.0 * window.values))
    torch.testing.assert_close(moved.mean, 100.0 + 7.0 * law.mean)
    torch.testing.assert_close(moved.scale, 7.0 * law.scale)


@every_backbone
@every_block
def test_window_mean_scaling_follows_a_change_of_level(backbone, block_size):
    network = full_network(backbone=backbone, block_size=block_size, window_scaling="window_mean", linear_skip=True)
    window = small_window(ORDER + 2 * block_size)
    law = network.emissions(window)
    moved = network.emissions(replace(window, values=100.0 + window.values))
    torch.testing.assert_close(moved.mean, 100.0 + law.mean)
    torch.testing.assert_close(moved.scale, law.scale)


@every_backbone
def test_the_laws_inside_a_partial_last_block_are_those_of_a_whole_one(backbone):
    network = full_network(backbone=backbone, block_size=3, linear_skip=True)
    whole = small_window(ORDER + 6)
    n = ORDER + 4
    part = Window(whole.values[:, :n], known=whole.known[:, :n], past=whole.past[:, :n], static=whole.static)
    for each in (part, replace(part, known=whole.known)):
        laws = [fields(network.emissions(window)).flatten(1, 2)[:, :4] for window in (each, whole)]
        torch.testing.assert_close(*laws)


def test_the_next_block_is_the_first_of_the_emissions():
    network = full_network(block_size=3, window_scaling="window", linear_skip=True)
    window = small_window(ORDER + 6)
    torch.testing.assert_close(fields(network.next_block(window)), fields(network.emissions(window))[:, 0])


def test_past_covariates_are_carried_forward():
    network, window = full_network(block_size=3), small_window(ORDER, rows=ORDER + 9)
    state, block = network.start(window, 9), normal(2, 3)
    for past in (window.past[:, -1:].expand(-1, 3, -1), covariate_rows((2, 3), COVARIATES["past"], 7)):
        after = network.advance(state, block, past)
        silent, told = network.advance(after, block), network.advance(after, block, past[:, -1:].expand(-1, 3, -1))
        assert torch.equal(fields(network.emit(silent)), fields(network.emit(told)))


@pytest.mark.parametrize("covariates", [COVARIATES, {}])
def test_a_gradient_reaches_every_weight(covariates):
    network = small_network(head="mixture", block_size=3, linear_skip=True, **covariates)
    window = small_window(ORDER + 6, batch=16, covariates=bool(covariates))
    law = network.emissions(window)
    law.log_prob(window.values[:, ORDER:].reshape(16, 2, 3)).sum().backward()
    assert all(weights.grad is not None and weights.grad.any() for weights in network.parameters())


@every_backbone
def test_a_network_is_rebuilt_from_its_specification_and_weights(backbone):
    network = full_network(backbone=backbone, block_size=3, linear_skip=True)
    network.dependence.copy_(torch.tensor([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]]))
    other = AutoregressiveNetwork(network.specification).double().eval()
    other.load_state_dict(network.state_dict())
    window = small_window(ORDER + 6)
    assert torch.equal(fields(other.emissions(window)), fields(network.emissions(window)))
    assert torch.equal(other.dependence, network.dependence)


def test_single_precision_gives_single_precision():
    network, window = full_network(block_size=3, window_scaling="window").float(), small_window(ORDER + 6)
    law = network.emissions(window.to(dtype=torch.float32))
    assert fields(law).dtype == torch.float32
    torch.testing.assert_close(fields(law).double(), fields(network.double().emissions(window)), rtol=1e-4, atol=1e-4)


def test_a_step_sees_a_bounded_number_of_known_rows_of_its_own():
    for block_size, reach in ((1, 1), (5, 5), (30, 24)):
        network = small_network(order=60, block_size=block_size, hidden_size=4, known=CovariateShape(1))
        assert network.reach == reach
        assert network.decoder.from_known.shape[:2] == (block_size, reach)


@pytest.mark.parametrize("option", [{"backbone": "mpl"}, {"head": "gausian"}, {"activation": "rellu"}])
def test_unknown_parts_are_errors(option):
    with pytest.raises(InvalidParameterError, match=next(iter(option.values()))):
        AutoregressiveNetwork(NetworkSpecification(order=2, **({"known": CovariateShape(1)} | option)))


@pytest.mark.parametrize("name", ["known", "past", "static"])
def test_a_window_without_the_covariates_that_a_network_reads_is_an_error(name):
    network, window = full_network(), small_window(ORDER + 1)
    with pytest.raises(InvalidParameterError):
        network.emissions(replace(window, **{name: None}))
    with pytest.raises(InvalidParameterError):
        network.start(replace(window, **{name: None}), 1)


def test_the_mask_tells_filled_values_from_observed_ones():
    network = small_network(mask_input=True)
    values = normal(1, ORDER + 1)
    observed = torch.ones(1, ORDER + 1, dtype=torch.bool)
    gap = observed.clone()
    gap[0, 2] = False
    told, whole, gappy = (network.emissions(Window(values, each)).mean for each in (None, observed, gap))
    assert torch.equal(told, whole)
    assert not torch.equal(whole, gappy)


def test_codes_of_both_kinds_of_covariates_have_embeddings_of_their_own():
    network = full_network()
    rows = covariate_rows((5,), COVARIATES["known"], 0)
    assert network.known_encoder.embeddings[0] is not network.past_encoder.embeddings[0]
    assert network.known_encoder(rows).shape == (5, network.known_encoder.width)
