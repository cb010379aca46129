"""Which scores are put together: of one series or of all, at one lead time or at all."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from ...errors import InvalidFrameError
from .conformal import ConformalScores, needed_scores


def pooled_scores(
    scores: np.ndarray, pooling: Literal["global", "local"], coverage: float, ids: pd.Index
) -> ConformalScores:
    """Put scores together until there are enough for a coverage.

    Parameters
    ----------
    scores : ndarray, shape (n_origins, n_series, horizon)
        From `interval_scores`.
    pooling : {"global", "local"}
        Of all series together, or of each alone.
    coverage : float
        Highest coverage that has to be possible, below 1.
    ids : pandas.Index
        Names of the series.

    Returns
    -------
    ConformalScores
        With one group or one a series, and a step for every lead time unless these have too few each.

    Raises
    ------
    InvalidFrameError
        Those of all lead times together are too few.
    """
    if pooling == "global":
        scores = scores.reshape(-1, 1, scores.shape[2])
    pooled = ConformalScores(scores)
    if pooled.counts.min() < needed_scores(coverage):
        pooled = ConformalScores(np.moveaxis(scores, 2, 1).reshape(-1, scores.shape[1], 1))
        check_counts(pooled.counts, coverage, ids)
    return pooled


def check_counts(counts: np.ndarray, coverage: float, ids: pd.Index) -> None:
    """Raise InvalidFrameError where there are too few scores for a coverage.

    Parameters
    ----------
    counts : ndarray of int, shape (n_groups, n_steps)
        Numbers of scores, of one group or one a series.
    coverage : float
        Below 1.
    ids : pandas.Index
        Names of the series.
    """
    few = counts.min(axis=1)
    if few.min() >= needed_scores(coverage):
        return
    whose = "there are" if len(few) == 1 else f"series {ids[int(few.argmin())]!r} has"
    raise InvalidFrameError(
        f"intervals of {100 * coverage:g} % need {needed_scores(coverage)} errors of earlier forecasts, {whose} "
        f"{int(few.min())}: set a lower level, a shorter horizon or more n_origins, or give longer series"
        + ("" if len(few) == 1 else ", or pool the series with method='conformal' and pooling='global'")
    )
