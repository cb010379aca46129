import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from forecastkit.cli.comparison_table import comparison_table, divergence_table


@pytest.fixture
def walks(tmp_path):
    """A configuration about a random walk."""
    y = pd.Series(np.random.default_rng(0).normal(size=90).cumsum(), pd.RangeIndex(90, name="t"), name="y")
    y.to_frame().to_csv(tmp_path / "y.csv")
    path = tmp_path / "walks.yaml"
    path.write_text(
        "data: {source: y.csv, time_col: t}\n"
        "models:\n  walk: {type: NaiveForecaster}\n  ar: {type: ARForecaster, order: 2}\n"
        "compare: {horizon: 3, n_samples: 20}\noutput: {directory: results}\n",
        encoding="utf-8",
    )
    return path


def test_compare_prints_scores_and_divergences_and_writes_them(cli, walks):
    ended = cli("compare", walks)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("measure")
    assert "differences are from walk" in ended.out
    assert "KL(p‖q)" in ended.out
    for name in ("compare.csv", "divergence.csv", "report.html"):
        assert f"wrote results/{name}" in ended.out
        assert (walks.parent / "results" / name).stat().st_size > 0


def test_a_mistake_in_the_section_ends_with_2_and_one_message(cli, walks):
    ended = cli("compare", walks, "--set", "compare.reference=walks")
    assert ended.code == 2
    assert "did you mean 'walk'" in ended.err
    assert "Traceback" not in ended.err


def scores(n_models=2):
    rows = [
        (measure, f"m{i}", "m0", 50.0 + i, 0.5 * i, 0.1, 5.0, 1e-5 if i else 1.0)
        for measure in ("log_score", "crps")
        for i in range(n_models)
    ]
    names = ["measure", "model", "reference", "value", "difference", "standard_error", "statistic", "p_value"]
    return pd.DataFrame([*rows, ("kl", "m0", "m1", 2.0, np.nan, 0.0, np.nan, np.nan)], columns=names)


def printed(table, width=100):
    console = Console(width=width, highlight=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def test_the_table_names_a_measure_once_and_gives_the_reference_no_difference():
    table, left_out = comparison_table(scores(), "m0", Console(width=100))
    lines = printed(table).splitlines()
    assert left_out == []
    assert lines[1].split() == ["log_score", "m0", "50.00", "-", "-", "-", "-"]
    assert lines[2].split() == ["m1", "51.00", "0.5000", "0.1000", "5.000", "<0.001"]
    assert "kl" not in printed(table)


@pytest.mark.parametrize(("width", "left_out"), [(20, 4), (36, 3), (48, 2), (63, 1), (76, 0)])
def test_the_telling_columns_come_first_where_room_is_scarce(width, left_out):
    console = Console(width=width)
    names = ["statistic", "standard_error", "difference", "p_value"][:left_out]
    assert set(comparison_table(scores(), "m0", console)[1]) == set(names)


def test_divergences_have_three_digits_and_say_where_there_is_none():
    names = ["a", "b", "c"]
    matrix = pd.DataFrame([[0, 1234.5, np.inf], [0.012345, 0, np.nan], [np.nan] * 3], names, names)
    table, left_out = divergence_table(matrix, Console(width=100))
    assert [line.split() for line in printed(table).splitlines()[1:]] == [
        ["a", "0", "1230", "∞"],
        ["b", "0.0123", "0", "-"],
        ["c", "-", "-", "-"],
    ]
    assert left_out == []
    assert divergence_table(matrix, Console(width=16))[1] == ["b", "c"]
