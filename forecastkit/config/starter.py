"""A configuration to start from: commented, fitted to a user's file, and running as it is."""

from __future__ import annotations

import json
import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..atomic_file import atomic_file
from ..errors import ConfigurationError, DirectoryError, InvalidFrameError
from ..frames import Panel
from ..frames.table_file import TableFile, read_table_file
from .data import load_data
from .document import parse_value
from .schema import DataSection

_WIDE = 60  # characters after which a remark no longer decides where the others stand

_SHORTEST = 3  # two to fit and one to forecast


@dataclass(frozen=True)
class Starter:
    """A configuration that was written, and what it is based on.

    Parameters
    ----------
    path : Path
        The YAML file.
    findings : tuple of str
        What was found out about the data, one sentence each.
    """

    path: Path
    findings: tuple[str, ...]


def write_starter(
    data: str | Path, output: str | Path | None = None, *, date_format: str | None = None, replace: bool = False
) -> Starter:
    """Write a commented configuration for a file of series.

    Parameters
    ----------
    data : str or Path
        A CSV or Parquet file.
    output : str or Path, default=None
        Where to write; None is the name of the data file with ``.yaml``, in the current directory.
    date_format : str, default=None
        How times are written, such as ``"%d/%m/%Y"``, where day and month could be exchanged.
    replace : bool, default=False
        Replace a file that is there.

    Returns
    -------
    Starter

    Raises
    ------
    ConfigurationError
        The output exists and is not to be replaced, or is the data file.
    DatasetError, InvalidFrameError
        The data cannot be read, breaks the data contract, or is too short.
    DirectoryError
        The output cannot be written.
    """
    source = Path(data).expanduser()
    path = Path(f"{source.name.split('.')[0]}.yaml") if output is None else Path(output).expanduser()
    if path.exists() and source.exists() and path.samefile(source):
        raise ConfigurationError(f"{path} is the data file; give another --output")
    if path.exists() and not replace:
        raise ConfigurationError(f"{path} exists; give another name with --output, or --force to replace it")
    if not path.parent.is_dir():
        raise DirectoryError(f"there is no directory {str(path.parent)!r} to write {path.name!r} to; make it first")
    found, table = read_table_file(source, date_format=date_format)
    keys, remarks = _data_keys(found, table, _relative(source, path.parent))
    panel = load_data(DataSection.model_validate(keys), path.parent).panel
    if panel.lengths.max() < _SHORTEST:
        raise InvalidFrameError(
            f"{source}: {panel.lengths.max()} steps are too few for a backtest; {_SHORTEST} are needed"
        )
    text = _text(keys, remarks, panel, path)
    try:
        with atomic_file(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise DirectoryError(f"{path} cannot be written: {error.strerror}; choose another --output") from None
    return Starter(path, (_written_as(found), _holds(panel), *remarks.values()))


def choose_windows(n_steps: int, seasonal_period: int) -> tuple[int, int]:
    """Choose a horizon and a number of windows that suit the length of the data.

    Parameters
    ----------
    n_steps : int
        Length of the series in steps.
    seasonal_period : int
        Season in steps, 1 for none.

    Returns
    -------
    tuple of int
        Horizon: a season of at most 48 steps where the data hold five, else a tenth of the data, at most 12 steps.
        Windows: up to 10 that leave at least half of the data for training.

    Examples
    --------
    >>> choose_windows(144, 12), choose_windows(30, 1), choose_windows(300, 52)
    ((12, 6), (3, 5), (12, 10))
    """
    seasonal = 1 < seasonal_period <= min(48, n_steps // 5)
    horizon = seasonal_period if seasonal else max(1, min(12, n_steps // 10))
    return horizon, max(1, min(10, n_steps // 2 // horizon))


def _data_keys(found: TableFile, table: pd.DataFrame, source: str) -> tuple[dict[str, object], dict[str, str]]:
    """Keys of the data section, and a remark on those that were a choice."""
    keys: dict[str, object] = {"source": source}
    remarks: dict[str, str] = {}
    if found.kind == "csv":
        usual = {"separator": ",", "decimal": ".", "encoding": "utf-8"}
        keys |= {key: getattr(found, key) for key in usual if getattr(found, key) not in (usual[key], "ascii", None)}
    if found.date_format is not None:
        keys["date_format"] = found.date_format
    if not found.time_col.startswith("Unnamed: "):
        keys["time_col"] = found.time_col
    if found.layout == "long":
        named = [name for name in found.numeric_columns if not name.startswith("Unnamed: ")] or found.numeric_columns
        keys |= {"id_col": found.id_col, "target_col": found.target_col if found.target_col in named else named[0]}
        if len(named) > 1:
            remarks["target_col"] = f"target_col was chosen among {', '.join(map(_scalar, named[:8]))}"
        return keys, remarks
    filled = set(table.columns[table.notna().any()])
    usable = [name for name in found.numeric_columns if name in filled]
    left_out = [name for name in found.columns if name not in usable and name != found.time_col]
    if left_out and usable:
        keys["series"] = usable
        remarks["series"] = f"left out, since they hold no numbers: {', '.join(map(_scalar, left_out[:8]))}"
    return keys, remarks


def _text(keys: dict[str, object], remarks: dict[str, str], panel: Panel, path: Path) -> str:
    """Write the configuration."""
    season, label = panel.calendar.seasonal_period, panel.calendar.label
    length = int(np.median(panel.lengths))
    horizon, windows = choose_windows(length, season)
    too_short = length - horizon * windows < 2 * season  # the first training data hold no two seasons
    command = shlex.quote(str(path))
    head = f"""# {_holds(panel)}
#
#   forecastkit backtest {command}  scores the models on the past
#   forecastkit forecast {command}  forecasts what comes after
#
# Any key can be set for one run: --set backtest.horizon=24. All keys: forecastkit schema.
"""
    data = [_entry(key, value, remarks.get(key, "")) for key, value in keys.items()]
    data[0] = _entry("source", keys["source"], "relative to this file")
    data.append((f"# freq: {panel.calendar.freqstr}", f"found in the data ({label}); state it to have it checked"))
    backtest = [
        _entry("horizon", horizon, f"steps ahead ({label})"),
        _entry("windows", windows, "points in time from which the past is forecast"),
        _entry("level", [80, 95], "coverage of the intervals in percent"),
        _entry("baselines", True, "add seasonal_naive, and ar_aic, linear in past values"),
        ("# window: sliding", "train on the last train_size steps only, not on everything before"),
    ]
    if too_short:
        backtest.append(_entry("seasonal_period", 1, f"the data are too short for a season of {season} steps"))
    if panel.n_series > 1 and len(np.unique(panel.ends)) > 1:
        backtest.append(_entry("cutoffs", "per_series", "the series end at different times"))
    forecast = [_entry("horizon", horizon, "steps after the end of the data"), _entry("level", [80, 95])]
    output = [
        _entry("directory", f"results/{path.stem}", "relative to where the command is run"),
        _entry("format", "csv", "or parquet"),
        _entry("report", True, "a page with charts"),
    ]
    sections = {
        "data": data,
        "models": _models(panel, 1 if too_short else season),
        "backtest": backtest,
        "forecast": forecast,
    }
    return "\n".join([head, *(_section(name, entries) for name, entries in (sections | {"output": output}).items())])


def _models(panel: Panel, season: int) -> list[tuple[str, str]]:
    """Models that can take the data: a name, a type, and the parameters of that type."""
    entries = [("drift: {type: DriftForecaster}", "the last value and the mean slope")]
    if season > 1:
        entries.insert(0, ("naive: {type: NaiveForecaster}", "the last value"))
    autoregression = "ar: {type: ARForecaster, order: bic}"
    if panel.n_series > 1:
        lenient = f"{autoregression[:-1]}, on_error: naive}}"
        return [*entries, (lenient, "linear in past values; naive where a series is too short")]
    return [*entries, (autoregression, "linear in past values; order: 12 or [1, 2, 24] fixes the lags")]


def _written_as(found: TableFile) -> str:
    """Say how the file is written."""
    if found.kind == "parquet":
        return f"{found.path}: Parquet, {found.layout}, {found.n_rows:,} rows"
    return (
        f"{found.path}: CSV, {found.layout}, {found.n_rows:,} rows; separator {found.separator!r},"
        f" decimal mark {found.decimal!r}, {found.encoding}"
    )


def _holds(panel: Panel) -> str:
    """Say what the series are."""
    first, last = panel.calendar.stamps(np.array([panel.starts.min(), panel.ends.max() - 1])).astype(str)
    short, long = int(panel.lengths.min()), int(panel.lengths.max())
    steps = f"{long:,}" if short == long else f"{short:,} to {long:,}"
    missing = int((~panel.observed).sum())
    return f"{panel.n_series:,} series of {steps} steps, {panel.calendar.label}, from {first} to {last}" + (
        f"; {missing:,} values are missing" if missing else ""
    )


def _section(name: str, entries: list[tuple[str, str]]) -> str:
    """Write a section, its remarks one below the other."""
    width = max((len(text) for text, remark in entries if remark and len(text) <= _WIDE), default=0)
    lines = [f"  {text.ljust(width)}  # {remark}" if remark else f"  {text}" for text, remark in entries]
    return "\n".join([f"{name}:", *lines, ""])


def _entry(key: str, value: object, remark: str = "") -> tuple[str, str]:
    """Write a key, beside the remark on it; the items of a long list get a line each."""
    text = f"{key}: [{', '.join(map(_scalar, value))}]" if isinstance(value, list) else f"{key}: {_scalar(value)}"
    if isinstance(value, list) and len(text) > _WIDE:
        return "\n    ".join(
            [f"{key}:" + (f"  # {remark}" if remark else ""), *(f"- {_scalar(item)}" for item in value)]
        ), ""
    return text, remark


def _scalar(value: object) -> str:
    """Write a value so that YAML reads the same."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = re.fullmatch(r"[^\W\d_][\w./ -]*", value) is not None and value == value.strip()
    return value if plain and parse_value(value) == value else json.dumps(value, ensure_ascii=False)


def _relative(source: Path, folder: Path) -> str:
    """Path as seen from the directory of the configuration; absolute where there is no such way."""
    try:
        return Path(os.path.relpath(source, folder)).as_posix()
    except ValueError:  # another drive
        return source.resolve().as_posix()
