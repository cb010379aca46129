import pytest
import torch
from pytorch_lightning.callbacks import Timer

from forecastkit.errors import InvalidParameterError
from forecastkit.training import TrainingOptions


def test_the_defaults_are_in_range():
    TrainingOptions().check()


@pytest.mark.parametrize(
    "changed",
    [
        {"schedule": "constant"},
        {"gradient_clip": None},
        {"patience": 3},
        {"devices": 2},
        {"devices": [0, 1]},
        {"precision": "bf16-mixed"},
        {"trainer_options": {"max_time": "00:00:01:00"}},
        {"callbacks": [Timer()]},
        {"callbacks": ()},
    ],
)
def test_what_is_documented_is_allowed(changed):
    TrainingOptions(**changed).check()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"max_steps": 0}, "'max_steps' must be a whole number of 1 or more, got 0"),
        ({"batch_size": 1.5}, "'batch_size' must be a whole number of 1 or more, got 1.5"),
        ({"learning_rate": 0.0}, "'learning_rate' must be a number above 0, got 0.0"),
        ({"learning_rate": float("nan")}, "'learning_rate' must be a number of 0 or more, got nan"),
        ({"schedule": "cosin"}, "did you mean 'cosine'"),
        ({"weight_decay": -1.0}, "'weight_decay' must be a number of 0 or more, got -1.0"),
        ({"gradient_clip": 0}, "'gradient_clip' must be a number above 0, got 0"),
        ({"patience": 0}, "'patience' must be a whole number of 1 or more, got 0"),
        ({"accelerator": "cpuu"}, "did you mean 'cpu'"),
        ({"devices": "all"}, "'devices' must be 'auto', a number of devices or their numbers, got 'all'"),
        ({"devices": []}, "'devices' must be 'auto', a number of devices or their numbers"),
        ({"devices": [0, -1]}, "'devices' must be a whole number of 0 or more, got -1"),
        ({"devices": 0}, "'devices' must be a whole number of 1 or more, got 0"),
        ({"precision": "64-tru"}, "did you mean '64-true'"),
        ({"trainer_options": ["max_time"]}, "'trainer_options' must map names of arguments"),
        ({"callbacks": [Timer(), "timer"]}, "'callbacks' must be a list of Lightning's Callback objects"),
        ({"callbacks": "timer"}, "got 'timer'"),
        ({"callbacks": Timer()}, "'callbacks' must be a list of Lightning's Callback objects"),
    ],
)
def test_what_is_out_of_range_is_refused(changed, message):
    with pytest.raises(InvalidParameterError) as raised:
        TrainingOptions(**changed).check()
    assert message in str(raised.value)


@pytest.mark.parametrize("accelerator", ["cuda", "gpu", "mps"])
def test_a_graphics_card_that_is_not_there_is_an_error_that_says_what_to_use(monkeypatch, accelerator):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(InvalidParameterError, match=r"torch finds no (CUDA|MPS) device; use 'auto' or 'cpu'"):
        TrainingOptions(accelerator=accelerator).check()


def test_a_graphics_card_that_is_there_is_allowed(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    TrainingOptions(accelerator="gpu").check()
    TrainingOptions(accelerator="cuda").check()
