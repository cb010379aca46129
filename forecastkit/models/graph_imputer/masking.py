"""Which observed values are hidden: single points, and blocks in time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

SHORTEST_BLOCK = 2


@dataclass(frozen=True)
class Masking:
    """Hide observed values at random: a share as points, and a share in blocks of one node.

    Parameters
    ----------
    points : float
        Probability with which a value is hidden by itself, in [0, 1).
    blocks : float, default=0.0
        Expected share of values inside blocks, in [0, 1), those where blocks overlap counted twice.
    longest : int, default=48
        Most steps a block, 2 or more; the logarithm of the length is uniform, so short and long gaps are both there.

    Examples
    --------
    >>> observed = torch.ones(1000, 5, dtype=torch.bool)
    >>> hidden = Masking(points=0.2).hide(observed, torch.Generator().manual_seed(0))
    >>> bool(0.18 < hidden.float().mean() < 0.22)
    True
    """

    points: float
    blocks: float = 0.0
    longest: int = 48

    def hide(self, observed: Tensor, generator: torch.Generator) -> Tensor:
        """Draw the values to hide.

        Parameters
        ----------
        observed : Tensor of bool, shape (..., n_steps, n_nodes)
            True where a value is observed.
        generator : torch.Generator
            On the device of ``observed``.

        Returns
        -------
        Tensor of bool, same shape
            True where an observed value is hidden.
        """
        uniform = torch.rand(observed.shape, generator=generator, device=observed.device)
        hidden = uniform < self.points
        if self.blocks > 0:
            hidden |= self._blocks(observed, generator)
        return hidden & observed

    def _blocks(self, observed: Tensor, generator: torch.Generator) -> Tensor:
        """Union of blocks that start anywhere, also before the first step."""
        *batch, steps, nodes = observed.shape
        longest = max(SHORTEST_BLOCK, min(self.longest, steps))
        ratio = math.log((longest + 1) / SHORTEST_BLOCK)
        mean_length = (longest + 1 - SHORTEST_BLOCK) / ratio
        shape = (*batch, steps + longest, nodes)
        starts = torch.rand(shape, generator=generator, device=observed.device) < self.blocks / mean_length
        log_length = torch.rand(shape, generator=generator, device=observed.device) * ratio
        length = (SHORTEST_BLOCK * log_length.exp()).long().clamp(max=longest)
        begins = torch.arange(steps + longest, device=observed.device)[:, None]
        ends = torch.where(starts, begins + length, 0)
        # A step is inside a block when some block that has begun ends after it.
        latest = ends.cummax(dim=-2).values
        return (latest > begins)[..., longest:, :]
