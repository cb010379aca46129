import pytest
import torch
from fitted_networks import fitted, nar

from forecastkit.errors import NotFittedError


def test_the_network_is_a_torch_module_on_the_processor_in_evaluation_mode():
    model = fitted("wide")
    assert isinstance(model.network_, torch.nn.Module)
    assert not model.network_.training
    assert {weight.device.type for weight in model.network_.parameters()} == {"cpu"}
    assert {weight.dtype for weight in model.network_.parameters()} == {torch.float32}


def test_the_number_of_weights_is_that_of_the_network():
    model = fitted("series", linear_skip=False)
    expected = (4 * 8 + 8) + (8 * 8 + 8) + (8 + 1) + 1  # two layers, the head's mean and its log scale
    assert model.n_parameters_ == expected == sum(each.numel() for each in model.network_.parameters())


def test_what_was_chosen_is_an_attribute():
    model = fitted("series", backbone="auto")
    assert model.backbone_ == "mlp"
    assert model.linear_skip_ is True
    assert fitted("series", linear_skip=False).linear_skip_ is False
    assert "64" in model.training_["backbone"]


def test_the_record_of_training_is_a_copy():
    model = fitted("series")
    record = model.training_
    assert record["n_steps"] == 10
    assert record["best_step"] <= 10
    record.clear()
    assert model.training_["n_steps"] == 10


@pytest.mark.parametrize("name", ["network_", "backbone_", "linear_skip_", "training_", "n_parameters_", "refitted_"])
def test_nothing_is_learned_before_fit(name):
    with pytest.raises(NotFittedError, match=r"call fit\(y\) first"):
        getattr(nar(), name)
