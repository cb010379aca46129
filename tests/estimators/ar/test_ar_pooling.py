import numpy as np
import pandas as pd
import pytest
from layouts import assert_same, long_frame, ragged_long, wide_frame

from forecastkit import ARForecaster, load
from forecastkit.errors import InvalidFrameError
from forecastkit.estimators.ar.pooling import series_scale
from forecastkit.frames import as_panel

MODELS = {
    "window means": ARForecaster(order=3, pooling="global"),
    "levels": ARForecaster(order=3, pooling="global", window_scaling=None),
    "no constant": ARForecaster(order=[1, 4], pooling="global", trend="n"),
    "differences": ARForecaster(order=2, pooling="global", differences=1, window_scaling=None),
    "direct": ARForecaster(order=3, pooling="global", strategy="direct", horizon=6),
}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def fresh(model):
    return ARForecaster(**model.get_params())


@pytest.mark.parametrize("window_scaling", ["mean", None])
def test_one_model_is_least_squares_on_the_stacked_rows_in_units_of_their_deviation(window_scaling):
    wide, p = wide_frame(), 3
    windows, targets = [], []
    for name in wide:
        z = wide[name].to_numpy() / wide[name].std(ddof=0)
        windows.append(np.column_stack([z[p - j : 48 - j] for j in range(1, p + 1)]))
        targets.append(z[p:])
    windows, targets = np.concatenate(windows), np.concatenate(targets)
    level = windows.mean(axis=1, keepdims=True) if window_scaling else np.zeros((len(windows), 1))
    rows = np.column_stack([np.ones(len(windows)), windows - level])
    coef = np.linalg.lstsq(rows, targets - level[:, 0], rcond=None)[0]
    model = ARForecaster(order=p, pooling="global", window_scaling=window_scaling).fit(wide)
    for name in wide:
        scale, last = wide[name].std(ddof=0), wide[name].to_numpy()[: -p - 1 : -1]
        middle = last.mean() if window_scaling else 0.0
        expected = scale * coef[0] + middle + (last - middle) @ coef[1:]
        assert model.predict(1)[name].iloc[0] == pytest.approx(expected, rel=1e-9)
    assert model.coef_.drop_duplicates().shape[0] == 1


@every_model
def test_a_series_that_was_not_fitted_is_forecast_as_if_it_had_a_unit_of_its_own(model):
    wide = wide_frame()
    fitted = fresh(model).fit(wide[["north", "south"]])
    before = fitted.predict(4)
    unseen = fitted.predict(4, y=wide[["east"]])
    assert np.isfinite(unseen).all(axis=None)
    both = fitted.predict(4, y=wide)
    assert_same(both[["east"]], unseen, rtol=1e-10)
    np.testing.assert_allclose(both[["north", "south"]], before, rtol=1e-10)
    copy = wide[["north"]].rename(columns={"north": "copy"})
    np.testing.assert_allclose(fitted.predict(4, y=copy)["copy"], before["north"], rtol=1e-9)
    interval = fitted.predict_interval(4, y=1000 * copy)
    np.testing.assert_allclose(interval["copy"]["forecast"], 1000 * before["north"], rtol=1e-9)
    assert np.isfinite(fitted.log_likelihood(copy)["copy"])
    assert_same(fitted.predict(4), before)


@every_model
def test_a_unit_of_a_series_is_a_unit_of_its_forecast(model):
    wide = wide_frame()
    scaled = wide.assign(south=1000 * wide["south"])
    plain, other = fresh(model).fit(wide).predict_interval(5), fresh(model).fit(scaled).predict_interval(5)
    np.testing.assert_allclose(other["south"], 1000 * plain["south"], rtol=1e-8)
    np.testing.assert_allclose(other[["north", "east"]], plain[["north", "east"]], rtol=1e-8)


@every_model
def test_short_series_learn_from_long_ones(model):
    wide = wide_frame()
    rows = pd.concat([long_frame(wide[["north", "south"]]), long_frame(wide[["east"]].iloc[-14:])])
    forecast = fresh(model).fit(rows).predict(3)
    assert np.isfinite(forecast["y"]).all()


@every_model
def test_a_loaded_global_model_forecasts_unseen_series_alike(model, tmp_path):
    fitted = fresh(model).fit(ragged_long(wide_frame()))
    fitted.save(tmp_path / "model.safetensors")
    other = long_frame(wide_frame(seed=3).set_axis(["a", "b", "c"], axis=1))
    assert_same(load(tmp_path / "model.safetensors").predict(4, y=other), fitted.predict(4, y=other), rtol=1e-15)


@every_model
def test_a_gap_is_named_and_a_short_unseen_series_is_refused(model):
    wide = wide_frame()
    wide.iloc[20:22, 1] = np.nan
    with pytest.raises(InvalidFrameError, match=r"1 of 3 series .* 'south' has 2 missing values \(first at 2024-01-21"):
        fresh(model).fit(wide)
    fitted = fresh(model).fit(wide_frame())
    with pytest.raises(InvalidFrameError, match="'new' cannot be forecast from"):
        fitted.predict(2, y=wide[["north"]].iloc[-2:].rename(columns={"north": "new"}))


def test_scales_are_deviations_and_one_for_a_constant_series():
    wide = pd.DataFrame({"a": [1.0, 2.0, 4.0, 9.0], "b": 5.0, "c": [np.nan, 1.0, np.nan, 3.0]})
    np.testing.assert_allclose(series_scale(as_panel(wide)), [wide["a"].std(ddof=0), 1.0, 1.0])
