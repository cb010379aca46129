"""The neural autoregressive forecasters."""

from .conditional import ConditionalNARForecaster
from .forecaster import NARForecaster

__all__ = ["ConditionalNARForecaster", "NARForecaster"]
