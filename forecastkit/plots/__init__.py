"""Figures of frames: forecasts, fit, residuals, roots, spectrum, filled gaps; error and calibration of models."""

from __future__ import annotations

from .comparison import comparison_figure as comparison_figure
from .coverage import coverage_figure as coverage_figure
from .coverage import coverage_standard_errors as coverage_standard_errors
from .cutoff import cutoff_figure as cutoff_figure
from .divergence import divergence_figure as divergence_figure
from .divergence import divergence_matrix_figure as divergence_matrix_figure
from .drawing import Drawing as Drawing
from .fit import fit_figure as fit_figure
from .forecast import forecast_figure as forecast_figure
from .gap_size import gap_size_figure as gap_size_figure
from .graph import graph_figure
from .imputation import imputation_figure as imputation_figure
from .lead_time import lead_time_figure as lead_time_figure
from .palette import model_styles as model_styles
from .reliability import pit_figure as pit_figure
from .reliability import reliability_figure as reliability_figure
from .residuals import residual_figure as residual_figure
from .roots import root_figure as root_figure
from .sensor_scores import sensor_score_figure as sensor_score_figure
from .skill import skill_figure as skill_figure
from .spectrum import spectrum_figure as spectrum_figure

__all__ = [
    "Drawing",
    "comparison_figure",
    "coverage_figure",
    "coverage_standard_errors",
    "cutoff_figure",
    "divergence_figure",
    "divergence_matrix_figure",
    "fit_figure",
    "forecast_figure",
    "gap_size_figure",
    "graph_figure",
    "imputation_figure",
    "lead_time_figure",
    "model_styles",
    "pit_figure",
    "reliability_figure",
    "residual_figure",
    "root_figure",
    "sensor_score_figure",
    "skill_figure",
    "spectrum_figure",
]
