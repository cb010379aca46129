"""New observations taken in one after the other equal a fit on all of them."""

import copy

import numpy as np
import pandas as pd
import pytest
from layouts import long_frame, ragged_long, wide_frame

from forecastkit import ARForecaster, load
from forecastkit.errors import DataWarning, InvalidFrameError

MODELS = {
    "constant": {"order": 2},
    "no constant": {"order": 2, "trend": "n"},
    "trend": {"order": [1, 4], "trend": "ct"},
    "differences": {"order": 1, "differences": 1, "seasonal_differences": 1, "seasonal_period": 4},
    "logarithms": {"order": 2, "transform": "log"},
    "ridge": {"order": 3, "ridge": 0.2},
    "ridge without a constant": {"order": 3, "ridge": 0.2, "trend": "n"},
    "window mean": {"order": 4, "window_scaling": "mean"},
    "criterion": {"order": "aic", "max_order": 4},
    "average": {"order": "aic", "max_order": 3, "averaging": True},
    "exact": {"order": 1, "likelihood": "exact"},
}
X = pd.DataFrame({"heat": np.sin(1.3 * np.arange(60.0))}, index=pd.date_range("2024-01-01", periods=60))
every_model = pytest.mark.parametrize("parameters", MODELS.values(), ids=MODELS)


def assert_equal_fits(model, fresh):
    np.testing.assert_allclose(model.coef_, fresh.coef_, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(model.sigma2_, fresh.sigma2_, rtol=1e-8)
    np.testing.assert_allclose(model.predict_interval(4), fresh.predict_interval(4), rtol=1e-8)
    np.testing.assert_allclose(model.log_likelihood(), fresh.log_likelihood(), rtol=1e-8)
    np.testing.assert_allclose(model.aic_, fresh.aic_, rtol=1e-8)
    np.testing.assert_allclose(model.bse_, fresh.bse_, rtol=1e-6)


@every_model
def test_one_observation_after_the_other_equals_a_fit_on_all(parameters):
    wide = wide_frame()
    model = ARForecaster(**parameters).fit(wide.iloc[:30])
    for t in range(30, 48):
        model.update(wide.iloc[t : t + 1])
        if t in (30, 36):
            assert_equal_fits(model, ARForecaster(**parameters).fit(wide.iloc[: t + 1]))
    assert_equal_fits(model, ARForecaster(**parameters).fit(wide))


@pytest.mark.parametrize("parameters", [MODELS["constant"], MODELS["differences"], MODELS["logarithms"]], ids=str)
def test_updates_with_covariates_equal_a_fit_on_all(parameters):
    y = wide_frame()["north"]
    model = ARForecaster(**parameters).fit(y.iloc[:30], X=X.iloc[:30])
    for t in range(30, 48, 3):
        model.update(y.iloc[t : t + 3], X_new=X.iloc[t : t + 3])
    fresh = ARForecaster(**parameters).fit(y, X=X)
    np.testing.assert_allclose(model.predict(4, X=X.iloc[48:52]), fresh.predict(4), rtol=1e-8)
    np.testing.assert_allclose(model.effects_, fresh.effects_, rtol=1e-7)


@every_model
def test_a_loaded_model_can_be_updated(parameters, tmp_path):
    wide = wide_frame()
    ARForecaster(**parameters).fit(wide.iloc[:35]).update(wide.iloc[35:40]).save(tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors").update(wide.iloc[40:])
    assert_equal_fits(loaded, ARForecaster(**parameters).fit(wide))


@every_model
def test_series_of_different_lengths_may_be_updated_alone(parameters):
    rows = ragged_long(wide_frame())
    early = rows[rows["ds"] < "2024-02-08"]
    rest = rows[rows["ds"] >= "2024-02-08"]
    model = ARForecaster(**parameters).fit(early)
    model.update(rest[rest["unique_id"] == "south"])
    model.update(rest[rest["unique_id"] != "south"])
    fresh = ARForecaster(**parameters).fit(rows)
    pd.testing.assert_frame_equal(model.predict(3), fresh.predict(3), rtol=1e-8)
    np.testing.assert_allclose(model.coef_, fresh.coef_, rtol=1e-7, atol=1e-9)


def test_stamps_that_an_update_skips_become_missing_values():
    y = wide_frame()["north"]
    model = ARForecaster(order=2).fit(y.iloc[:40])
    with pytest.warns(DataWarning, match=r"y_new skips 2 stamps .*2024-02-10"):
        model.update(y.iloc[42:45])
    model.update(y.iloc[45:])
    holes = y.copy()
    holes.iloc[40:42] = np.nan
    assert_equal_fits(model, ARForecaster(order=2).fit(holes))


def test_a_series_becomes_too_long_for_no_model():
    wide = wide_frame()
    rows = pd.concat([long_frame(wide[["north"]].iloc[:40]), long_frame(wide[["south"]].iloc[35:40])])
    with pytest.warns(DataWarning, match="1 of 2 series cannot be fitted"):
        model = ARForecaster(order=3, on_error="naive").fit(rows)
    model.update(long_frame(wide[["north", "south"]].iloc[40:]))
    whole = pd.concat([long_frame(wide[["north"]]), long_frame(wide[["south"]].iloc[35:])])
    fresh = ARForecaster(order=3).fit(whole)
    pd.testing.assert_frame_equal(model.predict(3), fresh.predict(3), rtol=1e-8)


@every_model
def test_a_refused_update_leaves_the_model_as_it_was(parameters):
    wide = wide_frame()
    model = ARForecaster(**parameters).fit(wide.iloc[:40]).update(wide.iloc[40:42])
    expected, bad = model.predict(3), wide.iloc[42:44].copy()
    bad.iloc[1, 0] = np.inf
    for rows in (bad, wide.iloc[41:44], wide.iloc[42:44].rename(columns={"east": "west"})):
        with pytest.raises(InvalidFrameError):
            model.update(rows)
    if parameters.get("transform"):
        with pytest.raises(InvalidFrameError, match="not positive"):
            model.update(-wide.iloc[42:44])
    pd.testing.assert_frame_equal(model.predict(3), expected)
    model.update(wide.iloc[42:])
    assert_equal_fits(model, ARForecaster(**parameters).fit(wide))


@every_model
def test_a_copy_does_not_follow_the_updates_of_the_original(parameters):
    wide = wide_frame()
    model = ARForecaster(**parameters).fit(wide.iloc[:38]).update(wide.iloc[38:40])
    other, expected = copy.deepcopy(model), model.predict(3)
    model.update(wide.iloc[40:])
    pd.testing.assert_frame_equal(other.predict(3), expected)
    other.update(wide.iloc[40:])
    assert_equal_fits(other, model)


def test_a_second_fit_forgets_the_updates():
    wide = wide_frame()
    model = ARForecaster(order=2).fit(wide.iloc[:30]).update(wide.iloc[30:40])
    model.fit(wide.iloc[5:35]).update(wide.iloc[35:])
    assert_equal_fits(model, ARForecaster(order=2).fit(wide.iloc[5:]))


def test_an_empty_update_changes_nothing():
    wide = wide_frame()
    model = ARForecaster(order=2).fit(wide)
    expected = model.predict(3)
    model.update(wide.iloc[:0])
    pd.testing.assert_frame_equal(model.predict(3), expected)
