"""Stability of one model for a report: sentences, tables and charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...plots.stability import draw_error_growth, draw_lipschitz
from .stability import stability

if TYPE_CHECKING:
    from ...plots import Drawing


@dataclass(frozen=True, eq=False)
class StabilitySection:
    """What a page shows of a model's stability.

    Parameters
    ----------
    sentences : list of str
        The headline first.
    tables : dict of DataFrame
        ``by_series``, ``error_growth`` and ``lipschitz``.
    drawings : dict of Drawing
        ``error_growth`` and ``lipschitz``.
    """

    sentences: list[str]
    tables: dict[str, pd.DataFrame]
    drawings: dict[str, Drawing]


def stability_section(model: Any, y: Any = None, X: Any = None, **options: Any) -> StabilitySection:
    """Describe the stability of a fitted model for a page.

    Parameters
    ----------
    model, y, X
        As for `stability`.
    **options
        Further parameters of `stability`.

    Returns
    -------
    StabilitySection

    Raises
    ------
    NotSupportedError
        The model feeds nothing back: the message says why, and can be shown instead.

    Examples
    --------
    >>> from forecastkit import NaiveForecaster
    >>> model = NaiveForecaster().fit(pd.Series([1.0, 3.0, 2.0, 4.0, 3.0]))
    >>> stability_section(model, horizon=3, n_steps=100).sentences[0]
    'neutral: errors neither fade nor grow, by a unit root.'
    """
    result = stability(model, y, X, **options)
    growth, lipschitz = result.error_growth, result.lipschitz
    return StabilitySection(
        result.sentences,
        {"by_series": result.by_series, "error_growth": growth, "lipschitz": lipschitz},
        {"error_growth": draw_error_growth(growth, None), "lipschitz": draw_lipschitz(lipschitz, None)},
    )
