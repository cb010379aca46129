"""A fitted linear-Gaussian law of a sensor network over windows: conditionals, filled values, quantiles and draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .calibration import IntervalCalibration
from .conditional import SpaceTimeConditional, tied_draws
from .conditional_weights import WindowLaw
from .context import ContextSet
from .gap_mixture import GapMixture
from .local_activity import LocalActivity
from .marginal import SensorMarginal
from .surrogate import stationary_draws

_CHUNK_CELLS = 1_000_000
_FIELD_CELLS = 8_000_000
_FEWEST_FIELDS = 64
_PRIOR_FIELDS = 8


@dataclass(frozen=True)
class SpaceTimeModel:
    """z(t, v) of N sensors, Gaussian with stationary covariances, conditioned in windows; built by `fit_space_time`.

    Parameters
    ----------
    marginal : SensorMarginal
        From the data's unit to z and back.
    mixture : GapMixture
        Estimators of an entry from the others.
    activity : LocalActivity
        Factor on deviations from how rough the sensor is around the entry.
    calibration : IntervalCalibration
        Widths and quantiles from hidden values.
    completed : ndarray, shape (T', N)
        Standardised training rows with their gaps filled by a draw: joint draws have its autocovariances.
    shrinkage : float
        Share of the variance of a sensor that is taken for white noise.

    Notes
    -----
    Everything works on blocks of rows with a margin of ``reach`` rows on both sides, so memory beyond the arrays given
    and returned does not grow with T, and no value farther than ``reach`` rows away has an effect.
    """

    marginal: SensorMarginal
    mixture: GapMixture
    activity: LocalActivity
    calibration: IntervalCalibration
    completed: np.ndarray
    shrinkage: float

    @property
    def reach(self) -> int:
        """Rows to either side that can have an effect on an entry."""
        return max(self.mixture.reach, self.activity.reach)

    @property
    def sensors(self) -> int:
        """N."""
        return len(self.marginal.deviation)

    def conditional(
        self, values: np.ndarray, times: np.ndarray, *, leave_one_out: bool = False
    ) -> SpaceTimeConditional:
        """Conditional law of the missing entries, and with ``leave_one_out`` of every entry, in z.

        Parameters
        ----------
        values : ndarray, shape (T, N)
            Data's unit, NaN where missing.
        times : ndarray of int, shape (T,)
            Consecutive grid positions, on the axis of the fit.
        leave_one_out : bool, default=False
            Also give each observed entry its law given all others.

        Returns
        -------
        SpaceTimeConditional
        """
        mean, deviation, ratio = (np.empty(values.shape) for _ in range(3))
        for rows, part in self.conditional_blocks(values, times, leave_one_out=leave_one_out):
            mean[rows], deviation[rows], ratio[rows] = part
        return SpaceTimeConditional(mean, deviation, ratio)

    def conditional_blocks(
        self, values: np.ndarray, times: np.ndarray, *, leave_one_out: bool = False
    ) -> Iterator[tuple[slice, SpaceTimeConditional]]:
        """Yield the same as pairs (rows, conditional), block by block, for series too long to hold four times."""
        for rows, around, inner in self._blocks(len(values)):
            z = self.marginal.forward(values[around], times[around])
            observed = ~np.isnan(z)
            wanted = np.zeros(z.shape, bool)
            wanted[inner] = True if leave_one_out else ~observed[inner]
            zeroed = np.where(observed, z, 0.0)
            mean, deviation, gap_class = self.mixture.estimate(zeroed[None], observed, wanted)
            mean, deviation, known = mean[0, inner], deviation[inner], ~wanted[inner]
            width = self._width(zeroed, observed, gap_class)[inner]
            yield (
                rows,
                SpaceTimeConditional(
                    np.where(known, zeroed[inner], mean),
                    deviation * width,
                    np.minimum(deviation / self.prior_deviation, 1.0),
                ),
            )

    @property
    def prior_deviation(self) -> np.ndarray:
        """Deviation of z without any observation, shape (N,)."""
        return self.mixture.near.prior_deviation

    def fill(self, values: np.ndarray, times: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Values with every missing entry replaced by its conditional median; observed values bit for bit.

        Parameters
        ----------
        values : ndarray, shape (T, N)
        times : ndarray of int, shape (T,)
        out : ndarray, shape (T, N), default=None
            Where to write, ``values`` itself if it is not needed any more; None makes a new array.

        Returns
        -------
        ndarray, shape (T, N)
        """
        out = values.copy() if out is None else out
        before: tuple[slice, np.ndarray] | None = None
        for rows, part in self.conditional_blocks(values, times):
            if before is not None:  # by now nothing reads it any more: a block is at least as long as the reach
                out[before[0]] = before[1]
            median = self.marginal.inverse(part.mean, times[rows])
            before = rows, np.where(np.isnan(values[rows]), median, values[rows])
        if before is not None:
            out[before[0]] = before[1]
        return out

    def quantile(self, conditional: SpaceTimeConditional, times: np.ndarray, probability: float) -> np.ndarray:
        """Quantile in the data's unit of every entry with the given conditional law.

        Parameters
        ----------
        conditional : SpaceTimeConditional
            Of the rows ``times``; shape (T, N).
        times : ndarray of int, shape (T,)
        probability : float
            In (0, 1); one half gives the point estimate.

        Returns
        -------
        ndarray, shape (T, N)
            Of an observed entry that was not left out: its value, up to rounding.
        """
        score = self.calibration.score(probability, conditional.ratio)
        return self.marginal.inverse(conditional.mean + conditional.deviation * score, times)

    def sample(self, values: np.ndarray, times: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Joint draws of the missing entries in the data's unit: the conditional laws, tied together by `noise`.

        Parameters
        ----------
        values : ndarray, shape (T, N)
        times : ndarray of int, shape (T,)
        draws : int
        rng : numpy.random.Generator

        Returns
        -------
        ndarray, shape (draws, T, N)
            Observed values bit for bit in every draw.
        """
        return tied_draws(self, self.noise(values, times, draws, rng), values, times)

    def noise(self, values: np.ndarray, times: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Draw standard normal errors of the missing entries that belong together, by Matheron's rule.

        e = x̃ − E[x̃ | x̃ at the observed places] in units of its spread, x̃ an unconditional draw with the
        autocovariances of the completed training series.

        Parameters
        ----------
        values, times, draws, rng
            As for `sample`.

        Returns
        -------
        ndarray, shape (draws, T, N)
            Zero at observed entries.
        """
        out = np.zeros((draws, *values.shape))
        batch = max(1, _FIELD_CELLS // max(values.size, 1))
        for first in range(0, draws, batch):
            count = min(batch, draws - first)
            free = self._unconditional(len(values), max(count, min(_FEWEST_FIELDS, batch)), rng)
            for rows, around, inner in self._blocks(len(values)):
                observed = ~np.isnan(values[around])
                wanted = np.zeros(observed.shape, bool)
                wanted[inner] = ~observed[inner]
                mean, deviation, _ = self.mixture.estimate(free[:, around], observed, wanted)
                error = _standardised(free[:, rows] - mean[:, inner], deviation[inner])
                out[first : first + count, rows] = np.where(wanted[inner], error[:count], 0.0)
        return out

    def _width(self, z: np.ndarray, observed: np.ndarray, gap_class: np.ndarray) -> np.ndarray:
        """Factor from the conditional's deviation to the calibrated one, shape (T, N)."""
        return self.activity.factor(z, observed) * self.calibration.factor(gap_class)

    def _unconditional(self, steps: int, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Stationary draws whose covariances are those of the windows, white share included; (draws, T, N)."""
        smooth = stationary_draws(self.completed, steps, draws, rng)
        noise = rng.standard_normal(smooth.shape) * self.prior_deviation
        return np.sqrt(1.0 - self.shrinkage) * smooth + np.sqrt(self.shrinkage) * noise

    def _blocks(self, steps: int) -> Iterator[tuple[slice, slice, slice]]:
        """Rows of a block, the rows around it that matter, and the block's place among those."""
        size = max(64, _CHUNK_CELLS // max(self.sensors, 1), self.reach)
        for start in range(0, steps, size):
            stop = min(steps, start + size)
            low, high = max(0, start - self.reach), min(steps, stop + self.reach)
            yield slice(start, stop), slice(low, high), slice(start - low, stop - low)

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything the model is, as named arrays; `from_arrays` is the inverse."""
        named = self.marginal.arrays() | self.activity.arrays() | self.calibration.arrays()
        named |= {"shares": self.mixture.shares, "completed": self.completed, "shrinkage": np.array(self.shrinkage)}
        for name, law in (("near", self.mixture.near), ("far", self.mixture.far)):
            named[f"{name}_sensors"] = law.context.sensors
            named[f"{name}_lags"] = law.context.lags
            named[f"{name}_targets"] = np.array(law.context.targets)
            named[f"{name}_most"] = np.array(-1 if law.context.most is None else law.context.most)
            named[f"{name}_covariance"] = law.covariance
        return named

    @classmethod
    def from_arrays(cls, named: dict[str, np.ndarray]) -> SpaceTimeModel:
        """Rebuild the model from :meth:`arrays`."""
        near, far = (_law(named, name) for name in ("near", "far"))
        mixture = GapMixture(near, far, named["shares"])
        marginal, calibration = SensorMarginal.from_arrays(named), IntervalCalibration.from_arrays(named)
        activity = LocalActivity.from_arrays(named)
        return cls(marginal, mixture, activity, calibration, named["completed"], float(named["shrinkage"]))


def _law(named: dict[str, np.ndarray], name: str) -> WindowLaw:
    most = int(named[f"{name}_most"])
    context = ContextSet(
        named[f"{name}_sensors"],
        named[f"{name}_lags"],
        int(named[f"{name}_targets"]),
        None if most < 0 else most,
    )
    return WindowLaw(context, named[f"{name}_covariance"])


def _standardised(error: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Errors (F, T, N) of unconditional draws in units of their own spread at each entry.

    It is near the conditional's deviation, and not that where covariances are shrunk: draws have those of the series.
    """
    missing = deviation > 0
    scaled = error / np.where(missing, deviation, 1.0)
    square = (scaled**2).mean(axis=0)
    typical = float(square[missing].mean()) if missing.any() else 1.0
    spread = (len(error) * square + _PRIOR_FIELDS * typical) / (len(error) + _PRIOR_FIELDS)
    return scaled / np.sqrt(np.where(missing, np.maximum(spread, 1e-12), 1.0))
