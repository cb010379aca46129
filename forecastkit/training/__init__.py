"""Training with Lightning: the only package that imports it, and one to import when a network is to be fitted."""

from .callbacks import BestWeights, DivergenceGuard
from .data_module import WindowDataModule
from .fit import TrainingRecord, train
from .module import ForecastModule, Objective
from .options import SCHEDULES, Schedule, TrainingOptions

__all__ = [
    "SCHEDULES",
    "BestWeights",
    "DivergenceGuard",
    "ForecastModule",
    "Objective",
    "Schedule",
    "TrainingOptions",
    "TrainingRecord",
    "WindowDataModule",
    "train",
]
