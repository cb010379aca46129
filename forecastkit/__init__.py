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
    "CalibratedForecaster": "estimators",
    "ComparisonResult": "evaluation",
    "ConditionalNARForecaster": "estimators",
    "DivergenceResult": "evaluation",
    "DriftForecaster": "estimators",
    "GaussianImputer": "estimators",
    "GraphImputer": "estimators",
    "ImputationResult": "evaluation",
    "ImputedForecaster": "estimators",
    "NARForecaster": "estimators",
    "NaiveForecaster": "estimators",
    "Panel": "frames",
    "StabilityResult": "evaluation",
    "as_panel": "frames",
    "backtest": "evaluation",
    "calibrate": "evaluation",
    "compare": "evaluation",
    "future_frame": "frames",
    "kl_divergence": "evaluation",
    "load": "estimators",
    "load_dataset": "datasets",
    "score_imputation": "evaluation",
    "stability": "evaluation",
}

__all__ = [
    "ARForecaster",
    "BacktestResult",
    "CalibratedForecaster",
    "ComparisonResult",
    "ConditionalNARForecaster",
    "DivergenceResult",
    "DriftForecaster",
    "GaussianImputer",
    "GraphImputer",
    "ImputationResult",
    "ImputedForecaster",
    "NARForecaster",
    "NaiveForecaster",
    "Panel",
    "StabilityResult",
    "__version__",
    "as_panel",
    "backtest",
    "calibrate",
    "compare",
    "future_frame",
    "kl_divergence",
    "load",
    "load_dataset",
    "score_imputation",
    "stability",
]

if TYPE_CHECKING:
    from .datasets import load_dataset as load_dataset
    from .estimators import ARForecaster as ARForecaster
    from .estimators import CalibratedForecaster as CalibratedForecaster
    from .estimators import ConditionalNARForecaster as ConditionalNARForecaster
    from .estimators import DriftForecaster as DriftForecaster
    from .estimators import GaussianImputer as GaussianImputer
    from .estimators import GraphImputer as GraphImputer
    from .estimators import ImputedForecaster as ImputedForecaster
    from .estimators import NaiveForecaster as NaiveForecaster
    from .estimators import NARForecaster as NARForecaster
    from .estimators import load as load
    from .evaluation import BacktestResult as BacktestResult
    from .evaluation import ComparisonResult as ComparisonResult
    from .evaluation import DivergenceResult as DivergenceResult
    from .evaluation import ImputationResult as ImputationResult
    from .evaluation import StabilityResult as StabilityResult
    from .evaluation import backtest as backtest
    from .evaluation import calibrate as calibrate
    from .evaluation import compare as compare
    from .evaluation import kl_divergence as kl_divergence
    from .evaluation import score_imputation as score_imputation
    from .evaluation import stability as stability
    from .frames import Panel as Panel
    from .frames import as_panel as as_panel
    from .frames import future_frame as future_frame


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'forecastkit' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
