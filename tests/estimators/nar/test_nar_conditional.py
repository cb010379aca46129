import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from fitted_networks import (
    BACKBONES,
    assert_equal_weights,
    conditional,
    covariates,
    driven,
    fitted_conditional,
    nar,
    oscillation,
    weights,
)
from layouts import assert_same

from forecastkit import load
from forecastkit.errors import InvalidFrameError, InvalidParameterError, NotSupportedError

ORIGIN = 100  # values that `fitted_conditional` was fitted on; its covariates reach 20 days further
SETTINGS = {"past_covariates": ("heat",), "categorical": ("zone",), "calendar": ("weekday", "day_of_year")}

every_backbone = pytest.mark.parametrize("backbone", BACKBONES)
every_block_size = pytest.mark.parametrize("block_size", [1, 3, 7])


def changed_after(X, t):
    """Other covariates from row t on, of the values that there are."""
    other = X.copy()
    other.iloc[t:] = X.iloc[t:].iloc[::-1].to_numpy()
    other.iloc[t:, 0] += 100.0
    return other.astype(X.dtypes)


@every_backbone
@every_block_size
def test_covariates_after_a_step_never_change_it(backbone, block_size):
    model = fitted_conditional(backbone=backbone, block_size=block_size, categorical=("zone",), max_steps=3)
    X, steps = covariates(), 16
    said = {
        "predict": lambda X: model.predict(steps, X=X).to_numpy(),
        "predict_quantiles": lambda X: model.predict_quantiles(steps, X=X).to_numpy(),
        "sample": lambda X: model.sample(steps, 3, X=X, random_state=1).to_numpy().reshape(3, steps).T,
        "generate": lambda X: model.generate(X, n_samples=3, random_state=2).to_numpy().reshape(3, -1).T,
    }
    for name, call in said.items():
        before = call(X)
        for t in (0, 1, 2, 6, 7, 13):
            after = call(changed_after(X, ORIGIN + t))
            np.testing.assert_array_equal(after[:t], before[:t], err_msg=name)
            assert (after[t] != before[t]).all(), name  # its own covariates do count


@every_backbone
@every_block_size
def test_scores_and_fitted_values_never_look_at_later_covariates(backbone, block_size):
    model = fitted_conditional(backbone=backbone, block_size=block_size, categorical=("zone",), max_steps=3)
    y, X = driven(ORIGIN), covariates()
    scores, values = model.score_samples(y, X=X), model.fitted_values()
    for t in (30, 31, 57):
        after = model.score_samples(y, X=changed_after(X, t))
        np.testing.assert_allclose(after.iloc[:t], scores.iloc[:t], rtol=1e-12)
        assert after.iloc[t] != scores.iloc[t]
        np.testing.assert_allclose(model.predict(1, y=y.iloc[:t]).iloc[0], values.iloc[t], rtol=1e-11)


@every_backbone
def test_a_forecast_does_not_depend_on_covariates_before_the_values_it_looks_at(backbone):
    model = fitted_conditional(backbone=backbone, categorical=("zone",), max_steps=3)
    X = covariates()
    early = X.copy()
    early.iloc[: ORIGIN - 4, 0] = 99.0
    np.testing.assert_array_equal(model.predict(5, X=early), model.predict(5, X=X))


def test_it_learns_what_the_covariates_say():
    X, y = covariates(300), driven(300)
    model = conditional(max_steps=300, learning_rate=1e-2, hidden_size=16, categorical=("zone",))
    model.fit(y.iloc[:270], X)
    error = (model.predict(30) - y.iloc[270:]).abs().mean()
    assert error < 0.2 * nar(max_steps=100).fit(y.iloc[:270]).predict(30).sub(y.iloc[270:]).abs().mean()


@pytest.mark.parametrize("head", ["gaussian", "mixture"])
@pytest.mark.parametrize("block_size", [1, 3])
def test_everything_said_is_finite_and_survives_saving(head, block_size, tmp_path):
    model = fitted_conditional(head=head, block_size=block_size, **SETTINGS)
    model.save(tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    assert loaded.get_params() == model.get_params()
    assert_equal_weights(loaded, model)
    for call in (
        lambda each: each.predict_interval(8),
        lambda each: each.sample(8, 2, random_state=0),
        lambda each: each.score_samples(),
        lambda each: each.fitted_values(),
        lambda each: each.generate(covariates(), random_state=0),
    ):
        said = call(model)
        assert np.isfinite(said.iloc[4:] if len(said) == ORIGIN else said).all(axis=None)
        assert_same(call(loaded), said, rtol=0)
        assert_same(call(pickle.loads(pickle.dumps(model))), said, rtol=0)


def test_past_covariates_are_not_needed_after_the_origin():
    model = conditional(**SETTINGS).fit(driven(ORIGIN), covariates(ORIGIN))
    later = covariates().iloc[ORIGIN:]
    expected = model.predict(5, X=later)
    for other in (later.drop(columns="heat"), later.assign(heat=np.nan), later.assign(heat=-1e6)):
        np.testing.assert_array_equal(model.predict(5, X=other), expected)
    whole = covariates().drop(columns="heat")  # rows of the past as well, without the column
    np.testing.assert_array_equal(model.predict(5, X=whole), expected)
    with pytest.raises(InvalidFrameError, match="lacks 1 covariate of the fit: 'open'"):
        model.predict(5, X=later.drop(columns=["heat", "open"]))


def test_past_covariates_up_to_the_origin_do_count():
    model, y, X = fitted_conditional(**SETTINGS), driven(ORIGIN), covariates()
    changed = X.copy()
    changed.iloc[ORIGIN - 2, 0] += 50
    assert (model.predict(4, X=changed) != model.predict(4)).all()
    assert (model.predict(4, X=changed, y=y.iloc[: ORIGIN - 2]) == model.predict(4, y=y.iloc[: ORIGIN - 2])).all()


def test_an_update_needs_the_past_covariates_of_its_steps():
    y, X = driven(ORIGIN + 5), covariates()
    model = conditional(**SETTINGS).fit(y.iloc[:ORIGIN], X.iloc[:ORIGIN])
    later, expected = X.iloc[ORIGIN:], model.predict(3, y=y, X=X)
    for given in (None, later.drop(columns="heat"), later.assign(sky="hail")):
        with pytest.raises(InvalidFrameError, match=r"lacks 5 needed rows|'heat' is missing|'sky' has 1 value"):
            copy.deepcopy(model).update(y.iloc[ORIGIN:], X_new=given)
    assert_same(model.update(y.iloc[ORIGIN:], X_new=later).predict(3), expected)


def test_a_category_unseen_in_the_fit_is_an_error_that_names_it():
    model, X = fitted_conditional(**SETTINGS), covariates()
    for call in (model.predict, model.sample):
        with pytest.raises(InvalidFrameError, match=r"'sky' has 1 value that the fit did not have: 'dri'.*mean 'dry'"):
            call(3, X=X.assign(sky=X["sky"].where(X.index != X.index[ORIGIN + 1], "dri")))
        with pytest.raises(InvalidFrameError, match=r"'zone' has 1 value that the fit did not have: 4\.0"):
            call(3, X=X.assign(zone=X["zone"].where(X.index != X.index[ORIGIN + 1], 4)))
    unread = X.assign(zone=X["zone"].where(X.index != X.index[ORIGIN + 9], 4))
    np.testing.assert_array_equal(model.predict(3, X=unread), model.predict(3, X=X))


def test_text_and_codes_are_the_same_categories():
    X, y = covariates(), driven(ORIGIN)
    codes = X.assign(sky=X["sky"].map({"dry": 0, "fog": 1, "wet": 2}))
    as_text = conditional().fit(y, X)
    as_codes = conditional(categorical=("sky",)).fit(y, codes)
    assert_equal_weights(as_text, as_codes)
    np.testing.assert_array_equal(as_text.predict(5), as_codes.predict(5))
    as_dtype = conditional().fit(y, X.astype({"sky": "category"}))
    np.testing.assert_array_equal(as_dtype.predict(5), as_text.predict(5))
    as_number = conditional().fit(y, codes)
    assert not np.allclose(as_number.predict(5), as_codes.predict(5), rtol=1e-6)


def test_missing_covariates_are_an_error_that_says_where():
    X, y = covariates(), driven(ORIGIN)
    model = fitted_conditional(**SETTINGS)
    for column in ("heat", "sky"):
        bad = X.astype({"open": float}).copy()
        bad.loc[X.index[40], column] = np.nan
        with pytest.raises(InvalidFrameError, match=f"'{column}' is missing .NaN. in 1 needed row: 2024-02-10"):
            conditional(**SETTINGS).fit(y, bad)
    future = X.astype({"open": float}).copy()
    future.loc[X.index[ORIGIN + 2], "open"] = np.nan
    with pytest.raises(InvalidFrameError, match=r"'open' is missing \(NaN\) in 1 needed row: 2024-04-12"):
        model.predict(4, X=future)
    assert len(model.predict(2, X=future)) == 2


def test_a_horizon_beyond_the_covariates_lists_the_first_missing_rows():
    model = fitted_conditional(**SETTINGS)
    for call in (model.predict, model.predict_interval, model.sample):
        with pytest.raises(InvalidFrameError, match=r"lacks 3 needed rows: 2024-04-30, 2024-05-01, .*future_frame"):
            call(23)


def test_blocks_do_not_need_covariates_beyond_the_horizon():
    model = fitted_conditional(block_size=7, categorical=("zone",))
    assert len(model.predict(20)) == 20  # 21 steps are emitted, and X reaches 20


def test_wrong_names_are_answered_with_the_nearest():
    X, y = covariates(), driven(ORIGIN)
    for settings in ({"past_covariates": ["haet"]}, {"static_covariates": ["haet"]}, {"categorical": ["haet"]}):
        with pytest.raises(InvalidFrameError, match=r"X has no column 'haet'.*did you mean 'heat'"):
            conditional(**settings).fit(y, X)
    with pytest.raises(InvalidParameterError, match="did you mean 'weekday'"):
        conditional(calendar=("weekdays",)).fit(y, X)
    with pytest.raises(InvalidFrameError, match="'heat'"):
        conditional(past_covariates=("heat",)).fit(y)


def test_calendar_features_need_no_covariates_and_no_rows_of_the_future():
    n = np.arange(220)
    y = pd.Series(20 + 5.0 * (n % 7 == 3), index=pd.date_range("2024-01-01", periods=220))
    y += 0.1 * np.random.default_rng(0).standard_normal(220)
    model = conditional(calendar=("weekday",), order=1, max_steps=150, learning_rate=2e-2).fit(y.iloc[:200])
    np.testing.assert_allclose(model.predict(20), y.iloc[200:], atol=0.8)
    with pytest.raises(NotSupportedError, match="fitted without covariates"):
        model.predict(3, X=covariates())


def test_calendar_features_are_refused_where_there_is_no_calendar():
    with pytest.raises(InvalidParameterError, match="the time index holds integers"):
        conditional(calendar=("weekday",)).fit(driven(ORIGIN).reset_index(drop=True))
    with pytest.raises(InvalidParameterError, match="'hour', which needs steps below one day"):
        conditional(calendar=("hour",)).fit(driven(ORIGIN))


def test_without_covariates_it_is_the_plain_forecaster():
    y = oscillation()
    ours, plain = conditional(linear_skip=True).fit(y), nar().fit(y)
    assert_equal_weights(ours, plain)
    assert_same(ours.predict_interval(6), plain.predict_interval(6), rtol=0)


def test_the_order_of_the_columns_does_not_matter_later():
    model, X = fitted_conditional(**SETTINGS), covariates()
    np.testing.assert_array_equal(model.predict(5, X=X[["zone", "sky", "heat", "open"]]), model.predict(5))


def test_each_series_may_have_covariates_and_a_length_of_its_own():
    X = pd.concat({"a": covariates(), "b": covariates().assign(heat=0.0)}, axis=1)
    y = pd.DataFrame({"a": driven(ORIGIN), "b": driven(ORIGIN) + 1})
    y.iloc[:30, 1] = np.nan
    model = conditional(**SETTINGS, block_size=2).fit(y, X)
    forecast = model.predict(6)
    for name in y:
        np.testing.assert_allclose(model.predict(6, y=y[[name]])[name], forecast[name], rtol=1e-11)
    other = model.predict(6, X=X.rename(columns={"a": "b", "b": "a"}, level=0))
    assert not np.allclose(other, forecast)


def test_a_warm_start_with_other_covariates_is_refused():
    X, y = covariates(), driven(ORIGIN)
    model = conditional(warm_start=True, max_steps=2).fit(y, X)
    for given in (X.drop(columns="heat"), X.assign(more=1.0), None):
        with pytest.raises(InvalidParameterError, match="set warm_start=False"):
            model.fit(y, given)
    before = weights(model)["decoder.mix.weight"].copy()
    assert not np.array_equal(weights(model.fit(y, X))["decoder.mix.weight"], before)


def test_generated_series_continue_the_training_data_as_samples_do():
    model = fitted_conditional(**SETTINGS)
    made = model.generate(covariates(), n_samples=3, random_state=4)
    assert_same(made, model.sample(20, 3, random_state=4))
    assert made.index.names[0] == "sample"
    assert_same(made, model.generate(covariates(), n_samples=3, random_state=4), rtol=0)
    assert not np.allclose(made, model.generate(covariates(), n_samples=3, random_state=5))
    assert len(model.generate(covariates().iloc[: ORIGIN + 7])) == 7


@pytest.mark.parametrize("start", ["2024-01-01", "1999-07-01", "2031-03-05"])
def test_generated_series_may_begin_with_any_values_at_any_time(start):
    model = fitted_conditional(categorical=("zone",), block_size=3)
    index = pd.date_range(start, periods=40)
    X, initial = covariates(40).set_axis(index), driven(10).set_axis(index[:10])
    made = model.generate(X, initial, n_samples=2, random_state=0)
    assert made.index.get_level_values(1).unique().equals(index[10:])
    other = X.copy()
    other.iloc[25:, 0] += 40
    again = model.generate(other, initial, n_samples=2, random_state=0)
    for path in (0, 1):
        np.testing.assert_array_equal(again.loc[path].iloc[:15], made.loc[path].iloc[:15])
        assert (again.loc[path].iloc[15:] != made.loc[path].iloc[15:]).all()


def test_generated_series_of_a_panel_have_its_layout():
    y = pd.DataFrame({"a": driven(ORIGIN), "b": driven(ORIGIN) + 3})
    model = conditional(categorical=("zone",), max_steps=2).fit(y, covariates(ORIGIN))
    made = model.generate(covariates(), n_samples=2, random_state=0)
    assert list(made.columns) == ["a", "b"]
    assert len(made) == 2 * 20
    new = model.generate(covariates(), y.rename(columns={"b": "new"}).iloc[:50], random_state=0)
    assert list(new.columns) == ["a", "new"]
    assert len(new) == 70


def test_generating_needs_covariates_after_the_initial_values():
    model = fitted_conditional(**SETTINGS)
    with pytest.raises(InvalidFrameError, match="X has no rows after the initial values, which end at 2024-04-09"):
        model.generate(covariates(ORIGIN))
    with pytest.raises(InvalidParameterError, match="'n_samples' must be a whole number"):
        model.generate(covariates(), n_samples=0)
