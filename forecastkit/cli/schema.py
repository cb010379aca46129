"""The command ``forecastkit schema``."""

from __future__ import annotations

import typer

from .exit_status import exit_status


def schema() -> None:
    """Print the JSON schema of configuration files, with which an editor completes and checks them.

    Save it, and write in the first line of a YAML file

    # yaml-language-server: $schema=forecastkit.schema.json
    """
    with exit_status():
        import json

        from ..config import json_schema

        typer.echo(json.dumps(json_schema(), indent=2))
