"""What each score is called, means, and when it is best."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Metric:
    """How a column of scores is presented.

    Parameters
    ----------
    name : str
        Name of the column.
    label : str
        What the page calls it.
    meaning : str
        Its definition in one line.
    target : float, default=0.0
        Best possible value; the model nearest to it is marked.
    """

    name: str
    label: str
    meaning: str
    target: float = 0.0


_PLAIN = (
    Metric("mae", "MAE", "Mean absolute error, in the unit of the data."),
    Metric("rmse", "RMSE", "Root of the mean squared error, in the unit of the data; large misses weigh more."),
    Metric("bias", "Bias", "Mean of forecast minus actual value; above 0 the forecasts are too high."),
    Metric("wape", "WAPE", "Sum of absolute errors divided by the sum of absolute actual values."),
    Metric("mre", "MRE", "Sum of absolute errors divided by the sum of absolute values."),
    Metric("smape", "sMAPE", "Mean of 200·|error| / (|actual| + |forecast|), from 0 to 200."),
    Metric(
        "mase",
        "MASE",
        "MAE divided by the seasonal naive's one-season-ahead MAE on the data up to the cutoff; unit-free.",
    ),
    Metric("rmsse", "RMSSE", "As MASE, with root mean squared errors in place of absolute ones."),
    Metric(
        "owa",
        "OWA",
        "Mean of sMAPE and MASE, each divided by that of the seasonally adjusted naive (Naive2); below 1 is better.",
    ),
    Metric(
        "crps",
        "CRPS",
        "Continuous ranked probability score: distance between the forecast distribution and the actual value, "
        "in the unit of the data.",
    ),
    Metric("pinball", "Pinball", "Mean quantile loss over the ends of all intervals, in the unit of the data."),
    Metric("msis", "MSIS", "Winkler score of the widest interval, divided by the same scale as MASE."),
    Metric("fit_seconds", "Fit (s)", "Seconds spent fitting, all cutoffs together."),
    Metric("predict_seconds", "Predict (s)", "Seconds spent forecasting, all cutoffs together."),
    Metric("transform_seconds", "Fill (s)", "Seconds spent filling gaps."),
    Metric("seconds", "Seconds", "Seconds spent fitting and forecasting, all cutoffs together."),
)
_BY_NAME = {metric.name: metric for metric in _PLAIN}

_TIMES = ("fit_seconds", "predict_seconds", "transform_seconds", "seconds")
_PRIMARY = ("mase", "mae", "rmse", "crps")
_NOT_RANKED = ("bias", *_TIMES)
_SKILLED = ("mase", "mae", "rmsse", "rmse", "wape", "mre", "smape", "crps", "pinball", "msis")


def metric_of(column: str) -> Metric:
    """Return how a column of scores is presented.

    Examples
    --------
    >>> metric_of("coverage-80").target
    0.8
    """
    if column in _BY_NAME:
        return _BY_NAME[column]
    kind, _, level = column.partition("-")
    if kind == "coverage":
        meaning = f"Share of actual values inside the {level}% interval; {level}% is best."
        return Metric(column, f"Coverage {level}", meaning, target=float(level) / 100)
    if kind == "winkler":
        meaning = f"Width of the {level}% interval, plus a penalty for each actual value outside it; lower is better."
        return Metric(column, f"Winkler {level}", meaning)
    return Metric(column, column, "A score of your own; lower is taken as better.")


def primary_metric(scores: pd.DataFrame) -> Metric | None:
    """Return the score that the page ranks by: MASE, else MAE, else what there is; None without any."""
    scored = [str(name) for name in scores.columns if pd.api.types.is_numeric_dtype(scores[name])]
    scored = [name for name in scored if scores.loc[:, name].notna().any()]
    preferred = [name for name in _PRIMARY if name in scored]
    others = [name for name in scored if name not in _NOT_RANKED]
    return next((metric_of(name) for name in (*preferred, *others)), None)


def skill_metrics(scores: pd.DataFrame, reference: str) -> list[Metric]:
    """Return the scores that a skill against ``reference`` makes sense for."""
    return [metric_of(name) for name in _SKILLED if name in scores and scores.loc[reference, name] > 0]


def charted_metrics(frame: pd.DataFrame, keys: Iterable[str]) -> list[Metric]:
    """Return the columns of a broken-down score frame worth drawing: no keys, no times, not all missing."""
    skipped = {*keys, *_TIMES}
    return [metric_of(str(name)) for name in frame.columns if name not in skipped and frame.loc[:, name].notna().any()]


def ranked(scores: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    """Return the rows with a score, the one nearest to the metric's target first, then those without."""
    return scores.loc[(scores.loc[:, metric.name] - metric.target).abs().sort_values(kind="stable").index]


def best_rows(values: pd.Series, metric: Metric) -> np.ndarray:
    """Return a mask of the models whose value is nearest to the metric's target, ties included."""
    distance = (values - metric.target).abs().to_numpy(float)
    if not np.isfinite(distance).any():
        return np.zeros(len(values), dtype=bool)
    return np.isclose(distance, np.nanmin(distance), rtol=1e-9, atol=0.0)
