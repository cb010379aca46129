"""The charts of the page about imputers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...plots.coverage import coverage_columns, coverage_standard_errors, draw_coverage
from ...plots.drawing import Drawing
from ...plots.filled_gap import FilledGap, draw_filled_gap
from ...plots.gap_size import draw_gap_size
from ...plots.graph import draw_graph
from ...plots.palette import ModelStyle
from ...plots.sensor_scores import draw_sensor_scores
from ..report.chart import Chart, affordable, by_metric, packed, sized
from ..report.metric import Metric, charted_metrics, ranked

if TYPE_CHECKING:
    from ...frames.sensor_graph import SensorGraph
    from .result import ImputationResult

MOST_SENSORS = 12
_PICTURE_HEIGHT = 420


def gap_size_chart(by_gap: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> Chart | None:
    """Return the scores by class of gaps; None where there is one class only."""
    if len(by_gap["gap"].unique()) < 2:
        return None
    metrics = affordable(by_gap, charted_metrics(by_gap, ("imputer", "gap", "n")))
    return by_metric(metrics, lambda metric: sized(draw_gap_size(by_gap, metric.name, styles), metric))


def sensor_chart(by_sensor: pd.DataFrame, sensors: list[Any], styles: Mapping[str, ModelStyle]) -> Chart | None:
    """Return the scores of some sensors; None where there is one only."""
    if len(sensors) < 2:
        return None
    metrics = affordable(by_sensor, charted_metrics(by_sensor, ("imputer", "unique_id", "n")))
    return by_metric(metrics, lambda metric: draw_sensor_scores(by_sensor, metric.name, sensors, styles))


def worst_sensors(by_sensor: pd.DataFrame, metric: Metric, model: str) -> list[Any]:
    """Return the sensors that are hardest for one imputer, the hardest first."""
    rows = by_sensor.loc[by_sensor["imputer"] == model].set_index("unique_id")
    return ranked(rows, metric).index[::-1][:MOST_SENSORS].tolist()


def coverage_chart(result: ImputationResult, scores: pd.DataFrame, styles: Mapping[str, ModelStyle]) -> Chart | None:
    """Return measured beside nominal coverage; None where no imputer has intervals."""
    columns = coverage_columns(scores)
    if not columns:
        return None
    rows = result.estimates.loc[result.estimates["y"].notna()]
    gaps = rows.assign(cutoff=rows.groupby(["seed", "_start"], sort=False).ngroup())  # a gap misses as a whole
    errors = coverage_standard_errors(gaps, result.models, result.level)
    return Chart(packed({"": draw_coverage(scores, errors, columns, styles)}), [])


def picture_chart(gaps: Sequence[FilledGap], styles: Mapping[str, ModelStyle], *, hidden: bool = True) -> Chart:
    """Return pictures of filled gaps, keyed by their number; with rings where values were ``hidden``."""
    drawings = [draw_filled_gap(gap, styles, hidden=hidden) for gap in gaps]
    return Chart(packed({str(i): sized(drawing, None, _PICTURE_HEIGHT) for i, drawing in enumerate(drawings)}), [])


def graph_chart(graph: SensorGraph) -> Chart:
    """Return a picture of a graph of sensors; what it holds is said by the page."""
    drawing = draw_graph(graph, None)
    layout = {key: value for key, value in drawing.layout.items() if key != "annotations"}
    return Chart(packed({"": Drawing(drawing.traces, layout)}), [])


def hidden_share(result: ImputationResult) -> float:
    """Return the share of the observed values of the test part that were hidden, over all seeds."""
    shares = []
    for table in result.tables:
        observed = ~np.isnan(table.actual[table.test_start :])
        shares.append(table.hidden[table.test_start :].sum() / observed.sum())
    return float(np.mean(shares))
