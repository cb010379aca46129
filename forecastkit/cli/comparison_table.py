"""The tables of a comparison as a person reads them: a row a score and model, and the divergences of all pairs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .console import GAP, make_table
from .score_table import format_column

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from .console import Console

_KEYS = ("measure", "model", "value")
_TELLING = (*_KEYS, "p_value", "difference", "standard_error", "statistic")
_SMALLEST = 0.001
_CORNER = "KL(p‖q)"


def comparison_table(table: pd.DataFrame, reference: str, console: Console) -> tuple[Table, list[str]]:
    """Lay out the scores of a comparison for a console.

    Parameters
    ----------
    table : DataFrame
        Columns ``measure``, ``model``, ``value``, ``difference``, ``standard_error``, ``statistic``, ``p_value``, as of
        ``compare``; rows of divergences are passed over.
    reference : str
        The model that the others are measured against; it has no difference.
    console : Console
        Where the table will be printed; its width decides how many columns there are.

    Returns
    -------
    tuple of Table and list of str
        The table, and the columns that did not fit.
    """
    rows = table.loc[table["measure"] != "kl"].drop(columns="reference")
    numbers = [name for name in rows.columns if name not in ("measure", "model", "value")]
    rows.loc[rows["model"] == reference, numbers] = math.nan
    cells = {name: rows[name].astype(str).tolist() for name in ("measure", "model")}
    groups = [rows.loc[rows["measure"] == measure] for measure in rows["measure"].unique()]
    for name in ("value", *numbers):
        write = _chances if name == "p_value" else format_column
        cells[name] = [text for group in groups for text in write(group[name].tolist())]
    widths = {name: max(len(name), *map(len, column)) + GAP for name, column in cells.items()}
    shown = _that_fit(widths, console.width + GAP)
    made = make_table(console)
    for name in shown:
        made.add_column(name, justify="left" if name in ("measure", "model") else "right", no_wrap=True)
    last = None
    for row in zip(*(cells[name] for name in shown), strict=True):
        made.add_row("" if row[0] == last else row[0], *row[1:])
        last = row[0]
    return made, [name for name in cells if name not in shown]


def divergence_table(matrix: pd.DataFrame, console: Console) -> tuple[Table, list[str]]:
    """Lay out the divergences of all pairs for a console.

    Parameters
    ----------
    matrix : DataFrame
        KL(p‖q) in row p and column q, in nats.
    console : Console
        Where the table will be printed; its width decides how many columns there are.

    Returns
    -------
    tuple of Table and list of str
        The table, and the columns that did not fit.
    """
    cells = {str(name): [_digits(value) for value in matrix[name].tolist()] for name in matrix.columns}
    labels = [str(name) for name in matrix.index]
    room = console.width - max(map(len, [_CORNER, *labels]))
    made = make_table(console)
    made.add_column(_CORNER, no_wrap=True, overflow="ellipsis")
    shown = []
    for name, column in cells.items():
        room -= max(len(name), *map(len, column)) + GAP
        if room >= 0 or not shown:
            shown.append(name)
            made.add_column(name, justify="right", no_wrap=True, overflow="ellipsis")
    for i, label in enumerate(labels):
        made.add_row(label, *(cells[name][i] for name in shown))
    return made, [name for name in cells if name not in shown]


def _that_fit(widths: dict[str, int], room: int) -> list[str]:
    """Choose columns for a width, telling ones first, and keep their order; what a row is about is always there."""
    chosen: set[str] = set()
    for name in _TELLING:
        if widths[name] > room and name not in _KEYS:
            break
        room -= widths[name]
        chosen.add(name)
    return [name for name in widths if name in chosen]


def _chances(p_values: list[float]) -> list[str]:
    """Write probabilities; a dash where there is no test."""
    return ["-" if math.isnan(p) else f"<{_SMALLEST:g}" if p < _SMALLEST else f"{p:.3f}" for p in p_values]


def _digits(value: float) -> str:
    """Write a divergence with three digits; a dash where it is unknown."""
    if math.isnan(value):
        return "-"
    return "∞" if math.isinf(value) else f"{float(f'{value:.3g}'):g}"
