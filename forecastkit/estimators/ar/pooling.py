"""A global autoregression on series that it was not fitted to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...frames import Panel
from ..panel_process import PanelProcess

if TYPE_CHECKING:
    from .member import ARMember


def series_scale(panel: Panel) -> np.ndarray:
    """Return each series' standard deviation over its observed values, 1 for a constant one; shape (n_series,)."""
    first, count = panel.offsets[:-1], panel.lengths - panel.n_missing
    deviations = panel.values - np.repeat(panel.values[first], panel.lengths)
    gaps = None if panel.observed.all() else ~panel.observed
    if gaps is not None:
        deviations[gaps] = 0.0
    deviations -= np.repeat(np.add.reduceat(deviations, first) / count, panel.lengths)
    if gaps is not None:
        deviations[gaps] = 0.0
    variance = np.add.reduceat(deviations**2, first) / count
    return np.where(variance > 0, np.sqrt(variance), 1.0)


def rescaled(part: PanelProcess, new: np.ndarray, member: ARMember) -> PanelProcess:
    """Give series that were not fitted the global process in units of their own standard deviations.

    Parameters
    ----------
    part : PanelProcess
        The process of some series in place of each new one.
    new : ndarray of bool, shape (n_series,)
        Series of the panel that were not fitted.
    member : ARMember
        The global model.

    Returns
    -------
    PanelProcess
    """
    fitted = np.flatnonzero(member.fitted)
    first, process = member.process.select(fitted[:1]), part.process
    polynomial, deterministic = process.polynomial.copy(), process.deterministic.copy()
    sigma2, power, conditioned = process.sigma2.copy(), process.power.copy(), process.conditioned.copy()
    polynomial[new], power[new], conditioned[new] = first.polynomial, first.power, first.conditioned
    part = replace(part, process=replace(process, power=power))
    own = series_scale(part.transformed)
    deterministic[new] = own[new, None] * first.deterministic / member.scale[fitted[0]]
    sigma2[new] = own[new] ** 2 * np.mean(member.process.sigma2[fitted] / member.scale[fitted] ** 2)
    process = replace(
        process,
        polynomial=polynomial,
        deterministic=deterministic,
        sigma2=sigma2,
        power=power,
        conditioned=conditioned,
    )
    whole = own if part.scale is None else np.where(new, own, part.scale)
    return replace(part, process=process, scale=whole)
