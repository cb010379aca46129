"""The compare section: models fitted to the beginning of the data and compared on the rest."""

import inspect

import numpy as np
import pandas as pd
import pytest

from forecastkit import ARForecaster, NaiveForecaster, compare
from forecastkit.config import load_configuration, run_compare
from forecastkit.config.schema import CompareSection
from forecastkit.errors import ConfigurationError, DirectoryError, InvalidParameterError

TEXT = """
data: {source: y.csv, time_col: month}
models:
  walk: {type: NaiveForecaster}
  ar: {type: ARForecaster, order: 2}
compare: {horizon: 3, test_size: 20, step: 2, n_samples: 20}
output: {directory: results, report: false}
"""


def series(n=100):
    values = np.random.default_rng(0).normal(size=n).cumsum()
    return pd.Series(values, pd.date_range("2000-01-01", periods=n, freq="MS", name="month"), name="y")


@pytest.fixture
def configured(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    series().to_frame().to_csv("y.csv")
    (tmp_path / "c.yaml").write_text(TEXT, encoding="utf-8")
    return lambda *settings: load_configuration("c.yaml", settings)


def test_the_section_has_the_arguments_of_compare():
    chosen = {"models", "y_test", "X", "progress"}
    own = {"test_size", "start"}
    parameters = inspect.signature(compare).parameters
    assert set(CompareSection.model_fields) - own == set(parameters) - chosen
    for name in ("step", "reference", "n_samples"):
        assert CompareSection.model_fields[name].default == parameters[name].default, name


def test_it_is_what_compare_gives_and_is_written(configured, tmp_path):
    result, written = run_compare(configured(), tmp_path)
    y = series()
    fitted = {"walk": NaiveForecaster().fit(y.iloc[:80]), "ar": ARForecaster(order=2).fit(y.iloc[:80])}
    expected = compare(fitted, y.iloc[80:], horizon=3, step=2, n_samples=20, random_state=0)
    pd.testing.assert_frame_equal(result.table, expected.table)
    assert [path.name for path in written] == ["compare.csv", "divergence.csv"]
    assert pd.read_csv(written[0])["measure"].tolist() == expected.table["measure"].tolist()
    steps = pd.read_csv(written[1])
    assert steps.columns.tolist() == ["p", "q", "step", "value", "standard_error"]
    totals = steps.groupby(["p", "q"])["value"].sum()
    assert totals["ar", "walk"] == pytest.approx(result.divergences().loc["ar", "walk"])


@pytest.mark.parametrize(
    ("settings", "n_test"),
    [(["compare.test_size=0.3"], 30), (["compare.test_size=null", "compare.start=2006-08-01"], 20)],
)
def test_what_is_held_out_is_a_share_or_begins_after_a_time(configured, tmp_path, settings, n_test):
    if "null" in settings[0]:
        text = TEXT.replace("test_size: 20", "start: 2006-08-01")
        (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
        settings = []
    result, _ = run_compare(configured(*settings), tmp_path)
    assert result.n_origins == (n_test - 3) // 2 + 1
    assert result.windows["cutoff"].min() == series().index[-n_test - 1]


def test_without_a_directory_nothing_is_written(configured, tmp_path):
    _, written = run_compare(configured("output.directory=null"), tmp_path)
    assert written == []
    assert not (tmp_path / "results").exists()


def test_the_report_is_written_beside_the_tables(configured, tmp_path):
    _, written = run_compare(configured("output.report=true"), tmp_path)
    assert written[-1].name == "report.html"
    assert "Diebold-Mariano" in written[-1].read_text(encoding="utf-8")


def test_series_of_different_lengths_each_hold_out_their_end(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    generator = np.random.default_rng(0)
    parts = [
        pd.DataFrame({"unique_id": f"s{i}", "ds": np.arange(n), "y": generator.normal(size=n).cumsum()})
        for i, n in enumerate([60, 40])
    ]
    pd.concat(parts).to_csv("long.csv", index=False)
    text = TEXT.replace("y.csv, time_col: month", "long.csv, time_col: ds, id_col: unique_id, target_col: y")
    (tmp_path / "c.yaml").write_text(text.replace("test_size: 20", "test_size: 0.25"), encoding="utf-8")
    result, _ = run_compare(load_configuration("c.yaml"), tmp_path)
    first = result.windows.groupby("unique_id")["cutoff"].min()
    assert first.to_dict() == {"s0": 44, "s1": 29}


def test_models_with_covariates_get_theirs_and_the_others_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    y = series()
    pd.DataFrame({"y": y, "x": np.sin(np.arange(100))}).to_csv("y.csv")
    text = TEXT.replace("time_col: month", "time_col: month, target_col: y, covariates: [x]")
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    result, _ = run_compare(load_configuration("c.yaml"), tmp_path)
    assert result.table.loc[result.table["measure"] == "crps", "value"].notna().all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["compare.reference=arr"], r"compare.reference: there is no forecaster 'arr'.*did you mean 'ar'"),
        (["compare.test_size=2"], r"compare.test_size holds out 2 steps, and compare.horizon=3 needs"),
        (["compare.test_size=100"], "nothing is left to fit"),
        (["compare=null"], "there is no compare section"),
        (["compare.test_size=1.5"], r"compare.test_size .*neither a share above 0 and below 1"),
        (["compare.start=2006-08-01"], "test_size and start exclude each other"),
        (["compare.horizn=2"], "compare.horizn .*unknown key.*did you mean 'horizon'"),
        (["models={linear: {type: LinearInterpolationImputer}}"], "no model is a forecaster"),
    ],
)
def test_mistakes_are_named_with_their_key(configured, tmp_path, settings, message):
    with pytest.raises(ConfigurationError, match=rf"(?s){message}"):
        run_compare(configured(*settings), tmp_path)


def test_a_start_off_the_grid_is_refused(configured, tmp_path):
    (tmp_path / "c.yaml").write_text(TEXT.replace("test_size: 20", "start: noon"), encoding="utf-8")
    with pytest.raises(InvalidParameterError, match="must be a time on the grid"):
        run_compare(configured(), tmp_path)


def test_a_directory_that_cannot_be_written_is_found_out_first(configured, tmp_path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(DirectoryError, match="it is a file"):
        run_compare(configured("output.directory=taken", "data.source=missing.csv"), tmp_path)
