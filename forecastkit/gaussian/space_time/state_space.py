"""The state-space form: a vector autoregression of standardised sensors, with intervals fitted on hidden values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .autoregression_fit import fit_vector_autoregression
from .calibration import IntervalCalibration, fit_calibration
from .conditional import SpaceTimeConditional, tied_draws
from .gap_distance import gap_classes
from .hidden_values import hidden_values
from .kalman_filter import FilterState, advance, final_state
from .marginal import SensorMarginal, fit_marginal, neighbour_weights
from .marginal_choice import choose_marginal
from .smoother import log_likelihood, smooth, smooth_samples
from .vector_autoregression import VectorAutoregression


@dataclass(frozen=True)
class StateSpaceModel:
    """z_t = Σ_l A_l z_{t-l} + ε_t, ε_t ~ N(0, Q), with z the standardised sensors and A_l zero off the graph.

    Parameters
    ----------
    marginal : SensorMarginal
        From the data's unit to z and back.
    process : VectorAutoregression
        A and Q.
    calibration : IntervalCalibration
        Widths and quantiles from hidden values.
    """

    marginal: SensorMarginal
    process: VectorAutoregression
    calibration: IntervalCalibration

    def conditional(self, values: np.ndarray, times: np.ndarray) -> SpaceTimeConditional:
        """Law of the missing entries given the whole series, in z.

        Parameters
        ----------
        values : ndarray, shape (T, N)
            Data's unit, NaN where missing.
        times : ndarray of int, shape (T,)
            Consecutive grid positions, on the axis of the fit.

        Returns
        -------
        SpaceTimeConditional
        """
        mean, deviation = smooth(self.process, self.marginal.forward(values, times))
        width = self.calibration.factor(gap_classes(~np.isnan(values)))
        return SpaceTimeConditional(mean, deviation * width, np.minimum(deviation, 1.0))

    def fill(self, values: np.ndarray, times: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """Values with every missing entry replaced by its conditional median; as for `SpaceTimeModel`."""
        mean, _ = smooth(self.process, self.marginal.forward(values, times))
        out = values.copy() if out is None else out
        np.copyto(out, self.marginal.inverse(mean, times), where=np.isnan(values))
        return out

    def quantile(self, conditional: SpaceTimeConditional, times: np.ndarray, probability: float) -> np.ndarray:
        """Quantile in the data's unit of every entry with the given conditional law, shape (T, N)."""
        score = self.calibration.score(probability, conditional.ratio)
        return self.marginal.inverse(conditional.mean + conditional.deviation * score, times)

    def sample(self, values: np.ndarray, times: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Joint draws of the missing entries, in the data's unit; observed values bit for bit; (draws, T, N)."""
        z = self.marginal.forward(values, times)
        mean, deviation = smooth(self.process, z)
        noise = (smooth_samples(self.process, z, draws, rng) - mean) / np.where(deviation > 0, deviation, 1.0)
        return tied_draws(self, noise, values, times)

    def log_likelihood(self, values: np.ndarray, times: np.ndarray) -> float:
        """Log density of the observed values, in the data's unit."""
        slope = self.marginal.log_slope(values)
        return log_likelihood(self.process, self.marginal.forward(values, times)) + float(np.nansum(slope))

    def state(self, values: np.ndarray, times: np.ndarray) -> FilterState:
        """State after all rows of a table, from which `advance` goes on."""
        return final_state(self.process, self.marginal.forward(values, times))

    def advance(self, state: FilterState, values: np.ndarray, times: np.ndarray) -> tuple[FilterState, np.ndarray]:
        """Fill rows that follow a state, each from the rows before it and what was observed in it.

        Parameters
        ----------
        state : FilterState
            After the rows so far.
        values : ndarray, shape (T, N)
        times : ndarray of int, shape (T,)

        Returns
        -------
        state : FilterState
            After the last row.
        filled : ndarray, shape (T, N)
        """
        means = np.empty(values.shape)
        for row, z in enumerate(self.marginal.forward(values, times)):
            state, means[row], _, _ = advance(self.process, state, z)
        return state, np.where(np.isnan(values), self.marginal.inverse(means, times), values)

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything the model is, as named arrays; `from_arrays` is the inverse."""
        named = self.marginal.arrays() | self.calibration.arrays()
        named |= {"process": self.process.coefficients, "innovation": self.process.innovation}
        return named if self.process.initial is None else named | {"initial": self.process.initial}

    @classmethod
    def from_arrays(cls, named: dict[str, np.ndarray]) -> StateSpaceModel:
        """Rebuild the model from `arrays`."""
        process = VectorAutoregression(named["process"], named["innovation"], named.get("initial"))
        return cls(SensorMarginal.from_arrays(named), process, IntervalCalibration.from_arrays(named))


def fit_state_space(
    values: np.ndarray,
    times: np.ndarray,
    *,
    periods: tuple[float, ...] = (),
    adjacency: np.ndarray | None = None,
    coordinates: np.ndarray | None = None,
    order: int | Literal["auto"] = "auto",
    power: float | Literal["auto"] = "auto",
    seed: int = 0,
) -> StateSpaceModel:
    """Fit the state-space form; the widths of intervals come from values hidden from a fit of their own.

    Parameters
    ----------
    values : ndarray, shape (T, N)
        Training rows in the data's unit, NaN where missing.
    times : ndarray of int, shape (T,)
        Consecutive grid positions.
    periods : tuple of float, default=()
        Season lengths in steps.
    adjacency : ndarray, shape (N, N), default=None
        Weight of u -> v at [u, v]; a sensor reads its own past and that of those that inform it. None: all of them.
    coordinates : ndarray, shape (N, 2), default=None
        Positions in the plane, for the means of sensors without values.
    order : int or "auto", default="auto"
        Lags.
    power : float or "auto", default="auto"
        λ in [0, 1] of the variance-stabilising power; as for `choose_marginal`.
    seed : int, default=0
        Of the hidden values.

    Returns
    -------
    StateSpaceModel

    Raises
    ------
    NotSupportedError
        There are more sensors than the form takes.
    """
    weights = neighbour_weights(values.shape[1], adjacency, coordinates)
    marginal, power = choose_marginal(values, times, periods, power, weights)
    fit = fit_vector_autoregression(marginal.forward(values, times), adjacency, order)
    hidden = hidden_values(values, seed)
    masked = np.where(hidden, np.nan, values)
    apart = fit_marginal(masked, times, periods, power, weights)
    rival = fit_vector_autoregression(apart.forward(masked, times), adjacency, fit.model.order)
    mean, deviation = smooth(rival.model, apart.forward(masked, times))
    scored = hidden & (deviation > 0)
    score = (apart.forward(values, times) - mean)[scored] / deviation[scored]
    classes = gap_classes(~np.isnan(masked))[scored]
    calibration = fit_calibration(score, np.minimum(deviation, 1.0)[scored], classes)
    return StateSpaceModel(marginal, fit.model, calibration)
