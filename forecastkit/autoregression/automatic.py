"""The automatic choice: a mixture of autoregressions, decided for every series from its own values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .estimates import AREstimates, join_estimates
from .model import fit_batch
from .power_transform import transform
from .seasonal_lags import fit_seasonal_lags
from .specification import ARSpecification
from .tail_backtest import TailForecasts, forecast_window, tail_errors, tail_horizons, tail_windows

_SHORTEST = 6  # fewest differenced values that a model with chosen lags is fitted to
_NO_SUPPORT = 10.0  # difference of AIC that leaves a model "essentially no support" [4]
_ROUNDING = 1e-8  # part of a series' size that an error does not fall below
_LEAST_SPREAD = 0.5  # smallest factor of a variance that is taken for counted twice


@dataclass(frozen=True)
class Candidate:
    """An autoregression that the automatic choice tries.

    Parameters
    ----------
    specification : ARSpecification
        Differences, trend and criterion.
    power : {0, 1}, default=1
        Box-Cox power of the transform: 0 the logarithm, 1 none.
    seasons : tuple of int, default=()
        Empty for the lags 1..p; else the lags are the `seasonal_lags` of these.
    """

    specification: ARSpecification
    power: int = 1
    seasons: tuple[int, ...] = ()

    def suits(self, lengths: np.ndarray, positive: np.ndarray) -> np.ndarray:
        """Tell which series are long enough, and positive for a logarithm; shape (batch,)."""
        s = self.specification
        left = lengths - s.n_differenced
        fewest = max(_SHORTEST, s.seasonal_period * s.seasonal_differences, 2 * min(self.seasons, default=0))
        return (left >= fewest) & (positive | (self.power == 1))

    def fit(self, y: np.ndarray, lengths: np.ndarray) -> AREstimates:
        """Fit right-aligned series (batch, n), which it suits or whose length is a difference more than enough."""
        z = transform(y, np.full(len(y), float(self.power)))
        if self.seasons:
            return fit_seasonal_lags(z, lengths, self.specification, self.seasons)
        return fit_batch(z, lengths, self.specification)


@dataclass(frozen=True, eq=False)
class AutomaticFit:
    """A mixture of fitted candidates for every series of a batch.

    Attributes
    ----------
    candidates : tuple of Candidate
        What was tried, m of them.
    estimates : list of AREstimates
        Of each candidate, for the whole batch; no lags and NaN terms for a series that it does not suit.
    weights : ndarray, shape (batch, m)
        Of sum 1 in each series; all zero for a series of one value.
    spread : ndarray, shape (batch, m)
        Factor of the innovation variance of each candidate in forecasts.
    """

    candidates: tuple[Candidate, ...]
    estimates: list[AREstimates]
    weights: np.ndarray
    spread: np.ndarray


def automatic_candidates(seasons: tuple[int, ...]) -> tuple[Candidate, ...]:
    """List the autoregressions that the automatic choice tries.

    {none, logarithm} x {lags 1..p, lags around the seasons} x {no difference, first, seasonal, difference at the
    longest of several seasons}, each by AICc. Without a season: {none, logarithm} x {no difference, first difference,
    first difference with a drift}.

    Parameters
    ----------
    seasons : tuple of int
        Seasons in steps, increasing from 2 up; empty for none.

    Returns
    -------
    tuple of Candidate

    Examples
    --------
    >>> [len(automatic_candidates(seasons)) for seasons in ((), (12,), (24, 168))]
    [6, 12, 16]
    """
    season = min(seasons, default=1)
    plain = ARSpecification(criterion="aicc", seasonal_period=season)
    first = ARSpecification(criterion="aicc", seasonal_period=season, trend="n", differences=1)
    specifications = [plain, first]
    if not seasons:
        specifications.append(ARSpecification(criterion="aicc", differences=1))
    for s in sorted({season, max(seasons, default=1)} - {1}):
        largest = None if s == season else 2 * season + 1
        specifications.append(
            ARSpecification(criterion="aicc", max_order=largest, seasonal_period=s, trend="n", seasonal_differences=1)
        )
    kinds = [(), seasons] if seasons else [()]
    return tuple(
        Candidate(replace(each, max_order=None) if kind else each, power, kind)
        for kind in kinds
        for power in (1, 0)
        for each in specifications
    )


def fit_automatic(y: np.ndarray, lengths: np.ndarray, seasons: tuple[int, ...]) -> AutomaticFit:
    """Decide transform, differences, lags and their weights for every series, from its own values.

    1. Fit the `automatic_candidates` that a series is long enough for, and positive for where they take logarithms.
    2. Drop a candidate whose forecasts leave the range of the data by more than its width, and of a model with and
       without the logarithm the one with an AIC, in the data's unit, that is more than 10 above the other's [4]_.
    3. Weigh the others by their mean squared errors in a backtest on the last values of the series, w ∝ 1 / MSE [1]_:
       two origins, each with its own fit, up to max(2 s, 6) steps ahead and n / 5. Candidates that are too long for it
       get the average weight. Weights stay close to equal where errors are, since estimated weights are seldom better
       than equal ones [2]_, [3]_.
    4. Widen every candidate's variance to that of a prediction with estimated parameters, (N + k) / (N - k) [5]_, and
       narrow it by what the mixture counts twice: a candidate's variance v holds all of its error, and on average the
       error of the combined forecast is smaller by their disagreement B, v̄ - B [6]_, while the mixture has v̄ + B. All
       variances are multiplied by 1 - 2 B / v̄, B / v̄ from the backtest, at least 1 / 2.

    Parameters
    ----------
    y : ndarray, shape (batch, n)
        Right-aligned series in the data's unit, NaN before each start and nowhere else.
    lengths : ndarray of int, shape (batch,)
        Number of values of each series.
    seasons : tuple of int
        Seasons in steps, increasing from 2 up; empty for none. Those that a series is too short for are not used.

    Returns
    -------
    AutomaticFit

    Notes
    -----
    About three fits of every candidate that is not dropped. What is decided for a series depends on no other.

    References
    ----------
    .. [1] J. M. Bates and C. W. J. Granger (1969), The combination of forecasts.
    .. [2] A. Timmermann (2006), Forecast combinations, Handbook of Economic Forecasting 1.
    .. [3] G. Claeskens, J. R. Magnus, A. L. Vasnev and W. Wang (2016), The forecast combination puzzle: a simple
       theoretical explanation.
    .. [4] K. P. Burnham and D. R. Anderson (2002), Model Selection and Multimodel Inference, section 2.6.
    .. [5] H. Akaike (1969), Fitting autoregressive models for prediction.
    .. [6] A. Krogh and J. Vedelsby (1995), Neural network ensembles, cross validation, and active learning.

    Examples
    --------
    >>> y = np.random.default_rng(0).normal(size=(1, 60)).cumsum(axis=1)
    >>> fit = fit_automatic(y, np.array([60]), ())
    >>> fit.weights.shape, float(fit.weights.sum().round(6))
    ((1, 6), 1.0)
    """
    candidates = automatic_candidates(seasons)
    positive = np.nanmin(y, axis=1, initial=np.inf) > 0
    suited = np.stack([candidate.suits(lengths, positive) for candidate in candidates], axis=1)
    walk = next(m for m, each in enumerate(candidates) if each.specification.differences and each.power == 1)
    suited[:, walk] |= ~suited.any(axis=1) & (lengths >= 2)
    estimates = [_fit_suited(each, y, lengths, suited[:, m]) for m, each in enumerate(candidates)]
    horizons = tail_horizons(lengths, min(seasons, default=1))
    used = _within_range(y, lengths, horizons, candidates, estimates, suited)
    used &= _supported(y, lengths, candidates, estimates, used)
    tail = _tail_forecasts(y, lengths, horizons, candidates, used)
    weights = _inverse_error_weights(tail, used, np.sqrt(np.nanmean(y**2, axis=1)))
    rows = np.stack([np.maximum(each.n_rows, 1) for each in estimates], axis=1)
    terms = np.stack([each.n_parameters - 1 for each in estimates], axis=1)
    prediction = (rows + terms) / np.maximum(rows - terms, 1)
    return AutomaticFit(
        candidates, estimates, weights, prediction * tail.pooled_spread(weights, _LEAST_SPREAD)[:, None]
    )


def _fit_suited(candidate: Candidate, y: np.ndarray, lengths: np.ndarray, suited: np.ndarray) -> AREstimates:
    """Fit the series that a candidate suits; place holders for the others."""
    parts, places = [], []
    if suited.any():
        place = np.flatnonzero(suited)
        longest = int(lengths[place].max())
        parts.append(candidate.fit(y[place, y.shape[1] - longest :], lengths[place]))
        places.append(place)
    if not suited.any() or not suited.all():
        others = np.flatnonzero(~suited)
        n_deterministic = 1 if candidate.specification.trend == "c" else 0
        parts.append(AREstimates.empty(len(others), n_deterministic, np.full(len(others), np.nan)))
        places.append(others)
    return join_estimates(parts, places)


def _within_range(
    y: np.ndarray,
    lengths: np.ndarray,
    horizons: np.ndarray,
    candidates: tuple[Candidate, ...],
    estimates: list[AREstimates],
    suited: np.ndarray,
) -> np.ndarray:
    """Suited candidates whose forecasts stay within the data's range and its width; all where none does."""
    inside = suited.copy()
    for m, candidate in enumerate(candidates):
        place = np.flatnonzero(suited[:, m])
        if not len(place):
            continue
        z = transform(y[place], np.full(len(place), float(candidate.power)))
        mean, _ = forecast_window(z, candidate.specification, estimates[m].select(place), int(horizons[place].max()))
        low, high = np.nanmin(z, axis=1), np.nanmax(z, axis=1)
        ahead = np.arange(mean.shape[1]) < horizons[place, None]
        excess = np.maximum(mean - high[:, None], low[:, None] - mean)
        inside[place, m] = np.where(ahead, excess, -np.inf).max(axis=1) <= high - low
    return np.where(inside.any(axis=1, keepdims=True), inside, suited)


def _supported(
    y: np.ndarray,
    lengths: np.ndarray,
    candidates: tuple[Candidate, ...],
    estimates: list[AREstimates],
    used: np.ndarray,
) -> np.ndarray:
    """Candidates that their twin with or without the logarithm does not beat by an AIC of more than 10."""
    supported = np.ones_like(used)
    half = {(each.specification, each.seasons): m for m, each in enumerate(candidates) if each.power == 1}
    with np.errstate(divide="ignore", invalid="ignore"):  # an exact fit, or values that have no logarithm
        jacobian = np.nansum(np.log(y), axis=1) / lengths
        for m, candidate in enumerate(candidates):
            if candidate.power == 1:
                continue
            other = half[candidate.specification, candidate.seasons]
            plain, log = estimates[other], estimates[m]
            rows = np.minimum(plain.n_rows, log.n_rows)
            per_row = np.log(plain.sigma2) - np.log(log.sigma2) - 2 * jacobian
            per_row = per_row + 2 * plain.n_parameters / plain.n_rows - 2 * log.n_parameters / log.n_rows
            both = used[:, m] & used[:, other]
            supported[:, other] &= ~(both & (rows * per_row > _NO_SUPPORT))
            supported[:, m] &= ~(both & (rows * per_row < -_NO_SUPPORT))
    return supported


def _tail_forecasts(
    y: np.ndarray, lengths: np.ndarray, horizons: np.ndarray, candidates: tuple[Candidate, ...], used: np.ndarray
) -> TailForecasts:
    """Errors of all candidates from the last origins of every series."""
    windows = tail_windows(y, lengths, horizons)
    positive = np.nanmin(windows.y, axis=1, initial=np.inf) > 0
    errors, variances = [], []
    for m, candidate in enumerate(candidates):
        suited = candidate.suits(windows.lengths, positive) & used[windows.series, m]
        fitted = _fit_suited(candidate, windows.y, windows.lengths, suited)
        error, variance = tail_errors(windows, candidate.specification, candidate.power, fitted, suited)
        errors.append(error)
        variances.append(variance)
    return TailForecasts(windows.series, np.stack(errors, axis=1), np.stack(variances, axis=1), len(y))


def _inverse_error_weights(tail: TailForecasts, used: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Weights 1 / MSE of the backtest, the average for a candidate without one; of sum 1."""
    mse = tail.mean_squared_error
    scored = used & np.isfinite(mse)
    inverse = np.where(scored, 1 / (np.where(scored, mse, 1.0) + (_ROUNDING * size[:, None]) ** 2 + 1e-300), 0.0)
    inverse /= np.maximum(inverse.max(axis=1, keepdims=True, initial=0.0), 1e-300)
    average = inverse.sum(axis=1) / np.maximum(scored.sum(axis=1), 1)
    unscored = used & np.isnan(mse)
    weights = np.where(unscored, np.where(scored.any(axis=1), average, 1.0)[:, None], inverse)
    weights = np.where(weights.any(axis=1, keepdims=True), weights, used)
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
