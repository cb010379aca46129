"""The average of both linear-Gaussian forms as a base."""

from __future__ import annotations

import numpy as np

from ...gaussian.space_time.combined import CombinedModel
from ...gaussian.space_time.model import SpaceTimeModel
from .linear_base import GaussianBase, LinearBase


class CombinedBase(GaussianBase):
    """The window form, averaged with a vector autoregression where a missing entry is wanted.

    Parameters
    ----------
    model : CombinedModel
        Fitted.
    """

    def __init__(self, model: CombinedModel) -> None:
        super().__init__(model.window)
        self.combined = model

    def estimate(self, z: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and deviation of every entry given the other observed ones; arguments as for `GaussianBase`."""
        mean, deviation = super().estimate(z, wanted)
        average, width = self.combined.averaged(z, mean)
        missing = wanted & np.isnan(z)
        return np.where(missing, average, mean), np.where(missing, width * deviation, deviation)


def as_base(base: CombinedModel | SpaceTimeModel | LinearBase) -> LinearBase:
    """Make a base of a linear-Gaussian model; a base stays one."""
    if isinstance(base, CombinedModel):
        return CombinedBase(base)
    return GaussianBase(base) if isinstance(base, SpaceTimeModel) else base
