"""Recognising the layout of a Series or DataFrame."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from ..errors import InvalidFrameError, nearest
from .panel import Layout
from .wording import count_of, shown

_DEFAULT_NAMES = ("unique_id", "ds", "y")


def layout_of(
    y: pd.Series | pd.DataFrame, *, id_col: str = "unique_id", time_col: str = "ds", target_col: str = "y"
) -> Layout:
    """Recognise the layout of ``y`` and keep what results need to go back.

    Parameters
    ----------
    y : Series or DataFrame
        The data.
    id_col, time_col, target_col : str
        Column names of a long frame.

    Returns
    -------
    Layout
        Without `rows`, which depend on the time grid.

    Raises
    ------
    InvalidFrameError
        ``y`` is not a pandas object, is empty or has no known layout.
    """
    if not isinstance(y, pd.Series | pd.DataFrame):
        raise InvalidFrameError(
            f"Expected a pandas Series or DataFrame, got {type(y).__name__}; wrap it with its times: "
            "pd.Series(values, index=pd.date_range('2024-01-01', periods=len(values), freq='D')) for one series, "
            "pd.DataFrame(values, index=...) for a column per series."
        )
    if len(y) == 0:
        raise InvalidFrameError("The data is empty: it has no rows; check the filter or file it comes from.")
    if isinstance(y, pd.DataFrame) and y.shape[1] == 0:
        raise InvalidFrameError(
            "The frame has no columns; it needs one column per series, or id, time and target columns."
        )
    if isinstance(y.index, pd.MultiIndex):
        return _multiindex_layout(y, (id_col, time_col, target_col))
    if isinstance(y, pd.Series):
        return Layout("series", id_col, time_col, target_col, name=y.name, is_series=True, index=y.index)
    if is_long(y, (id_col, time_col, target_col)):
        return Layout("long", id_col, time_col, target_col, columns_name=y.columns.name, index=y.index)
    _check_unsplit(y.columns)
    return Layout("wide", id_col, time_col, target_col, columns_name=y.columns.name, index=y.index)


def is_long(frame: pd.DataFrame, names: tuple[str, str, str]) -> bool:
    """Say whether a frame is long, refusing one that is neither long nor wide.

    Parameters
    ----------
    frame : DataFrame
        Without a MultiIndex of rows.
    names : tuple of str
        Names of the id, time and target column.

    Returns
    -------
    bool

    Raises
    ------
    InvalidFrameError
        The frame has no time index and its columns are not those named.
    """
    id_col, time_col, _ = names
    has_id, has_time = id_col in frame.columns, time_col in frame.columns
    if has_id and has_time:
        return True
    if isinstance(frame.index, pd.DatetimeIndex | pd.PeriodIndex):
        if has_id:
            raise InvalidFrameError(
                f"The frame has a column {id_col!r} and its times in the index: bring the times into a column with "
                f"y.rename_axis({time_col!r}).reset_index()."
            )
        return False
    if has_id or has_time:
        return True
    kinds = {str(name): dtype for name, dtype in zip(frame.columns, frame.dtypes, strict=True)}
    times = [
        name
        for name, dtype in kinds.items()
        if pd.api.types.is_datetime64_any_dtype(dtype) or isinstance(dtype, pd.PeriodDtype)
    ]
    texts = [
        name
        for name, dtype in kinds.items()
        if name not in times and (pd.api.types.is_string_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype))
    ]
    if not times and not texts and names == _DEFAULT_NAMES:
        return False
    numbers = [name for name in kinds if name not in times and name not in texts]
    guess = (*texts[:1], "...")[0], (*times[:1], *texts[-1:], "...")[0], (*numbers[-1:], "...")[0]
    if not times and len(texts) == 1:
        guess = ("...", *guess[1:])
    raise InvalidFrameError(
        f"The frame has neither a time index nor the columns {shown(list(names))}; its columns are "
        f"{shown(list(frame.columns), 6)}. For a long frame name them: "
        f"as_panel(y, id_col={guess[0]!r}, time_col={guess[1]!r}, target_col={guess[2]!r}); for one column per series "
        f"put the times into the index: y.set_index({guess[1]!r})."
    )


def target_values(y: pd.Series | pd.DataFrame, layout: Layout) -> pd.Series:
    """Target column of a long or MultiIndex frame, refusing extra columns.

    Parameters
    ----------
    y : Series or DataFrame
        The data.
    layout : Layout
        Its layout.

    Returns
    -------
    Series
    """
    if isinstance(y, pd.Series):
        return y
    if layout.kind == "multiindex":
        return cast(pd.Series, y.iloc[:, 0])
    wanted = [layout.id_col, layout.time_col, layout.target_col]
    check_key_columns(y, {"id_col": layout.id_col, "time_col": layout.time_col, "target_col": layout.target_col})
    extra = [name for name in y.columns if name not in wanted]
    if extra:
        raise InvalidFrameError(
            f"The long frame has {count_of(len(extra), 'extra column')}: {shown(extra, 5)}. Nothing is used "
            f"silently: select y[{wanted}], and pass covariates as X."
        )
    return cast(pd.Series, y[layout.target_col])


def check_key_columns(frame: pd.DataFrame, named: dict[str, str]) -> None:
    """Refuse a long frame without, or with two, of the named columns.

    Parameters
    ----------
    frame : DataFrame
        The long frame.
    named : dict
        Argument name (such as ``"id_col"``) to column name.
    """
    for argument, name in named.items():
        count = int(np.sum(frame.columns == name))
        if count > 1:
            raise InvalidFrameError(f"The long frame has {count} columns named {name!r}; keep one.")
        if count == 0:
            others = [column for column in frame.columns if column not in named.values()]
            alone = " For a single series without ids use y.set_index(time)[target]." if argument == "id_col" else ""
            raise InvalidFrameError(
                f"The long frame has no column {name!r}; name it with {argument}= "
                f"({nearest(name, others) if others else 'no other columns are left'}).{alone}"
            )


def _multiindex_layout(y: pd.Series | pd.DataFrame, names: tuple[str, str, str]) -> Layout:
    """Layout of data with a (series, time) MultiIndex."""
    index = cast(pd.MultiIndex, y.index)
    if index.nlevels != 2:
        raise InvalidFrameError(
            f"The index has {index.nlevels} levels {list(index.names)}; it needs two, (series, time): "
            "join the levels that name a series into one."
        )
    time_kinds = pd.DatetimeIndex | pd.PeriodIndex
    if isinstance(index.levels[0], time_kinds) and not isinstance(index.levels[1], time_kinds):
        raise InvalidFrameError(
            "The MultiIndex is (time, series); it has to be (series, time): y.swaplevel().sort_index()."
        )
    if isinstance(y, pd.DataFrame) and y.shape[1] != 1:
        raise InvalidFrameError(
            f"A frame with a (series, time) MultiIndex needs one column, the target; it has {y.shape[1]}: "
            f"{shown(list(y.columns), 5)}. Select one: y[[{y.columns[0]!r}]], and pass covariates as X."
        )
    target = names[2] if isinstance(y, pd.Series) else y.columns[0]
    return Layout(
        "multiindex",
        cast(str, index.names[0]),
        cast(str, index.names[1]),
        target,
        name=y.name if isinstance(y, pd.Series) else None,
        is_series=isinstance(y, pd.Series),
        columns_name=None if isinstance(y, pd.Series) else y.columns.name,
        index=index,
    )


def _check_unsplit(columns: pd.Index) -> None:
    """Refuse a wide frame whose columns are a MultiIndex."""
    if isinstance(columns, pd.MultiIndex):
        raise InvalidFrameError(
            f"The columns are a MultiIndex {list(columns.names)}; a wide frame needs one plain name per series: "
            "y.columns = ['/'.join(map(str, name)) for name in y.columns]."
        )
