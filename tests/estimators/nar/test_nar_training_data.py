import numpy as np
import pandas as pd
import pytest
from fitted_networks import assert_equal_weights, nar, oscillation, panel_of_three

from forecastkit import as_panel
from forecastkit.errors import DataWarning, InvalidFrameError, InvalidParameterError
from forecastkit.estimators.nar import fit
from forecastkit.estimators.nar.covariate_plan import CovariatePlan
from forecastkit.estimators.nar.training_data import count_targets, training_data


def data_of(model, y):
    panel = as_panel(y)
    specification, _ = fit._specification(model, panel, CovariatePlan())
    n_targets = count_targets(model, specification, panel)
    return training_data(model, panel, None, CovariatePlan(), model.order, n_targets, model.validation_size)


def with_other_tail(y, n=6):
    changed = y.copy()
    changed.iloc[-n:] = 50 * changed.iloc[-n:].to_numpy() + 3
    return changed


def test_nothing_is_fitted_by_the_values_held_out():
    y = panel_of_three()
    # one step: there is one validation, so that the held-out values have nothing to choose between
    settings = {"head": "heteroscedastic", "rollout_steps": 4, "max_steps": 1, "scheduled_sampling": "linear"}
    settings |= {"learning_rate": 0.1, "block_size": 2}
    ours, theirs = (nar(**settings).fit(each) for each in (y, with_other_tail(y)))
    assert_equal_weights(ours, theirs)
    for name in ("center", "scale"):
        np.testing.assert_array_equal(getattr(ours._fitted.scaling, name), getattr(theirs._fitted.scaling, name))
    assert ours.training_["training_loss"] == theirs.training_["training_loss"]
    assert ours.training_["best_validation_loss"] != theirs.training_["best_validation_loss"]
    np.testing.assert_array_equal(ours.predict(4, y=y), theirs.predict(4, y=y))


def test_rollouts_are_held_to_the_range_of_what_is_not_held_out():
    model, y = nar(rollout_steps=3), oscillation()
    data = data_of(model, y)
    scaled = data.store.values[: 120 - data.tail[0]]
    half = float(scaled.max() - scaled.min()) / 2
    assert data.bounds == pytest.approx((float(scaled.min()) - half, float(scaled.max()) + half))
    assert data_of(model, with_other_tail(y)).bounds == data.bounds


def test_a_tenth_of_each_series_is_held_out_by_default():
    data = data_of(nar(), panel_of_three())
    assert data.tail.tolist() == [6, 6, 6]
    assert data.training.counts.tolist() == [60 - 6 - 4] * 3
    assert data.held_out.counts.tolist() == [6] * 3
    assert data_of(nar(validation_size=0), panel_of_three()).held_out is None


@pytest.mark.parametrize(
    ("settings", "n_targets"),
    [
        ({}, 1),
        ({"block_size": 3}, 3),
        ({"rollout_steps": 7}, 7),
        ({"rollout_steps": 7, "block_size": 3}, 9),
        ({"backbone": "gru"}, 4),
        ({"backbone": "gru", "block_size": 3}, 6),
        ({"backbone": "causal_cnn", "order": 50}, 32),
        ({"scheduled_sampling": "linear"}, 4),
        ({"scheduled_sampling": "linear", "block_size": 5}, 10),
    ],
    ids=str,
)
def test_windows_hold_whole_blocks_as_many_as_the_loss_asks_for(settings, n_targets):
    assert data_of(nar(**settings), oscillation()).n_targets == n_targets


def test_with_a_stride_origins_lie_whole_strides_before_the_end():
    y = panel_of_three(120)
    y.iloc[:11, 1] = np.nan
    data = data_of(nar(stride=24, block_size=3, validation_size=0.5), y)
    ends = data.store.offsets[1:]
    for index in (data.training, data.held_out):
        series = data.store.series_of(index.starts)
        assert ((ends[series] - index.starts - 4) % 24 == 0).all()
    assert data.training.counts.tolist() == data.held_out.counts.tolist() == [2, 2, 2]


def test_a_relative_loss_weighs_errors_in_units_of_the_seasonal_naive_forecast():
    y = panel_of_three()
    weight = data_of(nar(loss="mase", seasonal_period=12), y).store.weight
    learned = y.iloc[:54]
    expected = learned.std(ddof=0) / learned.diff(12).abs().mean()
    np.testing.assert_allclose(weight, expected / expected.mean(), rtol=1e-5)
    assert data_of(nar(), y).store.weight is None


def test_an_order_longer_than_every_series_is_refused():
    with pytest.raises(InvalidFrameError) as raised:
        nar(order=70, block_size=4).fit(panel_of_three())
    assert "order=70 and block_size=4 need series of 74 values or more" in str(raised.value)
    assert "('a') has 60" in str(raised.value)


def test_more_rollout_steps_than_the_windows_allow_are_refused_with_the_most_there_can_be():
    with pytest.raises(InvalidParameterError, match="rollout_steps=60 and order=4 need windows of 64 values"):
        nar(rollout_steps=60).fit(panel_of_three())
    with pytest.raises(InvalidParameterError, match="lower rollout_steps to 55 or less"):
        nar(rollout_steps=60, block_size=5).fit(panel_of_three())
    assert nar(rollout_steps=55, block_size=5, max_steps=1).fit(panel_of_three()).training_["n_steps"] == 1


def test_data_without_a_whole_window_of_observed_values_are_refused():
    y = oscillation(30)
    y.iloc[1:-1] = np.nan
    with pytest.raises(InvalidFrameError, match="no series has 5 values in a row to train on, some of them observed"):
        nar().fit(y)


def test_constant_series_are_refused_alone_and_counted_among_others():
    y = panel_of_three().assign(b=7.0)
    with pytest.raises(InvalidFrameError, match=r"every series is constant \('b' is 7 throughout\)"):
        nar().fit(y["b"])
    with pytest.warns(DataWarning, match=r"1 of 3 series \('b' first\) are constant: their unit is taken to be 1"):
        model = nar(max_steps=2).fit(y)
    assert np.isfinite(model.predict(3)).all(axis=None)
    assert np.abs(model.predict(1)["b"].iloc[0] - 7) < 1


def test_warnings_come_once_also_when_the_skip_is_chosen():
    y = panel_of_three().assign(b=7.0)
    with pytest.warns(DataWarning) as warned:
        nar(max_steps=2, linear_skip="auto", validation_size=0).fit(y)
    assert len(warned) == 1


def test_a_long_series_does_not_drown_a_short_one():
    rng = np.random.default_rng(0)
    steps = rng.standard_normal((1500, 2))
    y = np.zeros((1500, 2))
    for t in range(1, 1500):
        y[t] = [0.9, -0.9] * y[t - 1] + steps[t]
    frame = pd.DataFrame(y, columns=["long", "short"])
    frame.iloc[:-150, 1] = np.nan
    # With one lag a network cannot tell the series apart: it learns the mean of both, 0, only if they count the same.
    settings = {"order": 1, "linear_skip": False, "max_steps": 150, "learning_rate": 1e-2, "validation_size": 0}
    model = nar(**settings, batch_size=512).fit(frame)
    last = pd.DataFrame({"long": [0.0, 2.0], "short": [0.0, 2.0]}, index=[1498, 1499])
    assert np.abs(model.predict(1, y=last).to_numpy()).max() < 0.8
