"""forecastkit: autoregressive forecasting, imputation and backtesting for pandas DataFrames.

Public names are imported on first use (PEP 562), so that ``import forecastkit`` stays fast.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .version import __version__ as __version__

_HOMES = {
    "ARForecaster": "estimators",
    "BacktestResult": "evaluation",
    "ConditionalNARForecaster": "estimators",
    "DriftForecaster": "estimators",
    "NARForecaster": "estimators",
    "NaiveForecaster": "estimators",
    "Panel": "frames",
    "as_panel": "frames",
    "backtest": "evaluation",
    "future_frame": "frames",
    "load": "estimators",
    "load_dataset": "datasets",
}

__all__ = [
    "ARForecaster",
    "BacktestResult",
    "ConditionalNARForecaster",
    "DriftForecaster",
    "NARForecaster",
    "NaiveForecaster",
    "Panel",
    "__version__",
    "as_panel",
    "backtest",
    "future_frame",
    "load",
    "load_dataset",
]

if TYPE_CHECKING:
    from .datasets import load_dataset as load_dataset
    from .estimators import ARForecaster as ARForecaster
    from .estimators import ConditionalNARForecaster as ConditionalNARForecaster
    from .estimators import DriftForecaster as DriftForecaster
    from .estimators import NaiveForecaster as NaiveForecaster
    from .estimators import NARForecaster as NARForecaster
    from .estimators import load as load
    from .evaluation import BacktestResult as BacktestResult
    from .evaluation import backtest as backtest
    from .frames import Panel as Panel
    from .frames import as_panel as as_panel
    from .frames import future_frame as future_frame


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'forecastkit' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
