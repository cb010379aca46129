"""From series to batches of windows: one contiguous tensor, an index of windows, draws and scaling."""

from .sampling import draw, mixed_seed
from .scaling import NotPositiveError, SeriesScaling, seasonal_weights, series_scaling
from .store import SeriesStore, filled_forward
from .window import Window
from .window_index import WindowIndex, tail_lengths, tail_windows, training_windows

__all__ = [
    "NotPositiveError",
    "SeriesScaling",
    "SeriesStore",
    "Window",
    "WindowIndex",
    "draw",
    "filled_forward",
    "mixed_seed",
    "seasonal_weights",
    "series_scaling",
    "tail_lengths",
    "tail_windows",
    "training_windows",
]
