import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from series import hourly, ragged
from utilsforecast import losses
from utilsforecast.evaluation import evaluate

import forecastkit as fk
from forecastkit.errors import InvalidParameterError
from forecastkit.evaluation.metrics import check_metrics


@pytest.fixture(scope="module")
def result():
    frame = ragged({"a": 80, "b": 70})
    return fk.backtest({"ar": fk.ARForecaster(order=3)}, frame, horizon=5, windows=4, cutoffs="per_series")


def by_hand(result, model, function):
    """Mean over series and cutoffs of a score of each pair's rows."""
    groups = result.forecasts.groupby(["unique_id", "cutoff"])
    return np.mean([function(rows, rows[model] - rows["y"]) for _, rows in groups])


@pytest.mark.parametrize("model", ["ar", "seasonal_naive", "ar_aic"])
def test_point_scores_equal_their_definitions(result, model):
    row = result.scores().loc[model]
    definitions = {
        "mae": lambda rows, e: e.abs().mean(),
        "rmse": lambda rows, e: np.sqrt((e**2).mean()),
        "bias": lambda rows, e: e.mean(),
        "wape": lambda rows, e: e.abs().sum() / rows["y"].abs().sum(),
        "smape": lambda rows, e: (200 * e.abs() / (rows["y"].abs() + rows[model].abs())).mean(),
    }
    for name, definition in definitions.items():
        np.testing.assert_allclose(row[name], by_hand(result, model, definition), rtol=1e-12, err_msg=name)


def test_mase_and_rmsse_scale_by_data_up_to_the_cutoff_only(result):
    def scaled(rows, power):
        history = result.history.query("unique_id == @rows.unique_id.iloc[0] and ds <= @rows.cutoff.iloc[0]")["y"]
        scale = (history.diff(7).abs() ** power).mean()
        return ((((rows["ar"] - rows["y"]).abs() ** power).mean()) / scale) ** (1 / power)

    row = result.scores().loc["ar"]
    np.testing.assert_allclose(row["mase"], by_hand(result, "ar", lambda rows, e: scaled(rows, 1)), rtol=1e-12)
    np.testing.assert_allclose(row["rmsse"], by_hand(result, "ar", lambda rows, e: scaled(rows, 2)), rtol=1e-12)


def test_interval_scores_equal_their_definitions(result):
    def winkler(rows, level):
        low, high, alpha = rows[f"ar-lo-{level}"], rows[f"ar-hi-{level}"], 1 - level / 100
        outside = (low - rows["y"]).clip(lower=0) + (rows["y"] - high).clip(lower=0)
        return (high - low + 2 / alpha * outside).mean()

    def covered(rows, level):
        return rows["y"].between(rows[f"ar-lo-{level}"], rows[f"ar-hi-{level}"]).mean()

    row = result.scores().loc["ar"]
    np.testing.assert_allclose(row["winkler-80"], by_hand(result, "ar", lambda rows, e: winkler(rows, 80)))
    np.testing.assert_allclose(row["winkler-95"], by_hand(result, "ar", lambda rows, e: winkler(rows, 95)))
    np.testing.assert_allclose(row["coverage-80"], by_hand(result, "ar", lambda rows, e: covered(rows, 80)))
    np.testing.assert_allclose(row["coverage-95"], by_hand(result, "ar", lambda rows, e: covered(rows, 95)))


def test_crps_agrees_with_the_closed_form_of_the_gaussian_forecast(result):
    half_width = (result.forecasts["ar-hi-95"] - result.forecasts["ar"]) / norm.ppf(0.975)
    z = (result.forecasts["y"] - result.forecasts["ar"]) / half_width
    exact = half_width * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert result.scores().loc["ar", "crps"] == pytest.approx(exact.mean(), rel=0.02)


def test_owa_is_one_for_naive2_itself():
    class Naive2:
        def __init__(self, season=24):
            self.season = season

        def fit(self, y):
            self.y_ = y
            return self

        def predict(self, horizon):
            from forecastkit.evaluation.naive2 import naive2

            index = pd.date_range(self.y_.index[-1], periods=horizon + 1, freq="h")[1:]
            return pd.Series(naive2(self.y_.to_numpy(), horizon, self.season), index=index)

    scores = fk.backtest({"n2": Naive2()}, hourly(400), horizon=12, windows=3).scores()
    assert scores.loc["n2", "owa"] == pytest.approx(1.0, abs=1e-12)


def test_the_same_numbers_come_from_utilsforecast_itself(result):
    names, scores = list(result.models), result.scores()
    table = evaluate(result.forecasts, [losses.mae, losses.rmse, losses.coverage], models=names, level=[80, 95])
    means = table.groupby("metric")[names].mean()
    theirs = {"mae": "mae", "rmse": "rmse", "coverage-80": "coverage_level80", "coverage-95": "coverage_level95"}
    for ours, name in theirs.items():
        np.testing.assert_allclose(scores[ours], means.loc[name], rtol=1e-12)


def test_plot_series_of_utilsforecast_takes_the_frames():
    import matplotlib as mpl
    from utilsforecast.plotting import plot_series

    mpl.use("Agg")
    result = fk.backtest({"ar": fk.ARForecaster(order=1)}, ragged({"a": 40, "b": 40}), horizon=3, windows=1)
    figure = plot_series(result.history, result.forecasts, models=list(result.models), level=[80, 95])
    assert len(figure.axes[0].lines) >= 4
    mpl.pyplot.close(figure)


def test_a_model_without_intervals_has_point_scores_only():
    class Mean:
        def fit(self, y):
            self.y_ = y
            return self

        def predict(self, horizon):
            return np.full(horizon, self.y_.mean())

    scores = fk.backtest({"mean": Mean()}, hourly(100), horizon=3, windows=2).scores()
    assert scores.loc["mean", ["mae", "mase", "owa"]].notna().all()
    assert scores.loc["mean", ["crps", "pinball", "coverage-80", "winkler-95", "msis"]].isna().all()


def test_a_constant_series_has_no_scale_and_does_not_break_the_others():
    y = pd.DataFrame({"flat": 5.0, "a": hourly(90).to_numpy()}, index=hourly(90).index)
    result = fk.backtest({"ar": fk.ARForecaster(order=1)}, y, horizon=3, windows=2)
    table = result.by_series().query("model == 'ar'").set_index("unique_id")
    assert np.isnan(table.loc["flat", "mase"])
    assert table.loc["flat", "mae"] == 0
    assert table.loc["a", "mase"] > 0
    assert result.scores().loc["ar", "mase"] == pytest.approx(table.loc["a", "mase"])


def test_metrics_can_be_chosen_and_a_function_of_utilsforecast_works():
    result = fk.backtest(
        {"ar": fk.ARForecaster(order=1)}, hourly(90), horizon=3, windows=2, metrics=["mae", losses.mape]
    )
    assert list(result.scores().columns) == ["mae", "mape", "fit_seconds", "predict_seconds"]
    assert list(result.by_horizon().columns) == ["model", "step", "mae", "mape"]


def test_an_unknown_metric_names_the_nearest():
    with pytest.raises(InvalidParameterError, match="did you mean 'smape'"):
        check_metrics(["smpe"])
