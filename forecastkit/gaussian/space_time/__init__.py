"""Linear-Gaussian laws of sensor networks in space and time, in two forms.

Windows with a block-Toeplitz covariance (`fit_space_time`), and a vector autoregression over the graph
(`fit_state_space`).
"""

from .autoregression_fit import AutoregressionFit, fit_vector_autoregression
from .combined import CombinedModel, fit_combined
from .conditional import SpaceTimeConditional
from .correlation_graph import correlation_graph
from .kalman_filter import FilterState, advance, final_state, initial_state
from .marginal import SensorMarginal, neighbour_weights
from .marginal_choice import choose_marginal
from .model import SpaceTimeModel
from .smoother import log_likelihood, smooth, smooth_samples
from .state_space import StateSpaceModel, fit_state_space
from .vector_autoregression import VectorAutoregression
from .window_fit import fit_space_time

__all__ = [
    "AutoregressionFit",
    "CombinedModel",
    "FilterState",
    "SensorMarginal",
    "SpaceTimeConditional",
    "SpaceTimeModel",
    "StateSpaceModel",
    "VectorAutoregression",
    "advance",
    "choose_marginal",
    "correlation_graph",
    "final_state",
    "fit_combined",
    "fit_space_time",
    "fit_state_space",
    "fit_vector_autoregression",
    "initial_state",
    "log_likelihood",
    "neighbour_weights",
    "smooth",
    "smooth_samples",
]
