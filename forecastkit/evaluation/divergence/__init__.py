"""Any two fitted forecasters compared as distributions: the Kullback-Leibler divergence of their forecasts."""

from .kullback_leibler import kl_divergence
from .result import DivergenceResult

__all__ = ["DivergenceResult", "kl_divergence"]
