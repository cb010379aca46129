import copy
import pickle
import random

import numpy as np
import pandas as pd
import pytest
import torch
from fitted_networks import (
    BACKBONES,
    HEADS,
    assert_equal_weights,
    fitted,
    nar,
    oscillation,
    panel_of_three,
)
from layouts import assert_same, long_frame
from sklearn.base import clone

from forecastkit import NARForecaster, load
from forecastkit.errors import InvalidFrameError, NotSupportedError

SEVERAL_STEPS = ("student_t", "mixture")  # heads that are tried with blocks


def network_of(backbone, head):
    size = 3 if head in SEVERAL_STEPS else 1
    return fitted("wide", backbone=backbone, head=head, block_size=size, n_components=2, max_steps=3, linear_skip=False)


def everything(model):
    return {
        "predict": model.predict(5),
        "predict_interval": model.predict_interval(5, level=80),
        "sample": model.sample(5, 3, random_state=0),
        "fitted_values": model.fitted_values(),
        "score_samples": model.score_samples(),
        "log_likelihood": model.log_likelihood(),
    }


PAIRS = [(backbone, head) for backbone in BACKBONES for head in HEADS]
every_network = pytest.mark.parametrize(("backbone", "head"), PAIRS, ids=map("-".join, PAIRS))
every_backbone = pytest.mark.parametrize("backbone", BACKBONES)


@every_network
def test_every_backbone_and_head_forecasts_scores_and_is_saved(backbone, head, tmp_path):
    model = network_of(backbone, head)
    said = everything(model)
    for name, value in said.items():
        assert np.isfinite(np.asarray(value.dropna(), dtype=float)).all(), name
    assert said["fitted_values"].isna().sum().tolist() == [4, 4, 4]
    assert model.backbone_ == backbone
    model.save(tmp_path / "model.safetensors")
    for name, value in everything(load(tmp_path / "model.safetensors")).items():
        assert_same(value, said[name], rtol=0)


@every_network
def test_many_series_together_equal_each_alone(backbone, head):
    model, y = network_of(backbone, head), panel_of_three()
    forecast, samples, scores = model.predict(5), model.sample(5, 3, random_state=4), model.score_samples()
    interval = model.predict_interval(5, level=80)
    for name in y:
        alone = y[[name]]
        np.testing.assert_allclose(model.predict(5, y=alone)[name], forecast[name], rtol=1e-11)
        np.testing.assert_allclose(model.sample(5, 3, y=alone, random_state=4)[name], samples[name], rtol=1e-11)
        np.testing.assert_allclose(model.score_samples(alone)[name], scores[name], rtol=1e-9)
        np.testing.assert_allclose(model.predict_interval(5, level=80, y=alone)[name], interval[name], rtol=1e-11)


@every_backbone
def test_a_path_does_not_depend_on_how_many_others_are_drawn(backbone):
    model = network_of(backbone, "mixture")
    few, many = model.sample(7, 2, random_state=1), model.sample(7, 50, random_state=1)
    np.testing.assert_allclose(few.xs(0, level="sample"), many.xs(0, level="sample"), rtol=1e-11)


@every_backbone
def test_a_shorter_horizon_is_the_beginning_of_a_longer_one(backbone):
    model = network_of(backbone, "student_t")  # blocks of three steps
    whole = model.predict(8)
    for horizon in (1, 2, 3, 4, 7):
        np.testing.assert_allclose(model.predict(horizon), whole.iloc[:horizon], rtol=1e-12)


@pytest.mark.parametrize("block_size", [1, 2, 5, 12])
def test_any_block_size_goes_with_any_horizon(block_size):
    model = nar(block_size=block_size, max_steps=3).fit(oscillation(80))
    for horizon in (1, 4, 13):
        assert np.isfinite(model.predict_interval(horizon)).all(axis=None)
        assert len(model.sample(horizon, 2)) == 2 * horizon


def test_equal_seeds_make_equal_networks_and_others_do_not():
    settings = {"dropout": 0.2, "scheduled_sampling": "linear", "max_steps": 5, "linear_skip": "auto"}
    models = [nar(random_state=seed, **settings).fit(panel_of_three()) for seed in (3, 3, 4)]
    assert_equal_weights(models[0], models[1])
    assert models[0].training_ == models[1].training_
    assert_same(models[0].predict_interval(4), models[1].predict_interval(4), rtol=0)
    assert not np.allclose(models[0].predict(4), models[2].predict(4), rtol=1e-9)


def test_a_generator_is_a_seed_that_moves_on():
    first, second = (nar(random_state=np.random.default_rng(8), max_steps=2).fit(oscillation(60)) for _ in range(2))
    assert_equal_weights(first, second)
    generator = np.random.default_rng(8)
    model = nar(random_state=generator, max_steps=2).fit(oscillation(60))
    assert_equal_weights(model, first)
    before = model.predict(3)
    assert not np.allclose(model.fit(oscillation(60)).predict(3), before, rtol=1e-9)


def test_no_random_stream_of_the_caller_moves():
    def streams():
        return random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002

    before = streams()
    model = nar(dropout=0.1, scheduled_sampling="linear", random_state=None, max_steps=3, linear_skip="auto")
    model.fit(oscillation(60))
    model.predict_interval(4)
    model.sample(4, 2)
    model.score_samples()
    assert streams() == before
    assert torch.get_default_dtype() == torch.float32


def test_nothing_is_written_and_nothing_is_shown(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    model = nar(linear_skip="auto", max_steps=5).fit(panel_of_three())
    model.predict_interval(4)
    model.summary()
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_a_progress_bar_is_shown_on_request(capfd):
    nar(progress_bar=True, max_steps=3).fit(oscillation(60))
    assert "train_loss" in "".join(capfd.readouterr())


def test_the_order_of_the_series_does_not_change_the_network():
    y = panel_of_three()
    assert_equal_weights(fitted("wide"), nar().fit(y[["c", "a", "b"]]))
    assert_equal_weights(fitted("wide"), nar().fit(long_frame(y)))


@every_backbone
def test_values_after_the_origin_change_neither_fit_nor_forecast(backbone):
    y = panel_of_three()
    model = network_of(backbone, "gaussian")
    changed = y.copy()
    changed.iloc[50:] = -1e6
    assert_same(model.predict(4, y=changed.iloc[:50]), model.predict(4, y=y.iloc[:50]), rtol=0)
    np.testing.assert_array_equal(model.score_samples(changed).iloc[:50], model.score_samples(y).iloc[:50])


def test_a_series_unseen_in_training_is_forecast_in_its_own_unit():
    model, other = fitted("wide", block_size=2), oscillation(50, seed=9)
    plain = model.predict_interval(4, y=other.to_frame("new"))["new"]
    moved = model.predict_interval(4, y=(1000 + 50 * other).to_frame("new"))["new"]
    np.testing.assert_allclose(moved, 1000 + 50 * plain, rtol=1e-9)
    both = panel_of_three().iloc[:50].assign(new=other)
    np.testing.assert_allclose(model.predict(4, y=both)["new"], plain["forecast"], rtol=1e-11)
    gain = (
        model.log_likelihood(other.to_frame("new"))["new"] - model.log_likelihood((50 * other).to_frame("new"))["new"]
    )
    assert gain == pytest.approx(46 * np.log(50), rel=1e-9)


def test_a_later_origin_needs_no_new_fit():
    y, model = oscillation(120), fitted("series")
    before = model._state()
    forecasts = [model.predict(1, y=y.iloc[:t]).iloc[0] for t in (60, 61, 119)]
    np.testing.assert_allclose(forecasts, model.fitted_values().iloc[[60, 61, 119]], rtol=1e-11)
    assert_same(model._state(), before, rtol=0)


def test_another_frequency_is_refused():
    with pytest.raises(InvalidFrameError, match="frequency"):
        fitted("wide").predict(2, y=panel_of_three().set_axis(pd.date_range("2020", periods=60, freq="h")))


def test_a_copy_or_a_pickle_says_the_same():
    model = fitted("wide", backbone="lstm", block_size=2, head="mixture", n_components=2)
    expected = everything(model)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        for name, value in everything(other).items():
            assert_same(value, expected[name], rtol=0)
    assert not hasattr(clone(model), "panel_")


def test_covariates_are_for_the_conditional_forecaster():
    y = oscillation(60)
    with pytest.raises(NotSupportedError, match="NARForecaster does not use covariates"):
        nar().fit(y, X=pd.DataFrame({"x": np.arange(60.0)}, index=y.index))


def test_no_trainer_is_started_after_fit(monkeypatch):
    model = fitted("series")

    def refuse(*_, **__):
        raise AssertionError

    monkeypatch.setattr("pytorch_lightning.Trainer.__init__", refuse)
    everything_it_says = everything(model)
    assert len(everything_it_says["predict"]) == 5
    with pytest.raises(AssertionError):
        nar().fit(oscillation(60))


def test_the_documented_defaults_train_on_a_short_series():
    model = NARForecaster(max_steps=4, random_state=0).fit(oscillation(90))
    assert np.isfinite(model.predict_interval(30)).all(axis=None)
    assert model.training_["n_steps"] == 4


@pytest.mark.parametrize("scaler", ["standard", "window", "window_mean", None])
@pytest.mark.parametrize("block_size", [1, 3])
def test_every_scaler_forecasts_in_the_unit_of_the_data(scaler, block_size):
    y = oscillation(100)
    model = nar(scaler=scaler, block_size=block_size, max_steps=3).fit(y)
    assert np.abs(model.predict(3) - y.mean()).max() < 5 * y.std()
    assert model.fitted_values().corr(y) > 0.8


def test_a_network_says_what_an_update_does():
    y = oscillation(70)
    model = nar(max_steps=2).fit(y.iloc[:60])
    assert not model.refitted_
    expected = model.predict(3, y=y)
    assert_same(model.update(y.iloc[60:]).predict(3), expected, rtol=1e-12)
    assert len(model.panel_.values) == 70
