"""The command ``forecastkit impute``."""

from __future__ import annotations

from typing import Annotated

import typer

from .backtest import Config, Settings
from .exit_status import exit_status

Score = Annotated[
    bool, typer.Option("--score", help="Hide observed values instead, and score what the imputers make of them.")
]


def impute(config: Config, settings: Settings = None, score: Score = False) -> None:
    """Fill the gaps of sensors, or score how well that is done.

    Prints the filled values with their intervals; with output.directory in
    the file, the completed table, the intervals and a page with pictures of
    the gaps are written there. With --score prints a table of scores on
    hidden values instead, simple methods beside your imputers.
    """
    with exit_status():
        import textwrap

        from ..config import load_configuration, run_impute, run_score
        from .console import make_console
        from .forecast_table import forecast_table
        from .score_table import score_table

        configuration = load_configuration(config, settings or [])
        console = make_console()
        if score:
            result, written = run_score(configuration, config.parent)
            table, left_out = score_table(result.scores(), result.baselines, console)
            note = f"not shown, for want of room: {', '.join(left_out)}" if left_out else ""
        else:
            missing, written = run_impute(configuration, config.parent)
            table, note = None, "nothing is missing; --score hides what is there, and scores what is filled in"
            if not missing.empty:
                table, note = forecast_table(missing, console)
        if table is not None:
            console.print(table)
        if note:
            typer.echo("\n" * (table is not None) + textwrap.fill(note, console.width))
        for path in written:
            typer.echo(f"wrote {path}")
