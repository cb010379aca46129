"""Pandas in, pandas out: from a Series or DataFrame to a Panel and back."""

from .calendar import Calendar
from .calendar_features import CALENDAR_NAMES, CalendarFeatures, calendar_features, check_calendar_names
from .continuation import continued
from .covariates import Covariates, as_covariates
from .edges import sensor_graph
from .forecast_frames import (
    by_series,
    columns_frame,
    future_positions,
    point_frame,
    sample_frame,
)
from .future_frame import future_frame
from .history_frames import history_columns_frame, history_frame, history_sample_frame, long_frame, with_every_stamp
from .ingest import as_panel
from .known_values import known_values
from .panel import Layout, Panel
from .sensor_graph import SensorGraph

__all__ = [
    "CALENDAR_NAMES",
    "Calendar",
    "CalendarFeatures",
    "Covariates",
    "Layout",
    "Panel",
    "SensorGraph",
    "as_covariates",
    "as_panel",
    "by_series",
    "calendar_features",
    "check_calendar_names",
    "columns_frame",
    "continued",
    "future_frame",
    "future_positions",
    "history_columns_frame",
    "history_frame",
    "history_sample_frame",
    "known_values",
    "long_frame",
    "point_frame",
    "sample_frame",
    "sensor_graph",
    "with_every_stamp",
]
