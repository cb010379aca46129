"""Pictures of filled gaps: which of them are shown, and what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...errors import InvalidParameterError, nearest
from ...plots.filled_gap import FilledGap, draw_filled_gap
from ...plots.palette import model_styles
from .gap_choice import Gap, gap_choice, ordered_gaps, picture_rows

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from .result import ImputationResult


def hidden_gaps(result: ImputationResult, model: str, seed: int) -> pd.DataFrame:
    """Return all gaps of the test part with a hidden value, measured by the mean absolute error of one imputer.

    Parameters
    ----------
    result : ImputationResult
    model : str
        The imputer.
    seed : int
        Seed of the mask.

    Returns
    -------
    DataFrame
        Columns sensor, start, length and measure, the longest gap first.
    """
    rows = result.estimates
    rows = rows.loc[(rows["seed"] == seed) & rows["y"].notna()]
    error = (rows[model] - rows["y"]).abs()
    table = error.groupby([rows["_sensor"], rows["_start"], rows["_length"]]).mean().reset_index(name="measure")
    table = table.sort_values(["_length", "_sensor", "_start"], ascending=[False, True, True], ignore_index=True)
    return table.rename(columns={"_sensor": "sensor", "_start": "start", "_length": "length"})


def chosen_gaps(result: ImputationResult, model: str) -> dict[str, list[Gap]]:
    """Return the gaps that a page shows: the longest, the typical and those that went worst, by heading.

    Parameters
    ----------
    result : ImputationResult
        Of which the first seed is shown.
    model : str
        The imputer whose error decides.

    Returns
    -------
    dict of str to list of Gap
    """
    return gap_choice(hidden_gaps(result, model, result.seeds[0]), "worst")


def filled_gap(result: ImputationResult, gap: Gap, models: Sequence[str], seed: int | None = None) -> FilledGap:
    """Return a gap with what lies around it, and what imputers said of it.

    Parameters
    ----------
    result : ImputationResult
    gap : Gap
        A very long one is cut off.
    models : sequence of str
        The imputers.
    seed : int, default=None
        Seed of the mask; None for the first one.

    Returns
    -------
    FilledGap
    """
    seed = result.seeds[0] if seed is None else seed
    table = result.tables[result.seeds.index(seed)]
    first, last = picture_rows(gap, table.test_start, len(table.index))
    rows = result.estimates
    rows = rows.loc[(rows["seed"] == seed) & (rows["_sensor"] == gap.sensor)]
    rows = rows.loc[rows["_row"].between(first, last - 1)]
    places = rows["_row"].to_numpy(int) - first
    actual = table.actual[first:last, gap.sensor]
    missing = table.hidden[first:last, gap.sensor] | np.isnan(actual)

    def spread(column: str) -> np.ndarray:
        """Put the values of a column at their times."""
        values = np.full(last - first, np.nan)
        values[places] = rows[column].to_numpy(float)
        return values

    bounds = {
        model: [(float(each), spread(f"{model}-lo-{each}"), spread(f"{model}-hi-{each}")) for each in result.level]
        for model in models
        if f"{model}-lo-{result.level[0]}" in rows
    }
    return FilledGap(table.index[first:last], actual, missing, {model: spread(model) for model in models}, bounds)


def gap_figure(result: ImputationResult, unique_id: Any, imputer: str | None, seed: int | None) -> go.Figure:
    """Draw the longest gap of a sensor.

    Raises
    ------
    InvalidParameterError
        There is no such sensor, imputer or seed, or nothing was hidden of the sensor.
    """
    model = result.models[0] if imputer is None else imputer
    if model not in result.models:
        raise InvalidParameterError(f"there is no imputer {model!r}; {nearest(model, result.models)}")
    seed = result.seeds[0] if seed is None else seed
    if seed not in result.seeds:
        raise InvalidParameterError(f"seed {seed!r} was not run; seeds: {', '.join(map(str, result.seeds))}")
    ids = result.tables[0].ids
    gaps = hidden_gaps(result, model, seed)
    if unique_id is not None:
        if unique_id not in ids:
            raise InvalidParameterError(f"there is no sensor {unique_id!r}; {nearest(unique_id, ids)}")
        gaps = gaps.loc[gaps["sensor"] == ids.get_loc(unique_id)]
    if gaps.empty:
        raise InvalidParameterError(f"no value of the test part of {unique_id!r} was hidden with seed {seed}")
    styles = {model: model_styles(result.models, result.reference)[model]}
    gap = ordered_gaps(gaps.head(1))[0]
    picture = filled_gap(result, gap, [model], seed)
    return draw_filled_gap(picture, styles, title=f"{ids[gap.sensor]}, by {model}").figure()
