from dataclasses import dataclass

import pytest

from forecastkit.cli.app import app


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture
def cli(capsys, monkeypatch, tmp_path):
    """Run a command line in an empty directory, 80 columns wide and not on a terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            app([str(argument) for argument in arguments], prog_name="forecastkit")
        captured = capsys.readouterr()
        return Ended(ended.value.code or 0, captured.out, captured.err)

    return run


@pytest.fixture
def config(tmp_path):
    """A small configuration that runs, and the path it lies at."""
    path = tmp_path / "config.yaml"
    path.write_text(
        "data: {source: sunspots}\n"
        "models:\n  naive: {type: NaiveForecaster}\n  ar: {type: ARForecaster, order: 3}\n"
        "backtest: {horizon: 4, windows: 3, metrics: [mae, coverage]}\nforecast: {horizon: 4}\n",
        encoding="utf-8",
    )
    return path
