"""The command ``forecastkit compare``."""

from __future__ import annotations

import typer

from .backtest import Config, Settings
from .exit_status import exit_status


def compare(config: Config, settings: Settings = None) -> None:
    """Say which model is closer to the truth, and how far apart the models are.

    Fits every forecaster to the beginning of the data and compares them on
    the rest: scores of whole distributions with tests of their differences,
    and the divergence of every pair. With output.directory in the file, the
    table, the divergences by lead time and a page with charts are written
    there.
    """
    with exit_status():
        import textwrap

        from ..config import load_configuration, run_compare
        from .comparison_table import comparison_table, divergence_table
        from .console import make_console

        configuration = load_configuration(config, settings or [])
        result, written = run_compare(configuration, config.parent)
        console = make_console()
        scores, left_out = comparison_table(result.table, result.reference, console)
        console.print(scores)
        note = f"differences are from {result.reference}; the lower a score the better"
        typer.echo(f"\n{textwrap.fill(note, console.width)}\n")
        matrix, models_left_out = divergence_table(result.divergences(), console)
        console.print(matrix)
        if left_out or models_left_out:
            note = textwrap.fill(
                f"not shown, for want of room: {', '.join([*left_out, *models_left_out])}", console.width
            )
            typer.echo(f"\n{note}")
        for path in written:
            typer.echo(f"wrote {path}")
