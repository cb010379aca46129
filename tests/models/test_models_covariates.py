from typing import Any

import numpy as np
import pytest
import torch
from small_networks import normal
from torch import nn

from forecastkit.models import CovariateShape
from forecastkit.models.covariates import BlockDecoder, CovariateEncoder

D, REACH, N_BLOCKS = 5, 4, 2


def decoder(n_steps=3):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return BlockDecoder(D, n_steps, 2, REACH, nn.Tanh()).double().eval()


def decoded(parts, features, known):
    """The formula of the decoder, one step at a time, in NumPy."""
    weights = {name: each.detach().numpy() for name, each in parts.named_parameters()}
    n_steps, width = parts.n_steps, parts.width
    found = np.empty((len(features), N_BLOCKS, n_steps, width))
    for b, j, i in np.ndindex(found.shape[:3]):
        rows = slice(i * width, (i + 1) * width)
        hidden = weights["from_past.weight"][rows] @ features[b, j] + weights["from_past.bias"][rows]
        own = REACH - 1 + j * n_steps + i  # the row of the step itself
        of_rows = weights["from_known"][i].reshape(-1, REACH, width)
        for k in range(min(REACH, i + 1)):  # not beyond the beginning of the block
            hidden = hidden + known[b, own - k] @ of_rows[:, REACH - 1 - k]
        found[b, j, i] = np.tanh(weights["mix.weight"] @ np.tanh(hidden) + weights["mix.bias"])
    return found


@pytest.mark.parametrize("n_steps", [1, 3])
def test_a_block_is_decoded_by_the_formula(n_steps):
    parts, features = decoder(n_steps), normal(2, N_BLOCKS, D)
    known = normal(2, REACH - 1 + N_BLOCKS * n_steps, 2)
    expected = decoded(parts, features.numpy(), known.numpy())
    np.testing.assert_allclose(parts(features, known).detach(), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("n_steps", [1, 3, 6])
def test_a_step_sees_its_own_rows_and_those_of_its_block_before_it(n_steps):
    parts, features = decoder(n_steps), normal(1, N_BLOCKS, D)
    known = normal(1, REACH - 1 + N_BLOCKS * n_steps, 2)
    jacobian = torch.autograd.functional.jacobian(lambda rows: parts(features, rows).flatten(1, 2), known)
    seen = jacobian.abs().amax(dim=(0, 2, 3, 5)).numpy() > 0
    step, row = np.indices(seen.shape)
    own, first = step + REACH - 1, step - step % n_steps + REACH - 1  # rows of the step, and of its block's first one
    np.testing.assert_array_equal(seen, (row > own - REACH) & (row >= first) & (row <= own))


def test_steps_of_a_block_are_narrower_than_single_ones():
    assert [BlockDecoder(200, s, 1, REACH, nn.Tanh()).width for s in (1, 2, 48)] == [200, 50, 50]
    assert BlockDecoder(8, 2, 1, REACH, nn.Tanh()).width == 16


def test_numbers_stay_and_codes_become_their_vectors():
    encoder: Any = CovariateEncoder(CovariateShape(2, (3, 40)))
    assert encoder.width == 2 + 2 + 16
    rows = torch.tensor([[0.5, -1.0, 2.0, 39.0], [1.5, 7.0, 0.0, 0.0]])
    found = encoder(rows)
    assert torch.equal(found[:, :2], rows[:, :2])
    assert torch.equal(found[:, 2:4], encoder.embeddings[0].weight[[2, 0]])
    assert torch.equal(found[:, 4:], encoder.embeddings[1].weight[[39, 0]])


def test_rows_of_any_shape_are_encoded_alike():
    encoder: Any = CovariateEncoder(CovariateShape(1, (3,)))
    rows = torch.tensor([[0.5, 2.0], [1.5, 0.0], [2.5, 1.0], [3.5, 1.0]])
    assert torch.equal(encoder(rows.reshape(2, 2, 2)).reshape(4, 3), encoder(rows))


@pytest.mark.parametrize(("shape", "width"), [((3, ()), 3), ((0, (2,)), 1), ((0, (1, 100)), 17)])
def test_the_width_of_a_code_grows_with_its_categories(shape, width):
    encoder: Any = CovariateEncoder(CovariateShape(*shape))
    assert encoder.width == width
    assert encoder(torch.zeros(2, CovariateShape(*shape).n_columns)).shape == (2, width)


def test_each_category_learns_for_itself():
    encoder: Any = CovariateEncoder(CovariateShape(0, (4,)))
    encoder(torch.tensor([[1.0], [1.0], [3.0]])).sum().backward()
    assert encoder.embeddings[0].weight.grad.abs().sum(dim=1).tolist() == [0.0, 4.0, 0.0, 2.0]
