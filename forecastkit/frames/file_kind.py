"""The kind of a file by its name, and clear words where there is no such file or kind."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Literal

from ..errors import DatasetError

_CSV = (".csv", ".tsv", ".txt", ".csv.gz")
_PARQUET = (".parquet", ".pq")
_WORKBOOKS = (".xlsx", ".xls", ".ods")


def file_kind(path: Path) -> Literal["csv", "parquet"]:
    """Tell how a file is to be read.

    Parameters
    ----------
    path : pathlib.Path
        A file.

    Returns
    -------
    {"csv", "parquet"}

    Raises
    ------
    DatasetError
        If the file is missing (the nearest name is told), is a folder, or is of another kind.

    Examples
    --------
    >>> file_kind(Path("no-such-file.csv"))
    Traceback (most recent call last):
    forecastkit.errors.DatasetError: there is no file or folder no-such-file.csv
    """
    name = path.name.lower()
    if not path.exists():
        raise DatasetError(_missing(path))
    if path.is_dir():
        files = sorted(item.name for item in path.iterdir() if item.name.lower().endswith((*_CSV, *_PARQUET)))
        raise DatasetError(f"{path} is a folder; name a file in it" + (f", such as {files[0]!r}" if files else ""))
    if name.endswith(_PARQUET):
        return "parquet"
    if name.endswith(_CSV):
        return "csv"
    workbook = "workbooks are not read: save the sheet as CSV; " if name.endswith(_WORKBOOKS) else ""
    raise DatasetError(f"{path}: {workbook}the name of a file must end in one of {', '.join((*_CSV, *_PARQUET))}")


def _missing(path: Path) -> str:
    """Say what is missing, folder or file, and which name is near."""
    while not path.parent.exists():
        path = path.parent
    match = difflib.get_close_matches(path.name, [item.name for item in path.parent.iterdir()], n=1)
    meant = f"; did you mean {str(path.with_name(match[0]))!r}?" if match else ""
    return f"there is no file or folder {path}{meant}"
