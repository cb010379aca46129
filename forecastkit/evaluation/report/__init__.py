"""Reports as one HTML file that opens offline: of a backtest, and what pages of other kinds are made with."""

from __future__ import annotations

from .page import render_report as render_report
from .page import write_report as write_report

__all__ = ["render_report", "write_report"]
