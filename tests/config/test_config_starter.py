import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastkit.config import load_configuration, run_backtest, run_forecast, write_starter
from forecastkit.config.document import parse_value
from forecastkit.config.starter import _entry, _scalar, choose_windows
from forecastkit.errors import ConfigurationError, DirectoryError, InvalidFrameError


def walk(n, seed=0):
    return np.random.default_rng(seed).normal(size=n).cumsum().round(3) + 50


def monthly(folder):
    table = pd.DataFrame({"month": pd.date_range("2015-01-01", periods=96, freq="MS"), "sold": walk(96)})
    table.to_csv(folder / "data.csv", index=False)


def german(folder):
    days = pd.date_range("2020-01-01", periods=90).strftime("%d.%m.%Y")
    table = pd.DataFrame({"Datum": days, "Köln": walk(90), "Größe: x": walk(90, 1)})
    table.to_csv(folder / "data.csv", index=False, sep=";", decimal=",", encoding="cp1252")


def byte_order_mark(folder):
    table = pd.DataFrame({"date": pd.date_range("2020-01-01", periods=60), "y": walk(60)})
    table.to_csv(folder / "data.csv", index=False, encoding="utf-8-sig")


def counted_with_text(folder):
    table = pd.DataFrame({"t": range(1, 81), "#no": walk(80), "on": walk(80, 1), "remark": "x", "empty": np.nan})
    table.to_csv(folder / "data.csv", index=False)


def years(folder):
    pd.DataFrame({"year": range(1900, 1940), "catch": walk(40)}).to_csv(folder / "data.csv", index=False)


def ragged_long(folder):
    days = pd.date_range("2021-03-01", periods=80)
    parts = [
        pd.DataFrame({"shop": shop, "day": days[:n], "qty": walk(n), "price": 1.0, "note": "-"})
        for shop, n in {"a": 80, "NO": 70, "b": 80}.items()
    ]
    pd.concat(parts).to_csv(folder / "data.csv", index=False)


def explicit_gaps(folder):
    table = pd.DataFrame({"date": pd.date_range("2020-01-01", periods=90), "v": walk(90)})
    table.loc[20:22, "v"] = np.nan
    table.to_csv(folder / "data.csv", index=False)


def wide_parquet(folder):
    hours = pd.date_range("2022-01-01", periods=130, freq="h", name="time")
    table = pd.DataFrame({f"sensor {i}": walk(130, i) for i in range(12)}, index=hours).assign(place="roof")
    table.to_parquet(folder / "data.parquet")


def short(folder):
    table = pd.DataFrame({"date": pd.date_range("2020-01-01", periods=6, freq="MS"), "v": walk(6)})
    table.to_csv(folder / "data.csv", index=False)


MAKERS = [monthly, german, byte_order_mark, counted_with_text, years, ragged_long, explicit_gaps, wide_parquet, short]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_what_is_written_runs_as_it_is(make, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make(tmp_path)
    starter = write_starter(next(tmp_path.glob("data.*")))
    assert starter.path.name == "data.yaml"
    configuration = load_configuration(starter.path, ["output.report=false", "backtest.metrics=[mae]"])
    result, written = run_backtest(configuration, starter.path.parent)
    assert np.isfinite(result.scores()["mae"]).all()
    assert [path.parent.as_posix() for path in written] == ["results/data"] * len(written)
    forecast, _ = run_forecast(configuration, starter.path.parent)
    assert len(forecast) == result.history["unique_id"].nunique() * configuration.forecast.horizon


def test_the_source_is_relative_to_the_configuration(tmp_path):
    monthly(tmp_path)
    (tmp_path / "configs").mkdir()
    starter = write_starter(tmp_path / "data.csv", tmp_path / "configs" / "sold.yaml")
    configuration = load_configuration(starter.path)
    assert configuration.data.source == "../data.csv"
    assert configuration.output.directory == "results/sold"


def test_what_was_left_out_or_chosen_is_said(tmp_path):
    counted_with_text(tmp_path)
    starter = write_starter(tmp_path / "data.csv", tmp_path / "c.yaml")
    assert "left out, since they hold no numbers: remark, empty" in starter.findings
    assert "left out, since they hold no numbers: remark, empty" in starter.path.read_text(encoding="utf-8")


def test_a_target_chosen_among_several_columns_is_said(tmp_path):
    ragged_long(tmp_path)
    table = pd.read_csv(tmp_path / "data.csv")
    table.sample(frac=1, random_state=0).to_parquet(tmp_path / "data.parquet")  # with row labels, which are no target
    for name in ("data.csv", "data.parquet"):
        starter = write_starter(tmp_path / name, tmp_path / "c.yaml", replace=True)
        assert load_configuration(starter.path).data.target_col == "qty"
        assert "target_col was chosen among qty, price" in starter.findings


def test_gaps_are_counted_and_left_to_the_autoregression(tmp_path):
    explicit_gaps(tmp_path)
    text = write_starter(tmp_path / "data.csv", tmp_path / "c.yaml").path.read_text(encoding="utf-8")
    assert "\n  ar: {type: ARForecaster" in text
    assert "3 values are missing" in text


def test_an_existing_file_is_replaced_only_on_request(tmp_path):
    monthly(tmp_path)
    path = tmp_path / "c.yaml"
    path.write_text("mine")
    with pytest.raises(ConfigurationError, match=r"exists; give another name with --output, or --force"):
        write_starter(tmp_path / "data.csv", path)
    assert path.read_text() == "mine"
    write_starter(tmp_path / "data.csv", path, replace=True)
    assert "source: data.csv" in path.read_text(encoding="utf-8")


def test_the_data_is_never_replaced(tmp_path):
    monthly(tmp_path)
    before = (tmp_path / "data.csv").read_bytes()
    with pytest.raises(ConfigurationError, match="is the data file"):
        write_starter(tmp_path / "data.csv", tmp_path / "data.csv", replace=True)
    assert (tmp_path / "data.csv").read_bytes() == before


def test_data_that_cannot_be_used_writes_nothing(tmp_path):
    (tmp_path / "data.csv").write_text("day,v\n2024-01-01,1\n2024-01-02,2\n2024-01-02,3\n")
    with pytest.raises(InvalidFrameError, match=r"data\.csv: .*2024-01-02"):
        write_starter(tmp_path / "data.csv", tmp_path / "c.yaml")
    assert not (tmp_path / "c.yaml").exists()


def test_data_too_short_for_any_window_is_refused(tmp_path):
    (tmp_path / "data.csv").write_text("day,v\n2024-01-01,1\n2024-01-02,2\n")
    with pytest.raises(InvalidFrameError, match="2 steps are too few for a backtest"):
        write_starter(tmp_path / "data.csv", tmp_path / "c.yaml")


def test_day_and_month_are_told_apart_by_a_stated_format(tmp_path):
    rows = [f"{day:02d}/02/2024,{day}" for day in range(1, 11)]
    (tmp_path / "data.csv").write_text("\n".join(["day,v", *rows]) + "\n")
    with pytest.raises(InvalidFrameError, match="date_format"):
        write_starter(tmp_path / "data.csv", tmp_path / "c.yaml")
    starter = write_starter(tmp_path / "data.csv", tmp_path / "c.yaml", date_format="%d/%m/%Y")
    assert load_configuration(starter.path).data.date_format == "%d/%m/%Y"
    assert "daily, from 2024-02-01 to 2024-02-10" in starter.findings[1]


def test_an_output_that_cannot_be_written_is_refused(tmp_path):
    monthly(tmp_path)
    with pytest.raises(DirectoryError, match=r"there is no directory .*nowhere"):
        write_starter(tmp_path / "data.csv", tmp_path / "nowhere" / "c.yaml")


@given(st.integers(3, 10_000), st.sampled_from([1, 4, 7, 12, 24, 52, 1440]))
def test_the_windows_fit_the_data(n_steps, season):
    horizon, windows = choose_windows(n_steps, season)
    assert horizon >= 1
    assert windows >= 1
    assert n_steps - horizon * windows >= max(2, n_steps // 2)


@given(st.text() | st.integers() | st.booleans())
def test_every_value_is_read_as_it_was(value):
    printable = not isinstance(value, str) or all(character.isprintable() for character in value)
    if printable:
        assert parse_value(_scalar(value)) == value
        assert parse_value(f"[{_scalar(value)}, 1]") == [value, 1]


@pytest.mark.parametrize("count", [2, 40])
def test_lists_are_read_as_they_were_however_long(count):
    items = [f"series {i}" for i in range(count)]
    text, remark = _entry("series", items, "why")
    assert parse_value(f"{text}  # {remark}") == {"series": items}
