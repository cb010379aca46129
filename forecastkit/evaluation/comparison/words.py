"""A comparison in words: which model is better, whether chance would explain it, and where two part."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .window_scores import MEASURES

_NAMES = {"log_score": "log score", "crps": "CRPS", "energy_score": "energy score"}
_UNITS = {"log_score": " nats", "crps": "", "energy_score": ""}
_SURE = 0.05
_SMALLEST = 0.001


def ranking_measure(table: pd.DataFrame) -> str:
    """Choose the score that models are ranked by: the log score where all have one, else the CRPS.

    Parameters
    ----------
    table : DataFrame
        As ``compare(models, y_test).table``.

    Returns
    -------
    str
    """
    scores = table.loc[table["measure"] == "log_score", "value"]
    return "log_score" if len(scores) and scores.notna().all() else "crps"


def difference_sentences(table: pd.DataFrame, model: str) -> list[str]:
    """Say of every score whether a model is better or worse than the reference by more than chance explains.

    Parameters
    ----------
    table : DataFrame
        As ``compare(models, y_test).table``.
    model : str
        Another one than the reference.

    Returns
    -------
    list of str
        A sentence a score that both have.
    """
    rows = table.loc[table["model"] == model].set_index("measure")
    said = []
    for measure in MEASURES:
        row = rows.loc[measure] if measure in rows.index else None
        if row is not None and not np.isnan(float(row["difference"])):
            said.append(_difference_sentence(measure, row))
    return said


def is_sure(p_value: float) -> bool:
    """Whether chance explains a difference in fewer than one of twenty comparisons; not where there is no test."""
    return bool(p_value < _SURE)


def parting_sentences(by_horizon: pd.DataFrame, reference: str) -> list[str]:
    """Say by which step models have parted from the reference by half.

    Parameters
    ----------
    by_horizon : DataFrame
        Columns ``p``, ``q``, ``step`` and ``value``.
    reference : str
        The model that is q.

    Returns
    -------
    list of str
        A sentence a model whose divergence is known and not 0.
    """
    said = []
    for model, rows in by_horizon.loc[by_horizon["q"] == reference].groupby("p", sort=False):
        values = rows["value"].to_numpy(float)
        total = values.sum()
        if model != reference and total > 0:
            step = int(np.argmax(np.cumsum(values) >= total / 2)) + 1
            first = "step" if step == 1 else f"{step} steps"
            said.append(f"Half of KL({model}‖{reference}), {number(total)} nats, comes from the first {first}.")
    return said


def number(value: float) -> str:
    """Return three digits of a number, without an exponent where that is not too long."""
    return f"{float(f'{value:.3g}'):,.10g}".replace("-", "−")


def _difference_sentence(measure: str, row: pd.Series) -> str:
    """Say how one score differs, and how sure that is."""
    difference, error, p_value = row.loc[["difference", "standard_error", "p_value"]].tolist()
    name, size = _NAMES[measure], f"{number(abs(difference))}{_UNITS[measure]}"
    if difference == 0:
        return f"By {name} there is no difference."
    side = "better" if difference < 0 else "worse"
    if np.isnan(p_value):
        return f"By {name} {size} {side}; the origins are too few for a test."
    chance = f"p < {_SMALLEST:g}" if p_value < _SMALLEST else f"p = {p_value:.2g}"
    verdict = "more than chance explains" if is_sure(p_value) else "which chance explains as well"
    return f"By {name} {size} {side} (± {number(error)}), {verdict} ({chance})."
