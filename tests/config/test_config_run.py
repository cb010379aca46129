import numpy as np
import pandas as pd
import pytest

from forecastkit import NaiveForecaster, load_dataset
from forecastkit.config import load_configuration, run_backtest, run_forecast
from forecastkit.config import run as run_module
from forecastkit.errors import ConfigurationError, DirectoryError, InvalidFrameError, InvalidParameterError
from forecastkit.evaluation.checkpoint import locked

TEXT = """
data: {source: sunspots}
models:
  naive: {type: NaiveForecaster}
  ar: {type: ARForecaster, order: 2}
backtest: {horizon: 4, windows: 3, metrics: [mae, coverage]}
forecast: {horizon: 4, level: [90]}
output: {directory: results, report: false}
"""


@pytest.fixture
def configured(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_text(TEXT, encoding="utf-8")
    return lambda *settings: load_configuration("c.yaml", settings)


def names(directory):
    return sorted(path.name for path in directory.iterdir())


def test_a_backtest_writes_its_tables_and_nothing_else(configured, tmp_path):
    result, written = run_backtest(configured(), tmp_path)
    tables = ["by_cutoff.csv", "by_horizon.csv", "by_series.csv", "forecasts.csv", "scores.csv"]
    assert names(tmp_path / "results") == tables == sorted(path.name for path in written)
    scores = pd.read_csv(tmp_path / "results" / "scores.csv", index_col="model")
    np.testing.assert_allclose(scores["mae"], result.scores()["mae"])


def test_the_backtest_section_reaches_the_backtest(configured, tmp_path):
    result, _ = run_backtest(configured("backtest.level=[50]", "backtest.step=2", "backtest.baselines=false"), tmp_path)
    assert result.models == ("naive", "ar")
    assert result.level == (50,)
    assert result.forecasts["cutoff"].astype(str).unique().tolist() == ["2000", "2002", "2004"]


def test_forecasts_are_written_as_parquet_on_request(configured, tmp_path):
    result, _ = run_backtest(configured("output.format=parquet"), tmp_path)
    written = pd.read_parquet(tmp_path / "results" / "forecasts.parquet")
    np.testing.assert_array_equal(written["ar"], result.forecasts["ar"])


def test_a_report_is_written_unless_it_is_not_wanted(configured, tmp_path):
    run_backtest(configured("output.report=true"), tmp_path)
    assert (tmp_path / "results" / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_without_a_directory_nothing_is_written(configured, tmp_path):
    _, written = run_backtest(configured("output.directory="), tmp_path)
    assert written == []
    assert names(tmp_path) == ["c.yaml"]


def test_a_finished_run_may_be_repeated_with_other_settings(configured, tmp_path):
    first, _ = run_backtest(configured(), tmp_path)
    second, _ = run_backtest(configured("models.ar.order=5"), tmp_path)
    assert second.scores().loc["ar", "mae"] != first.scores().loc["ar", "mae"]


def interrupted_at_the_third_fit(monkeypatch):
    fits, fit = [], NaiveForecaster.fit

    def interrupted(self, y, X=None):
        fits.append(self)
        if len(fits) == 3:
            raise KeyboardInterrupt
        return fit(self, y, X)

    monkeypatch.setattr(NaiveForecaster, "fit", interrupted)
    return fits


def test_an_interrupted_run_goes_on_and_ends_with_the_same_scores(configured, tmp_path, monkeypatch):
    undisturbed, _ = run_backtest(configured("output.directory=elsewhere"), tmp_path)
    with monkeypatch.context() as patched:
        fits = interrupted_at_the_third_fit(patched)
        with pytest.raises(KeyboardInterrupt):
            run_backtest(configured(), tmp_path)
        assert names(tmp_path / "results") == [".checkpoint", ".lock"]
        done = len(fits)
        result, _ = run_backtest(configured(), tmp_path)
        assert len(fits) - done < 6  # three windows of naive and of the seasonal naive, of which some were kept
    pd.testing.assert_frame_equal(result.forecasts, undisturbed.forecasts)


def test_an_interrupted_run_does_not_go_on_with_other_settings(configured, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        interrupted_at_the_third_fit(patched)
        with pytest.raises(KeyboardInterrupt):
            run_backtest(configured(), tmp_path)
    with pytest.raises(DirectoryError, match=r"other settings or data: .*horizon is 4 there and 5 here"):
        run_backtest(configured("backtest.horizon=5"), tmp_path)


def test_after_an_error_nothing_is_left_behind_and_what_was_put_right_runs(configured, tmp_path):
    with pytest.raises(InvalidFrameError, match=r"model 'ar', window 1 of 3"):
        run_backtest(configured("models.ar.order=300"), tmp_path)
    assert names(tmp_path / "results") == []
    run_backtest(configured(), tmp_path)


def test_an_error_does_not_take_away_what_an_interrupted_run_has_kept(configured, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        interrupted_at_the_third_fit(patched)
        with pytest.raises(KeyboardInterrupt):
            run_backtest(configured(), tmp_path)
    kept = names(tmp_path / "results" / ".checkpoint")
    with pytest.raises(DirectoryError, match="other settings or data"):
        run_backtest(configured("models.ar.order=300"), tmp_path)
    assert names(tmp_path / "results" / ".checkpoint") == kept


def test_a_directory_that_cannot_be_written_is_found_before_the_data_is_read(configured, tmp_path, monkeypatch):
    def read_anyway(*_):
        raise AssertionError

    monkeypatch.setattr(run_module, "load_data", read_anyway)
    for run in (run_backtest, run_forecast):
        with pytest.raises(DirectoryError, match=r"output\.directory: 'c\.yaml' cannot be written: it is a file"):
            run(configured("output.directory=c.yaml"), tmp_path)


def test_a_forecast_puts_all_models_side_by_side(configured, tmp_path):
    table, written = run_forecast(configured(), tmp_path)
    columns = [f"{model}{bound}" for model in ("naive", "ar") for bound in ("", "-lo-90", "-hi-90")]
    assert table.columns.tolist() == ["unique_id", "ds", *columns]
    expected = NaiveForecaster().fit(load_dataset("sunspots")).predict_interval(4, level=[90])
    np.testing.assert_allclose(table[["naive", "naive-lo-90", "naive-hi-90"]], expected)
    assert table["ds"].astype(str).tolist() == ["2009", "2010", "2011", "2012"]
    assert [path.as_posix() for path in written] == ["results/future.csv"]


def test_many_series_stand_one_below_the_other(configured, tmp_path):
    table, _ = run_forecast(configured("data={source: irish_wind, series: [DUB, SHA]}"), tmp_path)
    assert table["unique_id"].tolist() == ["DUB"] * 4 + ["SHA"] * 4


@pytest.mark.parametrize(("run", "section"), [(run_backtest, "backtest"), (run_forecast, "forecast")])
def test_a_missing_section_says_what_to_add(configured, tmp_path, run, section):
    with pytest.raises(
        ConfigurationError, match=f"there is no {section} section; add for example '{section}: {{horizon"
    ):
        run(configured(f"{section}="), tmp_path)


@pytest.mark.parametrize("run", [run_backtest, run_forecast])
def test_a_model_cannot_have_the_name_of_a_column(configured, tmp_path, run):
    with pytest.raises(InvalidParameterError, match="cannot be named 'ds'"):
        run(configured("models.ds={type: NaiveForecaster}"), tmp_path)


def test_a_directory_in_which_another_run_is_writing_is_refused(configured, tmp_path):
    configuration = configured()
    directory = tmp_path / "results"
    with locked(directory, ".lock"), pytest.raises(DirectoryError, match="in use by another backtest"):
        run_backtest(configuration, tmp_path)
    run_backtest(configuration, tmp_path)
