"""What a forecaster that uses covariates promises, in every layout of X."""

import numpy as np
import pandas as pd
import pytest
from layouts import assert_same, every_layout, long_frame, multiindex, shuffled, wide_frame
from sklearn.base import clone

from forecastkit import ARForecaster, ConditionalNARForecaster, as_panel, load
from forecastkit.errors import InvalidFrameError, NotSupportedError
from forecastkit.frames import as_covariates, future_frame

ESTIMATORS = {
    "arx": ARForecaster(order=2),
    "arx by bic": ARForecaster(order="bic", max_order=3, trend="ct"),
    "arx of differences": ARForecaster(order=1, differences=1),
    "arx of logarithms": ARForecaster(order=[1, 4], transform="log"),
    "arx of powers": ARForecaster(order=1, transform="boxcox"),
    "average of arx": ARForecaster(order="aic", max_order=3, averaging=True),
    "arx with ridge": ARForecaster(order=2, ridge=0.05),
    "arx with window means": ARForecaster(order=3, window_scaling="mean"),
    "nar": ConditionalNARForecaster(order=3, hidden_size=8, max_steps=15, linear_skip=True, random_state=0),
}
NEURAL = ("nar",)  # trained by gradient steps, on numbers and text; nothing is estimated again or imputed
DAYS = pd.date_range("2024-01-01", periods=60, name="day")
every_estimator = pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
LINEAR = {name: estimator for name, estimator in ESTIMATORS.items() if name not in NEURAL}
every_linear_estimator = pytest.mark.parametrize("estimator", LINEAR.values(), ids=LINEAR)


def shared():
    """Covariates that all series have in common."""
    t = np.arange(60)
    return pd.DataFrame({"heat": np.sin(1.3 * t), "open": t % 7 < 5}, index=DAYS)


def layouts_of_shared():
    """The same covariates in every layout, for a wide y."""
    X, ids = shared().astype(float), list(wide_frame())
    rows = pd.concat([X.rename_axis("ds").reset_index().assign(unique_id=name) for name in ids], ignore_index=True)
    return {
        "shared": X,
        "a column per series": pd.concat(dict.fromkeys(ids, X), axis=1),
        "long": shuffled(rows),
        "multiindex": rows.set_index(["unique_id", "ds"]),
        "checked": as_covariates(X, as_panel(wide_frame())),
    }


def everything(model):
    return {
        "predict_interval": model.predict_interval(4),
        "fitted_values": model.fitted_values(),
        "score_samples": model.score_samples(),
        "log_likelihood": model.log_likelihood(),
        "sample": model.sample(4, 3, random_state=0),
        **{name: getattr(model, name) for name in ("effects_", "coef_", "network_") if hasattr(model, name)},
    }


@every_estimator
def test_every_layout_of_the_covariates_gives_the_same_results(estimator):
    expected = everything(clone(estimator).fit(wide_frame(), X=shared()))
    for X in layouts_of_shared().values():
        for name, value in everything(clone(estimator).fit(wide_frame(), X=X)).items():
            assert_same(value, expected[name], rtol=1e-10)


@every_estimator
def test_every_layout_of_the_series_gives_the_same_results(estimator):
    wide, X = wide_frame(), shared()
    expected = clone(estimator).fit(wide, X=X).predict(4)
    by_series = layouts_of_shared()
    long = clone(estimator).fit(shuffled(long_frame(wide)), X=by_series["long"]).predict(4)
    np.testing.assert_allclose(long.pivot(index="ds", columns="unique_id", values="y")[list(wide)], expected, rtol=1e-9)
    stacked = clone(estimator).fit(multiindex(wide), X=by_series["multiindex"]).predict(4)
    np.testing.assert_allclose(stacked["y"].unstack(0)[list(wide)], expected, rtol=1e-9)


@every_linear_estimator
def test_a_series_alone_gives_the_results_that_it_has_among_others(estimator):
    wide, X = wide_frame(), shared()
    alone = clone(estimator).fit(wide["south"], X=X).predict(4)
    np.testing.assert_allclose(alone, clone(estimator).fit(wide, X=X).predict(4)["south"], rtol=1e-9)


@every_estimator
def test_the_future_may_come_with_the_fit_or_with_the_forecast(estimator):
    wide, X = wide_frame(), shared()
    whole = clone(estimator).fit(wide, X=X)
    past = clone(estimator).fit(wide, X=X.iloc[:48])
    for call in ("predict", "predict_interval", "predict_quantiles"):
        assert_same(getattr(past, call)(4, X=X.iloc[48:52]), getattr(whole, call)(4))
    assert_same(past.sample(4, X=X.iloc[48:52], random_state=1), whole.sample(4, random_state=1))
    assert_same(past.predict(4, X=X.iloc[::-1].sort_index()), whole.predict(4))
    swapped = X.iloc[48:52][["open", "heat"]]
    assert_same(past.predict(4, X=swapped), whole.predict(4))
    half = clone(estimator).fit(wide, X=X.iloc[:50])
    assert_same(half.predict(4, X=X.iloc[50:52]), whole.predict(4))
    assert_same(half.predict(2), whole.predict(2))


@every_estimator
def test_rows_given_with_the_forecast_come_before_those_of_the_fit(estimator):
    wide, X = wide_frame(), shared()
    model = clone(estimator).fit(wide, X=X)
    other = X.iloc[48:52].assign(heat=5.0)
    changed = model.predict(4, X=other)
    assert not np.allclose(changed, model.predict(4))
    assert_same(changed, clone(estimator).fit(wide, X=X.iloc[:48]).predict(4, X=other))


@every_estimator
def test_missing_rows_of_the_future_are_listed(estimator):
    wide, X = wide_frame(), shared()
    model = clone(estimator).fit(wide, X=X.iloc[:48])
    before = model.log_likelihood()
    for call in (model.predict, model.predict_interval, model.predict_quantiles, model.sample):
        with pytest.raises(InvalidFrameError, match=r"lacks 4 needed rows: 2024-02-18, 2024-02-19, .*future_frame"):
            call(4)
    with pytest.raises(InvalidFrameError, match="lacks 1 needed row: 2024-02-20"):
        model.predict(4, X=X.iloc[[48, 49, 51]])
    with pytest.raises(InvalidFrameError, match="lacks 2 needed rows: 2024-01-04, 2024-01-05"):
        clone(estimator).fit(wide, X=X.drop(DAYS[3:5]))
    assert_same(model.log_likelihood(), before)


@every_estimator
def test_wrong_names_values_and_kinds_are_refused(estimator):
    wide, X = wide_frame(), shared()
    model = clone(estimator).fit(wide, X=X.iloc[:48])
    with pytest.raises(InvalidFrameError, match=r"lacks 1 covariate of the fit: 'heat'.*did you mean 'head'"):
        model.predict(4, X=X.rename(columns={"heat": "head"}))
    with pytest.raises(InvalidFrameError, match="1 covariate that the fit did not have: 'wind'"):
        model.predict(4, X=X.assign(wind=1.0))
    for value, kind in ((np.nan, r"missing \(NaN\)"), (np.inf, "infinite")):
        bad = X.astype(float)
        bad.loc[DAYS[[5, 50]], "heat"] = value
        with pytest.raises(InvalidFrameError, match=f"'heat' is {kind} in 1 needed row: 2024-01-06"):
            clone(estimator).fit(wide, X=bad)
        with pytest.raises(InvalidFrameError, match=f"'heat' is {kind} in 1 needed row: 2024-02-20"):
            model.predict(4, X=bad.iloc[48:])
    failed = clone(estimator)
    with pytest.raises(InvalidFrameError):
        failed.fit(wide, X=X.iloc[10:])
    assert not hasattr(failed, "panel_")


@every_linear_estimator
@pytest.mark.parametrize("dtype", [object, "string", "category"], ids=str)
def test_text_is_refused_by_a_model_that_takes_only_numbers(estimator, dtype):
    wide, X = wide_frame(), shared()
    with pytest.raises(InvalidFrameError, match="'heat' of X is not numeric"):
        clone(estimator).fit(wide, X=X.assign(heat="warm"))
    text = X.assign(sky=pd.Series(["dry", "wet"] * 30, index=DAYS, dtype=dtype))
    message = r"'sky' of X is not numeric: it is text, which ARForecaster cannot use.*get_dummies\(X, columns=\['sky'\]"
    with pytest.raises(InvalidFrameError, match=message):
        clone(estimator).fit(wide, X=text)
    dummies = pd.get_dummies(text, columns=["sky"], drop_first=True)
    model = clone(estimator).fit(wide, X=dummies.iloc[:48])
    assert model.predict(2, X=dummies.iloc[48:]).notna().all(axis=None)
    for call in (model.predict, model.sample):
        with pytest.raises(InvalidFrameError, match="'sky_wet' of X is not numeric: it is text"):
            call(2, X=dummies.iloc[48:].assign(sky_wet="wet"))
    with pytest.raises(InvalidFrameError, match="it is text"):
        clone(estimator).forecast_origins(
            as_panel(wide["north"]),
            np.zeros(1, int),
            np.array([40]),
            np.zeros(1, int),
            2,
            as_covariates(text, as_panel(wide["north"])),
        )


@every_estimator
def test_a_model_without_covariates_takes_none_later(estimator):
    model = clone(estimator).fit(wide_frame())
    calls = [lambda: model.predict(2, X=shared()), lambda: model.score_samples(X=shared())]
    if hasattr(model, "impute"):
        calls.append(lambda: model.impute(X=shared()))
    for call in calls:
        with pytest.raises(NotSupportedError, match="fitted without covariates"):
            call()


@every_estimator
def test_results_about_the_past_use_the_covariates_of_the_fit(estimator):
    wide, X = wide_frame(), shared()
    model = clone(estimator).fit(wide, X=X)
    assert_same(model.score_samples(X=X), model.score_samples())
    assert_same(model.score_samples(wide), model.score_samples())
    later = wide.iloc[20:]
    assert_same(model.score_samples(later, X=X.iloc[20:]), model.score_samples(later))
    np.testing.assert_allclose(model.score_samples().sum(), model.log_likelihood())
    fitted = model.fitted_values()
    for t in (30, 47):
        np.testing.assert_allclose(fitted.iloc[t], model.predict(1, y=wide.iloc[:t]).iloc[0], rtol=1e-9)


@every_estimator
@pytest.mark.parametrize("layout", ["shared", "a column per series", "long"])
def test_a_loaded_model_keeps_its_covariates(estimator, layout, tmp_path):
    model = clone(estimator).fit(wide_frame(), X=layouts_of_shared()[layout])
    model.save(tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    expected = everything(model)
    for name, value in everything(loaded).items():
        assert_same(value, expected[name], rtol=1e-15)
    with pytest.raises(InvalidFrameError, match=r"lacks . needed rows?: .*2024-03-01"):
        loaded.predict(13)


@every_linear_estimator
def test_an_update_with_covariates_equals_a_fit_on_all_data(estimator):
    wide, X = wide_frame(), shared()
    fresh = clone(estimator).fit(wide, X=X)
    model = clone(estimator).fit(wide.iloc[:40], X=X.iloc[:40])
    with pytest.raises(InvalidFrameError, match="lacks 8 needed rows: 2024-02-10"):
        model.update(wide.iloc[40:])
    model.update(wide.iloc[40:44], X_new=X.iloc[40:44]).update(wide.iloc[44:], X_new=X.iloc[44:])
    stored = clone(estimator).fit(wide.iloc[:40], X=X).update(wide.iloc[40:])
    for each in (model, stored):
        np.testing.assert_allclose(each.predict_interval(4), fresh.predict_interval(4), rtol=1e-8)
        np.testing.assert_allclose(each.effects_, fresh.effects_, rtol=1e-7)


@pytest.mark.parametrize("estimator", [ESTIMATORS[name] for name in NEURAL], ids=NEURAL)
def test_an_update_of_a_network_with_covariates_moves_the_origin(estimator):
    wide, X = wide_frame(), shared()
    model = clone(estimator).fit(wide.iloc[:40], X=X.iloc[:40])
    expected = model.predict(4, y=wide, X=X.iloc[40:])
    with pytest.raises(InvalidFrameError, match="lacks 8 needed rows: 2024-02-10"):
        model.update(wide.iloc[40:])
    model.update(wide.iloc[40:44], X_new=X.iloc[40:44]).update(wide.iloc[44:], X_new=X.iloc[44:])
    assert_same(model.predict(4), expected)
    assert not model.refitted_


@every_estimator
def test_the_covariates_are_not_changed_nor_looked_at_again(estimator):
    wide, X = wide_frame(), shared()
    before = X.copy(deep=True)
    model = clone(estimator).fit(wide, X=X)
    expected = everything(model)
    pd.testing.assert_frame_equal(X, before)
    X.loc[:, "heat"] = -7.0
    for name, value in everything(model).items():
        assert_same(value, expected[name])


def test_each_series_may_have_covariates_of_its_own():
    wide, base = wide_frame(), shared().astype(float)
    own = {name: base * (i + 1) + i for i, name in enumerate(wide)}
    together = ARForecaster(order=2).fit(wide, X=pd.concat(own, axis=1))
    for name, X in own.items():
        alone = ARForecaster(order=2).fit(wide[name], X=X)
        np.testing.assert_allclose(together.effects_.loc[name], alone.effects_.iloc[0], rtol=1e-8)
        np.testing.assert_allclose(together.predict(4)[name], alone.predict(4), rtol=1e-9)


def test_the_empty_frame_of_the_future_can_be_filled_and_given():
    wide, X = wide_frame(), shared().astype(float)
    model = ARForecaster(order=2).fit(wide["north"], X=X.iloc[:48])
    future = future_frame(wide["north"], 4).assign(heat=X["heat"], open=X["open"])
    assert_same(model.predict(4, X=future), model.predict(4, X=X.iloc[48:52]))


def test_gaps_in_a_series_with_covariates_are_filled_by_what_these_say():
    rng, n = np.random.default_rng(0), 200
    index = pd.date_range("2024-01-01", periods=n)
    X = pd.DataFrame({"x": rng.normal(size=n)}, index=index)
    y = pd.Series(5.0 * X["x"].to_numpy() + 0.1 * rng.normal(size=n), index=index)
    holes = y.copy()
    holes.iloc[20:180:7] = np.nan
    model = ARForecaster(order=1).fit(holes, X=X)
    assert model.effects_.iloc[0, 0] == pytest.approx(5.0, abs=0.05)
    np.testing.assert_allclose(model.impute(), y, atol=0.6)
    assert_same(model.impute(holes, X=X), model.impute())


@pytest.mark.parametrize(
    "parameters", [{"pooling": "global"}, {"strategy": "direct", "horizon": 2}, {"likelihood": "exact"}], ids=str
)
def test_covariates_where_no_model_has_a_place_for_them_are_refused(parameters):
    with pytest.raises(NotSupportedError, match=r"leave out X, or set pooling='local', strategy='recursive'"):
        ARForecaster(order=2, **parameters).fit(wide_frame(), X=shared())


def test_the_target_is_no_covariate_of_itself():
    rows = every_layout()["long"]
    with pytest.raises(InvalidFrameError, match="'y'"):
        ARForecaster(order=1).fit(rows, X=rows)
