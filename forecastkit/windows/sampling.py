"""Draws of training windows: every series equally often, and the same ones whenever a step is repeated."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .window_index import WindowIndex


def draw(index: WindowIndex, batch_size: int, seed: int, step: int, rank: int = 0, recency: float = 0.0) -> Tensor:
    """Draw windows with replacement: a series that has some, uniformly, then one of its windows.

    So a long series counts no more than a short one. Window k of n is drawn with a probability that grows as k^r.

    Parameters
    ----------
    index : WindowIndex
        The windows, at least one.
    batch_size : int
        How many are drawn.
    seed, step : int
        The draw is a function of these and of the rank alone, each 0 or more: no state is kept, so training that is
        resumed at a step draws what it would have drawn uninterrupted.
    rank : int, default=0
        Number of the process, of several that draw windows of their own.
    recency : float, default=0.0
        r, 0 or more: 0 draws all windows of a series equally often, 2 the last ones three times as often as the mean.

    Returns
    -------
    Tensor of int64, shape (batch_size,)
        Starts of windows. O(batch_size), about 20 microseconds for 256.

    Examples
    --------
    >>> index = WindowIndex(torch.arange(101), torch.tensor([0, 1, 1, 101]))  # series of 1, 0 and 100 windows
    >>> starts = draw(index, 1000, seed=0, step=0)
    >>> bool(450 < (starts == 0).sum() < 550)
    True
    """
    generator = np.random.Generator(np.random.PCG64((seed, step, rank)))
    filled, offsets = index.filled, index.series_offsets.numpy()
    series = filled[generator.integers(len(filled), size=batch_size)]
    first = offsets[series]
    count = offsets[series + 1] - first
    share = generator.random(batch_size) ** (1.0 / (1.0 + recency))
    place = first + np.minimum((share * count).astype(np.int64), count - 1)
    return index.starts[torch.from_numpy(place)]


def mixed_seed(*numbers: int) -> int:
    """Mix whole numbers of 0 or more into one seed of 64 bits; near numbers give unrelated seeds.

    Parameters
    ----------
    *numbers : int
        In an order that matters.

    Returns
    -------
    int

    Examples
    --------
    >>> mixed_seed(0, 1) == mixed_seed(0, 1), mixed_seed(0, 1) == mixed_seed(1, 0)
    (True, False)
    """
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])
