"""The scores as rows of text, the best of each column marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .metric import Metric, best_rows, metric_of


@dataclass(frozen=True)
class Cell:
    """One score: its text, the number to sort by, and whether it is the best of its column."""

    text: str
    value: float | None
    best: bool


@dataclass(frozen=True)
class Row:
    """The scores of one model."""

    model: str
    baseline: bool
    cells: list[Cell]


@dataclass(frozen=True)
class ScoreTable:
    """The table of scores: its columns and its rows, best model first."""

    columns: list[Metric]
    rows: list[Row]


def score_table(
    scores: pd.DataFrame, baselines: Collection[str], metrics: Sequence[Metric] | None = None
) -> ScoreTable:
    """Lay out scores, rows as they come; columns without a single value are left out.

    Parameters
    ----------
    scores : DataFrame
        A row a model, a column a metric.
    baselines : collection of str
        Models that were added for comparison.
    metrics : sequence of Metric, default=None
        How the columns are presented; None for what their names stand for.

    Returns
    -------
    ScoreTable

    Examples
    --------
    >>> table = score_table(pd.DataFrame({"mae": [1.5, 2.0]}, index=["ar", "naive"]), ["naive"])
    >>> [(row.model, row.baseline, row.cells[0].text, row.cells[0].best) for row in table.rows]
    [('ar', False, '1.500', True), ('naive', True, '2.000', False)]
    """
    known = [metric_of(str(name)) for name in scores.columns] if metrics is None else metrics
    columns = [metric for metric in known if scores.loc[:, metric.name].notna().any()]
    texts = {column.name: _texts(scores.loc[:, column.name], column, _typical(scores, column)) for column in columns}
    marks = {column.name: best_rows(scores.loc[:, column.name], column) for column in columns}
    rows = []
    for i, model in enumerate(scores.index):
        cells = []
        for column in columns:
            value = float(scores[column.name].iloc[i])
            kept = value if np.isfinite(value) else None
            cells.append(Cell(texts[column.name][i], kept, bool(marks[column.name][i]) and len(scores) > 1))
        rows.append(Row(str(model), model in baselines, cells))
    return ScoreTable(columns, rows)


def _typical(scores: pd.DataFrame, metric: Metric) -> float:
    """Return the size that the decimals of a column are chosen by; a bias is as precise as the errors beside it."""
    name = "mae" if metric.name == "bias" and "mae" in scores else metric.name
    sizes = scores[name].abs().to_numpy(float)
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    return float(np.median(sizes)) if len(sizes) else 1.0


def _texts(values: pd.Series, metric: Metric, typical: float) -> list[str]:
    """Write the numbers of a column with the same decimals, about four digits of the typical one."""
    numbers = values.to_numpy(float)
    if metric.name.startswith("coverage-"):
        return ["–" if np.isnan(value) else f"{100 * value:.1f}%" for value in numbers]
    if typical >= 1e7 or typical < 1e-4:
        return [_minus(f"{value:.3e}") if np.isfinite(value) else "–" for value in numbers]
    digits = 2 if metric.name.endswith("seconds") else 3
    decimals = int(np.clip(digits - np.floor(np.log10(typical)), 0, 6))
    return [_minus(f"{value:,.{decimals}f}") if np.isfinite(value) else "–" for value in numbers]


def _minus(text: str) -> str:
    """Set a leading hyphen as a minus sign."""
    return text.replace("-", "−", 1) if text.startswith("-") else text
