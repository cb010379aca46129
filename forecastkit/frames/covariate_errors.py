"""Errors for rows of covariates that are needed and cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InvalidFrameError
from .wording import count_of, listed, word

if TYPE_CHECKING:
    from .covariates import Covariates


def missing_rows_error(covariates: Covariates, series: np.ndarray, positions: np.ndarray) -> InvalidFrameError:
    """Error for rows that the covariates lack.

    Parameters
    ----------
    covariates : Covariates
    series, positions : ndarray of int64, shape (n_missing,)
        Series number and grid position of each row.

    Returns
    -------
    InvalidFrameError
    """
    if covariates.shared:
        positions = np.unique(positions)
    named = _named(covariates, series[:3], positions[:3])
    return InvalidFrameError(
        f"X lacks {count_of(len(positions), 'needed row')}: {listed(named, len(positions))}. "
        "Covariates have to cover the history and every step ahead; future_frame(y, horizon) makes the frame of "
        "the future to fill."
    )


def not_finite_error(
    covariates: Covariates, wanted: np.ndarray, series: np.ndarray, positions: np.ndarray
) -> InvalidFrameError:
    """Error for NaN or infinities in rows that are needed.

    Parameters
    ----------
    covariates : Covariates
    wanted : ndarray of float64, shape (n_rows, n_covariates)
        The needed rows; at least one value is not finite.
    series, positions : ndarray of int64, shape (n_rows,)
        Series number and grid position of each row.

    Returns
    -------
    InvalidFrameError
    """
    bad = ~np.isfinite(wanted)
    column = int(np.argmax(bad.any(axis=0)))
    rows = np.flatnonzero(bad[:, column])
    if covariates.shared:
        rows = rows[np.unique(positions[rows], return_index=True)[1]]
    named = _named(covariates, series[rows[:3]], positions[rows[:3]])
    kind = "missing (NaN)" if np.isnan(wanted[rows[0], column]) else "infinite"
    return InvalidFrameError(
        f"The covariate {covariates.names[column]!r} is {kind} in {count_of(len(rows), 'needed row')}: "
        f"{listed(named, len(rows))}; fill them, for example with X.ffill() or X.interpolate()."
    )


def _named(covariates: Covariates, series: np.ndarray, positions: np.ndarray) -> list[str]:
    """Rows as text, with their series where each has a table of its own."""
    stamps = [word(stamp) for stamp in covariates.calendar.stamps(positions)]
    if covariates.shared:
        return stamps
    return [f"series {word(covariates.ids[i])} at {stamp}" for i, stamp in zip(series, stamps, strict=False)]
