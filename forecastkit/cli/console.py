"""Where tables are printed: in colour and with rules on a terminal, plain where the output is piped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console as RichConsole

if TYPE_CHECKING:
    from rich.table import Table


GAP = 2
"""Blanks between two columns of a table."""


class Console(RichConsole):
    """A Rich console that lets a closed pipe be handled by the command."""

    def on_broken_pipe(self) -> None:
        """Hand the BrokenPipeError on."""
        raise  # noqa: PLE0704  (called while the error is handled)


def make_console(stderr: bool = False) -> Console:
    """Make a console on stdout or stderr that prints text as it is.

    Parameters
    ----------
    stderr : bool, default=False
        Print to stderr.
    """
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def make_table(console: Console) -> Table:
    """Make an empty table in the style of the console: ruled head on a terminal, bare columns in a pipe.

    Parameters
    ----------
    console : Console
        Where it will be printed.
    """
    from rich import box
    from rich.table import Table

    shape = box.SIMPLE_HEAD if console.is_terminal else None
    padding = GAP if shape is None else GAP - 1  # a ruled head separates columns by one blank of its own
    return Table(box=shape, show_edge=False, pad_edge=False, padding=(0, padding, 0, 0), header_style="bold")
