"""What every forecaster promises; a new one adds one line to ESTIMATORS."""

import contextlib
import copy
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.exceptions
from layouts import (
    INDEXES,
    assert_same,
    assert_same_index,
    every_layout,
    long_frame,
    multiindex,
    ragged_long,
    shuffled,
    wide_frame,
)
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from forecastkit import ARForecaster, DriftForecaster, NaiveForecaster, NARForecaster, as_panel, load
from forecastkit.errors import (
    DataWarning,
    InvalidFrameError,
    InvalidParameterError,
    NotFittedError,
    NotSupportedError,
)
from forecastkit.estimators import CalibratedForecaster

ESTIMATORS = {
    "naive": NaiveForecaster(),
    "seasonal naive": NaiveForecaster(seasonal_period=4),
    "drift": DriftForecaster(),
    "ar by aic": ARForecaster(order="aic"),
    "ar with trend": ARForecaster(order=[1, 3], trend="ct"),
    "ar of differences": ARForecaster(
        order=1, trend="ct", differences=1, seasonal_period=4, seasonal_differences=1, on_error="naive"
    ),
    "ar of logarithms": ARForecaster(order=2, transform="log"),
    "ar of powers": ARForecaster(order=1, transform="boxcox", differences=1),
    "exact ar": ARForecaster(order=2, likelihood="exact"),
    "ridge": ARForecaster(order=4, ridge=0.1),
    "average of orders": ARForecaster(order="bic", max_order=4, averaging=True),
    "window mean": ARForecaster(order=4, window_scaling="mean"),
    "direct": ARForecaster(order=3, strategy="direct", horizon=8),
    "global": ARForecaster(order=4, pooling="global"),
    "global direct": ARForecaster(order=3, pooling="global", strategy="direct", horizon=8),
    "calibrated": CalibratedForecaster(forecaster=ARForecaster(order=2), horizon=8, level=99),
    "adaptive": CalibratedForecaster(
        forecaster=NaiveForecaster(seasonal_period=4), method="adaptive", horizon=8, level=90
    ),
    "nar": NARForecaster(order=4, hidden_size=8, max_steps=20, linear_skip=True, random_state=0),
    "nar of blocks": NARForecaster(
        order=4,
        block_size=3,
        backbone="gru",
        head="mixture",
        n_components=2,
        hidden_size=8,
        max_steps=20,
        linear_skip=False,
        random_state=0,
    ),
}
CURVED = ("ar of logarithms", "ar of powers")  # their laws are not Gaussian in the data's unit
MAPPED = ("direct", "global direct")  # further steps are not the first one repeated
COMPLETE = ("exact ar", "average of orders", "window mean", "global", *MAPPED)  # no missing values
NEURAL = ("nar", "nar of blocks")  # trained by gradient steps; quantiles beyond the first block are of sampled paths
CALIBRATED = ("calibrated", "adaptive")  # widths are those of earlier errors
SHARED = ("global", "global direct", *NEURAL, *CALIBRATED)  # series learn from each other
LAYOUTS = [layout for layout in every_layout() if layout not in ("wide", "long")]  # stricter ones of their kind stay
KINDS_OF_TIME = ["days", "hours over a change of the clocks", "business days", "quarters", "every tenth integer"]

every_estimator = pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)


def every_estimator_but(*names):
    kept = {name: estimator for name, estimator in ESTIMATORS.items() if name not in names}
    return pytest.mark.parametrize("estimator", kept.values(), ids=kept)


every_network = every_estimator_but(*(name for name in ESTIMATORS if name not in NEURAL))
every_index = pytest.mark.parametrize("index", KINDS_OF_TIME)


def attributes(model):
    """Public learned attributes."""
    names = [name for name in dir(type(model)) if name.endswith("_") and not name.startswith("_")]
    return {name: getattr(model, name) for name in names}


def settings(model):
    """Parameters as text, those of a forecaster inside another included."""
    return {name: repr(value) for name, value in model.get_params().items()}


def results(model, horizon=3):
    """Everything a fitted model says, in pandas."""
    return {
        "predict": model.predict(horizon),
        "predict_interval": model.predict_interval(horizon, level=[50, 97.5]),
        "predict_quantiles": model.predict_quantiles(horizon),
        "sample": model.sample(horizon, 4, random_state=1),
        "fitted_values": model.fitted_values(),
        "score_samples": model.score_samples(),
        "log_likelihood": model.log_likelihood(),
        **attributes(model),
    }


@contextlib.contextmanager
def counted_warnings_allowed():
    """Let a model say that it used a simpler forecast."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        yield


def to_wide(forecast, column="y"):
    """A long forecast with a column per series."""
    return forecast.pivot(index="ds", columns="unique_id", values=column)


@every_estimator
def test_parameters_survive_a_round_trip_and_a_clone(estimator):
    parameters = estimator.get_params()
    again = type(estimator)().set_params(**parameters)
    assert again.get_params() == parameters
    assert settings(clone(estimator)) == settings(estimator)
    assert repr(estimator).startswith(type(estimator).__name__)


@every_estimator
def test_the_constructor_stores_and_checks_nothing(estimator):
    sentinels = {name: object() for name in estimator.get_params(deep=False)}
    stored = type(estimator)(**sentinels)
    assert vars(stored) == sentinels
    if sentinels:
        with pytest.raises(InvalidParameterError):
            stored.fit(wide_frame())


@every_estimator
def test_a_clone_of_a_fitted_model_is_not_fitted(estimator):
    fitted = clone(estimator).fit(wide_frame())
    check_is_fitted(fitted)
    with pytest.raises(sklearn.exceptions.NotFittedError):
        check_is_fitted(clone(fitted))


@every_estimator
def test_nothing_works_before_fit(estimator, tmp_path):
    model = clone(estimator)
    calls = [
        lambda: model.predict(2),
        lambda: model.predict_interval(2),
        lambda: model.predict_quantiles(2),
        lambda: model.sample(2),
        lambda: model.predict(2, y=wide_frame()),
        model.fitted_values,
        model.score_samples,
        model.log_likelihood,
        lambda: model.save(tmp_path / "model.safetensors"),
    ]
    learned = [name for name in dir(type(model)) if name.endswith("_") and not name.startswith("_")]
    calls += [lambda name=name: getattr(model, name) for name in learned]
    for call in calls:
        with pytest.raises(NotFittedError, match=r"call fit\(y\) first"):
            call()
    assert list(tmp_path.iterdir()) == []


@every_estimator
def test_fit_returns_the_model_itself_and_a_second_fit_forgets_the_first(estimator):
    model = clone(estimator)
    assert model.fit(wide_frame(seed=1)) is model
    first = wide_frame().iloc[:40]
    again = results(model.fit(first))
    for name, value in results(clone(estimator).fit(first)).items():
        assert_same(again[name], value)


@every_estimator
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_frame_that_came_in_is_not_changed_nor_looked_at_again(estimator, layout):
    y = every_layout()[layout]
    before = y.copy(deep=True)
    model = clone(estimator).fit(y)
    expected = results(model)
    assert_same(y, before)
    if isinstance(y, pd.Series):
        y.iloc[:] = -1.0
    else:
        y.iloc[:, -1] = -1.0
    for name, value in results(model).items():
        assert_same(value, expected[name])


@every_estimator
@pytest.mark.parametrize("layout", LAYOUTS)
def test_results_have_the_layout_of_the_data(estimator, layout):
    y = every_layout()[layout]
    model = clone(estimator).fit(y)
    forecast, fitted = model.predict(2), model.fitted_values()
    assert type(forecast) is type(y)
    assert fitted.index.equals(y.index)
    if isinstance(y, pd.Series):
        assert fitted.name == forecast.name == y.name
        assert forecast.index.names == y.index.names
        return
    assert list(forecast.columns) == list(fitted.columns) == list(y.columns)
    if "unique_id" in y:
        pd.testing.assert_frame_equal(fitted[["unique_id", "ds"]], y[["unique_id", "ds"]])
        assert forecast.dtypes.equals(y.dtypes)
    else:
        assert forecast.index.dtype == y.index.dtype


@every_estimator
@every_index
def test_forecasts_continue_the_time_index(estimator, index):
    y = wide_frame(index, n=44)
    model = clone(estimator).fit(y)
    expected = INDEXES[index][44:]
    for result in (model.predict(4), model.predict_interval(4), model.predict_quantiles(4)):
        assert_same_index(result.index, expected)
    samples = model.sample(4, n_samples=2, random_state=0)
    assert_same_index(samples.index.levels[1], expected)
    assert len(samples) == 8
    single = clone(estimator).fit(y["south"])
    assert_same_index(single.predict(4).index, expected)


@every_estimator
@every_index
def test_numbers_do_not_depend_on_the_kind_of_time(estimator, index):
    model = clone(estimator).fit(wide_frame(index))
    reference = clone(estimator).fit(wide_frame("integers"))
    np.testing.assert_allclose(model.predict(5), reference.predict(5), rtol=1e-12)
    np.testing.assert_allclose(model.fitted_values(), reference.fitted_values(), rtol=1e-12)


@every_estimator
def test_every_layout_gets_the_same_numbers(estimator):
    wide = wide_frame()
    reference = clone(estimator).fit(wide)
    long = clone(estimator).fit(long_frame(wide))
    stacked = clone(estimator).fit(multiindex(wide))
    expected = reference.predict(3)
    np.testing.assert_allclose(to_wide(long.predict(3))[list(wide)], expected, rtol=1e-12)
    np.testing.assert_allclose(stacked.predict(3)["y"].unstack(0)[list(wide)], expected, rtol=1e-12)
    interval = reference.predict_interval(3, level=80)
    for name in ("forecast", "forecast-lo-80", "forecast-hi-80"):
        ours = to_wide(long.predict_interval(3, level=80), name)[list(wide)]
        np.testing.assert_allclose(ours, interval.xs(name, axis=1, level=1), rtol=1e-12)


@every_estimator
def test_a_panel_is_accepted_wherever_y_is(estimator):
    wide = wide_frame()
    model, from_panel = clone(estimator).fit(wide), clone(estimator).fit(as_panel(wide))
    assert_same(from_panel.predict(2), model.predict(2))
    assert_same(model.predict(2, y=as_panel(wide.iloc[:40])), model.predict(2, y=wide.iloc[:40]))
    assert_same(model.score_samples(as_panel(wide)), model.score_samples(wide))


@every_estimator
def test_the_order_of_long_rows_does_not_matter(estimator):
    rows = ragged_long(wide_frame())
    model, mixed = clone(estimator).fit(rows), clone(estimator).fit(shuffled(rows))
    pd.testing.assert_frame_equal(
        mixed.predict(3).sort_values(["unique_id", "ds"], ignore_index=True),
        model.predict(3).sort_values(["unique_id", "ds"], ignore_index=True),
        rtol=1e-10,
    )
    pd.testing.assert_frame_equal(mixed.fitted_values().sort_index(), model.fitted_values(), rtol=1e-10)


@every_estimator
def test_the_order_of_series_does_not_matter(estimator):
    wide = wide_frame()
    model, turned = clone(estimator).fit(wide), clone(estimator).fit(wide[wide.columns[::-1]])
    for call in ("predict", "sample"):
        arguments = {"random_state": 3} if call == "sample" else {}
        assert_same(getattr(turned, call)(3, **arguments)[list(wide)], getattr(model, call)(3, **arguments), rtol=1e-10)


@every_estimator_but(*SHARED)
def test_many_series_at_once_equal_a_loop_over_them(estimator):
    rows = ragged_long(wide_frame())
    together = clone(estimator).fit(rows)
    forecast, interval = together.predict(5), together.predict_interval(5, level=90)
    likelihood, samples = together.log_likelihood(), together.sample(5, 3, random_state=8)
    for name, part in rows.dropna().groupby("unique_id", sort=False):
        alone = clone(estimator).fit(part.set_index("ds")["y"].rename(name).asfreq("D"))
        np.testing.assert_allclose(forecast.loc[forecast["unique_id"] == name, "y"], alone.predict(5), rtol=1e-10)
        bounds = interval.loc[interval["unique_id"] == name].iloc[:, 2:]
        np.testing.assert_allclose(bounds, alone.predict_interval(5, level=90), rtol=1e-10)
        assert likelihood[name] == pytest.approx(alone.log_likelihood(), rel=1e-10)
        ours = samples.loc[samples["unique_id"] == name].sort_values(["sample", "ds"])["y"]
        np.testing.assert_allclose(ours, alone.sample(5, 3, random_state=8), rtol=1e-10)


@every_estimator
def test_samples_repeat_with_the_seed_and_differ_without(estimator):
    model = clone(estimator).fit(wide_frame())
    pd.testing.assert_frame_equal(model.sample(3, random_state=5), model.sample(3, random_state=5))
    assert not np.allclose(model.sample(3, random_state=5), model.sample(3, random_state=6))
    assert not np.allclose(model.sample(3), model.sample(3))
    generators = [np.random.default_rng(1) for _ in range(2)]
    pd.testing.assert_frame_equal(*(model.sample(3, random_state=generator) for generator in generators))
    legacy = [np.random.RandomState(1) for _ in range(2)]
    pd.testing.assert_frame_equal(*(model.sample(3, random_state=state) for state in legacy))


@every_estimator
def test_sampling_leaves_the_global_stream_where_it_is(estimator):
    model = clone(estimator).fit(wide_frame())
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    model.sample(3)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@every_estimator_but(*SHARED)
def test_a_series_sample_does_not_depend_on_the_other_series(estimator):
    wide = wide_frame()
    together = clone(estimator).fit(wide).sample(4, random_state=2)["east"]
    alone = clone(estimator).fit(wide[["east"]]).sample(4, random_state=2)["east"]
    pd.testing.assert_series_equal(together, alone, rtol=1e-10)


@every_estimator
@pytest.mark.parametrize("horizon", [0, -1, 2.5, 3.0, True, None, "3", np.array([1, 2])], ids=repr)
def test_a_horizon_that_is_no_number_of_steps_is_refused(estimator, horizon):
    model = clone(estimator).fit(wide_frame())
    for call in (model.predict, model.predict_interval, model.predict_quantiles, model.sample):
        with pytest.raises(InvalidParameterError, match="'horizon' must be a whole number of 1 or more"):
            call(horizon)


@every_estimator
@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_step_is_the_first_of_many(estimator, layout):
    model = clone(estimator).fit(every_layout()[layout])
    one, many = model.predict(np.int64(1)), model.predict(6)
    values = one.to_numpy() if isinstance(one, pd.Series) else one.to_numpy()[:, -1]
    if layout.startswith(("long", "multiindex")):
        keys = ["unique_id"] if layout.startswith("long") else [many.index.names[0]]
        many = many.groupby(keys, sort=False, observed=True).head(1)
    else:
        many = many.iloc[:1]
    others = many.to_numpy() if isinstance(many, pd.Series) else many.to_numpy()[:, -1]
    np.testing.assert_allclose(values.astype(float), others.astype(float), rtol=1e-14)


@every_estimator
def test_an_interval_holds_its_centre_and_wider_levels_hold_narrower_ones(estimator):
    model = clone(estimator).fit(wide_frame()["north"])
    interval = model.predict_interval(6, level=(50, 80, 99))
    np.testing.assert_array_equal(interval["forecast"], model.predict(6))
    bounds = ["lo-99", "lo-80", "lo-50", "hi-50", "hi-80", "hi-99"]
    ordered = interval[[f"forecast-{name}" for name in bounds]].to_numpy()
    assert (np.diff(ordered, axis=1) > 0).all()


@every_estimator
def test_quantiles_grow_with_their_probability_and_frame_the_interval(estimator):
    model = clone(estimator).fit(wide_frame())
    quantiles = model.predict_quantiles(4, quantiles=[0.025, 0.1, 0.5, 0.9, 0.975])["south"]
    assert list(quantiles) == [f"forecast-q-{q}" for q in ("2.5", "10", "50", "90", "97.5")]
    assert (np.diff(quantiles, axis=1) > 0).all()
    interval = model.predict_interval(4, level=80)["south"]
    bounds = ["forecast-lo-80", "forecast-hi-80"]
    np.testing.assert_allclose(quantiles[["forecast-q-10", "forecast-q-90"]], interval[bounds], rtol=1e-12)


@every_estimator_but(*MAPPED, *NEURAL, *CALIBRATED)
def test_an_interval_never_narrows_with_the_horizon(estimator):
    interval = clone(estimator).fit(wide_frame()["north"]).predict_interval(6, level=80)
    widths = (interval["forecast-hi-80"] - interval["forecast-lo-80"]).to_numpy()
    assert (np.diff(widths) >= -1e-12).all()


@every_estimator_but(*CURVED, *NEURAL)
def test_a_gaussian_interval_is_symmetric_about_the_median(estimator):
    model = clone(estimator).fit(wide_frame()["north"])
    interval = model.predict_interval(6, level=(50, 99))
    for level in (50, 99):
        middle = (interval[f"forecast-lo-{level}"] + interval[f"forecast-hi-{level}"]) / 2
        np.testing.assert_allclose(middle, interval["forecast"], rtol=1e-12)
    np.testing.assert_allclose(model.predict_quantiles(6, quantiles=0.5).iloc[:, 0], interval["forecast"], rtol=1e-12)


@every_estimator_but(*NEURAL)  # a rollout of means is not the mean of the paths
def test_samples_have_the_quantiles_of_the_intervals_and_the_mean_of_the_forecast(estimator):
    model = clone(estimator).fit(wide_frame()["north"])
    n, horizon, probabilities = 5000, 6, (0.1, 0.5, 0.9)
    paths = model.sample(horizon, n, random_state=11).to_numpy().reshape(n, horizon)
    error = 4.5 * paths.std(axis=0) / np.sqrt(n)
    assert (np.abs(paths.mean(axis=0) - model.predict(horizon)) < error).all()
    quantiles = model.predict_quantiles(horizon, quantiles=probabilities).to_numpy()
    for j, probability in enumerate(probabilities):
        share = (paths < quantiles[:, j]).mean(axis=0)
        assert (np.abs(share - probability) < 4.5 * np.sqrt(probability * (1 - probability) / n)).all()


@every_estimator
def test_the_likelihood_is_the_sum_of_the_scores(estimator):
    wide = wide_frame()
    model = clone(estimator).fit(wide)
    pd.testing.assert_series_equal(model.log_likelihood(), model.score_samples().sum(), check_names=False)
    single = clone(estimator).fit(wide["north"])
    assert isinstance(single.log_likelihood(), float)
    assert single.log_likelihood() == pytest.approx(single.score_samples().sum())
    later = wide.iloc[10:]
    pd.testing.assert_series_equal(model.log_likelihood(later), model.score_samples(later).sum(), check_names=False)


@every_estimator_but(*CURVED, "nar of blocks", *CALIBRATED)  # whose density is the forecaster's own
def test_scores_are_the_density_of_the_one_step_forecast(estimator):
    y = wide_frame()["north"]
    model = clone(estimator).fit(y)
    scores, fitted = model.score_samples(), model.fitted_values()
    first = model.predict_quantiles(1, quantiles=0.8413447460685429, y=y.iloc[:40])
    one_step = model.predict(1, y=y.iloc[:40]).iloc[0]
    assert fitted.iloc[40] == pytest.approx(one_step, rel=1e-10)
    variance = (first.iloc[0, 0] - one_step) ** 2
    if isinstance(estimator, DriftForecaster):  # its intervals also hold the uncertainty of the drift
        variance *= 47 / 48
    density = -0.5 * (np.log(2 * np.pi * variance) + (y.iloc[40] - one_step) ** 2 / variance)
    assert scores.iloc[40] == pytest.approx(density, rel=1e-8)


@every_estimator
def test_fitted_values_never_look_at_their_own_or_a_later_value(estimator):
    y = wide_frame()["north"]
    model = clone(estimator).fit(y)
    changed = y.copy()
    changed.iloc[30:] += 100.0
    scores = model.score_samples(changed)
    np.testing.assert_allclose(scores.iloc[:30], model.score_samples().iloc[:30], rtol=1e-12)
    fitted = model.fitted_values()
    for t in (30, 47):
        assert fitted.iloc[t] == pytest.approx(model.predict(1, y=y.iloc[:t]).iloc[0], rel=1e-10)


@every_estimator
def test_values_after_the_origin_do_not_reach_the_forecast(estimator):
    y = wide_frame()
    changed = y.copy()
    changed.iloc[40:] = 1e6
    panel, future = as_panel(changed), as_panel(y)
    first = clone(estimator).fit(panel.between(None, 40)).predict(4)
    assert_same(first, clone(estimator).fit(future.between(None, 40)).predict(4), rtol=1e-12)


@every_estimator_but(*CURVED, *MAPPED, "nar of blocks")  # a recurrent network starts anew `order` values back
@pytest.mark.parametrize("layout", ["series", "wide", "long", "multiindex frame"])
def test_history_extended_by_its_own_forecast_has_the_same_future(estimator, layout):
    y = every_layout()[layout]
    model = clone(estimator).fit(y)
    state = {name: array.copy() for name, array in model._state().items()}
    far, near = model.predict(7), model.predict(3)
    longer = pd.concat([y, near])
    stacked = layout in ("long", "multiindex frame")
    tail = far.groupby("unique_id", sort=False).tail(4) if stacked else far.iloc[3:]
    again = model.predict(4, y=longer)
    if layout != "long":
        assert_same_index(again.index, tail.index)
    ours = again.to_numpy() if layout != "long" else again["y"].to_numpy()
    theirs = tail.to_numpy() if layout != "long" else tail["y"].to_numpy()
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    for name, array in model._state().items():
        np.testing.assert_array_equal(array, state[name])
    assert_same(model.predict(7), far)


@every_estimator
def test_another_history_changes_no_state(estimator):
    model = clone(estimator).fit(wide_frame())
    before, names = results(model), set(vars(model))
    for other in (wide_frame(seed=4), wide_frame().iloc[20:44], long_frame(wide_frame(seed=5))):
        model.predict(2, y=other)
        model.sample(2, y=other)
        model.score_samples(other)
    assert set(vars(model)) == names
    for name, value in results(model).items():
        assert_same(value, before[name])


@every_estimator
def test_a_part_of_the_series_can_be_forecast_from_another_history(estimator):
    wide = wide_frame()
    model = clone(estimator).fit(wide)
    part = model.predict(3, y=wide[["east", "north"]])
    assert_same(part, model.predict(3)[["east", "north"]], rtol=1e-12)


@every_estimator_but(*SHARED)
def test_another_history_of_unknown_series_or_frequency_is_refused(estimator):
    model = clone(estimator).fit(wide_frame())
    with pytest.raises(InvalidFrameError, match=r"not fitted on, the first is 'west'.*did you mean 'east'"):
        model.predict(2, y=wide_frame().rename(columns={"east": "west"}))
    with pytest.raises(InvalidFrameError, match="frequency"):
        model.predict(2, y=wide_frame("month ends"))


@every_estimator
def test_covariates_are_refused_by_a_model_that_would_ignore_them(estimator):
    wide = wide_frame()
    X = pd.DataFrame({"price": np.arange(48.0)}, index=wide.index)
    fails = [lambda: clone(estimator).fit(wide, X=X)] if not estimator.uses_covariates else []
    model = clone(estimator).fit(wide)
    fails += [
        lambda: model.predict(2, X=X),
        lambda: model.sample(2, X=X),
        lambda: model.score_samples(X=X),
        lambda: model.log_likelihood(X=X),
        lambda: model.update(wide.shift(1, freq="D").iloc[-1:], X_new=X),
    ]
    for call in fails:
        with pytest.raises(NotSupportedError, match=r"does not use covariates|fitted without covariates"):
            call()


@every_estimator_but(*NEURAL)
@pytest.mark.parametrize("value", [0.0, 7.0, 0.1])
def test_a_constant_series_is_forecast_exactly_without_spread(estimator, value):
    y = pd.Series(value, index=INDEXES["days"])
    model = clone(estimator)
    if value == 0 and getattr(estimator, "transform", None):
        with pytest.raises(InvalidFrameError, match="values that are not positive"):
            model.fit(y)
        return
    model.fit(y)
    interval = model.predict_interval(5)
    np.testing.assert_allclose(interval, value, rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(model.sample(5, random_state=0), value, rtol=1e-12)
    np.testing.assert_allclose(model.fitted_values().dropna(), value, rtol=1e-12)
    assert model.log_likelihood() == np.inf
    assert model.log_likelihood(y + np.arange(48) ** 3) == -np.inf


@every_estimator
def test_a_short_series_is_forecast_or_refused_with_what_is_needed(estimator):
    for n in range(1, 12):
        y = pd.Series(1 + np.arange(n) ** 1.5, index=pd.period_range("2024-01", periods=n, freq="M"))
        model = clone(estimator)
        try:
            with counted_warnings_allowed():
                forecast = model.fit(y).predict(2)
        except InvalidFrameError as error:
            assert "need" in str(error)  # noqa: PT017
            assert not hasattr(model, "panel_")
        else:
            assert np.isfinite(forecast).all()


@every_estimator
def test_a_gappy_series_is_forecast_or_refused_with_the_place_of_the_gap(estimator):
    y = wide_frame()
    y.iloc[20:22, 1] = np.nan
    model = clone(estimator)
    with counted_warnings_allowed():
        try:
            forecast = model.fit(y).predict(3)
        except InvalidFrameError as error:
            message = str(error)
        else:
            assert np.isfinite(forecast.to_numpy()).all()
            assert np.isfinite(model.predict_interval(3).to_numpy()).all()
            return
    assert "'south' has 2 missing values (first at 2024-01-21" in message


@every_estimator
def test_a_failed_fit_leaves_the_model_as_it_was(estimator):
    model = clone(estimator).fit(wide_frame())
    before = results(model)
    bad = wide_frame()
    bad.iloc[3, 0] = np.inf
    with pytest.raises(InvalidFrameError):
        model.fit(bad)
    for name, value in results(model).items():
        assert_same(value, before[name])


@every_estimator
def test_a_deep_copy_forecasts_the_same(estimator):
    model = clone(estimator).fit(every_layout()["long, ragged, shuffled"])
    expected = results(model)
    for name, value in results(copy.deepcopy(model)).items():
        assert_same(value, expected[name])


@every_estimator
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_loaded_model_says_all_the_saved_one_says(estimator, layout, tmp_path):
    model = clone(estimator).fit(every_layout()[layout])
    model.save(tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    assert type(loaded) is type(model)
    assert settings(loaded) == settings(model)
    expected = results(model)
    for name, value in results(loaded).items():
        assert_same(value, expected[name], rtol=1e-15)


@every_estimator
@every_index
def test_a_loaded_model_keeps_its_time_index(estimator, index, tmp_path):
    model = clone(estimator).fit(wide_frame(index))
    model.save(tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    for name in ("predict", "sample"):
        arguments = {"random_state": 0} if name == "sample" else {}
        assert_same(getattr(loaded, name)(3, **arguments), getattr(model, name)(3, **arguments), rtol=1e-15)
    assert_same(loaded.fitted_values(), model.fitted_values(), rtol=1e-15)
    assert_same(loaded.predict(2, y=wide_frame(index).iloc[:40]), model.predict(2, y=wide_frame(index).iloc[:40]))


@every_estimator_but(*NEURAL, "adaptive")
@pytest.mark.parametrize("layout", ["series", "wide", "long, ragged, shuffled", "multiindex frame"])
def test_an_update_equals_a_fit_on_all_data(estimator, layout):
    y = every_layout()[layout]
    stacked = layout.startswith(("long", "multiindex"))
    stamps = y.index.get_level_values(-1) if layout.startswith("multi") else y["ds"] if stacked else y.index
    early = np.asarray(stamps < INDEXES["days"][40])
    model, fresh = clone(estimator).fit(y[early]), clone(estimator).fit(y)
    assert model.update(y[~early]) is model
    assert model.refitted_
    forecast, expected = model.predict_interval(4), fresh.predict_interval(4)
    if stacked:
        keys = ["unique_id", "ds"]
        forecast, expected = (frame.reset_index().sort_values(keys)[expected.columns] for frame in (forecast, expected))
        forecast, expected = forecast.drop(columns=keys, errors="ignore"), expected.drop(columns=keys, errors="ignore")
    np.testing.assert_allclose(forecast, expected, rtol=1e-8)
    likelihoods = np.ravel(model.log_likelihood()), np.ravel(fresh.log_likelihood())
    np.testing.assert_allclose(*(np.sort(each) for each in likelihoods), rtol=1e-8)


@every_estimator
def test_an_update_that_does_not_follow_is_refused_and_changes_nothing(estimator):
    y = wide_frame()
    model = clone(estimator).fit(y.iloc[:40])
    before = model.predict(3)
    with pytest.raises(InvalidFrameError, match="at or before the end"):
        model.update(y.iloc[38:])
    with pytest.raises(InvalidFrameError, match="'west'"):
        model.update(y.iloc[40:].rename(columns={"east": "west"}))
    assert_same(model.predict(3), before)


@every_estimator_but(*COMPLETE)
@pytest.mark.parametrize("layout", ["series", "wide", "long", "multiindex frame"])
def test_missing_values_leave_every_result_in_place(estimator, layout, tmp_path):
    wide = wide_frame()
    wide.iloc[[7, 20, 21, 35], 0] = np.nan
    wide.iloc[44, 1] = np.nan
    y = {"series": wide["north"], "wide": wide, "long": long_frame(wide), "multiindex frame": multiindex(wide)}[layout]
    model = clone(estimator).fit(y)
    assert np.isfinite(model.predict_interval(3).select_dtypes("number").to_numpy()).all()
    model.save(tmp_path / "model.safetensors")
    expected = results(model)
    for name, value in results(load(tmp_path / "model.safetensors")).items():
        assert_same(value, expected[name], rtol=1e-15)
    assert_same(clone(estimator).fit(as_panel(y)).score_samples(), model.score_samples())
    missing = wide["north"].isna().to_numpy()
    scores = clone(estimator).fit(wide["north"]).score_samples()
    assert scores[missing].isna().all()
    assert scores[~missing].iloc[8:].notna().all()


@every_estimator_but(*NEURAL, *CALIBRATED)
def test_known_future_values_are_kept_and_unknown_ones_change_nothing(estimator):
    y = wide_frame(n=40)
    model = clone(estimator).fit(y)
    future = wide_frame().iloc[40:44]
    assert_same(model.predict(4, known=future), future.set_axis(future.index, axis=0))
    assert_same(model.predict(4, known=future * np.nan), model.predict(4))
    one = future[["south"]].iloc[[1]]
    scenario, plain = model.predict_interval(4, known=one), model.predict_interval(4)
    assert_same(scenario[["north", "east"]], plain[["north", "east"]])
    np.testing.assert_allclose(scenario["south"].iloc[1], one.iloc[0, 0])
    paths = model.sample(4, 3, known=one, random_state=0)["south"].unstack(0)
    np.testing.assert_allclose(paths.iloc[1], one.iloc[0, 0])
    assert paths.iloc[[0, 2, 3]].std(axis=1).gt(0).sum() >= 2


@every_network
@pytest.mark.parametrize("value", [0.0, 7.0, 0.1])
def test_a_constant_series_teaches_a_network_nothing_and_is_refused(estimator, value):
    with pytest.raises(InvalidFrameError, match=f"every series is constant .'north' is {value:g} throughout"):
        clone(estimator).fit(pd.Series(value, index=INDEXES["days"], name="north"))


@every_network
@pytest.mark.parametrize("layout", ["series", "wide", "long, ragged, shuffled", "multiindex frame"])
def test_an_update_of_a_network_moves_the_origin_and_estimates_nothing(estimator, layout):
    y = every_layout()[layout]
    stacked = layout.startswith(("long", "multiindex"))
    stamps = y.index.get_level_values(-1) if layout.startswith("multi") else y["ds"] if stacked else y.index
    early = np.asarray(stamps < INDEXES["days"][40])
    model = clone(estimator).fit(y[early])
    state, expected = model._state(), model.predict(4, y=y)
    likelihood = np.sort(np.ravel(model.log_likelihood(y)))
    assert model.update(y[~early]) is model
    assert not model.refitted_
    assert_same(model._state(), state)
    forecast = model.predict(4)
    if layout.startswith("long"):
        forecast, expected = (frame.sort_values(["unique_id", "ds"])["y"] for frame in (forecast, expected))
    np.testing.assert_allclose(forecast, expected, rtol=1e-12)
    np.testing.assert_allclose(np.sort(np.ravel(model.log_likelihood())), likelihood, rtol=1e-12)


@every_network
def test_known_future_values_are_not_supported_by_networks(estimator):
    model = clone(estimator).fit(wide_frame(n=40))
    future = wide_frame().iloc[40:44]
    assert_same(model.predict(4, known=future * np.nan), model.predict(4))
    for call in (model.predict, model.predict_interval, model.predict_quantiles, model.sample):
        with pytest.raises(NotSupportedError, match="does not take known= future values; ARForecaster does"):
            call(4, known=future)
