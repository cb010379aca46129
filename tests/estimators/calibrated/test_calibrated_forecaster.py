"""What calibration adds to a forecaster; what every forecaster promises is in test_estimator_contract."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, clone

from forecastkit import ARForecaster, DriftForecaster, NaiveForecaster, NARForecaster, as_panel, backtest, load
from forecastkit.errors import InvalidFrameError, InvalidParameterError, NotSupportedError
from forecastkit.estimators import CalibratedForecaster
from forecastkit.estimators.calibrated.law import center_and_spreads
from forecastkit.estimators.calibrated.rolled import rolled_scores

INDEX = pd.date_range("2024-01-01", periods=400, freq="D")


def noise(n=120, n_series=3, seed=0, law="standard_normal"):
    values = getattr(np.random.default_rng(seed), law)(size=(n, n_series))
    return pd.DataFrame(values, index=INDEX[:n], columns=[f"s{i}" for i in range(n_series)])


def calibrated(forecaster=None, **settings):
    return CalibratedForecaster(forecaster=forecaster or ARForecaster(order=1), **{"horizon": 3, **settings})


def test_coverage_of_exchangeable_data_is_the_level_within_the_binomial_error():
    """The forecaster claims a normal law of far too small a spread; the noise has heavy tails."""
    hits, n = {80: [], 95: []}, 150
    for seed in range(n):
        y = pd.DataFrame(np.random.default_rng(seed).standard_t(3, (83, 4)), INDEX[:83], list("abcd"))
        model = calibrated(ARForecaster(order=0, trend="c"), n_origins=19, step=2).fit(y.iloc[:80])
        interval = model.predict_interval(3, level=(80, 95))
        for level, seen in hits.items():
            low, high = (interval.xs(f"forecast-{side}-{level}", axis=1, level=1) for side in ("lo", "hi"))
            seen.append(((low <= y.iloc[80:]) & (y.iloc[80:] <= high)).to_numpy().mean())
    for level, seen in hits.items():
        assert np.mean(seen) == pytest.approx(level / 100, abs=4 * np.std(seen) / np.sqrt(n))


def test_scores_are_those_of_fresh_fits_on_what_lies_before_each_origin():
    y = noise()
    model = calibrated(n_origins=5, step=4, level=80).fit(y)
    for j, step in enumerate([19, 15, 11, 7, 3]):
        fresh = ARForecaster(order=1).fit(y.iloc[:-step])
        center, below, above = center_and_spreads(fresh.forecast_distribution(3))
        error = y.to_numpy()[len(y) - step :][:3].T - center
        np.testing.assert_allclose(model.scores_[j], np.abs(error) / np.where(error < 0, below, above), rtol=1e-9)


def test_one_fit_serves_all_origins_without_refit():
    y = noise()
    scores = calibrated(n_origins=5, step=4, level=80, refit=False).fit(y).scores_
    once = ARForecaster(order=1).fit(y.iloc[:-19])
    center, _, above = center_and_spreads(once.forecast_distribution(3, y=as_panel(y.iloc[:-3])))
    error = y.to_numpy()[-3:].T - center
    np.testing.assert_allclose(scores[-1], np.abs(error) / above, rtol=1e-9)


def test_all_origins_at_once_equal_one_after_the_other():
    panel, steps = as_panel(noise(n_series=2)), np.arange(30, 3, -1)
    together = rolled_scores(ARForecaster(order=2), panel, None, steps, 4, None)

    class OneByOne(ARForecaster):
        forecast_origins = property()  # type: ignore[assignment]

    apart = rolled_scores(OneByOne(order=2), panel, None, steps, 4, None)
    np.testing.assert_allclose(together, apart, rtol=1e-8)


@pytest.mark.parametrize("method", ["conformal", "adaptive"])
def test_the_future_does_not_reach_intervals_of_the_past(method):
    y = noise(100)
    changed = y.copy()
    changed.iloc[90:] = 1e6
    settings = {"horizon": 3, "windows": 3, "step": 3, "baselines": False, "level": 80}
    models = {"m": calibrated(NaiveForecaster(), method=method)}
    cutoff = y.index[89]
    before = backtest(models, y.iloc[:93], **settings).forecasts
    after = backtest(models, changed.iloc[:93], **settings).forecasts
    columns = ["m", "m-lo-80", "m-hi-80"]
    assert before["cutoff"].max() == cutoff
    pd.testing.assert_frame_equal(before[columns], after[columns])


def test_calibration_repairs_a_spread_that_is_stated_wrong():
    y = noise(300, 1, law="standard_normal").cumsum()["s0"]
    y.iloc[:150] = np.linspace(0, 0.01, 150) + np.random.default_rng(1).normal(0, 1e-3, 150)  # makes sigma too small
    result = backtest(
        {"plain": NaiveForecaster(), "calibrated": calibrated(NaiveForecaster(), n_origins=40, step=1)},
        y,
        horizon=3,
        windows=25,
        baselines=False,
    )
    scores = result.scores()
    assert abs(scores.loc["calibrated", "coverage-80"] - 0.8) < abs(scores.loc["plain", "coverage-80"] - 0.8)
    assert scores.loc["calibrated", "winkler-80"] < scores.loc["plain", "winkler-80"]
    np.testing.assert_array_equal(result.forecasts["plain"], result.forecasts["calibrated"])


def test_pooling_all_series_or_each_alone():
    y = noise(200) * [1.0, 100.0, 1e4]
    pooled, alone = calibrated(n_origins=40).fit(y), calibrated(n_origins=40, pooling="local").fit(y)
    widths = {}
    for name, model in (("global", pooled), ("local", alone)):
        interval = model.predict_interval(3, level=80)
        plain = ARForecaster(order=1).fit(y).predict_interval(3, level=80)
        high = [each.xs("forecast-hi-80", axis=1, level=1) - model.predict(3) for each in (interval, plain)]
        widths[name] = (high[0] / high[1]).to_numpy()
    assert np.ptp(widths["global"], axis=1).max() < 1e-6
    assert np.ptp(widths["local"], axis=1).min() > 1e-3
    assert not pooled.lead_times_pooled_
    assert calibrated(n_origins=10, pooling="local").fit(y).lead_times_pooled_


def test_a_series_that_a_global_model_has_not_seen_needs_pooled_scores():
    y = noise(200)
    inner = ARForecaster(order=2, pooling="global")
    other = noise(60, 1, seed=9).rename(columns={"s0": "new"})
    model = calibrated(inner).fit(y)
    assert np.isfinite(model.predict_interval(3, y=other).to_numpy()).all()
    with pytest.raises(InvalidFrameError, match="1 series without errors to calibrate on, the first is 'new'"):
        calibrated(inner, pooling="local").fit(y).predict_interval(3, y=other)


def test_covariates_reach_the_forecaster_at_every_origin():
    x = pd.DataFrame({"x": np.random.default_rng(5).standard_normal(203) * 10}, index=INDEX[:203])
    y = noise(200) + x.to_numpy()[:200]
    for method in ("conformal", "adaptive"):
        model = calibrated(method=method, n_origins=40).fit(y, x.iloc[:200])
        assert np.median(model.scores_[np.isfinite(model.scores_)]) < 2
        interval = model.predict_interval(3, X=x.iloc[200:])["s0"]
        assert (interval["forecast-hi-80"] - interval["forecast-lo-80"]).max() < 6
    later = pd.DataFrame(x.to_numpy()[200:202] + np.zeros((2, 3)), INDEX[200:202], y.columns)
    assert len(model.update(later, x.iloc[200:202]).predict(1, X=x.iloc[202:])) == 1


def test_an_adaptive_model_takes_in_outcomes_of_forecasts_made_before_them():
    y = noise(130)
    model = calibrated(NaiveForecaster(), method="adaptive", n_origins=30).fit(y.iloc[:120])
    rows, fixed = len(model.scores_), clone(model).fit(y.iloc[:120])
    for t in range(120, 124):
        model.update(y.iloc[t : t + 1])
    at_once = clone(model).fit(y.iloc[:120]).update(y.iloc[120:124])
    assert len(model.scores_) == len(at_once.scores_) == rows + 4
    sigma = NaiveForecaster().fit(y.iloc[:120])
    law = sigma.forecast_distribution(3, y=as_panel(y.iloc[:121]))
    center, below, above = center_and_spreads(law)
    error = y.to_numpy()[121:124].T - center
    expected = np.abs(error) / np.where(error < 0, below, above)
    np.testing.assert_allclose(at_once.scores_[-3], expected, rtol=1e-12)  # all by the parameters before the update
    assert np.isnan(model.scores_[-1, :, 1:]).all()
    known = ~np.isnan(fixed.scores_)
    np.testing.assert_array_equal(model.scores_[:rows][known], fixed.scores_[known])
    assert model.panel_.ends[0] == 124


def test_an_adaptive_model_takes_new_values_of_some_series():
    y = noise(120).stack().rename_axis(["ds", "unique_id"]).rename("y").reset_index()
    y = y.sort_values(["unique_id", "ds"], ignore_index=True)
    model = calibrated(NaiveForecaster(), method="adaptive", n_origins=25).fit(y)
    before = model.scores_
    new = pd.DataFrame({"unique_id": "s1", "ds": INDEX[120:122], "y": [0.5, -0.5]})
    model.update(new)
    np.testing.assert_array_equal(model.scores_[2:, 0], before[:, 0])
    np.testing.assert_array_equal(model.scores_[:2, 1], before[:2, 1])
    assert (~np.isnan(model.scores_[:, 1])).sum() == (~np.isnan(before[:, 1])).sum() + 6


def test_only_the_latest_scores_are_kept():
    y = noise(200, 1)
    model = calibrated(NaiveForecaster(), method="adaptive", n_origins=25, memory=20).fit(y.iloc[:120]).update(y[120:])
    assert len(model.scores_) == 43


def test_a_network_is_trained_twice_and_an_update_keeps_its_calibration():
    y = noise(120)
    network = NARForecaster(order=2, hidden_size=4, max_steps=5, linear_skip=True, random_state=0)
    model = calibrated(network, level=80, n_origins=5).fit(y.iloc[:110])
    scores = model.scores_
    model.update(y.iloc[110:])
    assert not model.refitted_
    np.testing.assert_array_equal(model.scores_, scores)
    pd.testing.assert_frame_equal(model.predict(3), network.fit(y.iloc[:110]).predict(3, y=y), rtol=1e-10)
    adaptive = calibrated(network, level=80, method="adaptive", n_origins=5).fit(y.iloc[:110]).update(y.iloc[110:112])
    assert len(adaptive.scores_) == 9
    assert np.isfinite(adaptive.predict_interval(3)).all(axis=None)


@pytest.mark.parametrize("method", ["conformal", "adaptive"])
def test_the_same_data_give_the_same_intervals_and_a_file_keeps_them(method, tmp_path):
    y = noise(150)
    model, again = (calibrated(method=method).fit(y) for _ in range(2))
    pd.testing.assert_frame_equal(model.predict_interval(3), again.predict_interval(3))
    model.save(tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(loaded.scores_, model.scores_)
    more = pd.DataFrame(1.0, INDEX[150:152], y.columns)
    pd.testing.assert_frame_equal(loaded.update(more).predict_interval(3), model.update(more).predict_interval(3))


def test_series_that_start_late_are_left_out_where_too_little_is_left():
    y = noise(200)
    y.iloc[:185, 0] = np.nan
    model = calibrated(n_origins=10, step=5).fit(y)
    assert np.isnan(model.scores_[0, 0]).all()
    assert not np.isnan(model.scores_[-1, 0]).any()
    assert np.isfinite(model.predict_interval(3)).all(axis=None)


def test_too_short_series_are_refused_with_the_numbers():
    with pytest.raises(InvalidFrameError, match=r"intervals of 95 % need 19 errors of earlier forecasts, there are 12"):
        calibrated(DriftForecaster(), n_origins=4).fit(noise(60, 1))
    with pytest.raises(InvalidFrameError, match=r"30 calibration origins every 1 steps .* need 34 values.*have 30"):
        calibrated(DriftForecaster(), n_origins=30, step=1).fit(noise(30, 1))
    with pytest.raises(InvalidFrameError, match=r"calibration fits ARForecaster on the values up to 9 steps before"):
        calibrated(ARForecaster(order=9), n_origins=3, step=3, level=50).fit(noise(24, 1))


def test_more_than_was_calibrated_is_refused_with_the_numbers():
    model = calibrated(n_origins=10).fit(noise(100, 1))
    with pytest.raises(InvalidParameterError, match="'horizon' is 4, calibrated are the first 3 steps"):
        model.predict(4)
    with pytest.raises(InvalidParameterError, match=r"99 % needs 99 errors, there are 30: at most 96.77 % is possible"):
        model.predict_interval(3, level=99)


class Plain(BaseEstimator):
    """A forecaster of another maker: point forecasts only, from where it was fitted."""

    def fit(self, y, X=None):
        self.inner_ = NaiveForecaster().fit(y)
        return self

    def predict(self, horizon, X=None):
        return self.inner_.predict(horizon)


class Stating(Plain):
    """One with intervals that forecasts from another history too."""

    def predict(self, horizon, X=None, y=None):
        return self.inner_.predict(horizon, y=y)

    def predict_interval(self, horizon, level=(80,), X=None, y=None):
        return self.inner_.predict_interval(horizon, level, y=y)


def test_a_forecaster_of_another_maker_with_intervals_is_calibrated_as_ours_is():
    y = noise(150)
    for settings in ({"n_origins": 20, "step": 3}, {"n_origins": 20, "method": "adaptive"}, {"refit": False}):
        ours = calibrated(NaiveForecaster(), **{"refit": False, **settings}).fit(y)
        theirs = calibrated(Stating(), **settings).fit(y)
        assert not theirs.refitted_
        pd.testing.assert_frame_equal(theirs.predict_interval(3), ours.predict_interval(3), rtol=1e-9)
    assert theirs.update(pd.DataFrame(2.0, INDEX[150:151], y.columns)).predict(1).iloc[0].tolist() == [2.0] * 3


def test_a_forecaster_of_another_maker_without_intervals_gets_some():
    y = noise(300).cumsum() * [1.0, 10.0, 100.0]
    result = backtest({"m": calibrated(Plain(), n_origins=10)}, y, horizon=3, windows=20, baselines=False)
    assert result.scores().loc["m", "coverage-80"] == pytest.approx(0.8, abs=0.1)
    widths = calibrated(Plain()).fit(y).predict_interval(3, level=80)["s1"].diff(axis=1).iloc[:, -1]
    assert widths.is_monotonic_increasing
    with pytest.raises(NotSupportedError, match="no joint law"):
        calibrated(Plain()).fit(y).sample(2)
    with pytest.raises(NotSupportedError, match="another history without a new fit"):
        calibrated(Plain()).fit(y).predict(2, y=y.iloc[:100])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"forecaster": "ar"}, "model 'forecaster' .* has no fit and no predict"),
        ({"method": "conform"}, "'method' must be one of the allowed names, got 'conform'"),
        ({"pooling": "none"}, "'pooling'"),
        ({"horizon": None}, "'horizon' must be a whole number of 1 or more, got None"),
        ({"level": 0.95}, "'level' is in percent"),
        ({"n_origins": 0}, "'n_origins'"),
        ({"step": 1.5}, "'step'"),
        ({"refit": 3}, "'refit' must be True, False or None, got 3"),
        ({"method": "adaptive", "step": 2}, "one outcome after the other"),
        ({"step_size": 0.0}, "'step_size' must be above 0"),
        ({"step_size": (0.1, -1)}, "'step_size'"),
        ({"memory": 0}, "'memory'"),
    ],
)
def test_parameters_outside_their_range_are_refused(settings, message):
    with pytest.raises(InvalidParameterError, match=message):
        calibrated(**settings).fit(noise())
