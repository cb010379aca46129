"""Networks are set up in YAML like every other model, and what is wrong is said before anything is written."""

import numpy as np
import pandas as pd
import pytest

from forecastkit.config import load_configuration, run_backtest, run_forecast
from forecastkit.config.models import build_model
from forecastkit.errors import ConfigurationError, ForecastkitError, InvalidFrameError
from forecastkit.nn.backbones import BACKBONES
from forecastkit.nn.heads import HEADS

SUNSPOTS = """
data: {source: sunspots}
models:
  nar: {type: NARForecaster, order: 4, hidden_size: 4, max_steps: 2, linear_skip: true, accelerator: cpu}
backtest: {horizon: 3, windows: 2, metrics: [mae, coverage], baselines: false}
output: {directory: results, report: false}
"""
LOADS = """
data:
  {source: loads.csv, id_col: zone, time_col: hour, target_col: load, covariates: [warm, wind, tariff, kind, climate]}
models:
  nar:
    type: ConditionalNARForecaster
    past_covariates: [wind]
    static_covariates: [climate]
    categorical: [tariff]
    calendar: [hour, time_of_day]
    order: 4
    block_size: 2
    hidden_size: 4
    max_steps: 2
    linear_skip: true
    accelerator: cpu
backtest: {horizon: 3, windows: 2, metrics: [mae], baselines: false}
forecast: {horizon: 5}
output: {directory: results, report: false}
"""
N, AHEAD = 60, 5
NO_OTHERS = ("models.nar.past_covariates=[]", "models.nar.categorical=[]", "models.nar.calendar=[]")


def loads():
    """Two zones by the hour, whose last rows have a future of what is known ahead, and no load and wind."""
    generator, parts = np.random.default_rng(0), []
    for zone, climate in (("north", "cold"), ("south", "mild")):
        part = pd.DataFrame({"zone": zone, "hour": pd.date_range("2024-01-01", periods=N, freq="h")})
        part["load"] = generator.normal(100, 5, N).round(2)
        part["warm"] = generator.normal(10, 5, N).round(2)
        part["wind"] = generator.normal(5, 1, N).round(2)
        part["tariff"] = np.arange(N) % 3
        part["kind"] = np.where(np.arange(N) % 24 < 12, "rest", "work")
        part["climate"] = climate
        part.loc[N - AHEAD :, ["load", "wind"]] = np.nan
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def configured(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sunspots.yaml").write_text(SUNSPOTS, encoding="utf-8")
    (tmp_path / "loads.yaml").write_text(LOADS, encoding="utf-8")
    loads().to_csv("loads.csv", index=False)
    return lambda name, *settings: load_configuration(f"{name}.yaml", settings)


@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("head", HEADS)
def test_every_backbone_and_head_is_a_value(configured, backbone, head):
    configuration = configured("sunspots", f"models.nar.backbone={backbone}", f"models.nar.head={head}")
    model = build_model(configuration.models["nar"])
    assert (model.backbone, model.head) == (backbone, head)


@pytest.mark.parametrize("settings", [("backbone", "gru"), ("backbone", "attention"), ("head", "mixture")])
def test_it_runs(configured, tmp_path, settings):
    result, _ = run_backtest(configured("sunspots", "models.nar.{}={}".format(*settings)), tmp_path)
    assert np.isfinite(result.scores()["mae"]).all()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("backbone=gruu", r"models\.nar\.backbone \(--set\): \"gruu\" is not .*did you mean 'gru'"),
        ("head=student", r"models\.nar\.head \(--set\): .*did you mean 'student_t'"),
        ("hiden_size=3", r"models\.nar\.hiden_size .*did you mean 'hidden_size'"),
        ("order=0", "'order' must be a whole number of 1 or more, got 0"),
        ("callbacks=[timer]", "'callbacks' must be a list of Lightning's Callback objects"),
        ("devices=2", r"devices=2 would start processes that run the whole command again"),
        ("trainer_options=3", "3 is not a section with keys of its own"),
        ("final_teacher_forcing=0.5", "set scheduled_sampling='linear'"),
    ],
)
def test_what_is_unknown_or_out_of_range_is_found_before_any_data_is_read(configured, setting, message):
    with pytest.raises(ConfigurationError, match=message):
        configured("sunspots", f"models.nar.{setting}")


def test_all_kinds_of_covariates_reach_the_network(configured, tmp_path):
    result, _ = run_backtest(configured("loads"), tmp_path)
    assert np.isfinite(result.scores().loc["nar", "mae"])
    table, _ = run_forecast(configured("loads"), tmp_path)
    assert table["unique_id"].tolist() == ["north"] * AHEAD + ["south"] * AHEAD
    assert table.notna().all(axis=None)
    without, _ = run_forecast(configured("loads", "data.covariates=[climate]", *NO_OTHERS), tmp_path)
    assert (without["nar"] != table["nar"]).all()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("models.nar.past_covariates=[winds]", "X has no column 'winds'.*did you mean 'wind'"),
        ("models.nar.categorical=[tarif]", "X has no column 'tarif'.*did you mean 'tariff'"),
        ("models.nar.static_covariates=[kind]", "'kind' of X changes within series 'north'"),
        ("models.nar.calendar=[hours]", "did you mean 'hour'"),
        ("data.covariates=[warn]", "did you mean 'warm'"),
        ("models.nar.order=100", "order=100 and block_size=2 need series of 102 values"),
        ("forecast.horizon=6", r"X lacks 2 needed rows: .*2024-01-03 12:00"),
    ],
)
def test_a_name_that_is_not_there_or_too_much_asked_for_is_refused_and_nothing_written(
    configured, tmp_path, setting, message
):
    with pytest.raises(ForecastkitError, match=message):
        run_forecast(configured("loads", setting), tmp_path)
    assert list((tmp_path / "results").glob("*")) == []


def without_warmth(table):
    table.loc[3, "warm"] = np.nan


def of_a_new_kind(table):
    table.loc[N - 1, "kind"] = "feast"


def of_no_kind(table):
    table.loc[N - 2, "kind"] = None


@pytest.mark.parametrize(
    ("spoiled", "message"),
    [
        (without_warmth, r"covariate 'warm' is missing \(NaN\) in 1 needed row: .*2024-01-01 03:00"),
        (of_a_new_kind, r"'kind' has 1 value that the fit did not have: 'feast'; allowed: 'rest', 'work'"),
        (of_no_kind, r"covariate 'kind' is missing \(NaN\) in 1 needed row: .*2024-01-03 10:00"),
    ],
)
def test_a_flaw_of_the_covariates_is_said_and_nothing_written(configured, tmp_path, spoiled, message):
    table = loads()
    spoiled(table)
    table.to_csv("loads.csv", index=False)
    with pytest.raises(InvalidFrameError, match=message):
        run_forecast(configured("loads"), tmp_path)
    assert list((tmp_path / "results").glob("*")) == []
