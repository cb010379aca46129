"""CSV text: its encoding, separator and decimal mark, found out from the bytes; every row checked for its length."""

from __future__ import annotations

import csv
import gzip
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice
from typing import Any

import pandas as pd

from ..errors import DataWarning, InvalidFrameError

UNNAMED = "Unnamed: 0"  # what pandas calls a first column without a name
BLANKS = r"\s+"
_SEPARATORS = ",;\t|"
_WITHOUT_COMMA = r"[+-]?\d+(?:[eE][+-]?\d+)?"
_DECIMAL_COMMA = r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?"
_THOUSANDS = r"[+-]?[1-9]\d{0,2}(?:,\d{3})+"
_SAMPLE = 50  # rows that vote on the separator


@dataclass(frozen=True)
class CsvText:
    """Decoded text of a CSV file and how it is written.

    Parameters
    ----------
    text : str
        The content.
    names : list of str
        Column names.
    encoding, separator, decimal : str
        How it is written.
    first_line : int or None
        Line of the first row; None where blank lines lie between the rows.
    """

    text: str
    names: list[str]
    encoding: str
    separator: str
    decimal: str
    first_line: int | None

    def table(self, dtype: Any = None) -> pd.DataFrame:
        """Read the rows, without those that are blank and without unnamed columns that are."""
        table = pd.read_csv(
            StringIO(self.text),
            sep=self.separator,
            names=self.names,
            header=0,
            decimal=self.decimal,
            dtype=dtype,
            skipinitialspace=True,
            low_memory=False,
        )
        if table.iloc[:, 0].isna().any():
            table = table.dropna(how="all", ignore_index=True)
        unnamed = table[[name for name in self.names if name.startswith("Unnamed: ")]]
        return table.drop(columns=[name for name, values in unnamed.items() if values.isna().all()])


def read_csv_text(
    raw: bytes, *, separator: str | None, decimal: str | None, encoding: str | None
) -> tuple[CsvText, pd.DataFrame]:
    r"""Decode the bytes of a CSV file, find out how it is written and read its rows.

    Parameters
    ----------
    raw : bytes
        Content of the file, possibly compressed with gzip.
    separator, decimal, encoding : str or None
        As stated by the caller; None is found out.

    Returns
    -------
    CsvText
        How the file is written.
    pandas.DataFrame
        Its rows.

    Raises
    ------
    InvalidFrameError
        If the content is not text, is empty, has no header, repeats a column name or has rows of other lengths.

    Examples
    --------
    >>> found, table = read_csv_text("t;Größe\n1;2,5\n".encode(), separator=None, decimal=None, encoding=None)
    >>> found.separator, found.decimal, table.iloc[0].tolist()
    (';', ',', [1.0, 2.5])
    """
    text, encoding = _decoded(_unpacked(raw), encoding)
    if not text.strip():
        raise InvalidFrameError("the file is empty")
    if hint := re.match(r'"?sep=(.)"?\n', text):  # a spreadsheet's way to state the separator
        text, separator = text[hint.end() - 1 :], separator or hint[1]
    separator = separator or _separator(text)
    names = _checked_names(text, separator)
    found = CsvText(text, names, encoding, separator, decimal or ".", None)
    table = found.table()
    if text.strip("\n").count("\n") == len(table) and text[0] != "\n":
        found = replace(found, first_line=2)
    if decimal is None and _has_decimal_comma(table, separator):
        found = replace(found, decimal=",")
        table = found.table()
    elif decimal is None and separator == ";":
        _warn_of_grouping(found, table)
    return found, table


def _warn_of_grouping(found: CsvText, table: pd.DataFrame) -> None:
    """Say that a point was read as a decimal one where it may mark thousands: beside semicolons it often does."""
    floats = [str(name) for name in table.select_dtypes("float").columns]
    written = found.table(dtype=dict.fromkeys(floats, str))[floats] if floats else table[floats]
    for name, column in written.items():
        values = column.dropna()
        points = values.loc[values.str.contains(".", regex=False)]
        if len(points) and values.str.fullmatch(r"[+-]?[1-9]\d{0,2}(\.\d{3})*").all():
            warnings.warn(
                f"column {name!r}: {points.iloc[0]} was read with a decimal point; if the point marks thousands, write "
                "the file without it",
                DataWarning,
                stacklevel=6,
            )


def _unpacked(raw: bytes) -> bytes:
    """Content of a gzip file; anything else as it is."""
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError) as error:
        raise InvalidFrameError(f"the compressed file is damaged: {error}") from error


def _decoded(raw: bytes, encoding: str | None) -> tuple[str, str]:
    """Text, and the encoding that reads it."""
    if raw[:4] == b"PAR1":
        raise InvalidFrameError("this is a Parquet file: rename it to end in .parquet")
    if raw[:4] == b"PK\x03\x04":
        raise InvalidFrameError("this is a ZIP archive or an Excel workbook: unpack it, or save the sheet as CSV")
    if encoding is None and raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    if encoding is None and b"\x00" in raw:
        raise InvalidFrameError(f"this is a binary file, not text (zero byte at position {raw.index(0)})")
    marked = raw[:3] == b"\xef\xbb\xbf"
    candidates = [encoding] if encoding else ["utf-8-sig" if marked else "utf-8", "cp1252", "latin-1"]
    for candidate in candidates:
        try:
            text = raw.decode(candidate).removeprefix("\ufeff")
            return (text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text), candidate
        except UnicodeDecodeError:
            continue
        except LookupError as error:
            raise InvalidFrameError(f"there is no encoding {encoding!r}; usual are 'utf-8' and 'cp1252'") from error
    raise InvalidFrameError(f"the file is not written in encoding {encoding!r}; leave encoding= out to find it out")


def _lines(text: str) -> Iterator[str]:
    """Lines one by one, without a copy of the whole."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of every line that is not empty."""
    if separator == BLANKS:
        yield from ((line, row.split()) for line, row in enumerate(_lines(text), start=1) if row.strip())
        return
    reader = csv.reader(_lines(text), delimiter=separator, skipinitialspace=True)
    while True:
        line = reader.line_num + 1  # a quoted field may span lines: a row is where it begins
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidFrameError(f"line {line} cannot be read: {error}; is a quotation mark left open?") from error
        if row:
            yield line, row


def _separator(text: str) -> str:
    """Find the character that splits the first rows like the header, and into the most fields."""
    scores = {}
    for candidate in _SEPARATORS:
        header, *rows = ([field for _, field in islice(_rows(text, candidate), _SAMPLE + 1)]) or [[]]
        if len(header) > 1:
            fitting = sum(len(row) == len(header) for row in rows)
            scores[candidate] = (fitting / max(len(rows), 1), len(header))
    if not scores:
        return ";"  # a single column, whose numbers may have a decimal comma
    return max(scores, key=lambda candidate: scores[candidate])


def _checked_names(text: str, separator: str) -> list[str]:
    """Column names, once every row is as long as the header."""
    rows = (row for _, row in _rows(text, separator))
    names = [name.strip() for name in next(rows)]
    first = next((row for row in rows if not _is_blank(row)), None)
    if first is None:
        raise InvalidFrameError(f"the file has a header ({len(names)} columns) and no rows")
    if all(re.fullmatch(r"[+-]?[\d.,:/TZ+-]+", name) for name in names) and not _are_codes(names, first):
        raise InvalidFrameError(
            f"line 1 holds only values ({_short(', '.join(names))}): add a header line naming each column"
        )
    if len(first) == len(names) + 1:  # row names without a heading, as R writes them
        names = ["", *names]
    repeated = [name for name, count in Counter(names).items() if name and count > 1]
    if repeated:
        raise InvalidFrameError(
            f"the header repeats {', '.join(map(repr, repeated[:3]))}: give each column its own name"
        )
    _check_lengths(text, separator, len(names))
    return [name or f"Unnamed: {place}" for place, name in enumerate(names)]


def _are_codes(names: list[str], first: list[str]) -> bool:
    """Whether names of digits are sensors' codes: different long whole numbers above values that are not all whole."""
    codes = {name for name in names if name.isdigit() and len(name) >= 4}
    return len(codes) == len(names) > 1 and not all(map(str.isdigit, first))


def _check_lengths(text: str, separator: str, n_columns: int) -> None:
    """Refuse rows that are not as long as the header."""
    marks = {line.count(separator) for line in text.strip("\n").split("\n")[1:]} if '"' not in text else {}
    if marks == {n_columns - 1}:
        return  # counting marks is ten times as fast as parsing
    short = [(line, len(row)) for line, row in _rows(text, separator) if len(row) != n_columns and not _is_blank(row)]
    if short and short[0][1] == n_columns - 1 and next(_rows(text, separator))[0] == short[0][0]:
        del short[0]  # the header itself, where row names have no heading
    if short:
        shown = ", ".join(f"line {line} has {count}" for line, count in short[:3])
        raise InvalidFrameError(
            f"{len(short)} rows are not as long as the header of {n_columns} columns: {shown}"
            f"{', ...' if len(short) > 3 else ''}; correct them, or name the separator with separator="
        )


def _is_blank(row: list[str]) -> bool:
    """Whether a row holds nothing but blanks."""
    return not any(field.strip() for field in row)


def _has_decimal_comma(table: pd.DataFrame, separator: str) -> bool:
    """Whether some column of text holds nothing but numbers with a decimal comma (not a thousands mark)."""
    for _, column in table.select_dtypes(exclude="number").items():
        values = column.dropna().astype(str)
        commas = values.loc[values.str.contains(",", regex=False)]
        if not len(commas) or not values.str.fullmatch(f"{_WITHOUT_COMMA}|{_DECIMAL_COMMA}").all():
            continue
        if separator != "," or not commas.str.fullmatch(_THOUSANDS).all():
            return True
    return False


def _short(text: str) -> str:
    """Quoted, cut to a readable length."""
    return repr(text if len(text) <= 60 else text[:57] + "...")
