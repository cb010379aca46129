"""The output section: a directory known to be writable, and tables that are there whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from ..atomic_file import atomic_file
from ..errors import DirectoryError

if TYPE_CHECKING:
    import pandas as pd


def prepare_directory(directory: str | Path) -> Path:
    """Make a results directory and prove that it can be written.

    Parameters
    ----------
    directory : str or Path
        Relative to the current directory; missing parents are made.

    Returns
    -------
    Path

    Raises
    ------
    DirectoryError
        It cannot be made or written, or is a file.
    """
    path = Path(directory)
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        reason = "it is a file" if path.is_file() else (error.strerror or str(error)).lower()
        raise DirectoryError(
            f"output.directory: {str(directory)!r} cannot be written: {reason}; choose another one, for example"
            " --set output.directory=results (it is relative to the directory the command is run in)"
        ) from None
    return path


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """Write a table as CSV or Parquet, by the suffix of its path; an existing file is replaced at once.

    Parameters
    ----------
    table : DataFrame
        What to write; the row labels are left out.
    path : Path
        ``*.csv`` or ``*.parquet``.

    Returns
    -------
    Path
        The same path.
    """
    with atomic_file(path) as temporary:
        if path.suffix == ".parquet":
            table.to_parquet(temporary, index=False)
        else:
            table.to_csv(temporary, index=False)
    return path
