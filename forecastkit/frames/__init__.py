"""Pandas in, pandas out: from a Series or DataFrame to a Panel and back."""

from .calendar import Calendar
from .covariates import Covariates, as_covariates
from .forecast_frames import (
    by_series,
    columns_frame,
    future_positions,
    history_frame,
    long_frame,
    point_frame,
    sample_frame,
)
from .future_frame import future_frame
from .ingest import as_panel
from .panel import Layout, Panel

__all__ = [
    "Calendar",
    "Covariates",
    "Layout",
    "Panel",
    "as_covariates",
    "as_panel",
    "by_series",
    "columns_frame",
    "future_frame",
    "future_positions",
    "history_frame",
    "long_frame",
    "point_frame",
    "sample_frame",
]
