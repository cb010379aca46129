import pytest
import torch
from pytorch_lightning import Callback
from pytorch_lightning.callbacks import ModelCheckpoint
from tiny_training import LENGTH, SquareLoss, TinyNetwork, options, panel, weights

from forecastkit.training import train


class StoppedError(Exception):
    pass


class StopAt(Callback):
    def __init__(self, step):
        self.step = step

    def on_train_batch_start(self, trainer, *arguments):
        if trainer.global_step == self.step:
            raise StoppedError


def run(network, validates, **changed):
    store, training, held_out = panel()
    held_out = held_out if validates else None
    return train(network, store, training, held_out, LENGTH, SquareLoss(noise=0.1), options(**changed), 1)


@pytest.mark.parametrize("validates", [False, True])
@pytest.mark.parametrize("every", [10, 7])
def test_a_resumed_run_ends_with_the_weights_of_an_uninterrupted_one(tmp_path, every, validates):
    whole, resumed = TinyNetwork(dropout=0.3), TinyNetwork(dropout=0.3)
    expected = run(whole, validates)
    checkpoint = ModelCheckpoint(tmp_path, every_n_train_steps=every, save_top_k=-1)
    with pytest.raises(StoppedError):
        run(resumed, validates, callbacks=[checkpoint, StopAt(25)])
    fresh = TinyNetwork(seed=9, dropout=0.3)
    record = run(fresh, validates, trainer_options={"ckpt_path": checkpoint.best_model_path})
    assert torch.equal(weights(fresh), weights(whole))
    assert record.n_steps == 40
    assert record.best_step == expected.best_step
    assert record.best_validation_loss == expected.best_validation_loss


def test_best_weights_from_before_the_interruption_are_not_forgotten(tmp_path):
    class Rising(SquareLoss):
        def __init__(self, first):
            super().__init__()
            self.loss = first

        def validation_loss(self, network, window):
            self.loss += 1.0
            return torch.tensor(self.loss)

    store, training, held_out = panel()
    checkpoint = ModelCheckpoint(tmp_path, every_n_train_steps=10, save_top_k=-1)
    stopping = options(callbacks=[checkpoint, StopAt(25)])
    with pytest.raises(StoppedError):
        train(TinyNetwork(), store, training, held_out, LENGTH, Rising(0.0), stopping)
    going_on = options(trainer_options={"ckpt_path": checkpoint.best_model_path})
    record = train(TinyNetwork(), store, training, held_out, LENGTH, Rising(50.0), going_on)
    assert (record.best_validation_loss, record.best_step) == (1.0, 2)
