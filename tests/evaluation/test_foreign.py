import numpy as np
import pandas as pd
import pytest
from series import hourly, ragged
from sklearn.base import BaseEstimator

import forecastkit as fk
from forecastkit.errors import ConvergenceError, InvalidFrameError, InvalidParameterError


class Wrapped(BaseEstimator):
    """A forecaster of another maker: the naive forecast behind the plain protocol."""

    def __init__(self, intervals=False, shuffle=False):
        self.intervals = intervals
        self.shuffle = shuffle

    def fit(self, y, X=None):
        self.inner_ = fk.NaiveForecaster().fit(y)
        self.kind_ = type(y)
        return self

    def predict(self, horizon, X=None):
        result = self.inner_.predict(horizon)
        return result.sample(frac=1, random_state=0) if self.shuffle else result


class WithIntervals(Wrapped):
    def predict_interval(self, horizon, level=(80,), X=None):
        return self.inner_.predict_interval(horizon, level)


def layouts():
    wide = pd.DataFrame({"b": hourly(80, 1), "a": hourly(80, 2)})
    long = ragged({"b": 70, "a": 70})
    return {
        "series": hourly(80),
        "wide": wide,
        "long": long,
        "multiindex": long.set_index(["unique_id", "ds"]),
    }


@pytest.mark.parametrize(
    ("layout", "shuffle"), [*((layout, False) for layout in layouts()), ("long", True), ("multiindex", True)]
)
def test_a_foreign_forecaster_is_scored_in_every_layout(layout, shuffle):
    models = {"other": WithIntervals(shuffle=shuffle), "ours": fk.NaiveForecaster()}
    result = fk.backtest(models, layouts()[layout], horizon=4, windows=3, baselines=False)
    scores = result.scores().drop(columns=["fit_seconds", "predict_seconds"])
    np.testing.assert_allclose(scores.loc["other"], scores.loc["ours"], rtol=1e-12)


def test_it_sees_the_layout_that_came_in():
    seen = []

    class Spy(Wrapped):
        def fit(self, y, X=None):
            seen.append(type(y))
            return super().fit(y)

    fk.backtest({"spy": Spy()}, hourly(60), horizon=2, windows=2, baselines=False)
    fk.backtest({"spy": Spy()}, layouts()["wide"], horizon=2, windows=2, baselines=False)
    assert seen == [pd.Series] * 2 + [pd.DataFrame] * 2


def test_covariates_are_passed_through_up_to_the_cutoff_and_after_it():
    y = hourly(60)
    X = pd.DataFrame({"temperature": np.arange(60.0)}, index=y.index)
    seen = []

    class Regression(Wrapped):
        def fit(self, y, X=None):
            assert len(X) == len(y)
            seen.append((y.index[-1], X.index[-1]))
            return super().fit(y)

        def predict(self, horizon, X=None):
            assert len(X) == horizon
            assert X.index[0] > seen[-1][1]
            return super().predict(horizon)

    fk.backtest({"regression": Regression()}, y, X, horizon=4, windows=3, baselines=True)
    assert len(seen) == 3
    assert all(last == x for last, x in seen)


def test_long_covariates_are_cut_by_their_time_column():
    y = ragged({"b": 40, "a": 40})
    X = y[["unique_id", "ds"]].assign(promotion=1.0)
    lengths = []

    class Regression(Wrapped):
        def fit(self, y, X=None):
            assert X["ds"].max() == y["ds"].max()
            return super().fit(y)

        def predict(self, horizon, X=None):
            lengths.append(len(X))
            return super().predict(horizon)

    fk.backtest({"regression": Regression()}, y, X, horizon=4, windows=2, baselines=False)
    assert lengths == [8, 8]


def test_covariates_that_do_not_cover_the_test_windows_are_refused_before_any_work():
    y = hourly(60)
    X = pd.DataFrame({"temperature": np.arange(55.0)}, index=y.index[:55])
    with pytest.raises(InvalidFrameError, match="2024-01-03 07:00"):
        fk.backtest({"other": Wrapped()}, y, X, horizon=4, windows=3)


def test_an_old_fit_needs_a_predict_that_takes_y():
    with pytest.raises(InvalidParameterError, match="refit=True"):
        fk.backtest({"other": Wrapped()}, hourly(60), horizon=2, windows=3, refit=False)


def test_a_forecaster_that_takes_y_is_given_the_newer_data():
    class Rolling(Wrapped):
        def predict(self, horizon, X=None, y=None):
            return self.inner_.predict(horizon, y=y)

    models = {"other": Rolling(), "ours": fk.NaiveForecaster()}
    forecasts = fk.backtest(models, hourly(60), horizon=2, windows=3, refit=False, baselines=False).forecasts
    np.testing.assert_array_equal(forecasts["other"], forecasts["ours"])


@pytest.mark.parametrize(
    ("model", "message"),
    [(object(), "no fit and no predict"), (Wrapped, "pass an instance"), ("ar", "no fit and no predict")],
)
def test_what_is_not_a_forecaster_is_refused(model, message):
    with pytest.raises(InvalidParameterError, match=message):
        fk.backtest({"other": model}, hourly(60), horizon=2)


def test_a_forecast_of_the_wrong_shape_says_where_and_what():
    class Short(Wrapped):
        def predict(self, horizon, X=None):
            return super().predict(horizon - 1)

    with pytest.raises(InvalidFrameError, match=r"window 1 of 2 \(cutoff 2024-01-03 07:00:00\).*1 series x 2 steps"):
        fk.backtest({"short": Short()}, hourly(60), horizon=2, windows=2)


def test_a_forecast_that_is_not_finite_names_the_series():
    class Broken(Wrapped):
        def predict(self, horizon, X=None):
            return super().predict(horizon) * np.nan

    with pytest.raises(ConvergenceError, match=r"model 'broken', .*'load' is not finite"):
        fk.backtest({"broken": Broken()}, hourly(60), horizon=2, windows=2)


def test_forecasts_for_other_times_are_refused_and_reordered_ones_put_in_place():
    class Elsewhere(Wrapped):
        def predict(self, horizon, X=None):
            result = super().predict(horizon)
            return result.set_axis(result.index - pd.DateOffset(years=50))

    with pytest.raises(InvalidFrameError, match="it lacks 2024-01-03 08:00:00; its first time is 1974"):
        fk.backtest({"elsewhere": Elsewhere()}, hourly(60), horizon=2, windows=2)
    models = {"other": Wrapped(shuffle=True), "ours": fk.DriftForecaster()}
    forecasts = fk.backtest(models, hourly(60), horizon=3, windows=2, baselines=False).forecasts
    assert forecasts["other"].notna().all()


def test_an_error_of_another_maker_says_where():
    class Failing(Wrapped):
        def fit(self, y, X=None):
            raise RuntimeError("out of luck")

    with pytest.raises(RuntimeError) as caught:
        fk.backtest({"failing": Failing()}, hourly(60), horizon=2, windows=2)
    assert caught.value.__notes__ == ["model 'failing', window 1 of 2 (cutoff 2024-01-03 07:00:00)"]


def test_a_sliding_window_cuts_the_covariates_too():
    y = hourly(90)
    X = pd.DataFrame({"temperature": np.arange(90.0)}, index=y.index)
    seen = []

    class Regression(Wrapped):
        def fit(self, y, X=None):
            seen.append(X.index.equals(y.index))
            return super().fit(y)

    fk.backtest({"regression": Regression()}, y, X, horizon=4, windows=3, window="sliding", train_size=24)
    assert seen == [True] * 3


def test_covariates_are_cut_at_the_cutoff_of_their_own_series():
    y = ragged({"b": 60, "a": 40})
    days = pd.date_range(y["ds"].min(), periods=70)
    X = pd.concat([pd.DataFrame({"unique_id": name, "ds": days, "x": 1.0}) for name in ("b", "a")])
    checked = []

    class Regression(Wrapped):
        def fit(self, y, X=None):
            last = y.groupby("unique_id")["ds"].max()
            assert (X.groupby("unique_id")["ds"].max() == last).all()
            self.last_ = last
            return super().fit(y)

        def predict(self, horizon, X=None):
            assert (X.groupby("unique_id")["ds"].min() == self.last_ + pd.Timedelta(days=1)).all()
            assert (X.groupby("unique_id").size() == horizon).all()
            checked.append(horizon)
            return super().predict(horizon)

    fk.backtest({"regression": Regression()}, y, X, horizon=4, windows=2, cutoffs="per_series", baselines=False)
    assert checked == [4, 4]
