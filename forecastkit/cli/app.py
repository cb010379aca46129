"""The application: its commands and the option ``--version``."""

from __future__ import annotations

from typing import Annotated

import typer

from ..version import __version__
from .backtest import backtest
from .compare import compare
from .datasets import datasets
from .forecast import forecast
from .impute import impute
from .init import init
from .schema import schema

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        typer.echo(f"forecastkit {__version__}")
        raise typer.Exit


@app.callback(
    epilog="[bold]Start[/bold] with your own table:  forecastkit init data.csv"
    "\n\n[bold]or[/bold] see what is there to try:  forecastkit datasets list"
)
def forecastkit(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Forecast time series and fill their gaps, and prove how good that is: by a backtest, and on hidden values."""


_EXAMPLES = {
    init: "forecastkit init data.csv --output data.yaml",
    backtest: "forecastkit backtest sunspots.yaml --set models.ar.order=12",
    forecast: "forecastkit forecast sunspots.yaml --set forecast.horizon=24",
    compare: "forecastkit compare compare_sunspots.yaml --set compare.horizon=22",
    impute: "forecastkit impute irish_wind_gaps.yaml --score",
    schema: "forecastkit schema > forecastkit.schema.json",
}
for _command, _example in _EXAMPLES.items():
    app.command(epilog=f"[bold]Example:[/bold]  {_example}", no_args_is_help=_command is not schema)(_command)
app.add_typer(datasets, name="datasets")
