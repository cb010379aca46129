"""Every file in configs/ is loaded and run small."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecastkit.config import data as data_module
from forecastkit.config import load_configuration, run_backtest, run_compare, run_forecast, run_impute, run_score

FILES = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))
BACKTESTS = [path for path in FILES if "\nbacktest:" in path.read_text()]
IMPUTATIONS = [path for path in FILES if "\nscore:" in path.read_text()]
COMMANDS = {**dict.fromkeys(IMPUTATIONS, "impute"), **dict.fromkeys(BACKTESTS, "backtest")}
SMALL = [
    "backtest.windows=2",
    "backtest.horizon=6",
    "output.report=false",
    "backtest.metrics=[mae]",
]


def ett_h1():
    """An hourly frame of the columns of ETTh1."""
    hours = pd.date_range("2016-07-01", periods=500, freq="h", name="date")
    loads = ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]
    walks = np.random.default_rng(0).normal(size=(len(hours), len(loads))).cumsum(axis=0)
    return pd.DataFrame(walks, index=hours, columns=loads)


def m4_hourly():
    """A long frame of series counted from 1 that end at different times."""
    generator = np.random.default_rng(0)
    parts = [
        pd.DataFrame({"unique_id": f"H{i}", "ds": np.arange(1, n + 1), "y": generator.normal(100, 5, n)})
        for i, n in enumerate([748, 700, 748], start=1)
    ]
    return pd.concat(parts, ignore_index=True)


def load():
    """A frame of hourly loads and temperatures, the last day without loads."""
    hours = pd.date_range("2024-01-01", periods=360, freq="h", name="hour")
    generator = np.random.default_rng(0)
    temperature = 10 + 5 * np.sin(2 * np.pi * hours.hour / 24) + generator.normal(size=len(hours))
    loads = 100 + (temperature - 15) ** 2 + generator.normal(size=len(hours))
    return pd.DataFrame({"load": loads, "temperature": temperature}, index=hours).assign(
        load=lambda frame: frame["load"].where(frame.index < hours[-24])
    )


def sensors():
    """Three sensors of a path, with gaps."""
    generator = np.random.default_rng(0)
    wave = np.sin(np.arange(300) / 6)[:, None] + 0.2 * generator.normal(size=(300, 3))
    table = pd.DataFrame(wave, pd.date_range("2024-01-01", periods=300, freq="h", name="time"), list("abc"))
    return table.mask(generator.random(table.shape) < 0.1)


@pytest.fixture
def folder(tmp_path):
    """Where a user's files lie."""
    load().to_csv(tmp_path / "load.csv")
    sensors().to_csv(tmp_path / "sensors.csv")
    pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]}).to_csv(tmp_path / "edges.csv", index=False)
    return tmp_path


def few_steps(path):
    """Settings by which networks are hardly trained."""
    models = load_configuration(path).models
    return [f"models.{name}.max_steps=5" for name, model in models.items() if hasattr(model, "max_steps")]


@pytest.fixture
def without_downloads(monkeypatch):
    load = data_module.load_dataset
    generated = {"ett_h1": ett_h1, "m4_hourly": m4_hourly}
    monkeypatch.setattr(
        data_module, "load_dataset", lambda name, **keys: generated[name]() if name in generated else load(name, **keys)
    )


def test_there_is_a_file_for_every_worked_example():
    assert {path.stem for path in FILES} >= {"sunspots", "co2", "elnino", "irish_wind", "m4_hourly", "ett_h1", "load"}
    assert {path.stem for path in IMPUTATIONS} >= {"irish_wind_gaps", "sensors"}


@pytest.mark.parametrize("path", BACKTESTS, ids=lambda path: path.stem)
def test_it_runs_small(path, folder, monkeypatch, without_downloads):
    monkeypatch.chdir(folder)
    configuration = load_configuration(path, [*SMALL, *few_steps(path), f"output.directory={folder / 'results'}"])
    result, written = run_backtest(configuration, folder)
    assert np.isfinite(result.scores()["mae"]).all()
    assert set(configuration.models) <= set(result.models)
    assert len(written) == 5


@pytest.mark.parametrize(
    "path", [path for path in FILES if "\ncompare:" in path.read_text()], ids=lambda path: path.stem
)
def test_its_comparison_runs_small(path, folder, without_downloads):
    settings = ["compare.n_samples=10", "compare.step=20", "output.report=false", *few_steps(path)]
    result, written = run_compare(load_configuration(path, [*settings, f"output.directory={folder / 'r'}"]), folder)
    assert set(result.models) == set(load_configuration(path).models)
    assert len(written) == 2


@pytest.mark.parametrize("path", IMPUTATIONS, ids=lambda path: path.stem)
def test_its_gaps_are_filled_and_scored_small(path, folder, monkeypatch):
    whole = data_module.load_dataset
    monkeypatch.setattr(data_module, "load_dataset", lambda name, **keys: whole(name, **keys).iloc[:400])
    settings = [*few_steps(path), "output.report=false", f"output.directory={folder / 'results'}"]
    configuration = load_configuration(path, settings)
    result, _ = run_score(configuration, folder)
    assert set(configuration.models) <= set(result.models)
    assert np.isfinite(result.scores()["mae"]).all()
    filled, written = run_impute(configuration, folder)
    assert filled.notna().all(axis=None)
    assert len(written) == 2


@pytest.mark.parametrize(
    "path", [path for path in FILES if "\nforecast:" in path.read_text()], ids=lambda path: path.stem
)
def test_its_forecast_runs_small(path, folder, without_downloads):
    settings = ["forecast.horizon=6", *few_steps(path), f"output.directory={folder / 'results'}"]
    forecast, _ = run_forecast(load_configuration(path, settings), folder)
    assert forecast.notna().all(axis=None)


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.stem)
def test_it_says_where_results_go_and_how_it_is_run(path):
    assert load_configuration(path).output.directory == f"results/{path.stem}"
    assert f"forecastkit {COMMANDS[path]} configs/{path.name}" in path.read_text(encoding="utf-8")


def test_it_can_be_copied_elsewhere(tmp_path):
    shutil.copy(FILES[-1], tmp_path / "mine.yaml")
    assert load_configuration(tmp_path / "mine.yaml") == load_configuration(FILES[-1])
