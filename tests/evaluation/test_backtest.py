import warnings
from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest
from series import hourly, ragged

import forecastkit as fk
from forecastkit.errors import ConvergenceError, DataWarning, InvalidFrameError, InvalidParameterError
from forecastkit.evaluation.backtest import reference_model

SCHEDULES = [
    {"windows": 6, "step": 3},
    {"windows": 6, "step": 3, "refit": False},
    {"windows": 7, "step": 2, "refit": 3},
    {"windows": 5, "window": "sliding"},
    {"windows": 5, "window": "sliding", "train_size": 120, "refit": 2},
    {"windows": 4, "gap": 4},
    {"start": "2024-01-09", "step": 12},
]


def numbers(result):
    """The forecasts, in one array."""
    return result.forecasts.drop(columns=["unique_id", "ds", "cutoff"]).to_numpy()


def fresh_forecasts(model, y, result):
    """Forecast every window of a result by hand, with fits on slices of the data."""
    step, gap = result.settings["step"], result.settings["gap"]
    refit, size = result.settings["refit"], result.settings["train_size"]
    columns, fitted = [], None
    for o, (cutoff, rows) in enumerate(result.forecasts.groupby("cutoff")):
        past = y[:cutoff]
        if result.settings["window"] == "sliding":
            first = len(y[: result.forecasts["cutoff"].min()])
            past = past[-(size or first) :]
        if refit is True or o % (refit or 10**9) == 0:
            fitted = model.fit(past)
        interval = fitted.predict_interval(gap + result.horizon, y=past)[gap:]
        assert (interval.index == rows["ds"].to_numpy()).all()
        columns.append(interval.to_numpy())
    assert step >= 1
    return np.concatenate(columns)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize(
    "model",
    [
        fk.ARForecaster(order=5),
        fk.ARForecaster(order=[1, 24], trend="ct"),
        fk.ARForecaster(order="aic", max_order=30),
        fk.ARForecaster(order=3, differences=1, seasonal_differences=1),
        fk.NaiveForecaster(seasonal_period=24),
        fk.DriftForecaster(),
    ],
    ids=lambda model: type(model).__name__ + str(getattr(model, "order", "")),
)
def test_every_window_equals_a_fit_on_its_slice_of_the_data(schedule, model):
    y = hourly(300)
    result = fk.backtest({"m": model}, y, horizon=6, baselines=False, **schedule)
    names = ["m", "m-lo-80", "m-hi-80", "m-lo-95", "m-hi-95"]
    np.testing.assert_allclose(result.forecasts[names], fresh_forecasts(model, y, result), rtol=1e-8)


def test_the_future_does_not_move_a_past_forecast():
    y = ragged({"a": 120, "b": 100})
    models = {"ar": fk.ARForecaster(), "drift": fk.DriftForecaster()}
    before = fk.backtest(models, y, horizon=5, windows=5, step=4).forecasts
    cutoff = before["cutoff"].unique()[2]
    changed = y.assign(y=np.where(y["ds"] > cutoff, y["y"] * 3 - 100, y["y"]))
    after = fk.backtest(models, changed, horizon=5, windows=5, step=4).forecasts
    past = before["cutoff"] <= cutoff
    columns = before.columns.drop(["unique_id", "ds", "cutoff", "y"])
    np.testing.assert_array_equal(before.loc[past, columns], after.loc[past, columns])
    assert not np.allclose(before.loc[~past, "ar"], after.loc[~past, "ar"])


def test_rows_pair_every_forecast_with_what_was_observed():
    y = ragged({"b": 60, "a": 50})
    with pytest.warns(DataWarning, match=r"1 of 2 series \('a' first\) have no value to score"):
        forecasts = fk.backtest([fk.NaiveForecaster()], y, horizon=3, windows=2).forecasts
    assert list(forecasts.columns[:5]) == ["unique_id", "ds", "cutoff", "y", "NaiveForecaster"]
    joined = forecasts.merge(y, on=["unique_id", "ds"], suffixes=("", "_observed"))
    assert len(joined) == len(forecasts) == 6  # b alone reaches the last windows
    np.testing.assert_array_equal(joined["y"], joined["y_observed"])
    assert (forecasts["ds"] > forecasts["cutoff"]).all()


def test_a_time_that_was_not_observed_has_no_row():
    y = hourly(60)
    y.iloc[-2] = np.nan
    result = fk.backtest([fk.NaiveForecaster()], y, horizon=3, windows=1, baselines=False)
    assert len(result.forecasts) == 2
    assert y.index[-2] not in set(result.forecasts["ds"])


def test_the_caller_s_order_of_rows_does_not_matter():
    y = ragged({"b": 70, "a": 70})
    shuffled = y.sample(frac=1, random_state=0)
    keys = ["unique_id", "cutoff", "ds"]
    one, other = (fk.backtest([fk.ARForecaster(order=2)], f, horizon=3, windows=2).forecasts for f in (y, shuffled))
    pd.testing.assert_frame_equal(
        one.sort_values(keys, ignore_index=True), other.sort_values(keys, ignore_index=True), rtol=1e-12
    )


def test_processes_give_the_same_numbers_as_one():
    y = ragged({"a": 90, "b": 90})
    one = fk.backtest({"ar": fk.ARForecaster()}, y, horizon=4, windows=4)
    two = fk.backtest({"ar": fk.ARForecaster()}, y, horizon=4, windows=4, n_jobs=2)
    np.testing.assert_array_equal(numbers(one), numbers(two))


def test_models_are_not_changed():
    model = fk.ARForecaster(order=2)
    fk.backtest({"ar": model}, hourly(80), horizon=3, windows=2)
    assert not hasattr(model, "panel_")


def test_baselines_stand_in_every_table_unless_told_otherwise():
    result = fk.backtest({"ar": fk.ARForecaster(order=2)}, hourly(120), horizon=4, windows=2)
    assert result.models == ("ar", "seasonal_naive", "ar_aic")
    assert result.baselines == ("seasonal_naive", "ar_aic")
    for table in (result.scores().reset_index(), result.by_horizon(), result.by_series(), result.by_cutoff()):
        assert set(table["model"]) == set(result.models)
    naive = fk.NaiveForecaster()
    result = fk.backtest({"seasonal_naive": naive}, hourly(120), horizon=4, windows=2)
    assert result.baselines == ("ar_aic",)


def test_tables_by_step_series_and_cutoff_average_to_the_scores():
    result = fk.backtest({"ar": fk.ARForecaster(order=2)}, ragged({"a": 90, "b": 90}), horizon=4, windows=3)
    total = result.scores()
    for table in (result.by_series(), result.by_cutoff(), result.by_horizon()):
        means = table.groupby("model")[["mae", "smape", "mase", "crps", "coverage-80"]].mean()
        pd.testing.assert_frame_equal(means.loc[list(total.index)], total[means.columns], rtol=1e-9, check_names=False)
    assert result.by_horizon()["step"].unique().tolist() == [1, 2, 3, 4]
    assert set(result.by_series()["unique_id"]) == {"a", "b"}
    assert result.by_cutoff()["cutoff"].nunique() == 3


def test_seconds_are_counted_by_model_and_cutoff():
    result = fk.backtest({"drift": fk.DriftForecaster()}, hourly(80), horizon=3, windows=4)
    assert len(result.seconds) == 4 * 3
    assert (result.seconds[["fit_seconds", "predict_seconds"]] >= 0).all(axis=None)
    assert result.scores().loc["drift", "fit_seconds"] > 0


def test_the_season_comes_from_the_calendar_or_from_the_caller():
    assert fk.backtest([fk.DriftForecaster()], hourly(80), horizon=2, windows=1).seasonal_period == 24
    result = fk.backtest([fk.DriftForecaster()], hourly(80), horizon=2, windows=1, seasonal_period=12)
    assert result.seasonal_period == 12
    y = hourly(80)
    last = result.forecasts[result.forecasts["ds"] == y.index[-1]]
    assert last["seasonal_naive"].item() == y.iloc[-13]


def test_a_list_of_models_is_named_by_class_and_numbered():
    result = fk.backtest([fk.ARForecaster(order=1), fk.ARForecaster(order=2)], hourly(80), horizon=2, windows=1)
    assert result.models[:2] == ("ARForecaster", "ARForecaster-2")


@pytest.mark.parametrize("name", ["y", "ds", "cutoff", "unique_id", "", 3, "_x", "a-lo-80"])
def test_a_name_that_would_collide_is_refused(name):
    with pytest.raises(InvalidParameterError, match="cannot be named"):
        fk.backtest({name: fk.NaiveForecaster()}, hourly(60), horizon=2)


def test_an_error_of_a_model_names_the_window():
    with pytest.raises(InvalidFrameError, match=r"model 'ar', window 1 of 3 \(cutoff 2024-01-02 .*needs 52"):
        fk.backtest({"ar": fk.ARForecaster(order=25)}, hourly(60), horizon=10, windows=3)


def test_a_model_may_fall_back_to_the_naive_forecast():
    y = hourly(60)
    with pytest.warns(DataWarning, match="naive forecast"):
        result = fk.backtest(
            {"ar": fk.ARForecaster(order=30, on_error="naive")}, y, horizon=5, windows=1, baselines=False
        )
    np.testing.assert_allclose(result.forecasts["ar"], y.iloc[-6])


def test_a_series_that_begins_late_is_scored_from_its_own_first_window():
    y = pd.DataFrame({"old": hourly(100).to_numpy(), "new": hourly(100, 1).to_numpy()}, index=hourly(100).index)
    y.iloc[:93, 1] = np.nan
    result = fk.backtest([fk.NaiveForecaster()], y, horizon=2, windows=5, baselines=False)
    rows = result.forecasts.groupby("unique_id")["cutoff"].nunique()
    assert rows["old"] == 5
    assert rows["new"] == 3


def test_what_no_window_observed_is_an_error():
    y = hourly(60)
    y.iloc[-4:] = np.nan
    with pytest.raises(InvalidParameterError, match="no observed value"):
        fk.backtest([fk.NaiveForecaster()], y, horizon=4, windows=1, baselines=False)


def test_a_constant_series_is_forecast_exactly():
    y = hourly(80) * 0 + 7.25
    result = fk.backtest({"ar": fk.ARForecaster()}, y, horizon=5, windows=3)
    assert (result.scores()["mae"] <= np.spacing(7.25)).all()  # the weights of a mixture add up to 1 but for rounding


@pytest.mark.parametrize("models", [{}, [], None])
def test_no_model_is_an_error(models):
    with pytest.raises(InvalidParameterError):
        fk.backtest(models, hourly(60), horizon=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"level": 120}, "level"),
        ({"level": "80"}, "level"),
        ({"metrics": ["mea"]}, "did you mean 'mae'"),
        ({"n_jobs": 0}, "n_jobs"),
        ({"progress": "yes"}, "progress"),
        ({"seasonal_period": -1}, "seasonal_period"),
    ],
)
def test_a_parameter_outside_its_range_is_refused(arguments, message):
    with pytest.raises(InvalidParameterError, match=message):
        fk.backtest([fk.NaiveForecaster()], hourly(60), horizon=2, windows=1, **arguments)


def test_any_index_comes_back_in_its_own_kind():
    values = hourly(60).to_numpy()
    for index in (
        pd.period_range("2020-01", periods=60, freq="M"),
        pd.RangeIndex(60),
        pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Dublin"),
        pd.bdate_range("2024-01-01", periods=60),
    ):
        y = pd.Series(values, index=index)
        forecasts = fk.backtest([fk.NaiveForecaster()], y, horizon=2, windows=2).forecasts
        assert forecasts["ds"].dtype == index.dtype
        assert set(forecasts["ds"]) == set(index[-4:])
        assert (forecasts["unique_id"] == "y").all()


def test_nothing_is_printed_and_no_warning_raised(capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fk.backtest([fk.ARForecaster(order=1)], hourly(60), horizon=2, windows=2).scores()
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == ""


def test_a_result_is_described_in_a_line():
    result = fk.backtest([fk.NaiveForecaster()], hourly(60), horizon=2, windows=3)
    assert (
        repr(result)
        == "BacktestResult(NaiveForecaster, seasonal_naive, ar_aic; 1 series, 3 cutoffs, horizon 2, 6 rows)"
    )


@pytest.mark.parametrize(
    ("periods", "season", "reference"),
    [
        ({"mine": 12, "seasonal_naive": 24}, 24, "seasonal_naive"),
        ({"week": "auto", "other": None}, 24, "week"),
        ({"seasonal_naive": None}, 24, "seasonal_naive"),
        ({"mine": 12}, 24, None),
    ],
)
def test_the_reference_is_the_seasonal_naive_whatever_it_is_called(periods, season, reference):
    models = {name: fk.NaiveForecaster(seasonal_period=period) for name, period in periods.items()}
    assert reference_model({**models, "naive_looking": fk.ARForecaster()}, season) == reference


def test_a_series_that_ends_early_has_scores_by_cutoff_of_its_own():
    y = ragged({"a": 26, "b": 120})
    y.loc[y["unique_id"] == "a", "ds"] += pd.Timedelta(days=84)
    result = fk.backtest([fk.NaiveForecaster()], y, horizon=10, windows=2, cutoffs="per_series", seasonal_period=1)
    table = result.by_cutoff()
    assert sorted(table["cutoff"].unique()) == sorted(result.seconds["cutoff"].unique())
    assert result.by_series()["unique_id"].nunique() == 2


def test_a_window_in_which_nothing_was_observed_is_left_out():
    y = hourly(120)
    y.iloc[40:80] = np.nan
    schedule = {"horizon": 6, "windows": 12, "step": 8, "window": "sliding", "train_size": 20}
    models = {"drift": fk.DriftForecaster(), "ar": fk.ARForecaster(order=1, on_error="naive")}
    for refit in (True, False):
        short = pytest.warns(DataWarning, match="2 values, the model needs 4") if refit else nullcontext()
        with short:
            result = fk.backtest(models, y, refit=refit, baselines=False, **schedule)
        assert np.isfinite(result.forecasts[["drift", "ar"]]).all(axis=None)
        assert 0 < result.forecasts["cutoff"].nunique() < 12


@pytest.mark.parametrize("windows", [1, 6])
def test_a_forecast_that_overflows_is_an_error_on_every_path(windows):
    y = pd.Series(np.r_[1e10 ** np.arange(15.0), np.ones(19 + windows)])
    with pytest.raises(ConvergenceError, match=r"model 'ar', window 1 of \d .*'y' is not finite"):
        fk.backtest({"ar": fk.ARForecaster(order=1, trend="n")}, y, horizon=20, windows=windows, step=1)


@pytest.mark.parametrize("window", ["expanding", "sliding"])
def test_covariates_leave_an_ar_on_its_fast_path_and_the_baselines_do_without(window):
    y = hourly(80)
    X = pd.DataFrame({"x": np.random.default_rng(0).normal(size=80)}, index=y.index)
    models = {"ar": fk.ARForecaster(order=2), "ar differenced": fk.ARForecaster(order=2, differences=1)}
    schedule = {"horizon": 2, "windows": 5, "window": window}
    result = fk.backtest(models, y, X, **schedule)
    fast = result.seconds.query("model != 'seasonal_naive'")
    assert (fast["predict_seconds"] == 0).all()  # computed together, counted as fit
    last = result.forecasts.query("cutoff == cutoff.max()")
    train = y.loc[: last["cutoff"].iloc[0]].iloc[0 if window == "expanding" else -70 :]
    for name, model in models.items():
        fresh = model.fit(train, X.loc[train.index]).predict(2, X)
        np.testing.assert_allclose(last[name], fresh, rtol=1e-8)
    without = fk.backtest({"ar": fk.ARForecaster(order=2)}, y, **schedule)
    np.testing.assert_array_equal(result.forecasts["ar_aic"], without.forecasts["ar_aic"])


@pytest.mark.parametrize("windows", [1, 5])
@pytest.mark.parametrize("order", [2, "auto"])
def test_text_is_refused_for_a_model_that_cannot_use_it_and_does_not_stop_the_others(order, windows):
    y = hourly(80)
    X = pd.DataFrame({"sky": np.resize(["dry", "wet", "dry"], 80), "x": np.arange(80.0)}, index=y.index)
    with pytest.raises(InvalidFrameError, match=rf"model 'mine', window 1 of {windows} .*'sky' of X is not numeric"):
        fk.backtest({"mine": fk.ARForecaster(order=order)}, y, X, horizon=2, windows=windows)

    class Weather:
        def fit(self, y, X):
            self.means_ = y.groupby(X["sky"]).mean()
            return self

        def predict(self, horizon, X):
            return X["sky"].map(self.means_)

    models = {"weather": Weather(), "naive": fk.NaiveForecaster()}
    result = fk.backtest(models, y, X, horizon=2, windows=windows)
    without = fk.backtest({"naive": fk.NaiveForecaster()}, y, horizon=2, windows=windows)
    assert result.forecasts["weather"].notna().all()
    for name in ("naive", "ar_aic", "seasonal_naive"):
        np.testing.assert_array_equal(result.forecasts[name], without.forecasts[name])


@pytest.mark.parametrize(("order", "window"), [(2, "expanding"), ("aic", "expanding"), (2, "sliding")])
def test_not_a_bit_of_a_past_forecast_moves_with_the_future(order, window):
    y = hourly(400, seed=5)
    models, schedule = {"ar": fk.ARForecaster(order=order)}, {"horizon": 7, "windows": 20, "window": window}
    before = fk.backtest(models, y, baselines=False, **schedule).forecasts
    cutoff = before["cutoff"].unique()[10]
    changed = y.where(y.index <= cutoff, 50 - 3 * y)
    after = fk.backtest(models, changed, baselines=False, **schedule).forecasts
    past = before["cutoff"] <= cutoff
    np.testing.assert_array_equal(before.loc[past, "ar"], after.loc[past, "ar"])
    np.testing.assert_array_equal(before.loc[past, "ar-lo-95"], after.loc[past, "ar-lo-95"])


def test_warnings_about_the_data_come_once_a_model_and_point_at_the_caller():
    y = hourly(60)
    models = {"ar": fk.ARForecaster(order=30, on_error="naive"), "drift": fk.DriftForecaster()}
    with pytest.warns(DataWarning) as caught:
        fk.backtest(models, y, horizon=2, windows=5, baselines=False)
    assert [str(each.message).split(":")[0] for each in caught] == ["model 'ar'"]
    assert "5 windows warn, the first: series 'load' has 50 values" in str(caught[0].message)
    assert caught[0].filename == __file__


def test_warnings_of_another_maker_are_passed_on():
    class Loud(fk.NaiveForecaster):
        def fit(self, y, X=None):
            warnings.warn("look out", UserWarning, stacklevel=1)
            return super().fit(y)

    with pytest.warns(UserWarning, match="look out"):
        fk.backtest({"loud": Loud()}, hourly(60), horizon=2, windows=2, baselines=False)
