"""Scores of forecasts, by the functions of utilsforecast and scoringrules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from utilsforecast import losses

from ..errors import InvalidParameterError, nearest

POINT_METRICS = ("mae", "rmse", "bias", "wape", "smape", "mase", "rmsse", "owa")
MASE_SCALE, RMSSE_SCALE, NAIVE2 = "_mase_scale", "_rmsse_scale", "_naive2"
INTERVAL_METRICS = ("crps", "pinball", "coverage", "winkler", "msis")


def check_metrics(metrics: Sequence[Any] | None) -> tuple[Any, ...]:
    """Return the metrics asked for, all by default.

    Parameters
    ----------
    metrics : sequence of str or callable, default=None
        Names, or functions with the signature of utilsforecast's losses
        ``f(df, models, id_col, target_col, cutoff_col)``.

    Raises
    ------
    InvalidParameterError
        A name is not known.
    """
    known = (*POINT_METRICS, *INTERVAL_METRICS)
    if metrics is None:
        return known
    chosen = [metrics] if isinstance(metrics, str) or callable(metrics) else list(metrics)
    for metric in chosen:
        if not callable(metric) and metric not in known:
            raise InvalidParameterError(f"there is no metric {metric!r}; {nearest(metric, known)}")
    return tuple(chosen)


def score(
    frame: pd.DataFrame,
    crps: pd.DataFrame,
    models: Sequence[str],
    level: Sequence[float],
    metrics: Sequence[Any],
    by: Sequence[str],
) -> dict[str, pd.DataFrame]:
    """Score every model in every group of rows.

    Parameters
    ----------
    frame : DataFrame
        Rows with columns ``y``, the models and their bounds, `MASE_SCALE`, `RMSSE_SCALE`, `NAIVE2` and the grouping
        columns.
    crps : DataFrame
        Score of every row, a column a model.
    models : sequence of str
        Columns to score.
    level : sequence of float
        Interval levels in percent.
    metrics : sequence
        From `check_metrics`.
    by : sequence of str
        One or two grouping columns.

    Returns
    -------
    dict of DataFrame
        For every score's column name a frame of groups x models; NaN for a model without intervals.
    """
    columns = _columns(by)
    probabilistic = [model for model in models if f"{model}-lo-{level[0]}" in frame] if level else []
    scaled = _scaled(frame, [*models, NAIVE2], probabilistic, level, MASE_SCALE)
    point = list(models)

    def table(
        function: Callable[..., pd.DataFrame], names: Any, rows: pd.DataFrame = frame, **extra: Any
    ) -> pd.DataFrame:
        """Call a utilsforecast loss and index its result by group; without models there is nothing to call."""
        if not names:
            return pd.DataFrame(np.nan, index=rows.groupby(list(by)).size().index, columns=list(models))
        return function(rows, models=names, **extra, **columns).set_index(list(by)).reindex(columns=list(models))

    functions: dict[str, Callable[[], Mapping[str, pd.DataFrame]]] = {
        "mae": lambda: {"mae": table(losses.mae, point)},
        "rmse": lambda: {"rmse": table(losses.rmse, point)},
        "bias": lambda: {"bias": table(losses.bias, point)},
        "wape": lambda: {"wape": table(losses.nd, point)},
        "smape": lambda: {"smape": 200 * table(losses.smape, point)},
        "mase": lambda: {"mase": table(losses.mae, point, scaled)},
        "rmsse": lambda: {"rmsse": table(losses.rmse, point, _scaled(frame, models, [], level, RMSSE_SCALE))},
        "owa": lambda: _owa_terms(frame, scaled, point, by),
        "crps": lambda: {"crps": pd.DataFrame(crps.groupby([frame[name] for name in by]).mean(), columns=point)},
        "pinball": lambda: {"pinball": _pinball(table, probabilistic, level)},
        "coverage": lambda: {f"coverage-{each}": table(losses.coverage, probabilistic, level=each) for each in level},
        "winkler": lambda: {
            f"winkler-{each}": table(losses.winkler_score, probabilistic, level=each) for each in level
        },
        "msis": lambda: {"msis": table(losses.winkler_score, probabilistic, scaled, level=max(level))} if level else {},
    }
    result: dict[str, pd.DataFrame] = {}
    for metric in metrics:
        if not isinstance(metric, str):
            result[getattr(metric, "__name__", str(metric))] = table(metric, point)
        else:
            result.update(functions[metric]())
    return result


def owa(smape: pd.DataFrame, mase: pd.DataFrame) -> pd.DataFrame:
    """Overall weighted average: mean of sMAPE and MASE relative to Naive2's, whose column is ``naive2``."""
    relative = [terms.div(terms[NAIVE2].where(terms[NAIVE2] != 0), axis=0) for terms in (smape, mase)]
    return ((relative[0] + relative[1]) / 2).drop(columns=NAIVE2)


def _owa_terms(
    frame: pd.DataFrame, scaled: pd.DataFrame, models: list[str], by: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Ingredients of OWA, which is a ratio of averages and formed last."""
    names = [*models, NAIVE2]
    return {
        "owa-smape": losses.smape(frame, models=names, **_columns(by)).set_index(list(by)),
        "owa-mase": losses.mae(scaled, models=names, **_columns(by)).set_index(list(by)),
    }


def _columns(by: Sequence[str]) -> dict[str, str]:
    """Arguments that make a utilsforecast loss group by one column or two; it ignores a second one that is absent."""
    return {"id_col": by[0], "cutoff_col": by[1] if len(by) > 1 else "", "target_col": "y"}


def _pinball(table: Callable[..., pd.DataFrame], models: list[str], level: Sequence[float]) -> pd.DataFrame:
    """Mean quantile loss over the bounds of all levels."""
    sides = [("lo", (100 - each) / 200, each) for each in level] + [("hi", (100 + each) / 200, each) for each in level]
    quantiles = np.array([probability for _, probability, _ in sides])
    names = {model: [f"{model}-{side}-{each}" for side, _, each in sides] for model in models}
    return table(losses.mqloss, names, quantiles=quantiles)


def _scaled(
    frame: pd.DataFrame, models: Sequence[str], probabilistic: list[str], level: Sequence[float], scale: str
) -> pd.DataFrame:
    """Actual values, forecasts and bounds in units of a scale; rows without one are left out."""
    names = [f"{model}-{side}-{each}" for model in probabilistic for side in ("lo", "hi") for each in level]
    values = ["y", *models, *names]
    rows = frame.loc[frame[scale] > 0]
    keys = [column for column in frame.columns if column not in values]
    return pd.concat([rows.loc[:, keys], rows.loc[:, values].div(rows[scale], axis=0)], axis=1)
