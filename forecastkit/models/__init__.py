"""Whole networks, and what is done with them: rollouts, scheduled sampling, the loss. No pandas, no Lightning."""

from .autoregressive import AutoregressiveNetwork
from .dependence import block_correlation, block_log_density, fit_dependence
from .free_run import free_run_error
from .linear_start import start_linear
from .objective import Loss, Objective
from .residual_scale import fit_scale
from .rollout import mean_rollout, sampled_rollout
from .rollout_state import RolloutState
from .scheduled_sampling import SCHEDULES, Schedule, mixed_window, teacher_forcing
from .series_spread import series_spread, widened
from .specification import CovariateShape, NetworkSpecification, WindowScaling
from .window_scale import WindowScale, scale_window, window_scale

__all__ = [
    "SCHEDULES",
    "AutoregressiveNetwork",
    "CovariateShape",
    "Loss",
    "NetworkSpecification",
    "Objective",
    "RolloutState",
    "Schedule",
    "WindowScale",
    "WindowScaling",
    "block_correlation",
    "block_log_density",
    "fit_dependence",
    "fit_scale",
    "free_run_error",
    "mean_rollout",
    "mixed_window",
    "sampled_rollout",
    "scale_window",
    "series_spread",
    "start_linear",
    "teacher_forcing",
    "widened",
    "window_scale",
]
