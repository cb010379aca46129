import pytest
import torch

from forecastkit.errors import InvalidParameterError
from forecastkit.nn.backbones import ACTIVATIONS, make_activation


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_is_the_function_of_its_name(name):
    x = torch.linspace(-3, 3, 7)
    expected = torch.tanh(x) if name == "tanh" else getattr(torch.nn.functional, name)(x)
    torch.testing.assert_close(make_activation(name)(x), expected)


def test_an_unknown_activation_is_refused_with_the_nearest_name():
    with pytest.raises(InvalidParameterError, match=r"unknown activation 'rellu'; .* did you mean 'relu'\?"):
        make_activation("rellu")
