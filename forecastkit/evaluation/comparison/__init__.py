"""Fitted forecasters side by side: held-out scores, tests of their differences, and divergences of all pairs."""

from .comparison import compare
from .result import ComparisonResult

__all__ = ["ComparisonResult", "compare"]
