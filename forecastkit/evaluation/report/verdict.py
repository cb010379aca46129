"""The verdict: in words, which model did best and by how much."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from .metric import Metric, metric_of, primary_metric, ranked

_LEVEL = 0.005


@dataclass(frozen=True)
class Verdict:
    """What the page says before it shows anything.

    Parameters
    ----------
    headline : Markup
        Which model is best, and its distance to the reference.
    details : list of Markup
        How steady that is, other scores, coverage.
    """

    headline: Markup
    details: list[Markup]


@dataclass(frozen=True, eq=False)
class Parts:
    """Scores by parts of the data, in which the best model can be counted.

    Parameters
    ----------
    frame : DataFrame
        Columns ``model``, `key` and scores.
    key : str
        What tells the parts apart.
    where : str
        How the count reads, such as ``"at {} of {} cutoffs"``.
    """

    frame: pd.DataFrame
    key: str
    where: str


def verdict(scores: pd.DataFrame, reference: str | None, words: str, *parts: Parts, noun: str = "model") -> Verdict:
    """Put the scores into words, those of the reference before all.

    Parameters
    ----------
    scores : DataFrame
        A row a model.
    reference : str or None
        The model that the others are measured against.
    words : str
        What the reference is called in a sentence.
    *parts : Parts
        The scores by cutoff, by series and the like.
    noun : str, default="model"
        What is scored.

    Returns
    -------
    Verdict
    """
    metric = primary_metric(scores)
    if metric is None:
        return Verdict(Markup("It was not scored."), [])
    values = ranked(scores, metric).loc[:, metric.name].dropna()
    others = [str(name) for name in values.index if name != reference]
    details = []
    if others and reference in values.index and metric.target == 0:
        details += _steadiness(metric, others[0], str(reference), words, parts)
    details += _other_scores(scores, str(values.index[0]))
    details += _coverage(scores, str(values.index[0]))
    return Verdict(_headline(values, metric, reference, words, others, noun), details)


def _headline(
    values: pd.Series, metric: Metric, reference: str | None, words: str, others: list[str], noun: str
) -> Markup:
    """Say who is best and how it stands to the reference, whoever wins; `values` are in order, the best first."""
    best, label, score = str(values.index[0]), metric.label, f"{values.iloc[0]:.3g}"
    if reference is None or metric.target != 0:
        return _strong("{} has the best {}, {}.", best, label, score)
    if reference not in values.index:
        return _strong("{} has the lowest {}, {}; {} could not be scored.", best, label, score, words)
    if not others:
        return _strong("Only {} was scored: {} {}.", reference, label, score)
    base, other = float(values.loc[reference]), float(values.loc[others[0]])
    if abs(other - base) <= _LEVEL * base:
        return _strong("{} is level with {}: {} {}.", others[0], words, label, score)
    if best != reference:
        gain = _percent(1 - other / base)
        return _strong("{} has the lowest {}, {}: {} below {}.", best, label, score, gain, words)
    text = "No {} beats {}: its {} of {} is the lowest; the next, {}, has {}."
    return _strong(text, noun, words, label, score, others[0], f"{other:.3g}", bold=4)


def _steadiness(metric: Metric, model: str, reference: str, words: str, parts: Sequence[Parts]) -> list[Markup]:
    """Say in how many parts the model was better than the reference."""
    texts = []
    for part in parts:
        if metric.name not in part.frame:
            continue
        pair = part.frame.loc[part.frame["model"].isin([model, reference])]
        table = pair.pivot(index=part.key, columns="model", values=metric.name).dropna()
        if len(table) > 1:
            wins = int((table.loc[:, model] < table.loc[:, reference]).sum())
            texts.append(part.where.format(f"{wins:,}", f"{len(table):,}"))
    if not texts:
        return []
    return [_strong("{} is better than {} {}.", model, words, " and ".join(texts))]


def _other_scores(scores: pd.DataFrame, best: str) -> list[Markup]:
    """Name the winner by other kinds of score, where it is another model."""
    texts = []
    for name in ("rmse", "crps"):
        if name in scores and scores.loc[:, name].notna().any():
            winner = str(scores[name].idxmin())
            if winner != best:
                texts.append(_strong("By {} the best is {}.", metric_of(name).label, winner, bold=1))
    return texts


def _coverage(scores: pd.DataFrame, best: str) -> list[Markup]:
    """Say how much the widest interval of the best model covered."""
    columns = [name for name in scores.columns if str(name).startswith("coverage-")]
    if not columns:
        return []
    widest = max(columns, key=lambda name: metric_of(name).target)
    kept = float(scores.loc[best, widest])
    if math.isnan(kept):
        return [_strong("{} has no intervals.", best)]
    level = widest.removeprefix("coverage-")
    return [_strong("The {}% intervals of {} covered {:.1f}% of the values.", level, best, 100 * kept, bold=1)]


def _percent(share: float) -> str:
    """Return a share as percent with no more digits than it deserves."""
    return f"{100 * share:,.0f}%" if share >= 0.1 else f"{100 * share:.1f}%"


def _strong(template: str, *values: object, bold: int = 0) -> Markup:
    """Fill a template with escaped values, the one numbered ``bold`` set in bold."""
    marked = [Markup("<strong>{}</strong>").format(value) if i == bold else value for i, value in enumerate(values)]
    return Markup(template).format(*marked)
