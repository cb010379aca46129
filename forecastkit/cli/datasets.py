"""The commands ``forecastkit datasets list``, ``show`` and ``download``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .exit_status import exit_status

datasets = typer.Typer(no_args_is_help=True, help="List, describe and download data sets to try.")

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="Name of a data set; see `forecastkit datasets list`.", show_default=False)
]


@datasets.command("list", epilog="[bold]Example:[/bold]  forecastkit datasets list")
def list_() -> None:
    """List the data sets."""
    with exit_status():
        from ..datasets import list_datasets
        from .console import make_console, make_table

        console = make_console()
        table = make_table(console)
        for column in ("name", "frequency", "comes by", "title"):
            table.add_column(column, no_wrap=column != "title")
        for card in list_datasets():
            table.add_row(card.name, card.frequency.split(" (")[0], card.obtained, card.title)
        console.print(table)


@datasets.command(epilog="[bold]Example:[/bold]  forecastkit datasets show irish_wind", no_args_is_help=True)
def show(name: Name) -> None:
    """Describe a data set: source, licence, citation, shape, unit, files and checksums."""
    with exit_status():
        from dataclasses import fields

        from ..datasets import dataset_card
        from .console import make_console, make_table

        card = dataset_card(name)
        console = make_console()
        table = make_table(console)
        table.show_header = False
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for field in fields(card):
            if field.name != "files":
                table.add_row(field.name.replace("_", " "), str(getattr(card, field.name)))
        console.print(table)
        for file in card.files:  # not in the table, which would break hashes and addresses in two
            typer.echo(f"\n{file.name}, {file.size:,} bytes\nsha256 {file.sha256}")
            if file.url is not None:
                typer.echo(file.url)


@datasets.command(
    epilog="[bold]Example:[/bold]  forecastkit datasets download m4_hourly --cache downloads", no_args_is_help=True
)
def download(
    name: Name,
    cache: Annotated[
        Path | None, typer.Option(help="Directory for downloads; the user's cache directory unless given.")
    ] = None,
) -> None:
    """Download a data set and verify its checksums; a download that was cut goes on where it stopped."""
    with exit_status():
        from ..datasets import download_dataset
        from ..evaluation.progress import progress_reporter

        with progress_reporter(None, "bytes") as progress:
            paths = download_dataset(name, cache, progress)
        for path in paths:
            typer.echo(f"verified {path}")
