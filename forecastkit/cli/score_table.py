"""The table of scores as a person reads it: as many columns as fit the width, the telling ones first."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from .console import GAP, make_table

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from .console import Console

_TELLING = (
    *("mae", "mase", "crps", "coverage", "rmse", "mre"),
    *("bias", "smape", "owa", "winkler", "rmsse", "msis", "seconds"),
)
_COVERAGE = "coverage-"


def score_table(scores: pd.DataFrame, baselines: Collection[str], console: Console) -> tuple[Table, list[str]]:
    """Lay out scores for a console.

    Parameters
    ----------
    scores : DataFrame
        A row per model, a column per score; NaN where a model has none. The name of its index stands above the names.
    baselines : collection of str
        Models that were added for comparison; they are marked.
    console : Console
        Where the table will be printed; its width decides how many columns there are.

    Returns
    -------
    tuple of Table and list of str
        The table, and the columns that did not fit.
    """
    from rich.text import Text

    cells = {str(name): _cells(str(name), scores[name].tolist()) for name in scores.columns}
    best = {str(name): best_row(str(name), scores[name].tolist()) for name in scores.columns}
    labels = [f"{name} (baseline)" if name in baselines else str(name) for name in scores.index]
    widths = {name: max(len(name), *map(len, column)) + GAP for name, column in cells.items()}
    heading = str(scores.index.name or "model")
    label_width = min(max(map(len, [heading, *labels])), console.width // 3)
    shown = columns_that_fit(widths, console.width - label_width - GAP)
    table = make_table(console)
    table.add_column(heading, no_wrap=True, overflow="ellipsis", max_width=label_width)
    for name in shown:
        table.add_column(name, justify="right", no_wrap=True)
    for i, label in enumerate(labels):
        style = "dim" if scores.index[i] in baselines else None
        row = (Text(cells[name][i], style="bold green" if best[name] == i else "") for name in shown)
        table.add_row(label, *row, style=style)
    return table, [name for name in cells if name not in shown]


def columns_that_fit(widths: dict[str, int], room: int) -> list[str]:
    """Choose columns for a width, telling ones first, and keep their order.

    Parameters
    ----------
    widths : dict of str to int
        Width of each column, in characters.
    room : int
        Characters there are.

    Examples
    --------
    >>> columns_that_fit({"mae": 8, "pinball": 9, "crps": 8}, room=16)
    ['mae', 'crps']
    """
    ranked = sorted(widths, key=_rank)
    chosen: set[str] = set()
    for name in ranked:
        if widths[name] > room:
            break
        room -= widths[name]
        chosen.add(name)
    return [name for name in widths if name in chosen]


def format_column(values: Sequence[float]) -> list[str]:
    """Write the numbers of a column with the same decimals, about four significant digits of the largest.

    Parameters
    ----------
    values : sequence of float
        The numbers; a missing one becomes a dash.

    Examples
    --------
    >>> format_column([12.3456, 0.5, float("nan")])
    ['12.35', '0.50', '-']
    """
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest and not 1e-4 <= largest < 1e9:
        return [f"{value:.3e}" if math.isfinite(value) else "-" for value in values]
    decimals = min(max(3 - math.floor(math.log10(largest)), 0), 7) if largest else 0
    rounded = [round(value, decimals) + 0.0 if math.isfinite(value) else value for value in values]  # no minus zero
    return [f"{value:.{decimals}f}" if not math.isnan(value) else "-" for value in rounded]


def best_row(name: str, values: Sequence[float]) -> int | None:
    """Find the best value of a score: the lowest, for a bias the nearest to 0, for a coverage to its level.

    Parameters
    ----------
    name : str
        The score, such as ``mae`` or ``coverage-80``.
    values : sequence of float
        One value per model; a coverage is a share.

    Returns
    -------
    int or None
        None for seconds, for a single model, and where no value is known.

    Examples
    --------
    >>> best_row("mae", [2.0, 1.5]), best_row("coverage-80", [0.95, 0.7])
    (1, 1)
    """
    known = [i for i, value in enumerate(values) if math.isfinite(value)]
    if name.endswith("seconds") or len(values) < 2 or not known:
        return None
    target = float(name.removeprefix(_COVERAGE)) / 100 if name.startswith(_COVERAGE) else 0.0
    return min(known, key=lambda i: abs(values[i] - target))


def _cells(name: str, values: Sequence[float]) -> list[str]:
    """Write a column of scores; a coverage in percent."""
    if not name.startswith(_COVERAGE):
        return format_column(values)
    return [f"{100 * value:.1f}%" if math.isfinite(value) else "-" for value in values]


def _rank(name: str) -> int:
    """Place of a column in the order of how telling it is."""
    return next((i for i, word in enumerate(_TELLING) if name.startswith(word) or name.endswith(word)), len(_TELLING))
