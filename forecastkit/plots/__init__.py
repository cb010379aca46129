"""Figures of frames: forecasts, fit, residuals, roots, spectrum, filled gaps; skill, error and coverage of models."""

from __future__ import annotations

from .coverage import coverage_figure as coverage_figure
from .coverage import coverage_standard_errors as coverage_standard_errors
from .cutoff import cutoff_figure as cutoff_figure
from .drawing import Drawing as Drawing
from .fit import fit_figure as fit_figure
from .forecast import forecast_figure as forecast_figure
from .imputation import imputation_figure as imputation_figure
from .lead_time import lead_time_figure as lead_time_figure
from .palette import model_styles as model_styles
from .residuals import residual_figure as residual_figure
from .roots import root_figure as root_figure
from .skill import skill_figure as skill_figure
from .spectrum import spectrum_figure as spectrum_figure

__all__ = [
    "Drawing",
    "coverage_figure",
    "coverage_standard_errors",
    "cutoff_figure",
    "fit_figure",
    "forecast_figure",
    "imputation_figure",
    "lead_time_figure",
    "model_styles",
    "residual_figure",
    "root_figure",
    "skill_figure",
    "spectrum_figure",
]
