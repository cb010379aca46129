"""The autoregressive forecaster: its parameters, fits, laws, attributes and diagnostics."""

from .forecaster import ARForecaster

__all__ = ["ARForecaster"]
