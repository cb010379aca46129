"""From series to batches of windows: one contiguous tensor, an index of windows, draws and scaling."""

from .node_store import NodeStore, NodeWindow, node_windows
from .sampling import draw, mixed_seed
from .scaling import NotPositiveError, SeriesScaling, seasonal_weights, series_scaling
from .store import SeriesStore, filled_forward
from .window import Window
from .window_index import WindowIndex, tail_lengths, tail_windows, training_windows
from .window_store import WindowStore

__all__ = [
    "NodeStore",
    "NodeWindow",
    "NotPositiveError",
    "SeriesScaling",
    "SeriesStore",
    "Window",
    "WindowIndex",
    "WindowStore",
    "draw",
    "filled_forward",
    "mixed_seed",
    "node_windows",
    "seasonal_weights",
    "series_scaling",
    "tail_lengths",
    "tail_windows",
    "training_windows",
]
