"""Fitted forecasters in one safetensors file: arrays and a JSON header, no pickle."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DirectoryError, InvalidFileError, MissingFileError, NotSupportedError
from ..frames import Calendar, Layout, Panel
from ..version import __version__

if TYPE_CHECKING:
    from .base import BaseForecaster

_FORMAT = "forecastkit-forecaster-1"


def save_forecaster(forecaster: BaseForecaster, panel: Panel, path: str | Path) -> None:
    """Write a fitted forecaster; an existing file is replaced only once the new one is complete.

    Parameters
    ----------
    forecaster : BaseForecaster
        Fitted.
    panel : Panel
        Its training data.
    path : str or Path
        Target file.

    Raises
    ------
    NotSupportedError
        The class is not one of forecastkit's, or a parameter, series name or row label has no JSON form.
    DirectoryError
        The file cannot be written.
    """
    from safetensors.numpy import save

    name = type(forecaster).__name__
    if _classes().get(name) is not type(forecaster):
        raise NotSupportedError(f"{name} is not a class of forecastkit: only {sorted(_classes())} can be saved")
    arrays = {f"state.{name}": np.ascontiguousarray(value) for name, value in forecaster._state().items()}
    arrays |= {f"panel.{name}": np.ascontiguousarray(value) for name, value in _panel_arrays(panel).items()}
    header = {
        "format": _FORMAT,
        "version": __version__,
        "class": name,
        "parameters": forecaster.get_params(deep=False),
    }
    try:
        header["panel"] = _panel_header(panel)
        text = json.dumps(header, default=_plain)
    except TypeError as error:
        raise NotSupportedError(f"this {name} cannot be saved: {error}") from None
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(save(arrays, {"forecastkit": text, "sha256": _digest(text, arrays)}))
        temporary.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise DirectoryError(f"cannot write {target}: {error.strerror or error}") from error


def load(path: str | Path) -> Any:
    """Read a forecaster written by its ``save``.

    Parameters
    ----------
    path : str or Path
        A ``.safetensors`` file.

    Returns
    -------
    BaseForecaster
        Fitted; its forecasts, fitted values and attributes equal those of the saved one.

    Raises
    ------
    MissingFileError
        There is no such file, or it cannot be read.
    InvalidFileError
        The file is truncated, altered or was not written by forecastkit. Nothing in it is executed.

    Examples
    --------
    >>> import tempfile
    >>> from forecastkit import NaiveForecaster
    >>> y = pd.Series([1.0, 2.0, 3.0], index=pd.period_range("2022", periods=3, freq="Y"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     NaiveForecaster().fit(y).save(f"{folder}/naive.safetensors")
    ...     load(f"{folder}/naive.safetensors").predict(1).tolist()
    [3.0]
    """
    header, arrays = _read(Path(path))
    forecaster = _forecaster(header, path)
    forecaster._restore({k.removeprefix("state."): v for k, v in arrays.items() if k.startswith("state.")})
    forecaster.panel_ = _panel(header["panel"], arrays)
    return forecaster


def _read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays of a file that proves to be whole and ours."""
    from safetensors import SafetensorError
    from safetensors.numpy import load as load_arrays

    try:
        content = path.read_bytes()
    except OSError as error:
        raise MissingFileError(f"cannot read {path}: {error.strerror or error}") from error
    try:
        arrays = load_arrays(content)
        metadata = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
        text = metadata["forecastkit"]
        header = json.loads(text)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise InvalidFileError(f"{path} is not a forecaster saved by forecastkit, or it is truncated") from error
    if (
        not isinstance(header, dict)
        or header.get("format") != _FORMAT
        or metadata.get("sha256") != _digest(text, arrays)
    ):
        raise InvalidFileError(f"{path} was altered after it was saved, or is of another version of the format")
    return header, arrays


def _forecaster(header: dict[str, Any], path: str | Path) -> Any:
    """Unfitted forecaster of the class and parameters that the header names."""
    name, known = header["class"], _classes()
    if name not in known or not set(header["parameters"]) <= set(known[name]().get_params(deep=False)):
        raise InvalidFileError(f"{path} holds a {name!r} that this version of forecastkit does not have")
    return known[name](**header["parameters"])


def _classes() -> dict[str, Any]:
    """Forecasters that can be saved, by name."""
    from .. import estimators

    names = [name for name in estimators.__all__ if name.endswith("Forecaster") and name != "BaseForecaster"]
    return {name: getattr(estimators, name) for name in names}


def _digest(text: str, arrays: dict[str, np.ndarray]) -> str:
    """SHA-256 of the header and all arrays."""
    digest = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        digest.update(f"{name}{arrays[name].dtype}{arrays[name].shape}".encode())
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def _panel_arrays(panel: Panel) -> dict[str, np.ndarray]:
    """Arrays of a panel: its values, and which rows of the data they were."""
    layout = panel.layout
    arrays = {"values": panel.values, "starts": panel.starts, "lengths": panel.lengths}
    if layout.rows is not None:
        arrays["rows"] = layout.rows
    if layout.trimmed is not None:
        arrays["trimmed_series"], arrays["trimmed_positions"] = layout.trimmed
    if layout.index is not None and layout.kind in ("series", "wide"):
        arrays["index"] = panel.calendar.place(layout.index)[0]
    return arrays


def _panel_header(panel: Panel) -> dict[str, Any]:
    """Describe a panel besides its arrays."""
    layout = panel.layout
    names = ("kind", "id_col", "time_col", "target_col", "name", "is_series", "columns_name")
    return {
        "ids": _index_to_json(panel.ids),
        "calendar": panel.calendar.to_json(),
        "layout": {name: _scalar(getattr(layout, name)) for name in names},
        "labels": _index_to_json(layout.index) if layout.kind == "long" and layout.index is not None else None,
    }


def _panel(header: dict[str, Any], arrays: dict[str, np.ndarray]) -> Panel:
    """Inverse of `_panel_arrays` and `_panel_header`."""
    calendar, index = Calendar.from_json(header["calendar"]), None
    if header["labels"] is not None:
        index = _index_from_json(header["labels"])
    elif "panel.index" in arrays:
        index = calendar.stamps(arrays["panel.index"])
    trimmed = None
    if "panel.trimmed_series" in arrays:
        trimmed = arrays["panel.trimmed_series"], arrays["panel.trimmed_positions"]
    return Panel(
        values=arrays["panel.values"],
        starts=arrays["panel.starts"],
        lengths=arrays["panel.lengths"],
        ids=_index_from_json(header["ids"]),
        calendar=calendar,
        layout=Layout(**header["layout"], index=index, rows=arrays.get("panel.rows"), trimmed=trimmed),
    )


def _index_to_json(index: pd.Index) -> dict[str, Any]:
    """Values, dtype and name of an index of series names or row labels."""
    name, dtype = _scalar(index.name), str(index.dtype)
    if isinstance(index, pd.RangeIndex):
        return {"range": [index.start, index.stop, index.step], "name": name}
    if isinstance(index, pd.CategoricalIndex):
        categories = _index_to_json(index.categories)
        return {"categories": categories, "ordered": index.ordered, "codes": index.codes.tolist(), "name": name}
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        values = [stamp.isoformat() if isinstance(stamp, pd.Timestamp) else str(stamp) for stamp in index]
        return {"values": values, "dtype": dtype, "name": name}
    return {"values": [_scalar(value) for value in index.tolist()], "dtype": dtype, "name": name}


def _index_from_json(plain: dict[str, Any]) -> pd.Index:
    """Inverse of `_index_to_json`."""
    if "range" in plain:
        return pd.RangeIndex(*plain["range"], name=plain["name"])
    if "codes" in plain:
        dtype = pd.CategoricalDtype(_index_from_json(plain["categories"]), plain["ordered"])
        return pd.CategoricalIndex(pd.Categorical.from_codes(plain["codes"], dtype=dtype), name=plain["name"])
    return pd.Index(plain["values"], dtype=plain["dtype"], name=plain["name"])


def _scalar(value: Any) -> Any:
    """Return a name or label that JSON gives back as it is, or raise TypeError."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{value!r} of type {type(value).__name__} has no JSON form; use text or numbers as names")


def _plain(value: Any) -> Any:
    """JSON form of NumPy scalars, arrays and collections of numbers."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Collection):
        return list(value)
    raise TypeError(f"{value!r} of type {type(value).__name__} has no JSON form; use numbers, strings or lists")
