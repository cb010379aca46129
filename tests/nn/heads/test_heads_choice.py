import pytest
import torch

from forecastkit.errors import InvalidParameterError
from forecastkit.nn.heads import HEADS, GaussianHead, HeteroscedasticHead, MixtureHead, StudentTHead, make_head


def test_every_name_has_its_head():
    classes = [type(make_head(name, 3)) for name in HEADS]
    assert classes == [GaussianHead, HeteroscedasticHead, StudentTHead, MixtureHead]


@pytest.mark.parametrize("name", HEADS)
def test_a_head_has_the_width_and_the_steps_asked_for(name):
    assert make_head(name, 3, n_steps=4)(torch.zeros(2, 3)).mean.shape == (2, 4)


def test_the_number_of_components_is_that_of_the_mixture():
    assert make_head("mixture", 3, 1, 7)(torch.zeros(3)).logits.shape == (1, 7)


def test_an_unknown_name_fails_with_the_nearest():
    with pytest.raises(InvalidParameterError, match=r"Unknown head 'mixtures'; .* did you mean 'mixture'\?"):
        make_head("mixtures", 3)
