"""The page of a comparison: scores, tests in words, and how far apart the models are."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from ...plots.comparison import draw_differences
from ...plots.divergence import draw_divergence, draw_divergence_matrix
from ...plots.palette import ModelStyle, model_styles
from ...plots.time_axis import labels
from ..identity import versions
from ..report.chart import Chart, by_metric, packed, sized
from ..report.document import render_document, write_document
from ..report.metric import Metric
from ..report.score_table import ScoreTable, score_table
from ..report.verdict import Verdict
from .window_scores import MEASURES
from .words import difference_sentences, is_sure, number, parting_sentences, ranking_measure

if TYPE_CHECKING:
    from .result import ComparisonResult

_LABELS = {"log_score": "Log score", "crps": "CRPS", "energy_score": "Energy score"}
_MEANINGS = {
    "log_score": "Minus the log density of all values of a window together, in nats; lower is better. Its expected "
    "difference between two models is the difference of their divergences from the truth.",
    "crps": "Continuous ranked probability score: distance between the forecast distribution and the actual value, "
    "in the unit of the data.",
    "energy_score": "The same for the path of a window as a whole: distance between its distribution and what came, in "
    "the unit of the data.",
}
_MOST_PAIRS = 90


def render_comparison(result: ComparisonResult, title: str = "Comparison") -> str:
    """Return a comparison as one self-contained HTML page.

    Parameters
    ----------
    result : ComparisonResult
        What to present.
    title : str, default="Comparison"
        Title of the page.

    Returns
    -------
    str
        HTML with its style, script and charts inside; a content security policy forbids every request.

    Notes
    -----
    Some 5 MB, of which plotly's script is nearly all. Divergences by lead time are shown for 90 pairs at most.
    """
    measure = ranking_measure(result.table)
    scores = result.scores()
    scores = scores.iloc[np.argsort(scores[measure].to_numpy(float), kind="stable")]
    styles = model_styles(result.models, result.reference)
    styles = {str(model): styles[str(model)] for model in scores.index}
    pairs = _pairs(result)
    matrix = result.divergences()
    return render_document(
        "comparison.html.jinja",
        title,
        styles,
        {
            "difference": _difference_chart(result, styles),
            "matrix": Chart(packed({"": draw_divergence_matrix(matrix)}), [])
            if matrix.notna().any(axis=None)
            else None,
            "parting": _parting_chart(pairs),
        },
        result.settings,
        versions(),
        verdict=_verdict(result, scores, measure),
        facts=_facts(result),
        noun="model",
        metric=replace(_metrics(scores)[measure], label=_in_text(measure)),
        table=_table(scores),
        reference=None,
        against=result.reference,
        tests={name: difference_sentences(result.table, name) for name in styles if name != result.reference},
        pairs=[f"KL({p}‖{q})" for p, q in pairs],
        partings=parting_sentences(result.by_horizon, result.reference),
    )


def write_comparison(result: ComparisonResult, path: str | os.PathLike[str], title: str = "Comparison") -> Path:
    """Write a comparison as one self-contained HTML file.

    Parameters
    ----------
    result : ComparisonResult
        What to present.
    path : str or path
        The file; one that is there is replaced, in one step.
    title : str, default="Comparison"
        Title of the page.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    DirectoryError
        The file cannot be written; what was there before is unchanged.
    """
    return write_document(render_comparison(result, title), path)


def _metrics(scores: pd.DataFrame) -> dict[str, Metric]:
    """How the scores are presented; a log score may be negative, so that the lowest one is the target."""
    lowest = {name: float(np.fmin.reduce(scores[name].to_numpy(float))) for name in MEASURES}
    return {name: Metric(name, _LABELS[name], _MEANINGS[name], lowest[name]) for name in MEASURES}


def _table(scores: pd.DataFrame) -> ScoreTable:
    """Scores as text, the lowest of each marked."""
    return score_table(scores.loc[:, list(MEASURES)], (), list(_metrics(scores).values()))


def _difference_chart(result: ComparisonResult, styles: dict[str, ModelStyle]) -> Chart | None:
    """Return the differences from the reference by score; None for a single model."""
    known = result.table.loc[result.table["difference"].notna() & (result.table["model"] != result.reference)]
    metrics = [Metric(name, _LABELS[name], _MEANINGS[name]) for name in MEASURES if name in set(known["measure"])]
    return by_metric(metrics, lambda metric: draw_differences(result.table, metric.name, result.reference, styles))


def _pairs(result: ComparisonResult) -> dict[tuple[str, str], pd.DataFrame]:
    """Divergences by lead time, those from the reference first."""
    frame = result.by_horizon.loc[result.by_horizon["p"] != result.by_horizon["q"]]
    pairs = {(str(p), str(q)): rows for (p, q), rows in frame.groupby(["p", "q"], sort=False)}
    order = sorted(pairs, key=lambda pair: result.reference not in pair)
    return {pair: pairs[pair] for pair in order[:_MOST_PAIRS]}


def _parting_chart(pairs: dict[tuple[str, str], pd.DataFrame]) -> Chart | None:
    """Return what each lead time adds to the divergences, keyed by the number of the pair."""
    if not pairs:
        return None
    return Chart(packed({str(i): sized(draw_divergence(rows), None) for i, rows in enumerate(pairs.values())}), [])


def _verdict(result: ComparisonResult, scores: pd.DataFrame, measure: str) -> Verdict:
    """Say which model is best, and whether chance would explain that."""
    values = scores[measure].dropna()
    if values.empty:
        return Verdict(Markup("It was not scored."), [])
    best, reference, label = str(values.index[0]), result.reference, _in_text(measure)
    unit = " nats" if measure == "log_score" else ""
    score = f"{number(float(values.iloc[0]))}{unit}"
    if len(scores) == 1:
        return Verdict(Markup("Only <strong>{}</strong> was scored: {} {}.").format(best, label, score), [])
    if best == reference:
        text = Markup("No model beats <strong>{}</strong> by {}: {} is the lowest.").format(best, label, score)
    else:
        gain, p_value = (float(scores.loc[best, f"{measure}-{key}"]) for key in ("difference", "p"))
        how = "more than chance explains" if is_sure(p_value) else "which chance may explain"
        text = Markup("<strong>{}</strong> has the lowest {}, {}: {} below {}, {}.").format(
            best, label, score, number(abs(gain)), reference, how
        )
    return Verdict(text, _distances(result))


def _in_text(measure: str) -> str:
    """Name of a score inside a sentence."""
    return _LABELS[measure] if _LABELS[measure].isupper() else _LABELS[measure].lower()


def _distances(result: ComparisonResult) -> list[Markup]:
    """Name the pairs whose forecasts are nearest and farthest."""
    rows = result.table.loc[(result.table["measure"] == "kl") & (result.table["model"] != result.table["reference"])]
    rows = rows.loc[rows["value"].notna()].sort_values("value", kind="stable")
    if len(rows) < 4:  # both directions of one pair
        return []
    text = Markup("The forecasts that are {} are those of {} and {}: KL {} nats.")
    texts = []
    for word, place in (("nearest", 0), ("farthest apart", -1)):
        row = rows.iloc[place]
        size = "∞" if row["value"] == float("inf") else number(float(row["value"]))
        texts.append(text.format(word, row["model"], row["reference"], size))
    return texts


def _facts(result: ComparisonResult) -> list[tuple[str, str]]:
    """Return the size of the comparison, as names and values."""
    cutoffs = pd.Index(result.windows["cutoff"].unique()).sort_values()
    ends = labels(cutoffs[[0, -1]])
    return [
        ("series", f"{len(result.windows['unique_id'].unique()):,}"),
        ("origins", f"{result.n_origins:,}"),
        ("steps ahead", f"{result.horizon:,}"),
        ("steps between origins", f"{result.step:,}"),
        ("first and last origin", f"{ends[0]} – {ends[1]}"),
    ]
