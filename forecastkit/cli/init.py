"""The command ``forecastkit init``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from .exit_status import exit_status


def init(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="A CSV or Parquet file.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", show_default=False, help="Where to write; the name of DATA with .yaml."),
    ] = None,
    date_format: Annotated[
        str | None,
        typer.Option(show_default=False, help="How times are written, such as %d/%m/%Y, where it is unclear."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented configuration for your data, which runs as it is.

    Separator, decimal mark, encoding, columns, frequency and length are found
    out from the file.
    """
    with exit_status():
        from ..config import write_starter

        starter = write_starter(data, output, date_format=date_format, replace=force)
        for finding in starter.findings:
            typer.echo(finding)
        typer.echo(f"wrote {starter.path}\n\nNext:  forecastkit backtest {shlex.quote(str(starter.path))}")
