"""How often intervals of every level covered, and the histogram behind it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...plots.coverage import clustered_error

_ROUNDING = 1e-9


def reliability(pit: pd.DataFrame, window: np.ndarray, level: Sequence[float]) -> pd.DataFrame:
    """Measure the coverage of central intervals of every level.

    The interval of a level covers where |2 u - 1| ≤ level / 100, with u of `pit_values`: exact for levels whose bounds
    are among the quantiles that u comes from.

    Parameters
    ----------
    pit : DataFrame
        Values u, a row a forecast and a column a model; NaN where there is none.
    window : ndarray of int, shape (n_rows,)
        Number of each row's window, a series at a cutoff: rows of one are not independent.
    level : sequence of float
        Levels in percent.

    Returns
    -------
    DataFrame
        Columns ``model``, ``level`` (percent), ``coverage`` (a share), ``standard_error`` (windows taken as
        independent, NaN for a single one); a model without values has no rows.

    Examples
    --------
    >>> pit = pd.DataFrame({"ar": [0.1, 0.45, 0.55, 0.9]})
    >>> reliability(pit, np.arange(4), [50, 90])["coverage"].tolist()
    [0.5, 1.0]
    """
    rows = []
    for model in pit.columns:
        values = pit[model].to_numpy(dtype=float)
        known = ~np.isnan(values)
        distance, windows = 100 * np.abs(2 * values[known] - 1), window[known]
        if len(distance):
            for each in level:
                hit = distance <= each + _ROUNDING
                rows.append((model, each, hit.mean(), clustered_error(hit, windows)))
    return pd.DataFrame(rows, columns=pd.Index(["model", "level", "coverage", "standard_error"]))


def pit_histogram(pit: pd.DataFrame, bins: int = 10) -> pd.DataFrame:
    """Count how the values of the probability integral transform spread over [0, 1].

    Parameters
    ----------
    pit : DataFrame
        Values u, a row a forecast and a column a model; NaN where there is none.
    bins : int, default=10
        Number of equal parts.

    Returns
    -------
    DataFrame
        Columns ``model``, ``low`` and ``high`` (bounds of the part) and ``density`` (1 everywhere for a calibrated
        forecast); a model without values has no rows.
    """
    edges = np.linspace(0, 1, bins + 1)
    tables = []
    for model in pit.columns:
        values = pit[model].dropna().to_numpy(dtype=float)
        if len(values):
            density = np.histogram(values, edges)[0] * bins / len(values)
            tables.append(pd.DataFrame({"model": model, "low": edges[:-1], "high": edges[1:], "density": density}))
    empty = pd.DataFrame(columns=pd.Index(["model", "low", "high", "density"]))
    return pd.concat(tables, ignore_index=True) if tables else empty
