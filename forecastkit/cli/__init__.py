"""The command line: commands parse, call and print."""

from __future__ import annotations


def main() -> None:
    """Run the command line; leaves by ``SystemExit`` with 0 (done), 2 (wrong input), 1 (our fault) or 130 (Ctrl-C)."""
    from .app import app

    app(prog_name="forecastkit")
