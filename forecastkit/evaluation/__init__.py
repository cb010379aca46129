"""Rolling-origin backtests, scores and reports."""

from .backtest import backtest
from .result import BacktestResult

__all__ = ["BacktestResult", "backtest"]
