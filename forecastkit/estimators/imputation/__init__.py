"""Imputers: tables with gaps in, tables without them out."""

from .ar_imputer import ARImputer
from .base import BaseImputer
from .baselines import IterativeImputer, KNNImputer, LinearInterpolationImputer, MeanImputer
from .gaussian import GaussianImputer
from .graph import GraphImputer
from .imputed_forecaster import ImputedForecaster

__all__ = [
    "ARImputer",
    "BaseImputer",
    "GaussianImputer",
    "GraphImputer",
    "ImputedForecaster",
    "IterativeImputer",
    "KNNImputer",
    "LinearInterpolationImputer",
    "MeanImputer",
]
