"""Fitting autoregressions to the series of a panel, in batches of similar length."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from ...autoregression import (
    N_DETERMINISTIC,
    AREstimates,
    ARSpecification,
    DirectFit,
    choose_power,
    difference,
    fit_batch,
    fit_direct,
    fit_exact_batch,
    fit_pooled,
    fit_with_gaps,
    interpolated,
    join_estimates,
    n_parameters,
)
from ...errors import ConvergenceError, DataWarning, InvalidParameterError
from ...frames import Panel
from ..naive import seasonal_variance


def choose_powers(
    transform: str | None, panel: Panel, specification: ARSpecification, wanted: np.ndarray
) -> np.ndarray:
    """Box-Cox power of every series: 1 for no transform and for a series that is not wanted.

    Parameters
    ----------
    transform : {"log", "boxcox"} or None
        ``"boxcox"`` maximises the likelihood of the autoregression over the power; an order that a criterion chooses
        is the one chosen for the logarithms.
    panel : Panel
        Data, positive where wanted.
    specification : ARSpecification
        The autoregression of the transformed values.
    wanted : ndarray of bool, shape (n_series,)
        Series that are transformed.

    Returns
    -------
    ndarray, shape (n_series,)
    """
    power = np.ones(panel.n_series)
    if transform == "log":
        power[wanted] = 0.0
    if transform != "boxcox":
        return power
    for place in batches_of(panel, wanted):
        y, lengths = _filled(panel.padded(index=place)), panel.lengths[place]
        orders = fit_batch(np.log(y), lengths, specification).order
        for order in np.unique(orders):
            group = np.flatnonzero(orders == order)
            fixed = specification
            if specification.criterion is not None:
                fixed = replace(specification, lags=tuple(range(1, order + 1)), criterion=None, averaging=False)
            n = lengths[group]
            power[place[group]] = choose_power(
                y[group],
                n,
                lambda z, n=n, fixed=fixed: fit_batch(z, n, fixed).sigma2,
                n - order - specification.n_differenced,
            )
    return power


def _filled(y: np.ndarray) -> np.ndarray:
    """Fill gaps inside right-aligned series by straight lines; what comes before a start stays NaN."""
    y = y.copy()
    for row in np.flatnonzero(np.isnan(y).any(axis=1)):
        start = int(np.argmin(np.isnan(y[row])))
        y[row, start:] = interpolated(y[row, start:])
    return y


def fit_local(
    panel: Panel,
    specification: ARSpecification,
    x: np.ndarray | None,
    wanted: np.ndarray,
    *,
    exact: bool,
    on_error: str,
) -> tuple[AREstimates, np.ndarray]:
    """Fit one model a series: complete series in batches, those with gaps one by one.

    Parameters
    ----------
    panel : Panel
        Transformed data.
    specification : ARSpecification
        What to fit.
    x : ndarray, shape (n_values, q), or None
        Covariates of every value.
    wanted : ndarray of bool, shape (n_series,)
        Series to fit; the others get place holders.
    exact : bool
        Maximise the exact likelihood.
    on_error : {"raise", "naive"}
        Whether a series with gaps whose likelihood has no maximum is an error, or gets a place holder and a warning.

    Returns
    -------
    estimates : AREstimates
    fitted : ndarray of bool, shape (n_series,)
        Wanted series without those that failed.

    Raises
    ------
    ConvergenceError
        The gaps of a series leave its parameters open.
    """
    parts, places, fitted = [], [], wanted.copy()
    gappy = panel.n_missing > 0
    for place in batches_of(panel, wanted & ~gappy):
        y, lengths = panel.padded(index=place), panel.lengths[place]
        if exact:
            parts.append(fit_exact_batch(y, lengths, specification))
        else:
            parts.append(fit_batch(y, lengths, specification, None if x is None else padded_rows(panel, x, place)))
        places.append(place)
    for i in np.flatnonzero(wanted & gappy).tolist():
        rows = slice(panel.offsets[i], panel.offsets[i + 1])
        try:
            parts.append(fit_with_gaps(panel.values[rows], specification, None if x is None else x[rows]))
            places.append(np.array([i]))
        except (ConvergenceError, InvalidParameterError) as error:  # too little is observed where it counts
            if on_error == "raise":
                raise ConvergenceError(f"series {panel.ids[i]!r}: {error}") from error
            fitted[i] = False
    failed = np.flatnonzero(wanted & ~fitted)
    if len(failed):
        warnings.warn(
            f"the gaps of {len(failed)} of {panel.n_series} series ({panel.ids[failed[0]]!r} first) leave their "
            "parameters open; the naive forecast is used instead",
            DataWarning,
            stacklevel=6,
        )
    return _joined(parts, places, panel, specification, fitted, 0 if x is None else x.shape[1]), fitted


def fit_pooled_lags(panel: Panel, specification: ARSpecification, wanted: np.ndarray) -> AREstimates:
    """Fit one model to all wanted series together; arguments as for `fit_local`."""
    if not wanted.any():
        return _joined([], [], panel, specification, wanted, 0)
    s, batches = specification, list(batches_of(panel, wanted))
    data = [
        (
            difference(panel.padded(index=place), s.differences, s.seasonal_differences, s.seasonal_period),
            panel.lengths[place] - s.n_differenced,
        )
        for place in batches
    ]
    lags = np.array(s.lags, dtype=int)
    fit = fit_pooled(data, lags, _level(s), ridge=s.ridge, window_mean=s.window_mean)
    n = len(fit.sigma2)
    count = n_parameters(lags, s, 0)
    estimates = AREstimates(
        lags=lags,
        coef=fit.coef,
        deterministic=fit.deterministic,
        effects=np.empty((n, 0)),
        sigma2=fit.sigma2,
        n_rows=fit.n_rows,
        order=np.full(n, lags[-1]),
        n_parameters=np.full(n, count),
    )
    return _joined([estimates], [np.concatenate(batches)], panel, s, wanted, 0)


def fit_direct_maps(
    panel: Panel, specification: ARSpecification, horizon: int, pooled: bool, wanted: np.ndarray
) -> tuple[AREstimates, DirectFit | None]:
    """Fit direct maps, one a series or one for all; their first step is also an autoregression.

    Parameters
    ----------
    panel : Panel
        Transformed data.
    specification : ARSpecification
        Lags, trend, ridge and window mean.
    horizon : int
        Steps of the map.
    pooled : bool
        One map for all series.
    wanted : ndarray of bool, shape (n_series,)
        Series to fit.

    Returns
    -------
    estimates : AREstimates
        Of the first step.
    direct : DirectFit
        In the order of the panel; zeros for a series that was not fitted.
    """
    if not wanted.any():
        return _joined([], [], panel, specification, wanted, 0), None
    s, batches = specification, list(batches_of(panel, wanted))
    data = [(panel.padded(index=place), panel.lengths[place]) for place in batches]
    fit = fit_direct(data, len(s.lags), horizon, _level(s), ridge=s.ridge, window_mean=s.window_mean, pooled=pooled)
    place, n = np.concatenate(batches), len(fit.scale)
    first = AREstimates(
        lags=np.array(s.lags, dtype=int),
        coef=np.broadcast_to(fit.map[:, 0], (n, len(s.lags))),
        deterministic=(fit.scale * fit.intercept[:, 0])[:, None][:, : N_DETERMINISTIC[s.trend]],
        effects=np.empty((n, 0)),
        sigma2=fit.scale**2 * fit.covariance[:, 0, 0],
        n_rows=np.broadcast_to(fit.n_rows, n),
        order=np.full(n, len(s.lags)),
        n_parameters=np.full(n, n_parameters(np.array(s.lags, dtype=int), s, 0)),
    )
    shared = set(DirectFit._fields) - {"scale"} if pooled else set()
    arrays = fit._asdict().items()
    direct = DirectFit(**{key: a if key in shared else _scattered(a, place, panel.n_series) for key, a in arrays})
    return _joined([first], [place], panel, s, wanted, 0), direct


def _level(specification: ARSpecification) -> Literal["n", "c"]:
    """Trend of a model that has no time of its own."""
    return "n" if specification.trend == "n" else "c"


def _scattered(array: np.ndarray, place: np.ndarray, n_series: int) -> np.ndarray:
    """Put one entry per fitted series at its place among all, zeros elsewhere."""
    whole = np.zeros((n_series, *array.shape[1:]), dtype=array.dtype)
    whole[place] = array
    return whole


def _joined(
    parts: list[AREstimates],
    places: list[np.ndarray],
    panel: Panel,
    specification: ARSpecification,
    wanted: np.ndarray,
    n_effects: int,
) -> AREstimates:
    """Estimates of all series, with place holders for those that were not fitted."""
    if not wanted.all():
        variance = seasonal_variance(panel, 1)[~wanted]
        parts.append(AREstimates.empty(len(variance), N_DETERMINISTIC[specification.trend], variance, n_effects))
        places.append(np.flatnonzero(~wanted))
    return join_estimates(parts, places)


def batches_of(panel: Panel, wanted: np.ndarray) -> Iterator[np.ndarray]:
    """Numbers of the wanted series, those of similar length together."""
    for batch in panel.batches():
        place = batch[wanted[batch]]
        if len(place):
            yield place


def padded_rows(panel: Panel, x: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Right-align rows of covariates as `Panel.padded` does the values; shape (n_selected, n, q)."""
    places, inside = panel.padded_places(None, place)
    return np.where(inside[:, :, None], x[np.where(inside, places, 0)], 0.0)
