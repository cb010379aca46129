import numpy as np
import pandas as pd
import pytest
from layouts import long_frame, ragged_long, wide_frame

from forecastkit import ARForecaster, backtest, load
from forecastkit.autoregression import fit_automatic
from forecastkit.errors import DataWarning, InvalidFrameError, InvalidParameterError


def seasonal(n=96, seed=0):
    """Monthly values whose season and noise grow with their level."""
    rng, time = np.random.default_rng(seed), np.arange(n)
    level = np.exp(0.01 * time + 0.2 * np.sin(2 * np.pi * time / 12) + 0.03 * rng.normal(size=n).cumsum())
    return pd.Series(100 * level, index=pd.period_range("2015-01", periods=n, freq="M"), name="sales")


def test_it_is_the_default_and_beats_the_seasonal_naive_on_a_growing_season():
    y = seasonal()
    train, test = y.iloc[:-12], y.iloc[-12:]
    model = ARForecaster().fit(train)
    assert model.seasonal_period_ == 12
    assert (model.predict(12) - test).abs().mean() < 0.7 * (train.iloc[-12:].to_numpy() - test).abs().mean()


def test_members_and_weights_are_those_of_the_array_function():
    y = seasonal()
    model, fit = ARForecaster().fit(y), fit_automatic(y.to_numpy()[None], np.array([len(y)]), (12,))
    used = fit.weights[0] > 0
    np.testing.assert_allclose(model.weights_.to_numpy()[0], fit.weights[0, used])
    assert len(model.members_) == used.sum()
    assert (model.members_["transform"] == "log").sum() == sum(
        c.power == 0 for c, u in zip(fit.candidates, used, strict=True) if u
    )


def test_the_forecast_is_the_median_of_the_mixture_and_samples_follow_its_quantiles():
    model = ARForecaster().fit(seasonal())
    quantiles = model.predict_quantiles(3, [0.1, 0.5, 0.9])
    np.testing.assert_allclose(model.predict(3), quantiles["forecast-q-50"], rtol=1e-9)
    paths = model.sample(3, 20_000, random_state=0).to_numpy().reshape(-1, 3)
    below = (paths[:, None] < quantiles.to_numpy().T).mean(axis=0)
    np.testing.assert_allclose(below.T, np.tile([0.1, 0.5, 0.9], (3, 1)), atol=0.015)


def test_the_likelihood_is_the_log_sum_exp_of_the_members():
    y = seasonal()
    model = ARForecaster().fit(y)
    scored = model.score_samples().notna().to_numpy()
    parts = model._parts(model.panel_, np.arange(1), None)
    errors = [part.errors() for part in parts]
    jacobian = np.where(
        np.array([part.process.power[0] for part in parts]) == 0, -np.log(y.to_numpy()[scored]).sum(), 0.0
    )
    each = [-0.5 * np.sum(np.log(2 * np.pi * v[scored]) + e[scored] ** 2 / v[scored]) for e, v in errors] + jacobian
    expected = np.log(np.sum(model._weights[0] * np.exp(each - each.max()))) + each.max()
    assert model.log_likelihood() == pytest.approx(expected, rel=1e-10)
    assert model.score_samples().sum() == pytest.approx(expected, rel=1e-10)


def test_a_series_is_decided_on_its_own():
    wide = wide_frame() + 20
    together = ARForecaster().fit(wide).predict(5)
    for name in wide:
        pd.testing.assert_series_equal(together[name], ARForecaster().fit(wide[name]).predict(5), check_freq=False)


def test_a_ragged_panel_with_short_series_is_forecast():
    rows = ragged_long(wide_frame())
    rows = pd.concat([rows, pd.DataFrame({"unique_id": "tiny", "ds": rows["ds"].iloc[:2], "y": [1.0, 2.0]})])
    forecast = ARForecaster().fit(rows).predict(4)
    assert np.isfinite(forecast["y"]).all()
    assert forecast["unique_id"].nunique() == rows["unique_id"].nunique()


def test_one_value_is_too_short_and_can_be_left_to_the_naive_forecast():
    rows = long_frame(wide_frame())
    lonely = pd.concat([rows, pd.DataFrame({"unique_id": ["one"], "ds": [rows["ds"].max()], "y": [7.0]})])
    with pytest.raises(InvalidFrameError, match="series 'one' has 1 value, the model needs 2"):
        ARForecaster().fit(lonely)
    with pytest.warns(DataWarning, match="'one' has 1 value.*naive forecast"):
        model = ARForecaster(on_error="naive").fit(lonely)
    assert (model.predict(2).set_index("unique_id").loc["one", "y"] == 7).all()


def test_the_season_is_stated_of_the_calendar_or_of_the_data():
    values = np.tile([5.0, 1.0, 3.0, 9.0, 4.0], 20) + np.random.default_rng(0).normal(size=100)
    assert ARForecaster().fit(pd.Series(values)).seasonal_period_ == 5
    assert ARForecaster(seasonal_period=10).fit(pd.Series(values)).seasonal_period_ == 10
    assert ARForecaster(seasonal_period=1).fit(pd.Series(values)).seasonal_period_ == 1
    hours = pd.Series(np.r_[values, values, values, values], index=pd.date_range("2024", periods=400, freq="h"))
    model = ARForecaster().fit(hours)
    assert "around 24, 168" in set(model.members_["lags"])


def test_gaps_are_chosen_on_straight_lines_and_estimated_by_em():
    y = seasonal()
    gappy = y.copy()
    gappy.iloc[[20, 21, 50, 80]] = np.nan
    model = ARForecaster().fit(gappy)
    filled = model.impute()
    assert (filled[gappy.notna()] == y[gappy.notna()]).all()
    assert (filled - y).abs().max() < 0.2 * y.iloc[50]
    assert np.isfinite(model.log_likelihood())


def test_covariates_enter_every_member():
    y = seasonal()
    x = pd.DataFrame(
        {"promotion": np.random.default_rng(1).integers(0, 2, len(y) + 6)},
        index=pd.period_range("2015-01", periods=len(y) + 6, freq="M"),
    )
    lifted = y + 40 * x["promotion"].iloc[: len(y)].to_numpy()
    model = ARForecaster().fit(lifted, x)
    up, down = model.predict(6, x.assign(promotion=1)), model.predict(6, x.assign(promotion=0))
    assert (up > down).all()
    assert model.effects_["promotion"].iloc[0] > 0


def test_the_past_is_not_moved_by_the_future():
    y = seasonal()
    schedule = {"horizon": 3, "windows": 3, "baselines": False}
    before = backtest([ARForecaster()], y, **schedule).forecasts
    changed = y.copy()
    changed.iloc[-3:] *= 5
    after = backtest([ARForecaster()], changed, **schedule).forecasts
    past = (before["cutoff"] < before["cutoff"].max()).to_numpy()
    np.testing.assert_array_equal(before.loc[past, "ARForecaster"], after.loc[past, "ARForecaster"])


def test_a_saved_mixture_says_the_same(tmp_path):
    model = ARForecaster().fit(wide_frame() + 20)
    model.save(tmp_path / "auto.safetensors")
    again = load(tmp_path / "auto.safetensors")
    pd.testing.assert_frame_equal(again.predict_interval(4), model.predict_interval(4))
    pd.testing.assert_frame_equal(again.members_, model.members_)
    assert str(again.summary()) == str(model.summary())


def test_an_update_decides_again_as_a_fresh_fit_would():
    y = seasonal()
    model = ARForecaster().fit(y.iloc[:90]).update(y.iloc[90:])
    pd.testing.assert_series_equal(model.predict(4), ARForecaster().fit(y).predict(4))


@pytest.mark.parametrize(
    ("name", "value"),
    [("trend", "ct"), ("differences", 1), ("transform", "log"), ("likelihood", "exact"), ("ridge", 1.0)],
)
def test_what_it_decides_cannot_be_stated(name, value):
    with pytest.raises(InvalidParameterError, match=f"{name}=.* does not go with order='auto'"):
        ARForecaster(**{name: value}).fit(seasonal())


def test_a_series_closed_one_day_a_week_is_forecast_by_the_members_that_its_gaps_determine():
    days = pd.date_range("2022-01-01", periods=200)
    values = 50 + 10 * np.sin(2 * np.pi * np.arange(200) / 7) + np.random.default_rng(1).normal(size=200)
    y = pd.Series(values, days).where(days.day_of_week != 6)
    model = ARForecaster().fit(y)
    assert np.isfinite(model.predict_interval(7)).all(axis=None)
    assert model.weights_.to_numpy().sum() == pytest.approx(1)
    assert model.impute().notna().all()


def test_a_series_that_is_nearly_all_gap_is_forecast_or_refused_by_name():
    y = pd.Series(np.random.default_rng(0).normal(size=60).cumsum(), pd.date_range("2024", periods=60))
    y.iloc[3:45] = np.nan
    assert np.isfinite(ARForecaster().fit(y).predict(3)).all()
    y.iloc[2:58] = np.nan
    assert np.isfinite(ARForecaster(on_error="naive").fit(y).predict(3)).all()


def test_the_widening_for_forecasts_leaves_the_estimates_alone():
    y = seasonal()
    model = ARForecaster().fit(y)
    lags = model.coef_.columns[(model.coef_.to_numpy()[0] != 0)].tolist()
    heaviest = model.members_.loc[model.weights_.to_numpy()[0].argmax()]
    settings = {name: heaviest[name] for name in ("differences", "seasonal_differences", "trend")}
    transform = None if heaviest["transform"] == "none" else "log"
    alone = ARForecaster(order=lags, transform=transform, **settings).fit(y)
    assert model.sigma2_ == pytest.approx(alone.sigma2_)
    assert model.aic_ == pytest.approx(alone.aic_)


def test_data_that_no_member_can_explain_are_impossible_and_still_filled():
    model = ARForecaster().fit(pd.Series(np.sin(np.arange(80) / 3)))
    noise = pd.Series(np.random.default_rng(0).normal(size=60))
    noise.iloc[30] = np.nan
    assert model.impute(noise).notna().all()
    assert model.score_samples(noise).isna().sum() < 30


@pytest.mark.parametrize("settings", [{"strategy": "direct", "horizon": 12}, {"pooling": "global"}], ids=str)
def test_without_any_series_to_fit_a_shared_model_is_the_naive_one(settings, tmp_path):
    y = seasonal(30)
    with pytest.warns(DataWarning, match="naive forecast"):
        model = ARForecaster(order=24, on_error="naive", **settings).fit(y)
    assert (model.predict(2) == y.iloc[-1]).all()
    model.save(tmp_path / "naive.safetensors")
    assert (load(tmp_path / "naive.safetensors").predict(2) == y.iloc[-1]).all()
