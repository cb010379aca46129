"""The public forecasters and imputers, and their persistence."""

from .ar import ARForecaster
from .base import BaseForecaster, Forecast
from .calibrated import CalibratedForecaster
from .drift import DriftForecaster
from .imputation import (
    ARImputer,
    BaseImputer,
    GaussianImputer,
    GraphImputer,
    ImputedForecaster,
    IterativeImputer,
    KNNImputer,
    LinearInterpolationImputer,
    MeanImputer,
)
from .naive import NaiveForecaster
from .nar import ConditionalNARForecaster, NARForecaster
from .persistence import load

__all__ = [
    "ARForecaster",
    "ARImputer",
    "BaseForecaster",
    "BaseImputer",
    "CalibratedForecaster",
    "ConditionalNARForecaster",
    "DriftForecaster",
    "Forecast",
    "GaussianImputer",
    "GraphImputer",
    "ImputedForecaster",
    "IterativeImputer",
    "KNNImputer",
    "LinearInterpolationImputer",
    "MeanImputer",
    "NARForecaster",
    "NaiveForecaster",
    "load",
]
