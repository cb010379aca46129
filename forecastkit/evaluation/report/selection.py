"""Which forecasts the page shows, where all would be too many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .metric import Metric, ranked

if TYPE_CHECKING:
    from ..result import BacktestResult

MOST_SERIES = 12
MOST_CUTOFFS = 6
_MOST_NUMBERS = 120_000
_NUMBERS_A_BAND = 3


@dataclass(frozen=True)
class Group:
    """Series shown under one heading of the selector: ids and what is said of each."""

    heading: str
    ids: list[object]
    notes: list[str]


@dataclass(frozen=True)
class Selection:
    """The series and how many cutoffs of each are shown.

    Parameters
    ----------
    groups : list of Group
        The series, in groups.
    n_cutoffs : int
        Cutoffs of each series, spread evenly, the first and the last among them.
    n_history : int
        Observations shown before a cutoff.
    rule : str
        The choice in words; empty where everything is shown.
    """

    groups: list[Group]
    n_cutoffs: int
    n_history: int
    rule: str


def select(result: BacktestResult, by_series: pd.DataFrame, metric: Metric | None, best: str) -> Selection:
    """Choose the series that went best, in the middle and worst for the ``best`` model.

    Parameters
    ----------
    result : BacktestResult
        The backtest.
    by_series : DataFrame
        Its scores by series.
    metric : Metric or None
        The score that series are ranked by; None where nothing was scored.
    best : str
        The model whose score counts.

    Returns
    -------
    Selection
        At most 12 series and 6 cutoffs each, fewer where forecasts are so long that the page would grow heavy.
    """
    ids = list(result.forecasts["unique_id"].unique())
    n_series, n_cutoffs, n_history = _bounds(result, len(ids))
    errors = _errors(by_series, metric, best)
    scored = errors.index.tolist()
    rules = []
    if metric is not None and n_series < len(ids) and len(scored) >= n_series >= 3:
        groups = _thirds(scored, n_series, errors, metric)
        rules.append(
            f"{n_series} of {len(ids):,} series: those where the {metric.label} of {best} is best, "
            "in the middle and worst"
        )
    else:
        kept = ids[:n_series]
        groups = [Group("", kept, [""] * len(kept))]
        if n_series < len(ids):
            rules.append(f"the first {n_series} of {len(ids):,} series")
    most = result.forecasts.groupby("unique_id", observed=True)["cutoff"].nunique().to_numpy().max()
    if n_cutoffs < most:
        rules.append(f"{n_cutoffs} of {most:,} cutoffs, evenly spread from the first to the last")
    return Selection(groups, n_cutoffs, n_history, "; ".join(rules))


def spread(cutoffs: pd.Index, count: int) -> pd.Index:
    """Return ``count`` of the sorted cutoffs, evenly spread, the first and the last among them.

    Examples
    --------
    >>> spread(pd.Index([10, 20, 30, 40, 50]), 3).tolist()
    [10, 30, 50]
    """
    if len(cutoffs) <= count:
        return cutoffs
    if count == 1:
        return cutoffs[-1:]
    return cutoffs[np.round(np.linspace(0, len(cutoffs) - 1, count)).astype(int)]


def _bounds(result: BacktestResult, total: int) -> tuple[int, int, int]:
    """Return the number of series, of cutoffs each, and of observations before a cutoff that the page can bear."""
    n_history = int(np.clip(max(3 * result.horizon, 2 * result.seasonal_period), 30, 240))
    bands = sum(f"-lo-{level}" in str(name) for name in result.forecasts.columns for level in result.level)
    numbers = n_history + result.horizon * (2 + len(result.models) + _NUMBERS_A_BAND * bands)
    windows = max(_MOST_NUMBERS // numbers, 1)
    n_series = min(total, MOST_SERIES, max(windows // 2, 1))
    return n_series, max(min(MOST_CUTOFFS, windows // n_series), 1), n_history


def _errors(frame: pd.DataFrame, metric: Metric | None, best: str) -> pd.Series:
    """Return the error of the ``best`` model by series, lowest first; only series that have one."""
    if metric is None or metric.name not in frame:
        return pd.Series(dtype=float)
    rows = frame.loc[frame["model"] == best]
    return ranked(rows.set_index("unique_id"), metric).loc[:, metric.name].dropna()


def _thirds(ordered: list[Any], count: int, errors: pd.Series, metric: Metric) -> list[Group]:
    """Return the first, the middle and the last of the ordered series."""
    third = count // 3
    middle_count = count - 2 * third
    start = int(np.clip((len(ordered) - middle_count) // 2, third, len(ordered) - third - middle_count))
    parts = (
        ("best", ordered[:third]),
        ("middle", ordered[start : start + middle_count]),
        ("worst", ordered[len(ordered) - third :]),
    )
    return [Group(heading, part, [f"{metric.label} {errors[name]:.3g}" for name in part]) for heading, part in parts]
