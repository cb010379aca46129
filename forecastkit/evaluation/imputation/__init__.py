"""Scoring of imputers: masks, scores, and pages with pictures of filled gaps."""

from .filling import write_filling
from .masks import GRIN_SEEDS, block_mask, grin_mask, point_mask, sensor_mask
from .result import ImputationResult
from .scoring import score_imputation

__all__ = [
    "GRIN_SEEDS",
    "ImputationResult",
    "block_mask",
    "grin_mask",
    "point_mask",
    "score_imputation",
    "sensor_mask",
    "write_filling",
]
