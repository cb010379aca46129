"""Masking hides observed values only, in the shares asked for, the same ones from the same seed."""

import pytest
import torch

from forecastkit.models.graph_imputer import Masking


def _hidden(masking, observed, seed=0):
    return masking.hide(observed, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("masking", [Masking(0.2), Masking(0.0, 0.2), Masking(0.1, 0.1)])
def test_share_is_the_one_asked_for(masking):
    hidden = _hidden(masking, torch.ones(4, 2000, 10, dtype=torch.bool))
    assert 0.15 < hidden.float().mean() < 0.22
    # The first and the last steps are hidden as often as the others.
    assert (hidden[:, :50].float().mean() - hidden[:, -50:].float().mean()).abs() < 0.08


def test_only_observed_values_are_hidden():
    observed = torch.rand(300, 7, generator=torch.Generator().manual_seed(1)) < 0.5
    assert not (_hidden(Masking(0.5, 0.3), observed) & ~observed).any()


def test_blocks_are_longer_than_points():
    runs = []
    for masking in (Masking(0.1), Masking(0.0, 0.1, longest=20)):
        hidden = _hidden(masking, torch.ones(5000, 4, dtype=torch.bool))
        starts = (hidden[1:] & ~hidden[:-1]).sum()
        runs.append(float(hidden.sum() / starts))
    assert runs[0] < 1.5
    assert 4 < runs[1] < 12


def test_same_seed_same_values():
    observed = torch.ones(100, 5, dtype=torch.bool)
    masking = Masking(0.1, 0.1)
    assert torch.equal(_hidden(masking, observed, 3), _hidden(masking, observed, 3))
    assert not torch.equal(_hidden(masking, observed, 3), _hidden(masking, observed, 4))


def test_a_window_shorter_than_the_longest_block():
    hidden = _hidden(Masking(0.0, 0.5), torch.ones(3, 2, 4, dtype=torch.bool))
    assert hidden.shape == (3, 2, 4)
