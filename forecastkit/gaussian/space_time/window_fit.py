"""Fit the linear-Gaussian law of a sensor network over windows, with its settings chosen on hidden training values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .calibration import IntervalCalibration, fit_calibration
from .gap_mixture import GapMixture, choose_shares
from .hidden_values import hidden_values
from .local_activity import fit_exponents, usual_activity
from .marginal import SensorMarginal, neighbour_weights
from .model import SpaceTimeModel
from .training_rows import related_groups, training_rows
from .window_covariance import Shrinkage
from .window_settings import WindowChoice, WindowFit, WindowSettings, default_settings

CHOICE_SENSORS = 256
"""Settings are chosen on at most this many sensors."""
POWER_SENSORS = 48
"""The power is chosen on at most this many."""
_ITERATIONS = 3
_SCORED = 30_000
_FEWEST_TO_SPLIT = 600


def fit_space_time(
    values: np.ndarray,
    times: np.ndarray,
    *,
    periods: tuple[float, ...] = (),
    adjacency: np.ndarray | None = None,
    coordinates: np.ndarray | None = None,
    context_length: int | str = "auto",
    pairs: int | str | None = "auto",
    power: float | str = "auto",
    shrinkage: float | str = "auto",
    seed: int = 0,
) -> SpaceTimeModel:
    """Fit marginals, covariances, the mixture over gap lengths and the widths of intervals.

    Parameters
    ----------
    values : ndarray, shape (T, N)
        Training rows in the data's unit, NaN where missing; N >= 1 and somewhere a value.
    times : ndarray of int, shape (T,)
        Consecutive grid positions.
    periods : tuple of float, default=()
        Season lengths in steps.
    adjacency : ndarray, shape (N, N), default=None
        Edge weights, used for sensors without values.
    coordinates : ndarray, shape (N, 2), default=None
        Positions in the plane, used likewise.
    context_length : int or "auto", default="auto"
        2K + 1 consecutive times of a window, odd.
    pairs : int, None or "auto", default="auto"
        M observed (sensor, lag) pairs that each sensor is conditioned on; None conditions on the whole window.
    power : float or "auto", default="auto"
        λ in [0, 1] of the variance-stabilising power of sensors without negative values.
    shrinkage : float or "auto", default="auto"
        ρ in [0, 1): share of the covariances that is replaced by their diagonal.
    seed : int, default=0
        Of the hidden values and of the draws in the iteration.

    Returns
    -------
    SpaceTimeModel

    See Also
    --------
    fit_combined : Averages it with a vector autoregression.

    Notes
    -----
    About a fifth of the training values is hidden, the law fitted on the rest, and what is "auto", the shares of linear
    interpolation and the widths of intervals are those that suit the hidden values. Then the law is fitted on all.

    References
    ----------
    Haslett and Raftery (1989), *Space-time modelling with long-memory dependence*, for the marginals;
    Dempster, Laird and Rubin (1977), section 4.1, for the iteration.
    """
    options = {"context_length": context_length, "pairs": pairs, "power": power, "shrinkage": shrinkage}
    weights = neighbour_weights(values.shape[1], adjacency, coordinates)
    return fit_window(values, times, tuple(map(float, periods)), weights, options, seed)[0]


@dataclass(frozen=True)
class HiddenEstimates:
    """What the window form said of training values that it was not shown.

    Parameters
    ----------
    marginal : SensorMarginal
        Of the rows with these values hidden.
    z : ndarray, shape (T', N')
        Standardised rows, the hidden values included; NaN where missing.
    observed : ndarray of bool, shape (T', N')
        What was shown.
    scored : ndarray of bool, shape (T', N')
        Hidden values that were estimated.
    mean : ndarray, shape (T', N')
        Their estimates, by laws fitted to the other half of the rows.
    gap_class : ndarray of int, shape (T', N')
        Class of the gap of each scored value.
    halves : tuple of slice
        Of the rows; one where they are few.
    """

    marginal: SensorMarginal
    z: np.ndarray
    observed: np.ndarray
    scored: np.ndarray
    mean: np.ndarray
    gap_class: np.ndarray
    halves: tuple[slice, ...]


def fit_window(
    values: np.ndarray,
    times: np.ndarray,
    periods: tuple[float, ...],
    weights: np.ndarray,
    options: Mapping[str, Any],
    seed: int,
) -> tuple[SpaceTimeModel, HiddenEstimates]:
    """Fit the window form, and keep what it said of hidden values.

    Parameters
    ----------
    values, times, periods, seed
        As for `fit_space_time`.
    weights : ndarray, shape (N, N)
        Of `neighbour_weights`.
    options : mapping
        ``context_length``, ``pairs``, ``power`` and ``shrinkage``.

    Returns
    -------
    model : SpaceTimeModel
    hidden : HiddenEstimates
    """
    context_length, pairs = options["context_length"], options["pairs"]
    power, shrinkage = options["power"], options["shrinkage"]
    rows = training_rows(values, np.asarray(times))

    def hiding(most: int) -> WindowChoice:
        kept = related_groups(rows.values, most, seed)
        part = rows.columns(kept)
        shares = neighbour_weights(len(kept), weights[np.ix_(kept, kept)], None)
        return WindowChoice(part, periods, shares, seed, hidden_values(part.values, seed))

    settings = default_settings(values.shape[1], len(rows.values))
    if not isinstance(context_length, str):
        settings = replace(settings, half_width=int(context_length) // 2)
    if not isinstance(pairs, str):
        settings = replace(settings, pairs=pairs)
    if not isinstance(shrinkage, str):
        settings = replace(settings, shrinkage=Shrinkage(float(shrinkage), 0.0))
    choice = hiding(CHOICE_SENSORS)
    if not isinstance(power, str):
        settings = replace(settings, power=float(power))
    else:
        small = choice if values.shape[1] <= POWER_SENSORS else hiding(POWER_SENSORS)
        settings = replace(settings, power=small.power(settings, 2))
    choice.fit(settings, _ITERATIONS - 1)
    if isinstance(context_length, str) and isinstance(pairs, str):
        settings = choice.pairs_and_width(settings)
    if isinstance(shrinkage, str):
        settings = choice.shrinkage(settings)
    _, hidden_completion = choice.fit(settings, 1)
    shares, exponents, calibration, hidden = _shares_and_widths(choice, settings)
    everything = WindowFit(rows, periods, weights, seed)
    start = hidden_completion if hidden_completion.mean.shape == rows.values.shape else None
    marginal, completed = everything.complete(
        rows.values, settings, _ITERATIONS if start is None else _ITERATIONS - 1, start
    )
    near, far = everything.laws(completed, settings)
    observed = ~np.isnan(rows.values)
    activity = replace(usual_activity(completed.mean, observed), exponents=exponents)
    mixture = GapMixture(near, far, shares)
    white = settings.shrinkage.white
    return SpaceTimeModel(marginal, mixture, activity, calibration, completed.draw, white), hidden


def _shares_and_widths(
    choice: WindowChoice, settings: WindowSettings
) -> tuple[np.ndarray, np.ndarray, IntervalCalibration, HiddenEstimates]:
    """Shares of the estimators by gap length, exponents of the local activity and widths, all on hidden values.

    The covariances for one half of the rows come from the other half: what drifts in time widens the intervals.
    """
    marginal, completed = choice.fit(settings)
    steps = len(choice.rows.values)
    halves: tuple[slice, ...] = (slice(0, steps // 2), slice(steps // 2, steps))
    if steps < _FEWEST_TO_SPLIT:
        halves = (slice(0, steps),)
    z = marginal.forward(choice.rows.values, choice.rows.times)
    z = np.where(np.isnan(z), 0.0, z)
    zeroed = np.where(choice.observed, z, 0.0)
    scored = choice.scored(_SCORED)
    parts = []
    for half in halves:
        inside = np.zeros_like(scored)
        inside[half] = scored[half]
        near, far = choice.laws(completed, settings, halves[-1] if half is halves[0] else halves[0])
        parts.append((near, far, inside))
    shares = choose_shares(parts, z, choice.observed)
    mean, deviation, ratio = np.zeros(z.shape), np.zeros(z.shape), np.zeros(z.shape)
    gap_class = np.zeros(z.shape, int)
    for near, far, inside in parts:
        centre, spread, gap_class = GapMixture(near, far, shares).estimate(zeroed[None], choice.observed, inside)
        mean, deviation = mean + centre[0], deviation + spread
        ratio = np.where(inside, np.minimum(spread / near.prior_deviation, 1.0), ratio)
    scored &= deviation > 0
    score = (z - mean)[scored] / deviation[scored]
    activity = usual_activity(zeroed, choice.observed)
    exponents = fit_exponents(activity.levels(zeroed, choice.observed)[:, scored], score)
    score = score / replace(activity, exponents=exponents).factor(zeroed, choice.observed)[scored]
    hidden = HiddenEstimates(marginal, z, choice.observed, scored, mean, gap_class, halves)
    return shares, exponents, fit_calibration(score, ratio[scored], gap_class[scored]), hidden
