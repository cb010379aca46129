"""Figures of frames: forecasts with their intervals, skill, error by lead time and by cutoff, coverage."""

from __future__ import annotations

from .coverage import coverage_figure as coverage_figure
from .coverage import coverage_standard_errors as coverage_standard_errors
from .cutoff import cutoff_figure as cutoff_figure
from .drawing import Drawing as Drawing
from .forecast import forecast_figure as forecast_figure
from .lead_time import lead_time_figure as lead_time_figure
from .palette import model_styles as model_styles
from .skill import skill_figure as skill_figure

__all__ = [
    "Drawing",
    "coverage_figure",
    "coverage_standard_errors",
    "cutoff_figure",
    "forecast_figure",
    "lead_time_figure",
    "model_styles",
    "skill_figure",
]
