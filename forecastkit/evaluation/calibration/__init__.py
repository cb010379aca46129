"""Calibration: intervals that cover what they promise, and whether those of a backtest did."""

from .calibrate import calibrate as calibrate
from .pit import pit_values as pit_values
from .reliability import pit_histogram as pit_histogram
from .reliability import reliability as reliability

__all__ = ["calibrate", "pit_histogram", "pit_values", "reliability"]
