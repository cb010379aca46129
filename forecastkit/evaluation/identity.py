"""What makes a backtest the same backtest: its settings, its data and the versions."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

import joblib
import numpy as np
import pandas as pd

from ..frames import Covariates, Panel, SensorGraph
from ..version import __version__


def describe(model: Any) -> dict[str, Any]:
    """Class and parameters of a model as plain values, the same in every process."""
    parameters = model.get_params(deep=True) if hasattr(model, "get_params") else vars(model)
    return {"type": f"{type(model).__module__}.{type(model).__qualname__}", "parameters": plain(parameters)}


def data_hash(panel: Panel, covariates: Covariates | None) -> str:
    """SHA-256 of the values, times, ids and covariates."""
    digest = hashlib.sha256(json.dumps(panel.calendar.to_json(), sort_keys=True, default=str).encode())
    digest.update("\0".join(map(repr, panel.ids)).encode())
    for array in (panel.values, panel.starts, panel.lengths):
        digest.update(np.ascontiguousarray(array).tobytes())
    if covariates is not None:
        digest.update(repr((covariates.names, covariates.shared, dict(covariates.categories))).encode())
        for array in (covariates.values, covariates.present, covariates.starts, covariates.lengths):
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Versions that a result depends on."""
    return {"forecastkit": __version__, "python": platform.python_version()} | _package_versions()


@cache
def _package_versions() -> dict[str, str]:
    """Versions of installed packages, whose metadata take milliseconds to read."""
    packages = ("numpy", "pandas", "scipy", "statsmodels", "scikit-learn", "utilsforecast", "scoringrules")
    packages += ("torch", "pytorch-lightning")  # read, not imported
    return {name: version(name) for name in packages}


def plain(value: Any) -> Any:
    """JSON form of settings: numbers, strings, lists and dicts; anything else by its repr."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, pd.Series | pd.DataFrame | pd.Index):  # whose repr leaves values out
        return f"{type(value).__name__} {joblib.hash(value)}"
    if isinstance(value, SensorGraph):
        return f"SensorGraph: {value.description} {joblib.hash((value.to_frame(), value.coordinates))}"
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))  # an address is not part of what a model is
