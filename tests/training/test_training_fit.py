import logging
import random
import signal
import threading
import warnings

import numpy as np
import pytest
import torch
from pytorch_lightning import Callback
from tiny_training import LENGTH, SquareLoss, TinyNetwork, options, panel, weights

from forecastkit.errors import InvalidParameterError
from forecastkit.training import train
from forecastkit.windows import WindowIndex


def run(network=None, objective=None, seed=0, validates=True, **changed):
    store, training, held_out = panel()
    network = TinyNetwork() if network is None else network
    objective = SquareLoss() if objective is None else objective
    record = train(
        network, store, training, held_out if validates else None, LENGTH, objective, options(**changed), seed
    )
    return network, record


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"strategy": "foo"}, "strategy='foo'"),
        ({"max_time": "an hour"}, "not a valid duration"),
        ({"precision": 7}, "Precision 7 is invalid"),
        ({"ckpt_path": "nowhere.ckpt"}, "ckpt_path='nowhere.ckpt', and there is no such file"),
    ],
)
def test_a_value_that_lightning_refuses_is_the_callers_mistake(given, message):
    with pytest.raises(InvalidParameterError, match=message):
        run(trainer_options=given)


def test_training_lowers_the_loss_and_records_it():
    network = TinyNetwork().eval()
    store, _, held_out = panel()
    window = store.windows(held_out.starts, LENGTH)
    before = SquareLoss().validation_loss(network, window).item()
    network, record = run(network, max_steps=100)
    after = SquareLoss().validation_loss(network, window).item()
    assert after < 0.5 * before
    assert record.best_validation_loss == pytest.approx(after, rel=1e-5)
    assert record.n_steps == 100
    assert record.training_loss < before
    assert record.seconds > 0


def test_the_network_comes_back_on_the_cpu_in_evaluation_mode_and_otherwise_as_it_was():
    network = TinyNetwork()
    network.layers[0].bias.requires_grad_(False)
    run(network)
    assert not any(module.training for module in network.modules())
    assert {weight.device.type for weight in network.parameters()} == {"cpu"}
    assert [weight.requires_grad for weight in network.parameters()] == [True, False, True, True]


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    first, again, other = (run(TinyNetwork(dropout=0.3), SquareLoss(0.1), seed)[0] for seed in (5, 5, 6))
    assert torch.equal(weights(first), weights(again))
    assert not torch.equal(weights(first), weights(other))


def test_without_validation_the_last_weights_stay():
    _, record = run(validates=False)
    assert (record.best_validation_loss, record.best_step, record.stopped_early) == (None, None, False)


def test_validation_changes_nothing_in_what_is_learnt():
    class Worse(SquareLoss):
        losses = iter(range(100, 0, -1))

        def validation_loss(self, network, window):
            return torch.tensor(float(next(self.losses)))

    with_validation, _ = run(TinyNetwork(dropout=0.3), Worse())
    store, training, _ = panel()
    without = TinyNetwork(dropout=0.3)
    train(without, store, training, None, LENGTH, SquareLoss(), options())
    assert torch.equal(weights(with_validation), weights(without))


def test_global_random_streams_do_not_move_even_if_a_callback_draws():
    class Drawing(Callback):
        def on_train_batch_end(self, *arguments):
            random.random(), np.random.rand(), torch.rand(1)  # noqa: NPY002

    states = random.getstate(), np.random.get_state()[1].copy(), torch.get_rng_state()  # noqa: NPY002
    run(TinyNetwork(dropout=0.3), callbacks=[Drawing()])
    assert random.getstate() == states[0]
    assert np.array_equal(np.random.get_state()[1], states[1])  # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), states[2])


def test_nothing_is_printed_warned_of_or_written(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run()
    assert capfd.readouterr() == ("", "")
    assert caught == []
    assert list(tmp_path.iterdir()) == []


def test_log_levels_warning_filters_and_the_default_dtype_are_left_as_they_were():
    names = ("pytorch_lightning", "lightning_fabric")
    before = [logging.getLogger(name).level for name in names], list(warnings.filters), torch.get_default_dtype()
    run(precision="64-true")
    after = [logging.getLogger(name).level for name in names], list(warnings.filters), torch.get_default_dtype()
    assert after == before


def test_warnings_of_the_objective_get_through():
    class Speaking(SquareLoss):
        def training_loss(self, *arguments):
            warnings.warn("look here", UserWarning, stacklevel=1)
            return super().training_loss(*arguments)

    with pytest.warns(UserWarning, match="look here"):
        run(objective=Speaking(), max_steps=1)


def test_a_progress_bar_is_shown_when_asked_for(capfd):
    run(progress_bar=True, max_steps=3)
    assert "validation_loss" in "".join(capfd.readouterr())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_double_precision_is_computed_in_and_the_network_keeps_its_dtype(dtype):
    seen = []

    class Noting(SquareLoss):
        def training_loss(self, network, window, progress, generator):
            seen.append((window.values.dtype, next(network.parameters()).dtype))
            return super().training_loss(network, window, progress, generator)

    network, _ = run(TinyNetwork().to(dtype), Noting(), precision="64-true", max_steps=2)
    assert set(seen) == {(torch.float64, torch.float64)}
    assert {weight.dtype for weight in network.parameters()} == {dtype}


def test_a_double_network_is_given_double_windows():
    network, record = run(TinyNetwork().double())
    assert next(network.parameters()).dtype == torch.float64
    assert np.isfinite(record.best_validation_loss)


def test_mixed_precision_of_bfloat16_trains():
    network, _ = run(precision="bf16-mixed")
    assert next(network.parameters()).dtype == torch.float32


def test_options_of_the_trainer_win_over_ours():
    assert run(trainer_options={"max_steps": 7})[1].n_steps == 7


@pytest.mark.parametrize("as_option", [True, False])
def test_callbacks_are_called_whether_options_or_arguments_of_the_trainer(as_option):
    class Counting(Callback):
        n = 0

        def on_train_batch_end(self, *arguments):
            self.n += 1

    callback = Counting()
    _, record = run(**{"callbacks": [callback]} if as_option else {"trainer_options": {"callbacks": callback}})
    assert callback.n == 40
    assert record.best_step is not None


def test_an_argument_the_trainer_does_not_have_is_named_with_the_nearest():
    with pytest.raises(InvalidParameterError, match=r"no argument of Lightning's Trainer; .* did you mean 'max_time'"):
        run(trainer_options={"maxtime": 3})


def test_options_are_checked():
    with pytest.raises(InvalidParameterError, match="'max_steps'"):
        run(max_steps=0)


def test_no_window_to_learn_from_is_an_error():
    store, _, held_out = panel()
    none = WindowIndex(torch.arange(0), torch.zeros(6, dtype=torch.int64))
    with pytest.raises(InvalidParameterError, match="no window of 6 values"):
        train(TinyNetwork(), store, none, held_out, LENGTH, SquareLoss(), options())


def test_patience_without_validation_is_an_error():
    with pytest.raises(InvalidParameterError, match="'patience' counts validations"):
        run(validates=False, patience=2)


def test_the_interrupt_key_raises_and_goes_on_working():
    class Interrupting(Callback):
        def on_train_batch_end(self, trainer, *arguments):
            if trainer.global_step == 3:
                raise KeyboardInterrupt

    handler = signal.getsignal(signal.SIGINT)
    network = TinyNetwork()
    with pytest.raises(KeyboardInterrupt):
        run(network, callbacks=[Interrupting()])
    assert signal.getsignal(signal.SIGINT) is handler
    assert not network.training


def test_training_works_in_a_thread():
    records = []
    thread = threading.Thread(target=lambda: records.append(run()[1]))
    thread.start()
    thread.join()
    assert records[0].n_steps == 40
