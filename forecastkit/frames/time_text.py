"""Times written as text or numbers, turned into stamps without guessing between day and month."""

from __future__ import annotations

import itertools
import re
import warnings

import numpy as np
import pandas as pd

from ..errors import DataWarning, InvalidFrameError

_DATES = [
    *(f"%Y{mark}%m{mark}%d" for mark in "-/."),
    *(f"{order[0]}{mark}{order[1]}{mark}%Y" for mark in "./-" for order in (("%d", "%m"), ("%m", "%d"))),
    *(f"%d{mark}{month}{mark}%Y" for mark in "- " for month in ("%b", "%B")),
    *(f"{month} %d{comma} %Y" for month in ("%b", "%B") for comma in ("", ",")),
    *(f"{month}{mark}%Y" for month in ("%b", "%B") for mark in " -"),
    *(f"%Y{mark}{month}" for month in ("%b", "%B") for mark in " -"),
    *(f"%Y{mark}%m" for mark in "-/."),
    *(f"%m{mark}%Y" for mark in "-/."),
]
_CLOCKS = ["", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", "T%H:%M", "T%H:%M:%S"]
_QUARTER = re.compile(r"(?P<year>\d{4})[-/ ]?Q(?P<quarter>[1-4])|Q(?P<first>[1-4])[-/ ]?(?P<last>\d{4})", re.IGNORECASE)
_OFFSET = r"(?:Z|[+-]\d{2}:?\d{2})$"


def is_time(column: pd.Series) -> bool:
    """Whether the values are times: stamps already, or text whose first value reads as one.

    Parameters
    ----------
    column : pandas.Series
        A column of a table.

    Returns
    -------
    bool
        False for numbers, which may be anything.

    Examples
    --------
    >>> is_time(pd.Series(["2020-01-31", "2020-02-29"])), is_time(pd.Series([2020, 2021]))
    (True, False)
    """
    if isinstance(column.dtype, pd.PeriodDtype) or pd.api.types.is_datetime64_any_dtype(column.dtype):
        return True
    if not (pd.api.types.is_string_dtype(column.dtype) or pd.api.types.is_object_dtype(column.dtype)):
        return False
    filled = column.dropna()
    if filled.empty:
        return False
    first = str(filled.iloc[0]).strip()
    return _QUARTER.fullmatch(first) is not None or bool(_formats(first))


def parse_times(column: pd.Series, *, date_format: str | None = None, first_line: int | None = None) -> pd.Series:
    """Turn a column of a table into times.

    Parameters
    ----------
    column : pandas.Series
        Text, stamps or whole numbers; its name is used in messages.
    date_format : str, default=None
        `strftime` codes such as ``"%d/%m/%Y"``; None finds the format out.
    first_line : int, default=None
        Line of the file that holds the first value, for messages.

    Returns
    -------
    pandas.Series
        Stamps (quarters and months become their first day), or integers where the column counts or holds years.
        Empty values stay missing.

    Raises
    ------
    InvalidFrameError
        If values cannot be read as times, or day and month cannot be told apart.

    Warns
    -----
    DataWarning
        If the UTC offset changes within the column: the times are then given in UTC.

    Examples
    --------
    >>> parse_times(pd.Series(["31/01/2020", "01/02/2020"], name="date")).dt.month.tolist()
    [1, 2]
    >>> parse_times(pd.Series([1700, 1701], name="year")).tolist()
    [1700, 1701]
    """
    if isinstance(column.dtype, pd.PeriodDtype) or pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column
    numeric = pd.api.types.is_numeric_dtype(column.dtype)
    if date_format is None and numeric:
        return _whole_numbers(column, first_line)
    text = (column.astype("Int64").astype("string") if numeric else column.astype("string")).str.strip().astype(object)
    text = text.where(text.notna() & (text != ""))
    if date_format is not None:
        return _parsed(text, date_format, first_line)
    values = text.dropna()
    if values.empty:
        raise InvalidFrameError(f"the time column {column.name!r} is empty; name another one with time_col=")
    if _QUARTER.fullmatch(values.iloc[0]):
        return _quarters(text, first_line)
    return _agreed(text, _formats(values.iloc[0]), first_line)


def _formats(text: str) -> list[str]:
    """List the formats that read one value."""
    if not re.search(r"\d{4}", text):
        return []
    if re.fullmatch(r"\d{4}-\d{2}.*|\d{8}(T.*)?", text) and _reads(text, "ISO8601"):
        return ["ISO8601"]
    formats = (date + clock for date, clock in itertools.product(_DATES, _CLOCKS))
    return [item for item in formats if (":" in text) == (":" in item) and _reads(text, item)]


def _reads(text: str, date_format: str) -> bool:
    """Whether one value has the format."""
    return not pd.isna(pd.to_datetime(text, format=date_format, errors="coerce"))


def _agreed(text: pd.Series, formats: list[str], first_line: int | None) -> pd.Series:
    """Read all by the one format, of those that fit the first value, that fits all."""
    if not formats:
        _refuse(text, text.notna(), first_line)
    readings = {item: _coerced(text, item) for item in formats}
    fitting = {item: times for item, times in readings.items() if times.notna().eq(text.notna()).all()}
    if not fitting:
        best = max(readings.values(), key=lambda times: int(times.notna().sum()))
        _refuse(text, text.notna() & best.isna(), first_line)
    (chosen, times), *others = fitting.items()
    for other, reading in others:
        if not reading.equals(times):
            example = text.loc[text.notna() & (reading != times)].tolist()[0]
            raise InvalidFrameError(
                f"column {text.name!r}: {example!r} can be day or month first, and so can every other value; "
                f"say which with date_format={chosen!r} or date_format={other!r}"
            )
    return times


def _parsed(text: pd.Series, date_format: str, first_line: int | None) -> pd.Series:
    """Read by a stated format."""
    times = _coerced(text, date_format)
    if (bad := text.notna() & times.isna()).any():
        _refuse(text, bad, first_line, f" by date_format={date_format!r}")
    return times


def _coerced(text: pd.Series, date_format: str) -> pd.Series:
    """Read times, missing where the format does not fit; in UTC where the offset changes."""
    first = text.dropna().iloc[:1].astype(str)
    if first.str.contains(_OFFSET).any() and (date_format == "ISO8601" or "%z" in date_format):
        offsets = text.str.extract(f"({_OFFSET})", expand=False).dropna().unique()
        if len(offsets) > 1:
            warnings.warn(
                f"column {text.name!r}: the UTC offset changes ({len(offsets)} of them, the first {offsets[0]}, "
                f"{offsets[1]}): times are given in UTC",
                DataWarning,
                stacklevel=2,
            )
            return pd.to_datetime(text, format=date_format, errors="coerce", utc=True)
    return pd.to_datetime(text, format=date_format, errors="coerce")


def _quarters(text: pd.Series, first_line: int | None) -> pd.Series:
    """First days of quarters written as 2020Q1, 2020-Q1 or Q1 2020."""
    parts = text.str.extract(f"^(?:{_QUARTER.pattern})$", flags=re.IGNORECASE)
    year, quarter = parts["year"].fillna(parts["last"]), parts["quarter"].fillna(parts["first"])
    if (bad := text.notna() & year.isna()).any():
        _refuse(text, bad, first_line)
    month = (quarter.astype(float) * 3 - 2).astype("Int64").astype("string")
    return pd.to_datetime((year.astype("string") + "-" + month).astype(object), format="%Y-%m").rename(text.name)


def _whole_numbers(column: pd.Series, first_line: int | None) -> pd.Series:
    """Turn counts and years into integers, numbers such as 20200131 into dates."""
    values = column.to_numpy(float, na_value=np.nan)
    if not np.isfinite(values).all() or (values % 1).any():
        _refuse(column, pd.Series(~(np.isfinite(values) & (values % 1 == 0)), column.index), first_line)
    whole = column.astype("int64")
    if whole.between(16_000_101, 22_001_231).all():
        dates = pd.to_datetime(whole.astype(str), format="%Y%m%d", errors="coerce")
        if dates.notna().all():
            return dates
    return whole


def _refuse(column: pd.Series, bad: pd.Series, first_line: int | None, how: str = "") -> None:
    """Say which values are no times."""
    rows = np.flatnonzero(bad.to_numpy())
    shown = ", ".join(
        repr(column.iloc[row]) + (f" (line {row + first_line})" if first_line is not None else f" (row {row})")
        for row in rows[:3]
    )
    raise InvalidFrameError(
        f"column {column.name!r}: {len(rows)} of {len(column)} values are no times{how}: {shown}"
        f"{', ...' if len(rows) > 3 else ''}; correct them, name another column with time_col=, "
        'or say how they are written, such as date_format="%d.%m.%y"'
    )
