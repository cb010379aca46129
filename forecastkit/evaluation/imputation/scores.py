"""Scores of estimates of hidden values, over all of them or by groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...errors import InvalidParameterError, nearest

METRICS = ("mae", "rmse", "mre", "crps", "coverage", "winkler")


def check_imputation_metrics(metrics: Sequence[Any] | str | Callable[..., float] | None) -> tuple[Any, ...]:
    """Return the scores asked for, all by default.

    Parameters
    ----------
    metrics : sequence of str or callable, default=None
        Names, or functions ``f(actual, estimate) -> float`` of two arrays.

    Raises
    ------
    InvalidParameterError
        A name is not known.
    """
    if metrics is None:
        return METRICS
    chosen = [metrics] if isinstance(metrics, str) or callable(metrics) else list(metrics)
    for metric in chosen:
        if not callable(metric) and metric not in METRICS:
            raise InvalidParameterError(f"there is no metric {metric!r}; {nearest(metric, METRICS)}")
    if not chosen:
        raise InvalidParameterError(f"'metrics' is empty: name some of {', '.join(METRICS)}")
    return tuple(chosen)


def group_scores(
    rows: pd.DataFrame,
    crps: pd.DataFrame,
    model: str,
    level: Sequence[float],
    metrics: Sequence[Any],
    keys: Sequence[np.ndarray | pd.Series],
) -> pd.DataFrame:
    """Score one imputer in every group of hidden values.

    Parameters
    ----------
    rows : DataFrame
        Columns ``y``, the imputer's name and its bounds.
    crps : DataFrame
        Score of every row, a column an imputer.
    model : str
        The imputer.
    level : sequence of float
        Interval levels in percent.
    metrics : sequence
        From `check_imputation_metrics`.
    keys : sequence of array-like of length n_rows
        What rows are grouped by.

    Returns
    -------
    DataFrame
        A row a group, a column a score; NaN for scores of intervals where the imputer has none.

    Notes
    -----
    Within a group all values weigh the same: MAE is Σ|e| / n, RMSE (Σ e² / n)^½ and MRE Σ|e| / Σ|y|, e the error.
    """
    from scoringrules import interval_score

    actual, estimate = rows["y"].to_numpy(float), rows[model].to_numpy(float)
    error = estimate - actual
    terms: dict[str, np.ndarray] = {"absolute": np.abs(error), "square": error**2, "size": np.abs(actual)}
    terms["crps"] = crps[model].to_numpy(float)
    for each in level:
        terms[f"coverage-{each}"] = terms[f"winkler-{each}"] = np.full(len(rows), np.nan)
        if f"{model}-lo-{each}" in rows:
            lower, upper = (rows[f"{model}-{side}-{each}"].to_numpy(float) for side in ("lo", "hi"))
            inside = (lower <= actual) & (actual <= upper)
            terms[f"coverage-{each}"] = np.where(np.isnan(lower), np.nan, inside)
            terms[f"winkler-{each}"] = np.asarray(interval_score(actual, lower, upper, 1 - each / 100))
    means = pd.DataFrame(pd.DataFrame(terms, index=rows.index).groupby(list(keys), observed=True).mean())
    made: dict[str, Callable[[], dict[str, Any]]] = {
        "mae": lambda: {"mae": means["absolute"]},
        "rmse": lambda: {"rmse": means["square"] ** 0.5},
        "mre": lambda: {"mre": means["absolute"] / means["size"].where(means["size"] > 0)},
        "crps": lambda: {"crps": means["crps"]},
        "coverage": lambda: {f"coverage-{each}": means[f"coverage-{each}"] for each in level},
        "winkler": lambda: {f"winkler-{each}": means[f"winkler-{each}"] for each in level},
    }
    columns: dict[str, Any] = {}
    for metric in metrics:
        if isinstance(metric, str):
            columns |= made[metric]()
        else:
            groups = rows.groupby(list(keys), observed=True)
            name = getattr(metric, "__name__", str(metric))
            columns[name] = groups.apply(_scored_by(metric, model), include_groups=False)
    return pd.DataFrame(columns, index=means.index)


def _scored_by(metric: Callable[..., float], model: str) -> Callable[[pd.DataFrame], float]:
    """Return the function that scores the rows of a group."""
    return lambda group: float(metric(group["y"].to_numpy(float), group[model].to_numpy(float)))
