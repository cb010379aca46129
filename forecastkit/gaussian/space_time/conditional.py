"""The law of every entry given others, and draws of all of them that belong together."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from .calibration import IntervalCalibration
from .marginal import SensorMarginal


class SpaceTimeConditional(NamedTuple):
    """Law of every entry given the *other* observed entries, standardised (z).

    Parameters
    ----------
    mean : ndarray, shape (T, N)
        Conditional mean of z; at an observed entry that was not left out, its own z.
    deviation : ndarray, shape (T, N)
        Deviation around it, calibrated on hidden values; 0 at an observed entry that was not left out.
    ratio : ndarray, shape (T, N)
        Deviation before calibration over that without any observation, in [0, 1]: how little is known.
    """

    mean: np.ndarray
    deviation: np.ndarray
    ratio: np.ndarray


class Tied(Protocol):
    """What draws are made of."""

    @property
    def marginal(self) -> SensorMarginal:
        """From the data's unit to z and back."""
        ...

    @property
    def calibration(self) -> IntervalCalibration:
        """Quantiles of errors."""
        ...

    def conditional(self, values: np.ndarray, times: np.ndarray) -> SpaceTimeConditional:
        """Law of the missing entries."""
        ...


def tied_draws(model: Tied, noise: np.ndarray, values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Draw the missing entries by their calibrated laws, with given standard normal errors; (draws, T, N).

    Parameters
    ----------
    model : SpaceTimeModel or another linear-Gaussian model
    noise : ndarray, shape (draws, T, N)
        Standard normal where missing.
    values : ndarray, shape (T, N)
    times : ndarray of int, shape (T,)
    """
    law = model.conditional(values, times)
    draws = np.empty(noise.shape)
    for draw, each in zip(draws, noise, strict=True):
        z = law.mean + law.deviation * model.calibration.from_normal(each, law.ratio)
        draw[:] = np.where(np.isnan(values), model.marginal.inverse(z, times), values)
    return draws
