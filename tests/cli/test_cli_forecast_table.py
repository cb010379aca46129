import numpy as np
import pandas as pd
import pytest

from forecastkit.cli.console import make_console
from forecastkit.cli.forecast_table import forecast_table


def forecasts(models, rows=3):
    table = pd.DataFrame({"unique_id": ["a"] * rows, "ds": pd.date_range("2024-01-01", periods=rows)})
    for model in models:
        table[model] = np.arange(rows) + 100.0
        for level in (80, 95):
            table[f"{model}-lo-{level}"] = table[model] - level
            table[f"{model}-hi-{level}"] = table[model] + level
    return table


def printed(monkeypatch, table, width=80):
    monkeypatch.setenv("COLUMNS", str(width))
    console = make_console()
    laid_out, note = forecast_table(table, console)
    with console.capture() as capture:
        console.print(laid_out)
    return capture.get().splitlines(), note


def test_intervals_stand_in_one_column_and_days_have_no_time(monkeypatch):
    lines, note = printed(monkeypatch, forecasts(["ar"]))
    assert lines[1].split() == ["a", "2024-01-01", "100.0", "20.0", "to", "180.0", "5.0", "to", "195.0"]
    assert note == ""


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_a_level_is_shown_for_all_models_or_for_none(monkeypatch, width):
    models = ["naive", "ar", "drift"]
    lines, note = printed(monkeypatch, forecasts(models), width)
    assert all(len(line) <= width for line in lines)
    for level in ("80%", "95%"):
        assert lines[0].count(level) in (0, len(models))
        assert (level in note) == (level not in lines[0])


def test_points_come_before_intervals(monkeypatch):
    lines, _ = printed(monkeypatch, forecasts(["naive", "ar", "drift"]), 50)
    assert lines[0].split() == ["unique_id", "ds", "naive", "ar", "drift"]


def test_rows_that_are_not_shown_are_counted(monkeypatch):
    lines, note = printed(monkeypatch, forecasts(["ar"], rows=100))
    assert len(lines) == 25
    assert note == "not shown, for want of room: 76 more rows"
