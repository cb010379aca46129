"""Static covariates: what is constant in each series, as a frame with a row a series or as columns of X."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...errors import InvalidFrameError, nearest
from ...frames import Covariates, Panel
from ...frames.wording import shown


def frame_rows(frame: pd.DataFrame, panel: Panel) -> tuple[np.ndarray, dict[Any, tuple[str, ...]]]:
    """Rows of a static frame for the series of a panel.

    Parameters
    ----------
    frame : DataFrame
        A row for each series, which its index names; columns of numbers or text.
    panel : Panel
        The series.

    Returns
    -------
    values : ndarray, shape (n_series, n_columns)
        Text as places among its labels.
    categories : dict
        Labels of the columns of text, by name.

    Raises
    ------
    InvalidFrameError
        A series has no row, or two; a value is missing or infinite.

    Examples
    --------
    >>> from forecastkit.frames import as_panel
    >>> panel = as_panel(pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0]}, index=pd.RangeIndex(2)))
    >>> frame_rows(pd.DataFrame({"kind": ["hot", "cold"]}, index=["b", "a"]), panel)
    (array([[0.],
           [1.]]), {'kind': ('cold', 'hot')})
    """
    if not frame.index.is_unique:
        raise InvalidFrameError(
            f"static_covariates has two rows for {shown(list(frame.index[frame.index.duplicated()]))}: keep one each"
        )
    place = frame.index.get_indexer(panel.ids)
    lacking = panel.ids[place < 0]
    if len(lacking):
        raise InvalidFrameError(
            f"static_covariates has no row for {len(lacking)} of the series of y, "
            f"{lacking[0]!r} first; {nearest(lacking[0], frame.index)}: its index has to name every series"
        )
    categories: dict[Any, tuple[str, ...]] = {}
    columns = []
    for name in frame.columns:
        column = frame[name].iloc[place]
        if column.isna().any():
            raise InvalidFrameError(
                f"static_covariates: {name!r} is missing for series {column.index[column.isna()][0]!r}: fill it"
            )
        if pd.api.types.is_numeric_dtype(column.dtype):
            columns.append(column.to_numpy(dtype=float))
            if not np.isfinite(columns[-1]).all():
                raise InvalidFrameError(f"static_covariates: {name!r} is infinite: give finite numbers")
        else:
            labels, codes = np.unique(column.astype(str).to_numpy(dtype=object).astype(str), return_inverse=True)
            categories[name] = tuple(labels.tolist())
            columns.append(codes.astype(float))
    return np.column_stack(columns) if columns else np.empty((panel.n_series, 0)), categories


def column_rows(
    names: tuple[Any, ...], X: Covariates, panel: Panel
) -> tuple[np.ndarray, Mapping[Any, tuple[str, ...]]]:
    """Values of columns of X that are constant in each series of a panel.

    Parameters
    ----------
    names : tuple
        The columns.
    X : Covariates
    panel : Panel

    Returns
    -------
    values : ndarray, shape (n_series, n_columns)
    categories : dict
        Labels of the columns of text, by name.

    Raises
    ------
    InvalidFrameError
        A column changes within a series.
    """
    columns = X.columns(names)
    rows = columns.rows(panel.starts, panel.lengths)
    first = rows[panel.offsets[:-1]]
    moves = rows != np.repeat(first, panel.lengths, axis=0)
    if moves.any():
        j = int(np.argmax(moves.any(axis=0)))
        series = panel.ids[panel.series_index[int(np.argmax(moves[:, j]))]]
        raise InvalidFrameError(
            f"static_covariates: the column {names[j]!r} of X changes within series {series!r}: leave it out of "
            "static_covariates, and it counts as known ahead"
        )
    return first, columns.categories
