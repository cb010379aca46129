"""What makes a backtest the same backtest: its settings, its data and the versions."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import numpy as np

from .. import __version__
from ..frames import Covariates, Panel


def describe(model: Any) -> dict[str, Any]:
    """Class and parameters of a model as plain values, the same in every process."""
    if hasattr(model, "get_params"):
        return {"type": type(model).__name__} | plain(model.get_params(deep=True))
    from joblib import hash as content_hash

    return {"type": type(model).__name__, "hash": content_hash(model)}


def data_hash(panel: Panel, covariates: Covariates | None) -> str:
    """SHA-256 of the values, times, ids and covariates."""
    digest = hashlib.sha256(json.dumps(panel.calendar.to_json(), sort_keys=True, default=str).encode())
    digest.update("\0".join(map(repr, panel.ids)).encode())
    for array in (panel.values, panel.starts, panel.lengths):
        digest.update(np.ascontiguousarray(array).tobytes())
    if covariates is not None:
        digest.update(np.ascontiguousarray(covariates.values).tobytes())
        digest.update(repr(covariates.names).encode())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Versions that a result depends on."""
    packages = ("numpy", "pandas", "scipy", "statsmodels", "scikit-learn", "utilsforecast", "scoringrules")
    return {"forecastkit": __version__, "python": platform.python_version()} | {
        name: version(name) for name in packages
    }


def plain(value: Any) -> Any:
    """JSON form of settings: numbers, strings, lists and dicts; anything else by its repr."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)
