import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def sensors(tmp_path):
    """A configuration about three sensors with gaps."""
    generator = np.random.default_rng(0)
    values = np.sin(np.arange(90) / 4)[:, None] + 0.1 * generator.normal(size=(90, 3))
    index = pd.date_range("2024-01-01", periods=90, name="day")
    frame = pd.DataFrame(values, index=index, columns=["north", "south", "east"])
    frame.mask(generator.random(frame.shape) < 0.1).to_csv(tmp_path / "sensors.csv")
    path = tmp_path / "sensors.yaml"
    path.write_text(
        "data: {source: sensors.csv}\n"
        "models:\n  gaussian: {type: GaussianImputer, context_length: 3, season: null}\n"
        "score: {metrics: [mae, coverage]}\noutput: {directory: results}\n",
        encoding="utf-8",
    )
    return path


def test_impute_prints_the_filled_values_and_writes_them(cli, sensors):
    ended = cli("impute", sensors)
    assert ended.code == 0, ended.err
    assert "unique_id" in ended.out
    assert "imputed 80%" in ended.out
    for name in ("filled.csv", "imputed.csv", "report.html"):
        assert f"wrote results/{name}" in ended.out
        assert (sensors.parent / "results" / name).stat().st_size > 0


def test_score_prints_the_baselines_beside_the_imputers(cli, sensors):
    ended = cli("impute", sensors, "--score", "--set", "output.report=false")
    assert ended.code == 0, ended.err
    assert ended.out.startswith("imputer")
    assert "gaussian" in ended.out
    assert "linear (baseline)" in ended.out
    assert "wrote results/scores.csv" in ended.out


def test_a_complete_table_says_that_nothing_is_missing(cli, sensors):
    table = pd.read_csv(sensors.parent / "sensors.csv", index_col="day").ffill().bfill()
    table.to_csv(sensors.parent / "sensors.csv")
    ended = cli("impute", sensors)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("nothing is missing")
    assert "wrote results/filled.csv" in ended.out
    assert "Nothing is missing" in (sensors.parent / "results" / "report.html").read_text(encoding="utf-8")


def test_a_mistake_ends_with_2_and_one_message(cli, sensors):
    ended = cli("impute", sensors, "--set", "impute.model=other")
    assert ended.code == 2
    assert "there is no imputer 'other'" in ended.err
    assert "Traceback" not in ended.err


def test_long_tables_of_filled_values_are_cut_and_say_so(cli, sensors):
    table = pd.read_csv(sensors.parent / "sensors.csv", index_col="day")
    table.iloc[10:60:2] = np.nan
    table.to_csv(sensors.parent / "sensors.csv")
    ended = cli("impute", sensors, "--set", "output.directory=null")
    more = int(table.isna().to_numpy().sum()) - 24
    assert f"{more} more rows" in ended.out


def test_an_imputer_without_intervals_fills_and_shows_no_intervals(cli, sensors):
    ended = cli("impute", sensors, "--set", "models={lines: {type: LinearInterpolationImputer}}")
    assert ended.code == 0, ended.err
    assert "imputed 80%" not in ended.out
    assert "lines gives no intervals." in (sensors.parent / "results" / "report.html").read_text(encoding="utf-8")
