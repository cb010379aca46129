"""Fitted forecasters in one safetensors file: arrays and a JSON header, no pickle."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import DirectoryError, InvalidFileError, NotSupportedError
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
        A parameter or series name has no JSON form.
    DirectoryError
        The file cannot be written.
    """
    from safetensors.numpy import save

    arrays = {f"state.{name}": np.ascontiguousarray(value) for name, value in forecaster._state().items()}
    arrays |= {f"panel.{name}": np.ascontiguousarray(getattr(panel, name)) for name in ("values", "starts", "lengths")}
    if panel.layout.rows is not None:
        arrays["panel.rows"] = panel.layout.rows
    header = {
        "format": _FORMAT,
        "version": __version__,
        "class": type(forecaster).__name__,
        "parameters": forecaster.get_params(deep=False),
        "panel": {"ids": _index_to_json(panel.ids), "calendar": panel.calendar.to_json(), "layout": _layout(panel)},
    }
    try:
        text = json.dumps(header, default=_plain)
    except TypeError as error:
        raise NotSupportedError(f"this {type(forecaster).__name__} cannot be saved: {error}") from None
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(save(arrays, {"forecastkit": text, "sha256": _digest(text, arrays)}))
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
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
        Fitted; its forecasts equal those of the saved one.

    Raises
    ------
    InvalidFileError
        The file is missing, truncated, altered or was not written by forecastkit. Nothing in it is executed.

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
    panel, state = header["panel"], {k.removeprefix("state."): v for k, v in arrays.items() if k.startswith("state.")}
    forecaster._restore(state)
    forecaster.panel_ = Panel(
        values=arrays["panel.values"],
        starts=arrays["panel.starts"],
        lengths=arrays["panel.lengths"],
        ids=_index_from_json(panel["ids"]),
        calendar=Calendar.from_json(panel["calendar"]),
        layout=Layout(**panel["layout"], rows=arrays.get("panel.rows")),
    )
    return forecaster


def _read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays of a file that proves to be whole and ours."""
    from safetensors import SafetensorError
    from safetensors.numpy import load as load_arrays

    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidFileError(f"cannot read {path}: {error.strerror or error}") from error
    try:
        arrays = load_arrays(content)
        metadata = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
        text = metadata["forecastkit"]
        header = json.loads(text)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise InvalidFileError(f"{path} is not a forecaster saved by forecastkit, or it is truncated") from error
    if header.get("format") != _FORMAT or metadata.get("sha256") != _digest(text, arrays):
        raise InvalidFileError(f"{path} was altered after it was saved, or is of another version of the format")
    return header, arrays


def _forecaster(header: dict[str, Any], path: str | Path) -> Any:
    """Unfitted forecaster of the class and parameters that the header names."""
    from .. import estimators

    known = {name for name in estimators.__all__ if name.endswith("Forecaster") and name != "BaseForecaster"}
    if header["class"] not in known:
        raise InvalidFileError(f"{path} holds a {header['class']!r}, which this version of forecastkit does not have")
    return getattr(estimators, header["class"])(**header["parameters"])


def _digest(text: str, arrays: dict[str, np.ndarray]) -> str:
    """SHA-256 of the header and all arrays."""
    digest = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        digest.update(f"{name}{arrays[name].dtype}{arrays[name].shape}".encode())
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def _layout(panel: Panel) -> dict[str, Any]:
    """Layout without row labels, which a loaded forecaster replaces by 0..n-1."""
    layout = panel.layout
    names = ("kind", "id_col", "time_col", "target_col", "name", "is_series", "columns_name")
    return {name: getattr(layout, name) for name in names}


def _index_to_json(index: pd.Index) -> dict[str, Any]:
    """Values, dtype and name of an index of series names."""
    if isinstance(index, pd.CategoricalIndex):
        categories = _index_to_json(index.categories)
        return {"categories": categories, "ordered": index.ordered, "codes": index.codes.tolist(), "name": index.name}
    if pd.api.types.is_datetime64_any_dtype(index.dtype):
        return {"values": [stamp.isoformat() for stamp in index], "dtype": str(index.dtype), "name": index.name}
    return {"values": index.tolist(), "dtype": str(index.dtype), "name": index.name}


def _index_from_json(plain: dict[str, Any]) -> pd.Index:
    """Inverse of `_index_to_json`."""
    if "codes" in plain:
        dtype = pd.CategoricalDtype(_index_from_json(plain["categories"]), plain["ordered"])
        return pd.CategoricalIndex(pd.Categorical.from_codes(plain["codes"], dtype=dtype), name=plain["name"])
    return pd.Index(plain["values"], dtype=plain["dtype"], name=plain["name"])


def _plain(value: Any) -> Any:
    """JSON form of NumPy scalars and arrays."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} of type {type(value).__name__} has no JSON form; use numbers, strings or lists")
