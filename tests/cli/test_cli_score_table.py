import math
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecastkit.cli.console import make_console
from forecastkit.cli.score_table import best_row, columns_that_fit, format_column, score_table

SCORES = pd.DataFrame(
    {
        "mae": [45.73, 21.08],
        "rmse": [57.75, 27.27],
        "mase": [2.09, 0.97],
        "crps": [math.nan, 15.9],
        "coverage-80": [math.nan, 0.8],
        "winkler-80": [math.nan, 110.0],
        "fit_seconds": [0.1, 0.2],
    },
    index=["naive", "ar"],
)


def printed(monkeypatch, width, scores=SCORES, terminal=False):
    monkeypatch.setenv("COLUMNS", str(width))
    if terminal:
        monkeypatch.setenv("FORCE_COLOR", "1")
    console = make_console()
    table, left_out = score_table(scores, {"naive"}, console)
    with console.capture() as capture:
        console.print(table)
    return re.sub(r"\x1b\[[\d;]*m", "", capture.get()) if terminal else capture.get(), left_out


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("width", [20, 40, 48, 60, 61, 62, 80, 120])
def test_no_line_is_wider_than_the_console_and_no_number_is_cut(monkeypatch, width, terminal):
    text, left_out = printed(monkeypatch, width, terminal=terminal)
    lines = [line for line in text.splitlines() if "─" not in line]
    assert len(lines) == 3
    assert all(len(line) <= width for line in lines)
    assert set(lines[0].split()[1:]) | set(left_out) == set(SCORES.columns)
    assert "…" not in "".join(line[width // 3 :] for line in lines)


def test_a_wide_console_shows_every_score_and_marks_baselines(monkeypatch):
    text, left_out = printed(monkeypatch, 120)
    assert left_out == []
    assert "naive (baseline)" in text
    assert "80.0%" in text


def test_the_heading_of_short_names_is_not_cut(monkeypatch):
    text, _ = printed(monkeypatch, 80, SCORES.set_axis(["ar", "nar"]))
    assert text.split()[0] == "model"


def test_in_a_pipe_there_are_no_colours_and_no_rules(monkeypatch):
    text, _ = printed(monkeypatch, 80)
    assert text.isascii()
    assert "\x1b" not in text


def test_a_long_name_leaves_room_for_scores(monkeypatch):
    text, left_out = printed(monkeypatch, 80, SCORES.rename(index={"ar": "a" * 200}))
    assert "mae" in text.splitlines()[0]
    assert "mae" not in left_out


def test_square_brackets_in_a_name_are_no_markup(monkeypatch):
    text, _ = printed(monkeypatch, 80, SCORES.rename(index={"ar": "[bold]x"}))
    assert "[bold]x" in text


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(1, 30), max_size=8), st.integers(0, 120))
def test_the_chosen_columns_fit_and_keep_their_order(widths, room):
    chosen = columns_that_fit(widths, room)
    assert sum(widths[name] for name in chosen) <= room
    assert chosen == [name for name in widths if name in chosen]


@given(st.lists(st.floats(-1e8, 1e8) | st.just(math.nan), max_size=6))
def test_formatted_numbers_are_near_the_numbers(values):
    largest = max((abs(value) for value in values if not math.isnan(value)), default=0)
    for value, text in zip(values, format_column(values), strict=True):
        assert text == "-" if math.isnan(value) else abs(float(text) - value) <= 1e-3 * largest


@pytest.mark.parametrize(
    ("name", "values", "best"),
    [
        ("mae", [3.0, 2.0, math.nan], 1),
        ("bias", [-3.0, 2.0, -1.0], 2),
        ("coverage-80", [0.95, 0.7, 0.5], 1),
        ("fit_seconds", [3.0, 2.0], None),
        ("mae", [3.0], None),
        ("crps", [math.nan, math.nan], None),
    ],
)
def test_the_best_is_the_lowest_or_the_nearest_to_its_target(name, values, best):
    assert best_row(name, values) == best
