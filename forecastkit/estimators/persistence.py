"""Fitted estimators in one safetensors file: arrays and a JSON header, no pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..atomic_file import atomic_file
from ..errors import DirectoryError, InvalidFileError, MissingFileError, NotSupportedError
from ..frames import Panel
from ..version import __version__
from .stored_covariates import read_covariates, store_covariates
from .stored_panel import read_panel, store_panel

if TYPE_CHECKING:
    from .base import BaseForecaster
    from .imputation import BaseImputer

_FORMAT = "forecastkit-forecaster-1"
_FRAME = "pandas.DataFrame"
_ESTIMATOR = "forecastkit"
_LARGEST_HEADER = 40_000_000  # characters, of which some are escaped; safetensors takes 100 MB
_MALFORMED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RuntimeError)


def save_estimator(estimator: BaseForecaster | BaseImputer, panel: Panel, path: str | Path) -> None:
    """Write a fitted estimator; an existing file is replaced only once the new one is complete.

    Parameters
    ----------
    estimator : BaseForecaster or BaseImputer
        Fitted.
    panel : Panel
        Its training data, or what an imputer keeps of them.
    path : str or Path
        Target file.

    Raises
    ------
    NotSupportedError
        The class is not one of forecastkit's, a parameter, series name or row label has no JSON form, or labels that
        are text are too many.
    DirectoryError
        The file cannot be written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save

    name = type(estimator).__name__
    if _classes().get(name) is not type(estimator):
        raise NotSupportedError(f"{name} is not a class of forecastkit: only {sorted(_classes())} can be saved")
    arrays = {f"state.{name}": np.asarray(value, order="C") for name, value in estimator._state().items()}
    header = {
        "format": _FORMAT,
        "version": __version__,
        "class": name,
        "parameters": _kept(estimator),
    }
    try:
        header["panel"], panel_arrays = store_panel(panel)
        arrays |= {f"panel.{name}": np.ascontiguousarray(value) for name, value in panel_arrays.items()}
        if estimator._X is not None:
            header["covariates"], given = store_covariates(estimator._X)
            arrays |= {f"covariates.{name}": np.ascontiguousarray(value) for name, value in given.items()}
        header["arrays"] = sorted(arrays)
        text = json.dumps(header, default=_plain)
    except TypeError as error:
        raise NotSupportedError(f"this {name} cannot be saved: {error}") from None
    try:
        if len(text) > _LARGEST_HEADER:
            raise SafetensorError(f"{len(text):,} characters of JSON")
        content = save(arrays, {"forecastkit": text, "sha256": _digest(text, arrays)})
    except SafetensorError as error:
        raise NotSupportedError(
            f"this {name} cannot be saved: its row labels or series names are too much text ({error}); fit it on "
            "y.reset_index(drop=True), or with numbers as series names"
        ) from error
    try:
        with atomic_file(path) as temporary:
            temporary.write_bytes(content)
    except OSError as error:
        raise DirectoryError(f"cannot write {path}: {error.strerror or error}") from error


def load(path: str | Path) -> Any:
    """Read a forecaster or imputer written by its ``save``.

    Parameters
    ----------
    path : str or Path
        A ``.safetensors`` file.

    Returns
    -------
    BaseForecaster or BaseImputer
        Fitted; what it forecasts or fills, and its attributes, equal those of the saved one.

    Raises
    ------
    MissingFileError
        There is no such file, or it cannot be read.
    InvalidFileError
        The file is truncated, altered, was not written by forecastkit, or does not describe a fitted estimator.
        Nothing in it is executed.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from forecastkit import NaiveForecaster
    >>> y = pd.Series([1.0, 2.0, 3.0], index=pd.period_range("2022", periods=3, freq="Y"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     NaiveForecaster().fit(y).save(f"{folder}/naive.safetensors")
    ...     load(f"{folder}/naive.safetensors").predict(1).tolist()
    [3.0]
    """
    header, arrays = _read(Path(path))
    try:
        return _estimator(header, arrays)
    except _MALFORMED as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else error
        raise InvalidFileError(
            f"{path} does not describe a fitted estimator of this version of forecastkit ({__version__}): {reason}"
        ) from error


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
    except (SafetensorError, *_MALFORMED) as error:
        raise InvalidFileError(f"{path} is not an estimator saved by forecastkit, or it is truncated") from error
    if (
        not isinstance(header, dict)
        or header.get("format") != _FORMAT
        or metadata.get("sha256") != _digest(text, arrays)
    ):
        raise InvalidFileError(f"{path} was altered after it was saved, or is of another version of the format")
    return header, arrays


def _estimator(header: dict[str, Any], arrays: dict[str, np.ndarray]) -> Any:
    """Fitted estimator that header and arrays describe; one of the errors in `_MALFORMED` if they do not."""
    estimator = _unfitted(header["class"], header["parameters"])
    if not isinstance(header["version"], str):
        raise TypeError("the version is no text")
    if header["arrays"] != sorted(arrays):
        raise ValueError(f"the arrays are {sorted(arrays)}, not {header['arrays']}")
    parts: dict[str, dict[str, np.ndarray]] = {"state": {}, "panel": {}, "covariates": {}}
    for key, array in arrays.items():
        part, _, rest = key.partition(".")
        parts[part][rest] = array
    estimator._check_loaded()
    panel, X = read_panel(header["panel"], parts["panel"], empty=estimator._takes_empty), None
    if parts["covariates"] or "covariates" in header:
        X = read_covariates(header["covariates"], parts["covariates"], panel)
    estimator._return(panel, X, parts["state"])
    return estimator


def _unfitted(name: str, given: dict[str, Any]) -> Any:
    """Estimator of ours with the parameters of a file."""
    known = _classes()
    defaults = known[name]().get_params(deep=False) if name in known else {}
    if name not in known or not set(given) <= set(defaults):
        raise ValueError(f"it does not have a {name!r} with these parameters")
    return known[name](**{key: _parameter(value, defaults[key]) for key, value in given.items()})


def _classes() -> dict[str, Any]:
    """Estimators that can be saved, by name."""
    from .. import estimators

    names = [name for name in estimators.__all__ if name.endswith(("Forecaster", "Imputer")) and name[:4] != "Base"]
    return {name: getattr(estimators, name) for name in names}


def _digest(text: str, arrays: dict[str, np.ndarray]) -> str:
    """SHA-256 of the header and all arrays."""
    digest = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        digest.update(f"{name}{arrays[name].dtype}{arrays[name].shape}".encode())
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def _kept(estimator: BaseForecaster | BaseImputer) -> dict[str, Any]:
    """Parameters to save: those that only training reads are None where they have no JSON form, such as callbacks."""
    parameters = estimator.get_params(deep=False)
    parameters |= dict.fromkeys(parameters.keys() & set(estimator._kept_apart))
    for name in estimator._only_for_training:
        try:
            json.dumps(parameters[name], default=_plain)
        except TypeError:
            parameters[name] = None
    return parameters


def _parameter(value: Any, default: Any) -> Any:
    """Inverse of `_plain` for a parameter: a frame, an estimator, or names in a tuple like its default."""
    if isinstance(value, dict) and set(value) == {_FRAME}:
        return pd.DataFrame(**value[_FRAME])
    if isinstance(value, dict) and set(value) == {_ESTIMATOR}:
        return _unfitted(**value[_ESTIMATOR])
    return tuple(value) if isinstance(default, tuple) and isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """JSON form of NumPy scalars, arrays, collections of numbers, frames, and estimators of ours."""
    if isinstance(value, pd.DataFrame):
        text = [name for name, dtype in value.dtypes.items() if not pd.api.types.is_numeric_dtype(dtype)]
        return {_FRAME: value.astype(dict.fromkeys(text, str)).to_dict(orient="split")}
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if _classes().get(type(value).__name__) is type(value):
        return {_ESTIMATOR: {"name": type(value).__name__, "given": _kept(value)}}
    if isinstance(value, Collection):
        return list(value)
    raise TypeError(f"{value!r} of type {type(value).__name__} has no JSON form; use numbers, strings or lists")
