"""The public forecasters and their persistence."""

from .ar import ARForecaster
from .base import BaseForecaster, Forecast
from .drift import DriftForecaster
from .naive import NaiveForecaster
from .nar import ConditionalNARForecaster, NARForecaster
from .persistence import load

__all__ = [
    "ARForecaster",
    "BaseForecaster",
    "ConditionalNARForecaster",
    "DriftForecaster",
    "Forecast",
    "NARForecaster",
    "NaiveForecaster",
    "load",
]
