"""The page about imputers: scores, where they err, and pictures of filled gaps."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ...plots.graph import graph_words
from ...plots.palette import model_styles
from ...plots.time_axis import labels
from ..report.chart import skill_chart
from ..report.document import render_document, write_document
from ..report.metric import primary_metric
from ..report.page import arranged
from ..report.score_table import ScoreTable, score_table
from ..report.verdict import Parts, verdict
from .charts import (
    coverage_chart,
    gap_size_chart,
    graph_chart,
    hidden_share,
    picture_chart,
    sensor_chart,
    worst_sensors,
)
from .gap_choice import Gap, gap_label
from .pictures import chosen_gaps, filled_gap

if TYPE_CHECKING:
    from ...frames.sensor_graph import SensorGraph
    from .result import ImputationResult

_PATTERNS = {
    "point": "single values",
    "block": "faults, single values",
    "grin_point": "GRIN's points",
    "grin_block": "GRIN's blocks",
    "sensor": "whole sensors",
    "given": "a mask of your own",
}
_MEANINGS = {
    "crps": "Continuous ranked probability score: distance between the distribution that an imputer gives and the "
    "hidden value, in the unit of the data. Of an imputer without intervals it would be the MAE.",
    "fit_seconds": "Seconds spent fitting, mean over seeds.",
    "transform_seconds": "Seconds spent filling all gaps, intervals included, mean over seeds.",
    "unfilled": "Values left empty, which the sensor's mean stands for; mean over seeds.",
}
_LABELS = {"unfilled": "Left empty"}


def render_imputation_report(
    result: ImputationResult, title: str = "Imputation report", graph: SensorGraph | None = None
) -> str:
    """Return scored imputers as one self-contained HTML page.

    Parameters
    ----------
    result : ImputationResult
        What to present.
    title : str, default="Imputation report"
        Title of the page.
    graph : SensorGraph, default=None
        Adds a picture of it.

    Returns
    -------
    str
        HTML with its style, script and charts inside; a content security policy forbids every request.

    Notes
    -----
    Some 5 MB, of which plotly's script is nearly all. At most 12 gaps and 12 sensors are shown, and the page says by
    which rule they were chosen; the table and every other chart is of all hidden values.
    """
    scores = result.scores()
    metric = primary_metric(scores)
    scores = arranged(scores, metric)
    reference = result.reference
    words = "" if reference is None else f"the best baseline ({reference})"
    styles = model_styles(result.models, reference)
    styles = {str(model): styles[str(model)] for model in scores.index}
    best = str(scores.index[0])
    by_sensor, by_gap, by_seed = result.by_sensor(), result.by_gap(), result.by_seed()
    sensors = [] if metric is None else worst_sensors(by_sensor, metric, best)
    groups = chosen_gaps(result, best)
    charts = {
        "skill": skill_chart(scores, reference, styles) if reference is not None else None,
        "gap-size": gap_size_chart(by_gap, styles),
        "picture": picture_chart(
            [filled_gap(result, gap, list(styles)) for group in groups.values() for gap in group], styles
        ),
        "sensor": sensor_chart(by_sensor, sensors, styles),
        "coverage": coverage_chart(result, scores, styles),
        "graph": None if graph is None else graph_chart(graph),
    }
    return render_document(
        "imputation.html.jinja",
        title,
        styles,
        charts,
        result.settings,
        result.versions,
        verdict=verdict(
            scores,
            reference,
            words,
            Parts(_by_model(by_seed), "seed", "with {} of {} seeds"),
            Parts(_by_model(by_sensor), "unique_id", "in {} of {} sensors"),
            noun="imputer",
        ),
        facts=_facts(result),
        noun="imputer",
        metric=metric,
        table=_described(score_table(scores, result.baselines)),
        reference=reference,
        reference_words=words,
        best=best,
        groups={heading: [_gap_label(result, gap, heading) for gap in group] for heading, group in groups.items()},
        graph=graph,
        graph_words="" if graph is None else graph_words(graph),
        n_sensors=len(by_sensor["unique_id"].unique()),
        shown_sensors=len(sensors),
        n_seeds=len(result.seeds),
        skipped=result.skipped,
    )


def write_imputation_report(
    result: ImputationResult,
    path: str | os.PathLike[str],
    title: str = "Imputation report",
    graph: SensorGraph | None = None,
) -> Path:
    """Write scored imputers as one self-contained HTML file.

    Parameters
    ----------
    result : ImputationResult
        What to present.
    path : str or path
        The file; one that is there is replaced, in one step.
    title : str, default="Imputation report"
        Title of the page.
    graph : SensorGraph, default=None
        Adds a picture of it.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DirectoryError
        The file cannot be written; what was there before is unchanged.
    """
    return write_document(render_imputation_report(result, title, graph), path)


def _facts(result: ImputationResult) -> list[tuple[str, str]]:
    """Return what was scored, as names and values."""
    table = result.tables[0]
    ends = labels(table.index[[table.test_start, -1]])
    seeds = ", ".join(map(str, result.seeds))
    return [
        ("sensors", f"{len(table.ids):,}"),
        ("values scored", f"{len(result.imputed):,}"),
        ("of the test part", f"{100 * hidden_share(result):.1f}%"),
        ("what was hidden", _PATTERNS[result.settings["pattern"]["name"]]),
        ("test part", f"{ends[0]} – {ends[1]}"),
        ("seed" if len(result.seeds) == 1 else "seeds", seeds),
    ]


def _gap_label(result: ImputationResult, gap: Gap, heading: str) -> str:
    """Say in a few words which gap this is, and how well it was filled."""
    note = "" if heading == "longest" else f"MAE {gap.measure:.3g}"
    return gap_label(result.tables[0].ids[gap.sensor], gap, note)


def _described(table: ScoreTable) -> ScoreTable:
    """Give scores the meaning that they have for imputers."""
    columns = [
        replace(
            column,
            meaning=_MEANINGS.get(column.name, column.meaning),
            label=_LABELS.get(column.name, column.label),
        )
        for column in table.columns
    ]
    return ScoreTable(columns, table.rows)


def _by_model(frame: pd.DataFrame) -> pd.DataFrame:
    """Name the imputers as the parts of the report do that they share with models."""
    return frame.rename(columns={"imputer": "model"})
