"""The command ``forecastkit forecast``."""

from __future__ import annotations

import typer

from .backtest import Config, Settings
from .exit_status import exit_status


def forecast(config: Config, settings: Settings = None) -> None:
    """Fit the models to all data and forecast what comes after.

    Prints the forecasts with their intervals; with output.directory in the
    file, they are written there.
    """
    with exit_status():
        import textwrap

        from ..config import load_configuration, run_forecast
        from .console import make_console
        from .forecast_table import forecast_table

        configuration = load_configuration(config, settings or [])
        table, written = run_forecast(configuration, config.parent)
        console = make_console()
        shown, note = forecast_table(table, console)
        console.print(shown)
        if note:
            typer.echo("\n" + textwrap.fill(note, console.width))
        for path in written:
            typer.echo(f"wrote {path}")
