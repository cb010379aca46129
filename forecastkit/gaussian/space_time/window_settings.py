"""Settings of the window law, chosen by the errors on hidden training values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .autoregressive_target import has_target
from .completion import CompletedSeries, complete, start_completion
from .conditional_weights import WindowLaw, condition_windows
from .context import ContextSet, far_context, nearest_context, simultaneous_correlation, whole_window
from .harmonic_season import sensor_moments
from .marginal import FEWEST_VALUES, SensorMarginal, fit_marginal
from .training_rows import TrainingRows
from .window_covariance import Shrinkage, positive_definite, window_law

POWERS = (1.0, 0.5)
WHITE_SHARES = (0.0005, 0.003, 0.02, 0.08)
AUTOREGRESSIVE_SHARES = (0.0, 0.3, 0.7, 0.9)
WHOLE_WINDOW_SENSORS = 24
"""Up to this many sensors the default is the whole window; above, the most informative pairs of each sensor."""
LISTED_PAIRS = 80
"""At least so many pairs are listed, of which the first observed ones are used."""
_SCORED = 12_000


@dataclass(frozen=True)
class WindowSettings:
    """What is fixed when the law is fitted.

    Parameters
    ----------
    half_width : int
        K; windows have 2K + 1 times.
    pairs : int or None
        M, observed pairs that each sensor is conditioned on; None takes the whole window.
    power : float
        λ of the power scale.
    shrinkage : Shrinkage
        Of the covariances.
    """

    half_width: int
    pairs: int | None
    power: float
    shrinkage: Shrinkage

    def near(self, completed: np.ndarray) -> ContextSet:
        """Contexts of the near law for a completed series, shape (T, N)."""
        if self.pairs is None:
            return whole_window(completed.shape[1], self.half_width)
        listed = max(LISTED_PAIRS, self.pairs)
        correlation = simultaneous_correlation(completed)
        return nearest_context(completed, self.half_width, listed, correlation, self.pairs)

    def far(self, completed: np.ndarray, periods: tuple[float, ...]) -> ContextSet:
        """Contexts of the far law."""
        most = None if self.pairs is None else max(40, self.pairs)
        repeats = tuple(round(p) for p in periods)
        context = far_context(len(completed), simultaneous_correlation(completed), repeats, most)
        if most is None:
            return context
        listed = max(LISTED_PAIRS, 2 * most)
        return ContextSet(context.sensors[:, :listed], context.lags[:, :listed], context.targets, most)


def default_settings(sensors: int, steps: int) -> WindowSettings:
    """Take a whole window of some 100 entries for few sensors, 24 pairs within 8 steps for many, less if short."""
    if sensors > WHOLE_WINDOW_SENSORS:
        return WindowSettings(max(1, min(8, steps // 40)), 24, 1.0, Shrinkage(0.02, 0.3))
    width = int(np.clip((100 // sensors - 1) // 2, 1, 6))
    return WindowSettings(max(1, min(width, steps // 40)), None, 1.0, Shrinkage(0.003, 0.3))


class WindowFit:
    """Fits of the window law to given training rows.

    Parameters
    ----------
    rows : TrainingRows
    periods : tuple of float
    weights : ndarray, shape (N, N)
        Of the other sensors for each, rows summing to one; for sensors without values.
    seed : int
        Of the error draws.
    """

    def __init__(self, rows: TrainingRows, periods: tuple[float, ...], weights: np.ndarray, seed: int) -> None:
        self.rows, self.periods, self.weights, self.seed = rows, periods, weights, seed

    def complete(
        self, values: np.ndarray, settings: WindowSettings, iterations: int, start: CompletedSeries | None = None
    ) -> tuple[SensorMarginal, CompletedSeries]:
        """Marginals of ``values``, and the completed series."""
        marginal = fit_marginal(values, self.rows.times, self.periods, settings.power, self.weights)
        z = marginal.forward(values, self.rows.times)
        observed = ~np.isnan(z)
        first = start_completion(z, self.weights) if start is None else start
        completed = complete(
            z,
            settings.near,
            start=CompletedSeries(np.where(observed, z, first.mean), np.where(observed, 0.0, first.error)),
            weights=self.weights,
            absent=observed.sum(axis=0) < FEWEST_VALUES,
            shrinkage=settings.shrinkage,
            iterations=iterations,
            rng=np.random.default_rng(self.seed),
            usable=self.rows.usable(settings.half_width),
        )
        return marginal, completed

    def laws(
        self, completed: CompletedSeries, settings: WindowSettings, part: slice | None = None
    ) -> tuple[WindowLaw, WindowLaw]:
        """Near and far law of a completed series, of some consecutive rows only if given."""
        near, far = settings.near(completed.draw), settings.far(completed.draw, self.periods)
        return (
            self._law(completed, near, settings.shrinkage, part),
            self._law(completed, far, settings.shrinkage, part),
        )

    def _law(
        self, completed: CompletedSeries, context: ContextSet, shrinkage: Shrinkage, part: slice | None = None
    ) -> WindowLaw:
        rows = slice(None) if part is None else part
        return window_law(completed.fields[:, rows], context, shrinkage, self.rows.usable(context.reach)[rows])


class WindowChoice(WindowFit):
    """Fits with some observed values hidden, compared by the errors on them.

    Parameters
    ----------
    rows, periods, weights, seed
        As for :class:`WindowFit`.
    hidden : ndarray of bool, shape (T, N)
        Observed values to hide.
    """

    def __init__(
        self, rows: TrainingRows, periods: tuple[float, ...], weights: np.ndarray, seed: int, hidden: np.ndarray
    ) -> None:
        super().__init__(rows, periods, weights, seed)
        self.masked = np.where(hidden, np.nan, rows.values)
        self.observed = ~np.isnan(self.masked)
        self.hidden = hidden
        self._spread = sensor_moments(rows.values)[1]
        self._fits: dict[float, tuple[SensorMarginal, CompletedSeries]] = {}
        self._unshrunk: dict[tuple[float, int, bool, float], WindowLaw] = {}

    def fit(self, settings: WindowSettings, iterations: int = 0) -> tuple[SensorMarginal, CompletedSeries]:
        """Marginals and completion for the power of ``settings``, continued by some iterations with these settings."""
        start = self._fits.get(settings.power)
        if start is None or iterations:
            begun = None if start is None else start[1]
            self._unshrunk.clear()
            self._fits[settings.power] = self.complete(self.masked, settings, max(iterations, 1), begun)
        return self._fits[settings.power]

    def scored(self, most: int) -> np.ndarray:
        """At most about ``most`` of the hidden values, from evenly spread rows; shape (T, N)."""
        every = -(-int(self.hidden.sum()) // most) if self.hidden.any() else 1
        kept = np.zeros_like(self.hidden)
        kept[::every] = self.hidden[::every]
        return kept

    def error(self, settings: WindowSettings) -> float:
        """Mean absolute error on hidden values, each sensor's in units of its own spread."""
        marginal, completed = self.fit(settings)
        law = self._near(completed, settings)
        scored = self.scored(_SCORED)
        zeroed = np.where(self.observed, completed.mean, 0.0)
        z = condition_windows(law, zeroed[None], self.observed, scored)[0][0]
        error = np.abs(marginal.inverse(z, self.rows.times) - self.rows.values)
        relative = np.where(scored, error / np.where(self._spread > 0, self._spread, 1.0), 0.0)
        return float(relative.sum() / max(scored.sum(), 1))

    def _near(self, completed: CompletedSeries, settings: WindowSettings) -> WindowLaw:
        """Return the near law; settings that differ in white share or number of pairs have their moments in common."""
        smooth = Shrinkage(0.0, settings.shrinkage.autoregressive)
        key = (settings.power, settings.half_width, settings.pairs is None, smooth.autoregressive)
        if key not in self._unshrunk:
            self._unshrunk[key] = self._law(completed, settings.near(completed.draw), smooth)
        law = self._unshrunk[key]
        covariance = np.stack([positive_definite(moment, settings.shrinkage.white) for moment in law.covariance])
        return WindowLaw(replace(law.context, most=settings.pairs), covariance)

    def best(self, candidates: list[WindowSettings]) -> WindowSettings:
        """Return the candidate with the least error; the first unless another is better by a fifth of a percent."""
        errors = [self.error(candidate) * (1.0 if k == 0 else 1.002) for k, candidate in enumerate(candidates)]
        return candidates[int(np.argmin(errors))]

    def power(self, settings: WindowSettings, iterations: int) -> float:
        """Return the best of ``POWERS``, each with its own fit."""
        candidates = [replace(settings, power=power) for power in POWERS]
        for candidate in candidates:
            self.fit(candidate, iterations)
        return self.best(candidates).power

    def pairs_and_width(self, settings: WindowSettings) -> WindowSettings:
        """Compare other window lengths, and other numbers of pairs where each sensor has its own."""
        width, pairs = settings.half_width, settings.pairs
        widths = [settings, replace(settings, half_width=max(1, width // 2))]
        settings = self.best(widths[: 1 if width == 1 else 2])
        if pairs is None:
            return settings
        return self.best([settings, *[replace(settings, pairs=max(4, int(pairs * by))) for by in (0.6, 1.7)]])

    def shrinkage(self, settings: WindowSettings) -> WindowSettings:
        """Compare shares of the first-order autoregression, then of white noise."""
        now = settings.shrinkage
        if has_target(settings.near(np.zeros(self.masked.shape)), self.masked.shape[1]):
            shares = [now.autoregressive, *[a for a in AUTOREGRESSIVE_SHARES if a != now.autoregressive]]
            settings = self.best([replace(settings, shrinkage=Shrinkage(now.white, a)) for a in shares])
            now = settings.shrinkage
        whites = [now.white, *[w for w in WHITE_SHARES if w != now.white]]
        return self.best([replace(settings, shrinkage=Shrinkage(w, now.autoregressive)) for w in whites])
