"""The command ``forecastkit backtest``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exit_status import exit_status

Config = Annotated[
    Path, typer.Argument(metavar="CONFIG", help="A YAML file; `forecastkit init DATA` writes one.", show_default=False)
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY=VALUE", help="Override a key of the file; may be given again.", show_default=False
    ),
]


def backtest(config: Config, settings: Settings = None) -> None:
    """Forecast the past from many points in time, and score what each model would have predicted.

    Prints a table of scores, the baselines beside your models. With
    output.directory in the file, the scores, all forecasts and a page with
    charts are written there, and an interrupted run goes on with the same
    command.
    """
    with exit_status():
        import textwrap

        from ..config import load_configuration, run_backtest
        from .console import make_console
        from .score_table import score_table

        configuration = load_configuration(config, settings or [])
        try:
            result, written = run_backtest(configuration, config.parent)
        except KeyboardInterrupt:
            kept = "the same command goes on from here" if configuration.output.directory else "nothing was kept"
            raise KeyboardInterrupt(f"interrupted; {kept}") from None
        console = make_console()
        table, left_out = score_table(result.scores(), result.baselines, console)
        console.print(table)
        if left_out:
            note = textwrap.fill(f"not shown, for want of room: {', '.join(left_out)}", console.width)
            typer.echo(f"\n{note}")
        for path in written:
            typer.echo(f"wrote {path}")
