"""Standard errors of fitted autoregressions, computed when they are asked for."""

from __future__ import annotations

import numpy as np

from ...autoregression import exact_fits, standard_errors
from ...frames import Covariates, Panel
from ..panel_process import PanelProcess
from .fit import batches_of, padded_rows
from .member import ARMember, HeaviestMember


def standard_errors_of(
    panel: Panel, X: Covariates | None, members: list[ARMember], which: np.ndarray, heaviest: HeaviestMember
) -> np.ndarray:
    """Compute the standard errors of each series' heaviest member.

    Parameters
    ----------
    panel : Panel
        Training data.
    X : Covariates or None
        Covariates of the fit.
    members : list of ARMember
        Fitted.
    which : ndarray of int, shape (n_series,)
        Number of each series' heaviest member.
    heaviest : HeaviestMember
        Its estimates.

    Returns
    -------
    ndarray, shape (n_series, n_terms)
        Deterministic terms, effects and φ in the order of the heaviest members' estimates; NaN for a direct map, for
        a global model, for an average over orders, for a series with gaps, and where a model does not have the lag.

    Notes
    -----
    O(n p + p³) a series, O(n p²) where regressors are nearly collinear.
    """
    d, q = heaviest.estimates.deterministic.shape[1], heaviest.estimates.effects.shape[1]
    errors = np.full((panel.n_series, d + q + len(heaviest.estimates.lags)), np.nan)
    for m in np.unique(which):
        member = members[m]
        if member.variant.pooled or member.variant.direct_horizon is not None:
            continue
        part = PanelProcess(member.process, panel, 0, X)
        found = _of_member(member, part, (which == m) & ~part.gappy)
        lags = np.searchsorted(heaviest.estimates.lags, member.estimates.lags)
        own = member.estimates.deterministic.shape[1]
        columns = np.r_[np.arange(own), d + np.arange(q), d + q + lags]
        for place, rows in found:
            errors[place[:, None], columns] = rows
    return errors


def _of_member(member: ARMember, part: PanelProcess, wanted: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Compute those of some complete series, by batches: places, and errors on the member's lags."""
    panel, specification = part.transformed, member.variant.specification
    x = None if part.X is None else part.X.rows(panel.starts, panel.lengths)
    found = []
    for place in batches_of(panel, wanted):
        y, lengths = panel.padded(index=place), panel.lengths[place]
        if not member.variant.exact:
            exog = None if x is None else padded_rows(panel, x, place)
            found.append((place, standard_errors(y, lengths, specification, member.estimates.select(place), exog)))
            continue
        for group, lags, fit in exact_fits(y, lengths, specification):
            d = fit.deterministic.shape[1]
            rows = np.full((len(group), d + len(member.estimates.lags)), np.nan)
            columns = np.r_[np.arange(d), d + np.searchsorted(member.estimates.lags, lags)]
            rows[:, columns] = np.sqrt(np.diagonal(fit.covariance, axis1=1, axis2=2))
            found.append((place[group], rows))
    return found
