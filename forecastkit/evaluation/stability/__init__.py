"""Stability of recursive forecasters: whether their errors fade or grow, and whether long simulations stay bounded."""

from .result import StabilityResult
from .section import StabilitySection, stability_section
from .stability import stability

__all__ = ["StabilityResult", "StabilitySection", "stability", "stability_section"]
