"""Forecasters whose intervals are calibrated on the errors of their earlier forecasts."""

from .forecaster import CalibratedForecaster as CalibratedForecaster
from .origins import calibration_steps as calibration_steps

__all__ = ["CalibratedForecaster", "calibration_steps"]
