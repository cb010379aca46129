"""New observations taken in by an autoregression without a fresh fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...autoregression import RecursiveRegression, recursive_regression, transform
from ...frames import Covariates, Panel
from .fit import padded_rows
from .member import ARMember, ARVariant, process_of

_MOST_VALUES = 20_000_000  # entries of the padded panel up to which one recursion holds all series


def start_recursion(variant: ARVariant, panel: Panel, X: Covariates | None) -> RecursiveRegression | None:
    """Make ready for new observations of every series of a panel.

    Parameters
    ----------
    variant : ARVariant
        What was fitted.
    panel : Panel
        Training data so far.
    X : Covariates or None
        Covariates of the fit.

    Returns
    -------
    RecursiveRegression or None
        None where new observations need a fresh fit: a criterion that may choose another order, a power or an exact
        likelihood to maximise, a global model, a direct map, or missing values.
    """
    s = variant.specification
    fixed = s.criterion is None and not (s.ridge and s.trend == "n")
    local = not (variant.exact or variant.pooled or variant.direct_horizon or variant.transform == "boxcox")
    size = panel.n_series * int(panel.lengths.max())
    if not fixed or not local or panel.n_missing.any() or size > _MOST_VALUES:
        return None
    x = None if X is None else padded_rows(panel, X.rows(panel.starts, panel.lengths), np.arange(panel.n_series))
    return recursive_regression(_transformed(variant, panel.padded()), panel.lengths, s, x)


def same_past(before: Covariates | None, after: Covariates | None, panel: Panel) -> bool:
    """Whether the covariates of a panel's values are what they were."""
    if before is None or after is None:
        return before is after
    first, second = (x.rows(panel.starts, panel.lengths) for x in (before, after))
    return np.array_equal(first, second)


def take_in(
    recursion: RecursiveRegression, member: ARMember, old: Panel, panel: Panel, X: Covariates | None
) -> tuple[RecursiveRegression, ARMember] | None:
    """Update the estimates of a member from the observations at the end of a panel.

    Parameters
    ----------
    recursion : RecursiveRegression
        Of the old panel.
    member : ARMember
        Its estimates.
    old, panel : Panel
        Training data before and with the new observations.
    X : Covariates or None
        Covariates of both.

    Returns
    -------
    tuple of RecursiveRegression and ARMember, or None
        None where a fresh fit is needed: series with different numbers of new values or none, missing or not positive
        ones, or too few digits left.

    Notes
    -----
    O(p²) a new value and O(p³) for the estimates, whatever the length of the series.
    """
    new = panel.lengths - old.lengths
    if panel.n_missing.any() or (new != new[0]).any() or not new[0]:
        return None
    values = panel.padded(int(new[0]))
    if member.variant.transform == "log" and (values <= 0).any():
        return None
    x = None if X is None else X.rows(old.ends, new).reshape(len(new), int(new[0]), -1)
    recursion = recursion.append(_transformed(member.variant, values), x)
    estimates = recursion.estimates()
    if estimates is None:
        return None
    process = process_of(member.variant, panel.starts, estimates, member.process.power, member.fitted)
    return recursion, replace(member, estimates=estimates, process=process)


def _transformed(variant: ARVariant, values: np.ndarray) -> np.ndarray:
    """Values as the model sees them, shape (n_series, n)."""
    return values if variant.transform is None else transform(values, np.zeros(len(values)))
