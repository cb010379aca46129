"""Which series an autoregression can be fitted to."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...autoregression import used_history
from ...errors import DataWarning, InvalidFrameError
from ...frames import Panel
from ...frames.wording import count_of, word
from ..naive import seasonal_variance

if TYPE_CHECKING:
    from ..panel_process import PanelProcess
    from .member import ARVariant


def suited_series(panel: Panel, variant: ARVariant, n_effects: int, on_error: str) -> np.ndarray:
    """Find the series that a variant can be fitted to; refuse, or count in a warning, the others.

    Parameters
    ----------
    panel : Panel
        Data.
    variant : ARVariant
        What is to be fitted.
    n_effects : int
        Number of covariates.
    on_error : {"raise", "naive"}
        What becomes of the others.

    Returns
    -------
    ndarray of bool, shape (n_series,)

    Raises
    ------
    InvalidFrameError
        A series cannot be fitted and ``on_error`` is "raise".
    """
    suited = _suited(panel, variant, n_effects)
    if not suited.all():
        first = int(np.argmin(suited))
        _refuse_or_warn(panel, ~suited, _reason(panel, variant, n_effects, first), on_error)
    return suited


def check_members(panel: Panel, weights: np.ndarray, on_error: str) -> None:
    """Refuse, or count in a warning, the series to which the automatic choice could fit nothing.

    Parameters
    ----------
    panel : Panel
        Data.
    weights : ndarray, shape (n_series, n_members)
        Zeros for such a series.
    on_error : {"raise", "naive"}
        What becomes of it.

    Raises
    ------
    InvalidFrameError
        There is such a series and ``on_error`` is "raise".
    """
    unfit = weights.sum(axis=1) == 0
    if unfit.any():
        i = int(np.flatnonzero(unfit)[0])
        observed = int(panel.lengths[i] - panel.n_missing[i])
        what = f"has {count_of(observed, 'value')}, the model needs 2; drop it"
        if observed > 1:
            what = f"has {count_of(observed, 'value')} and gaps that leave every model open; fill them first"
        _refuse_or_warn(panel, unfit, what, on_error)


def _refuse_or_warn(panel: Panel, unfit: np.ndarray, what: str, on_error: str) -> None:
    """Raise for, or count, the series that cannot be fitted; ``what`` is said of the first."""
    first = panel.ids[int(np.flatnonzero(unfit)[0])]
    count = f"{unfit.sum()} of {panel.n_series} series cannot be fitted: " if panel.n_series > 1 else ""
    if on_error == "raise":
        raise InvalidFrameError(
            f"{count}series {first!r} {what}, or set on_error='naive' to forecast it by its last value"
        )
    warnings.warn(f"{count}series {first!r} {what}; the naive forecast is used instead", DataWarning, stacklevel=5)


def _counts(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Observed and missing values of every series."""
    return panel.lengths - panel.n_missing, panel.n_missing


def _suited(panel: Panel, variant: ARVariant, n_effects: int) -> np.ndarray:
    """Series that a variant can be fitted to."""
    observed, missing = _counts(panel)
    suited = observed >= _required(variant, n_effects)
    if _needs_complete(variant):
        suited &= missing == 0
    if variant.transform is not None:
        suited &= np.fmin.reduceat(panel.values, panel.offsets[:-1]) > 0
    return suited


def _required(variant: ARVariant, n_effects: int) -> int:
    """Count the observed values that a variant needs of every series."""
    required = variant.specification.required_length + n_effects
    if variant.direct_horizon is not None:
        required += variant.direct_horizon - 1
    return required


def _needs_complete(variant: ARVariant) -> bool:
    """Whether a variant has no way to deal with missing values."""
    s = variant.specification
    return variant.pooled or variant.exact or variant.direct_horizon is not None or s.averaging or s.window_mean


def _reason(panel: Panel, variant: ARVariant, n_effects: int, i: int) -> str:
    """Say what series ``i`` lacks and what to do."""
    values, (observed, missing) = panel.series(i), _counts(panel)
    required = _required(variant, n_effects)
    if missing[i] and _needs_complete(variant):
        stamp = _stamp(panel, i, int(np.argmax(np.isnan(values))))
        return (
            f"has {count_of(int(missing[i]), 'missing value')} (first at {stamp}), which only the conditional "
            "likelihood of one series at a time can deal with; fill in what is missing, for example with impute() of "
            "an ARForecaster"
        )
    if observed[i] < required:
        return f"has {observed[i]} values, the model needs {required}; choose a smaller order or drop it"
    place = int(np.nanargmin(values))
    return (
        f"has values that are not positive ({values[place]:g} at {_stamp(panel, i, place)}), for which "
        f"transform={variant.transform!r} does not exist; leave out the transform or shift the values"
    )


def _stamp(panel: Panel, i: int, place: int) -> str:
    """Word for the time of a value of series ``i``."""
    return word(panel.calendar.stamps(panel.starts[i : i + 1] + place)[0])


def naive_where_short(parts: list[PanelProcess]) -> list[PanelProcess]:
    """Replace processes that look further back than a series goes by random walks, and say so in one warning."""
    panel = parts[0].panel
    shorter = [panel.lengths < used_history(part.process.polynomial).sum(axis=1) for part in parts]
    affected = np.any(shorter, axis=0)
    if not affected.any():
        return parts
    first = panel.ids[int(np.argmax(affected))]
    warnings.warn(
        f"{affected.sum()} of {panel.n_series} series ({first!r} first) have fewer values than the model looks at; the "
        "naive forecast is used instead",
        DataWarning,
        stacklevel=6,
    )
    walk = np.nan_to_num(seasonal_variance(panel, 1))
    return [_walking(part, short, walk) if short.any() else part for part, short in zip(parts, shorter, strict=True)]


def _walking(part: PanelProcess, short: np.ndarray, walk: np.ndarray) -> PanelProcess:
    """Give some series random walks with the variance of their steps."""
    process = part.process
    polynomial, sigma2, power = process.polynomial.copy(), process.sigma2.copy(), process.power.copy()
    polynomial[short] = np.arange(polynomial.shape[1]) == 0
    sigma2[short], power[short] = walk[short], 1.0
    still = {name: np.where(short[:, None], 0.0, getattr(process, name)) for name in ("deterministic", "effects")}
    return replace(part, process=replace(process, polynomial=polynomial, sigma2=sigma2, power=power, **still))
