"""AR(p) as functions of arrays: lag Gram matrix, conditional likelihood, order selection, forecasts."""

from .estimates import AREstimates, join_estimates
from .forecast import GaussianForecast, forecast_ar, innovations, used_history
from .lag_gram import Trend
from .model import fit_batch, fit_origins
from .order_selection import CRITERIA, information_criterion
from .roots import polynomial_roots
from .specification import ARSpecification, default_max_order

__all__ = [
    "CRITERIA",
    "AREstimates",
    "ARSpecification",
    "GaussianForecast",
    "Trend",
    "default_max_order",
    "fit_batch",
    "fit_origins",
    "forecast_ar",
    "information_criterion",
    "innovations",
    "join_estimates",
    "polynomial_roots",
    "used_history",
]
