"""The sections about sensors: their graph, filled gaps, and scored imputers."""

import inspect

import numpy as np
import pandas as pd
import pytest

from forecastkit import score_imputation
from forecastkit.config import load_configuration, run_backtest, run_impute, run_score
from forecastkit.config.graph import load_graph
from forecastkit.config.schema import GraphSection, ScoreSection
from forecastkit.errors import ConfigurationError, DirectoryError, InvalidFrameError, InvalidParameterError
from forecastkit.frames import sensor_graph

TEXT = """
data: {source: sensors.csv}
graph: {source: edges.csv}
models:
  linear: {type: LinearInterpolationImputer}
  gaussian: {type: GaussianImputer, context_length: 3, season: null}
impute: {model: gaussian, level: [80]}
score: {metrics: [mae, coverage], baselines: false, train_size: 0.6}
output: {directory: results, report: false}
"""
NAMES = ["north", "south", "east", "west"]


def table(n=120):
    generator = np.random.default_rng(0)
    wave = np.sin(np.arange(n) / 5)
    values = wave[:, None] + 0.1 * generator.normal(size=(n, 4)) + np.arange(4)
    frame = pd.DataFrame(values, index=pd.date_range("2024-01-01", periods=n, freq="h", name="time"), columns=NAMES)
    return frame.mask(generator.random(frame.shape) < 0.2)


@pytest.fixture
def configured(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table().to_csv("sensors.csv")
    pd.DataFrame({"source": ["north", "east"], "target": ["south", "west"]}).to_csv("edges.csv", index=False)
    (tmp_path / "c.yaml").write_text(TEXT, encoding="utf-8")
    return lambda *settings: load_configuration("c.yaml", settings)


def test_the_graph_and_score_sections_have_the_arguments_they_stand_for():
    chosen = {"imputers", "X", "progress"}
    assert set(ScoreSection.model_fields) == set(inspect.signature(score_imputation).parameters) - chosen
    parameters = inspect.signature(score_imputation).parameters
    for name, field in ScoreSection.model_fields.items():
        default = parameters[name].default
        assert field.default == (list(default) if isinstance(default, tuple) else default), name
    graph = inspect.signature(sensor_graph).parameters
    assert set(GraphSection.model_fields) - {"source"} == set(graph) - {"graph", "sensors"}
    for name, field in GraphSection.model_fields.items():
        assert name == "source" or field.default == graph[name].default, name


def test_gaps_are_filled_and_written_with_their_intervals(configured, tmp_path):
    missing, written = run_impute(configured(), tmp_path)
    assert [path.name for path in written] == ["filled.csv", "imputed.csv"]
    given = table()
    assert len(missing) == given.isna().to_numpy().sum()
    assert missing.columns.tolist() == ["unique_id", "ds", "imputed", "imputed-lo-80", "imputed-hi-80"]
    filled = pd.read_csv(written[0], index_col="time", parse_dates=["time"])
    assert filled.columns.tolist() == NAMES
    seen = given.notna().to_numpy()
    np.testing.assert_array_equal(filled.to_numpy()[seen], given.to_numpy()[seen])
    one = missing.iloc[0]
    assert filled.loc[one["ds"], one["unique_id"]] == pytest.approx(one["imputed"])


def test_the_first_imputer_fills_where_none_is_named(configured, tmp_path):
    missing, _ = run_impute(configured("impute.model=linear"), tmp_path)
    first, _ = run_impute(configured("impute.model=null"), tmp_path)
    pd.testing.assert_frame_equal(missing, first)
    assert missing.columns.tolist() == ["unique_id", "ds", "imputed"]


def test_a_long_file_is_filled_in_its_layout(configured, tmp_path):
    long = table().reset_index().melt("time", var_name="sensor", value_name="speed")
    long.to_csv("long.csv", index=False)
    keys = ("data.source=long.csv", "data.id_col=sensor", "data.time_col=time", "data.target_col=speed")
    _, written = run_impute(configured(*keys), tmp_path)
    filled = pd.read_csv(written[0])
    assert filled.columns.tolist() == ["sensor", "time", "speed"]
    assert not filled["speed"].isna().any()
    assert len(filled) == len(long)


def test_hidden_values_are_scored_and_written(configured, tmp_path):
    result, written = run_score(configured(), tmp_path)
    assert sorted(path.name for path in written) == ["by_gap.csv", "by_sensor.csv", "hidden.csv", "scores.csv"]
    scores = pd.read_csv(tmp_path / "results" / "scores.csv", index_col="imputer")
    np.testing.assert_allclose(scores["mae"], result.scores()["mae"])
    assert list(scores.index) == ["linear", "gaussian"]
    assert result.settings["train_rows"] == 72


def test_nothing_is_written_without_a_directory(configured, tmp_path):
    assert run_impute(configured("output.directory=null"), tmp_path)[1] == []
    assert run_score(configured("output.directory=null"), tmp_path)[1] == []


def test_the_graph_may_be_a_shipped_table_a_square_one_or_places(configured, tmp_path):
    sensors = pd.Index(NAMES)
    assert load_graph(GraphSection(source="edges.csv"), tmp_path, sensors).n_edges == 2
    square = pd.DataFrame(np.ones((4, 4)) - np.eye(4), index=NAMES, columns=NAMES)
    square.to_csv("square.csv")
    assert load_graph(GraphSection(source="square.csv"), tmp_path, sensors).n_edges == 12
    places = pd.DataFrame({"name": NAMES, "latitude": [52.0, 52.1, 52.2, 52.3], "longitude": -8.0})
    places.to_parquet("places.parquet")
    assert load_graph(GraphSection(source="places.parquet"), tmp_path, sensors).coordinates is not None
    stations = load_graph(GraphSection(source="irish_wind/stations"), tmp_path, pd.Index(["VAL", "DUB", "ROS"]))
    assert stations.n_ignored == 9


@pytest.mark.parametrize(
    ("setting", "error", "words"),
    [
        ("graph.source=edge.csv", ConfigurationError, "graph.source: there is no file"),
        ("graph.threshold=0.5", InvalidParameterError, "threshold"),
        ("impute.model=gausian", ConfigurationError, "did you mean 'gaussian'"),
        ("data.covariates=[north]", ConfigurationError, "imputers use the sensors alone"),
        ("models={ar: {type: ARForecaster}}", ConfigurationError, "no model is an imputer"),
        ("output.directory=sensors.csv", DirectoryError, "it is a file"),
    ],
)
def test_what_does_not_fit_is_said(configured, tmp_path, setting, error, words):
    with pytest.raises(error, match=words):
        run_impute(configured(setting), tmp_path)


def test_an_edge_over_other_names_is_an_error_that_names_the_file(configured, tmp_path):
    pd.DataFrame({"source": ["nort"], "target": ["south"]}).to_csv("edges.csv", index=False)
    with pytest.raises(InvalidFrameError, match=r"edges\.csv.*'north'"):
        run_impute(configured(), tmp_path)


def test_a_backtest_needs_a_forecaster_and_may_have_one_behind_an_imputer(configured, tmp_path):
    with pytest.raises(ConfigurationError, match="no model is a forecaster"):
        run_backtest(configured("backtest={horizon: 2}"), tmp_path)
    both = "models={both: {type: ImputedForecaster, imputer: {type: GaussianImputer, context_length: 3}, "
    both += "forecaster: {type: ARForecaster, order: 2}}}"
    result, _ = run_backtest(configured(both, "backtest={horizon: 2, windows: 2, baselines: false}"), tmp_path)
    assert result.models == ("both",)
    assert np.isfinite(result.scores()["mae"]).all()
