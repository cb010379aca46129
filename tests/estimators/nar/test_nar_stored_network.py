import subprocess
import sys

import numpy as np
import pytest
from fitted_networks import assert_equal_weights, fitted, nar, oscillation
from layouts import assert_same

from forecastkit import load
from forecastkit.errors import InvalidFileError
from forecastkit.estimators.nar.stored_network import network_state, restored_network


def test_the_arrays_hold_the_whole_network():
    model = fitted("wide", backbone="attention", head="mixture", block_size=2)
    state = network_state(model._fitted)
    assert {array.dtype.kind for name, array in state.items() if name.startswith("network.")} == {"f"}
    again = restored_network(state)
    assert again.network.specification == model.network_.specification
    assert again.record == model.training_
    assert not again.network.training
    np.testing.assert_array_equal(again.scaling.center, model._fitted.scaling.center)


def test_a_loaded_network_can_be_trained_on(tmp_path):
    y = oscillation()
    model = nar(warm_start=True, max_steps=3).fit(y)
    model.save(tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    assert_equal_weights(loaded, model)
    assert_equal_weights(loaded.fit(y), model.fit(y))


@pytest.mark.parametrize("missing", ["center", "settings", "network.skip.weight"])
def test_arrays_that_do_not_make_a_network_are_refused(missing):
    state = network_state(fitted("series")._fitted)
    del state[missing]
    with pytest.raises((KeyError, RuntimeError)):
        restored_network(state)


def test_a_file_without_its_network_is_refused(tmp_path, monkeypatch):
    model = nar(max_steps=1).fit(oscillation(60))
    whole = model._state()
    monkeypatch.setattr(model, "_state", lambda: {name: whole[name] for name in whole if name != "settings"})
    model.save(tmp_path / "model.safetensors")
    with pytest.raises(InvalidFileError, match="does not describe a fitted estimator"):
        load(tmp_path / "model.safetensors")


def test_what_only_training_reads_is_no_reason_not_to_save(tmp_path):
    from pytorch_lightning import Callback

    model = nar(callbacks=[Callback()], trainer_options={"plugins": None}, random_state=np.random.default_rng(0))
    model.fit(oscillation(60)).save(tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    assert loaded.callbacks is None
    assert loaded.random_state is None
    assert loaded.trainer_options == {"plugins": None}
    assert_same(loaded.predict_interval(6), model.predict_interval(6), rtol=0)
    assert model.callbacks is not None


def test_a_network_trained_on_a_graphics_card_forecasts_without_one(tmp_path, monkeypatch):
    model = nar(max_steps=1).fit(oscillation(60)).set_params(accelerator="cuda")
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    model.save(tmp_path / "model.safetensors")
    assert_same(load(tmp_path / "model.safetensors").predict(3), model.predict(3), rtol=0)


def test_forecasts_of_a_saved_network_do_not_import_lightning(tmp_path):
    fitted("series").save(tmp_path / "model.safetensors")
    code = (
        "import sys, forecastkit\n"
        f"model = forecastkit.load({str(tmp_path / 'model.safetensors')!r})\n"
        "model.predict(3), model.sample(3, 2), model.predict_interval(3), model.log_likelihood(), model.summary()\n"
        "print('pytorch_lightning' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert done.stderr == ""
