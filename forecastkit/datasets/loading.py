"""Loading: a data set by its name, or a user's file by its path, as a Series or DataFrame that ``as_panel`` takes."""

from __future__ import annotations

import os
from collections.abc import Callable, Container
from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import DatasetError, InvalidParameterError, nearest
from ..frames.table_file import read_table
from .card import data_directory
from .download import download_dataset

_SPLITS = ("train", "test", "all")


def load_dataset(
    name_or_path: str | Path,
    *,
    cache: str | Path | None = None,
    split: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    time_col: str | None = None,
    id_col: str | None = None,
    date_format: str | None = None,
) -> pd.DataFrame | pd.Series:
    """Load a data set by its name, or a CSV or Parquet file by its path.

    Parameters
    ----------
    name_or_path : str or pathlib.Path
        A name of `list_datasets`, ``"irish_wind/stations"`` for the table of the stations, or the path of a file.
        A name wins over a file of the same name; write ``./co2`` for the file.
    cache : str or pathlib.Path, default=None
        Folder for downloads; None is the operating system's cache folder of forecastkit.
    split : {"train", "test", "all"}, default=None
        Part of ``m4_hourly``; None is "all".
    separator, decimal, encoding, time_col, id_col, date_format : str, default=None
        How to read a user's file, see `forecastkit.frames.table_file.read_table`; None finds it out.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        ``sunspots`` is a Series by yearly periods, ``co2`` and ``elnino`` are Series by date, ``irish_wind`` and
        ``ett_h1`` are wide frames, ``m4_hourly`` is a long frame ``unique_id, ds, y`` with ``ds`` counted from 1.
        A user's file is a wide frame with the time as index, or its long frame.

    Raises
    ------
    DatasetError
        If there is no such name or file (the nearest is named), or a download fails.
    InvalidFrameError
        If the file is no table of time series; the message says where and what to do.
    InvalidParameterError
        If an option does not apply.

    Examples
    --------
    >>> from forecastkit import load_dataset
    >>> load_dataset("sunspots").tail(2)
    year
    2007    7.5
    2008    2.9
    Freq: Y-DEC, Name: sunspots, dtype: float64
    """
    options = {
        "separator": separator,
        "decimal": decimal,
        "encoding": encoding,
        "time_col": time_col,
        "id_col": id_col,
        "date_format": date_format,
    }
    given = [key for key, value in options.items() if value is not None]
    name = str(name_or_path)
    readers = _readers(cache, split)
    if isinstance(name_or_path, Path) or (name not in readers and _is_path(name, readers)):
        if split is not None:
            raise InvalidParameterError(f"split={split!r} applies to 'm4_hourly', not to the file {name}")
        return read_table(Path(name_or_path), **options)
    if name not in readers:
        raise DatasetError(f"there is no data set {name!r}, nor a file of that name here; {nearest(name, readers)}")
    if given:
        raise InvalidParameterError(f"{given[0]}= applies to files given by path, not to the data set {name!r}")
    if split is not None and name != "m4_hourly":
        raise InvalidParameterError(f"split={split!r} applies to 'm4_hourly', not to {name!r}")
    return readers[name]()


def _readers(cache: str | Path | None, split: str | None) -> dict[str, Callable[[], pd.DataFrame | pd.Series]]:
    """List what can be loaded by name."""
    return {
        "co2": _co2,
        "elnino": _elnino,
        "ett_h1": lambda: _ett_h1(cache),
        "irish_wind": _irish_wind,
        "irish_wind/stations": lambda: pd.read_csv(_shipped("irish_wind", "stations.csv")),
        "m4_hourly": lambda: _m4_hourly(cache, "all" if split is None else split),
        "sunspots": _sunspots,
    }


def _is_path(text: str, names: Container[str]) -> bool:
    """Whether the text means a file: it exists, has a folder in it or ends like a file."""
    has_folder = any(mark in text for mark in {"/", "\\", os.sep}) and text.split("/")[0] not in names
    return has_folder or bool(Path(text).suffix) or Path(text).exists()


def _shipped(name: str, file: str) -> Path:
    """Path of a shipped file."""
    return data_directory() / name / file


def _statsmodels(name: str) -> pd.DataFrame:
    """Table of a data set in statsmodels."""
    import importlib

    return importlib.import_module(f"statsmodels.datasets.{name}").load_pandas().data


def _sunspots() -> pd.Series:
    """Yearly sunspot numbers by yearly period."""
    table = _statsmodels("sunspots")
    years = pd.PeriodIndex(table["YEAR"].astype(int).astype(str), freq="Y", name="year")
    return pd.Series(table["SUNACTIVITY"].to_numpy(float), index=years, name="sunspots")


def _co2() -> pd.Series:
    """Weekly carbon dioxide, its missing weeks as NaN."""
    table = _statsmodels("co2")
    return pd.Series(table["co2"].to_numpy(float), index=table.index.rename("date"), name="co2")


def _elnino() -> pd.Series:
    """Monthly Series from the year x month table."""
    table = _statsmodels("elnino")
    months = pd.date_range(f"{int(table['YEAR'].iloc[0])}-01-01", periods=12 * len(table), freq="MS", name="month")
    return pd.Series(table.drop(columns="YEAR").to_numpy(float).ravel(), index=months, name="elnino")


def _irish_wind() -> pd.DataFrame:
    """Daily wind speeds, a column per station."""
    return pd.read_csv(_shipped("irish_wind", "wind.csv"), index_col="date", parse_dates=["date"]).asfreq("D")


def _ett_h1(cache: str | Path | None) -> pd.DataFrame:
    """Hourly transformer loads and oil temperature."""
    (path,) = download_dataset("ett_h1", cache)
    return pd.read_csv(path, index_col="date", parse_dates=["date"]).asfreq("h")


def _m4_hourly(cache: str | Path | None, split: str) -> pd.DataFrame:
    """Long frame of the hourly M4 series; the test part continues the count of the training part."""
    if split not in _SPLITS:
        raise InvalidParameterError(f"split={split!r}; {nearest(split, _SPLITS)}")
    train, test = (pd.read_csv(path, index_col=0) for path in download_dataset("m4_hourly", cache))
    lengths = train.notna().sum(axis=1)
    parts = [_stacked(train, lengths * 0), _stacked(test, lengths)]
    chosen = {"train": parts[:1], "test": parts[1:], "all": parts}[split]
    rows = pd.concat(chosen, ignore_index=True)
    place = train.index.get_indexer(pd.Index(rows["unique_id"]))
    return rows.iloc[np.lexsort((rows["ds"], place))].reset_index(drop=True)


def _stacked(table: pd.DataFrame, starts: pd.Series) -> pd.DataFrame:
    """One row per value of a table with a ragged row per series, counted on from `starts`."""
    values = table.to_numpy(float)
    row, column = np.nonzero(~np.isnan(values))
    ids = table.index[row]
    times = column + 1 + starts.loc[table.index].to_numpy()[row]
    return pd.DataFrame({"unique_id": ids, "ds": times, "y": values[row, column]})
