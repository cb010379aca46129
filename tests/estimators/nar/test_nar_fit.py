import copy

import numpy as np
import pandas as pd
import pytest
import pytorch_lightning
from fitted_networks import BACKBONES, assert_equal_weights, fitted, nar, oscillation, panel_of_three, weights
from layouts import assert_same

from forecastkit import ARForecaster
from forecastkit.errors import ConvergenceError, InvalidParameterError
from forecastkit.estimators.nar import fit

AT_THE_START = {"max_steps": 1, "learning_rate": 1e-9, "validation_size": 0}


class Watched(pytorch_lightning.Callback):
    """Counts the trainings and steps that it sees."""

    def __init__(self):
        self.trainings, self.steps = 0, 0

    def on_train_start(self, trainer, pl_module):
        self.trainings += 1

    def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
        self.steps += 1


def pooled_regression(z, order):
    """Least squares of the columns of z on their lags and 1: coefficients of lags 1, 2, ... and the constant."""
    rows = [
        np.column_stack([*(each[order - k : -k] for k in range(1, order + 1)), np.ones(len(each) - order)])
        for each in z.T
    ]
    return np.linalg.lstsq(np.concatenate(rows), z[order:].T.ravel(), rcond=None)[0]


@pytest.mark.parametrize("backbone", BACKBONES)
def test_training_starts_at_the_closed_form_autoregression(backbone):
    y = oscillation(300)
    model, linear = nar(backbone=backbone, **AT_THE_START).fit(y), ARForecaster(order=4).fit(y)
    np.testing.assert_allclose(model.predict(12), linear.predict(12), atol=0.02 * y.std())
    np.testing.assert_allclose(model.fitted_values().iloc[4:], linear.fitted_values().iloc[4:], atol=0.02 * y.std())
    assert model.log_likelihood() == pytest.approx(linear.log_likelihood(), abs=0.5)
    ours, theirs = model.predict_interval(1, level=80), linear.predict_interval(1, level=80)
    np.testing.assert_allclose(ours, theirs, atol=0.05 * y.std())


def test_with_blocks_training_starts_at_the_closed_form_direct_map():
    y = oscillation(300)
    model = nar(block_size=5, **AT_THE_START).fit(y)
    linear = ARForecaster(order=4, strategy="direct", horizon=5).fit(y)
    np.testing.assert_allclose(model.predict(5), linear.predict(5), atol=5e-3 * y.std())


def test_the_start_of_a_panel_is_one_regression_of_all_scaled_series():
    y = panel_of_three(200)
    expected = pooled_regression(((y - y.mean()) / y.std(ddof=0)).to_numpy(), 4)
    model = nar(**AT_THE_START).fit(y)
    np.testing.assert_allclose(weights(model)["skip.weight"][0, ::-1], expected[:4], atol=0.01)
    np.testing.assert_allclose(weights(model)["skip.bias"], expected[4:], atol=1e-3)


def test_without_a_skip_the_network_starts_at_the_mean():
    y = oscillation(200)
    model = nar(linear_skip=False, **AT_THE_START).fit(y)
    np.testing.assert_allclose(model.predict(3), y.mean(), atol=1e-3)
    assert model.predict_interval(1, level=80).iloc[0, 2] - y.mean() == pytest.approx(1.2816 * y.std(ddof=0), rel=0.05)


def test_training_finds_what_a_line_cannot():
    values = np.zeros(400)
    noise = np.random.default_rng(0).standard_normal(400)
    for t in range(1, 400):
        values[t] = 2 * np.sin(2 * values[t - 1]) + 0.3 * noise[t]
    y = pd.Series(values)
    model = nar(order=1, hidden_size=16, max_steps=400, learning_rate=1e-2, linear_skip=True).fit(y)
    gain = model.log_likelihood() - ARForecaster(order=1).fit(y).log_likelihood()
    assert gain > 100


def test_the_skip_is_chosen_by_free_runs_on_held_out_values():
    model = nar(linear_skip="auto", max_steps=8).fit(oscillation(200))
    reason = model.training_["linear_skip"]
    assert model.linear_skip_  # the series is a linear autoregression
    assert reason.startswith("kept: after 2 steps the root mean squared error of free runs of 8 steps on held-out")
    unlinear = nar(linear_skip="auto", max_steps=8).fit(pd.Series(np.random.default_rng(0).uniform(size=60)))
    chosen = unlinear.training_["linear_skip"]
    errors = [float(each) for each in chosen.split(" is ")[1].replace(" with it,", "").split(" without")[0].split()]
    assert unlinear.linear_skip_ == (errors[0] <= errors[1])
    assert chosen.startswith("kept" if unlinear.linear_skip_ else "left out")


@pytest.mark.parametrize(("exploding", "kept"), [((True,), False), ((False,), True), ((True, False), False)], ids=str)
def test_a_candidate_that_explodes_is_not_chosen(monkeypatch, exploding, kept):
    trained = fit._trained

    def explode(model, network, *rest, pilot=False):
        if pilot and (network.skip is not None) in exploding:
            raise ConvergenceError
        return trained(model, network, *rest, pilot=pilot)

    monkeypatch.setattr(fit, "_trained", explode)
    assert nar(linear_skip="auto", max_steps=4).fit(oscillation()).linear_skip_ is kept


def test_the_skip_is_judged_on_values_held_out_for_that_alone_when_nothing_else_is():
    model = nar(linear_skip="auto", max_steps=4, validation_size=0).fit(oscillation(100))
    assert "held-out values" in model.training_["linear_skip"]
    assert model.training_["best_validation_loss"] is None


def test_a_series_too_short_to_judge_the_skip_keeps_it():
    model = nar(linear_skip="auto", max_steps=4, validation_size=0).fit(oscillation(5))
    assert model.training_["linear_skip"].startswith("kept: the series are too short")


@pytest.mark.parametrize(("order", "backbone"), [(4, "mlp"), (80, "causal_cnn")])
def test_the_backbone_is_chosen_by_the_order(order, backbone):
    model = nar(order=order, max_steps=1).fit(oscillation())
    assert model.backbone_ == backbone
    assert model.training_["backbone"] != "given"
    assert fitted("series", backbone="gru").training_["backbone"] == "given"


def test_callbacks_and_trainer_options_reach_lightning_in_the_training_only():
    watched, given = Watched(), Watched()
    options = {"max_steps": 6, "callbacks": [given]}
    model = nar(linear_skip="auto", max_steps=12, callbacks=[watched], trainer_options=options).fit(oscillation())
    assert (watched.trainings, watched.steps) == (given.trainings, given.steps) == (1, 6)
    assert model.training_["n_steps"] == 6


def test_a_logger_gets_the_losses(tmp_path):
    from pytorch_lightning.loggers import CSVLogger

    logger = CSVLogger(str(tmp_path))
    nar(trainer_options={"logger": logger, "log_every_n_steps": 1}, max_steps=4).fit(oscillation())
    table = pd.read_csv(next(tmp_path.rglob("metrics.csv")))
    assert {"train_loss", "validation_loss", "step"} <= set(table)


def test_training_goes_on_from_a_checkpoint(tmp_path):
    from pytorch_lightning.callbacks import ModelCheckpoint

    y = oscillation()
    whole = nar(max_steps=8, schedule="constant", validation_size=0).fit(y)
    keep = ModelCheckpoint(dirpath=tmp_path, every_n_train_steps=4, save_top_k=-1, filename="{step}")
    nar(max_steps=4, schedule="constant", validation_size=0, callbacks=[keep]).fit(y)
    resumed = nar(
        max_steps=8, schedule="constant", validation_size=0, trainer_options={"ckpt_path": tmp_path / "step=4.ckpt"}
    ).fit(y)
    assert_equal_weights(resumed, whole)


def test_patience_stops_training_and_keeps_the_best_weights():
    settings = {"max_steps": 200, "learning_rate": 0.3, "schedule": "constant", "patience": 2, "batch_size": 32}
    model = nar(**settings).fit(oscillation())
    record = model.training_
    assert record["stopped_early"]
    assert record["best_step"] < record["n_steps"] < 200
    best = nar(**settings | {"max_steps": 200, "patience": None}).fit(oscillation()).training_["best_validation_loss"]
    assert record["best_validation_loss"] >= best


@pytest.mark.parametrize("precision", ["64-true", "bf16-mixed"])
def test_other_precisions_train_and_leave_the_network_in_its_own(precision):
    model = nar(precision=precision, max_steps=3).fit(oscillation(60))
    assert {str(weight.dtype) for weight in model.network_.parameters()} == {"torch.float32"}
    assert np.isfinite(model.predict(3)).all()


@pytest.mark.parametrize(
    "settings",
    [
        {"loss": "mse"},
        {"loss": "mae", "head": "student_t"},
        {"rollout_steps": 6},
        {"rollout_steps": 6, "block_size": 2, "loss": "mse"},
        {"scheduled_sampling": "linear"},
        {"scheduled_sampling": "exponential", "final_teacher_forcing": 0.5, "rollout_steps": 4},
        {"scheduled_sampling": "inverse_sigmoid", "backbone": "gru", "block_size": 2},
        {"dropout": 0.3, "activation": "gelu"},
        {"weight_decay": 0.1, "gradient_clip": None, "schedule": "constant"},
        {"scaler": "window", "rollout_steps": 5, "window_shrinkage": 0.3},
        {"loss": "mase", "seasonal_period": 12, "rollout_steps": 3},
        {"stride": 3, "recency": 1.0, "ridge": 0.1},
    ],
    ids=str,
)
def test_every_way_to_train_ends_in_a_network_that_forecasts(settings):
    y = oscillation(100)
    model = nar(max_steps=30, **settings).fit(y)
    assert model.fitted_values().corr(y) > 0.8
    assert np.isfinite(model.predict_interval(10)).all(axis=None)


def test_a_warm_start_goes_on_from_the_fitted_network():
    y = oscillation()
    model = nar(warm_start=True, max_steps=5).fit(y.iloc[:100])
    before = copy.deepcopy(model)
    model.set_params(learning_rate=1e-12).fit(y)  # hardly a step
    for name, value in weights(model).items():
        if name not in ("head.log_scale", "dependence"):
            np.testing.assert_allclose(value, weights(before)[name], atol=1e-6)
    assert len(model.panel_.values) == 120
    assert model._fitted.scaling.center != before._fitted.scaling.center
    cold = nar(max_steps=5, learning_rate=1e-12).fit(y)
    assert not np.allclose(weights(cold)["backbone.layers.0.weight"], weights(model)["backbone.layers.0.weight"])


def test_a_warm_start_of_a_new_model_is_a_start():
    assert_equal_weights(nar(warm_start=True).fit(oscillation()), fitted("series"))


def test_a_warm_start_keeps_the_skip_that_was_chosen():
    model = nar(warm_start=True, linear_skip="auto", max_steps=4).fit(oscillation())
    chosen = model.linear_skip_
    model.fit(oscillation())
    assert model.linear_skip_ == chosen
    assert "linear_skip" not in model.training_


@pytest.mark.parametrize(
    "changed", [{"hidden_size": 9}, {"order": 5}, {"head": "mixture"}, {"scaler": None}, {"transform": "log"}], ids=str
)
def test_a_warm_start_of_another_network_is_refused_and_changes_nothing(changed):
    model = nar(warm_start=True, max_steps=2).fit(oscillation())
    before = model.predict(4)
    with pytest.raises(InvalidParameterError, match="set warm_start=False to begin anew"):
        model.set_params(**changed).fit(oscillation())
    assert_same(model.predict(4), before, rtol=0)


def test_a_warm_start_may_bring_new_series():
    y = panel_of_three()
    model = nar(warm_start=True, max_steps=2).fit(y[["a", "b"]]).fit(y)
    assert list(model.predict(2)) == ["a", "b", "c"]


def test_training_that_explodes_is_an_error_and_leaves_the_model_as_it_was():
    y = oscillation()
    model = nar(max_steps=2).fit(y)
    before = model.predict(4)
    model.set_params(learning_rate=1e30, gradient_clip=None, max_steps=40, loss="mse")
    with pytest.raises(ConvergenceError, match=r"training (diverged|failed) at step \d+"):
        model.fit(y)
    assert_same(model.predict(4), before, rtol=0)
    unfitted = nar(learning_rate=1e30, gradient_clip=None, max_steps=40, loss="mse")
    with pytest.raises(ConvergenceError):
        unfitted.fit(y)
    assert not hasattr(unfitted, "panel_")


def test_the_scale_of_a_step_does_not_hang_on_a_few_held_out_values():
    y = oscillation(200)
    model = nar(block_size=20, **AT_THE_START | {"validation_size": 0.1}).fit(y)  # one window is held out
    interval = model.predict_interval(20, level=80)
    width = interval["forecast-hi-80"] - interval["forecast-lo-80"]
    assert width.max() / width.iloc[4:].min() < 3
    assert (width.diff().iloc[1:4] > 0).all()


def test_training_that_leads_away_from_its_start_is_an_error_though_its_loss_is_finite():
    y = pd.Series(np.sin(np.arange(120) / 3), index=pd.period_range("2020-01-01", periods=120, freq="D"))
    wild = nar(linear_skip=False, max_steps=30, learning_rate=100.0, schedule="constant", validation_size=0.0)
    with pytest.raises(ConvergenceError, match=r"at its end.*lower learning_rate"):
        wild.fit(y)
    assert not hasattr(wild, "panel_")
