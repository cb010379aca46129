"""The page of a backtest."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ...plots.palette import model_styles
from ...plots.time_axis import labels
from .chart import (
    coverage_chart,
    cutoff_chart,
    forecast_chart,
    lead_time_chart,
    pit_chart,
    reliability_chart,
    skill_chart,
)
from .document import render_document, write_document
from .metric import Metric, primary_metric, ranked
from .score_table import score_table
from .selection import select
from .stability import stability_chart, stability_parts
from .verdict import Parts, verdict

if TYPE_CHECKING:
    from ..result import BacktestResult


def render_report(result: BacktestResult, title: str = "Backtest report", *, stability: bool = True) -> str:
    """Return a backtest as one self-contained HTML page.

    Parameters
    ----------
    result : BacktestResult
        The backtest to present.
    title : str, default="Backtest report"
        Title of the page.
    stability : bool, default=True
        Ask whether the models' errors stay bounded, which takes up to some seconds a model.

    Returns
    -------
    str
        HTML with its style, script and charts inside; a content security policy forbids every request.

    Notes
    -----
    Some 5 MB, of which plotly's script is nearly all. At most 12 series and 6 cutoffs of each are shown as
    forecasts, and the page says by which rule they were chosen; every table and every other chart is of all data.
    """
    scores = result.scores()
    metric = primary_metric(scores)
    scores = arranged(scores, metric)
    reference, words = result.reference, reference_words(result)
    styles = model_styles(result.models, reference)
    styles = {str(model): styles[str(model)] for model in scores.index}
    by_cutoff, by_series = result.by_cutoff(), result.by_series()
    selection = select(result, by_series, metric, str(scores.index[0]))
    stable = stability_parts(result, list(styles)) if stability else {}
    charts = {
        "skill": skill_chart(scores, reference, styles) if reference is not None else None,
        "lead-time": lead_time_chart(result.by_horizon(), styles),
        "forecast": forecast_chart(result, selection, styles),
        "coverage": coverage_chart(result, scores, styles),
        "reliability": reliability_chart(result, styles),
        "pit": pit_chart(result, styles),
        "cutoff": cutoff_chart(by_cutoff, styles),
        "stability": stability_chart(stable),
    }
    return render_document(
        "page.html.jinja",
        title,
        styles,
        charts,
        result.settings,
        result.versions,
        verdict=verdict(
            scores,
            reference,
            words,
            Parts(by_cutoff, "cutoff", "at {} of {} cutoffs"),
            Parts(by_series, "unique_id", "in {} of {} series"),
        ),
        facts=_facts(result, len(by_cutoff["cutoff"].unique())),
        noun="model",
        metric=metric,
        table=score_table(scores, result.baselines),
        reference=reference,
        reference_words=words,
        selection=selection,
        stability={name: section.sentences for name, section in stable.items()},
    )


def reference_words(result: BacktestResult) -> str:
    """Say what the reference is: the seasonal naive, or the naive forecast where there is no season."""
    if result.reference is None:
        return ""
    period = result.settings["models"][result.reference]["parameters"]["seasonal_period"]
    seasonal = result.seasonal_period > 1 and period in (result.seasonal_period, "auto")
    return "the seasonal naive" if seasonal else "the naive forecast"


def write_report(
    result: BacktestResult, path: str | os.PathLike[str], title: str = "Backtest report", *, stability: bool = True
) -> Path:
    """Write a backtest as one self-contained HTML file.

    Parameters
    ----------
    result : BacktestResult
        The backtest to present.
    path : str or path
        The file; one that is there is replaced, in one step.
    title : str, default="Backtest report"
        Title of the page.
    stability : bool, default=True
        As for `render_report`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DirectoryError
        The file cannot be written; what was there before is unchanged.
    """
    return write_document(render_report(result, title, stability=stability), path)


def arranged(scores: pd.DataFrame, metric: Metric | None) -> pd.DataFrame:
    """Return the scores with the best model, and the score it is best by, first."""
    if metric is None:
        return scores
    return ranked(scores, metric).loc[:, [metric.name, *(name for name in scores.columns if name != metric.name)]]


def _facts(result: BacktestResult, n_cutoffs: int) -> list[tuple[str, str]]:
    """Return the size of the backtest, as names and values."""
    cutoffs = pd.Index(result.forecasts["cutoff"].unique()).sort_values()
    ends = labels(cutoffs[[0, -1]])
    return [
        ("series", f"{len(result.forecasts['unique_id'].unique()):,}"),
        ("cutoffs", f"{n_cutoffs:,}"),
        ("steps ahead", f"{result.horizon:,}"),
        ("values forecast", f"{len(result.forecasts):,}"),
        ("cutoff", ends[0]) if len(cutoffs) == 1 else ("first and last cutoff", f"{ends[0]} – {ends[1]}"),
    ]
