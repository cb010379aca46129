"""Backtests and scored imputers with their reports; fitted models compared, calibrated, and asked for stability."""

from .backtest import backtest
from .calibration import calibrate
from .comparison import ComparisonResult, compare
from .divergence import DivergenceResult, kl_divergence
from .imputation import ImputationResult, score_imputation
from .result import BacktestResult
from .stability import StabilityResult, stability

__all__ = [
    "BacktestResult",
    "ComparisonResult",
    "DivergenceResult",
    "ImputationResult",
    "StabilityResult",
    "backtest",
    "calibrate",
    "compare",
    "kl_divergence",
    "score_imputation",
    "stability",
]
