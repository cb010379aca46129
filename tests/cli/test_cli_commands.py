import json
import subprocess
import sys
import time

import pandas as pd
import pytest

from forecastkit import __version__
from forecastkit.config import run as run_module
from forecastkit.evaluation.result import BacktestResult

# Not pydantic, which Typer itself may use.
HEAVY = {"numpy", "pandas", "sklearn", "scipy", "torch", "pytorch_lightning", "yaml", "plotly"}


def test_a_backtest_prints_a_table_and_the_paths_of_what_was_written(cli, config, tmp_path):
    ended = cli("backtest", config, "--set", "output.directory=results", "--set", "output.report=false")
    assert ended.code == 0
    assert ended.err == ""
    head, *lines = ended.out.splitlines()
    assert head.split() == ["model", "mae", "coverage-80", "coverage-95", "fit_seconds"]
    assert [line.split()[0] for line in lines[:4]] == ["naive", "ar", "seasonal_naive", "ar_aic"]
    paths = [line.removeprefix("wrote ") for line in lines if line.startswith("wrote ")]
    assert sorted(paths) == sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "results").iterdir())


def test_a_pipe_gets_plain_text_of_80_columns(cli, config):
    for command in (["backtest", config], ["forecast", config], ["datasets", "list"]):
        out = cli(*command).out
        assert "\x1b" not in out
        assert not set(out) & set("─│┌┐╭╮━")
        assert max(map(len, out.splitlines())) <= 80


def test_a_forecast_prints_a_row_per_step(cli, config):
    ended = cli("forecast", config, "--set", "forecast.horizon=2", "--set", "output.directory=results")
    assert ended.code == 0
    assert [line.split()[:2] for line in ended.out.splitlines()[1:3]] == [["sunspots", "2009"], ["sunspots", "2010"]]
    assert "wrote results/future.csv" in ended.out


def test_init_writes_a_configuration_and_says_the_next_command(cli, tmp_path):
    table = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=30), "v": range(30)})
    table.to_csv(tmp_path / "my data.csv", index=False)
    ended = cli("init", "my data.csv")
    assert ended.code == 0
    assert "wrote my data.yaml" in ended.out
    assert ended.out.endswith("Next:  forecastkit backtest 'my data.yaml'\n")
    assert cli("init", "my data.csv").code == 2
    assert cli("init", "my data.csv", "--force").code == 0


def test_schema_prints_json(cli):
    ended = cli("schema")
    assert ended.code == 0
    assert json.loads(ended.out)["title"] == "forecastkit configuration"


def test_data_sets_are_listed_and_shown(cli):
    assert "irish_wind" in cli("datasets", "list").out
    shown = cli("datasets", "show", "irish_wind").out
    assert "licence" in shown
    assert "wind.csv" in shown
    wrong = cli("datasets", "show", "irish_wnd")
    assert wrong.code == 2
    assert "did you mean 'irish_wind'" in wrong.err


def test_what_is_not_downloaded_says_where_it_is(cli):
    ended = cli("datasets", "download", "sunspots")
    assert ended.code == 2
    assert "comes with statsmodels" in ended.err


@pytest.mark.parametrize("command", ["backtest", "forecast"])
def test_wrong_input_ends_with_2_and_one_message_without_a_traceback(cli, config, command):
    ended = cli(command, config, "--set", "models.ar.ordr=3")
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.startswith(f"error: {config}: models.ar.ordr (--set): unknown key;")
    assert "Traceback" not in ended.err


def test_a_directory_that_cannot_be_written_ends_with_2(cli, config):
    ended = cli("backtest", config, "--set", f"output.directory={config}")
    assert ended.code == 2
    assert "cannot be written: it is a file" in ended.err


def test_a_fault_of_ours_ends_with_1_and_a_traceback(cli, config, monkeypatch):
    monkeypatch.setattr(BacktestResult, "scores", lambda self: {}["fault"])
    ended = cli("backtest", config)
    assert ended.code == 1
    assert "KeyError: 'fault'" in ended.err
    assert "Please report it" in ended.err


@pytest.mark.parametrize(
    ("directory", "message"),
    [("results", "interrupted; the same command goes on from here"), ("", "interrupted; nothing was kept")],
)
def test_an_interrupted_backtest_says_whether_it_can_go_on(cli, config, monkeypatch, directory, message):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "backtest", interrupted)
    ended = cli("backtest", config, "--set", f"output.directory={directory}")
    assert ended.code == 130
    assert ended.err.strip() == message


@pytest.mark.parametrize(
    "command", [[], ["backtest"], ["forecast"], ["init"], ["schema"], *(["datasets", x] for x in ("list", "show"))]
)
def test_every_command_has_help_with_an_example(cli, command):
    ended = cli(*command, "--help")
    assert ended.code == 0
    assert f"forecastkit {' '.join(command)}".strip() in ended.out
    assert "Example" in ended.out or not command


def test_a_command_without_its_argument_shows_its_help(cli):
    assert "Usage" in cli("backtest").out + cli("datasets").out


def test_an_unknown_command_or_option_ends_with_2(cli):
    assert cli("backtets").code == 2
    assert cli("schema", "--fast").code == 2


def python(*arguments, **keys):
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, **keys)


def test_python_m_runs_the_command_line():
    ended = python("-m", "forecastkit", "--version")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"forecastkit {__version__}\n", "")


def test_help_imports_nothing_heavy():
    program = (
        "import sys; sys.argv[1:] = ['backtest', '--help']\n"
        "from forecastkit.cli import main\n"
        "try: main()\n"
        f"finally: print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    ended = python("-c", program)
    assert "Usage" in ended.stdout
    assert ended.stderr == "[]\n"


def seconds_of_help():
    begun = time.perf_counter()
    python("-m", "forecastkit", "--help")
    return time.perf_counter() - begun


def test_help_comes_up_at_once():
    assert any(seconds_of_help() < 0.8 for _ in range(5))  # other work on the machine may slow one of them


def test_a_reader_that_has_seen_enough_is_no_failure():
    command = [sys.executable, "-m", "forecastkit", "datasets", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            ["--set", "models.nar.order=400"],
            "model 'nar', window 1 of 3 (cutoff 1996): order=400 and block_size=1 need",
        ),
        (["--set", "models.nar.backbone=gruu"], "did you mean 'gru'?"),
        (["--set", "models.nar.accelerator=tensor"], "'accelerator' must be one of the allowed names, got 'tensor'"),
    ],
)
def test_what_a_network_cannot_do_ends_with_2_and_leaves_nothing_behind(cli, config, tmp_path, settings, message):
    network = "models.nar={type: NARForecaster, order: 4, max_steps: 2}"
    ended = cli("backtest", config, "--set", network, *settings, "--set", "output.directory=results")
    assert ended.code == 2
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert list(tmp_path.glob("results/*")) == []
