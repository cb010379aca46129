"""The rows of two sets of covariates together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InvalidFrameError
from .categories import joined_labels, recoded
from .stamp_checks import check_span

if TYPE_CHECKING:
    from .covariates import Covariates


def covariate_union(earlier: Covariates, later: Covariates) -> Covariates:
    """Return the rows of both, such as those of a fit and those that came with new observations.

    Parameters
    ----------
    earlier, later : Covariates
        The same covariates, in any order, of the same series; the rows of ``later`` count where both have one.

    Returns
    -------
    Covariates
        With a table for each series if either has one for each.

    Raises
    ------
    InvalidFrameError
        The covariates, the series or the time grid are others; a covariate is text in one and numbers in the other.

    Notes
    -----
    O(rows): they are copied.
    """
    if later.calendar != earlier.calendar or len(later.ids) != len(earlier.ids) or (later.ids != earlier.ids).any():
        raise InvalidFrameError(
            "The covariates to join belong to other series or to another time grid; read both with "
            "as_covariates(X, panel) of the same panel."
        )
    first, last = earlier, later.select(earlier.names)
    _check_kinds(first, last)
    if first.shared != last.shared:
        first, last = _for_each_series(first), _for_each_series(last)
    starts = np.where(first.lengths > 0, first.starts, last.starts)
    starts = np.where(last.lengths > 0, np.minimum(starts, last.starts), starts)
    ends = [np.where(part.lengths > 0, part.starts + part.lengths, starts) for part in (first, last)]
    lengths = np.maximum(*ends) - starts
    n_rows, width = int(lengths.sum()), len(first.names)
    reach = first.calendar.stamps(np.array([starts.min(), (starts + lengths).max()]))
    check_span(n_rows * width, first.values.size + last.values.size, reach, first.calendar)
    values, present = np.full((n_rows, width), np.nan), np.zeros(n_rows, dtype=bool)
    offsets = np.cumsum(lengths) - lengths
    labels = joined_labels(first.categories, last.categories)
    for part in (first, last):
        move = offsets - starts + part.starts - part.offsets[:-1]
        rows = (np.arange(len(part.present)) + np.repeat(move, part.lengths))[part.present]
        given = recoded(part.values, part.names, part.categories, labels)
        values[rows], present[rows] = given[part.present], True
    return replace(first, values=values, present=present, starts=starts, lengths=lengths, categories=labels)


def _check_kinds(first: Covariates, last: Covariates) -> None:
    """Refuse a covariate that is text in one and numbers in the other; one that is missing throughout is neither."""
    for j, name in enumerate(first.names):
        seen = [part for part in (first, last) if not np.isnan(part.values[:, j]).all()]
        if len({name in part.categories for part in seen}) > 1:
            raise InvalidFrameError(
                f"The covariate {name!r} is text in the rows of the fit or in the new ones, and numbers in the others; "
                "give one kind."
            )


def _for_each_series(covariates: Covariates) -> Covariates:
    """Covariates with a table for each series, copies of the shared one."""
    if not covariates.shared:
        return covariates
    n = len(covariates.ids)
    return replace(
        covariates,
        values=np.tile(covariates.values, (n, 1)),
        present=np.tile(covariates.present, n),
        starts=np.repeat(covariates.starts, n),
        lengths=np.repeat(covariates.lengths, n),
        shared=False,
    )
