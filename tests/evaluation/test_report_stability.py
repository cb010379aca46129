"""The part of the backtest's page about stability."""

import numpy as np
import pandas as pd
from page_text import Text
from report_example import LastValue, example_data, example_result

from forecastkit import ARForecaster, ConditionalNARForecaster, DriftForecaster, NARForecaster, backtest
from forecastkit.evaluation.report import render_report
from forecastkit.evaluation.report.stability import stability_chart, stability_parts

SMALL = {"order": 3, "hidden_size": 4, "n_layers": 1, "max_steps": 3, "random_state": 0, "precision": "64-true"}


def walk(n=120):
    values = np.random.default_rng(0).normal(size=n).cumsum()
    return pd.Series(values, pd.date_range("2020-01-01", periods=n))


def test_models_with_a_recursion_are_described_and_the_others_left_out():
    direct = ARForecaster(order=2, strategy="direct", horizon=12)
    models = {"ar": ARForecaster(order=2), "direct": direct, "last": LastValue(), "drift": DriftForecaster()}
    result = example_result(models)
    assert list(stability_parts(result, list(result.models))) == ["ar", "drift"]
    page = Text(render_report(result))
    assert "What becomes of errors" in page.text
    assert list(page.data["charts"]["stability"]["variants"]) == ["0", "1"]


def test_it_can_be_left_out(tmp_path):
    result = example_result()
    for page in (
        Text(render_report(result, stability=False)),
        Text(result.report(tmp_path / "a.html", stability=False).read_text()),
    ):
        assert "What becomes of errors" not in page.text
        assert "stability" not in page.data["charts"]


def test_a_network_is_looked_at_as_the_backtest_fitted_it_last():
    result = backtest({"nar": NARForecaster(**SMALL)}, walk(), horizon=4, windows=2, refit=False, baselines=False)
    fitted = result.estimators["nar"]
    assert fitted.panel_.lengths.tolist() == [112]
    assert list(stability_parts(result, ["nar"])) == ["nar"]


def test_models_of_other_processes_come_back_fitted():
    result = backtest({"ar": ARForecaster(order=2)}, example_data(4), horizon=4, windows=2, n_jobs=2, baselines=False)
    assert result.estimators["ar"].panel_.n_series == 4


def test_what_a_checkpoint_held_is_fitted_again_if_that_is_quick(tmp_path, monkeypatch):
    settings = {"horizon": 4, "windows": 2, "baselines": False, "directory": tmp_path / "kept"}
    backtest({"nar": NARForecaster(**SMALL)}, walk(), **settings)
    result = backtest({"nar": NARForecaster(**SMALL)}, walk(), **settings)
    assert not hasattr(result.estimators["nar"], "panel_")
    assert list(stability_parts(result, ["nar"])) == ["nar"]
    monkeypatch.setattr("forecastkit.evaluation.report.stability._MOST_SECONDS", 0.0)
    assert stability_parts(result, ["nar"]) == {}


def test_covariates_reach_the_models_that_use_them():
    y = walk()
    X = pd.DataFrame({"x": np.sin(np.arange(120))}, index=y.index)
    models = {"ar": ARForecaster(order=2), "nar": ConditionalNARForecaster(**SMALL)}
    result = backtest(models, y, X, horizon=4, windows=2, baselines=False)
    assert list(stability_parts(result, ["ar", "nar"])) == ["ar", "nar"]


def test_of_many_series_a_few_are_looked_at():
    parts = stability_parts(example_result({"ar": ARForecaster(order=2)}, example_data(30)), ["ar"])
    assert len(parts["ar"].tables["by_series"]) == 5  # four and all as one


def test_without_models_there_is_no_chart():
    assert stability_chart({}) is None
