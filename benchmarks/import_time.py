"""Seconds of an import and of the command line's help, each in a fresh process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .timing import alternate, show

STATEMENTS = ("forecastkit", "skforecast.recursive", "statsforecast")


def main() -> None:
    """Time fresh processes, less that of an empty one."""
    command = str(Path(sys.executable).with_name("forecastkit"))

    def run(*arguments: str) -> None:
        subprocess.run(arguments, check=True, capture_output=True)

    calls = {"python -c pass": lambda: run(sys.executable, "-c", "pass")}
    for name in STATEMENTS:
        calls[f"import {name}"] = lambda name=name: run(sys.executable, "-c", f"import {name}")
    code = "import forecastkit; forecastkit.ARForecaster, forecastkit.backtest"
    calls["import forecastkit and use its names"] = lambda: run(sys.executable, "-c", code)
    calls["forecastkit --help"] = lambda: run(command, "--help")
    show("Fresh processes", alternate(calls, 5), "import forecastkit")


if __name__ == "__main__":
    main()
