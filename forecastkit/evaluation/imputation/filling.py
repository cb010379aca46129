"""The page about filled gaps: how much was missing, what stands there now, and how sure that is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from ...frames import Panel
from ...plots.graph import graph_words
from ...plots.palette import model_styles
from ...plots.time_axis import labels
from ..identity import describe, versions
from ..report.document import render_document, write_document
from ..report.metric import Metric
from ..report.score_table import Cell, Row, ScoreTable
from ..report.verdict import Verdict
from .charts import graph_chart, picture_chart
from .filled_sensors import FilledSensors, filled_sensors
from .gap_choice import Gap, gap_choice, gap_label

if TYPE_CHECKING:
    from ...frames.sensor_graph import SensorGraph

_MOST_ROWS = 200
_CHOSEN = {
    "linear": "On values that were held out and hidden, the linear-Gaussian model alone did best: it filled the gaps, "
    "without the network.",
    "interpolation": "On values that were held out and hidden, straight lines did best: they filled the gaps, and not "
    "the network.",
}


def render_filling(
    table: pd.DataFrame,
    panel: Panel,
    name: str,
    imputer: Any,
    *,
    graph: SensorGraph | None = None,
    title: str = "Filled gaps",
) -> str:
    """Return gaps that were really missing, and what fills them, as one self-contained HTML page.

    Parameters
    ----------
    table : DataFrame
        Columns ``imputed``, and ``imputed-lo-80``, ``imputed-hi-80``, ... where there are intervals: a row for every
        value of ``panel``, in its order.
    panel : Panel
        The data with their gaps, every series of which spans the whole grid.
    name : str
        Name of the imputer.
    imputer : estimator
        The imputer, fitted; its settings are written down.
    graph : SensorGraph, default=None
        Adds a picture of it.
    title : str, default="Filled gaps"
        Title of the page.

    Returns
    -------
    str
        HTML with its style, script and charts inside; a content security policy forbids every request.

    Notes
    -----
    Some 5 MB, of which plotly's script is nearly all. At most 12 gaps and 200 sensors are shown.
    """
    filled = filled_sensors(table, panel, name)
    styles = model_styles([name])
    groups = gap_choice(filled.gaps, "widest")
    gaps = [gap for group in groups.values() for gap in group]
    by_sensor = filled.by_sensor()
    return render_document(
        "filling.html.jinja",
        title,
        styles,
        {
            "picture": picture_chart([filled.picture(gap) for gap in gaps], styles, hidden=False) if gaps else None,
            "graph": None if graph is None else graph_chart(graph),
        },
        {"imputer": describe(imputer)},
        versions(),
        verdict=Verdict(_headline(filled), _details(filled, by_sensor, imputer)),
        facts=_facts(filled, name),
        table=_sensor_table(filled, by_sensor),
        noun="sensor",
        groups={heading: [_gap_label(filled, gap, heading) for gap in group] for heading, group in groups.items()},
        levels=list(filled.bounds),
        n_sensors=len(filled.ids),
        graph=graph,
        graph_words="" if graph is None else graph_words(graph),
    )


def write_filling(
    table: pd.DataFrame,
    panel: Panel,
    name: str,
    imputer: Any,
    path: str | os.PathLike[str],
    *,
    graph: SensorGraph | None = None,
    title: str = "Filled gaps",
) -> Path:
    """Write gaps that were really missing, and what fills them, as one self-contained HTML file.

    Parameters
    ----------
    table, panel, name, imputer, graph, title
        As for `render_filling`.
    path : str or path
        The file; one that is there is replaced, in one step.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DirectoryError
        The file cannot be written; what was there before is unchanged.
    """
    return write_document(render_filling(table, panel, name, imputer, graph=graph, title=title), path)


def _headline(filled: FilledSensors) -> Markup:
    """Say how much was filled, and which gap is the longest."""
    length, sensor = (filled.gaps[name].to_numpy(int) for name in ("length", "sensor"))
    if not len(length):
        return Markup("Nothing is missing: there was nothing to fill.")
    count, sensors, every = int(length.sum()), len(np.unique(sensor)), len(filled.ids)
    where = f"all {every:,} sensors" if sensors == every else f"{sensors:,} of {every:,} sensors"
    words = ("value", "was") if count == 1 else ("values", "were")
    text = Markup("<strong>{:,} {}</strong> {} filled in {}").format(
        count, words[0], words[1], where if every > 1 else "one sensor"
    )
    longest = np.flatnonzero(length == length.max())
    steps = int(length.max())
    if steps == 1:
        return text + Markup("." if count == 1 else "; no two missing in a row.")
    if steps == len(filled.index):
        return text + Markup("; {} no value at all.").format(
            "one sensor has" if len(longest) == 1 else f"{len(longest):,} sensors have"
        )
    return text + Markup("; the longest gap is {:,} steps{}.").format(steps, _whose(filled, longest))


def _details(filled: FilledSensors, by_sensor: pd.DataFrame, imputer: Any) -> list[Markup]:
    """Say how sure the filled values are, and what is particular about them."""
    details = []
    missing, width = by_sensor["missing"].to_numpy(int), by_sensor["width"].to_numpy(float)
    empty = np.flatnonzero(missing == len(filled.index))
    if 0 < len(empty) < len(missing):
        names = ", ".join(str(name) for name in filled.ids[empty[:3]]) + (", …" if len(empty) > 3 else "")
        verbs = ("was", "is", "its") if len(empty) == 1 else ("were", "are", "their")
        details.append(
            Markup("{} {} never measured, and {} estimated without a value of {} own.").format(names, *verbs)
        )
        length = filled.gaps["length"].where(filled.gaps["length"] < len(filled.index), 0).to_numpy(int)
        if length.max():
            longest = np.flatnonzero(length == length.max())
            text = "The longest gap of the others is {}{}."
            steps = "1 step" if length.max() == 1 else f"{length.max():,} steps"
            details.append(Markup(text).format(steps, _whose(filled, longest)))
    if not missing.any():
        return details
    if chosen := _CHOSEN.get(getattr(imputer, "chosen_", "")):
        details.append(Markup(chosen))
    known = np.isfinite(width)
    if filled.widest is None:
        details.append(Markup("{} gives no intervals.").format(filled.name))
    elif known.any():
        text = (
            "The {0}% intervals are on average <strong>{1}</strong> as wide as the range that holds {0}% of a sensor's"
        )
        mean = _percent(float(np.average(width[known], weights=missing[known])))
        details.append(Markup(text + " observed values.").format(filled.widest, mean))
    return details


def _whose(filled: FilledSensors, gaps: np.ndarray) -> Markup:
    """Name the sensor of a gap, where there is one such gap and more than one sensor."""
    if len(gaps) > 1 or len(filled.ids) == 1:
        return Markup("")
    return Markup(", of <em>{}</em>").format(filled.ids[int(filled.gaps["sensor"].to_numpy(int)[gaps[0]])])


def _facts(filled: FilledSensors, name: str) -> list[tuple[str, str]]:
    """Return what there was, as names and values."""
    ends = labels(filled.index[[0, -1]])
    return [
        ("sensors", f"{len(filled.ids):,}"),
        ("steps", f"{len(filled.index):,}"),
        ("first and last", f"{ends[0]} – {ends[1]}"),
        ("of all values missing", _percent(float(filled.missing.mean()))),
        ("gaps", f"{len(filled.gaps):,}"),
        ("filled by", name),
    ]


def _sensor_table(filled: FilledSensors, by_sensor: pd.DataFrame) -> ScoreTable:
    """Lay out the sensors, those of which most is missing first."""
    order = np.argsort(-by_sensor["missing"].to_numpy(int), kind="stable")
    shown = by_sensor.iloc[order[:_MOST_ROWS]]
    columns = [
        Metric("missing", "Missing", "Values that were not observed."),
        Metric("share", "Share", "Values that were not observed, as a share of all steps."),
        Metric("gaps", "Gaps", "Stretches of missing values."),
        Metric("longest", "Longest gap", "Values missing in a row, in steps."),
    ]
    texts = {"missing": "{:,.0f}".format, "share": _percent, "gaps": "{:,.0f}".format, "longest": "{:,.0f}".format}
    if filled.widest is not None:
        meaning = (
            f"Mean width of the {filled.widest}% intervals of the filled values, relative to the range that holds "
            f"{filled.widest}% of the sensor's observed values: near 100% little more is known than that range, near "
            "0% the value is nearly certain."
        )
        columns.append(Metric("width", f"Width of {filled.widest}% interval", meaning))
        texts["width"] = _percent
    rows = []
    for name, values in zip(shown.index, shown.to_dict("records"), strict=True):
        cells = []
        for column in columns:
            value = float(values[column.name])
            known = np.isfinite(value)
            cells.append(Cell(texts[column.name](value) if known else "–", value if known else None, best=False))
        rows.append(Row(str(name), False, cells))
    return ScoreTable(columns, rows)


def _gap_label(filled: FilledSensors, gap: Gap, heading: str) -> str:
    """Say in a few words which gap this is, and how wide its intervals are."""
    known = heading != "longest" and np.isfinite(gap.measure)
    return gap_label(filled.ids[gap.sensor], gap, f"width {_percent(gap.measure)}" if known else "")


def _percent(share: float) -> str:
    """Return a share as percent; what is little is not nothing."""
    if 0 < share < 0.0005:
        return "< 0.1%"
    return f"{100 * share:.1f}%" if share < 0.1 else f"{100 * share:,.0f}%"
