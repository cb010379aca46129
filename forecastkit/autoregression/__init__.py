"""AR(p) as functions of arrays: lag Gram matrix, conditional likelihood, order selection, forecasts."""

from .automatic import AutomaticFit, Candidate, automatic_candidates, fit_automatic
from .dense_forecast import DenseForecast
from .difference import difference
from .direct import DirectFit, direct_mean, fit_direct
from .estimates import AREstimates, estimates_of, join_estimates
from .exact_likelihood import ExactFit, exact_log_likelihood, fit_exact
from .exact_model import exact_fits, fit_exact_batch
from .forecast import GaussianForecast, forecast_ar, innovations, used_history
from .forecast_law import ForecastLaw, GaussianLaw
from .gap_forecast import GapForecast
from .gap_law import gap_law, history_law, interpolated, observed_log_likelihood
from .gappy_model import fit_with_gaps
from .innovation_filter import filtered_innovations
from .lag_gram import N_DETERMINISTIC, Trend
from .linear_process import LinearProcess
from .missing_values import fit_missing, select_order_missing
from .mixture_forecast import MixtureForecast
from .model import fit_batch, fit_origins, n_parameters
from .order_averaging import criterion_weights
from .order_selection import CRITERIA, information_criterion
from .pooled import PooledFit, fit_pooled
from .power_transform import choose_power, inverse, log_jacobian, transform
from .process_law import process_law
from .recursive_regression import RecursiveRegression, recursive_regression
from .roots import polynomial_roots
from .scenario import ScenarioForecast, condition_forecast
from .season import infer_season
from .seasonal_lags import fit_seasonal_lags, seasonal_lags
from .simulation import simulate_process
from .specification import ARSpecification, default_max_order
from .standard_error import standard_errors
from .stationary_law import (
    autocovariance,
    coef_from_partial,
    is_stationary,
    partial_autocorrelations,
    spectrum,
    stationary_precision,
)
from .transformed_forecast import TransformedForecast

__all__ = [
    "CRITERIA",
    "N_DETERMINISTIC",
    "AREstimates",
    "ARSpecification",
    "AutomaticFit",
    "Candidate",
    "DenseForecast",
    "DirectFit",
    "ExactFit",
    "ForecastLaw",
    "GapForecast",
    "GaussianForecast",
    "GaussianLaw",
    "LinearProcess",
    "MixtureForecast",
    "PooledFit",
    "RecursiveRegression",
    "ScenarioForecast",
    "TransformedForecast",
    "Trend",
    "autocovariance",
    "automatic_candidates",
    "choose_power",
    "coef_from_partial",
    "condition_forecast",
    "criterion_weights",
    "default_max_order",
    "difference",
    "direct_mean",
    "estimates_of",
    "exact_fits",
    "exact_log_likelihood",
    "filtered_innovations",
    "fit_automatic",
    "fit_batch",
    "fit_direct",
    "fit_exact",
    "fit_exact_batch",
    "fit_missing",
    "fit_origins",
    "fit_pooled",
    "fit_seasonal_lags",
    "fit_with_gaps",
    "forecast_ar",
    "gap_law",
    "history_law",
    "infer_season",
    "information_criterion",
    "innovations",
    "interpolated",
    "inverse",
    "is_stationary",
    "join_estimates",
    "log_jacobian",
    "n_parameters",
    "observed_log_likelihood",
    "partial_autocorrelations",
    "polynomial_roots",
    "process_law",
    "recursive_regression",
    "seasonal_lags",
    "select_order_missing",
    "simulate_process",
    "spectrum",
    "standard_errors",
    "stationary_precision",
    "transform",
    "used_history",
]
