"""Both forms in one: the window's estimate and that of a vector autoregression, averaged as hidden values ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .autoregression_fit import MOST_NODES, fit_vector_autoregression
from .calibration import IntervalCalibration
from .conditional import SpaceTimeConditional, tied_draws
from .gap_distance import GAP_CLASSES, gap_classes
from .marginal import SensorMarginal, neighbour_weights
from .model import SpaceTimeModel
from .smoother import smooth
from .vector_autoregression import VectorAutoregression
from .window_fit import HiddenEstimates, fit_window

_SHARES = np.linspace(0.0, 1.0, 11)
_PRIOR_VALUES = 200  # hidden values that the pooled share of the autoregression is worth
_FEW_SENSORS = 24  # for which the order is chosen; with more, the first is nearly as good and much faster
_MARGIN = 256  # rows to either side of a stretch that is smoothed by itself
_CELLS = 2_000_000


@dataclass(frozen=True)
class CombinedModel:
    """z = (1 - w) z_window + w z_process with w by length of the gap, and the window's laws around it.

    Parameters
    ----------
    window : SpaceTimeModel
        The window form.
    process : VectorAutoregression
        Of the window's standardised values.
    shares : ndarray, shape (GAP_CLASSES,)
        w of each class of gap length.
    widths : ndarray, shape (GAP_CLASSES,)
        Size of the error of the average over that of the window's estimate.
    """

    window: SpaceTimeModel
    process: VectorAutoregression
    shares: np.ndarray
    widths: np.ndarray

    @property
    def marginal(self) -> SensorMarginal:
        """From the data's unit to z and back."""
        return self.window.marginal

    def conditional(self, values: np.ndarray, times: np.ndarray) -> SpaceTimeConditional:
        """Law of the missing entries, in z; arguments and result as for `SpaceTimeModel.conditional`."""
        mean, deviation, ratio = self.window.conditional(values, times)
        average, width = self.averaged(self.marginal.forward(values, times), mean)
        return SpaceTimeConditional(np.where(np.isnan(values), average, mean), deviation * width, ratio)

    def averaged(self, z: np.ndarray, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Average the window's estimates with those of the process.

        Parameters
        ----------
        z : ndarray, shape (T, N)
            Standardised, NaN where missing.
        mean : ndarray, shape (T, N)
            The window's estimates.

        Returns
        -------
        average : ndarray, shape (T, N)
            Meant for missing entries.
        width : ndarray, shape (T, N)
            Factor on the window's deviation.
        """
        gap_class = gap_classes(~np.isnan(z))
        other = smoothed(self.process, z)
        return mean + self.shares[gap_class] * (other - mean), self.widths[gap_class]

    def fill(self, values: np.ndarray, times: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Values with every missing entry replaced by its conditional median; as for `SpaceTimeModel`."""
        median = self.marginal.inverse(self.conditional(values, times).mean, times)
        out = values.copy() if out is None else out
        np.copyto(out, median, where=np.isnan(values))
        return out

    def quantile(self, conditional: SpaceTimeConditional, times: np.ndarray, probability: float) -> np.ndarray:
        """Quantile in the data's unit of every entry with the given conditional law, shape (T, N)."""
        return self.window.quantile(conditional, times, probability)

    @property
    def calibration(self) -> IntervalCalibration:
        """Quantiles of errors."""
        return self.window.calibration

    def sample(self, values: np.ndarray, times: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Joint draws of the missing entries in the data's unit, (draws, T, N): the window's errors tie them."""
        return tied_draws(self, self.window.noise(values, times, draws, rng), values, times)

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything the model is, as named arrays; `from_arrays` is the inverse."""
        named = {"process": self.process.coefficients, "innovation": self.process.innovation}
        named |= {"process_shares": self.shares, "process_widths": self.widths}
        if self.process.initial is not None:
            named["initial"] = self.process.initial
        return self.window.arrays() | named

    @classmethod
    def from_arrays(cls, named: dict[str, np.ndarray]) -> CombinedModel:
        """Rebuild the model from `arrays`."""
        process = VectorAutoregression(named["process"], named["innovation"], named.get("initial"))
        return cls(SpaceTimeModel.from_arrays(named), process, named["process_shares"], named["process_widths"])


def fit_combined(
    values: np.ndarray,
    times: np.ndarray,
    *,
    periods: tuple[float, ...] = (),
    adjacency: np.ndarray | None = None,
    coordinates: np.ndarray | None = None,
    context_length: int | str = "auto",
    power: float | str = "auto",
    seed: int = 0,
) -> CombinedModel | SpaceTimeModel:
    """Fit the window form, a vector autoregression beside it, and their average.

    Parameters
    ----------
    values, times, periods, adjacency, coordinates, context_length, power, seed
        As for `fit_space_time`.

    Returns
    -------
    CombinedModel or SpaceTimeModel
        The window form alone where there are more sensors than the other one takes, or too few values to compare them.

    Notes
    -----
    The average is chosen on values hidden from both, in each half of the rows by models of the other half.
    """
    weights = neighbour_weights(values.shape[1], adjacency, coordinates)
    options = {"context_length": context_length, "pairs": "auto", "power": power, "shrinkage": "auto"}
    window, hidden = fit_window(values, times, tuple(map(float, periods)), weights, options, seed)
    if values.shape[1] > MOST_NODES or hidden.scored.sum() < _PRIOR_VALUES:
        return window
    order: int | str = "auto" if values.shape[1] <= _FEW_SENSORS else 1
    process = fit_vector_autoregression(window.marginal.forward(values, times), None, order).model
    shares, widths = _average(hidden, process.order)
    return CombinedModel(window, process, shares, widths)


def _average(hidden: HiddenEstimates, order: int) -> tuple[np.ndarray, np.ndarray]:
    """Share of the autoregression by class of gap length, and the size of the error that is left."""
    shown = np.where(hidden.observed, hidden.z, np.nan)
    other = smoothed(fit_vector_autoregression(shown, None, order).model, shown)
    kept = hidden.scored
    error, difference = (hidden.z - hidden.mean)[kept], (other - hidden.mean)[kept]
    errors = np.abs(error - _SHARES[:, None] * difference)
    gap_class = hidden.gap_class[kept]
    count = np.bincount(gap_class, minlength=GAP_CLASSES)
    total = np.stack([np.bincount(gap_class, each, minlength=GAP_CLASSES) for each in errors])
    scores = total + _PRIOR_VALUES * errors.mean(axis=1)[:, None]
    chosen = scores.argmin(axis=0)
    widths = scores[chosen, np.arange(GAP_CLASSES)] / scores[0]
    return _SHARES[chosen], np.where(count > 0, widths, 1.0)


def smoothed(process: VectorAutoregression, z: np.ndarray) -> np.ndarray:
    """Conditional means of a long series, in stretches that overlap by more than a process remembers; shape (T, N)."""
    size = max(4 * _MARGIN, _CELLS // z.shape[1])
    if len(z) <= size:
        return smooth(process, z)[0]
    mean = np.empty(z.shape)
    for start in range(0, len(z), size):
        low, stop = max(0, start - _MARGIN), min(len(z), start + size)
        part = smooth(process, z[low : min(len(z), stop + _MARGIN)])[0]
        mean[start:stop] = part[start - low : stop - low]
    return mean
