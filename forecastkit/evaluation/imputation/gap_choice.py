"""The gaps that pages show pictures of: the longest ones, typical ones and extreme ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

PICTURES_A_GROUP = 4
_LEAST_CONTEXT, _MOST_CONTEXT = 12, 60
_LONGEST_SHOWN = 240


@dataclass(frozen=True)
class Gap:
    """Values of one sensor that are missing in a row.

    Parameters
    ----------
    sensor : int
        Number of the sensor.
    start : int
        First row of the gap.
    length : int
        Number of rows.
    measure : float
        What gaps are compared by: an error, or the width of intervals.
    """

    sensor: int
    start: int
    length: int
    measure: float


def ordered_gaps(gaps: pd.DataFrame) -> list[Gap]:
    """Return gaps as they are ordered in a frame with the columns sensor, start, length and measure."""
    columns = (gaps[name].tolist() for name in ("sensor", "start", "length", "measure"))
    return [Gap(*values) for values in zip(*columns, strict=True)]


def gap_choice(gaps: pd.DataFrame, extreme: str) -> dict[str, list[Gap]]:
    """Return the longest gaps, typical ones and those of the largest measure, each of another sensor if possible.

    Parameters
    ----------
    gaps : DataFrame
        Columns sensor, start, length and measure, a row a gap; measures may be NaN.
    extreme : str
        Heading of those of the largest measure.

    Returns
    -------
    dict of str to list of Gap
        By heading; a gap that is shown already is not shown again. Without measures, typical gaps are of the middle
        length, and none are extreme.

    Examples
    --------
    >>> gaps = pd.DataFrame({"sensor": [0, 1, 1], "start": [5, 9, 2], "length": [7, 1, 1], "measure": [0.1, 0.2, 0.9]})
    >>> {heading: len(group) for heading, group in gap_choice(gaps, "worst").items()}
    {'longest': 3}
    """
    gaps = gaps.sort_values(["length", "sensor", "start"], ascending=[False, True, True], ignore_index=True)
    measure, length = gaps["measure"].to_numpy(float), gaps["length"].to_numpy(float)
    by = measure if np.isfinite(measure).any() else length
    known = np.flatnonzero(np.isfinite(measure))
    orders = {
        "longest": gaps,
        "typical": gaps.iloc[np.argsort(np.abs(by - np.nanmedian(by)), kind="stable")] if len(by) else gaps,
        extreme: gaps.iloc[known[np.argsort(-measure[known], kind="stable")]],
    }
    shown: list[int] = []
    chosen = {}
    for heading, ordered in orders.items():
        group = _of_different_sensors(ordered.loc[~ordered.index.isin(shown)])
        shown += group.index.tolist()
        chosen[heading] = ordered_gaps(group)
    return {heading: group for heading, group in chosen.items() if group}


def picture_rows(gap: Gap, first: int, end: int) -> tuple[int, int]:
    """Return the first row, and one past the last, of the picture of a gap; of a very long one the beginning.

    Parameters
    ----------
    gap : Gap
    first, end : int
        The rows that there are.
    """
    context = int(np.clip(gap.length, _LEAST_CONTEXT, _MOST_CONTEXT))
    start = max(gap.start - context, first)
    return start, min(max(gap.start, start) + min(gap.length, _LONGEST_SHOWN) + context, end)


def gap_label(name: Any, gap: Gap, note: str = "") -> str:
    """Say in a few words which gap this is."""
    steps = "1 step" if gap.length == 1 else f"{gap.length:,} steps"
    return " · ".join([str(name), steps, *([note] if note else [])])


def _of_different_sensors(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the first few gaps of different sensors, then of the same ones where there are not enough."""
    again = gaps["sensor"].duplicated().to_numpy()
    return pd.concat([gaps.loc[~again].head(PICTURES_A_GROUP), gaps.loc[again].head(PICTURES_A_GROUP)]).head(
        PICTURES_A_GROUP
    )
