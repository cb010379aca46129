"""The table of forecasts as a person reads it: every model's forecast and, where they fit, its intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .console import GAP, make_table
from .score_table import format_column

if TYPE_CHECKING:
    from rich.table import Table

    from .console import Console

_ROWS = 24
_KEYS = ("unique_id", "ds")


def forecast_table(forecasts: pd.DataFrame, console: Console) -> tuple[Table, str]:
    """Lay out forecasts for a console.

    Parameters
    ----------
    forecasts : DataFrame
        Columns ``unique_id, ds``, then for each model ``<model>, <model>-lo-80, <model>-hi-80, ...``.
    console : Console
        Where the table will be printed; its width decides which levels of intervals are shown.

    Returns
    -------
    tuple of Table and str
        The table of the first rows, and a sentence about what it leaves out: empty when nothing.
    """
    head = forecasts.head(_ROWS)
    columns, levels = _cells(head)
    widths = {name: max(len(name), *map(len, cells)) + GAP for name, cells in columns.items()}
    shown = _that_fit(widths, levels, console.width + GAP)
    table = make_table(console)
    for name in shown:
        table.add_column(name, justify="left" if name in _KEYS else "right", no_wrap=True)
    for row in zip(*(columns[name] for name in shown), strict=True):
        table.add_row(*row)
    left_out = [name for name in columns if name not in shown]
    rows = len(forecasts) - len(head)
    notes = [f"{rows:,} more rows"] * (rows > 0) + [f"the columns {', '.join(left_out)}"] * bool(left_out)
    return table, f"not shown, for want of room: {' and '.join(notes)}" if notes else ""


def _cells(head: pd.DataFrame) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Text of every column, both bounds of an interval in one; and the level of each column of intervals."""
    columns = {name: pd.Index(head[name]).astype(str).tolist() for name in _KEYS}
    levels: dict[str, str] = {}
    for name in map(str, head.columns[len(_KEYS) :]):
        model, _, level = name.rpartition("-lo-")
        upper = f"{model}-hi-{level}"
        if model in columns and upper in head.columns:
            bounds = format_column([*head[name], *head[upper]])
            interval = f"{model} {level}%"
            columns[interval] = [f"{a} to {b}" for a, b in zip(bounds[: len(head)], bounds[len(head) :], strict=True)]
            levels[interval] = level
        elif not any(f"{known}-hi-" in name for known in columns):
            columns[name] = format_column(head[name].tolist())
    return columns, levels


def _that_fit(widths: dict[str, int], levels: dict[str, str], room: int) -> list[str]:
    """Choose columns: the forecasts, as many as there is room for, then level by level the intervals of all models."""
    chosen: list[str] = [*_KEYS]
    room -= sum(widths[name] for name in _KEYS)
    for name in (name for name in widths if name not in levels and name not in _KEYS):
        if widths[name] <= room or len(chosen) == len(_KEYS):
            chosen.append(name)
            room -= widths[name]
    for level in dict.fromkeys(levels.values()):
        group = [name for name in levels if levels[name] == level]
        if (needed := sum(widths[name] for name in group)) > room:
            break
        chosen += group
        room -= needed
    return [name for name in widths if name in chosen]
