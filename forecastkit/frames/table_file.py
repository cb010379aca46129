"""A user's CSV or Parquet file: find out how it is written, and read it as a frame that ``as_panel`` takes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from ..errors import DatasetError, DataWarning, InvalidFrameError, InvalidParameterError, nearest
from .column_roles import ID_NAMES, counts, id_column, target_column, time_column
from .csv_text import BLANKS, UNNAMED, CsvText, read_csv_text
from .file_kind import file_kind
from .time_text import parse_times


@dataclass(frozen=True)
class TableFile:
    """How a file is written and what its columns seem to be.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    kind : {"csv", "parquet"}
        Its format.
    columns : tuple of str
        All columns, in order; row numbers without a name are left out.
    numeric_columns : tuple of str
        Columns of numbers other than time and id.
    time_col : str
        Column of the times. An unnamed first column is called ``"Unnamed: 0"``.
    id_col : str or None
        Column naming the series of each row; None in a wide file.
    target_col : str or None
        Column of the values: in a long file, or in a wide one that has a single series.
    layout : {"wide", "long"}
        A column per series, or a row per series and time.
    separator, decimal, encoding : str or None
        How a CSV file is written; None for Parquet.
    date_format : str or None
        The format the caller stated; None where it was found out.
    n_rows : int
        Number of rows.
    """

    path: Path
    kind: Literal["csv", "parquet"]
    columns: tuple[str, ...]
    numeric_columns: tuple[str, ...]
    time_col: str
    id_col: str | None
    target_col: str | None
    layout: Literal["wide", "long"]
    separator: str | None
    decimal: str | None
    encoding: str | None
    date_format: str | None
    n_rows: int


def read_table(
    path: str | Path,
    *,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    time_col: str | None = None,
    id_col: str | None = None,
    date_format: str | None = None,
) -> pd.DataFrame:
    r"""Read a CSV or Parquet file of time series.

    Parameters
    ----------
    path : str or pathlib.Path
        A ``.csv``, ``.tsv`` or ``.txt`` file, also compressed with gzip (``.csv.gz``), or a ``.parquet`` file.
    separator : str, default=None
        One character, or ``r"\s+"`` for blanks; None chooses among comma, semicolon, tab and bar.
    decimal : {".", ","}, default=None
        Decimal mark; None is the comma where a column can only be read so, else the point.
    encoding : str, default=None
        Text encoding; None is that of the byte-order mark, else UTF-8, else Windows-1252.
    time_col : str, default=None
        Column of the times; None chooses by content and name.
    id_col : str, default=None
        Column that names each row's series; None chooses one where times repeat, and where it is called
        ``unique_id``.
    date_format : str, default=None
        `strftime` codes of the times; None finds out, and refuses where day and month cannot be told apart.

    Returns
    -------
    pandas.DataFrame
        Wide file: the time is the index. Long file: the columns of the file, the time column parsed.

    Raises
    ------
    DatasetError
        If the file is missing (the nearest name is told) or cannot be read at all.
    InvalidFrameError
        If its content is no table of time series; the message says where.
    InvalidParameterError
        If an option is out of range or does not apply.

    Notes
    -----
    A first column without a name that only numbers the rows is left out when another column holds the times. The rows
    of a table of numbers in which no column looks like a time are numbered 0, 1, 2, ..., which a warning says.

    Examples
    --------
    >>> from forecastkit.datasets.card import data_directory
    >>> read_table(data_directory() / "irish_wind" / "wind.csv").shape
    (6574, 12)
    """
    return read_table_file(
        path,
        separator=separator,
        decimal=decimal,
        encoding=encoding,
        time_col=time_col,
        id_col=id_col,
        date_format=date_format,
    )[1]


def read_table_file(
    path: str | Path,
    *,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    time_col: str | None = None,
    id_col: str | None = None,
    date_format: str | None = None,
) -> tuple[TableFile, pd.DataFrame]:
    """Read a table and tell how it is written.

    Parameters
    ----------
    path, separator, decimal, encoding, time_col, id_col, date_format
        As in `read_table`.

    Returns
    -------
    TableFile
        How the file is written and what its columns seem to be.
    pandas.DataFrame
        What `read_table` returns.

    Raises
    ------
    DatasetError, InvalidFrameError, InvalidParameterError
        As `read_table` does.

    Examples
    --------
    >>> from forecastkit.datasets.card import data_directory
    >>> found, table = read_table_file(data_directory() / "irish_wind" / "wind.csv")
    >>> found.layout, found.time_col, found.separator, len(table)
    ('wide', 'date', ',', 6574)
    """
    path = Path(path).expanduser()
    if separator is not None and separator != BLANKS and len(separator) != 1:
        raise InvalidParameterError(f"separator={separator!r}: one character, or {BLANKS!r} for blanks")
    if decimal not in (None, ".", ","):
        raise InvalidParameterError(f"decimal={decimal!r}: allowed are '.' and ','")
    kind = file_kind(path)
    try:
        if kind == "parquet":
            text, table = None, _parquet(path)
        else:
            text, table = read_csv_text(path.read_bytes(), separator=separator, decimal=decimal, encoding=encoding)
        found, table = _understood(path, table, text, time_col, id_col, date_format)
    except InvalidFrameError as error:
        raise InvalidFrameError(f"{path}: {error}") from error
    except OSError as error:
        raise DatasetError(f"cannot read {path}: {error.strerror or error}") from error
    if found.layout == "long":
        return found, table
    table = table.set_index(found.time_col)
    if table.index.is_monotonic_decreasing:  # a file with the newest row first
        table = table.iloc[::-1]
    return found, table.rename_axis(None) if found.time_col == UNNAMED else table


def _parquet(path: Path) -> pd.DataFrame:
    """Table of a Parquet file, its index among the columns."""
    try:
        table = pd.read_parquet(path)
    except ValueError as error:  # that of pyarrow is one
        raise InvalidFrameError(f"this is not a readable Parquet file: {error}") from error
    if table.columns.nlevels > 1:
        raise InvalidFrameError("columns with several levels are not read from a file: write one level")
    if not (isinstance(table.index, pd.RangeIndex) and table.index.name is None):
        unnamed = table.index.nlevels == 1 and table.index.name is None
        table = table.reset_index(names=UNNAMED if unnamed else None)
    table.columns = table.columns.astype(str)
    if not table.columns.is_unique:
        repeated = table.columns[table.columns.duplicated()][0]
        raise InvalidFrameError(f"the column {repeated!r} is there twice: give each column its own name")
    return table


def _understood(
    path: Path,
    table: pd.DataFrame,
    text: CsvText | None,
    time_col: str | None,
    id_col: str | None,
    date_format: str | None,
) -> tuple[TableFile, pd.DataFrame]:
    """Tell what the columns are; parse the times and leave row numbers out."""
    if table.empty:
        raise InvalidFrameError(f"the file has {table.shape[1]} columns and no rows")
    for option, name in (("time_col", time_col), ("id_col", id_col)):
        if name is not None and name not in table.columns:
            raise InvalidFrameError(f"{option}={name!r} is not a column; {nearest(name, table.columns)}")
    time_col = time_col or time_column(table)
    columns = {str(name): column for name, column in table.items()}
    if time_col is None:
        warnings.warn(
            f"{path}: no column looks like a time: the rows are numbered 0, 1, 2, ...", DataWarning, stacklevel=5
        )
        time_col = UNNAMED
        columns = {time_col: pd.Series(np.arange(len(table))), **columns}
    first_line = text.first_line if text else None
    columns[time_col] = parse_times(columns[time_col], date_format=date_format, first_line=first_line)
    if UNNAMED not in (time_col, id_col) and UNNAMED in columns and counts(columns[UNNAMED]):
        del columns[UNNAMED]  # row numbers
    if text is not None:
        columns |= _codes(
            text, {name: column for name, column in columns.items() if name in {id_col, *ID_NAMES} - {time_col}}
        )
    table = pd.DataFrame(columns)
    id_col = id_col or id_column(table, time_col)
    numeric = _numeric(table.drop(columns=[time_col] if id_col is None else [time_col, id_col]), first_line)
    found = TableFile(
        path=path,
        kind="parquet" if text is None else "csv",
        columns=tuple(table.columns),
        numeric_columns=tuple(numeric),
        time_col=time_col,
        id_col=id_col,
        target_col=target_column(numeric, long=id_col is not None),
        layout="wide" if id_col is None else "long",
        separator=text.separator if text else None,
        decimal=text.decimal if text else None,
        encoding=text.encoding if text else None,
        date_format=date_format,
        n_rows=len(table),
    )
    return found, table


def _numeric(values: pd.DataFrame, first_line: int | None) -> list[str]:
    """Columns of numbers, of which there must be one."""
    numeric = values.select_dtypes("number")
    if numeric.shape[1] == 0:
        shown = "; ".join(_first_word(column, first_line) for _, column in values.iloc[:, :3].items())
        raise InvalidFrameError(
            f"no column holds numbers only, besides time and id: {shown or 'there is no other column'}; "
            "leave missing values empty, and state the decimal mark with decimal= if it was taken wrongly"
        )
    return list(numeric.columns)


def _first_word(column: pd.Series, first_line: int | None) -> str:
    """Name the first value that is no number, and where it is."""
    written = column.astype(object).where(column.notna(), "0").astype(str)
    places = np.flatnonzero(np.isnan(np.asarray(pd.to_numeric(written, errors="coerce"), float)))
    if not len(places):
        return f"{column.name!r} is empty or holds no plain numbers"
    where = f"row {places[0]}" if first_line is None else f"line {places[0] + first_line}"
    return f"{column.name!r} holds {written.iloc[places[0]]!r} ({where})"


def _codes(text: CsvText, columns: dict[str, pd.Series]) -> dict[str, pd.Series]:
    """Those of the columns whose numbers begin with a zero, as they are written: a number would lose it."""
    numbers = [name for name, column in columns.items() if pd.api.types.is_integer_dtype(column.dtype)]
    if not numbers:
        return {}
    written = text.table(dtype=dict.fromkeys(numbers, str))[numbers]
    return {str(name): column for name, column in written.items() if column.str.match(r"0\d").any()}
