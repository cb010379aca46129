"""The data section: the series to forecast, and their covariates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ..datasets import list_datasets, load_dataset
from ..errors import ConfigurationError, InvalidFrameError, nearest
from ..frames import Panel, as_panel
from ..frames.table_file import TableFile, read_table_file

if TYPE_CHECKING:
    from .schema import DataSection


@dataclass(frozen=True)
class Data:
    """What a data section stands for.

    Parameters
    ----------
    panel : Panel
        The series.
    X : DataFrame or None
        The covariates, past and future, in the layout of the data.
    """

    panel: Panel
    X: pd.DataFrame | None


def load_data(section: DataSection, folder: str | Path, *, whole: bool = False) -> Data:
    """Load the series and covariates that a data section names.

    Parameters
    ----------
    section : DataSection
        The checked section.
    folder : str or Path
        Where a relative path in ``source`` starts: the directory of the configuration file.
    whole : bool, default=False
        Keep series without a value and missing values at the start, as for `as_panel`.

    Returns
    -------
    Data

    Raises
    ------
    ConfigurationError
        A key does not apply to this source, or names a column or series that is not there.
    DatasetError, InvalidFrameError
        The source cannot be found, downloaded or read, or breaks the data contract.

    Notes
    -----
    With covariates, rows at the end without any target are the future: they are taken off the series, and their
    covariates are kept.
    """
    table, found = _read(section, Path(folder))
    if found is not None and found.layout == "long":
        target = section.target_col or found.target_col
        return _long(section, table, found.time_col, found.id_col, target, whole=whole)
    if "unique_id" in table.columns:  # a data set in long form
        return _long(section, table, "ds", "unique_id", section.target_col or "y", whole=whole)
    return _wide(section, table, whole=whole)


def _read(section: DataSection, folder: Path) -> tuple[pd.DataFrame, TableFile | None]:
    """Read a data set, or a file with what was found out about it."""
    how = ("separator", "decimal", "encoding", "date_format", "time_col", "id_col")
    given = {key: value for key in how if (value := getattr(section, key)) is not None}
    names = [card.name for card in list_datasets()]
    path = folder / Path(section.source).expanduser()
    if section.source in names:
        if given:
            raise ConfigurationError(f"data.{next(iter(given))} belongs to a file; {section.source!r} is a data set")
        loaded = load_dataset(section.source, split=section.split)
        return loaded.to_frame() if isinstance(loaded, pd.Series) else loaded, None
    if section.split is not None:
        raise ConfigurationError(f"data.split belongs to the data set 'm4_hourly'; {section.source!r} is a file")
    if not path.exists() and not path.suffix and len(path.parts) == len(folder.parts) + 1:
        raise ConfigurationError(
            f"data.source: {section.source!r} is no data set, nor a file in {str(folder)!r};"
            f" {nearest(section.source, names)}"
        )
    found, table = read_table_file(path, **given)
    return table, found


def _wide(section: DataSection, table: pd.DataFrame, *, whole: bool) -> Data:
    """Series and shared covariates from a table with a column per series."""
    if section.target_col is not None and section.series is not None:
        raise ConfigurationError("data.target_col and data.series both choose columns of a wide file; keep one of them")
    chosen = [section.target_col] if section.target_col is not None else section.series
    if chosen is None:
        chosen = [column for column in table.columns if column not in section.covariates]
    _check_names(chosen, table.columns, "data.target_col" if section.target_col is not None else "data.series")
    _check_names(section.covariates, table.columns, "data.covariates")
    y, X = table.loc[:, chosen], table.loc[:, section.covariates] if section.covariates else None
    if X is not None:
        # not by a slice or `<=`: rows that are unsorted, or all without a value, are for the door to refuse
        y = y.loc[~(y.index > y.dropna(how="all").index.max())]
    return Data(_panel(section, y.squeeze("columns"), whole=whole), X)


def _long(
    section: DataSection,
    table: pd.DataFrame,
    time_col: str,
    id_col: str | None,
    target_col: str | None,
    *,
    whole: bool,
) -> Data:
    """Series and covariates of each from a table with a row per series and time."""
    if id_col is None or target_col is None:
        missing = "id_col" if id_col is None else "target_col"
        columns = nearest("", table.columns)
        raise ConfigurationError(f"data.{missing} is not given, and the columns do not tell which it is; {columns}")
    _check_names([target_col], table.columns, "data.target_col")
    _check_names(section.covariates, table.columns, "data.covariates")
    if section.series is not None:
        _check_names(section.series, table[id_col].unique(), "data.series")
        table = table.loc[table[id_col].isin(section.series)]
    y = table.loc[:, [id_col, time_col, target_col]]
    X = table.loc[:, [id_col, time_col, *section.covariates]] if section.covariates else None
    if X is not None:
        observed = y.loc[y[target_col].notna()]
        last = observed.groupby(id_col)[time_col].max().rename("last observed")
        y = y.loc[~(y[time_col] > y.join(last, on=id_col)["last observed"])]
    names = {"id_col": id_col, "time_col": time_col, "target_col": target_col}
    return Data(_panel(section, y, whole=whole, **names), X)


def _panel(section: DataSection, y: pd.Series | pd.DataFrame, *, whole: bool, **columns: str) -> Panel:
    """Check the series at the door, and say which source a flaw is in."""
    try:
        return as_panel(y, freq=section.freq, whole=whole, **columns)
    except InvalidFrameError as error:
        raise InvalidFrameError(f"{section.source}: {error}") from error


def _check_names(wanted: Sequence[object], present: Iterable[object], key: str) -> None:
    """Refuse names that are not there."""
    there = list(present)
    for name in wanted:
        if name not in there:
            raise ConfigurationError(f"{key}: there is no {name!r} in the data; {nearest(name, there)}")
