"""Training with Lightning: the only package that imports it, and not before something of it is used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

_HOMES = {
    "BestWeights": "callbacks",
    "DivergenceGuard": "callbacks",
    "ForecastModule": "module",
    "Objective": "module",
    "SCHEDULES": "options",
    "Schedule": "options",
    "TrainingOptions": "options",
    "TrainingRecord": "fit",
    "WindowDataModule": "data_module",
    "fit_graph_imputer": "graph_imputer",
    "train": "fit",
}

__all__ = [
    "SCHEDULES",
    "BestWeights",
    "DivergenceGuard",
    "ForecastModule",
    "Objective",
    "Schedule",
    "TrainingOptions",
    "TrainingRecord",
    "WindowDataModule",
    "fit_graph_imputer",
    "train",
]

if TYPE_CHECKING:
    from .callbacks import BestWeights as BestWeights
    from .callbacks import DivergenceGuard as DivergenceGuard
    from .data_module import WindowDataModule as WindowDataModule
    from .fit import TrainingRecord as TrainingRecord
    from .fit import train as train
    from .graph_imputer import fit_graph_imputer as fit_graph_imputer
    from .module import ForecastModule as ForecastModule
    from .module import Objective as Objective
    from .options import SCHEDULES as SCHEDULES
    from .options import Schedule as Schedule
    from .options import TrainingOptions as TrainingOptions


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
