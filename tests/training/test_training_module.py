import math

import pytest
import torch
from pytorch_lightning import Callback, Trainer
from tiny_training import LENGTH, SquareLoss, TinyNetwork, options, panel, weights
from torch import nn

from forecastkit.training import ForecastModule, WindowDataModule

# Lightning's own warnings reach those who use its Trainer themselves.
pytestmark = pytest.mark.filterwarnings("ignore:::pytorch_lightning", "ignore:::lightning_fabric")


class RateLog(Callback):
    def __init__(self):
        self.rates = []

    def on_before_optimizer_step(self, trainer, pl_module, optimizer):
        self.rates.append(optimizer.param_groups[0]["lr"])


def fit(module, **arguments):
    """Fit with a Trainer of the caller's own."""
    store, training, held_out = panel()
    data = WindowDataModule(store, training, held_out, LENGTH, module.options.batch_size, module.seed)
    quiet = {
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
    }
    whole = {"accelerator": "cpu", "max_steps": module.options.max_steps, "limit_val_batches": 0}
    trainer = Trainer(**quiet | whole | arguments)
    trainer.fit(module, datamodule=data)
    return trainer


@pytest.mark.parametrize("schedule", ["cosine", "constant"])
def test_the_learning_rate_follows_its_schedule(schedule):
    log = RateLog()
    fit(ForecastModule(TinyNetwork(), SquareLoss(), options(max_steps=10, schedule=schedule)), callbacks=[log])
    expected = [0.5 * (1 + math.cos(math.pi * k / 10)) if schedule == "cosine" else 1.0 for k in range(10)]
    assert log.rates == pytest.approx([1e-2 * factor for factor in expected])


def test_progress_runs_from_zero_towards_one():
    objective = SquareLoss()
    fit(ForecastModule(TinyNetwork(), objective, options(max_steps=5)))
    assert objective.progress == [0.0, 0.2, 0.4, 0.6, 0.8]


def test_weight_matrices_decay_and_biases_do_not():
    module = ForecastModule(TinyNetwork(), SquareLoss(), options(weight_decay=0.1, schedule="constant"))
    module.trainer = Trainer(accelerator="cpu", logger=False, enable_checkpointing=False)
    decayed, rest = module.configure_optimizers().param_groups
    assert (decayed["weight_decay"], rest["weight_decay"]) == (0.1, 0.0)
    assert {weight.ndim for weight in decayed["params"]} == {2}
    assert {weight.ndim for weight in rest["params"]} == {1}


def test_a_frozen_weight_stays():
    network = TinyNetwork()
    frozen = network.layers[0].weight.requires_grad_(False)
    before = frozen.clone()
    fit(ForecastModule(network, SquareLoss(), options(max_steps=5)))
    assert torch.equal(frozen, before)
    assert not frozen.requires_grad


def test_training_with_a_trainer_of_ones_own_logs_the_losses_and_lowers_them():
    network = TinyNetwork().eval()
    store, _, held_out = panel()
    before = SquareLoss().validation_loss(network, store.windows(held_out.starts, LENGTH))
    module = ForecastModule(network, SquareLoss(), options(max_steps=60))
    trainer = fit(
        module, limit_val_batches=None, check_val_every_n_epoch=None, val_check_interval=20, callbacks=[RateLog()]
    )
    assert {"train_loss", "validation_loss"} <= set(trainer.callback_metrics)
    assert trainer.callback_metrics["validation_loss"] < 0.7 * before


def test_epochs_of_a_trainer_of_ones_own_go_on_drawing():
    in_epochs, at_once = TinyNetwork(dropout=0.5), TinyNetwork(dropout=0.5)
    fit(ForecastModule(in_epochs, SquareLoss(), options()), limit_train_batches=10, max_epochs=4)
    fit(ForecastModule(at_once, SquareLoss(), options()))
    assert torch.equal(weights(in_epochs), weights(at_once))


def test_dropout_and_draws_depend_on_the_seed_and_leave_the_global_stream_alone():
    state = torch.get_rng_state()
    runs = {}
    for seed in (0, 0, 1):
        network, objective = TinyNetwork(dropout=0.5), SquareLoss(noise=0.1)
        fit(ForecastModule(network, objective, options(), seed))
        runs.setdefault(seed, []).append((weights(network), objective.drawn))
    assert torch.equal(runs[0][0][0], runs[0][1][0])
    assert runs[0][0][1] == runs[0][1][1]
    assert not torch.equal(runs[0][0][0], runs[1][0][0])
    assert len(set(runs[0][0][1])) == 40
    assert torch.equal(torch.get_rng_state(), state)


def test_added_up_gradients_have_dropout_and_draws_of_their_own():
    objective = SquareLoss(noise=0.1)
    module = ForecastModule(TinyNetwork(), objective, options(max_steps=4))
    fit(module, accumulate_grad_batches=3)
    assert len(set(objective.drawn)) == 12


def test_the_network_is_trained_in_training_mode():
    modes = []

    class Spy(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = TinyNetwork()

        def forward(self, lags):
            modes.append(self.training)
            return self.inner(lags)

    fit(ForecastModule(Spy().eval(), SquareLoss(), options(max_steps=3)))
    assert modes == [True, True, True]
