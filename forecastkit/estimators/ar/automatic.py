"""The automatic choice for the series of a panel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...autoregression import (
    AREstimates,
    ARSpecification,
    Candidate,
    fit_automatic,
    fit_batch,
    fit_with_gaps,
    infer_season,
    interpolated,
    join_estimates,
    transform,
)
from ...errors import ConvergenceError, InvalidParameterError
from ...frames import Covariates, Panel
from ..naive import seasonal_variance
from ..panel_process import PanelProcess
from .member import ARMember, ARVariant, process_of

if TYPE_CHECKING:
    from .forecaster import ARForecaster

_NOTHING = ARVariant(ARSpecification(criterion="aicc"))
_STEPS_OF_A_DAY = (24, 48, 96, 144, 288, 1440)  # a season of so many unnamed steps is taken for a day's
_VALUES_AT_ONCE = 2_000_000  # the automatic choice holds many models of a batch at a time


@dataclass(frozen=True, eq=False)
class AutomaticMembers:
    """Members of the mixtures of a panel's series.

    Attributes
    ----------
    members : list of ARMember
        Those that have a weight in some series.
    weights : ndarray, shape (n_series, n_members)
        Of sum 1 in each series; zeros for a series that is too short for any model.
    """

    members: list[ARMember]
    weights: np.ndarray


def automatic_members(model: ARForecaster, panel: Panel, X: Covariates | None) -> AutomaticMembers:
    """Choose and fit the mixture of every series, from its own values alone.

    Parameters
    ----------
    model : ARForecaster
        Whose season, if it states one, is taken instead of the calendar's or the data's.
    panel : Panel
        Training data.
    X : Covariates or None
        Covariates: the mixture is chosen without them, then its members are estimated with them.

    Returns
    -------
    AutomaticMembers

    Notes
    -----
    Gaps are filled by straight lines for the choice; the chosen members are then estimated by EM. On an integer index,
    which has no calendar, the season is that of the data: what more than half of the series show, else each its own;
    24, 48, 96, ... steps are taken for a day, which has a week.
    """
    filled = replace(panel, values=_filled(panel))
    columns: dict[ARVariant, list[tuple[np.ndarray, AREstimates, np.ndarray, np.ndarray]]] = {}
    for seasons, group in _by_seasons(model, filled):
        for place in _batches(filled, group):
            fit = fit_automatic(filled.padded(index=place), filled.lengths[place], seasons)
            for m, candidate in enumerate(fit.candidates):
                rows = np.flatnonzero(fit.weights[:, m] > 0)
                if len(rows):
                    part = place[rows], fit.estimates[m].select(rows), fit.weights[rows, m], fit.spread[rows, m]
                    columns.setdefault(_variant(candidate), []).append(part)
    walk = seasonal_variance(panel, 1)
    members, weights = [], np.zeros((panel.n_series, max(len(columns), 1)))
    for m, (variant, parts) in enumerate(columns.items() or [(_NOTHING, [])]):
        if not parts:  # every series is too short
            nothing = np.empty(0, dtype=int)
            members.append(
                _member(variant, panel, None, nothing, AREstimates.empty(0, 1, np.empty(0)), np.empty(0), walk)
            )
            break
        places = np.concatenate([place for place, *_ in parts])
        weights[places, m] = np.concatenate([weight for *_, weight, _ in parts])
        estimates = join_estimates(
            [estimates for _, estimates, *_ in parts],
            np.split(np.arange(len(places)), np.cumsum([len(place) for place, *_ in parts])[:-1]),
        )
        spread = np.concatenate([factor for *_, factor in parts])
        members.append(_member(variant, panel, X, places, estimates, spread, walk))
    weights = _determined(members, weights, panel, X)
    return AutomaticMembers([_without(each, weights[:, m] > 0, panel) for m, each in enumerate(members)], weights)


def _determined(members: list[ARMember], weights: np.ndarray, panel: Panel, X: Covariates | None) -> np.ndarray:
    """Weights without the members for which what is observed of a series leaves its gaps open."""
    for i in np.flatnonzero(panel.n_missing).tolist():
        one = panel.select(np.array([i]))
        x = None if X is None else X.for_panel(one)
        for m in np.flatnonzero(weights[i]).tolist():
            if not PanelProcess(members[m].process.select(np.array([i])), one, 0, x).determines(0):
                weights[i, m] = 0.0
        weights[i] /= max(weights[i].sum(), np.finfo(float).tiny)
    return weights


def _without(member: ARMember, fitted: np.ndarray, panel: Panel) -> ARMember:
    """Make a member a random walk in the series that it has no weight in."""
    if (fitted == member.fitted).all():
        return member
    power = np.where(fitted, member.process.power, 1.0)
    process = process_of(member.variant, panel.starts, member.estimates, power, fitted)
    return replace(member, fitted=fitted, process=process)


def _variant(candidate: Candidate) -> ARVariant:
    """Express a candidate by the settings of a forecaster."""
    return ARVariant(candidate.specification, "log" if candidate.power == 0 else None, seasons=candidate.seasons)


def _by_seasons(model: ARForecaster, panel: Panel) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    """Seasons, as stated, of the calendar or of the data, and the series that have them."""
    everything = np.arange(panel.n_series)
    if model.seasonal_period is not None:
        yield (() if model.seasonal_period == 1 else (int(model.seasonal_period),)), everything
    elif panel.calendar.kind != "integer":
        yield panel.calendar.seasons, everything
    else:
        found = np.array([infer_season(panel.series(i)) for i in range(panel.n_series)])
        seasons, counts = np.unique(found, return_counts=True)
        if counts.max() > panel.n_series / 2:  # series on one time grid have the season that most of them show
            found[:] = seasons[counts.argmax()]
        for season in np.unique(found).tolist():
            week = (7 * season,) if season in _STEPS_OF_A_DAY else ()
            yield (() if season == 1 else (season, *week)), np.flatnonzero(found == season)


def _batches(panel: Panel, group: np.ndarray) -> Iterator[np.ndarray]:
    """Numbers of a group's series of similar length."""
    wanted = np.zeros(panel.n_series, dtype=bool)
    wanted[group] = True
    for batch in panel.batches(_VALUES_AT_ONCE):
        place = batch[wanted[batch]]
        if len(place):
            yield place


def _filled(panel: Panel) -> np.ndarray:
    """Values of a panel with gaps filled by straight lines."""
    values = panel.values
    for i in np.flatnonzero(panel.n_missing).tolist():
        values = values.copy() if values is panel.values else values
        values[panel.offsets[i] : panel.offsets[i + 1]] = interpolated(panel.series(i))
    return values


def _member(
    variant: ARVariant,
    panel: Panel,
    X: Covariates | None,
    places: np.ndarray,
    estimates: AREstimates,
    spread: np.ndarray,
    walk: np.ndarray,
) -> ARMember:
    """Member of the whole panel from estimates of some series, estimated again where there are gaps or covariates."""
    again = np.arange(len(places)) if X is not None else np.flatnonzero(panel.n_missing[places])
    if len(again):
        rest = np.setdiff1d(np.arange(len(places)), again)
        parts = [estimates.select(rest)] if len(rest) else []
        rows = [rest] if len(rest) else []
        for row in again[:, None]:
            parts.append(_estimated_again(variant, panel, X, int(places[row[0]]), estimates.select(row)))
            rows.append(row)
        estimates = join_estimates(parts, rows)
    fitted = np.zeros(panel.n_series, dtype=bool)
    fitted[places] = True
    whole, order = [estimates], [places]
    if not fitted.all():
        others = np.flatnonzero(~fitted)
        n_terms, n_effects = estimates.deterministic.shape[1], estimates.effects.shape[1]
        whole.append(AREstimates.empty(len(others), n_terms, walk[others], n_effects))
        order.append(others)
    joined = join_estimates(whole, order)
    power = np.where(fitted & (variant.transform == "log"), 0.0, 1.0)
    process = process_of(variant, panel.starts, joined, power, fitted)
    factor = np.ones(panel.n_series)
    factor[places] = spread
    return ARMember(variant, joined, process, np.ones(panel.n_series), fitted, factor)


def _estimated_again(
    variant: ARVariant, panel: Panel, X: Covariates | None, i: int, estimates: AREstimates
) -> AREstimates:
    """Estimate the chosen lags of one series with its gaps and covariates."""
    lags = tuple(estimates.lags[estimates.coef[0] != 0].tolist())
    s: ARSpecification = replace(variant.specification, lags=lags, criterion=None, max_order=None)
    one = panel.select(np.array([i]))
    z = one.values if variant.transform is None else transform(one.values[None], np.zeros(1))[0]
    x = None if X is None else X.for_panel(one).rows(one.starts, one.lengths)
    if np.isnan(z).any():
        try:
            return fit_with_gaps(z, s, x)
        except (ConvergenceError, InvalidParameterError):  # too little is observed: the filled series has to do
            z = interpolated(z)
    return fit_batch(z[None], one.lengths, s, None if x is None else x[None])
